"""Starts worker processes, and watches runs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from engagement.config import Config
from engagement.extensions import db
from engagement.runs import queries
from tests.forks import processes
from tests.jobs import sample_worker

PACE = {"poll": 0.1, "sign_of_life": 0.3, "gone_after": 1.0, "grace": 3.0, "tidy": 3600}


@dataclass
class Workshop:
    """Starts worker processes on the application's database and watches runs."""

    config: Config
    deaths: Path
    started: list[BaseProcess] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """What the workers have written."""
        return self.deaths / "worker.log"

    def start(
        self, worker_id: str = "worker-a", *, supervised: bool = False, **pace: float
    ) -> BaseProcess:
        """A worker process."""
        environ = {
            "ENGAGEMENT_INSTANCE_PATH": str(self.config.instance_path),
            "ENGAGEMENT_DATABASE_URL": self.config.database_url,
            "ENGAGEMENT_SECRET_KEY": self.config.secret_key,
            "ENGAGEMENT_BASE_URL": self.config.base_url,
            "ENGAGEMENT_WORKER_ID": worker_id,
        }
        orders = sample_worker.Orders(
            environ, {**PACE, **pace}, self.deaths, self.log, supervised=supervised
        )
        process = processes.Process(target=sample_worker.live, args=(orders,), daemon=True)
        process.start()
        self.started.append(process)
        return process

    def close(self) -> None:
        """Kill what still lives, with what it started."""
        for process in self.started:
            if process.is_alive() and process.pid:
                with suppress(ProcessLookupError):  # it has not made its group yet
                    os.killpg(process.pid, signal.SIGKILL)
                process.kill()
            process.join()
            process.close()

    def stop(self, process: BaseProcess) -> float:
        """Stop a worker as a service manager does; returns the seconds that took."""
        began = time.monotonic()
        process.terminate()
        process.join(10)
        assert process.exitcode == 0, self.log.read_text()
        return time.monotonic() - began

    @contextmanager
    def working(self, worker_id: str = "worker-a", **options: Any) -> Iterator[BaseProcess]:
        """A worker process for the length of a block."""
        process = self.start(worker_id, **options)
        yield process
        self.stop(process)

    def wait_for(
        self, public_id: str, holds: Callable[[queries.RunWithSteps], bool], seconds: float = 60
    ) -> queries.RunWithSteps:
        """The run as soon as something holds for it."""
        deadline = time.monotonic() + seconds
        while True:
            run = queries.get_run(public_id)
            db.session.rollback()
            if holds(run):
                return run
            dead = not any(process.is_alive() for process in self.started)
            if dead or time.monotonic() > deadline:
                pytest.fail(f"still {run}\n{self.log.read_text()}")
            time.sleep(0.05)

    def wait_for_end(self, public_id: str, seconds: float = 60) -> queries.RunWithSteps:
        """The run when it has ended."""
        return self.wait_for(public_id, lambda run: run.run.has_ended, seconds)
