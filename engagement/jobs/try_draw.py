"""The run that tries whether a panel can be drawn, and chooses nobody."""

from __future__ import annotations

from typing import Any

from engagement.jobs.steps import RunKind, Step, Task
from engagement.methods.sortition.linear import SolverStalled
from engagement.panels.feasibility import TEST_DRAW, rehearse
from engagement.runs.errors import StepCannotBeDone

N_ = str  # marks a sentence for the catalogue of translations

STALLED = N_("The reckoning did not come to an end. Make a target a little wider, and try again.")


def list_steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
    """One step: the pool as it stands when the step begins."""
    return [Step(N_("Trying whether a panel can be drawn"), prepare=_try, act=_keep)]


def _try(task: Task) -> dict[str, Any]:
    try:
        return rehearse(task.arguments["panel"], task.checkpoint).as_result()
    except SolverStalled:
        raise StepCannotBeDone(STALLED) from None


def _keep(task: Task) -> dict[str, Any]:
    kept: dict[str, Any] = task.prepared
    return kept


PANEL_FEASIBILITY = RunKind(TEST_DRAW, list_steps)
