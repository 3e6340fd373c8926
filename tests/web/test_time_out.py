"""A session that ends while somebody writes does not cost them what they wrote."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engagement.accounts.models import InterruptedForm, SignInSession
from engagement.accounts.rules import RESIDENT_LIMIT, ROLE_LIMITS, Role
from engagement.accounts.sessions import LONGEST_KEPT_FORM
from engagement.people.models import Consent, ProfileAnswer
from engagement.people.models import Resident as ResidentTable
from engagement.people.service import issue_member_code
from tests.client import CheckedClient
from tests.factories import PASSWORD, Resident, Staff, World
from tests.past import move_back
from tests.web.visits import SIGN_IN, rows, sign_in

Browse = Callable[[], CheckedClient]
CONTACT = "/p/north/me/contact"
ENTER = "/p/north/me/enter"
NEW_PROGRAMME = "/p/north/plan/programmes/new"
TYPED = {
    "name": "Ada of the long afternoon",
    "contact_by": "post",
    "email": "",
    "phone": "",
    "address": "7 Wren Lane\nHarbour",
}


class Visit:
    """A resident with a code of their own, signed in."""

    def __init__(self, app: Flask, world: World, browse: Browse) -> None:
        self.app, self.world = app, world
        self.resident = world.north.resident("Ada Brown", "ada@north.example")
        self.code = self._code_for(self.resident)
        self.browser = browse()
        assert self.come_in().status_code == 303

    def _code_for(self, resident: Resident) -> str:
        with self.world.north.inside():
            return issue_member_code(resident.public_id)

    def come_in(self, code: str = "") -> TestResponse:
        return self.browser.send(ENTER, {"code": code or self.code})

    def time_out(self) -> None:
        move_back(self.app, SignInSession.last_seen_at, RESIDENT_LIMIT.idle)

    def write_too_late(self, **more: str) -> TestResponse:
        """Type a form, let the session end, and send it."""
        form = {"csrf_token": self.browser.token(CONTACT), **TYPED, **more}
        self.time_out()
        return self.browser.post(CONTACT, data=form)

    def somebody_else(self) -> str:
        """The code of another resident."""
        return self._code_for(self.world.north.resident("Bea Green"))

    def kept(self) -> list[object]:
        return [fields for (fields,) in rows(self.app, InterruptedForm.fields)]


@pytest.fixture
def visit(app: Flask, world: World, browse: Browse) -> Visit:
    return Visit(app, world, browse)


def shows_what_was_typed(page: str) -> bool:
    return "Ada of the long afternoon" in page and "7 Wren Lane" in page


def test_what_was_typed_is_there_again_after_coming_back_in(app: Flask, visit: Visit) -> None:
    assert visit.write_too_late().location == ENTER
    assert rows(app, ResidentTable.name) == [("Ada Brown",)]
    assert visit.come_in().location == CONTACT
    page = visit.browser.get(CONTACT).text
    assert shows_what_was_typed(page)
    (chosen,) = [part for part in page.split("<input") if " checked" in part.partition(">")[0]]
    assert 'value="post"' in chosen
    # Looking does not use it up.
    assert shows_what_was_typed(visit.browser.get(CONTACT).text)


def test_when_it_has_been_sent_it_is_forgotten(app: Flask, visit: Visit) -> None:
    visit.write_too_late()
    visit.come_in()
    assert visit.browser.send(CONTACT, TYPED).status_code == 303
    assert visit.kept() == []
    visit.browser.send(CONTACT, {**TYPED, "name": "Ada"})
    assert not shows_what_was_typed(visit.browser.get(CONTACT).text)


def test_sending_it_with_a_mistake_shows_the_mistake_and_what_was_typed(visit: Visit) -> None:
    visit.write_too_late(address="")
    visit.come_in()
    answer = visit.browser.send(CONTACT, {**TYPED, "address": ""})
    assert "Enter the address" in answer.text
    assert "Ada of the long afternoon" in answer.text
    assert visit.kept() == []


def test_somebody_else_in_that_browser_never_sees_it(visit: Visit) -> None:
    visit.write_too_late()
    visit.come_in(visit.somebody_else())
    page = visit.browser.get(CONTACT).text
    assert not shows_what_was_typed(page)
    assert "Ada" not in page
    assert "Bea Green" in page
    # The first person still finds it.
    visit.time_out()
    visit.come_in()
    assert shows_what_was_typed(visit.browser.get(CONTACT).text)


def test_it_is_not_shown_on_another_page_or_in_another_browser(
    visit: Visit, browse: Browse
) -> None:
    visit.write_too_late()
    visit.come_in()
    assert not shows_what_was_typed(visit.browser.get("/p/north/me/").text)
    elsewhere = browse()
    elsewhere.send(ENTER, {"code": visit.code})
    assert not shows_what_was_typed(elsewhere.get(CONTACT).text)


def test_secrets_are_never_kept(app: Flask, world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse().be(world.north.session(officer))
    page = "/p/north/staff/account/password"
    form = {
        "csrf_token": browser.token(page),
        "password": PASSWORD,
        "new_password": "three dry otters",
        "code": "123456",
        "return_word": "herons",
        "vote": "loathe",
        "vote_reason": "It is wrong",
        "vote_place-0": "1",
        "first_secret": "0000-0000",
        "note": "kept",
        "words": "kept too",
    }
    move_back(app, SignInSession.last_seen_at, ROLE_LIMITS[Role.OFFICER].idle)
    assert browser.post(page, data=form).location == SIGN_IN
    assert rows(app, InterruptedForm.fields) == [([["note", "kept"], ["words", "kept too"]],)]


def test_after_signing_out_nothing_is_kept(visit: Visit) -> None:
    form = {"csrf_token": visit.browser.token(CONTACT), **TYPED}
    with visit.browser.session_transaction(base_url="https://engagement.test") as session:
        before = dict(session)
    visit.browser.send("/p/north/sign-out", page=CONTACT)
    with visit.browser.session_transaction(base_url="https://engagement.test") as session:
        session.update(before)
    assert visit.browser.post(CONTACT, data=form).location == ENTER
    assert visit.kept() == []


def test_a_stranger_cannot_leave_words_in_somebodys_form(visit: Visit, browse: Browse) -> None:
    stranger = browse().be("x" * 43)
    form = {"csrf_token": stranger.token(ENTER), **TYPED}
    assert stranger.post(CONTACT, data=form).location == ENTER
    assert visit.kept() == []


def test_what_is_far_too_long_is_not_kept(visit: Visit) -> None:
    assert visit.write_too_late(address="x" * LONGEST_KEPT_FORM).location == ENTER
    assert visit.kept() == []
    assert visit.come_in().location == CONTACT


def test_strange_characters_survive(visit: Visit) -> None:
    visit.write_too_late(name="Ŵyn 🦔 “quoted” <b>", address="a\x00b\r\nc\ud7ff")
    visit.come_in()
    page = visit.browser.get(CONTACT).text
    assert "Ŵyn 🦔 “quoted” &lt;b&gt;" in page


def test_only_the_last_of_what_was_typed_on_a_page_is_kept(visit: Visit) -> None:
    visit.write_too_late()
    visit.come_in()
    visit.write_too_late(name="Ada of the evening")
    assert len(visit.kept()) == 1
    visit.come_in()
    assert "Ada of the evening" in visit.browser.get(CONTACT).text


def test_an_address_that_shows_no_page_keeps_nothing(visit: Visit) -> None:
    form = {"csrf_token": visit.browser.token(CONTACT), "note": "x"}
    visit.time_out()
    for path in ("/p/north/stay", "/p/north/me/about/sex/take-back"):
        assert visit.browser.post(path, data=form).location == ENTER
    assert visit.kept() == []
    assert visit.come_in().location == "/p/north/me/"


def _sign_in(app: Flask, browser: CheckedClient, officer: Staff) -> str | None:
    return sign_in(app, browser, officer).location


def test_staff_find_what_they_typed_too(app: Flask, world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    _sign_in(app, browser, officer)
    form = {
        "csrf_token": browser.token(NEW_PROGRAMME),
        "name": "Ageing well",
        "question": "What would help you to stay at home?",
    }
    move_back(app, SignInSession.last_seen_at, ROLE_LIMITS[Role.OFFICER].idle)
    assert browser.post(NEW_PROGRAMME, data=form).location == SIGN_IN
    assert _sign_in(app, browser, officer) == NEW_PROGRAMME
    page = browser.get(NEW_PROGRAMME).text
    assert "Ageing well" in page
    assert "What would help you to stay at home?" in page
    answer = browser.send(
        NEW_PROGRAMME, {"name": "Ageing well", "question": "What would help you?"}
    )
    assert answer.status_code == 303
    assert rows(app, InterruptedForm.id) == []


def test_a_form_that_answers_on_its_own_page_is_forgotten_too(
    app: Flask, world: World, browse: Browse
) -> None:
    facilitator = world.north.staff(Role.FACILITATOR)
    browser = browse()
    page = "/p/north/facilitate/letters"
    _sign_in(app, browser, facilitator)
    form = {"csrf_token": browser.token(page), "count": "17"}
    move_back(app, SignInSession.last_seen_at, ROLE_LIMITS[Role.FACILITATOR].idle)
    browser.post(page, data=form)
    assert _sign_in(app, browser, facilitator) == page
    assert 'value="17"' in browser.get(page).text
    assert browser.send(page, {"count": "17"}).text.count("-") >= 17
    assert 'value="17"' not in browser.get(page).text
    assert rows(app, InterruptedForm.id) == []


def test_an_answer_about_oneself_survives_as_chosen_and_is_not_saved_by_that(
    visit: Visit, app: Flask
) -> None:
    page = "/p/north/me/about/sex"
    form = {"csrf_token": visit.browser.token(page), "answer": "female"}
    visit.time_out()
    assert visit.browser.post(page, data=form).location == ENTER
    assert visit.come_in().location == page
    text = visit.browser.get(page).text
    (chosen,) = [part for part in text.split("<input") if "checked" in part.partition(">")[0]]
    assert 'value="female"' in chosen
    assert rows(app, ProfileAnswer.id) == []
    assert rows(app, Consent.id) == []
