"""Requests a second of two pages, beside bare pages that render the same components.

The same gunicorn settings serve both. Rounds alternate, so that a drifting machine moves both
sides; a second is one of the server's own processor time, so that what else runs does not count;
the ratio is that of the medians. Then: queries a page, time of ``create_app``, and the memory of a
web worker and of the job worker.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import psutil
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event

from engagement import create_app
from engagement.accounts.rules import Role
from engagement.config import ROOT, Config
from engagement.database.migrations import upgrade
from engagement.extensions import db
from engagement.people.rules import ContactBy
from engagement.people.service import add_resident
from tests.factories import World

ROUNDS, REQUESTS, CLIENTS = 7, 200, 2
PEOPLE = 200
GOAL_RATIO, GOAL_QUERIES, GOAL_START, GOAL_MEGABYTES = 0.6, 6, 1.0, 200


class Fetched(Protocol):
    """What a benchmark asks a server for, again and again."""

    @property
    def server(self) -> Server:
        """Whose processor time counts."""

    def fetch(self, connection: http.client.HTTPConnection) -> None:
        """Ask once."""


@dataclass(frozen=True)
class Page:
    """One address, and the cookie that opens it."""

    server: Server
    path: str
    cookie: str = ""

    def fetch(self, connection: http.client.HTTPConnection) -> None:
        """Fetch it once; anything but a whole page stops the benchmark."""
        connection.request("GET", self.path, headers={"Cookie": self.cookie})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or b"</html>" not in body:
            raise RuntimeError(f"{self.path}: {response.status}")


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "ENGAGEMENT_INSTANCE_PATH": folder,
            "ENGAGEMENT_SECRET_KEY": "only-for-benchmarks-only-for-benchmarks",
        }
        pages, queries = _fill(settings)
        with (
            gunicorn("wsgi:app", settings) as ours,
            gunicorn(
                "benchmarks.bare:app", {**settings, "BENCHMARK_PAGES": json.dumps(pages)}
            ) as bare,
        ):
            rates = {
                name: compare(Page(ours, path, cookie), visited(Page(bare, f"/{name}")))
                for name, (path, cookie) in pages.items()
            }
            memory = ours.largest_worker()
        jobs = _job_worker_memory(settings)
    start = _median_start(settings)
    figures: list[tuple[str, str, bool]] = []
    for name, (mine, yardstick) in rates.items():
        ratio = mine / yardstick
        text = f"{ratio:.2f} of a bare page ({mine:.0f} against {yardstick:.0f} a CPU second)"
        figures.append((f"{name} page", text, ratio >= GOAL_RATIO))
    for name, count in queries.items():
        figures.append((f"{name} page, queries", str(count), count <= GOAL_QUERIES))
    figures.append(("create_app, fresh process", f"{start:.2f} s of CPU", start < GOAL_START))
    figures.append(("web worker", f"{memory:.0f} MB", memory < GOAL_MEGABYTES))
    figures.append(("job worker", f"{jobs:.0f} MB", jobs < GOAL_MEGABYTES))
    for what, figure, met in figures:
        print(f"{what:28} {figure:56} {'met' if met else 'MISSED'}")
    return sum(not met for _what, _figure, met in figures)


def _fill(settings: dict[str, str]) -> tuple[dict[str, tuple[str, str]], dict[str, int]]:
    """Fill a database; returns address and cookie of each page, and its number of queries."""
    app = create_app(Config.from_environ(settings))
    with app.app_context():
        upgrade()
    north = World(app).north
    with north.inside():
        for number in range(PEOPLE):
            add_resident(
                f"Person {number}",
                email=f"person{number}@example.net",
                phone="01632 960 001",
                contact_by=ContactBy.PHONE,
            )
    facilitator, resident = north.staff(Role.FACILITATOR), north.resident()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    pages = {
        "list": ("/p/north/facilitate/residents", north.session(facilitator)),
        "question": ("/p/north/me/about/ethnic-group", north.session(resident)),
    }
    opened = {
        name: (path, f"session={signer.dumps({'token': token, 'csrf_token': 'x' * 40})}")
        for name, (path, token) in pages.items()
    }
    counted = {name: count_queries(app, *page) for name, page in opened.items()}
    return opened, counted


def count_queries(app, path: str, cookie: str) -> int:  # type: ignore[no-untyped-def]
    seen: list[str] = []

    def note(connection, cursor, statement, *rest):  # type: ignore[no-untyped-def]
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    with app.test_client(use_cookies=False) as client:
        answer = client.get(path, headers={"Cookie": cookie})
        assert answer.status_code == 200, answer.status
    event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in seen if not statement.startswith("BEGIN")])


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Processor time that the workers have used so far."""
        times = [child.cpu_times() for child in self.process.children()]
        return sum(time.user + time.system for time in times)

    def largest_worker(self) -> float:
        """Resident memory of the largest worker process, in MB."""
        return max(child.memory_info().rss for child in self.process.children()) / 1e6


@contextmanager
def gunicorn(application: str, settings: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--workers=1"),
        *("--threads=4", f"--bind=127.0.0.1:{port}", f"--chdir={ROOT}", "--no-control-socket"),
        *("--log-level=error", application),
    ]
    with subprocess.Popen(
        command, env={**os.environ, **settings}, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port)
            yield Server(port, psutil.Process(process.pid))
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def compare(ours: Fetched, bare: Fetched) -> tuple[float, float]:
    """Requests a CPU second of both servers, the medians of alternating rounds."""
    for page in (ours, bare):
        _rate(page)
    rates: dict[Fetched, list[float]] = {ours: [], bare: []}
    for _ in range(ROUNDS):
        for page, measured in rates.items():
            measured.append(_rate(page))
    return statistics.median(rates[ours]), statistics.median(rates[bare])


def _rate(page: Fetched) -> float:
    """Requests a second of the server's own processor time: what others do does not count."""
    connections = [
        http.client.HTTPConnection("127.0.0.1", page.server.port, timeout=30)
        for _ in range(CLIENTS)
    ]

    def client(connection: http.client.HTTPConnection) -> None:
        for _ in range(REQUESTS // CLIENTS):
            page.fetch(connection)
        connection.close()

    before = page.server.cpu_seconds()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, connections))
    return REQUESTS / (page.server.cpu_seconds() - before)


def visited(page: Page) -> Page:
    """The page as its second visit finds it: with the cookie that the first one set."""
    connection = http.client.HTTPConnection("127.0.0.1", page.server.port, timeout=30)
    connection.request("GET", page.path)
    cookie = connection.getresponse().headers.get("Set-Cookie", "").partition(";")[0]
    connection.close()
    return replace(page, cookie=cookie)


def _median_start(settings: dict[str, str]) -> float:
    code = (
        "import time; from engagement import create_app; create_app(); print(time.process_time())"
    )
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, **settings, "ENGAGEMENT_INSTANCE_PATH": folder}
        times = [
            float(subprocess.check_output([sys.executable, "-c", code], env=environ, cwd=ROOT))
            for _ in range(5)
        ]
    return statistics.median(times)


def _job_worker_memory(settings: dict[str, str]) -> float:
    command = [sys.executable, "-m", "engagement.cli", "worker"]
    with subprocess.Popen(
        command, env={**os.environ, **settings}, cwd=ROOT, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(6)
        memory = psutil.Process(process.pid).memory_info().rss / 1e6
        process.terminate()
    return memory
