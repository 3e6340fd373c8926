"""What a panel is for stands on each of its pages that residents see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from flask import Flask
from markupsafe import escape

from engagement.panels.queries import find_panel
from engagement.panels.seat_queries import seats_of
from tests.architecture.routes import Route, list_routes
from tests.client import CheckedClient
from tests.factories import Programme, Resident, World
from tests.factories.members import join, standing_panel
from tests.factories.panels import REMIT, drawn_panel, panel_of, pool_of, take_seats
from tests.web.registering import VOLUNTEERS, WHERE, Invited, invite

Browse = Callable[[], CheckedClient]
Somebody = tuple[CheckedClient, dict[str, str]]
FILES = {"residents.own_row"}


def routes_of_panels(app: Flask) -> list[Route]:
    """Every address of a resident's with a panel in it that can be looked at."""
    return [
        route
        for route in list_routes(app)
        if route.endpoint.startswith("residents.")
        and "panel_id" in route.parameters
        and "GET" in route.methods
    ]


def everybody(world: World, browse: Browse) -> Iterator[Somebody]:
    """People at every point of their way through a panel, each with what an address needs."""
    me = invite(world, browse(), where=True)
    me.browser.send(me.at("begin"), page=me.at())
    for key in ("sex", WHERE):
        yield me.browser, {"panel_id": me.panel, "key": key}
    sent = invite(world, browse())
    sent.send()
    yield sent.browser, {"panel_id": sent.panel, "key": "sex"}
    with world.north.inside():
        other = panel_of(world.north.programme(), VOLUNTEERS, "two", published=True)
    again = Invited(Programme(0, ""), other, "", 0, sent.browser)
    again.browser.send(again.at("begin"), page=again.at())
    yield again.browser, {"panel_id": other, "key": "sex"}
    yield from those_of_a_draw(world, browse)
    with world.north.inside():
        standing = standing_panel(world.north.programme())
        member = join(standing).resident_id
    yield as_resident(world, browse, member), {"panel_id": standing, "key": "sex"}


def those_of_a_draw(world: World, browse: Browse) -> Iterator[Somebody]:
    """Who is offered a seat, has it, and was not drawn."""
    with world.north.inside():
        panel, draw = drawn_panel(world.north.programme(), "three")
        found = find_panel(None, panel)
        assert found is not None
        drawn = {seat.resident_id for seat in seats_of(found.id)}
        (late,) = pool_of(panel, 1)
    for resident in (min(drawn), late.resident_id):
        values = {"panel_id": panel, "draw_id": draw, "key": "sex"}
        yield as_resident(world, browse, resident), values
    with world.north.inside():
        take_seats(panel)
    yield as_resident(world, browse, min(drawn)), {"panel_id": panel, "draw_id": draw, "key": "sex"}


def as_resident(world: World, browse: Browse, key: int) -> CheckedClient:
    return browse().be(world.north.session(Resident(key, "")))


def test_every_page_of_a_panel_that_a_resident_sees_shows_its_remit(
    app: Flask, world: World, browse: Browse
) -> None:
    routes, seen, lacking = routes_of_panels(app), set(), []
    assert len(routes) > 10
    for browser, values in everybody(world, browse):
        for route in routes:
            if not route.parameters.keys() <= values.keys():
                continue
            path = route.address("north", values)
            answer = browser.get(path)
            if answer.status_code != 200:  # a page for another point of the way
                continue
            seen.add(route.endpoint)
            text = re.sub(r"<title>.*?</title>", "", answer.text)
            if str(escape(REMIT)) not in text and route.endpoint not in FILES:
                lacking.append(path)
    assert lacking == []
    assert {route.endpoint for route in routes} - seen == set()
