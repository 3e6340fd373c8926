"""A test draw, which chooses nobody: whether there is a panel, what would have to give, chances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from engagement.database.transactions import transactional
from engagement.panels.pool import sortition_input
from engagement.panels.queries import find_panel
from engagement.panels.service import Visible, panel_to_change
from engagement.runs.service import request_run

TEST_DRAW = "panel_feasibility"


@transactional
def request_test_draw(visible: Visible, panel_public_id: str) -> str:
    """Ask for a test draw; returns the public id of the run. Raises ``UnknownPanel``."""
    panel = panel_to_change(visible, panel_public_id)
    return request_run(TEST_DRAW, {"panel": panel.public_id})


@dataclass(frozen=True)
class Giving:
    """A target that would have to give: what it is, and what it would have to be."""

    feature: str
    value: str
    least: int
    most: int
    new_least: int
    new_most: int


@dataclass(frozen=True)
class Rehearsal:
    """What a test draw found: counts and chances, and nobody.

    ``smallest`` and ``greatest``: chances from 0 to 1 of those who are on some panel; ``nowhere``:
    how many are on none. ``kinds``: how many sorts of people the targets tell apart. ``too_few``:
    there are not people enough for the seats, whatever the targets.
    """

    registered: int
    seats: int
    kinds: int = 0
    feasible: bool = False
    too_few: bool = False
    giving: tuple[Giving, ...] = ()
    smallest: float = 0.0
    greatest: float = 0.0
    nowhere: int = 0
    exact: bool = False

    def as_result(self) -> dict[str, Any]:
        """As a run keeps it."""
        return asdict(self)

    @classmethod
    def from_result(cls, result: dict[str, Any]) -> Rehearsal:
        """As a run kept it."""
        giving = tuple(Giving(**one) for one in result["giving"])
        return cls(**{**result, "giving": giving})


def rehearse(panel_public_id: str, checkpoint: Callable[[], None]) -> Rehearsal:
    """Prepare the lottery of a panel as a draw would, and say only what it is like; reads and
    reckons, writes nothing, draws no one.

    ``checkpoint`` is called now and then and may raise to stop. Raises ``SolverStalled``.
    """
    # Only here: whoever shows what was found should not carry the solver.
    from engagement.methods.sortition.feasibility import TargetsCannotBeMet, cover
    from engagement.methods.sortition.methods import leximin
    from engagement.methods.sortition.problem import pose

    panel = find_panel(None, panel_public_id)
    assert panel is not None
    made = sortition_input(panel.id)
    registered = len(made.pool.ids)
    if registered < panel.size:
        return Rehearsal(registered, panel.size, too_few=True)
    problem = pose(made.targets, made.pool, panel.size)
    kinds = len(problem.kinds)
    try:
        lottery = leximin(problem, cover(problem, made.targets, checkpoint), checkpoint)
    except TargetsCannotBeMet as found:
        before = {(target.feature, target.value): target for target in made.targets.rows}
        return Rehearsal(
            registered,
            panel.size,
            kinds,
            too_few=not found.relaxations,
            giving=tuple(
                Giving(
                    one.feature,
                    one.value,
                    before[one.feature, one.value].least,
                    before[one.feature, one.value].most,
                    one.least,
                    one.most,
                )
                for one in found.relaxations
            ),
        )
    chances = lottery.exact_chances()
    able = [float(chance) for kind, chance in enumerate(chances) if kind not in lottery.impossible]
    return Rehearsal(
        registered,
        panel.size,
        kinds,
        feasible=True,
        smallest=min(able),
        greatest=max(able),
        nowhere=sum(len(lottery.kinds[kind].members) for kind in lottery.impossible),
        exact=lottery.exact,
    )
