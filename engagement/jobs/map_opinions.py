"""The run that maps what people agree and disagree about in an open conversation."""

from __future__ import annotations

from typing import Any

from engagement.conversations.maps import KIND, FoundOpinions, find_opinions_of, keep_opinions
from engagement.jobs.steps import RunKind, Step, Task
from engagement.runs.errors import StepCannotBeDone

N_ = str  # marks a sentence for the catalogue of translations

TOO_FEW = N_(
    "Too few people have voted yet: a map needs at least eight, since one of fewer could tell who"
    " said what."
)


def list_steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
    """One step: the votes as they stand when the step begins."""
    return [Step(N_("Mapping what people agree about"), prepare=_find, act=_keep)]


def _find(task: Task) -> FoundOpinions:
    from engagement.methods.opinion.errors import TooFewPeople

    try:
        return find_opinions_of(task.arguments["activity"], task.checkpoint)
    except TooFewPeople:
        raise StepCannotBeDone(TOO_FEW) from None


def _keep(task: Task) -> dict[str, Any]:
    return keep_opinions(task.run, task.prepared)


OPINIONS = RunKind(KIND, list_steps)
