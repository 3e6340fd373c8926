"""Pages that say that something went wrong: in plain words, with what to do, and a way on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import text

from engagement.accounts.rules import Role
from engagement.database.transactions import transaction
from engagement.extensions import db
from tests.factories import Partnership
from tests.journeys.service import Service
from tests.journeys.visitor import Open

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("who", ["visitor", "resident", "administrator"])
def test_a_page_that_is_not_there_leads_on(
    open_browser: Open, place: Partnership, who: str
) -> None:
    me = open_browser()
    if who != "visitor":
        me.be(place.resident() if who == "resident" else place.staff(Role.ADMINISTRATOR))
    me.go("contact/of-nobody")
    me.sees("Page not found")
    expect(me.main).to_contain_text("give this reference")
    me.follow("Go to the first page")
    expect(me.page.get_by_role("heading", level=1)).to_contain_text("where you live")


def test_a_form_whose_cookie_is_gone_says_what_to_do(open_browser: Open) -> None:
    me = open_browser()
    me.go("me/enter")
    me.context.clear_cookies()
    me.press("Continue")
    me.sees("We could not read what was sent")


def test_too_much_text_is_refused_in_words(open_browser: Open, service: Service) -> None:
    me = open_browser()
    me.go("me/enter")

    def announce_too_much(route: Route) -> None:
        """The server refuses by the length that is announced, without reading it all."""
        there = HTTPConnection(urlsplit(service.address).netloc)
        there.putrequest("POST", urlsplit(route.request.url).path)
        there.putheader("Content-Type", "application/x-www-form-urlencoded")
        there.putheader("Content-Length", str((service.config.max_upload_mb + 1) * MEGABYTE))
        there.endheaders()
        with closing(there), there.getresponse() as answer:
            headers = dict(answer.getheaders())
            route.fulfill(status=answer.status, headers=headers, body=answer.read())

    me.page.route("**/me/enter", announce_too_much)
    me.press("Continue")
    me.sees("That is too large to send")


def test_too_many_tries_at_an_account_are_stopped_in_words(open_browser: Open) -> None:
    me = open_browser()
    me.go("staff/sign-in")
    guess = {"email": "nobody@example.org", "password": "a guess"}
    guess["csrf_token"] = me.page.locator("main [name=csrf_token]").get_attribute("value") or ""
    for _ in range(20):
        answer = me.context.request.post(me.page.url, form=guess)
        assert answer.status == 200
    me.enter("E-mail address", guess["email"])
    me.enter("Password", guess["password"])
    me.press("Continue")
    me.sees("Too many tries")


def test_a_database_that_does_not_answer_is_admitted(
    open_browser: Open, place: Partnership, service: Service
) -> None:
    me = open_browser().be(place.resident())
    me.go("me/contact")
    with locked_database(service):
        me.press("Save")
        me.sees("Sorry, the service is not available")
    brought_about = [event for event in service.failures() if "unavailable" in event]
    assert len(brought_about) == 1
    service.foreseen.extend(brought_about)
    me.go("me/contact")
    me.sees("How to contact you")


@contextmanager
def locked_database(service: Service) -> Iterator[None]:
    """Nobody else can write."""
    with service.app.app_context(), transaction():
        db.session.execute(text("SELECT 1"))
        yield
