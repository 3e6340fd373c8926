"""Joining a panel without a letter, and registering on the telephone with the help of staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape

from engagement.accounts.rules import Role
from engagement.audit.models import AuditEntry
from engagement.database import clock
from engagement.panels import service
from engagement.panels.models import Registration
from engagement.panels.queries import find_panel
from engagement.panels.rules import Recruitment, Route
from engagement.people.models import Resident
from engagement.people.rules import GivenHow
from engagement.programmes.rules import ActivityKind
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.panels import PLAN, REMIT, letters_for, panel_of, register
from tests.factories.places import POSTCODE, reference_data
from tests.web.registering import (
    NOT_SAID,
    VOLUNTEERS,
    Invited,
    answers,
    close,
    standing_consents,
)
from tests.web.visits import rows

Browse = Callable[[], CheckedClient]


# Without a letter


def test_anybody_joins_a_volunteer_panel_and_comes_back_with_the_code_shown_once(
    app: Flask, world: World, browse: Browse
) -> None:
    with world.north.inside():
        panel = panel_of(world.north.programme(), VOLUNTEERS, published=True)
    public = f"/p/north/panels/{panel}"
    browser = browse()
    assert f"{public}/join" in browser.get(public).text
    for word in ("", "abc", "   a  "):
        answer = browser.send(f"{public}/join", {"return_word": word})
        assert answer.text.partition("<title>")[2].startswith("Error:")
    assert rows(app, Resident.id) == []
    token = browser.token(f"{public}/join")
    form = {"csrf_token": token, "return_word": "blue heron"}
    first = browser.post(f"{public}/join", data=form)
    found = re.search(r'class="app-key">([^<]+)<', first.text)
    assert found
    code = found[1]
    token = browser.token(f"/p/north/me/panels/{panel}")
    again = browser.post(f"{public}/join", data={**form, "csrf_token": token})
    assert code in again.text
    assert len(rows(app, Resident.id)) == 1
    me = Invited(Programme(0, ""), panel, code, 0, browser)
    me.send()
    assert browser.get(f"{public}/join").location == me.at()
    later = browse()
    later.send("/p/north/me/enter", {"code": code})
    later.send("/p/north/me/return", {"return_word": "blue heron"})
    assert "Your name is put forward" in later.get(me.at()).text
    assert rows(app, Registration.household) == [(None,)]


@pytest.mark.parametrize(
    ("recruitment", "kind", "words"),
    [
        (Recruitment.RANDOM, ActivityKind.CITIZENS_PANEL, "People are invited by letter"),
        (Recruitment.RANDOM, ActivityKind.COMMUNITY_PANEL, "Put your name forward"),
        (Recruitment.VOLUNTEER, ActivityKind.CITIZENS_PANEL, "Put your name forward"),
    ],
)
def test_the_public_page_says_how_one_comes_to_the_panel(
    world: World, browse: Browse, recruitment: Recruitment, kind: ActivityKind, words: str
) -> None:
    with world.north.inside():
        programme = world.north.programme()
        plan = replace(PLAN, recruitment=recruitment)
        panel = panel_of(programme, plan, kind=kind, published=True)
        hidden = panel_of(programme, plan, kind=kind)
        letters_for(panel, 1)
    public = f"/p/north/panels/{panel}"
    page = browse().get(public).text
    assert words in page
    assert str(escape(REMIT)) in page
    assert public in browse().get(f"/p/north/programmes/{programme.public_id}").text
    assert browse().get(f"/p/north/panels/{hidden}").status_code == 404
    join = browse().get(f"{public}/join")
    assert (join.status_code == 200) is (words == "Put your name forward")
    close(world, panel) if plan == PLAN else _close(world, panel, plan)
    assert "Registration has closed" in browse().get(public).text
    assert browse().get(f"{public}/join").location == public


def _close(world: World, panel: str, plan: Any) -> None:
    with world.north.inside():
        past = clock.now() - timedelta(seconds=1)
        service.change_panel(None, panel, replace(plan, registration_closes_at=past))


# By telephone


def test_an_operator_registers_somebody_who_calls(app: Flask, world: World, browse: Browse) -> None:
    with world.north.inside():
        panel = panel_of(world.north.programme())
        (letter,) = letters_for(panel, 1)
    desk = f"/p/north/facilitate/panels/{panel}/registrations"
    operator = browse().be(world.north.session(world.north.staff(Role.PHONE_OPERATOR)))
    assert f"{desk}/new" in operator.get("/p/north/facilitate/register").text
    for typed, words in (
        ({"letter": ""}, "Enter the number or the code"),
        ({"letter": "99"}, "We know no letter of this panel"),
        ({"letter": "1", "phone": "ring me"}, "Enter a telephone number"),
    ):
        assert words in operator.send(f"{desk}/new", typed).text
    assert rows(app, Resident.id) == []
    begun = operator.send(f"{desk}/new", {"letter": letter.code, "name": "Ada"}).location
    assert begun
    page = operator.get(begun).text
    assert "Read out:" in page
    assert "your chance can be much smaller" in page
    form = {"question_sex": "female", "question_age": NOT_SAID}
    assert "Choose an answer to" in operator.send(begun, form).text
    assert answers(app) == {}
    form |= {"question_own_1": "c2", "kinds": "transport"}
    assert operator.send(begun, form).location == f"{begun}/receipt"
    ((route, reference),) = rows(app, Registration.route, Registration.reference)
    assert route is Route.PHONE
    assert reference in operator.get(f"{begun}/receipt").text
    assert answers(app) == {"sex": "female", "age": NOT_SAID, "own-1": "c2"}
    assert {row[2] for row in standing_consents(app)} == {GivenHow.PHONE}
    for words in {row[1] for row in standing_consents(app)}:
        for line in words.splitlines():
            assert str(escape(line)) in page, line
    actions = [row[0] for row in rows(app, AuditEntry.action)]
    assert "registration.taken by phone" in actions


def test_an_operator_does_not_see_what_was_told_before_but_can_keep_it(
    app: Flask, world: World, browse: Browse
) -> None:
    with world.north.inside():
        panel = panel_of(world.north.programme())
        who = register(panel, letters_for(panel, 1)[0], sex="male", age="75-plus", waits="c2")
    desk = f"/p/north/facilitate/panels/{panel}/registrations"
    operator = browse().be(world.north.session(world.north.staff(Role.PHONE_OPERATOR)))
    asked = operator.send(f"{desk}/new", {"letter": "1"})
    assert "Who is calling?" in asked.text
    ((person,),) = rows(app, Resident.public_id)
    begun = operator.send(f"{desk}/new", {"letter": "1", "person": person}).location
    assert begun
    page = operator.get(begun).text
    assert "checked" not in page
    assert "What they told us before" in page
    form = {"question_sex": "as before", "question_age": "65-74", "question_own_1": "as before"}
    assert operator.send(begun, form).location == f"{begun}/receipt"
    assert answers(app) == {"sex": "male", "age": "65-74", "own-1": "c2"}
    assert who.reference in operator.get(f"{begun}/receipt").text


def test_a_resident_who_is_known_is_registered_where_they_may_join(
    app: Flask, world: World, browse: Browse
) -> None:
    ned = world.north.resident("Ned")
    with world.north.inside():
        programme = world.north.programme()
        by_letter = panel_of(programme)
        letters_for(by_letter, 1)
        free = panel_of(programme, VOLUNTEERS, published=True)
    page = f"/p/north/facilitate/residents/{ned.public_id}/panels"
    operator = browse().be(world.north.session(world.north.staff(Role.PHONE_OPERATOR)))
    assert page in operator.get(page.removesuffix("/panels")).text
    assert "Choose a panel" in operator.send(page).text
    assert "no letter for this panel" in operator.send(page, {"panel": by_letter}).text
    begun = operator.send(page, {"panel": free}).location
    assert begun
    assert f"/panels/{free}/registrations/" in begun
    ((resident,),) = rows(app, Registration.resident_id)
    assert resident == ned.id


def test_where_the_caller_lives_is_asked_with_the_rest(
    app: Flask, world: World, browse: Browse
) -> None:
    with world.north.inside():
        reference_data()
        panel = panel_of(world.north.programme(), published=True, where=True)
        letters_for(panel, 1)
    operator = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    desk = f"/p/north/facilitate/panels/{panel}/registrations/new"
    begun = operator.send(desk, {"letter": "1"}).location
    assert begun
    form = {"question_sex": "male", "question_age": "25-34", "question_own_1": "c1"}
    assert "Tell us where you live" in operator.send(begun, form).text
    assert answers(app) == {}
    assert operator.send(begun, {**form, "postcode": POSTCODE}).status_code == 303
    assert answers(app)["deprivation"] == "1"
    again = dict.fromkeys(form, "as before")
    assert operator.send(begun, again).status_code == 303
    assert answers(app)["deprivation"] == "1"


def test_a_role_in_another_programme_does_not_reach_the_panel(world: World, browse: Browse) -> None:
    own = world.north.programme("Waiting well")
    with world.north.inside():
        panel = panel_of(world.north.programme("Ageing well"))
        letters_for(panel, 1)
    staff = world.north.staff(Role.PHONE_OPERATOR, programme=own)
    operator = browse().be(world.north.session(staff))
    path = f"/p/north/facilitate/panels/{panel}/registrations/new"
    assert operator.get(path).status_code == 404
    assert panel not in operator.get("/p/north/facilitate/register").text


def test_nobody_is_registered_by_phone_once_it_has_closed(
    app: Flask, world: World, browse: Browse
) -> None:
    with world.north.inside():
        panel = panel_of(world.north.programme())
        letters_for(panel, 1)
    desk = f"/p/north/facilitate/panels/{panel}/registrations/new"
    operator = browse().be(world.north.session(world.north.staff(Role.PHONE_OPERATOR)))
    begun = operator.send(desk, {"letter": "1"}).location
    assert begun
    token = operator.token(begun)
    close(world, panel)
    form = {"question_sex": "male", "question_age": "25-34", "question_own_1": "c1"}
    form["person"] = "somebody new"
    for path in (desk, begun):
        assert "not open now" in operator.get(path).text
        answer = operator.post(path, data={"csrf_token": token, "letter": "1", **form})
        assert answer.location == desk
    assert answers(app) == {}
    assert len(rows(app, Registration.id)) == 1
    with world.north.inside():
        assert find_panel(None, panel) is not None
