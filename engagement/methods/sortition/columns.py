"""Leximin when the target is out of reach: stage by stage over whole panels.

Column generation (Flanigan, Gölz, Gupta, Hennig and Procaccia, Nature 2021): the best lottery over
the panels made so far, then a panel that would improve it, until integer programming shows that
there is none. Dives find most panels; the relaxation's own bound ends many stages unasked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.decomposition import Mixture
from engagement.methods.sortition.linear import Floats, NoSolution, Program, SolverStalled
from engagement.methods.sortition.panels import Panel, PanelMaker
from engagement.methods.sortition.problem import Problem

ENOUGH = 1e-9
GIVE_WAY = (0.0, 1e-10, 1e-9, 1e-8, 1e-7)
DIVES = 4


@dataclass(frozen=True, eq=False)
class StagedLottery:
    """The lottery, and ``gap``: by how much a better one could be ahead at most at the chance
    that a stage raises."""

    mixture: Mixture
    gap: float


def find_by_stages(
    problem: Problem,
    places: NDArray[np.int64],
    known: Sequence[Panel],
    checkpoint: Callable[[], None],
    *,
    only_first: bool = False,
) -> StagedLottery:
    """The leximin lottery over whole panels. ``known``: panels to begin with, one at least.

    ``only_first``: stop at the first level, the greatest smallest chance (maximin).
    """
    return _Stages(problem, places, known, checkpoint).run(only_first)


class _Stages:
    def __init__(
        self,
        problem: Problem,
        places: NDArray[np.int64],
        known: Sequence[Panel],
        checkpoint: Callable[[], None],
    ) -> None:
        self.problem, self.checkpoint = problem, checkpoint
        self.maker = PanelMaker(problem, places)
        self.chance = np.random.Generator(np.random.PCG64(0))
        self.open = (places > 0) & (problem.floor < places)
        self.height = np.zeros(len(places))
        self.panels: list[Panel] = []
        self._known: set[bytes] = set()
        kinds = len(places)
        # Rows: a kind's seats less its people times z; then the sum of the weights. Column 0: z.
        matrix = np.vstack([np.where(self.open, -problem.counts, 0.0)[:, None], [[0.0]]])
        self.master = Program(
            matrix,
            np.append(np.zeros(kinds), 1.0),
            np.append(np.full(kinds, np.inf), 1.0),
            0.0,
            1.0,
        )
        self.master.set_cost(0, 1.0)
        for panel in known:
            self.add(panel)

    def add(self, panel: Panel) -> bool:
        if panel.tobytes() in self._known:
            return False
        self._known.add(panel.tobytes())
        self.panels.append(panel)
        self.master.add_column(0.0, 0.0, np.inf, np.append(panel.astype(np.float64), 1.0))
        return True

    def run(self, only_first: bool) -> StagedLottery:
        gap = 0.0
        while self.open.any():
            top, weights, left = self._raise_level()
            gap = max(gap, left)
            if only_first:
                break
            held = self.open & (weights > min(1e-3 / self.open.sum(), weights.max() / 2))
            if top >= 1.0 - ENOUGH:
                held = self.open.copy()
            self.height[held] = top
            self.open &= ~held
            for kind in np.flatnonzero(held).tolist():
                self.master.set_coefficient(kind, 0, 0.0)
                self.master.set_row_bounds(kind, self.problem.counts[kind] * top, np.inf)
        weights = np.maximum(self._solve()[1:], 0.0)
        used = np.flatnonzero(weights > 0)
        return StagedLottery(
            Mixture([self.panels[place] for place in used], weights[used] / weights.sum()), gap
        )

    def _raise_level(self) -> tuple[float, Floats, float]:
        """Add panels until none raises z: z, what each kind's chance weighs in it, and the gap."""
        while True:
            self.checkpoint()
            top = float(self._solve()[0])
            prices = self.master.prices()
            pay, rent = np.abs(prices[:-1]), float(np.abs(prices[-1]))
            weights = np.where(self.open, pay * self.problem.counts, 0.0)
            if top >= 1.0 - ENOUGH:
                return top, weights, 0.0
            if self._price(pay, rent):
                continue
            if self.maker.bound <= rent + ENOUGH:
                return top, weights, max(0.0, self.maker.bound - rent)
            panel, bound = self.maker.best(pay)
            if panel is None or bound <= rent + ENOUGH or not self.add(panel):
                return top, weights, max(0.0, bound - rent)

    def _price(self, pay: Floats, rent: float) -> bool:
        """Add panels that are worth more than their rent; whether there were any."""
        found = False
        # A dive that the solver stalls in leaves the bound of an earlier one.
        bound = self.maker.bound = np.inf
        for turn in range(DIVES):
            blur = 1 + 0.2 * self.chance.standard_normal(len(pay)) if turn else 1.0
            panel = self.maker.dive(pay * blur)
            if not turn and (bound := self.maker.bound) <= rent + ENOUGH:
                break
            if panel is not None and pay @ panel > rent + ENOUGH:
                found |= self.add(panel)
        self.maker.bound = bound
        return found

    def _solve(self) -> Floats:
        """The best lottery over the panels so far; earlier levels give way where rounding has
        put them out of reach by a hair."""
        for give in GIVE_WAY:
            try:
                if give:
                    for kind in np.flatnonzero(~self.open & (self.height > 0)).tolist():
                        least = self.problem.counts[kind] * (self.height[kind] - give)
                        self.master.set_row_bounds(kind, least, np.inf)
                return self.master.maximise()
            except (NoSolution, SolverStalled):
                continue
        raise SolverStalled("the levels of the lottery could not be kept")
