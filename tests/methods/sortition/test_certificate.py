"""The proof that no lottery is better holds in exact fractions, and breaks when tampered with."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.methods.sortition.certificate import bound_stage, prove
from engagement.methods.sortition.errors import SelectionRefused
from engagement.methods.sortition.feasibility import Coverage, TargetsCannotBeMet, cover
from engagement.methods.sortition.lottery import Stage
from engagement.methods.sortition.problem import Problem
from engagement.methods.sortition.relaxation import Level, solve_first_level, solve_relaxation
from tests.methods.sortition.instances import (
    REAL,
    SEATS,
    Instance,
    go_on,
    instances,
    people,
    real,
    repeatably,
    targets,
)
from tests.methods.sortition.oracle import all_panels, leximin_chances

needs_files = pytest.mark.skipif(not REAL.is_dir(), reason=f"no files at {REAL}")


def covered(instance: Instance) -> tuple[Problem, Coverage]:
    problem = instance.pose()
    return problem, cover(problem, instance.targets, go_on)


def proof(instance: Instance) -> tuple[Problem, np.ndarray, tuple[Stage, ...], Fraction]:
    problem, coverage = covered(instance)
    places = coverage.places(problem)
    return problem, places, *prove(problem, places, solve_relaxation(problem, places, go_on), go_on)


def claimed(problem: Problem, stage: Stage) -> Fraction:
    """What a stage says that its kinds have together."""
    return sum((len(problem.kinds[kind].members) * stage.level for kind in stage.kinds), Fraction())


def holds(problem: Problem, places: np.ndarray, stages: tuple[Stage, ...]) -> bool:
    """Whether each stage's prices bound it by what it claims, and no kind is left out."""
    named = [kind for stage in stages for kind in stage.kinds]
    wanted = np.flatnonzero((places > 0) & (problem.floor < places)).tolist()
    return sorted(named) == wanted and all(
        bound_stage(problem, places, stages[: number + 1]) <= claimed(problem, stage)
        for number, stage in enumerate(stages)
    )


def small() -> Instance:
    """One old person, two young, two seats of which the young have one at most."""
    return Instance(
        targets(("a", "old", 0, 2), ("a", "young", 0, 1)),
        people([("old",), ("young",), ("young",)]),
        2,
    )


@needs_files
@pytest.mark.parametrize("name", SEATS)
def test_the_proof_is_complete_on_real_pools(name: str) -> None:
    problem, places, stages, gap = proof(real(name))
    assert gap == 0
    assert holds(problem, places, stages)
    levels = [stage.level for stage in stages]
    assert levels == sorted(set(levels))


@needs_files
def test_no_stage_of_a_real_proof_can_be_lowered_or_priced_otherwise() -> None:
    problem, places, stages, _ = proof(real("opendlp_monitoring_30"))
    for number, stage in enumerate(stages):
        so_far = stages[:number]
        less = replace(stage, level=stage.level * Fraction(999, 1000))
        assert bound_stage(problem, places, (*so_far, less)) > claimed(problem, less)
        bounds = []
        for place in range(len(stage.prices)):
            prices = list(stage.prices)
            prices[place] += Fraction(1, 3)
            dear = replace(stage, prices=tuple(prices))
            bounds.append(bound_stage(problem, places, (*so_far, dear)))
        assert min(bounds) >= claimed(problem, stage)
        assert max(bounds) > claimed(problem, stage)


def test_the_proof_of_a_small_draw_can_be_checked_on_paper() -> None:
    problem, places, stages, gap = proof(small())
    assert gap == 0
    assert [(stage.level, stage.kinds) for stage in stages] == [
        (Fraction(1, 2), (1,)),
        (Fraction(1), (0,)),
    ]
    assert bound_stage(problem, places, stages[:1]) == 1
    assert holds(problem, places, stages)


def test_prices_of_nothing_bound_by_the_places() -> None:
    problem, places, stages, _ = proof(small())
    free = replace(stages[0], prices=(Fraction(0),) * len(problem.rows))
    assert bound_stage(problem, places, (free,)) == 2
    assert not holds(problem, places, (free, stages[1]))


def test_a_target_that_breaks_a_row_has_no_proof() -> None:
    problem, coverage = covered(small())
    places = coverage.places(problem)
    prices = np.zeros(len(problem.rows))
    high = [Level(0.75, np.array([0, 1]), prices)]
    assert prove(problem, places, high, go_on) == ((), 1)


def test_a_target_that_is_too_low_leaves_a_gap() -> None:
    instance = Instance(
        targets(("a", "x", 0, 2), ("a", "y", 1, 3)), people([("x",), ("y",)] * 2), 2
    )
    problem, coverage = covered(instance)
    places = coverage.places(problem)
    none = np.zeros(len(problem.rows))
    low = [Level(0.25, np.array([0]), none), Level(0.75, np.array([1]), none)]
    stages, gap = prove(problem, places, low, go_on)
    assert stages
    assert gap == Fraction(1, 4)


@repeatably(40)
@given(instances(unstated=True, homes=3, ruled=True, features=(1, 3)))
def test_no_lottery_beats_the_relaxation(instance: Instance) -> None:
    panels = all_panels(*instance)
    assume(len(panels) > 0)
    try:
        problem, places, stages, gap = proof(instance)
    except (SelectionRefused, TargetsCannotBeMet):
        raise AssertionError("there is a panel") from None
    assume(stages)
    assert gap == 0
    assert holds(problem, places, stages)
    best = leximin_chances(panels)
    at = {person: place for place, person in enumerate(instance.pool.ids)}
    true = np.array([best[at[kind.members[0]]] for kind in problem.kinds])
    relaxed = true.copy()
    for stage in stages:
        relaxed[list(stage.kinds)] = float(stage.level)
    people_of = [len(kind.members) for kind in problem.kinds]
    ahead = np.sort(np.repeat(relaxed, people_of)) - np.sort(np.repeat(true, people_of))
    different = np.flatnonzero(np.abs(ahead) > 1e-6)
    assert not len(different) or ahead[different[0]] > 0


@repeatably(40)
@given(instances(slack=2), st.data())
def test_lowering_any_stage_breaks_the_proof(instance: Instance, data: st.DataObject) -> None:
    assume(len(all_panels(*instance)) > 0)
    problem, places, stages, _ = proof(instance)
    assume(stages)
    number = data.draw(st.integers(0, len(stages) - 1))
    stage = stages[number]
    less = replace(stage, level=stage.level - Fraction(1, 100))
    assert bound_stage(problem, places, (*stages[:number], less)) > claimed(problem, less)


@repeatably(40)
@given(instances(slack=2), st.data())
def test_no_prices_at_all_bound_a_stage_too_low(instance: Instance, data: st.DataObject) -> None:
    assume(len(all_panels(*instance)) > 0)
    problem, places, stages, _ = proof(instance)
    assume(stages)
    number = data.draw(st.integers(0, len(stages) - 1))
    price = st.fractions(-2, 2, max_denominator=6)
    prices = data.draw(st.tuples(*[price] * len(problem.rows)))
    other = replace(stages[number], prices=prices)
    assert bound_stage(problem, places, (*stages[:number], other)) >= claimed(problem, other)


def test_the_first_level_is_the_greatest_smallest_chance() -> None:
    problem, coverage = covered(small())
    places = coverage.places(problem)
    panel = solve_first_level(problem, places)
    levels = solve_relaxation(problem, places, go_on)
    assert min(panel / problem.counts) == pytest.approx(levels[0].height, abs=1e-9)
