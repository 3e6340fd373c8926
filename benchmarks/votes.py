"""Voting: votes a second beside the bare page, and the next of 2,000 statements after 1 M votes.

A vote is a form that is posted, kept on PostgreSQL with its counts, and leads on. It is counted in
requests a second of the web worker's own processor time, as in ``web``; what the database server
uses is not counted. Beside it, by the wall: votes a second that four browsers get kept, and
whether every one of them is there afterwards. Then, on both databases: a page that shows the next
statement to somebody of a group of opinion, its questions to the database, whether one of them
scans the votes, and its time.
"""

from __future__ import annotations

import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event, text

from benchmarks.registration import _postgresql, _token
from benchmarks.web import Page, Server, compare, gunicorn, visited
from engagement import create_app
from engagement.accounts.rules import Role
from engagement.config import Config
from engagement.conversations.maps import find_opinions_of, keep_opinions
from engagement.conversations.queries import find_conversation, token_hash
from engagement.conversations.service import add_seeds
from engagement.database.columns import new_public_id
from engagement.database.migrations import upgrade
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.programmes.rules import ParticipantKind
from engagement.programmes.service import add_participant
from tests.factories import Partnership, World
from tests.factories.chain import open_conversation, publish
from tests.factories.conversations import statements

BROWSERS, FEW = 400, 40
STATEMENTS, PEOPLE, EVERY = 2_000, 5_000, 10
"""Everybody votes on every tenth of the statements: a million votes."""
GOAL_RATIO, GOAL_QUERIES = 0.3, 4
CLIENTS, SECONDS = 4, 10
STANCES = ("agree", "disagree", "pass")


