"""The pages of a draw: for staff, for everyone, and for whoever registered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.jobs.execution import carry_out
from engagement.panels.draw_queries import draws_of
from engagement.panels.models import Draw
from engagement.panels.queries import find_panel
from engagement.panels.seat_queries import seats_of
from engagement.panels.service import TargetPlan, change_panel, set_targets
from engagement.people.models import Resident
from tests.client import CheckedClient
from tests.factories import Partnership, World
from tests.factories import Resident as Somebody
from tests.factories.panels import PLAN, Registrant, panel_of, pool_of

Browse = Callable[[], CheckedClient]
WHERE = {"seed_source": "round 4512006 of the drand beacon", "seed_due": "3 March at 14:00"}


@pytest.fixture
def north(world: World) -> Partnership:
    """The northern partnership."""
    return world.north


@pytest.fixture
def panel(north: Partnership) -> str:
    """A published panel of four."""
    with north.inside():
        return panel_of(north.programme("Waiting well"), published=True)


@pytest.fixture
def people(north: Partnership, panel: str) -> list[Registrant]:
    """Ten who registered; registration is closed."""
    with north.inside():
        made = pool_of(panel, 10)
        change_panel(None, panel, replace(PLAN, registration_closes_at=clock.now()))
    return made


def staff(browse: Browse, north: Partnership) -> CheckedClient:
    client = browse()
    client.be(north.session(north.staff(Role.FACILITATOR)))
    return client


def desk(panel: str, *rest: str) -> str:
    return "/".join(["/p/north/facilitate/panels", panel, *rest])


def last_draw(north: Partnership, panel: str):  # type: ignore[no-untyped-def]
    with north.inside():
        found = find_panel(None, panel)
        assert found is not None
        return draws_of(found.id)[-1]


def test_a_draw_from_its_preparation_to_an_accepted_seat(
    app: Flask, browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    one, other = staff(browse, north), staff(browse, north)
    page = one.send(desk(panel, "draws"), {"seed_source": "", "seed_due": ""})
    assert page.status_code == 200
    assert "Enter where the seed will come from" in page.text
    assert one.send(desk(panel, "draws"), WHERE).status_code == 303
    draw = last_draw(north, panel)
    here = desk(panel, "draws", draw.public_id)
    assert "being worked out" in one.get(here).text
    with north.inside():
        carry_out(app, draw.run_public_id)
    text = one.get(here).text
    assert "Proved: no lottery that meets the targets is fairer" in text
    public = browse()
    assert "Nothing has been drawn yet" in public.get(f"/p/north/panels/{panel}/draw").text
    one.send(f"{here}/publish", {}, page=here)
    draw = last_draw(north, panel)
    text = public.get(f"/p/north/panels/{panel}/draw").text
    assert draw.root in text
    assert "round 4512006 of the drand beacon" in text
    assert one.send(here, {"seed": "9f3c"}).status_code == 303
    assert "You have entered it" in one.get(here).text
    page = other.send(here, {"seed": "9f3d"})
    assert "This is not what the first of you entered" in page.text
    assert other.send(here, {"seed": "9f3c"}).status_code == 303
    text = public.get(f"/p/north/panels/{panel}/draw").text
    assert "4 were drawn by lot" in text
    for file, kind in (("commitment", "application/json"), ("proof", "application/zip")):
        answer = public.get(f"/p/north/panels/{panel}/draws/{draw.public_id}/{file}")
        assert (answer.status_code, answer.mimetype) == (200, kind)
    with north.inside():
        found = find_panel(None, panel)
        assert found is not None
        drawn = seats_of(found.id)[0].resident_id
        not_drawn = next(
            who.resident_id
            for who in people
            if who.resident_id not in {seat.resident_id for seat in seats_of(found.id)}
        )
    lucky = resident(browse, north, drawn)
    assert "You were drawn" in lucky.get(f"/p/north/me/panels/{panel}/result").text
    lucky.send(
        f"/p/north/me/panels/{panel}/seat/accept", {}, page=f"/p/north/me/panels/{panel}/result"
    )
    assert "You are on the panel" in lucky.get(f"/p/north/me/panels/{panel}/result").text
    row = lucky.get(f"/p/north/me/panels/{panel}/draws/{draw.public_id}/row")
    assert json.loads(row.data)["root"] == draw.root
    waiting = resident(browse, north, not_drawn)
    text = waiting.get(f"/p/north/me/panels/{panel}/result").text
    assert "You were not drawn this time" in text
    assert re.search(r"your chance was (about )?\d+ in \d+ \((exactly: )?\d+(\.\d+)?%\)", text)
    waiting.send(f"/p/north/me/panels/{panel}/seat/accept", {}, page="/p/north/me/contact")
    assert "No seat is offered to you" in waiting.get(f"/p/north/me/panels/{panel}/result").text
    assert "3 of 4" not in one.get(desk(panel, "seats")).text
    assert "Accepted" in one.get(desk(panel, "seats")).text


def test_staff_see_what_it_did_to_chances_to_leave_a_question_open(
    app: Flask, browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    visitor = staff(browse, north)
    visitor.send(desk(panel, "draws"), WHERE)
    draw = last_draw(north, panel)
    with north.inside():
        carry_out(app, draw.run_public_id)
    here = desk(panel, "draws", draw.public_id)
    assert "Who preferred not to say" not in visitor.get(here).text
    with north.inside(), transaction():
        row = db.session.scalars(select(Draw).where(Draw.public_id == draw.public_id)).one()
        effect = {"feature": "What is your sex?", "people": 2, "chance": 0.0204, "others": 0.25}
        row.facts = {**row.facts, "unstated": [effect]}
    text = visitor.get(here).text
    assert "“What is your sex?” The chance of those who did not say was 2.0 in 100" in text
    assert "that of the others 25.0." in text


def resident(browse: Browse, north: Partnership, key: int) -> CheckedClient:
    with north.inside():
        row = db.session.get(Resident, key)
        assert row is not None
        somebody = Somebody(row.id, row.public_id)
    client = browse()
    client.be(north.session(somebody))
    return client


def test_a_draw_waits_until_nobody_can_register(
    browse: Browse, north: Partnership, panel: str
) -> None:
    page = staff(browse, north).send(desk(panel, "draws"), WHERE)
    assert page.status_code == 200
    assert "Registration is still open" in page.text


def test_a_draw_that_no_panel_can_meet_says_what_would_do(
    app: Flask, browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    one = staff(browse, north)
    with north.inside():
        ages = [TargetPlan("16-24", 4, 4), TargetPlan("65-plus", 0, 4)]
        set_targets(None, panel, "age", ages, "none")
    one.send(desk(panel, "draws"), WHERE)
    draw = last_draw(north, panel)
    with north.inside():
        carry_out(app, draw.run_public_id)
    page = one.get(desk(panel, "draws", draw.public_id)).text
    assert "No panel meets all targets" in page
    assert "&lt;" not in page


def test_a_draw_is_given_up_with_a_reason_that_everyone_reads(
    app: Flask, browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    one = staff(browse, north)
    one.send(desk(panel, "draws"), WHERE)
    draw = last_draw(north, panel)
    with north.inside():
        carry_out(app, draw.run_public_id)
    here = desk(panel, "draws", draw.public_id)
    one.send(f"{here}/publish", {}, page=here)
    page = one.send(f"{here}/give-up", {"reason": ""}, page=here)
    assert "Enter why it is given up" in page.text
    one.send(f"{here}/give-up", {"reason": "Two letters were lost"}, page=here)
    page = browse().get(f"/p/north/panels/{panel}/draw")
    assert "given up before it was decided: Two letters were lost" in page.text


def test_somebody_of_another_programme_reaches_no_draw(
    browse: Browse, north: Partnership, panel: str
) -> None:
    client = browse()
    client.be(north.session(north.staff(Role.FACILITATOR, programme=north.programme("Other"))))
    assert client.get(desk(panel, "draws")).status_code == 404
    assert client.get(desk(panel, "seats")).status_code == 404
