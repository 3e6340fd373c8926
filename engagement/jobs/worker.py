"""The worker process: a durable queue of runs, a sign of life, and regular duties."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from flask import Flask

from engagement.audit.service import SYSTEM, acting_as
from engagement.config import Config
from engagement.database import tenancy
from engagement.jobs.duties import Duty, Nightly
from engagement.jobs.errors import Stopped, WorkerCannotStart
from engagement.jobs.execution import Execution
from engagement.jobs.kinds import KINDS, Registry
from engagement.jobs.lock import only_worker
from engagement.jobs.logs import describe, log, quieten_dbos
from engagement.runs import queries, service

QUEUE = "runs"
WORKFLOW = "carry_out_run"
# One version for ever: a run that began before a deploy goes on after it.
VERSION = "1"
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
LOOKED_AT = 100
CLOSING_SECONDS = 2.0


@dataclass(frozen=True)
class Pace:
    """The worker's times, in seconds, and how many runs it carries out at once."""

    poll: float = 1.0
    sign_of_life: float = 10.0
    gone_after: float = queries.WORKER_LIVES.total_seconds()
    grace: float = 6.0
    tidy: float = 3600.0
    runs_at_once: int = 2


def run_worker(
    app: Flask,
    registry: Registry = KINDS,
    *,
    duties: Sequence[Duty] = (),
    nightly: Sequence[Nightly] = (),
    pace: Pace | None = None,
) -> None:
    """Carry out runs and duties until SIGTERM or SIGINT; call it in a process's main thread.

    Ends within ten seconds of the signal. Where something does not end in time, the process ends
    here without returning, and what it did is done anew at the next start. Raises
    ``WorkerCannotStart`` with one plain line.
    """
    config: Config = app.extensions["engagement"]
    worker = Worker(app, registry, config, pace or Pace())
    with only_worker(config.instance_path, config.worker_id), worker.obeying_signals():
        worker.start([*duties, *(kind.as_duty() for kind in nightly)])
        log.info("the worker is ready", worker=config.worker_id)
        worker.stop.wait()
        worker.finish()


