"""No GET changes anything: not for its reader, not for a mail scanner, not for a crawler."""

from __future__ import annotations

import pytest
from flask import Flask

from engagement.accounts.models import SignInSession
from engagement.accounts.sessions import SEEN_EVERY
from engagement.programmes.service import create_programme
from engagement.web.access import anyone
from tests.architecture.actors import Cast
from tests.architecture.routes import Visitor, list_routes
from tests.architecture.samples import Samples, canary, first_steps
from tests.architecture.snapshot import changed_tables, take_snapshot
from tests.factories import World
from tests.past import move_back


def routes_that_write(app: Flask, world: World, only: str = "") -> list[str]:
    """Every address whose reading leaves the database other than it was, and what changed.

    ``only`` is the endpoint of one route, to look at that alone.
    """
    north = world.north
    samples = Samples(north, north.programme(f"Waiting {canary(north)}"))
    cast = Cast(north)
    steps = first_steps(north)
    visits = []
    for route in list_routes(app):
        if "GET" in route.methods and (not only or route.endpoint == only):
            token = cast.one_for(route.access).session()
            path = route.address(north.slug, samples.kept_values(route))
            visits.append((path, Visitor(app, token, **steps)))
    # That a session is in use is all that reading may note; let every one be due for it.
    assert move_back(app, SignInSession.last_seen_at, 2 * SEEN_EVERY) or only
    found = []
    before = take_snapshot(app)
    for path, visitor in visits:
        for method in ("GET", "HEAD"):
            answer = visitor.ask(method, path)
            assert answer.status_code in (200, 303), f"{method} {path}: {answer.status_code}"
        after = take_snapshot(app)
        found += [f"{path}: {table}" for table in changed_tables(before, after)]
        before = after
    return found


def test_nothing_that_is_only_read_is_changed(app: Flask, world: World) -> None:
    assert routes_that_write(app, world) == []


@pytest.mark.own_app
def test_a_page_that_writes_when_it_is_read_is_found(app: Flask, world: World) -> None:
    def planted(**values: str) -> str:
        create_programme("Planted", "What is written here?")
        return ""

    app.add_url_rule("/p/<slug>/planted", "planted", anyone(planted))
    found = routes_that_write(app, world, "planted")
    assert {line.split(":")[0] for line in found} == {"/p/north/planted"}
    assert any(": programme (" in line for line in found)
