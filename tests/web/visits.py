"""What visitors do in many tests: sign in, be compared, count what they cost."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from engagement.accounts.models import Staff as StaffTable
from engagement.extensions import db
from tests.client import BASE_URL, CheckedClient
from tests.factories import Staff

SIGN_IN = "/p/north/staff/sign-in"
CODE = "/p/north/staff/code"


def code_of(app: Flask, staff: Staff) -> str:
    """The code that somebody's app shows now, as if the last one were long ago."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            update(StaffTable.__table__)
            .where(StaffTable.__table__.c.id == staff.id)
            .values(totp_last_step=None)
        )
    return staff.app.at(int(time.time()))


def enter_password(browser: CheckedClient, staff: Staff, password: str = "") -> TestResponse:
    """The first step of signing in."""
    return browser.send(SIGN_IN, {"email": staff.email, "password": password or staff.password})


def sign_in(app: Flask, browser: CheckedClient, staff: Staff, password: str = "") -> TestResponse:
    """Both steps; returns the answer to the second."""
    assert enter_password(browser, staff, password).location == CODE
    return browser.send(CODE, {"code": code_of(app, staff)})


def session_of(browser: CheckedClient) -> dict[str, Any]:
    """What the browser's cookie holds."""
    with browser.session_transaction(base_url=BASE_URL) as session:
        return dict(session)


def token_of(browser: CheckedClient) -> str:
    """The token of the browser's session."""
    return str(session_of(browser)["token"])


def same_page(answer: TestResponse, *typed: str) -> tuple[int, str | None, str]:
    """What somebody sees, without what differs each time and what they typed themselves."""
    text = re.sub(r'(csrf_token"[^>]*value=|nonce=|csrf-token=)"[^"]*"', r"\1", answer.text)
    for word in typed:
        text = text.replace(word, "TYPED")
    return answer.status_code, answer.location, text


@contextmanager
def counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """How many statements the database gets, and how many passwords are checked or hashed."""
    counts = {"statements": 0, "passwords": 0}

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        counts["statements"] += 1

    def counting(method: Any) -> Any:
        def wrapped(*args: Any) -> Any:
            counts["passwords"] += 1
            return method(*args)

        return wrapped

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    with monkeypatch.context() as patched:
        for name in ("verify", "hash"):
            patched.setattr(PasswordHasher, name, counting(getattr(PasswordHasher, name)))
        yield counts
    event.remove(engine, "before_cursor_execute", note)


def rows(app: Flask, *columns: Any) -> list[Any]:
    """The rows of a table, of all partnerships, as they are stored."""
    with app.app_context(), db.engine.connect() as connection:
        table = columns[0].class_.__table__
        wanted = [table.c[column.key] for column in columns]
        return list(connection.execute(select(*wanted).order_by(table.c.id)).all())
