"""A plan in which people stay away or come late: as few as can be change their seat."""

from __future__ import annotations

from collections import Counter

import pytest

from engagement.methods.tables.errors import CannotSeat
from engagement.methods.tables.figures import measure
from engagement.methods.tables.rebalance import rebalance
from engagement.methods.tables.room import Plan, Room
from engagement.methods.tables.seat import seat
from tests.methods.tables.rooms import a_room


def moved(before: Plan, after: Plan, here: set[str], round_: int) -> set[str]:
    """Who had a seat in the round and has another now."""
    old = dict(zip(before.people, before.rounds[round_], strict=True))
    new = dict(zip(after.people, after.rounds[round_], strict=True))
    return {who for who in here if old.get(who) is not None and new[who] != old[who]}


def sizes(plan: Plan, round_: int) -> list[int]:
    """How many sit at each table, the smallest first."""
    return sorted(Counter(at for at in plan.rounds[round_] if at is not None).values())


def test_few_late_and_few_absent_move_nobody() -> None:
    everybody = a_room(43)
    early = Room(everybody.people[:40], {k: v[:40] for k, v in everybody.features.items()})
    plan = seat(early, 5, 4, effort=0.3)
    here = set(everybody.people) - {"p1", "p2"}
    after = rebalance(everybody, plan, here, start=2)
    for number in (0, 1):
        assert after.rounds[number] == (*plan.rounds[number], None, None, None)
    for number in (2, 3):
        assert sizes(after, number) == [8, 8, 8, 8, 9]
        assert moved(plan, after, here, number) == set()
        seats = dict(zip(after.people, after.rounds[number], strict=True))
        assert seats["p1"] is seats["p2"] is None
        assert None not in [seats[who] for who in ("p40", "p41", "p42")]


def test_a_table_that_empties_is_filled_by_as_few_as_that_needs() -> None:
    room = a_room(30)
    plan = seat(room, 5, 2, effort=0.3)
    gone = {who for who, at in zip(plan.people, plan.rounds[0], strict=True) if at == 0}
    here = set(room.people) - gone
    after = rebalance(room, plan, here)
    # 24 at five tables: four of five people and one of four; table 1 had nobody left.
    assert sizes(after, 0) == [4, 5, 5, 5, 5]
    assert len(moved(plan, after, here, 0)) == 4


def test_who_comes_late_sits_where_the_table_lacks_them() -> None:
    people = [f"p{number}" for number in range(7)]
    room = Room(people, {"sex": ["f", "m", "m", "m", "f", "m", "f"]})
    plan = Plan(people[:6], ((0, 0, 0, 1, 1, 1),), 2)  # a woman at each, then one more comes
    assert rebalance(room, plan, people).rounds[0][6] in (0, 1)
    # One woman of the second table has gone home: the next one sits there.
    after = rebalance(room, plan, [who for who in people if who != "p4"])
    assert after.rounds[0] == (0, 0, 0, 1, None, 1, 1)


def test_an_interpreter_who_comes_late_sits_with_their_member() -> None:
    room = a_room(13, together=[("p3", "p12")])
    early = Room(room.people[:12], {k: v[:12] for k, v in room.features.items()})
    plan = seat(early, 3, 3, effort=0.3)
    after = rebalance(room, plan, room.people)
    assert measure(room, after).broken == 0
    for number in range(3):
        assert sizes(after, number) == [4, 4, 5]
        assert moved(plan, after, set(room.people), number) == set()


def test_wishes_that_few_moves_cannot_keep_are_said() -> None:
    people = ["a", "b", "c", "d", "e"]
    plan = Plan(people[:4], ((0, 0, 1, 1),), 2)
    with pytest.raises(CannotSeat, match="new plan"):
        rebalance(Room(people, apart=[("a", "b")]), plan, people)
    with pytest.raises(CannotSeat, match="z is not in the list"):
        rebalance(Room(people), plan, [*people, "z"])
