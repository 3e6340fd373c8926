"""Leximin by the solver is leximin by brute force over all panels of named people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.sortition.errors import SelectionRefused
from engagement.methods.sortition.feasibility import TargetsCannotBeMet
from engagement.methods.sortition.lottery import Lottery
from engagement.methods.sortition.methods import leximin, maximin, nash
from engagement.methods.sortition.pool import Pool, Rules, Target
from engagement.methods.sortition.problem import Problem
from engagement.methods.sortition.tickets import make_tickets
from tests.methods.sortition.instances import (
    Instance,
    chances,
    instances,
    people,
    repeatably,
    select,
    targets,
)
from tests.methods.sortition.oracle import all_panels, leximin_chances


def check(instance: Instance) -> None:
    """Everything that brute force can say about what the solver says."""
    panels = all_panels(*instance)
    if not len(panels):
        with pytest.raises((TargetsCannotBeMet, SelectionRefused)):
            select(instance)
        return
    problem, lottery = select(instance)
    found = chances(instance, lottery)
    assert np.abs(found - leximin_chances(panels)).max(initial=0) < 1e-6
    assert lottery.exact
    assert lottery.gap <= 1e-9
    assert min(lottery.weights) > 0
    check_panels(instance, problem, lottery, panels)
    never = {person for person, on in zip(instance.pool.ids, panels.any(axis=0), strict=True) if on}
    named = {who for kind in lottery.impossible for who in lottery.kinds[kind].members}
    assert named == set(instance.pool.ids) - never - set(problem.barred)
    check_alike(instance, problem, found)


def check_panels(
    instance: Instance, problem: Problem, lottery: Lottery, panels: np.ndarray
) -> None:
    """Each panel of the lottery, in whole numbers, is one that named people can sit on."""
    at = {person: place for place, person in enumerate(instance.pool.ids)}
    member = np.zeros((len(at), len(problem.kinds)))
    for kind, people_ in enumerate(problem.kinds):
        member[[at[person] for person in people_.members], kind] = 1
    possible = {tuple(panel) for panel in (panels @ member).astype(int).tolist()}
    assert set(lottery.panels) <= possible
    assert len(set(lottery.panels)) == len(lottery.panels)


def check_alike(instance: Instance, problem: Problem, found: np.ndarray) -> None:
    """People with the same answers, in households with the same people, have one chance."""
    company: dict[str, list[str]] = defaultdict(list)
    drawn = [person for person in instance.pool if person.id not in problem.barred]
    for person in drawn:
        company[person.household or person.id].append(repr(person.answers))
    alike = defaultdict(set)
    at = {person: place for place, person in enumerate(instance.pool.ids)}
    for person in drawn:
        home = tuple(sorted(company[person.household or person.id]))
        must = person.id in instance.rules.must_include
        alike[person.answers, home, must].add(found[at[person.id]])
    assert all(max(same) - min(same) <= 1e-9 for same in alike.values())


@repeatably(60)
@given(instances(slack=2))
def test_loose_targets(instance: Instance) -> None:
    check(instance)


@repeatably(60)
@given(instances(features=(4, 6), slack=0))
def test_exact_targets(instance: Instance) -> None:
    check(instance)


@repeatably(60)
@given(instances(unstated=True))
def test_answers_left_unstated(instance: Instance) -> None:
    check(instance)


@repeatably(60)
@given(instances(features=(1, 2), slack=2, homes=5))
def test_households_of_two_or_three(instance: Instance) -> None:
    check(instance)


@repeatably(40)
@given(instances(features=(1, 2), slack=2, homes=2, unstated=True))
def test_households_of_many(instance: Instance) -> None:
    check(instance)


@repeatably(80)
@given(instances(features=(1, 3), slack=2, homes=4, unstated=True, ruled=True))
def test_people_included_excluded_and_seated(instance: Instance) -> None:
    check(instance)


@repeatably(60)
@given(instances(shift=1, homes=3))
def test_targets_that_often_cannot_be_met(instance: Instance) -> None:
    check(instance)


@repeatably(30)
@given(instances(slack=2, homes=4), st.integers(0, 12))
def test_any_size(instance: Instance, size: int) -> None:
    check(instance._replace(size=min(size, len(instance.pool.ids))))


def test_households_made_alike_are_mixed_fairly() -> None:
    homes = ["one", "one", "two", "two", "three", "three", None, None]
    answers = [("x",), ("y",)] * 4
    check(Instance(targets(("a", "x", 1, 3), ("a", "y", 0, 2)), people(answers, homes), 3))


def test_one_household_of_the_whole_pool_fills_one_seat() -> None:
    pool = people([("x",), ("y",), ("y",)], ["home"] * 3)
    check(Instance(targets(("a", "x", 0, 1), ("a", "y", 0, 1)), pool, 1))
    check(Instance(targets(("a", "x", 0, 1), ("a", "y", 0, 1)), pool, 2))


@pytest.mark.parametrize("size", [0, 1, 3, 6])
def test_people_all_alike_share_the_seats(size: int) -> None:
    instance = Instance(targets(("a", "x", 0, 6)), people([("x",)] * 6), size)
    check(instance)
    assert chances(instance, select(instance)[1]).tolist() == [size / 6] * 6


def test_without_features_the_seats_are_shared() -> None:
    instance = Instance(targets(), people([()] * 4), 3)
    check(instance)
    assert chances(instance, select(instance)[1]).tolist() == [0.75] * 4


def test_a_feature_that_nobody_states_is_met_only_where_nobody_is_asked_for() -> None:
    pool = people([(None,)] * 4)
    check(Instance(targets(("a", "x", 0, 4)), pool, 2))
    check(Instance(targets(("a", "x", 1, 4)), pool, 2))


def test_targets_whose_most_is_none_leave_people_out() -> None:
    pool = people([("x", "p"), ("x", "q"), ("y", "p"), ("z", "p")])
    check(Instance(targets(("a", "x", 0, 0), ("a", "y", 0, 1), ("b", "p", 0, 9)), pool, 2))


def test_unstated_is_not_the_same_as_any_text() -> None:
    pool = people([(None,), ("",), ("None",), ("x",)])
    instance = Instance(targets(("a", "x", 1, 1), ("a", "", 0, 0)), pool, 2)
    check(instance)
    assert chances(instance, select(instance)[1]).tolist() == [0.5, 0, 0.5, 1]


def test_seats_for_everybody_are_certain() -> None:
    instance = Instance(targets(("a", "x", 0, 5)), people([("x",)] * 3 + [(None,)] * 2), 5)
    check(instance)
    assert chances(instance, select(instance)[1]).tolist() == [1.0] * 5


@pytest.mark.parametrize("method", [leximin, maximin, nash])
@pytest.mark.parametrize(
    ("size", "rules", "certain"),
    [
        (2, Rules(seated=frozenset({"p00", "p01"})), [1, 1, 0]),
        (2, Rules(frozenset({"p00", "p01"})), [1, 1, 0]),
        (1, Rules(frozenset({"p00"}), frozenset({"p01"})), [1, 0, 0]),
        (3, Rules(frozenset({"p00", "p01"}), frozenset(), frozenset({"p02"})), [1, 1, 1]),
        (2, Rules(frozenset(), frozenset({"p02"}), frozenset({"p00", "p01"})), [1, 1, 0]),
        (0, Rules(), [0, 0, 0]),
        (0, Rules(excluded=frozenset({"p00", "p01", "p02"})), [0, 0, 0]),
        (3, Rules(), [1, 1, 1]),
    ],
)
def test_nothing_is_left_to_chance_where_there_is_one_panel(
    method: Callable[..., Lottery], size: int, rules: Rules, certain: list[int]
) -> None:
    instance = Instance(targets(("a", "x", 0, 3)), people([("x",)] * 3), size, rules)
    check(instance)
    problem, lottery = select(instance, method)
    assert lottery.exact
    assert chances(instance, lottery).tolist() == certain
    made = make_tickets(problem, instance.pool, lottery, 3)
    assert made.deviation == 0
    assert len(made.people) == 3


def test_an_empty_pool_fills_no_seat() -> None:
    empty = Pool(("a",), (), (), ())
    check(Instance(targets(("a", "x", 0, 1)), empty, 1))
    check(Instance(targets(("a", "x", 0, 1)), empty, 0))


def test_very_many_people_of_two_kinds_have_their_exact_chances() -> None:
    count = 10_000
    pool = Pool(
        ("a",),
        tuple(map(str, range(count))),
        (("x",),) * 3 + (("y",),) * (count - 3),
        (None,) * count,
    )
    rows = targets(("a", "x", 1, 1), ("a", "y", 0, count))
    _, lottery = select(Instance(rows, pool, 5_000))
    assert lottery.exact
    assert [round(float(chance), 12) for chance in lottery.exact_chances()] == [
        round(1 / 3, 12),
        round(4_999 / 9_997, 12),
    ]


def test_a_target_that_nobody_matches_asks_for_nobody() -> None:
    pool = people([("x",)] * 3)
    check(Instance(targets(("a", "x", 0, 3), ("a", "w", 0, 2)), pool, 2))
    assert Target("a", "w", 0, 2).least == 0
