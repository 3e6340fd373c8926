"""A page asks the database a few questions, however long its list is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from engagement.accounts import service as accounts
from engagement.accounts.queries import list_staff
from engagement.accounts.rules import Role
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.messages.queries import list_messages
from engagement.people.queries import list_residents
from engagement.people.rules import ContactBy
from engagement.people.service import add_resident, issue_member_code
from engagement.programmes.queries import find_programme, list_programmes
from engagement.programmes.service import create_programme
from engagement.runs.queries import list_runs
from engagement.runs.service import request_run
from engagement.web.access import anyone
from tests.architecture.actors import Cast
from tests.architecture.routes import Visitor, list_routes
from tests.architecture.samples import Samples, first_steps
from tests.factories import Partnership, World

MOST = 6
# Pages that show a link of the chain with what stands before and after it.
MOST_OF_CHAIN = 8
# The pool desk: people, gauges, batches and the last test draw.
MOST_OF_DESK = 9
# Who took part beside who lives there: people, what they told, their areas, who lives there.
MOST_OF_REACH = 10
# A file that waits: where it is about, where it lies, and how one like it was read before.
MOST_OF_FILE = 7
# An entry of a diary begins as the last one, beside all that the form of an answer needs.
MOST_OF_ENTRY = 7
# A session with all that is prepared for it, its desk, its tables, a round with what members have
# for it: each part is a list of its own.
MOST_OF_SESSION = 9
SESSION = {
    "facilitators.session",
    "facilitators.desk",
    "facilitators.desk_board",
    "facilitators.table_plan",
    "residents.session",
    *("facilitators.one_round", "residents.one_round", "public.one_round"),
}
ENTRY = {"public.write_entry", "public.change_diary"}
CHAIN = {
    "public.priority",
    "public.theme",
    "officers.priority",
    "officers.change_priority",
    "officers.link_paragraph",
    "facilitators.theme",
}
ROWS = 200
# What begins and ends a transaction is not a question, nor is what a session writes once a minute.
SEEN = "UPDATE sign_in_session SET last_seen_at="
NO_QUESTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", SEEN)


@contextmanager
def counted_statements(app: Flask) -> Iterator[list[str]]:
    """Every statement that the database is asked in this block."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if not statement.startswith(NO_QUESTION):
            asked.append(" ".join(statement.split()))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fill(north: Partnership) -> None:
    """Give every list at least 200 rows, with what each row shows beside it."""
    with north.inside(), transaction():
        for number in range(ROWS):
            resident = add_resident(f"Rae {number}", phone="01632", contact_by=ContactBy.PHONE)
            if number % 2:
                issue_member_code(resident)
            programme = create_programme(f"Programme {number}", "What would help?")
            found = find_programme(None, programme)
            assert found is not None
            request_run("audit_check", {})
            roles = [(Role.OFFICER, found.id), (Role.FACILITATOR, None)]
            accounts.invite_staff(f"s{number}@x.example", f"Sal {number}", roles, lambda t: t)


class Reader:
    """Somebody for every page, whom it lets in, with the address of the page.

    ``only`` is the endpoint of one page, to read that alone.
    """

    def __init__(self, app: Flask, world: World, only: str = "") -> None:
        self._app = app
        samples, cast = Samples(world.north, world.north.programme()), Cast(world.north)
        steps = first_steps(world.north)
        self._visits = []
        for route in list_routes(app):
            if "GET" in route.methods and (not only or route.endpoint == only):
                token = cast.one_for(route.access).session()
                path = route.address(world.north.slug, samples.values(route))
                most = MOST_OF_CHAIN if route.endpoint in CHAIN else MOST
                most = MOST_OF_DESK if route.endpoint == "facilitators.pool" else most
                most = MOST_OF_FILE if route.endpoint == "officers.read_file" else most
                most = MOST_OF_SESSION if route.endpoint in SESSION else most
                most = MOST_OF_ENTRY if route.endpoint in ENTRY else most
                most = MOST_OF_REACH if route.endpoint == "facilitators.not_reached" else most
                self._visits.append((path, most, Visitor(app, token, **steps)))

    def pages_that_ask_too_much(self) -> list[str]:
        """Every page that asks more questions than it may, with the questions."""
        found = []
        for path, most, visitor in self._visits:
            with counted_statements(self._app) as asked:
                answer = visitor.ask("GET", path)
            assert answer.status_code in (200, 303), path
            if len(asked) > most:
                found.append("\n  ".join([f"{path} asks {len(asked)}:", *asked]))
        return found


def test_no_page_asks_more_than_six_questions(app: Flask, world: World) -> None:
    reader = Reader(app, world)
    fill(world.north)
    with world.north.inside():
        lists: list[Callable[[], int]] = [
            lambda: list_residents(1, 1)[1],
            lambda: list_programmes(None, 1, 1)[1],
            lambda: list_messages(1, 1)[1],
            lambda: list_runs(1, 1).total,
            lambda: list_staff(1, 1)[1],
        ]
        assert all(count() >= ROWS for count in lists)
    found = reader.pages_that_ask_too_much()
    assert not found, "\n".join(found)


@pytest.mark.own_app
def test_a_page_that_asks_for_each_row_is_found(app: Flask, world: World) -> None:
    def planted() -> str:
        rows, _ = list_residents(1, 10)
        for row in rows:
            list_residents(1, 1, row.name)
        return ""

    app.add_url_rule("/p/<slug>/planted", "planted", anyone(planted))
    for number in range(4):
        world.north.resident(f"Rae {number}")
    (found,) = Reader(app, world, "planted").pages_that_ask_too_much()
    assert found.startswith("/p/north/planted asks ")
    assert found.count("resident.phone") > 10
