"""Reads of runs and workers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.runs.errors import RunNotFound
from engagement.runs.models import Run, RunStep, Worker
from engagement.runs.rules import ENDED, RunState

WORKER_LIVES = timedelta(seconds=30)


@dataclass(frozen=True)
class RunRow:
    """A run as a list shows it.

    ``note``, ``failure`` and the names of steps are sentences of the interface in English.
    ``part_done`` of ``part_total`` is how far the present step is; both 0 where it does not say.
    """

    public_id: str
    kind: str
    state: RunState
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested_at: datetime | None
    steps_done: int
    steps_total: int
    part_done: int
    part_total: int
    note: str
    failure: str

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


@dataclass(frozen=True)
class RunPage:
    """One page of runs, the newest first."""

    rows: tuple[RunRow, ...]
    page: int
    per_page: int
    total: int


@dataclass(frozen=True)
class StepRow:
    """A finished step; ``number`` counts from 1."""

    number: int
    name: str
    finished_at: datetime
    result: Any


@dataclass(frozen=True)
class RunWithSteps:
    """A run with its arguments, its result and the steps that it has finished."""

    run: RunRow
    arguments: dict[str, Any]
    result: Any
    steps: tuple[StepRow, ...]


@dataclass(frozen=True)
class WorkerRow:
    """A job worker; it lives when it was seen in the last 30 seconds."""

    worker_id: str
    started_at: datetime
    last_seen: datetime
    lives: bool


_ROW = (
    Run.public_id,
    Run.kind,
    Run.state,
    Run.requested_by,
    Run.requested_at,
    Run.started_at,
    Run.finished_at,
    Run.cancel_requested_at,
    Run.steps_done,
    Run.steps_total,
    Run.part_done,
    Run.part_total,
    Run.note,
    Run.failure,
)


def list_runs(page: int = 1, per_page: int = 20) -> RunPage:
    """One page of the runs of the partnership being served; ``page`` counts from 1."""
    rows: Iterable[Any] = db.session.execute(
        select(*_ROW).order_by(Run.id.desc()).limit(per_page).offset((page - 1) * per_page)
    )
    total = db.session.scalar(select(func.count(Run.id))) or 0
    return RunPage(tuple(RunRow(*row) for row in rows), page, per_page, total)


def get_run(public_id: str) -> RunWithSteps:
    """One run with its steps. Raises ``RunNotFound``."""
    found = db.session.execute(
        select(Run.id, Run.arguments, Run.result, *_ROW).where(Run.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise RunNotFound(public_id)
    values: list[Any] = list(found)
    key, arguments, result, *row = values
    steps = db.session.execute(
        select(RunStep.number + 1, RunStep.name, RunStep.finished_at, RunStep.result)
        .where(RunStep.run_id == key)
        .order_by(RunStep.number)
    )
    return RunWithSteps(RunRow(*row), arguments, result, tuple(StepRow(*step) for step in steps))


def last_run_about(kind: str, argument: str, value: str) -> tuple[RunRow, Any] | None:
    """The newest run of a kind with this argument, and its result; ``None`` without one."""
    found = db.session.execute(
        select(Run.result, *_ROW)
        .where(Run.kind == kind, Run.arguments[argument].as_string() == value)
        .order_by(Run.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    values: list[Any] = list(found)
    return RunRow(*values[1:]), values[0]


def list_workers(lives_within: timedelta = WORKER_LIVES) -> list[WorkerRow]:
    """Every worker that has not signed off, by name."""
    rows = db.session.execute(
        select(Worker.worker_id, Worker.started_at, Worker.last_seen, utc_now()).order_by(
            Worker.worker_id
        )
    )
    return [
        WorkerRow(worker_id, started_at, last_seen, now - last_seen <= lives_within)
        for worker_id, started_at, last_seen, now in rows
    ]


def find_partnership_of(public_id: str) -> int | None:
    """The key of the partnership that a run belongs to, if there is such a run."""
    return db.session.scalar(select(Run.partnership_id).where(Run.public_id == public_id))


def list_requested(limit: int) -> list[str]:
    """Public ids of runs that no worker has begun, the oldest first."""
    return list(
        db.session.scalars(
            select(Run.public_id)
            .where(Run.state == RunState.REQUESTED)
            .order_by(Run.id)
            .limit(limit)
        )
    )


def list_running() -> list[tuple[str, str | None]]:
    """Public id of every run in hand, and the worker that has it."""
    rows = db.session.execute(
        select(Run.public_id, Run.worker_id).where(Run.state == RunState.RUNNING).order_by(Run.id)
    )
    return [(public_id, worker_id) for public_id, worker_id in rows]
