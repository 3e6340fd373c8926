"""A worker process with invented kinds of runs, which kills itself where a test asks for it.

``deaths`` is a folder that lists what is still to be died of: where the process comes by
``PLACE-STEP`` and a file of that name is there, the file is removed and the process killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from engagement import create_app
from engagement.audit.service import record
from engagement.config import Config
from engagement.extensions import db
from engagement.jobs.duties import Duty
from engagement.jobs.errors import WorkerCannotStart
from engagement.jobs.kinds import register
from engagement.jobs.steps import RunKind, Step, Task
from engagement.jobs.worker import Pace, run_worker
from engagement.runs.errors import StepCannotBeDone
from engagement.runs.models import Run
from engagement.runs.rules import RunState

STEPS = 4


@dataclass(frozen=True)
class Orders:
    """How a worker process is to live: the settings of the product, its pace, and its deaths."""

    environ: dict[str, str]
    pace: dict[str, float]
    deaths: Path
    log: Path
    supervised: bool = False


orders = Orders({}, {}, Path(), Path())
committing: list[int] = []


def die(place: str, number: int) -> None:
    """Be killed here, if that is still to happen."""
    cause = orders.deaths / f"{place}-{number}"
    if cause.exists():
        cause.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def come_by(number: int, task: Task) -> str:
    """Reckon from what came before; here, the step before is done and noted everywhere."""
    die("between-steps", number)
    return hashlib.sha256(json.dumps([task.arguments, task.results]).encode()).hexdigest()


def leave_a_mark(number: int, task: Task) -> dict[str, Any]:
    """Change something, so that doing it twice would show."""
    record("sample.step", "sample", str(number))
    die("before-commit", number)
    committing.append(number)
    return {"z": number, "a": task.prepared, "half": number / 2}


def die_after_commit(session: object) -> None:
    """Die when the step is committed here and the queue has not noted it."""
    if committing:
        die("after-commit", committing.pop())


def die_at_the_beginning(session: Session, context: object, instances: object) -> None:
    """Die when the queue has given the run out and it is not begun here."""
    if any(isinstance(row, Run) and row.state == RunState.RUNNING for row in session.dirty):
        die("begin", 0)


def wait_long(task: Task) -> str:
    """Go on until cancelled."""
    for done in range(10_000):
        task.checkpoint(done, 10_000)
        time.sleep(0.02)
    return "never"


def wait_while_held(number: int, task: Task) -> str:
    """Wait until the test takes a file away."""
    while (orders.deaths / f"hold-{number}").exists():
        time.sleep(0.02)
    return "done"


def wait_stubbornly(task: Task) -> str:
    """Look neither left nor right."""
    time.sleep(60 if (orders.deaths / "stubborn").exists() else 0)
    return "done"


def stumble(task: Task) -> None:
    """Fail in a way that nobody thought of, with something personal in the message."""
    record("sample.stumble", "sample", "0")
    raise ValueError("jane@example.org is not a number")


def refuse(task: Task) -> None:
    """Fail in a way that the reader can mend."""
    raise StepCannotBeDone("Nobody has registered yet.")


def kind(name: str, *steps: Step) -> RunKind:
    """A kind of run with fixed steps."""
    return RunKind(name, lambda arguments, results: steps)


KINDS = register(
    [
        kind(
            "sample",
            *(
                Step(
                    f"Doing part {number}",
                    act=partial(leave_a_mark, number),
                    prepare=partial(come_by, number),
                )
                for number in range(STEPS)
            ),
        ),
        kind("long", Step("Waiting", act=partial(leave_a_mark, 0), prepare=wait_long)),
        kind(
            "held",
            *(
                Step(
                    f"Waiting at {number}",
                    act=partial(leave_a_mark, number),
                    prepare=partial(wait_while_held, number),
                )
                for number in range(STEPS)
            ),
        ),
        kind("stubborn", Step("Waiting", prepare=wait_stubbornly)),
        kind("stumbling", Step("Walking", act=stumble)),
        kind("refusing", Step("Asking", act=refuse)),
    ]
)


def beat_drum() -> None:
    """A duty that leaves a trace."""
    with (orders.deaths / "drum").open("a") as drum:
        drum.write("x")


def live(given: Orders) -> None:
    """Be a worker process; with ``supervised``, one that is started again whenever it is killed."""
    global orders
    orders = given
    os.setsid()  # so that a test can kill it with all that it started
    with orders.log.open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    if orders.supervised:
        supervise()
    else:
        work()


def work() -> None:
    """Be the worker."""
    app = create_app(Config.from_environ(orders.environ))
    with app.app_context():
        event.listen(db.session, "after_commit", die_after_commit)
        event.listen(db.session, "before_flush", die_at_the_beginning)
    try:
        run_worker(app, KINDS, duties=[Duty("drum", 0.2, beat_drum)], pace=Pace(**orders.pace))
    except WorkerCannotStart as problem:
        sys.exit(str(problem))


def supervise() -> None:
    """Start the worker again whenever it is killed, as a service manager does."""
    worker = 0
    signal.signal(signal.SIGTERM, lambda number, frame: os.kill(worker, signal.SIGTERM))
    while True:
        worker = os.fork()
        if not worker:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            work()
            os._exit(0)
        status = os.waitpid(worker, 0)[1]
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(os.waitstatus_to_exitcode(status))
