"""Tables: they mirror the room, people meet, wishes hold, and the plan is the same every time."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.tables.errors import CannotSeat
from engagement.methods.tables.figures import measure
from engagement.methods.tables.room import Plan, Room
from engagement.methods.tables.seat import seat
from tests.methods.tables.rooms import a_room


def tables_of(plan: Plan, round_: int) -> list[set[str]]:
    """The people at each table of a round."""
    seats = plan.rounds[round_]
    return [
        {who for who, at in zip(plan.people, seats, strict=True) if at == table}
        for table in range(plan.tables)
    ]


def test_a_hundred_people_meet_nearly_as_many_as_can_be() -> None:
    room = a_room()
    plan = seat(room, 10, 5)
    figures = measure(room, plan)
    assert figures.share >= 0.92
    assert figures.deviations == 0
    assert [len(table) for table in tables_of(plan, 0)] == [10] * 10


def test_the_figures_say_what_the_plan_does() -> None:
    room = a_room(24)
    plan = seat(room, 4, 3, effort=0.2)
    pairs: Counter[frozenset[str]] = Counter()
    for number in range(3):
        for table in tables_of(plan, number):
            pairs.update(map(frozenset, combinations(sorted(table), 2)))
    figures = measure(room, plan)
    assert figures.met == len(pairs)
    assert figures.most_often == max(pairs.values())
    assert figures.bound == 3 * 4 * 15
    lopsided = Plan(room.people, (tuple(number // 6 for number in range(24)),), 4)
    sexes = dict(zip(room.people, room.features["sex"], strict=True))
    women = sum(sex == "female" for sex in sexes.values())
    off = 0
    for table in tables_of(lopsided, 0):
        there = sum(sexes[who] == "female" for who in table)
        low, high = women * 6 // 24, -(-women * 6 // 24)
        off += max(low - there, there - high, 0) + max(there - high, low - there, 0)
    only_sex = Room(room.people, {"sex": room.features["sex"]})
    assert measure(only_sex, lopsided).deviations == off


def test_wishes_are_kept_in_every_round() -> None:
    room = a_room(
        60,
        together=[("p0", "p1"), ("p1", "p2"), ("p3", "p4")],
        apart=[("p5", "p6"), ("p7", "p8", "p9")],
        fixed={"p10": 0, "p11": 1, "p0": 2},
    )
    plan = seat(room, 6, 4)
    figures = measure(room, plan)
    assert (figures.broken, figures.deviations) == (0, 0)
    for number in range(4):
        tables = tables_of(plan, number)
        assert any({"p0", "p1", "p2"} <= table for table in tables)
        assert "p0" in tables[2]
        assert "p10" in tables[0]
        assert "p11" in tables[1]
        assert not any({"p5", "p6"} <= table for table in tables)
        assert all(len(table & {"p7", "p8", "p9"}) <= 1 for table in tables)


def test_many_members_each_with_an_interpreter_still_go_round() -> None:
    pairs = [(f"p{number}", f"p{number + 1}") for number in range(0, 16, 2)]
    room = a_room(40, together=pairs)
    figures = measure(room, seat(room, 5, 4))
    assert figures.broken == 0
    assert figures.deviations <= 8
    assert figures.share > 0.8


def test_the_same_people_give_the_same_plan() -> None:
    assert seat(a_room(30), 5, 3, effort=0.2) == seat(a_room(30), 5, 3, effort=0.2)


def test_who_has_no_value_is_counted_nowhere() -> None:
    room = Room(["a", "b", "c", "d"], {"sex": ["female", "female", "", ""]})
    for table in tables_of(seat(room, 2, 1), 0):
        assert len(table & {"a", "b"}) == 1


@pytest.mark.parametrize(
    ("wishes", "tables", "words"),
    [
        ({"together": [("p0", "p1", "p2", "p3")]}, 4, "a table has 3 seats"),
        ({"together": [("p0", "p1")], "apart": [("p1", "p0")]}, 4, "with and apart"),
        ({"together": [("p0", "p1")], "fixed": {"p0": 1, "p1": 2}}, 4, "to stay apart"),
        ({"apart": [("p0", "p1")], "fixed": {"p0": 1, "p1": 1}}, 4, "stay at table 2"),
        ({"apart": [("p0", "p1", "p2", "p3")]}, 3, "there are 3 tables"),
        ({"fixed": {"p0": 7}}, 4, "to stay at table 8"),
        ({"together": [("p0", "nobody")]}, 4, "nobody is not in the list"),
        ({"fixed": {f"p{number}": 0 for number in range(5)}}, 4, "table 1 than it has seats"),
        ({}, 13, "12 people cannot fill 13 tables"),
        ({}, 0, "at least one table"),
    ],
)
def test_wishes_that_cannot_be_kept_are_named(
    wishes: dict[str, object], tables: int, words: str
) -> None:
    with pytest.raises(CannotSeat, match=words):
        seat(a_room(12, **wishes), tables, 2)


def test_a_name_that_is_there_twice_is_refused() -> None:
    with pytest.raises(CannotSeat, match="a is in the list more than once"):
        seat(Room(["a", "a", "b"]), 1, 1)


def test_it_can_be_stopped() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seat(a_room(20), 4, 2, checkpoint=stop)


@settings(max_examples=25, deadline=None)
@given(
    people=st.integers(1, 23),
    tables=st.integers(1, 6),
    rounds=st.integers(1, 3),
    values=st.lists(st.sampled_from(["", "x", "y", "z"]), min_size=23, max_size=23),
)
def test_any_room_is_seated_whole(people: int, tables: int, rounds: int, values: list[str]) -> None:
    room = Room([str(number) for number in range(people)], {"any": values[:people]})
    if tables > people:
        with pytest.raises(CannotSeat):
            seat(room, tables, rounds, effort=0.05)
        return
    plan = seat(room, tables, rounds, effort=0.05)
    for number in range(rounds):
        sizes = [len(table) for table in tables_of(plan, number)]
        assert sum(sizes) == people
        assert max(sizes) - min(sizes) <= 1
    assert measure(room, plan).broken == 0
