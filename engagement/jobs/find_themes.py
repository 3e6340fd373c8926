"""The run that groups what residents said in a programme into themes."""

from __future__ import annotations

from typing import Any

from engagement.insight.service import FoundThemes, find_themes_of, keep_themes
from engagement.jobs.steps import RunKind, Step, Task
from engagement.methods.themes import NothingInCommon, TooFewDistinctPoints, TooFewPoints
from engagement.runs.errors import StepCannotBeDone

N_ = str  # marks a sentence for the catalogue of translations

TOO_FEW = N_("There are too few comments yet to find themes in: at least 20 passages are needed.")
TOO_ALIKE = N_(
    "There are too few different comments to find themes in: at least 10 passages that differ are"
    " needed. Copies of one comment are one."
)
NOTHING_IN_COMMON = N_("The comments share too few words to be grouped.")


def list_steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
    """One step: the corpus as it stands when the step begins."""
    return [Step(N_("Grouping what people said"), prepare=_find, act=_keep)]


def _find(task: Task) -> FoundThemes:
    try:
        return find_themes_of(task.arguments["programme"], task.checkpoint)
    except TooFewDistinctPoints:
        raise StepCannotBeDone(TOO_ALIKE) from None
    except TooFewPoints:
        raise StepCannotBeDone(TOO_FEW) from None
    except NothingInCommon:
        raise StepCannotBeDone(NOTHING_IN_COMMON) from None


def _keep(task: Task) -> dict[str, Any]:
    return keep_themes(task.run, task.prepared)


THEMES = RunKind("themes", list_steps)
