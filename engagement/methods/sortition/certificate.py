"""Proof in exact arithmetic that no lottery is better than a target.

A stage says: of all fractional panels that give the kinds of earlier stages their levels, and
everybody else at least this stage's level, none gives this stage's kinds together more than the
level. That is a linear program, and any prices of its rows bound it from above (weak duality),
exactly, however the solver rounded. Stage by stage it follows that whatever is at least as good in
leximin order gives each kind exactly its level.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.linear import NoSolution, Program, SolverStalled
from engagement.methods.sortition.lottery import Stage
from engagement.methods.sortition.problem import Problem
from engagement.methods.sortition.relaxation import Level

TIGHT = 2e-6
DENOMINATOR = 10**6


def prove(
    problem: Problem,
    places: NDArray[np.int64],
    levels: Sequence[Level],
    checkpoint: Callable[[], None],
) -> tuple[tuple[Stage, ...], Fraction]:
    """The stages of the proof, and the largest gap that they leave at anybody's chance.

    The gap is 0 where the proof is complete, and 1, with no stages, where there is none: the
    target breaks a row, or the solver stalls. ``places`` and ``levels`` as in
    ``solve_relaxation``.
    """
    heights = sorted({level.height for level in levels})
    exact = _solve_heights(problem, places, levels, heights)
    kinds = [
        np.sort(np.concatenate([level.kinds for level in levels if level.height == height]))
        for height in heights
    ]
    target = _target(problem, exact, kinds)
    if not _meets_rows(problem, places, target):
        return (), Fraction(1)
    program = Program(problem.matrix, problem.least, problem.most, problem.floor, places)
    least = problem.floor.astype(np.float64)
    open_ = np.zeros(len(least), dtype=bool)
    open_[np.concatenate(kinds) if kinds else []] = True
    stages: list[Stage] = []
    gap = Fraction(0)
    for height, here in zip(exact, kinds, strict=True):
        checkpoint()
        least[open_] = problem.counts[open_] * float(height)
        open_[here] = False
        program.set_all_bounds(least, places.astype(np.float64))
        aim = np.zeros(len(least))
        aim[here] = 1.0
        program.set_costs(aim)
        try:
            program.maximise()
        except (NoSolution, SolverStalled):
            return (), Fraction(1)
        prices = tuple(
            Fraction(price).limit_denominator(DENOMINATOR) for price in program.prices().tolist()
        )
        stages.append(Stage(height, tuple(here.tolist()), prices))
        over = bound_stage(problem, places, stages) - sum(
            (int(problem.counts[kind]) * height for kind in here.tolist()), Fraction(0)
        )
        gap = max(gap, over / int(problem.counts[here].min()))
    return tuple(stages), gap


def bound_stage(problem: Problem, places: NDArray[np.int64], stages: Sequence[Stage]) -> Fraction:
    """What the kinds of the last of ``stages`` can have together at most, by its prices."""
    stage = stages[-1]
    promised = {kind: earlier.level for earlier in stages for kind in earlier.kinds}
    scale = math.lcm(*(price.denominator for price in stage.prices))
    prices = [int(price * scale) for price in stage.prices]
    bound = Fraction(
        sum(
            price * (row.most if price > 0 else row.least)
            for price, row in zip(prices, problem.rows, strict=True)
        )
    )
    aim = set(stage.kinds)
    worth = np.zeros(len(problem.kinds), dtype=object)
    for price, row in zip(prices, problem.matrix, strict=True):
        if price:
            worth[row > 0] += price
    for kind, paid in enumerate(worth.tolist()):
        gain = (scale if kind in aim else 0) - paid
        if gain > 0:
            bound += gain * int(places[kind])
        elif gain < 0:
            fixed = int(problem.floor[kind]) or not places[kind]
            level = promised.get(kind, stage.level)
            bound += gain * (
                int(problem.floor[kind]) if fixed else level * int(problem.counts[kind])
            )
    return bound / scale


def _target(
    problem: Problem, heights: Sequence[Fraction], kinds: Sequence[NDArray[np.int64]]
) -> list[Fraction]:
    """How many of each kind the target seats."""
    target = [Fraction(floor) for floor in problem.floor.tolist()]
    for height, here in zip(heights, kinds, strict=True):
        for kind in here.tolist():
            target[kind] = height * int(problem.counts[kind])
    return target


def _meets_rows(problem: Problem, places: NDArray[np.int64], target: Sequence[Fraction]) -> bool:
    return all(
        0 <= seats <= most for seats, most in zip(target, places.tolist(), strict=True)
    ) and all(
        row.least
        <= sum((target[kind] for kind in np.flatnonzero(sums).tolist()), Fraction(0))
        <= row.most
        for row, sums in zip(problem.rows, problem.matrix, strict=True)
    )


def _solve_heights(
    problem: Problem,
    places: NDArray[np.int64],
    levels: Sequence[Level],
    heights: Sequence[float],
) -> list[Fraction]:
    """The heights as the rows that are tight at the target make them, by elimination in whole
    numbers; where those rows do not settle a height, the nearest simple fraction."""
    near = [Fraction(height).limit_denominator(DENOMINATOR) for height in heights]
    unknown = {height: place for place, height in enumerate(heights)}
    place_of = np.full(len(problem.kinds), -1)
    for level in levels:
        place_of[level.kinds] = unknown[level.height]
    seats = np.where(
        place_of >= 0, problem.counts * np.array([*heights, 0.0])[place_of], problem.floor
    )
    sums = problem.matrix @ seats
    equations: list[tuple[float, list[int]]] = []
    for row, total, members in zip(problem.rows, sums.tolist(), problem.matrix > 0, strict=True):
        for edge in {row.least, row.most}:
            if (off := abs(total - edge)) < TIGHT:
                inside = members & (place_of >= 0)
                shares = np.bincount(
                    place_of[inside], problem.counts[inside], minlength=len(heights)
                )
                taken = int(problem.floor[members & (place_of < 0)].sum())
                equations.append((off, [*map(int, shares), edge - taken]))
    for kind in np.flatnonzero((place_of >= 0) & (np.abs(seats - places) < TIGHT)).tolist():
        alone = [0] * len(heights)
        alone[place_of[kind]] = int(problem.counts[kind])
        equations.append((abs(float(seats[kind] - places[kind])), [*alone, int(places[kind])]))
    solved = _eliminate([equation for _, equation in sorted(equations)], len(heights))
    return [
        exact if exact is not None and abs(float(exact) - height) < TIGHT else guess
        for exact, guess, height in zip(solved, near, heights, strict=True)
    ]


def _eliminate(equations: Sequence[Sequence[int]], unknowns: int) -> list[Fraction | None]:
    """Solve for what the equations settle (Gauss and Jordan, exactly); None for what they do
    not. An equation that the ones before it contradict is left out."""
    rows: dict[int, list[Fraction]] = {}
    for equation in equations:
        if len(rows) == unknowns:
            break
        row = [Fraction(entry) for entry in equation]
        for pivot, known in rows.items():
            if factor := row[pivot]:
                row = [a - factor * b for a, b in zip(row, known, strict=True)]
        pivot = next((place for place in range(unknowns) if row[place]), -1)
        if pivot < 0:
            continue
        row = [entry / row[pivot] for entry in row]
        for other, known in rows.items():
            if factor := known[pivot]:
                rows[other] = [a - factor * b for a, b in zip(known, row, strict=True)]
        rows[pivot] = row
    return [
        rows[place][-1]
        if place in rows
        and not any(rows[place][other] for other in range(unknowns) if other != place)
        else None
        for place in range(unknowns)
    ]