@dataclass(frozen=True)
class Votes:
    """Votes of one browser after the other on one statement after the other, each new or
    changed."""

    server: Server
    path: str
    keys: tuple[str, ...]
    cookies: tuple[str, ...]
    token: str
    turn: Iterator[int]

    def fetch(self, connection: http.client.HTTPConnection) -> None:
        """Have one kept; anything but being led on stops the benchmark."""
        turn = next(self.turn)
        voted, who = divmod(turn, len(self.cookies))
        round_, statement = divmod(voted, len(self.keys))
        fields = {"statement": self.keys[statement], "vote": STANCES[round_ % 3]}
        headers = {
            "Cookie": self.cookies[who],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({**fields, "csrf_token": self.token})
        connection.request("POST", self.path, body, headers)
        response = connection.getresponse()
        response.read()
        if response.status != 303:
            raise RuntimeError(f"{self.path}: {response.status}")


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    with tempfile.TemporaryDirectory() as folder, _postgresql(Path(folder)) as url:
        missed = _accepted(_settings(folder, url))
        missed += _next(_settings(folder, url), "PostgreSQL")
    with tempfile.TemporaryDirectory() as folder:
        return missed + _next(_settings(folder), "SQLite")


def _settings(folder: str, url: str = "") -> dict[str, str]:
    return {
        "ENGAGEMENT_INSTANCE_PATH": folder,
        "ENGAGEMENT_SECRET_KEY": "only-for-benchmarks-only-for-benchmarks",
        **({"ENGAGEMENT_DATABASE_URL": url} if url else {}),
    }


def _accepted(settings: dict[str, str]) -> int:
    """Votes that are kept: how many a second, and whether all are there."""
    app = create_app(Config.from_environ(settings))
    with app.app_context():
        upgrade()
    north = World(app).north
    path, activity = _conversation(north, FEW)
    with north.inside():
        keys = tuple(statements(activity))
    token, secret = _token(app)
    cookies = tuple(_cookie(app, secret, f"browser {number}") for number in range(BROWSERS))
    bare_pages = {
        name: (address, _signed(app, {"token": north.session(who), "csrf_token": secret}))
        for name, address, who in (
            ("list", "/p/north/facilitate/residents", north.staff(Role.FACILITATOR)),
            ("question", "/p/north/me/about/ethnic-group", north.resident()),
        )
    }
    turn = count()
    with (
        gunicorn("wsgi:app", settings) as ours,
        gunicorn(
            "benchmarks.bare:app", settings | {"BENCHMARK_PAGES": json.dumps(bare_pages)}
        ) as bare,
    ):
        votes = Votes(ours, path, keys, cookies, token, turn)
        mine, theirs = compare(votes, visited(Page(bare, "/question")))
        by_the_wall = _wall(votes)
    sent = next(turn)
    with north.inside():
        kept, counted = db.session.execute(
            text(
                "SELECT (SELECT count(*) FROM vote),"
                " (SELECT sum(agree + disagree + passed) FROM statement)"
            ),
            execution_options={"filters_itself": True},
        ).one()
    expected = min(sent, BROWSERS * FEW)
    ratio = mine / theirs
    words = f"{ratio:.2f} of a bare page ({mine:.0f} against {theirs:.0f} a CPU second)"
    missed = _tell("a vote kept, PostgreSQL", words, ratio >= GOAL_RATIO)
    words = f"{by_the_wall:.0f} a second, one worker, {CLIENTS} browsers at once"
    print(f"votes: {'by the wall':28} {words}")
    words = f"{sent:,} sent: {kept:,} votes, counts say {counted:,}"
    return missed + _tell("all are there, once", words, kept == counted == expected)


def _wall(votes: Votes) -> float:
    """Votes a second of the clock, sent by several browsers one after the other."""
    begin = time.monotonic()

    def client(_number: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", votes.server.port, timeout=30)
        done = 0
        while time.monotonic() < begin + SECONDS:
            votes.fetch(connection)
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(client, range(CLIENTS))) / (time.monotonic() - begin)


def _next(settings: dict[str, str], name: str) -> int:
    """The page of the next statement, of 2,000 after a million votes."""
    app = create_app(Config.from_environ(settings))
    with app.app_context():
        upgrade()
    north = Partnership(app, f"full-{name.lower()}", name)
    path, _ = _conversation(north, STATEMENTS)
    browser = "somebody of a group"
    with north.inside():
        _vote_much(north, path, browser)
        begin = time.perf_counter()
        keep_opinions(new_public_id(), find_opinions_of(_id(path), lambda *_: None))
        mapping = time.perf_counter() - begin
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    _, secret = _token(app)
    cookie = _cookie(app, secret, browser)
    asked, plans, seconds = _look(app, path, cookie)
    words = f"{asked} queries, {1000 * seconds:.0f} ms of the clock"
    missed = _tell(f"next statement, {name}", words, asked <= GOAL_QUERIES)
    scans = [plan for plan in plans if "Seq Scan on vote" in plan or "SCAN vote" in plan]
    missed += _tell(f"votes scanned, {name}", f"{len(scans)} of {asked} queries", not scans)
    print(f"votes: {f'map of all votes, {name}':28} {mapping:.1f} s with stability, and kept")
    return missed


def _look(app: Flask, path: str, cookie: str) -> tuple[int, list[str], float]:
    """How many questions a page asks, their plans, and the median of its time in seconds."""
    seen: list[tuple[str, object]] = []

    def note(connection, cursor, statement, values, *rest):  # type: ignore[no-untyped-def]
        if not statement.startswith(("BEGIN", "EXPLAIN")):
            seen.append((statement, values))

    with app.app_context():
        engine = db.engine
    times = []
    event.listen(engine, "before_cursor_execute", note)
    with app.test_client(use_cookies=False) as client:
        for _ in range(11):
            seen.clear()
            begin = time.perf_counter()
            answer = client.get(path, headers={"Cookie": cookie})
            times.append(time.perf_counter() - begin)
            assert answer.status_code == 200, answer.status
            assert "Do you agree?" in answer.text
    asked = list(seen)
    verb = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with engine.connect() as connection:
        plans = [
            "\n".join(str(row) for row in connection.exec_driver_sql(f"{verb} {query}", values))
            for query, values in asked
        ]
    event.remove(engine, "before_cursor_execute", note)
    return len(asked), plans, statistics.median(times)


def _conversation(north: Partnership, many: int) -> tuple[str, int]:
    """An open conversation with so many statements: the address to vote at, and its key."""
    programme = north.programme()
    with north.inside():
        publish(programme)
        activity = open_conversation(programme)
        for start in range(0, many, 500):
            lines = [f"Say {number}" for number in range(start, min(many, start + 500))]
            add_seeds(None, programme.public_id, activity, lines)
        found = find_conversation(programme.public_id, activity)
        assert found is not None
    return f"/p/{north.slug}/programmes/{programme.public_id}/conversation/{activity}", found.id


def _id(path: str) -> str:
    return path.rpartition("/")[2]


def _vote_much(north: Partnership, path: str, browser: str) -> None:
    """A million votes of two camps, and those of one browser; to send each would take an hour."""
    found = find_conversation(path.split("/")[-3], _id(path))
    assert found is not None
    with transaction():
        add_participant(
            found.programme_id, ParticipantKind.BROWSER, token_hash(found.programme_id, browser)
        )
        for number in range(PEOPLE - 1):
            add_participant(found.programme_id, ParticipantKind.IMPORTED, f"{number:064}")
        here = {"programme": found.programme_id, "activity": found.id, "every": EVERY}
        for command in (
            "INSERT INTO vote (partnership_id, statement_id, participant_id, value, given_at)"
            " SELECT statement.partnership_id, statement.id, participant.id,"
            " CASE WHEN (statement.id * 31 + participant.id * 17) % 7 = 0 THEN 0"
            " WHEN (statement.id + participant.id) % 2 = 0 THEN 1 ELSE -1 END, CURRENT_TIMESTAMP"
            " FROM statement CROSS JOIN participant"
            " WHERE statement.activity_id = :activity AND participant.programme_id = :programme"
            " AND (statement.id * 7 + participant.id * 13) % :every = 0",
            "UPDATE statement SET"
            " agree = (SELECT count(*) FROM vote WHERE statement_id = statement.id AND value = 1),"
            " disagree ="
            " (SELECT count(*) FROM vote WHERE statement_id = statement.id AND value = -1),"
            " passed = (SELECT count(*) FROM vote WHERE statement_id = statement.id AND value = 0)"
            " WHERE activity_id = :activity",
        ):
            used = {key: value for key, value in here.items() if f":{key}" in command}
            db.session.connection().execute(text(command), used)


def _cookie(app: Flask, secret: str, browser: str) -> str:
    return _signed(app, {"visitor": browser, "csrf_token": secret})


def _signed(app: Flask, values: dict[str, str]) -> str:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return f"session={signer.dumps(values)}"


def _tell(what: str, figure: str, met: bool) -> int:
    print(f"votes: {what:28} {figure:56} {'met' if met else 'MISSED'}")
    return not met
