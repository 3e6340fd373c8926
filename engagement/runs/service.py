"""Asking for runs, cancelling them, and what a worker notes while it carries one out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engagement.audit.service import current_actor, record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.runs.errors import (
    RunCannotBeRepeated,
    RunHasEnded,
    RunNotFound,
    RunTakenOver,
    RunWasCancelled,
)
from engagement.runs.models import Run, RunStep, Worker
from engagement.runs.rules import (
    ENDED,
    RunState,
    as_kept,
    check_move,
    has_stopped_too_often,
    may_be_repeated,
)

N_ = str  # marks a sentence for the catalogue of translations

CUT_OFF = N_(
    "The work was cut off again and again at the same step, so it was given up."
    " Tell your administrator."
)


@dataclass(frozen=True)
class Begun:
    """What a worker needs to carry a run out: results are those of the finished steps."""

    kind: str
    arguments: dict[str, Any]
    results: tuple[Any, ...]


@transactional
def request_run(kind: str, arguments: dict[str, Any], *, key: str | None = None) -> str:
    """Ask for background work in the caller's transaction; returns the run's public id.

    ``arguments`` are plain JSON and hold nothing personal: ids, counts, settings. Asking again
    with the same ``key`` in the same partnership gives the run that stands, whatever became of
    it; see ``repeat_run``.
    """
    known = _with_key(key)
    if known:
        return known
    run = Run(
        kind=kind,
        arguments=as_kept(arguments),
        request_key=key,
        requested_by=current_actor().id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError:
        # Another request with this key was committed in between.
        known = _with_key(key)
        if known is None:
            raise
        return known
    record("run.requested", "run", run.public_id, facts={"kind": kind})
    return run.public_id


@transactional
def repeat_run(public_id: str) -> str:
    """Ask again for a run that failed or was cancelled; returns the new run's public id.

    Doing so twice gives the same new run. Raises ``RunNotFound`` or ``RunCannotBeRepeated``.
    """
    run = _locked(public_id)
    if not may_be_repeated(run.state):
        raise RunCannotBeRepeated(public_id)
    return request_run(run.kind, run.arguments, key=f"again:{public_id}")


@transactional
def cancel_run(public_id: str) -> None:
    """Cancel a run: at once if no worker has begun it, otherwise before its next step.

    Raises ``RunNotFound`` or ``RunHasEnded``.
    """
    run = _locked(public_id)
    if run.state in ENDED:
        raise RunHasEnded(public_id)
    if run.state == RunState.REQUESTED:
        _end(run, RunState.CANCELLED)
    elif run.cancel_requested_at is None:
        run.cancel_requested_at = clock.now()
        record("run.cancel_requested", "run", public_id, facts={"kind": run.kind})


@transactional
def begin_run(public_id: str, worker_id: str) -> Begun | None:
    """Take a run up, for the first time or after another worker; ``None`` if it has ended.

    A run that was taken up too often without finishing a step fails here.
    """
    run = _locked(public_id)
    if run.state in ENDED:
        return None
    if run.state == RunState.REQUESTED:
        check_move(run.state, RunState.RUNNING)
        run.state = RunState.RUNNING
        run.started_at = clock.now()
        record("run.started", "run", public_id, facts={"kind": run.kind})
    run.worker_id = worker_id
    run.attempts += 1
    show_life(worker_id)
    if has_stopped_too_often(run.attempts):
        _end(run, RunState.FAILED, failure=CUT_OFF)
        return None
    results = db.session.scalars(
        select(RunStep.result).where(RunStep.run_id == run.id).order_by(RunStep.number)
    )
    return Begun(run.kind, run.arguments, tuple(results))


@transactional
def enter_step(public_id: str, worker_id: str, name: str, steps_total: int) -> None:
    """Note what the run does now. Raises ``RunWasCancelled`` or ``RunTakenOver``."""
    run = _held(public_id, worker_id)
    run.note = name
    run.steps_total = steps_total
    run.part_done = run.part_total = 0


@transactional
def record_progress(public_id: str, worker_id: str, done: int, total: int) -> None:
    """Note how far the present step is. Raises ``RunWasCancelled`` or ``RunTakenOver``."""
    run = _held(public_id, worker_id)
    run.part_done = done
    run.part_total = total


@transactional
def complete_step(
    public_id: str, worker_id: str, number: int, name: str, act: Callable[[], Any]
) -> Any:
    """Do a step and note it as done, in one transaction; returns its result as it is kept.

    ``number`` counts from 0. Raises ``RunWasCancelled``, ``RunTakenOver`` (also when the step was
    done by somebody else), or what ``act`` raises; then nothing of the step is kept.
    """
    run = _held(public_id, worker_id)
    if run.steps_done != number:
        raise RunTakenOver(public_id)
    result = as_kept(act())
    db.session.add(
        RunStep(run_id=run.id, number=number, name=name, result=result, finished_at=clock.now())
    )
    run.steps_done = number + 1
    run.attempts = 0
    return result


@transactional
def finish_run(public_id: str, worker_id: str) -> None:
    """End a run whose steps are all done; its result is that of its last step."""
    run = _held(public_id, worker_id, heed_cancel=False)
    run.result = db.session.scalar(
        select(RunStep.result)
        .where(RunStep.run_id == run.id)
        .order_by(RunStep.number.desc())
        .limit(1)
    )
    _end(run, RunState.FINISHED)


@transactional
def fail_run(public_id: str, worker_id: str, failure: str) -> None:
    """End a run that cannot go on; ``failure`` says why, in plain words for its reader."""
    _end(_held(public_id, worker_id, heed_cancel=False), RunState.FAILED, failure=failure)


@transactional
def give_up_run(public_id: str, worker_id: str) -> None:
    """End a run as somebody asked who cancelled it."""
    _end(_held(public_id, worker_id, heed_cancel=False), RunState.CANCELLED)


@transactional
def adopt_run(public_id: str, from_worker: str | None, worker_id: str) -> bool:
    """Take a run from a worker that is gone; False when somebody was faster."""
    run = _locked(public_id)
    if run.state != RunState.RUNNING or run.worker_id != from_worker:
        return False
    run.worker_id = worker_id
    return True


@transactional
def show_life(worker_id: str, *, starting: bool = False) -> None:
    """Note that a worker lives."""
    now = clock.now()
    worker = db.session.get(Worker, worker_id)
    if worker is None:
        db.session.add(Worker(worker_id=worker_id, started_at=now, last_seen=now))
    else:
        worker.last_seen = now
        if starting:
            worker.started_at = now


@transactional
def sign_off(worker_id: str) -> None:
    """Note that a worker has stopped, so that others take up what it left at once."""
    worker = db.session.get(Worker, worker_id)
    if worker is not None:
        db.session.delete(worker)


def _with_key(key: str | None) -> str | None:
    if key is None:
        return None
    return db.session.scalar(select(Run.public_id).where(Run.request_key == key))


def _locked(public_id: str) -> Run:
    run = db.session.scalars(
        select(Run)
        .where(Run.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if run is None:
        raise RunNotFound(public_id)
    return run


def _held(public_id: str, worker_id: str, *, heed_cancel: bool = True) -> Run:
    run = _locked(public_id)
    if run.state != RunState.RUNNING or run.worker_id != worker_id:
        raise RunTakenOver(public_id)
    if heed_cancel and run.cancel_requested_at is not None:
        raise RunWasCancelled(public_id)
    return run


def _end(run: Run, state: RunState, *, failure: str = "") -> None:
    check_move(run.state, state)
    run.state = state
    run.finished_at = clock.now()
    run.failure = failure
    run.note = ""
    run.part_done = run.part_total = 0
    record(f"run.{state}", "run", run.public_id, facts={"kind": run.kind})
