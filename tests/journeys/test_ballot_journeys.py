"""A panel votes in secret: two convenors, members online, one on paper, and everyone afterwards."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from engagement.accounts.rules import Role
from engagement.database.clock import day_of
from tests.factories import Partnership, Resident
from tests.factories.ballots import seated_panel
from tests.journeys.visitor import NARROW, Open, Visitor

SECRET = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{2,4}){13}")
QUESTION = "Can you live with this recommendation?"
WORDS = "Whoever waits gets a call every four weeks."


@pytest.fixture
def panel(place: Partnership) -> tuple[str, list[int]]:
    with place.inside():
        return seated_panel(place.programme("Waiting well"), people=6, published=True)


def _set_up(desk: Visitor, panel: str) -> str:
    desk.go(f"facilitate/panels/{panel}/ballots/new")
    desk.look()
    desk.choose("On a proposal")
    desk.enter("The question", QUESTION)
    desk.press("Save")
    desk.sees_error("Enter the last day")
    last = day_of(datetime.now(UTC)) + timedelta(days=2)
    for part in ("day", "month", "year"):
        desk.enter(part.title(), str(getattr(last, part)))
    desk.press("Save")
    desk.sees_error("Enter the words that are voted on")
    desk.enter("The words that are voted on (for a proposal)", WORDS)
    desk.press("Save")
    desk.is_told("It is set up. Nobody can vote yet.")
    expect(desk.main).to_contain_text("Two convenors must each have made a key.")
    return desk.page.url.rpartition("/")[2]


def _key(convenor: Visitor, ballot: str) -> str:
    convenor.go(f"facilitate/ballots/{ballot}")
    convenor.press("Make my key")
    convenor.look()
    convenor.press("Make my key and show me the secret")
    convenor.sees("Your secret")
    found = SECRET.search(convenor.main.inner_text())
    assert found
    convenor.follow("I have written it down")
    return found[0]


def _vote(me: Visitor, choice: str, reason: str = "") -> None:
    me.go("me/votes")
    expect(me.main).to_contain_text("you have not voted yet")
    me.follow(QUESTION)
    me.choose(choice)
    if reason:
        me.enter("Why? (optional)", reason)
    me.press("Vote")
    me.is_told("We have received your vote.")


def test_a_panel_decides_in_secret(
    place: Partnership, panel: tuple[str, list[int]], open_browser: Open
) -> None:
    desk = open_browser().be(place.staff(Role.FACILITATOR))
    officer = open_browser().be(place.staff(Role.OFFICER))
    ballot = _set_up(desk, panel[0])
    secrets = [_key(one, ballot) for one in (desk, officer)]
    desk.go(f"facilitate/ballots/{ballot}")
    desk.press("Open it")
    desk.is_told("It is open. Members find it on their pages.")

    desk.follow("Voting on paper")
    boxes = desk.main.get_by_role("checkbox")
    boxes.first.check()
    desk.press("Make the slips")
    desk.sees("Slips to print")
    desk.look()
    code = desk.main.locator(".app-slip code").inner_text()
    desk.page.emulate_media(media="print")
    expect(desk.main.locator(".app-not-printed").first).not_to_be_visible()
    desk.page.emulate_media(media="screen")

    phone = {"viewport": {"width": NARROW, "height": 640}}
    online = 0
    for number, key in enumerate(panel[1]):
        me = open_browser(scripts=number % 2 == 0, **phone).be(Resident(key, ""))
        me.go(f"me/votes/{ballot}")
        if "You vote on paper" in me.main.inner_text():
            me.look()
            continue
        online += 1
        if online == 1:
            me.press("Vote")
            me.sees_error("Choose one, or “I abstain”")
            me.look()
            _vote(me, "Love it")
            # a change of mind
            me.choose("Loathe it")
            me.enter("Why? (optional)", "Nobody asked the deaf.")
            me.press("Vote")
            me.is_told("We have received your vote.")
            me.look()
        else:
            _vote(me, "Can live with it")
    assert online == 5
    desk.go(f"facilitate/ballots/{ballot}/slip")
    desk.enter("Code of the slip", code.lower())
    desk.choose("Like it")
    desk.press("Seal it")
    desk.is_told("The slip is sealed and in.")
    expect(desk.main).to_contain_text("1 of 1 slips are in.")

    anyone = open_browser(scripts=False)
    anyone.go(f"ballots/{ballot}")
    expect(anyone.main).not_to_contain_text("Loathe")
    desk.go(f"facilitate/ballots/{ballot}")
    desk.press("End it now")
    officer.go(f"facilitate/ballots/{ballot}")
    officer.press("Count it")
    officer.enter("A convenor’s secret", secrets[1])
    officer.enter("The other convenor’s secret", secrets[0][:-1])
    officer.press("Open the votes and count")
    officer.sees_error("This is no secret of this ballot. Look at every letter")
    officer.enter("A convenor’s secret", secrets[1])
    officer.enter("The other convenor’s secret", secrets[0])
    officer.press("Open the votes and count")
    officer.is_told("It is counted.")
    expect(officer.main).to_contain_text("6 votes and 0 abstentions, of 6 members who may vote.")
    expect(officer.main).to_contain_text("83.3%")
    officer.look()
    officer.page.get_by_role("button", name="Show it to everyone").click()
    anyone.go(f"panels/{panel[0]}")
    anyone.follow("What the panel decided")
    anyone.follow(QUESTION)
    expect(anyone.main).to_contain_text("Passed")
    expect(anyone.main).to_contain_text("The minority: those who cannot")
    expect(anyone.main).to_contain_text("Nobody asked the deaf.")
    anyone.look()
