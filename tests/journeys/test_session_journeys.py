"""The end of a session: a warning in time, one press that extends it, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from engagement.accounts.models import SignInSession
from engagement.accounts.rules import Role
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.people import service as people
from tests.factories import Partnership
from tests.journeys.test_staff_journeys import sign_in
from tests.journeys.visitor import Open

WORDS = "My mother waited\nfor “eleven” months & more."


def unused_for(place: Partnership, minutes: int) -> None:
    """Nobody of this partnership has used their session for so long."""
    with place.inside(), transaction():
        before = clock.now() - timedelta(minutes=minutes)
        db.session.execute(update(SignInSession).values(last_seen_at=before))


def test_a_warning_comes_in_time_and_one_press_extends_the_session(
    open_browser: Open, place: Partnership
) -> None:
    me = open_browser().be(place.resident())
    me.page.clock.install()
    unused_for(place, 5)
    me.go("me/")
    expect(me.page.locator(".app-timeout__notice")).to_contain_text("60 minutes")
    button = me.page.get_by_role("button", name="Stay signed in")
    expect(button).to_be_hidden()
    me.page.clock.fast_forward("57:35")
    expect(me.page.get_by_role("status")).to_contain_text("about 2 minutes")
    expect(button).to_be_in_viewport()
    me.look()
    unused_for(place, 58)
    button.click()
    expect(me.page.get_by_role("status")).to_contain_text("still signed in")
    expect(button).to_be_hidden()
    me.page.reload()
    me.sees("Hello, Ada Brown")


def test_a_press_that_comes_too_late_says_so_and_signing_in_goes_on_where_one_was(
    open_browser: Open, place: Partnership
) -> None:
    officer = place.staff(Role.OFFICER)
    me = open_browser().be(officer)
    me.page.clock.install()
    me.go("plan/programmes/new")
    me.page.clock.fast_forward("27:40")
    unused_for(place, 31)
    me.press("Stay signed in")
    expect(me.page.get_by_role("status")).to_contain_text("You have been signed out")
    me.look()
    me.page.reload()
    me.sees("Staff sign in")
    sign_in(me, officer)
    me.sees("Open a programme")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_what_staff_typed_is_still_there_after_signing_in_again(
    open_browser: Open, place: Partnership, scripts: bool
) -> None:
    officer = place.staff(Role.OFFICER)
    me = open_browser(scripts=scripts).be(officer)
    me.go("plan/programmes/new")
    me.enter("Name", "Waiting well")
    me.enter("Question", WORDS)
    unused_for(place, 31)
    me.press("Open the programme")
    me.sees("Staff sign in")
    sign_in(me, officer)
    me.sees("Open a programme")
    expect(me.page.get_by_label("Name")).to_have_value("Waiting well")
    expect(me.page.get_by_label("Question")).to_have_value(WORDS)
    me.press("Open the programme")
    me.sees("Waiting well")
    me.go("plan/programmes/new")
    expect(me.page.get_by_label("Name")).to_have_value("")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_what_a_resident_typed_is_still_there_after_coming_in_again(
    open_browser: Open, place: Partnership, scripts: bool
) -> None:
    resident = place.resident()
    with place.inside():
        code = people.issue_member_code(resident.public_id)
    me = open_browser(scripts=scripts).be(resident)
    me.go("me/contact")
    me.choose("By post")
    me.enter("Address", WORDS)
    unused_for(place, 61)
    me.press("Save")
    me.sees("Enter your code").enter("Enter your code", code)
    me.press("Continue")
    me.sees("How to contact you")
    expect(me.page.get_by_label("By post")).to_be_checked()
    expect(me.page.get_by_label("Address", exact=True)).to_have_value(WORDS)
    me.press("Save")
    me.sees("Hello").is_told("saved how to contact you")


def test_a_page_of_staff_asked_for_before_does_not_catch_a_resident_who_comes_in(
    open_browser: Open, place: Partnership
) -> None:
    resident = place.resident()
    with place.inside():
        code = people.issue_member_code(resident.public_id)
    me = open_browser()
    me.go("admin/")
    me.sees("Staff sign in").follow("Enter your code")
    me.enter("Enter your code", code)
    me.press("Continue")
    me.sees("Hello, Ada Brown")
