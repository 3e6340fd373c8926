"""What a kind of run is made of: steps, and what a step gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Checkpoint(Protocol):
    """What a long ``prepare`` calls now and then: it shows progress and ends a cancelled run."""

    def __call__(self, done: int = 0, total: int = 0) -> None:
        """Note ``done`` of ``total``; raises when the run was cancelled."""


@dataclass(frozen=True)
class Task:
    """What a step gets: the run's public id and arguments, the results of the steps before it.

    ``prepared`` is what the step's ``prepare`` returned.
    """

    run: str
    arguments: dict[str, Any]
    results: tuple[Any, ...]
    checkpoint: Checkpoint
    prepared: Any = None


def keep_prepared(task: Task) -> Any:
    """The ``act`` of a step that writes nothing: its result is what it prepared."""
    return task.prepared


@dataclass(frozen=True)
class Step:
    """One step of a run; ``name`` is a sentence of the interface that says what it does.

    ``prepare`` reads and reckons outside any transaction, for as long as it takes, and changes
    nothing. ``act`` is short: it calls the service that writes, inside the transaction that also
    notes the step as done. It returns the step's result: plain JSON without anything personal.
    """

    name: str
    act: Callable[[Task], Any] = keep_prepared
    prepare: Callable[[Task], Any] | None = None


@dataclass(frozen=True)
class RunKind:
    """A kind of run. The result of its last step is the result of the run.

    ``steps`` lists the steps, done and still to come, as far as the arguments and the results of
    the finished steps tell. It is asked again after every step, so that an early step may decide
    how many follow; what is done keeps its place.
    """

    name: str
    steps: Callable[[dict[str, Any], tuple[Any, ...]], Sequence[Step]]
