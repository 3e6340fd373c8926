"""Carrying one run out: step by step, each in an application context of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import Event
from typing import Any, TypeVar

import structlog
from flask import Flask

from engagement.audit.service import SYSTEM, acting_as
from engagement.database import clock, tenancy
from engagement.jobs.errors import Stopped
from engagement.jobs.kinds import Registry
from engagement.jobs.logs import describe, log
from engagement.jobs.steps import RunKind, Step, Task
from engagement.runs import queries, service
from engagement.runs.errors import (
    RunTakenOver,
    RunWasCancelled,
    StepCannotBeDone,
    may_pass,
)

N_ = str  # marks a sentence for the catalogue of translations

WENT_WRONG = N_(
    "Something went wrong and the work stopped. Nothing was kept of the step that failed."
    " You can ask for the work again. If it stops again, tell your administrator."
)
DATABASE_AWAY = N_(
    "The database did not answer in time, so the work stopped. You can ask for it again."
)
UNKNOWN_KIND = N_("This version of the service does not know this kind of work.")

TRIES = 3
FIRST_WAIT = 0.5
LONGEST_WAIT = 10.0
SECONDS_BETWEEN_CHECKS = 1.0

R = TypeVar("R")


class Execution:
    """One worker's hold of one run.

    ``stop`` is set when the worker is to stop after the present step, ``halt`` when there is no
    time left even for that; both end the execution with ``Stopped``.
    """

    def __init__(
        self,
        app: Flask,
        registry: Registry,
        worker_id: str,
        public_id: str,
        *,
        stop: Event,
        halt: Event,
    ) -> None:
        self._app = app
        self._registry = registry
        self._worker_id = worker_id
        self._public_id = public_id
        self._stop = stop
        self._halt = halt
        self._partnership_id = tenancy.EVERYWHERE
        self._kind: RunKind | None = None
        self._arguments: dict[str, Any] = {}
        self._results: tuple[Any, ...] = ()
        self._checked = 0.0

    def begin(self) -> bool:
        """Take the run up; False when there is nothing to do any more."""
        with self._guarded():
            partnership_id = self._patiently(lambda: queries.find_partnership_of(self._public_id))
            if partnership_id is None:
                return False
            self._partnership_id = partnership_id
            begun = self._patiently(lambda: service.begin_run(*self._held), tries=None)
            if begun is None:
                return False
            self._kind = self._registry.get(begun.kind)
            self._arguments = begun.arguments
            self._results = begun.results
        return True

    def advance(self) -> bool:
        """Do the next step, or end the run; whether there is more to do."""
        with self._guarded():
            if self._stop.is_set():
                raise Stopped
            try:
                return self._patiently(self._do_next)
            except RunTakenOver:
                raise
            except RunWasCancelled:
                self._patiently(lambda: service.give_up_run(*self._held), tries=None)
            except StepCannotBeDone as problem:
                self._fail(problem.words)
            except Exception as error:
                with self._bound():
                    log.error("a step failed", step=len(self._results) + 1, **describe(error))
                self._fail(DATABASE_AWAY if may_pass(error) else WENT_WRONG)
        return False

    @property
    def _held(self) -> tuple[str, str]:
        return self._public_id, self._worker_id

    def _do_next(self) -> bool:
        if self._kind is None:
            raise StepCannotBeDone(UNKNOWN_KIND)
        number = len(self._results)
        steps = self._kind.steps(self._arguments, self._results)
        if number >= len(steps):
            service.finish_run(*self._held)
            return False
        self._do(steps[number], number, len(steps))
        return True

    def _do(self, step: Step, number: int, total: int) -> None:
        service.enter_step(*self._held, step.name, total)
        self._checked = time.monotonic()
        task = Task(self._public_id, self._arguments, self._results, self._check)
        if step.prepare is not None:
            task = replace(task, prepared=step.prepare(task))
        result = service.complete_step(*self._held, number, step.name, lambda: step.act(task))
        self._results = (*self._results, result)

    def _check(self, done: int = 0, total: int = 0) -> None:
        if self._halt.is_set():
            raise Stopped
        if time.monotonic() - self._checked >= SECONDS_BETWEEN_CHECKS:
            service.record_progress(*self._held, done, total)
            self._checked = time.monotonic()

    def _fail(self, words: str) -> None:
        self._patiently(lambda: service.fail_run(*self._held, words), tries=None)

    def _patiently(self, act: Callable[[], R], *, tries: int | None = TRIES) -> R:
        """Try again, ever later, while the database is busy; wait for it while it is away.

        Only tries that a living database refused are counted; ``None`` gives as many as it takes.
        """
        refused = 0
        wait = FIRST_WAIT
        while True:
            try:
                with self._serving():
                    return act()
            except Exception as error:
                if not may_pass(error):
                    raise
                refused += self._database_answers()
                if refused == tries:
                    raise
                with self._bound():
                    log.warning("the database is busy or away", error=type(error).__name__)
            if self._stop.wait(wait):
                raise Stopped
            wait = min(2 * wait, LONGEST_WAIT)

    def _database_answers(self) -> bool:
        try:
            with self._app.app_context():
                clock.now()
        except Exception as error:
            if not may_pass(error):
                raise
            return False
        return True

    @contextmanager
    def _serving(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(self._bound())
            stack.enter_context(self._app.app_context())
            stack.enter_context(tenancy.serving(self._partnership_id))
            stack.enter_context(acting_as(SYSTEM))
            yield

    @contextmanager
    def _bound(self) -> Iterator[None]:
        kind = self._kind.name if self._kind else None
        with structlog.contextvars.bound_contextvars(run=self._public_id, kind=kind):
            yield

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Let nothing but ``Stopped`` out: the workflow's own record never holds an error of ours.

        Whatever it was, the run is still open and will be taken up again.
        """
        try:
            yield
        except RunTakenOver:
            with self._bound():
                log.info("another worker has the run")
            raise Stopped from None
        except Exception as error:
            with self._bound():
                log.error("a run was dropped", **describe(error))
            raise Stopped from None


def carry_out(app: Flask, public_id: str) -> None:
    """Carry a run out here and now, without the queue: for commands that wait for it."""
    from engagement.jobs.kinds import KINDS

    execution = Execution(app, KINDS, "command", public_id, stop=Event(), halt=Event())
    if execution.begin():
        while execution.advance():
            pass
