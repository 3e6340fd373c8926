"""Logs: every line has the request's id, and none has anything that somebody typed."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog
from flask import Flask, request
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from engagement.accounts.models import Staff
from engagement.accounts.rules import Role, StaffState
from engagement.config import Config
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.web.access import anyone
from tests.architecture.actors import Cast
from tests.architecture.forms import PHONE, WORD, forms_of
from tests.architecture.routes import Visitor, list_routes, page_of
from tests.architecture.samples import FORMS, Samples, canary, first_steps
from tests.factories import PASSWORD, World

# The log is set up when an application is made.
pytestmark = pytest.mark.own_app
ID = re.compile(r"\brequest[\"=: ]+([0-9a-f]{16})\b")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What stands in for standard error before the application is made."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    return sys.stderr  # type: ignore[return-value]


@pytest.fixture(params=["text", "json"])
def config(config: Config, lines: io.StringIO, request: pytest.FixtureRequest) -> Config:
    """Both forms of the log."""
    return replace(config, log_format=request.param)


class Log:
    """Everything that the application and its libraries log."""

    def __init__(self, lines: io.StringIO) -> None:
        self.lines = lines

    def read(self) -> str:
        """All lines since the last reading, without colours."""
        text = self.lines.getvalue()
        self.lines.seek(0)
        self.lines.truncate()
        return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.fixture
def log(app: Flask, lines: io.StringIO) -> Iterator[Log]:
    libraries = logging.StreamHandler(lines)
    logging.getLogger().addHandler(libraries)
    yield Log(lines)
    logging.getLogger().removeHandler(libraries)


def personal_values(log: str, secrets: set[str]) -> list[str]:
    """The lines that tell what somebody typed, is called, or holds."""
    wanted = re.compile("|".join(map(re.escape, {WORD, PHONE, PASSWORD, *secrets})), re.IGNORECASE)
    return [line for line in log.splitlines() if wanted.search(line)]


def visit_everything(app: Flask, world: World) -> set[str]:
    """Open every page and send every form, with a word to find again in whatever can hold one.

    Returns the secrets that were in addresses and cookies.
    """
    north = world.north
    samples = Samples(north, north.programme(f"Waiting {canary(north)}"))
    cast = Cast(north)
    steps = first_steps(north)
    secrets = {steps["second_step"], steps["letter_code"]}
    for route in list_routes(app):
        token = cast.one_for(route.access).session()
        values = samples.values(route)
        secrets |= {value for name, value in values.items() if name == "token"}
        secrets |= {token} if token else set()
        path = route.address(north.slug, values)
        visitor = Visitor(app, token, **steps)
        if "GET" in route.methods:
            page = visitor.ask("GET", path, headers=marked_headers(path))
            visitor.ask("GET", f"{path}?page={WORD}&search={WORD}")
            for form in forms_of(page_of(page), path):
                if form.action == path:
                    visitor.ask("POST", path, form.fields, headers=marked_headers(path))
        if "POST" in route.methods:
            visitor.ask("POST", path, {**FORMS.get(route.endpoint, {}), "extra": WORD})
    for lost in (f"/{WORD}", f"/p/{WORD}/", f"/p/north/me/link/{WORD}", f"/p/north/admin/{WORD}"):
        for method in ("GET", "POST", "PUT"):
            Visitor(app).ask(method, lost)
    return secrets


def marked_headers(path: str) -> dict[str, str]:
    return {
        "Referer": f"https://engagement.test{path}?{WORD}",
        "User-Agent": WORD,
        "X-Forwarded-For": f"{WORD}, 192.0.2.1",
        "X-Request-Id": WORD,
        "Accept-Language": WORD,
    }


def test_a_whole_session_of_requests_writes_nothing_personal(
    app: Flask, world: World, log: Log
) -> None:
    secrets = visit_everything(app, world)
    written = log.read()
    assert len(written.splitlines()) > 150
    assert "/p/<slug>/me/link/<token>" in written
    assert personal_values(written, secrets) == []


def test_a_line_with_what_somebody_typed_is_found(app: Flask, world: World, log: Log) -> None:
    def planted(slug: str = "") -> str:
        structlog.get_logger("planted").info("posted", name=request.form["name"])
        return ""

    app.add_url_rule("/planted", "planted", anyone(planted), methods=["POST"])
    Visitor(app).ask("POST", "/planted", {"name": f"Mr {WORD}"})
    assert len(personal_values(log.read(), set())) == 1


def test_every_line_has_the_id_that_the_answer_has(app: Flask, world: World, log: Log) -> None:
    visitor = Visitor(app, world.north.session(world.north.staff(Role.OFFICER)))
    seen: set[str] = set()
    for method, path in [
        ("GET", "/p/north/plan/"),
        ("GET", "/nowhere"),
        ("PUT", "/p/north/"),
        ("POST", "/p/north/sign-out"),
    ]:
        answer = visitor.ask(method, path)
        ids = ID.findall(log.read())
        assert ids
        assert set(ids) == {answer.headers["X-Request-Id"]}
        seen |= set(ids)
    assert len(seen) == 4


def test_a_form_that_is_refused_for_its_token_has_an_id_of_its_own(app: Flask, log: Log) -> None:
    visitor = Visitor(app)
    earlier = visitor.ask("GET", "/").headers["X-Request-Id"]
    log.read()
    visitor.csrf_token = "wrong"
    answer = visitor.ask("POST", "/p/north/sign-out")
    assert answer.status_code == 400
    assert answer.headers["X-Request-Id"] not in ("", earlier)
    assert set(ID.findall(log.read())) == {answer.headers["X-Request-Id"]}


def _raise_with_words(word: str) -> None:
    kept_in_a_variable = f"Mr {word}"
    raise ValueError(f"cannot use {kept_in_a_variable}")


def test_an_error_nobody_foresaw_shows_its_id_and_nothing_else(app: Flask, log: Log) -> None:
    def planted() -> str:
        _raise_with_words(request.form["name"])
        return ""

    app.add_url_rule("/planted", "planted", anyone(planted), methods=["POST"])
    answer = Visitor(app).ask("POST", "/planted", {"name": WORD})
    written = log.read()
    assert answer.status_code == 500
    assert f"<code>{answer.headers['X-Request-Id']}</code>" in answer.text
    assert set(ID.findall(written)) == {answer.headers["X-Request-Id"]}
    assert "ValueError" in written
    assert "_raise_with_words" in written
    assert personal_values(written + answer.text, set()) == []


def test_an_error_after_the_page_was_made_does_not_name_its_address(app: Flask, log: Log) -> None:
    def fail_once(response: Any, failed: list[bool] = []) -> Any:  # noqa: B006 - remembers
        if not failed:
            failed.append(True)
            raise ValueError(WORD)
        return response

    app.after_request(fail_once)
    answer = Visitor(app).ask("GET", f"/p/{WORD}/me/link/{WORD}")
    written = log.read()
    assert answer.status_code == 500
    assert "ValueError" in written
    assert personal_values(written + answer.text, set()) == []


STATEMENT = text("INSERT INTO nowhere (name) VALUES (:name)")


def _insert_into_no_table() -> None:
    db.session.execute(STATEMENT, {"name": WORD})


def _insert_twice() -> None:
    with transaction():
        for name in ("A", "B"):
            db.session.add(Staff(email=f"{WORD}@x.example", name=name, state=StaffState.INVITED))


def _insert_too_long() -> None:
    with transaction():
        staff = Staff(email="a@x.example", name="A", state=StaffState.INVITED)
        staff.public_id = WORD * 10
        staff.state = WORD  # type: ignore[assignment]
        db.session.add(staff)


@pytest.mark.parametrize("fault", [_insert_into_no_table, _insert_twice, _insert_too_long])
def test_an_error_of_the_database_hides_what_was_to_be_written(
    app: Flask, world: World, log: Log, fault: Any
) -> None:
    told: list[str] = []

    def planted() -> str:
        try:
            fault()
        except Exception as error:
            cause: BaseException | None = error
            while cause:
                told.append(f"{type(cause).__name__} {cause}")
                cause = cause.__cause__ or cause.__context__
            raise
        return ""

    app.add_url_rule("/p/<slug>/planted", "planted", anyone(planted))
    answer = Visitor(app).ask("GET", "/p/north/planted")
    written = log.read()
    assert answer.status_code in (500, 503)
    assert "Error" in written
    assert personal_values("\n".join([written, answer.text]), set()) == []
    if fault is not _insert_too_long:
        assert "Error" in told[0]
        assert personal_values("\n".join(told), set()) == []


def test_without_our_engine_the_same_error_would_tell(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection, pytest.raises(SQLAlchemyError, match=WORD):
        connection.execute(STATEMENT, {"name": WORD})
    engine.dispose()


@pytest.mark.parametrize("config", ["json"], indirect=True)
def test_lines_for_machines_are_json(app: Flask, log: Log) -> None:
    Visitor(app).ask("GET", "/")
    (line,) = [json.loads(line) for line in log.read().splitlines()]
    assert line["event"] == "request"
    assert line["rule"] == "/"
    assert line["status"] == 200
    assert set(line) == {
        "event", "level", "method", "milliseconds", "request", "rule", "status", "timestamp"
    }  # fmt: skip
