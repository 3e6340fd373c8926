"""A session from one form to what the tables said: facilitator, member, scribe, without signal."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from engagement.accounts.rules import Role
from engagement.panels.queries import find_panel
from engagement.sessions.agenda import add_items
from engagement.sessions.queries import sessions_of
from engagement.sessions.rules import ItemPlan
from engagement.sessions.scribes import make_codes
from tests.factories import Partnership
from tests.factories.ballots import seated_panel
from tests.factories.sessions import activity_of, begin, coming_session, picture
from tests.journeys.visitor import Open

pytestmark = pytest.mark.browser
PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


@pytest.fixture
def panel(place: Partnership) -> str:
    """A published panel of six."""
    with place.inside():
        return seated_panel(place.programme(), 6, published=True)[0]


def test_a_facilitator_plans_a_series_an_agenda_and_tables(
    open_browser: Open, place: Partnership, panel: str
) -> None:
    me = open_browser(**PHONE).be(place.staff(Role.FACILITATOR))
    with place.inside():
        activity = activity_of(panel)
    me.go(f"facilitate/activities/{activity}/sessions")
    me.sees("Sessions")
    me.press("Plan sessions")
    me.press("Plan them")
    me.sees_error("Enter a title")
    me.enter("Title", "Evening")
    me.enter("How many sessions?", "6")
    me.enter("Days from one to the next", "14")
    for part, value in (("Day", "4"), ("Month", "3"), ("Year", "2030")):
        me.enter(part, value)
    me.enter("It begins at", "7pm")
    me.enter("How long is it, in minutes?", "120")
    me.choose("In person")
    me.enter("Fee in pounds", "75")
    me.press("Plan them")
    me.sees("Sessions")
    expect(me.main).to_contain_text("6 sessions are planned.")
    expect(me.main).to_contain_text("4 March 2030, 19:00 to 21:00")
    expect(me.main).to_contain_text("13 May 2030, 19:00 to 21:00")
    me.follow("Evening 2")
    me.look()
    me.follow("Change the agenda")
    me.choose("World café")
    me.press("Begin with it")
    me.look()
    expect(me.main).to_contain_text("It ends at")
    with place.inside():
        found = sessions_of_panel(panel)
    me.go(f"facilitate/sessions/{found[1]}/tables")
    me.press("Plan the tables")
    me.look()
    expect(me.main).to_contain_text("Tables that do not mirror the room")


def sessions_of_panel(panel: str) -> list[str]:
    found = find_panel(None, panel)
    assert found is not None
    return [one.public_id for one in sessions_of(found.activity_id)]


def test_a_scribe_writes_with_and_without_signal_and_the_desk_sees_it(
    open_browser: Open, place: Partnership, panel: str
) -> None:
    with place.inside():
        session = coming_session(panel)
        add_items(None, session, [ItemPlan("Tables", 30, "What is it like?", at_tables=True)])
        begin(session)
        codes = make_codes(None, session, 2)
    scribe = open_browser(**PHONE)
    scribe.go("scribe")
    scribe.sees("Write for a table")
    scribe.enter("Code for this evening", "AAAAA-AAAAA")
    scribe.press("Go to the table")
    scribe.sees_error("No table has this code now")
    scribe.enter("Code for this evening", codes[1])
    scribe.press("Go to the table")
    scribe.sees("Table 1")
    words = scribe.main.get_by_label("In their own words")
    state = scribe.main.get_by_role("status")
    words.fill("We wait for ever, and nobody calls.")
    expect(state).to_contain_text("Saved.", timeout=15_000)  # by itself, while it is written
    desk = open_browser().be(place.staff(Role.FACILITATOR))
    desk.go(f"facilitate/sessions/{session}/desk")
    desk.sees("Session desk")
    expect(desk.main).to_contain_text("We wait for ever, and nobody calls.")
    desk.press("Begin")
    pause = desk.main.get_by_role("button", name="Pause")
    pause.focus()
    scribe.main.get_by_role("button", name="Keep, and begin the next").click()
    expect(words).to_have_value("")
    scribe.context.set_offline(True)
    words.fill("The bus does not come.")
    scribe.main.get_by_role("button", name="Keep, and begin the next").click()
    expect(state).to_contain_text("No signal", timeout=15_000)
    # A browser without signal says so in its console.
    scribe.complaints[:] = [one for one in scribe.complaints if "ERR_INTERNET" not in one]
    scribe.context.set_offline(False)
    expect(state).to_contain_text("Saved.", timeout=30_000)
    expect(scribe.main).to_contain_text("The bus does not come.")
    expect(desk.main).to_contain_text("The bus does not come.", timeout=15_000)  # htmx looks again
    expect(pause).to_be_focused()  # and takes the focus from nobody
    scribe.context.set_offline(True)
    scribe.main.locator("input[type=file]").set_input_files(
        {"name": "board.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    words.fill("Three circles, with “home” in the middle.")
    scribe.main.get_by_role("button", name="Keep, and begin the next").click()
    expect(state).to_contain_text("No signal", timeout=15_000)
    scribe.complaints[:] = [one for one in scribe.complaints if "ERR_INTERNET" not in one]
    scribe.context.set_offline(False)
    expect(scribe.main).to_contain_text("with a photograph", timeout=30_000)
    assert scribe.page.evaluate("Object.values(localStorage).join()") in ("", "[]")
    words.fill("Call everyone who waits, every four weeks.")
    scribe.main.get_by_label("Wording that the table agrees on").check()
    scribe.main.get_by_role("button", name="Keep, and begin the next").click()
    scribe.main.get_by_role("button", name="Read out, and the table said yes").click()
    expect(scribe.main).to_contain_text("The table said yes")
    desk.go(f"facilitate/sessions/{session}/desk")
    desk.press("Close the desk")
    desk.sees("What you said tonight")
    expect(desk.main).to_contain_text("4 notes are with everything else that was said.")


def test_a_scribe_writes_without_scripts(
    open_browser: Open, place: Partnership, panel: str
) -> None:
    with place.inside():
        session = coming_session(panel)
        begin(session)
        codes = make_codes(None, session, 1)
    scribe = open_browser(scripts=False)
    scribe.go("scribe")
    scribe.enter("Code for this evening", codes[1])
    scribe.press("Go to the table")
    scribe.press("Keep, and begin the next")
    scribe.sees_error("Write what is said")
    scribe.enter("In their own words", "We wait for ever.")
    scribe.press("Keep, and begin the next")
    expect(scribe.main).to_contain_text("We wait for ever.")
    scribe.press("Leave the table on this device")
    scribe.sees("Write for a table")
