"""The best that no lottery can beat: leximin where people could sit in fractions.

Every lottery over panels is also a fractional panel, so the leximin fractional panel is at least as
good as any lottery. Levels rise; each is one linear program, and its prices prove it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.linear import Floats, NoSolution, Program, SolverStalled
from engagement.methods.sortition.problem import Problem

SAME_HEIGHT = 1e-9
# How far earlier levels may give way where rounding has put them out of reach by a hair.
GIVE_WAY = (0.0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)


@dataclass(frozen=True, eq=False)
class Level:
    """Kinds (int array) whose people all have the chance ``height``; ``prices`` of the problem's
    rows (float array (r,)) show that no more is possible."""

    height: float
    kinds: NDArray[np.int64]
    prices: Floats


def solve_relaxation(
    problem: Problem, places: NDArray[np.int64], checkpoint: Callable[[], None]
) -> list[Level]:
    """The levels of the leximin fractional panel, rising.

    ``places``: int array (t,), the most of each kind; 0 for a kind known to be on no panel. Kinds
    that have to be included, and kinds without places, are in no level.

    Raises ``NoSolution`` where not even fractions meet the targets.
    """
    counts, rows = problem.counts, len(problem.rows)
    open_ = (places > 0) & (problem.floor < places)
    program, z = _program(problem, places, open_)
    levels: list[Level] = []
    while open_.any():
        checkpoint()
        height = _reach(program, z, rows, counts, levels)
        prices = program.prices()
        weight = np.where(open_, counts * np.abs(prices[rows:]), 0.0)
        held = weight > min(1e-3 / open_.sum(), weight.max() / 2)
        if height >= 1.0 - SAME_HEIGHT:
            held = open_.copy()
        if levels and height < levels[-1].height + SAME_HEIGHT:
            height = levels[-1].height
        kinds = np.flatnonzero(held)
        levels.append(Level(height, kinds, prices[:rows]))
        open_ &= ~held
        for kind in kinds.tolist():
            program.set_coefficient(rows + kind, z, 0.0)
            program.set_row_bounds(rows + kind, counts[kind] * height, np.inf)
    return levels


def solve_first_level(problem: Problem, places: NDArray[np.int64]) -> Floats:
    """A fractional panel (float array (t,)) that gives everybody who can be drawn as great a
    smallest chance as there can be. Raises ``NoSolution``."""
    program, z = _program(problem, places, (places > 0) & (problem.floor < places))
    return program.maximise()[:z]


def _program(
    problem: Problem, places: NDArray[np.int64], open_: NDArray[np.bool_]
) -> tuple[Program, int]:
    """The program that raises z, the chance of all ``open_`` kinds, and z's column.

    Columns: the kinds, then z; rows: the problem's, then x - counts z >= 0 for each kind.
    """
    counts, rows = problem.counts, len(problem.rows)
    matrix = np.block(
        [
            [problem.matrix, np.zeros((rows, 1))],
            [np.eye(len(counts)), np.where(open_, -counts, 0.0)[:, None]],
        ]
    )
    program = Program(
        matrix,
        np.concatenate([problem.least, np.zeros(len(counts))]),
        np.concatenate([problem.most, np.full(len(counts), np.inf)]),
        np.append(np.minimum(problem.floor, places), 0.0),
        np.append(places, 1.0),
    )
    program.set_cost(len(counts), 1.0)
    return program, len(counts)


def _reach(
    program: Program, z: int, rows: int, counts: NDArray[np.int64], levels: list[Level]
) -> float:
    """The greatest z, with earlier levels kept as nearly as rounding allows."""
    for give in GIVE_WAY:
        try:
            if give:
                for level in levels:
                    for kind in level.kinds.tolist():
                        least = counts[kind] * level.height * (1 - give) - give
                        program.set_row_bounds(rows + kind, least, np.inf)
            return float(program.maximise()[z])
        except NoSolution:
            if not levels:
                raise
        except SolverStalled:
            pass
    raise SolverStalled("the levels of the relaxation could not be kept")
