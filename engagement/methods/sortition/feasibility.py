"""Whether there is a panel at all, who could be on one, and what would have to give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.linear import NoSolution, Program, SolverStalled
from engagement.methods.sortition.panels import Panel, PanelMaker
from engagement.methods.sortition.pool import Targets
from engagement.methods.sortition.problem import Problem


@dataclass(frozen=True)
class Relaxation:
    """A target that would have to give: ``least`` and ``most`` are what it would have to be."""

    feature: str
    value: str
    least: int
    most: int
    words: str


class TargetsCannotBeMet(ValueError):
    """No panel meets all targets.

    ``relaxations``: the fewest targets that would have to give, and of those the fewest seats.
    ``nearest``: how many of each kind sit on a panel that misses the targets by the fewest seats,
    with ``missed`` seats in all; empty where not even the size can be reached.
    ``beyond_flex``: the relaxations go further than the organiser's own limits.
    """

    def __init__(
        self,
        words: str,
        relaxations: tuple[Relaxation, ...] = (),
        nearest: tuple[int, ...] = (),
        missed: int = 0,
        *,
        beyond_flex: bool = False,
    ) -> None:
        super().__init__("\n".join([words, *(relaxation.words for relaxation in relaxations)]))
        self.relaxations = relaxations
        self.nearest = nearest
        self.missed = missed
        self.beyond_flex = beyond_flex


@dataclass(frozen=True, eq=False)
class Coverage:
    """``panels`` that between them hold every kind but the ``impossible`` ones (int array), which
    integer programming shows to be on no panel."""

    panels: list[Panel]
    impossible: NDArray[np.int64]

    def places(self, problem: Problem) -> NDArray[np.int64]:
        """The most of each kind on any panel, as far as is known: int array (t,)."""
        places = problem.places.copy()
        places[self.impossible] = 0
        return places


def cover(problem: Problem, targets: Targets, checkpoint: Callable[[], None]) -> Coverage:
    """Panels that hold everybody who can be drawn.

    Raises ``TargetsCannotBeMet`` where integer programming shows that there is no panel.
    """
    if (problem.floor == problem.places).all():
        if not problem.allows(problem.floor):
            raise explain(problem, targets)
        return Coverage([problem.floor], np.array([], dtype=np.int64))
    maker = PanelMaker(problem, problem.places)
    unseen = np.ones(len(problem.kinds), dtype=bool)
    panels: list[Panel] = []
    if (panel := maker.any()) is None:
        raise explain(problem, targets)
    while panel is not None:
        checkpoint()
        panels.append(panel)
        unseen &= panel == 0
        panel = maker.dive(unseen.astype(np.float64)) if unseen.any() else None
        if panel is not None and not panel[unseen].any():
            break
    impossible = []
    for kind in np.flatnonzero(unseen).tolist():
        checkpoint()
        if not unseen[kind]:
            continue
        wanted = np.zeros(len(unseen))
        wanted[kind] = 1.0
        panel = _seat(maker, kind, wanted)
        if panel is None:
            impossible.append(kind)
            continue
        panels.append(panel)
        unseen &= panel == 0
    return Coverage(panels, np.array(impossible, dtype=np.int64))


def _seat(maker: PanelMaker, kind: int, wanted: NDArray[np.float64]) -> Panel | None:
    """A panel with somebody of ``kind``; None where it is shown that there is none."""
    # A dive that the solver stalls in leaves the bound of an earlier one.
    maker.bound = np.inf
    panel = maker.dive(wanted)
    if maker.bound < 1e-6:
        return None
    if panel is None or not panel[kind]:
        panel, bound = maker.best(wanted)
        if bound < 1 - 1e-6:
            return None
        if panel is None or not panel[kind]:
            raise SolverStalled("a panel that integer programming promises was not found")
    return panel


def explain(problem: Problem, targets: Targets) -> TargetsCannotBeMet:
    """Why there is no panel, and what would have to give."""
    try:
        fewest = _give_way(problem, targets, count_targets=True, within_flex=True)
        beyond = False
    except NoSolution:
        try:
            fewest = _give_way(problem, targets, count_targets=True, within_flex=False)
        except NoSolution:
            return TargetsCannotBeMet(_too_few(problem))
        beyond = True
    nearest = _give_way(problem, targets, count_targets=False, within_flex=not beyond)
    relaxations = tuple(_relaxations(problem, targets, fewest))
    return TargetsCannotBeMet(
        "No panel meets all targets."
        + (" Even the limits of flexibility would have to give." if beyond else "")
        + (
            " The smallest change that would do:"
            if len(relaxations) == 1
            else f" The smallest set of changes that would do, all {len(relaxations)} together:"
        ),
        relaxations,
        tuple(nearest.tolist()),
        int(_misses(problem, targets, nearest).sum()),
        beyond_flex=beyond,
    )


def _give_way(
    problem: Problem, targets: Targets, *, count_targets: bool, within_flex: bool
) -> Panel:
    """The panel for which the fewest targets (or seats) have to give, seats (or targets) second.

    Columns: the kinds; seats below each least; seats above each most; whether a target gives.
    """
    kinds, rows = len(problem.kinds), problem.matrix
    quotas = len(targets.rows)
    # A least may be beyond the seats, above all where some are held already.
    most = float(max(problem.rows[0].most, *problem.least.tolist()))
    below, above = np.full(quotas, most), np.full(quotas, most)
    if within_flex:
        for place, (target, row) in enumerate(
            zip(targets.rows, problem.rows[1 : quotas + 1], strict=True)
        ):
            if target.least_flex is not None:
                below[place] = max(0, target.least - target.least_flex)
            if target.most_flex is not None:
                above[place] = max(0, target.most_flex - target.most)
            below[place] = min(below[place], row.least)
    one = np.eye(quotas)
    slack = np.zeros((len(rows), 3 * quotas))
    slack[1 : quotas + 1, :quotas], slack[1 : quotas + 1, quotas : 2 * quotas] = one, -one
    matrix = np.vstack(
        [
            np.hstack([rows, slack]),
            np.hstack([np.zeros((quotas, kinds)), one, one, -(2 * most + 1) * one]),
        ]
    )
    program = Program(
        matrix,
        np.append(problem.least, np.full(quotas, -np.inf)),
        np.append(problem.most, np.zeros(quotas)),
        np.concatenate([problem.floor, np.zeros(3 * quotas)]),
        np.concatenate([problem.places, below, above, np.ones(quotas)]),
        whole=True,
    )
    dear, cheap = (quotas * (most + 1) * 2, 1.0) if count_targets else (1.0, quotas + 1.0)
    program.set_costs(
        -np.concatenate([np.zeros(kinds), np.full(2 * quotas, cheap), np.full(quotas, dear)])
    )
    return np.rint(program.maximise()[:kinds]).astype(np.int64)


def _misses(problem: Problem, targets: Targets, panel: Panel) -> NDArray[np.int64]:
    """By how many seats each target is missed: int array, in the order of the targets."""
    chosen = slice(1, len(targets.rows) + 1)
    sums = np.rint(problem.matrix[chosen] @ panel).astype(np.int64)
    missed: NDArray[np.int64] = np.maximum(
        0, np.maximum(problem.least[chosen] - sums, sums - problem.most[chosen])
    )
    return missed


def _relaxations(problem: Problem, targets: Targets, panel: Panel) -> list[Relaxation]:
    found = []
    for place, target in enumerate(targets.rows):
        row, inside = problem.rows[place + 1], problem.matrix[place + 1]
        seats = round(float(inside @ panel))
        registered = int(problem.counts[inside > 0].sum())
        if seats < row.least:
            least = target.least - (row.least - seats)
            why = f"; only {registered} registered" if registered < row.least else ""
            words = (
                f"{target.feature} {target.value}: "
                f"lower the minimum from {target.least} to {least}{why}."
            )
            found.append(Relaxation(target.feature, target.value, least, target.most, words))
        elif seats > row.most:
            most = target.most + (seats - row.most)
            words = (
                f"{target.feature} {target.value}: raise the maximum from {target.most} to {most}."
            )
            found.append(Relaxation(target.feature, target.value, target.least, most, words))
    return found


def _too_few(problem: Problem) -> str:
    size = problem.rows[0].most
    people = int(problem.counts.sum())
    if people < size:
        return f"{_seats(size)} to be filled, but only {_people(people)} can be drawn."
    return (
        f"{_seats(size)} to be filled and {_people(people)} can be drawn, but too many of them "
        "share a household: one of each can be seated."
    )


def _seats(number: int) -> str:
    return f"{number} seat is" if number == 1 else f"{number} seats are"


def _people(number: int) -> str:
    return f"{number} person" if number == 1 else f"{number} people"
