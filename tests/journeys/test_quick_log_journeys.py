"""A worker with a telephone: notes without signal, service down, signed out, without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.extensions import db
from tests.factories import Partnership, Programme, Staff
from tests.factories.chain import open_conversation, publish
from tests.journeys.visitor import Open, Visitor

PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


@pytest.fixture
def programme(place: Partnership) -> Programme:
    programme = place.programme()
    with place.inside():
        publish(programme)
        open_conversation(programme, "At the market")
    return programme


@pytest.fixture
def worker(place: Partnership) -> Staff:
    return place.staff(Role.FACILITATOR)


def words_of(place: Partnership) -> list[str | None]:
    with place.inside():
        return list(db.session.scalars(select(Contribution.text).order_by(Contribution.id)))


def log_of(programme: Programme) -> str:
    return f"facilitate/programmes/{programme.public_id}/quick-log"


def write(me: Visitor, words: str) -> None:
    """Note what somebody said: what is not filled in before takes three ticks and the words."""
    me.enter("What did they say?", words)
    me.page.get_by_role("group", name="May we show").get_by_label("No").check()
    me.page.get_by_role("group", name="Did they agree").get_by_label("Yes").check()
    me.page.get_by_label("Where", exact=True).select_option(label="Somewhere else")
    me.enter("Where, in their words (optional)", "by the chemist")
    me.press("Keep")


def is_told(me: Visitor, words: str | re.Pattern[str]) -> None:
    expect(me.page.locator("[data-state]")).to_have_text(words)


def waiting(me: Visitor, count: int) -> None:
    expect(me.page.locator("[data-count]")).to_have_text(str(count))


def ready(me: Visitor, programme: Programme) -> None:
    me.go(log_of(programme))
    root = me.page.locator("[data-opens-without-signal=yes]")
    root.wait_for(state="attached")


def forgive(me: Visitor) -> None:
    """A browser without signal says so in its console."""
    me.complaints[:] = [one for one in me.complaints if "ERR_INTERNET" not in one]


def test_a_worker_notes_without_signal_and_nothing_is_lost(
    open_browser: Open, place: Partnership, programme: Programme, worker: Staff
) -> None:
    me = open_browser(**PHONE).be(worker)
    ready(me, programme)
    me.context.set_offline(True)
    me.enter("What did they say?", "Too quick")
    me.press("Keep")
    is_told(me, re.compile("Not kept yet"))
    expect(me.page.get_by_label("Yes, they said so")).to_be_focused()
    expect(me.page.get_by_label("What did they say?")).to_have_value("Too quick")
    write(me, "The bus never comes")
    is_told(me, re.compile("No signal"))
    write(me, "Nobody rang me back")
    waiting(me, 2)
    me.page.reload()  # the page opens without signal, and the notes are there
    waiting(me, 2)
    write(me, "A third thing")
    me.page.get_by_role("button", name=re.compile("Delete.*A third")).click()
    waiting(me, 2)
    me.page.get_by_role("button", name=re.compile("Change.*Nobody")).click()
    expect(me.page.get_by_label("What did they say?")).to_have_value("Nobody rang me back")
    me.enter("What did they say?", "Nobody rang me back in May")
    me.press("Keep")
    waiting(me, 2)
    assert words_of(place) == []
    me.context.set_offline(False)
    is_told(me, "Sent.")
    assert words_of(place) == ["The bus never comes", "Nobody rang me back in May"]
    expect(me.page.locator("[data-waiting]")).to_be_hidden()
    me.page.reload()
    me.page.wait_for_load_state("networkidle")
    assert len(words_of(place)) == 2
    forgive(me)


def test_a_line_that_breaks_after_sending_counts_nothing_twice(
    open_browser: Open, place: Partnership, programme: Programme, worker: Staff
) -> None:
    me = open_browser(**PHONE, service_workers="block").be(worker)
    me.go(log_of(programme))
    lost = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())  # it arrives, and the answer never comes back
            route.abort()
        else:
            route.continue_()

    me.page.route("**/quick-log", lose)
    write(me, "Only once")
    is_told(me, re.compile("No signal"))
    assert lost[0].status == 201
    assert words_of(place) == ["Only once"]
    me.press("Send them now")
    is_told(me, "Sent.")
    assert words_of(place) == ["Only once"]
    me.complaints[:] = [one for one in me.complaints if "ERR_FAILED" not in one]


def test_a_service_that_is_down_or_refuses_keeps_the_note(
    open_browser: Open, place: Partnership, programme: Programme, worker: Staff
) -> None:
    me = open_browser(**PHONE, service_workers="block").be(worker)
    me.go(log_of(programme))
    me.page.route("**/quick-log/ready", lambda route: route.fulfill(status=503))
    write(me, "x" * 100_000)
    is_told(me, re.compile("does not answer"))
    me.page.unroute("**/quick-log/ready")
    me.press("Send them now")
    is_told(me, re.compile("could not be taken"))
    expect(me.page.locator("[data-error]:visible")).to_contain_text("20000 characters or fewer")
    me.page.get_by_role("button", name=re.compile("Change.*xxx")).click()
    me.enter("What did they say?", "Shorter")
    me.press("Keep")
    is_told(me, "Sent.")
    assert words_of(place) == ["Shorter"]
    me.complaints[:] = [one for one in me.complaints if "status of" not in one]


def test_somebody_signed_out_signs_in_and_it_is_sent(
    open_browser: Open, place: Partnership, programme: Programme, worker: Staff
) -> None:
    me = open_browser(**PHONE).be(worker)
    ready(me, programme)
    me.context.clear_cookies()
    write(me, "Said at the end of the day")
    is_told(me, re.compile("You are signed out"))
    expect(me.page.get_by_role("link", name="Sign in, and your notes are sent")).to_be_visible()
    me.be(place.staff(Role.FACILITATOR)).go(log_of(programme))
    is_told(me, re.compile("Notes of somebody else"))
    assert "end of the day" not in me.page.locator("main").inner_text()
    assert words_of(place) == []
    me.be(worker).go(log_of(programme))
    is_told(me, "Sent.")
    assert words_of(place) == ["Said at the end of the day"]


def test_without_scripts_it_is_a_form(
    open_browser: Open, place: Partnership, programme: Programme, worker: Staff
) -> None:
    me = open_browser(scripts=False, viewport=PHONE["viewport"]).be(worker)
    me.go(log_of(programme))
    write(me, "Plainly")
    me.is_told("Kept. If they want one")
    assert words_of(place) == ["Plainly"]
