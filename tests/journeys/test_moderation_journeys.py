"""Moderation in a browser: by keys and without scripts, harm, passages taken out, an appeal."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.contributions.moderation import set_moderation
from engagement.contributions.rules import State
from engagement.extensions import db
from tests.factories import Partnership, Programme
from tests.factories.chain import open_conversation, publish
from tests.factories.moderation import HARM_SAID, NAMES_SAID, say
from tests.journeys.visitor import Open, Visitor

NAMED = "It named somebody, or told who they are."


@pytest.fixture
def programme(place: Partnership) -> Programme:
    """A programme in which somebody reads everything before others do."""
    programme = place.programme()
    with place.inside():
        publish(programme)
        set_moderation(None, programme.public_id, first=True)
    return programme


def states(place: Partnership) -> dict[str, State]:
    """What was said, and where it stands."""
    with place.inside():
        rows = db.session.execute(select(Contribution.text, Contribution.state))
        return {text or "": state for text, state in rows}


def queue(me: Visitor, programme: Programme) -> Visitor:
    me.go(f"facilitate/programmes/{programme.public_id}/moderation")
    return me.sees("Moderation")


def test_a_moderator_works_through_the_queue_by_keys(
    open_browser: Open, place: Partnership, programme: Programme
) -> None:
    said = [f"Bus number {n} is late" for n in range(4)]
    with place.inside():
        for n, words in enumerate(said):
            say(programme, words, browser=str(n))
    me = queue(open_browser().be(place.staff(Role.FACILITATOR)), programme)
    keys = me.page.keyboard
    me.page.get_by_label("Said on").first.focus()
    with me.page.expect_navigation():
        keys.press("p")
    me.is_told("1 contribution is decided")
    assert states(place)[said[0]] is State.PUBLISHED
    # The list has the focus again: go down two, up one, tick both, publish them together.
    for key in "jxkx":
        keys.press(key)
    with me.page.expect_navigation():
        keys.press("p")
    me.is_told("2 contributions are decided")
    keys.press("h")
    expect(me.page.get_by_label("Reason", exact=True)).to_be_focused()
    keys.type("It was sent")
    me.press_by_key("Hold back")
    expect(me.page.locator("#queue")).to_have_text("Nothing waits.")
    assert states(place)[said[3]] is State.HELD
    me.look()


def test_keys_do_nothing_where_somebody_writes(
    open_browser: Open, place: Partnership, programme: Programme
) -> None:
    with place.inside():
        say(programme, "The bus is late")
    me = queue(open_browser().be(place.staff(Role.FACILITATOR)), programme)
    me.type_into("Or another reason", "pxhr")
    assert states(place) == {"The bus is late": State.HELD}
    expect(me.page.get_by_label("Or another reason")).to_have_value("pxhr")


def test_a_moderator_takes_passages_out_without_scripts(
    open_browser: Open, place: Partnership, programme: Programme
) -> None:
    with place.inside():
        say(programme, f"{NAMES_SAID}, says the baker")
    me = queue(open_browser(scripts=False).be(place.staff(Role.FACILITATOR)), programme)
    me.page.get_by_role("link", name="Read it by itself").click()
    me.sees("What one person said")
    expect(me.page.locator("mark")).to_have_text(["John Smith", "12 High Street"])
    me.enter("Take these words out too", "the postman")
    me.page.get_by_label("Reason", exact=True).select_option(NAMED)
    me.press("Take out and publish the rest")
    me.sees_error("These words do not stand there: the postman")
    me.page.get_by_label("12 High Street").uncheck()
    me.enter("Take these words out too", "the baker")
    me.press("Take out and publish the rest")
    me.is_told("Decided")
    left = "My neighbour [name taken out] of 12 High Street shouts all night, says"
    assert states(place) == {f"{left} [passage taken out]": State.REDACTED}


def test_words_of_harm_reach_help_and_the_lead_and_nobody_else(
    open_browser: Open, place: Partnership, programme: Programme
) -> None:
    with place.inside():
        activity = open_conversation(programme, "Tell us")
    who = open_browser(scripts=False)
    who.go(f"programmes/{programme.public_id}/say/{activity}")
    who.enter("Your answer", HARM_SAID)
    who.page.get_by_label("Yes, you may show my words").check()
    who.press("Send your answer")
    expect(who.main).to_contain_text("Help is there now")
    expect(who.main.get_by_role("link", name="116 123")).to_have_attribute("href", "tel:116123")
    who.look()
    moderator = queue(open_browser().be(place.staff(Role.FACILITATOR)), programme)
    expect(moderator.main).to_contain_text("1 may tell of harm")
    expect(moderator.main).not_to_contain_text("nobody rang")
    lead = open_browser().be(place.staff(Role.SAFEGUARDING_LEAD))
    lead.go("facilitate/")
    lead.follow("What may tell of harm")
    lead.sees("What may tell of harm")
    expect(lead.main).not_to_contain_text("nobody rang")
    lead.main.locator(".app-list").get_by_role("link").click()
    lead.sees("It may tell of harm")
    expect(lead.main).to_contain_text(HARM_SAID)
    lead.press("Save")
    lead.sees_error("Write what you did")
    lead.enter("What you did", "Rang the crisis team")
    lead.choose("Nobody else reads them")
    lead.press("Save")
    lead.is_told("Noted")
    expect(lead.main).to_contain_text("Rang the crisis team")
    lead.look()
    assert states(place) == {HARM_SAID: State.HELD}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_the_author_reads_why_disagrees_and_is_answered_by_another(
    open_browser: Open, place: Partnership, programme: Programme, scripts: bool
) -> None:
    with place.inside():
        activity = open_conversation(programme, "Tell us")
    who = open_browser(scripts=scripts)
    who.go(f"programmes/{programme.public_id}/say/{activity}")
    who.enter("Your answer", NAMES_SAID)
    who.page.get_by_label("Yes, you may show my words").check()
    who.press("Send your answer")
    who.follow("What became of what you said")
    who.sees("What became of what you said")
    expect(who.main).to_contain_text("It waits until somebody has read it")
    first = queue(open_browser().be(place.staff(Role.FACILITATOR)), programme)
    first.page.get_by_label("Said on").check()
    first.page.get_by_label("Reason", exact=True).select_option(NAMED)
    first.press("Hold back")
    first.is_told("1 contribution is decided")
    who.page.reload()
    expect(who.main).to_contain_text(NAMED)
    who.page.get_by_role("link", name="I disagree").click()
    who.sees("I disagree")
    who.press("Send")
    who.sees_error("Write why you disagree")
    who.enter("Why do you disagree?", "He asked me to say it")
    who.press("Send")
    who.is_told("Somebody else reads it")
    second = queue(open_browser().be(place.staff(Role.FACILITATOR)), programme)
    second.follow("Appeals")
    second.sees("Appeals")
    second.page.get_by_role("link", name="Appeal of").click()
    second.choose("Yes: others may read it again")
    second.enter("Your answer to them", "You are right")
    second.press("Send the answer")
    second.is_told("Answered")
    who.page.reload()
    expect(who.main).to_contain_text("You are right")
    who.look()
    assert states(place) == {NAMES_SAID: State.PUBLISHED}
