"""Fields that a form does not have change nothing, whoever adds them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import JSON, Boolean, Column, DateTime, Enum, Table, select

from engagement.accounts.rules import Role
from engagement.contributions.moderation import set_saved_reasons
from engagement.contributions.noticing import set_help_lines
from engagement.database.transactions import transaction
from engagement.extensions import Base, db
from engagement.people.models import Resident as ResidentTable
from engagement.web.access import anyone
from tests.architecture.actors import Cast
from tests.architecture.forms import forms_of
from tests.architecture.routes import Route, Visitor, list_routes, page_of
from tests.architecture.samples import FORMS, Samples, canary, first_steps
from tests.factories import World

# Names that a table or a service knows, with values that would matter.
EXTRA: Mapping[str, str] = {
    "id": "1",
    "public_id": "x" * 22,
    "partnership_id": "2",
    "partnership": "south",
    "slug": "south",
    "staff_id": "1",
    "resident_id": "1",
    "holder_id": "1",
    "role": Role.ADMINISTRATOR.value,
    "roles": Role.ADMINISTRATOR.value,
    "kind": "staff",
    "state": "active",
    "programme": "",
    "programme_id": "1",
    "is_admin": "true",
    "weight": "100",
    "purpose": "invitation",
    "given_how": "paper",
    "given_at": "2001-01-01",
    "withdrawn_at": "2001-01-01",
    "expires_at": "2099-01-01",
    "used_at": "",
    "created_at": "2001-01-01",
    "ends_at": "2099-01-01",
    "last_seen_at": "2099-01-01",
    "totp_secret": "A" * 32,
    "totp_confirmed_at": "2001-01-01",
    "password_hash": "x",
    "token": "x",
    "session_token": "x",
    "actor_id": "x",
    "_method": "DELETE",
}

_numbers = count(1)
Shape = Counter[tuple[Any, ...]]


def telling(table: Table) -> list[Column[Any]]:
    """The columns that say whose a row is, what it may do, and where it stands."""
    return [
        column
        for column in table.columns
        if column.name == "partnership_id"
        or isinstance(column.type, Enum | Boolean)
        or (
            column.name in ("action", "object_kind", "kind", "wording", "question", "template")
            and not isinstance(column.type, JSON)
        )
    ]


def moments(table: Table) -> list[Column[Any]]:
    """The columns of moments, of which only the year is looked at."""
    return [c for c in table.columns if isinstance(getattr(c.type, "impl", c.type), DateTime)]


def take_shape(app: Flask) -> Shape:
    """How many rows of each table there are of each standing."""
    shape: Shape = Counter()
    with app.app_context(), db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            known, times = telling(table), moments(table)
            if table.name in ("throttle_counter", "audit_entry") or not known:
                continue
            for row in connection.execute(select(*known, *times)):
                years = tuple(moment and moment.year for moment in row[len(known) :])
                told = ("an id" if is_random(value) else value for value in row[: len(known)])
                shape[table.name, *told, *years] += 1
    return shape


def is_random(value: object) -> bool:
    """Whether it is the random id of something, which differs from one sample to the next."""
    return isinstance(value, str) and re.fullmatch(r"[\w-]{22}", value) is not None


def change_by(app: Flask, visitor: Visitor, path: str, form: Mapping[str, str]) -> Counter[Any]:
    """What sending a form adds and takes away, by the standing of rows."""
    before = take_shape(app)
    answer = visitor.ask("POST", path, form)
    assert answer.status_code in (200, 303, 400), f"{path}: {answer.status_code}"
    after = take_shape(app)
    changed = Counter(after)
    changed.subtract(before)
    return Counter({key: number for key, number in changed.items() if number})


def takes_more(app: Flask, world: World, routes: list[Route]) -> list[str]:
    """Every route where the same form does something else when fields are added."""
    north = world.north
    with north.inside():  # what a partnership has one list of, so that each pass replaces one
        set_saved_reasons(["It shouts"])
        set_help_lines(["Crisis team, 01632 960 999"])
    # Each pass has people of its own, to whom the same has happened.
    passes = [(Cast(north), {}), (Cast(north), EXTRA)]
    found = []
    for route in routes:
        if "POST" not in route.methods:
            continue
        done = []
        for cast, extra in passes:
            samples = Samples(north, north.programme(f"Waiting {canary(north)}"))
            path = route.address(north.slug, samples.values(route))
            token = cast.one_for(route.access).session()
            visitor = Visitor(app, token, **({} if token else first_steps(north)))
            form = _filled(route, visitor, path)
            done.append(change_by(app, visitor, path, {**extra, **form}))
        if done[0] != done[1]:
            found.append(f"{route.rule.rule}: {done[0]} and with more fields {done[1]}")
    return found


def _filled(route: Route, visitor: Visitor, path: str) -> dict[str, str]:
    fields = dict(FORMS.get(route.endpoint, {}))
    if "GET" in route.methods:
        for form in forms_of(page_of(visitor.ask("GET", path)), path):
            if form.action == path:
                fields |= form.fields
    # Each sending of its own, or the second would meet the first.
    if fields.get("email"):
        fields["email"] = f"canary{next(_numbers)}@example.net"
    if fields.get("name"):
        fields["name"] += f" {next(_numbers)}"
    return fields


@pytest.mark.one_database
def test_what_a_form_does_not_have_changes_nothing(app: Flask, world: World) -> None:
    found = takes_more(app, world, list_routes(app))
    assert not found, "\n".join(found)


@pytest.mark.own_app
def test_a_route_that_takes_any_field_is_found(app: Flask, world: World) -> None:
    def planted() -> str:
        with transaction():
            wanted = request.form.get("kind") == "staff"
            db.session.add(ResidentTable(contact_by="post" if wanted else "phone"))
        return ""

    app.add_url_rule("/p/<slug>/planted", "planted", anyone(planted), methods=["POST"])
    planted_routes = [route for route in list_routes(app) if route.endpoint == "planted"]
    (found,) = takes_more(app, world, planted_routes)
    assert found.startswith("/p/<slug>/planted: ")


def test_a_residents_form_cannot_reach_another_resident(app: Flask, world: World) -> None:
    ada, bea = world.north.resident("Ada"), world.north.resident("Bea")
    visitor = Visitor(app, world.north.session(ada))
    form = {
        "name": "Changed",
        "contact_by": "do not contact me",
        "id": str(bea.id),
        "resident_id": str(bea.id),
        "public_id": bea.public_id,
    }
    assert visitor.ask("POST", "/p/north/me/contact", form).status_code == 303
    with app.app_context(), db.engine.connect() as connection:
        table = Base.metadata.tables["resident"]
        names = dict(connection.execute(select(table.c.id, table.c.name)).all())
    assert names == {ada.id: "Changed", bea.id: "Bea"}


def test_an_account_cannot_be_given_a_role_in_a_programme_of_another_partnership(
    app: Flask, world: World
) -> None:
    administrator = world.north.staff(Role.ADMINISTRATOR)
    theirs = world.south.programme()
    visitor = Visitor(app, world.north.session(administrator))
    page = f"/p/north/admin/staff/{administrator.public_id}"
    before = take_shape(app)
    for programme in (str(theirs.id), theirs.public_id, "0", "-1", "x"):
        answer = visitor.ask("POST", page, {"role": "officer", "programme": programme})
        assert answer.status_code == 200, programme
    assert take_shape(app) == before
