"""Linear and integer programs on HiGHS: one thread, fixed seed, no clock."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
TOLERANCE = 1e-10
# With so few columns, to look for the steepest edge takes longer than a few steps more.
FEW = 300


class NoSolution(Exception):
    """The program has no feasible point."""


class SolverStalled(Exception):
    """The solver ended without an answer; says how."""


class Program:
    """Maximise ``cost · x`` over ``row_least <= A x <= row_most``, ``least <= x <= most``.

    ``matrix``: float array (r, n). With ``whole``, x is in whole numbers. A program is kept
    between solves: after a change of costs or bounds it goes on from where it was.
    """

    def __init__(
        self,
        matrix: Floats,
        row_least: ArrayLike,
        row_most: ArrayLike,
        least: ArrayLike,
        most: ArrayLike,
        *,
        whole: bool = False,
    ) -> None:
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        settings: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            "parallel": "off",
            "random_seed": 0,
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        }
        if whole:
            settings |= {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-9, "mip_feasibility_tolerance": 1e-9}
        else:
            settings |= {"presolve": "off", "solver": "simplex"}
            if 0 < matrix.shape[1] <= FEW:
                settings["simplex_dual_edge_weight_strategy"] = 0
        for name, value in settings.items():
            self._solver.setOptionValue(name, value)
        self._whole = whole
        self.load(matrix, row_least, row_most, least, most)

    def load(
        self,
        matrix: Floats,
        row_least: ArrayLike,
        row_most: ArrayLike,
        least: ArrayLike,
        most: ArrayLike,
    ) -> None:
        """Put another program in place of this one, with costs of nought."""
        rows, columns = matrix.shape
        self.columns = np.arange(columns, dtype=np.int32)
        inside = matrix.T != 0
        column, row = np.nonzero(inside)
        start = np.zeros(columns + 1, dtype=np.int32)
        np.cumsum(np.count_nonzero(inside, axis=1), out=start[1:])
        self._solver.passModel(
            columns,
            rows,
            len(row),
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMaximize),
            0.0,
            np.zeros(columns),
            _floats(least, columns),
            _floats(most, columns),
            _floats(row_least, rows),
            _floats(row_most, rows),
            start,
            row.astype(np.int32),
            matrix[row, column],
            np.full(columns, int(self._whole), dtype=np.int32),
        )

    def set_costs(self, costs: Floats) -> None:
        self._solver.changeColsCost(len(self.columns), self.columns, costs)

    def set_cost(self, column: int, cost: float) -> None:
        self._solver.changeColCost(column, cost)

    def set_bounds(self, column: int, least: float, most: float) -> None:
        self._solver.changeColBounds(column, least, most)

    def set_all_bounds(self, least: Floats, most: Floats) -> None:
        self._solver.changeColsBounds(len(self.columns), self.columns, least, most)

    def set_row_bounds(self, row: int, least: float, most: float) -> None:
        self._solver.changeRowBounds(row, least, most)

    def set_coefficient(self, row: int, column: int, value: float) -> None:
        self._solver.changeCoeff(row, column, value)

    def add_column(self, cost: float, least: float, most: float, entries: Floats) -> None:
        rows = np.flatnonzero(entries).astype(np.int32)
        self._solver.addCol(cost, least, most, len(rows), rows, entries[rows])
        self.columns = np.arange(len(self.columns) + 1, dtype=np.int32)

    def maximise(self) -> Floats:
        """The best point, float array (n,).

        Raises ``NoSolution``, or ``SolverStalled`` where the solver gives up.
        """
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return np.array(self._solver.getSolution().col_value)
        if status == highspy.HighsModelStatus.kInfeasible:
            raise NoSolution
        self._solver.clearSolver()
        raise SolverStalled(self._solver.modelStatusToString(status))

    @property
    def value(self) -> float:
        """What the best point is worth."""
        return float(self._solver.getInfo().objective_function_value)

    @property
    def bound(self) -> float:
        """For whole numbers: no point is worth more."""
        return float(self._solver.getInfo().mip_dual_bound)

    def prices(self) -> Floats:
        """What one more unit of each row's bound is worth at the best point; float array (r,)."""
        return np.array(self._solver.getSolution().row_dual)


def _floats(values: ArrayLike, size: int) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), (size,)).copy()