class Worker:
    """The parts of a running worker."""

    def __init__(self, app: Flask, registry: Registry, config: Config, pace: Pace) -> None:
        self.stop = threading.Event()
        self._halt = threading.Event()
        self._app = app
        self._registry = registry
        self._config = config
        self._id = config.worker_id
        self._pace = pace
        self._loops: list[threading.Thread] = []
        self._in_hand: list[str] = []
        self._placed: set[str] = set()
        self._dropped: dict[str, float] = {}
        self._shown = self._swept = 0.0

    @contextmanager
    def obeying_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and SIGINT."""

        def obey(number: int, frame: FrameType | None) -> None:
            self.stop.set()

        before = {number: signal.signal(number, obey) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def start(self, duties: Sequence[Duty]) -> None:
        """Open the queue and set the loops going. Raises ``WorkerCannotStart``."""
        try:
            with self._app.app_context():
                self._show_life()
        except Exception as error:
            raise WorkerCannotStart(
                f"The database cannot be used ({type(error).__name__})."
                " Check ENGAGEMENT_DATABASE_URL and run `engagement db upgrade`."
            ) from error
        try:
            self._open_queue()
        except Exception as error:
            raise WorkerCannotStart(
                f"The database of jobs cannot be used ({type(error).__name__})."
                " Check ENGAGEMENT_JOBS_DATABASE_URL."
            ) from error
        self._repeat("sign of life", self._pace.sign_of_life, self._show_life)
        self._repeat("look for runs", self._pace.poll, self._look_for_runs)
        self._repeat("tidy the queue", self._pace.tidy, self._tidy)
        for duty in duties:
            self._repeat(duty.name, duty.every_seconds, duty.act)

    def finish(self) -> None:
        """Let the present steps end and close the queue; ends the process if they do not."""
        deadline = time.monotonic() + self._pace.grace
        while self._in_hand and time.monotonic() < deadline:
            time.sleep(0.02)
        self._halt.set()
        deadline = max(deadline, time.monotonic() + 1)
        for loop in self._loops:
            loop.join(max(0.0, deadline - time.monotonic()))
        late = bool(self._in_hand) or any(loop.is_alive() for loop in self._loops)
        try:
            with self._app.app_context():
                service.sign_off(self._id)
        except Exception as error:
            log.warning("the worker could not sign off", **describe(error))
        if late:
            log.warning("something did not end in time and will be done anew", worker=self._id)
        else:
            late = not self._close_queue()
        log.info("the worker has stopped", worker=self._id)
        if late:
            os._exit(0)  # a thread that does not end would keep the process alive

    def _open_queue(self) -> None:
        quieten_dbos()
        DBOS(
            config=DBOSConfig(
                name="engagement",
                system_database_url=self._config.jobs_database_url,
                serializer=DBOSPortableJSONSerializer(),
                executor_id=self._id,
                application_version=VERSION,
                log_level="WARNING",
                enable_otlp=False,
                use_listen_notify=False,
                notification_listener_polling_interval_sec=self._pace.poll,
                sys_db_pool_size=5,
                db_engine_kwargs={"hide_parameters": True},
            )
        )

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
        def carry_out_run() -> None:
            self._carry_out(DBOS.workflow_id or "")

        self._workflow = carry_out_run
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._pace.runs_at_once,
            polling_interval_sec=self._pace.poll,
            on_conflict="always_update",
        )

    def _close_queue(self) -> bool:
        """Close the queue; False when it does not let go, as when its database is away."""
        closing = threading.Thread(
            target=DBOS.destroy, kwargs={"destroy_registry": True}, daemon=True
        )
        theirs = [thread for thread in threading.enumerate() if thread.name.startswith("dbos-exec")]
        closing.start()
        deadline = time.monotonic() + CLOSING_SECONDS
        for thread in (closing, *theirs):
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in (closing, *theirs))

    def _carry_out(self, public_id: str) -> None:
        """The workflow: nothing of the run passes through it but whether there is more to do."""
        self._in_hand.append(public_id)
        try:
            if self.stop.is_set():
                raise Stopped
            execution = Execution(
                self._app, self._registry, self._id, public_id, stop=self.stop, halt=self._halt
            )
            if execution.begin():
                while DBOS.run_step({"name": "step"}, execution.advance):
                    pass
        except Exception as error:
            # The queue's own, for nothing of ours comes this far: it gave the run to another.
            log.warning("the queue withdrew a run", run=public_id, **describe(error))
            raise Stopped from None
        finally:
            self._in_hand.remove(public_id)

    def _look_for_runs(self) -> None:
        with tenancy.everywhere():
            workers = queries.list_workers(timedelta(seconds=self._pace.gone_after))
            living = {worker.worker_id for worker in workers if worker.lives} | {self._id}
            if time.monotonic() - self._swept >= self._pace.gone_after / 3:
                self._sweep(living)
                self._swept = time.monotonic()
            requested = queries.list_requested(LOOKED_AT)
            self._placed.intersection_update(requested)
            for public_id in requested:
                if public_id not in self._placed:
                    self._place(public_id, spare=living)
                    self._placed.add(public_id)

    def _sweep(self, living: Collection[str]) -> None:
        """Take up what nobody carries out: its worker is gone, or dropped it."""
        now = time.monotonic()
        if now - self._shown > self._pace.gone_after / 2:
            return  # the database was away, so the others could not show that they live either
        self._placed.clear()
        dropped = {}
        for public_id, worker_id in queries.list_running():
            if worker_id not in living:
                if service.adopt_run(public_id, worker_id, self._id):
                    log.info("a run was left by its worker", run=public_id, worker=worker_id)
                    self._place(public_id)
            elif worker_id == self._id and public_id not in self._in_hand:
                dropped[public_id] = self._dropped.get(public_id, now)
                if now - dropped[public_id] >= self._pace.gone_after:
                    if self._place(public_id):
                        log.warning("a run was dropped and is taken up again", run=public_id)
                    dropped[public_id] = now
        self._dropped = dropped

    def _place(self, public_id: str, spare: Collection[str] = ()) -> bool:
        """See that the queue has the run, unless a worker of those to ``spare`` is at it.

        Returns whether there was anything to do. The queue may know the run as over although it
        is not: the data was restored from a copy, say. Which steps are done stands in our own
        tables, so the queue simply starts anew.
        """
        known = DBOS.get_workflow_status(public_id)
        if known is not None and known.status in OVER:
            DBOS.delete_workflow(public_id)
            known = None
        if known is None:
            with SetWorkflowID(public_id):
                DBOS.enqueue_workflow(QUEUE, self._workflow)
            return True
        if known.status == "PENDING" and known.executor_id not in spare:
            DBOS.resume_workflow(public_id, queue_name=QUEUE)
            return True
        return False

    def _show_life(self) -> None:
        service.show_life(self._id)
        self._shown = time.monotonic()

    def _tidy(self) -> None:
        """Forget what the queue knows of runs that have been over for a while."""
        before = (datetime.now(UTC) - timedelta(seconds=self._pace.tidy)).isoformat()
        over = DBOS.list_workflows(
            status=OVER, completed_before=before, limit=1000, load_input=False, load_output=False
        )
        if over:
            DBOS.delete_workflows([workflow.workflow_id for workflow in over])

    def _repeat(self, name: str, every_seconds: float, act: Callable[[], None]) -> None:
        """Do something now and every so often, in a thread of its own, until the worker stops."""

        def loop() -> None:
            failing = False
            while not self.stop.is_set():
                try:
                    with self._app.app_context(), acting_as(SYSTEM):
                        act()
                except Exception as error:
                    if not failing:
                        log.error("a duty fails", duty=name, **describe(error))
                    failing = True
                else:
                    if failing:
                        log.info("a duty works again", duty=name)
                    failing = False
                self.stop.wait(every_seconds)

        thread = threading.Thread(target=loop, name=name, daemon=True)
        thread.start()
        self._loops.append(thread)
