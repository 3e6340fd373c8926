"""The run that works out a draw: the fairest lottery, its tickets, and the root that binds them."""

from __future__ import annotations

from typing import Any

from engagement.jobs.steps import RunKind, Step, Task
from engagement.panels.draw_work import Worked, keep_worked, work_out
from engagement.panels.draws import RUN_KIND

N_ = str  # marks a sentence for the catalogue of translations


def list_steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
    """One step: the pool as it stands when the step begins."""
    return [Step(N_("Working out the fairest lottery"), prepare=_work_out, act=_keep)]


def _work_out(task: Task) -> Worked:
    return work_out(task.arguments["draw"], task.checkpoint)


def _keep(task: Task) -> dict[str, Any]:
    return keep_worked(task.arguments["draw"], task.prepared)


DRAW = RunKind(RUN_KIND, list_steps)
