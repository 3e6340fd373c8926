"""Targets that no lottery reaches: leximin stage by stage, over whole panels.

In a ring of kinds no two neighbours may sit together. Fractions seat half of each kind, but of an
odd ring whole panels seat less than half: the relaxation's target is out of reach, provably. Rings
side by side have nothing to do with each other, so that chances are those of one ring alone.
"""

from __future__ import annotations

import numpy as np
import pytest

from engagement.methods.sortition.columns import find_by_stages
from engagement.methods.sortition.feasibility import TargetsCannotBeMet, cover
from engagement.methods.sortition.methods import leximin, maximin
from engagement.methods.sortition.pool import Pool, Target, Targets
from tests.methods.sortition.instances import Instance, chances, go_on, matched, select
from tests.methods.sortition.oracle import all_panels, leximin_chances


def rings(length: int, copies: int, each: int, free: int = 0) -> Instance:
    """``copies`` of a ring with ``each`` people of a kind, and as many with no neighbours.

    Each ring fills (length + 1) / 2 seats. ``free``: how many features besides have no targets
    that bind, and so only make more kinds.
    """
    chance = np.random.default_rng(length + 100 * copies)
    names = [f"ring {ring}, {edge}" for ring in range(copies) for edge in range(length)]
    rows = [Target("place", str(ring), *[length // 2 + 1] * 2) for ring in range(copies)]
    rows += [Target(name, "in", 0, 1) for name in names]
    size = copies * (length // 2 + 1)
    rows += [Target(f"free {number}", value, 0, size) for number in range(free) for value in "pq"]
    answers = []
    for ring in range(copies):
        for kind in range(length + 1):
            touched = {(ring, kind), (ring, (kind + 1) % length)} if kind < length else set()
            edges = [
                "in" if (r, e) in touched else None for r in range(copies) for e in range(length)
            ]
            answers += [
                (str(ring), *edges, *map(str, chance.choice(["p", "q"], free))) for _ in range(each)
            ]
    targets = Targets(tuple(rows))
    ids = tuple(f"p{place:05}" for place in range(len(answers)))
    pool = Pool(targets.features, ids, tuple(answers), (None,) * len(ids))
    return Instance(targets, pool, size)


def expected(length: int, copies: int, each: int) -> np.ndarray:
    """Chances in rings: neighbours' share of the seats that whole panels can give them."""
    around = [length // 2 / (length * each)] * (length * each)
    return np.array((around + [1 / each] * each) * copies)


def check(instance: Instance, wanted: np.ndarray) -> None:
    problem, lottery = select(instance)
    assert lottery.stages == ()
    assert lottery.exact
    assert 0 <= lottery.gap <= 1e-9
    assert min(lottery.weights) > 0
    assert all(problem.allows(np.array(panel)) for panel in lottery.panels)
    assert np.abs(chances(instance, lottery) - wanted).max() < 1e-6


@pytest.mark.parametrize("length", [3, 5])
def test_one_ring_has_the_chances_of_brute_force(length: int) -> None:
    instance = rings(length, 1, 2)
    found = leximin_chances(all_panels(*instance))
    assert np.abs(found - expected(length, 1, 2)).max() < 1e-6
    check(instance, found)


def test_two_rings_have_the_chances_of_each_by_brute_force() -> None:
    instance = rings(3, 2, 2)
    found = leximin_chances(all_panels(*instance))
    assert np.abs(found - expected(3, 2, 2)).max() < 1e-6
    check(instance, found)


@pytest.mark.parametrize(
    ("length", "copies", "each", "free"),
    [(3, 8, 3, 2), (5, 4, 12, 0), (3, 8, 31, 0), (5, 6, 27, 0), (3, 3, 166, 3)],
    ids=["96 people", "288 people", "992 people", "972 people", "1992 people"],
)
def test_many_rings_have_the_chances_of_one(length: int, copies: int, each: int, free: int) -> None:
    check(rings(length, copies, each, free), expected(length, copies, each))


def test_maximin_out_of_reach_has_the_smallest_chance_of_leximin() -> None:
    instance = rings(3, 3, 2)
    _, lottery = select(instance, maximin)
    assert lottery.exact
    assert chances(instance, lottery).min() == pytest.approx(1 / 6, abs=1e-9)


# Found by trying seeds in turn: about one in ten of these is out of reach.
OUT_OF_REACH = {
    (14, 6, 6, 2): (10, 16, 22, 36, 40, 41, 44, 55, 80, 81, 83, 86, 125, 143, 145),
    (16, 7, 7, 2): (8, 24, 29, 54, 58, 66),
}


@pytest.mark.parametrize(
    ("shape", "seed"), [(shape, seed) for shape, seeds in OUT_OF_REACH.items() for seed in seeds]
)
def test_exact_targets_out_of_reach_have_the_chances_of_brute_force(
    shape: tuple[int, int, int, int], seed: int
) -> None:
    instance = matched(seed, *shape)
    check(instance, leximin_chances(all_panels(*instance)))


def test_stages_alone_find_what_the_target_gives() -> None:
    for seed in range(20):
        instance = matched(seed, 30, 8, 3, 3)
        problem = instance.pose()
        coverage = cover(problem, instance.targets, go_on)
        lottery = leximin(problem, coverage)
        staged = find_by_stages(problem, coverage.places(problem), coverage.panels, go_on)
        assert staged.gap <= 1e-9
        mean = staged.mixture.weights @ np.array(staged.mixture.panels)
        direct = [float(chance) for chance in lottery.exact_chances()]
        assert np.abs(mean / problem.counts - direct).max() < 1e-7


def test_a_checkpoint_can_stop_the_stages() -> None:
    instance = rings(3, 4, 2)
    problem = instance.pose()
    coverage = cover(problem, instance.targets, go_on)
    left = 12

    def stop() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leximin(problem, coverage, stop)


def test_a_ring_that_has_to_be_half_full_cannot_be() -> None:
    instance = rings(3, 1, 2)
    alone = range(6)
    pool = Pool(
        instance.pool.features,
        tuple(instance.pool.ids[who] for who in alone),
        tuple(instance.pool.answers[who] for who in alone),
        (None,) * 6,
    )
    with pytest.raises(TargetsCannotBeMet):
        select(instance._replace(pool=pool))
