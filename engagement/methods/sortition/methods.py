"""The methods of selection: each makes a lottery over feasible panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.certificate import prove
from engagement.methods.sortition.columns import find_by_stages
from engagement.methods.sortition.decomposition import Mixture, OutOfReach, decompose
from engagement.methods.sortition.feasibility import Coverage
from engagement.methods.sortition.linear import Floats
from engagement.methods.sortition.lottery import Lottery, Stage
from engagement.methods.sortition.panels import PanelMaker
from engagement.methods.sortition.problem import Problem
from engagement.methods.sortition.relaxation import solve_first_level, solve_relaxation

EXACT = 1e-9
# Weights are kept as whole numbers: a float's share of this, without loss.
WHOLE = 2**60
NASH_ROUNDS, NASH_STEPS, NASH_DIVES, NASH_CLOSE = 200, 100, 4, 1e-3


def leximin(
    problem: Problem, coverage: Coverage, checkpoint: Callable[[], None] = lambda: None
) -> Lottery:
    """The lottery whose smallest chance is the greatest possible, then the next smallest, and so
    on (Flanigan and others, Nature 2021), with its proof.

    First the leximin fractional panel, a target that no lottery beats; then panels whose mean it
    is. Where whole panels cannot reach it, stage by stage over whole panels instead. ``checkpoint``
    is called between steps and may raise to stop.
    """
    places = coverage.places(problem)
    if (places == problem.floor).all():
        return _settle("leximin", problem, coverage)
    levels = solve_relaxation(problem, places, checkpoint)
    stages, gap = prove(problem, places, levels, checkpoint)
    target = problem.floor.astype(np.float64)
    for level in levels:
        target[level.kinds] = problem.counts[level.kinds] * level.height
    for stage in stages:
        target[list(stage.kinds)] = problem.counts[list(stage.kinds)] * float(stage.level)
    found = decompose(problem, places, target, coverage.panels, checkpoint)
    if isinstance(found, OutOfReach):
        known = [*found.panels, *coverage.panels]
        staged = find_by_stages(problem, places, known, checkpoint)
        return _lottery("leximin", problem, coverage, staged.mixture, Fraction(staged.gap))
    return _certify(_lottery("leximin", problem, coverage, found, gap, stages))


def maximin(
    problem: Problem, coverage: Coverage, checkpoint: Callable[[], None] = lambda: None
) -> Lottery:
    """A lottery whose smallest chance is the greatest possible; for comparison.

    Kinds on no panel are left aside, as leximin leaves them.
    """
    places = coverage.places(problem)
    if (places == problem.floor).all():
        return _settle("maximin", problem, coverage)
    target = solve_first_level(problem, places)
    found = decompose(problem, places, target, coverage.panels, checkpoint)
    if isinstance(found, Mixture):
        return _lottery("maximin", problem, coverage, found, Fraction(0))
    staged = find_by_stages(problem, places, coverage.panels, checkpoint, only_first=True)
    return _lottery("maximin", problem, coverage, staged.mixture, Fraction(staged.gap))


def nash(
    problem: Problem, coverage: Coverage, checkpoint: Callable[[], None] = lambda: None
) -> Lottery:
    """A lottery with the greatest product of chances (Nash welfare), nearly; for comparison.

    Over the panels so far the weights are found by the multiplicative steps of Cover (1984);
    panels are added while one is worth more than the number of people at prices of one over each
    chance. ``gap``: what the best panel is still worth beyond that, for each person.
    """
    places = coverage.places(problem)
    if (places == problem.floor).all():
        return _settle("nash", problem, coverage)
    maker = PanelMaker(problem, places)
    chance = np.random.Generator(np.random.PCG64(0))
    able = places > 0
    people = problem.counts[able].astype(np.float64)
    panels = {panel.tobytes(): panel for panel in coverage.panels}
    weights = np.full(len(panels), 1 / len(panels))
    for _ in range(NASH_ROUNDS):
        checkpoint()
        worth = np.zeros(len(places))
        weights, worth[able] = _spread(np.array(list(panels.values()))[:, able], weights, people)
        before = len(panels)
        for turn in range(NASH_DIVES):
            blur = 1 + 0.2 * chance.standard_normal(len(worth)) if turn else 1.0
            panel = maker.dive(worth * blur)
            if panel is not None and worth @ panel > people.sum() * (1 + NASH_CLOSE):
                panels.setdefault(panel.tobytes(), panel)
        if len(panels) == before:
            panel, bound = maker.best(worth)
            if panel is None or bound <= people.sum() * (1 + NASH_CLOSE):
                break
            panels.setdefault(panel.tobytes(), panel)
        new = len(panels) - before
        weights = np.append(weights * 0.9, np.full(new, 0.1 / max(new, 1)))
        weights /= weights.sum()
    weights, worth[able] = _spread(np.array(list(panels.values()))[:, able], weights, people)
    _, bound = maker.best(worth)
    gap = max(0.0, bound / people.sum() - 1)
    used = np.flatnonzero(weights > 1e-12)
    mixture = Mixture([list(panels.values())[place] for place in used], weights[used])
    return _lottery("nash", problem, coverage, mixture, Fraction(gap))


def _spread(made: NDArray[np.int64], weights: Floats, people: Floats) -> tuple[Floats, Floats]:
    """``weights`` of the panels ``made`` (n, t) after steps towards the greatest product, and what
    one more seat of each kind is then worth."""
    panels = made.astype(np.float64)
    for _ in range(NASH_STEPS):
        weights = weights * (panels @ (people / (weights @ panels))) / people.sum()
    return weights, people / (weights @ panels)


def _settle(method: str, problem: Problem, coverage: Coverage) -> Lottery:
    """The lottery where nothing is left to chance: there is one panel."""
    only = Mixture(coverage.panels[:1], np.ones(1))
    return _lottery(method, problem, coverage, only, Fraction(0))


def _lottery(
    method: str,
    problem: Problem,
    coverage: Coverage,
    mixture: Mixture,
    gap: Fraction,
    stages: tuple[Stage, ...] = (),
) -> Lottery:
    whole = float(mixture.weights.sum())
    kept = [
        (tuple(panel.tolist()), round(float(weight) / whole * WHOLE))
        for panel, weight in zip(mixture.panels, mixture.weights, strict=True)
    ]
    return Lottery(
        method=method,
        size=problem.rows[0].most,
        kinds=problem.kinds,
        panels=tuple(panel for panel, weight in kept if weight),
        weights=tuple(weight for _, weight in kept if weight),
        exact=gap <= EXACT,
        gap=float(gap),
        stages=stages,
        impossible=tuple(coverage.impossible.tolist()),
    )


def _certify(lottery: Lottery) -> Lottery:
    """``lottery`` with a gap that counts how far its chances, exactly, are from the target that
    its stages prove; not exact where they prove nothing."""
    chances = lottery.exact_chances()
    off = max(
        (abs(chances[kind] - stage.level) for stage in lottery.stages for kind in stage.kinds),
        default=Fraction(0),
    )
    gap = Fraction(lottery.gap) + off
    return replace(lottery, gap=float(gap), exact=gap <= EXACT)
