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
# The kinds that a rough dive looks at: so many for each seat, or for each row if that is more.
FOR_EACH_SEAT, FOR_EACH_ROW = 3, 8
# A column this far on its way to the next whole number is rounded up along with the first.
HALF = 0.5


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
        self._inside = problem.matrix[:, self.free]
        taken = problem.matrix @ np.where(self._floor < self._ceiling, 0, self._floor)
        self._rows = (self._least - taken, self._most - taken)
        self._columns = (
            self._floor[self.free].astype(np.float64),
            self._ceiling[self.free].astype(np.float64),
        )
        tight = self._inside[self._least == self._most]
        self.dimension = len(self.free) - int(np.linalg.matrix_rank(tight) if tight.size else 0)
        self.bound = np.inf
        self._program = Program(self._inside, *self._rows, *self._columns)
        self._every = np.arange(len(self.free))
        self._few = max(FOR_EACH_SEAT * problem.rows[0].most, FOR_EACH_ROW * len(problem.rows))
        self._part: Program | None = None
        self._prices: Floats | None = None
        self._exact: Program | None = None

    def dive(self, weights: Floats) -> Panel | None:
        """A panel worth much at ``weights`` (t,), though not always the most; None where the
        dive ends without one. Afterwards no panel is worth more than ``bound``."""
        self.bound = np.inf
        try:
            self._program.set_costs(weights[self.free])
            seats = self._program.maximise()
            self.bound = self._program.value + self._outside(weights)
            return self._descend(self._program, self._every, seats)
        except (NoSolution, SolverStalled):
            return None

    def dive_roughly(self, weights: Floats) -> Panel | None:
        """As ``dive``, but faster, and without a bound: among those kinds only that promise most
        at the prices of the time before."""
        costs = weights[self.free]
        try:
            program, kinds, seats = self._begin(costs)
            self._prices = program.prices()
            return self._descend(program, kinds, seats)
        except (NoSolution, SolverStalled):
            return None

    def _begin(self, costs: Floats) -> tuple[Program, NDArray[np.intp], Floats]:
        if self._prices is not None and self._few < len(self.free):
            part, kinds = self._take_part(self._prices @ self._inside - costs)
            part.set_costs(costs[kinds])
            try:
                return part, kinds, part.maximise()
            except NoSolution:
                # These kinds alone make no panel.
                pass
        self._program.set_costs(costs)
        return self._program, self._every, self._program.maximise()

    def _take_part(self, loss: Floats) -> tuple[Program, NDArray[np.intp]]:
        """The program without all but the columns of least ``loss``; and which these are."""
        kinds = np.sort(np.argsort(loss, kind="stable")[: self._few])
        floor, ceiling = self._columns
        held = floor.copy()
        held[kinds] = 0.0
        taken = self._inside @ held
        least, most = self._rows
        if self._part is None:
            self._part = Program(np.zeros((len(least), 0)), least, most, 0.0, 0.0)
        self._part.load(
            self._inside[:, kinds], least - taken, most - taken, floor[kinds], ceiling[kinds]
        )
        return self._part, kinds

    def _descend(self, program: Program, kinds: NDArray[np.intp], seats: Floats) -> Panel | None:
        """From ``program``'s best point ``seats``, of the columns ``kinds``, down to whole numbers:
        what is nearly up is rounded up, or the nearest alone, or down where even that cannot be."""
        floor, ceiling = self._columns[0][kinds], self._columns[1][kinds]
        least, most = floor.copy(), ceiling.copy()
        try:
            for _ in range(MOST_STEPS):
                up = np.ceil(seats - WHOLE)
                part = np.where(seats < up - WHOLE, seats - up + 1, 0.0)
                if not part.any():
                    return self._complete(kinds, seats)
                first = int(part.argmax())
                for rise in ((part >= min(HALF, part[first])), self._every[: len(part)] == first):
                    program.set_all_bounds(np.where(rise, up, least), most)
                    try:
                        seats = program.maximise()
                        least[rise] = up[rise]
                        break
                    except NoSolution:
                        pass
                else:
                    most[first] = up[first] - 1
                    program.set_all_bounds(least, most)
                    seats = program.maximise()
        finally:
            program.set_all_bounds(floor, ceiling)
        return None

    def best(self, weights: Floats) -> tuple[Panel | None, float]:
        """The panel worth most at ``weights`` by integer programming, and a bound that none
        exceeds; None and minus infinity where the face holds no panel at all."""
        if self._exact is None:
            self._exact = Program(self._inside, *self._rows, *self._columns, whole=True)
        self._exact.set_costs(weights[self.free])
        try:
            panel = self._complete(self._every, self._exact.maximise())
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

    def _complete(self, kinds: NDArray[np.intp], seats: Floats) -> Panel | None:
        panel = self._floor.copy()
        panel[self.free[kinds]] = np.rint(seats).astype(np.int64)
        return panel if self._problem.allows(panel) else None
