"""Lotteries over real pools have the chances that are known of them."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from engagement.methods.sortition.feasibility import Coverage, cover
from engagement.methods.sortition.lottery import Lottery
from engagement.methods.sortition.methods import leximin, maximin, nash
from engagement.methods.sortition.problem import Problem
from tests.methods.sortition.instances import REAL, SEATS, go_on, real

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no files at {REAL}")

# The smallest chance and the Gini coefficient of leximin.
KNOWN = {
    "diversimax_exact_60": (0.0, 0.477157),
    "diversimax_wide_60": (0.0, 0.278553),
    "example_small_20": (0.1, 0.0),
    "opendlp_monitoring_30": (27 / 91, 0.010000),
    "sf_e_synth_110": (89 / 489, 0.006020),
    "sf_fixture_22": (1 / 11, 0.140351),
}
# With nobody left out by the targets, the product of chances can be compared.
ALL_POSSIBLE = ("example_small_20", "opendlp_monitoring_30", "sf_fixture_22")


@cache
def posed(name: str) -> tuple[Problem, Coverage]:
    instance = real(name)
    problem = instance.pose()
    return problem, cover(problem, instance.targets, go_on)


@cache
def drawn(name: str) -> Lottery:
    return leximin(*posed(name))


def everybody(lottery: Lottery) -> np.ndarray:
    """The chance of each person, rising."""
    found = [float(chance) for chance in lottery.exact_chances()]
    return np.sort(np.repeat(found, [len(kind.members) for kind in lottery.kinds]))


def gini(values: np.ndarray) -> float:
    count = len(values)
    return float((2 * np.arange(1, count + 1) - count - 1) @ values / (count * values.sum()))


@pytest.mark.parametrize("name", SEATS)
def test_the_smallest_chance_and_the_gini_coefficient_are_known(name: str) -> None:
    found = everybody(drawn(name))
    smallest, spread = KNOWN[name]
    assert found[0] == pytest.approx(smallest, abs=1e-9)
    assert gini(found) == pytest.approx(spread, abs=1e-6)


@pytest.mark.parametrize("name", SEATS)
def test_the_lottery_is_proved_exact(name: str) -> None:
    lottery = drawn(name)
    assert lottery.exact
    assert lottery.gap <= 1e-9
    assert lottery.stages


@pytest.mark.parametrize("name", SEATS)
def test_every_panel_fills_the_seats_within_the_targets(name: str) -> None:
    problem, _ = posed(name)
    lottery = drawn(name)
    assert lottery.size == SEATS[name]
    assert all(sum(panel) == SEATS[name] for panel in lottery.panels)
    assert all(problem.allows(np.array(panel)) for panel in lottery.panels)
    assert min(lottery.weights) > 0
    assert everybody(lottery).sum() == pytest.approx(SEATS[name], abs=1e-9)


def test_the_levels_of_the_largest_pool_are_fractions() -> None:
    stages = drawn("sf_e_synth_110").stages
    assert stages[0].level == Fraction(89, 489)
    assert drawn("opendlp_monitoring_30").stages[0].level == Fraction(27, 91)
    assert drawn("sf_fixture_22").stages[0].level == Fraction(1, 11)


@pytest.mark.parametrize("name", ["diversimax_exact_60", "diversimax_wide_60"])
def test_nobody_has_no_chance_but_who_can_be_on_no_panel(name: str) -> None:
    lottery = drawn(name)
    without = [kind for kind, chance in enumerate(lottery.exact_chances()) if not chance]
    assert tuple(without) == lottery.impossible
    assert len(without) > 0


@pytest.mark.parametrize("name", SEATS)
def test_maximin_has_the_same_smallest_chance(name: str) -> None:
    lottery = maximin(*posed(name))
    ours, other = (
        [
            float(chance)
            for kind, chance in enumerate(found.exact_chances())
            if kind not in found.impossible
        ]
        for found in (drawn(name), lottery)
    )
    assert min(other) == pytest.approx(min(ours), abs=1e-9)


@pytest.mark.parametrize("name", ALL_POSSIBLE)
def test_the_product_of_chances_is_no_smaller_under_nash(name: str) -> None:
    problem, coverage = posed(name)
    lottery = nash(problem, coverage)
    ours, other = everybody(drawn(name)), everybody(lottery)
    # It is nearly the greatest: by no more than ``gap`` for each person.
    assert np.log(other).mean() >= np.log(ours).mean() - lottery.gap
    assert lottery.gap < 0.01
    assert other.sum() == pytest.approx(SEATS[name], abs=1e-9)
    assert all(problem.allows(np.array(panel)) for panel in lottery.panels)


@pytest.mark.parametrize("name", ["opendlp_monitoring_30", "sf_fixture_22"])
def test_the_same_pool_in_another_order_has_the_same_lottery(name: str) -> None:
    instance = real(name)
    order = np.random.default_rng(5).permutation(len(instance.pool.ids))
    pool = instance.pool
    mixed = type(pool)(
        pool.features,
        tuple(pool.ids[place] for place in order),
        tuple(pool.answers[place] for place in order),
        tuple(pool.households[place] for place in order),
    )
    problem = instance._replace(pool=mixed).pose()
    again = leximin(problem, cover(problem, instance.targets, go_on))
    assert again == drawn(name)
