"""Seats that fall empty are filled so that the whole panel meets its targets, or foreseen."""

from __future__ import annotations

from itertools import product

import pytest

from engagement.methods.sortition.errors import SelectionRefused
from engagement.methods.sortition.pool import Pool, Rules, Target, Targets
from engagement.methods.sortition.replacement import foresee
from engagement.methods.sortition.selection import Selection, select

TARGETS = Targets(
    (
        Target("age", "young", 2, 3),
        Target("age", "old", 3, 4),
        Target("sex", "f", 3, 3),
        Target("sex", "m", 3, 3),
    )
)


def _pool(copies: int = 10, homes: bool = False) -> Pool:
    people = [pair for pair in product(("young", "old"), ("f", "m")) for _ in range(copies)]
    ids = tuple(f"p{place:03}" for place in range(len(people)))
    households = tuple(f"h{place % copies}" if homes else None for place in range(len(people)))
    return Pool(("age", "sex"), ids, tuple(people), households)


def _replace(pool: Pool, seated: set[str], gone: set[str]) -> Selection:
    rules = Rules(seated=frozenset(seated), excluded=frozenset(gone))
    return select(TARGETS, pool, 6, rules=rules, tickets=50)


def _counts(pool: Pool, people: set[str]) -> dict[str, int]:
    answers = dict(zip(pool.ids, pool.answers, strict=True))
    values = [value for person in people for value in answers[person]]
    return {value: values.count(value) for value in ("young", "old", "f", "m")}


def test_replacements_make_the_whole_panel_meet_its_targets() -> None:
    pool = _pool()
    first = set(select(TARGETS, pool, 6, tickets=50).tickets[7])
    gone = set(sorted(first)[:2])
    again = _replace(pool, first - gone, gone)
    for ticket in again.tickets:
        whole = (first - gone) | set(ticket)
        assert len(whole) == 6
        assert not whole & gone
        counts = _counts(pool, whole)
        assert counts["f"] == counts["m"] == 3
        assert 2 <= counts["young"] <= 3


def test_who_was_alike_before_has_the_same_chance_of_replacing() -> None:
    pool = _pool()
    # Two young women and two old men stay: a woman and a man are drawn, and one is old at least.
    again = _replace(pool, {"p000", "p001", "p030", "p031"}, set())
    answers = dict(zip(pool.ids, pool.answers, strict=True))
    chances: dict[object, set[object]] = {}
    for person, chance in again.chances.items():
        chances.setdefault(answers[person], set()).add(chance)
    assert all(len(same) == 1 for same in chances.values())
    assert again.barred["p000"] == "already seated"


def test_nobody_joins_a_household_that_has_a_seat() -> None:
    pool = _pool(homes=True)
    seated = {"p000", "p011"}
    again = _replace(pool, seated, set())
    homes = dict(zip(pool.ids, pool.households, strict=True))
    taken = {homes[person] for person in seated}
    assert all(homes[person] not in taken for ticket in again.tickets for person in ticket)
    assert again.barred["p010"] == "somebody of the same household has a seat"


def test_seats_beyond_a_target_are_refused_in_words() -> None:
    with pytest.raises(SelectionRefused, match="sex f: 4 are seated or to be included"):
        _replace(_pool(), {"p000", "p001", "p002", "p003"}, set())


def test_with_nobody_leaving_no_extra_seat_is_needed() -> None:
    (prospect,) = foresee(TARGETS, _pool(), 6, {}, "s", most_extra=0, trials=20)
    assert (prospect.chance, prospect.error) == (1.0, 0.0)


def test_the_chance_without_extra_seats_is_that_nobody_leaves() -> None:
    # Every panel has three women who each stay with a chance of 0.8, and all are needed.
    (prospect,) = foresee(TARGETS, _pool(), 6, {("sex", "f"): 0.2}, "s", most_extra=0, trials=2000)
    assert prospect.chance == pytest.approx(0.8**3, abs=4 * prospect.error)


def test_more_seats_help_and_the_same_seed_foresees_the_same() -> None:
    share = {("sex", "f"): 0.2, ("age", "young"): 0.1}
    first, again = (
        list(foresee(TARGETS, _pool(), 6, share, "s", most_extra=4, trials=100)) for _ in range(2)
    )
    assert first == again
    assert first[4].chance > first[0].chance + 0.2
    assert first[4].targets is not None


def test_a_panel_that_cannot_be_made_larger_is_said() -> None:
    prospects = list(foresee(TARGETS, _pool(copies=2), 6, {}, "s", most_extra=4, trials=10))
    assert prospects[4].targets is None
    assert prospects[4].chance == 0


@pytest.mark.parametrize(
    ("share", "said"),
    [({("sex", "x"): 0.1}, "sex x has no target"), ({("sex", "f"): 1.5}, "must be 0 to 1")],
)
def test_assumptions_that_make_no_sense_are_refused(
    share: dict[tuple[str, str], float], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        list(foresee(TARGETS, _pool(), 6, share, "s"))
