"""Making whole panels: a linear program, then a short dive to whole numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.linear import Floats, NoSolution, Program, SolverStalled
from engagement.methods.sortition.problem import Problem

Panel = NDArray[np.int64]
WHOLE = 1e-6
TIGHT = 1e-7
MOST_STEPS = 60


class PanelMaker:
    """Feasible panels that are worth much at given weights.

    With ``target``, a fractional panel (float array (t,)), only panels on its face: those that
    meet with equality every row and bound that the target meets with equality. Every panel of a
    lottery that has the target as its mean lies there. ``dimension``: of the face.
    """

    def __init__(
        self, problem: Problem, places: NDArray[np.int64], target: Floats | None = None
    ) -> None:
        self._problem = problem
        self._least, self._most = problem.least.copy(), problem.most.copy()
        self._floor, self._ceiling = np.minimum(problem.floor, places), places.copy()
        if target is not None:
            sums = problem.matrix @ target
            at_least = np.abs(sums - self._least) < TIGHT
            at_most = np.abs(sums - self._most) < TIGHT
            self._most[at_least] = self._least[at_least]
            self._least[at_most] = self._most[at_most]
            full = np.abs(target - places) < TIGHT
            self._floor[full] = places[full]
            self._ceiling[target < TIGHT] = 0
        self.free = np.flatnonzero(self._floor < self._ceiling)
        tight = problem.matrix[self._least == self._most][:, self.free]
        self.dimension = len(self.free) - int(np.linalg.matrix_rank(tight) if tight.size else 0)
        self.bound = np.inf
        self._program = self._make(whole=False)
        self._exact: Program | None = None

    def dive(self, weights: Floats) -> Panel | None:
        """A panel worth much at ``weights`` (t,), though not always the most; None where the
        dive ends without one. Afterwards no panel is worth more than ``bound``."""
        floor, ceiling = self._floor[self.free], self._ceiling[self.free]
        self._program.set_costs(np.ascontiguousarray(weights[self.free]))
        moved: list[int] = []
        try:
            seats = self._program.maximise()
            self.bound = self._program.value + self._outside(weights)
            for _ in range(MOST_STEPS):
                part = seats - np.floor(seats + WHOLE)
                kind = int(part.argmax()) if part.size else 0
                if not part.size or part[kind] <= WHOLE:
                    return self._complete(seats)
                moved.append(kind)
                up = float(np.ceil(seats[kind]))
                self._program.set_bounds(kind, up, ceiling[kind])
                try:
                    seats = self._program.maximise()
                except NoSolution:
                    self._program.set_bounds(kind, floor[kind], up - 1)
                    seats = self._program.maximise()
        except (NoSolution, SolverStalled):
            return None
        finally:
            for kind in moved:
                self._program.set_bounds(kind, floor[kind], ceiling[kind])
        return None

    def best(self, weights: Floats) -> tuple[Panel | None, float]:
        """The panel worth most at ``weights`` by integer programming, and a bound that none
        exceeds; None and minus infinity where the face holds no panel at all."""
        if self._exact is None:
            self._exact = self._make(whole=True)
        self._exact.set_costs(np.ascontiguousarray(weights[self.free]))
        try:
            panel = self._complete(self._exact.maximise())
        except NoSolution:
            return None, -np.inf
        return panel, self._exact.bound + self._outside(weights)

    def holds(self, panel: Panel) -> bool:
        """Whether ``panel`` lies on the face."""
        sums = self._problem.matrix @ panel
        return bool(
            (self._least <= sums).all()
            and (sums <= self._most).all()
            and (self._floor <= panel).all()
            and (panel <= self._ceiling).all()
        )

    def _outside(self, weights: Floats) -> float:
        """What the seats that are the same on every panel are worth."""
        return float(weights @ np.where(self._floor < self._ceiling, 0, self._floor))

    def any(self) -> Panel | None:
        """Some panel of the face; None where integer programming shows that there is none."""
        nothing = np.zeros(len(self._floor))
        panel = self.dive(nothing)
        return panel if panel is not None else self.best(nothing)[0]

    def _make(self, *, whole: bool) -> Program:
        taken = self._problem.matrix @ np.where(self._floor < self._ceiling, 0, self._floor)
        inside = self._problem.matrix[:, self.free]
        return Program(
            inside,
            self._least - taken,
            self._most - taken,
            self._floor[self.free],
            self._ceiling[self.free],
            whole=whole,
        )

    def _complete(self, seats: Floats) -> Panel | None:
        panel = self._floor.copy()
        panel[self.free] = np.rint(seats).astype(np.int64)
        return panel if self._problem.allows(panel) else None
