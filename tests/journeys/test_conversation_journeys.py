"""An open conversation in a browser: own words, votes, a change of mind, a statement, a contact."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.conversations.declaring import count_to_be_told
from engagement.conversations.maps import find_opinions_of, keep_opinions
from engagement.conversations.models import Vote
from engagement.conversations.queries import find_conversation
from engagement.database.columns import new_public_id
from engagement.extensions import db
from engagement.people.rules import ContactBy
from tests.factories import Partnership, Programme
from tests.factories.conversations import OWN, conversation, statements, two_camps
from tests.journeys.visitor import NARROW, Open, Visitor

SAID = "I waited for months and nobody told me where I was on the list."


@pytest.fixture
def programme(place: Partnership) -> Programme:
    """A programme that is published."""
    return place.programme()


@pytest.fixture
def activity(place: Partnership, programme: Programme) -> str:
    """An open conversation in it, with four seeds."""
    with place.inside():
        return conversation(programme)


def votes(place: Partnership) -> list[int | None]:
    with place.inside():
        return list(db.session.scalars(select(Vote.value).order_by(Vote.id)))


def _says_own_words(me: Visitor, programme: Programme) -> None:
    me.go(f"programmes/{programme.public_id}")
    me.sees("Waiting well")
    me.press("Say what you think")
    me.enter("Your answer", SAID)
    me.choose("No, count my answer but do not show my words")
    me.press("Send your answer")
    me.sees("Thank you")
    me.press("See what others say")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_resident_takes_part_on_a_small_phone(
    open_browser: Open, place: Partnership, programme: Programme, activity: str, scripts: bool
) -> None:
    me = open_browser(scripts=scripts, viewport={"width": NARROW, "height": 640})
    _says_own_words(me, programme)
    me.sees("Do you agree?")
    expect(me.main).to_contain_text("You have answered 0 of 4.")
    me.press("Skip this one")
    for number, pressed in enumerate(("Agree", "Disagree", "Pass: I am not sure")):
        expect(me.main).to_contain_text(f"You have answered {number} of 4.")
        me.press(pressed)
    expect(me.main).to_contain_text("You skipped this one before.")
    me.press("Agree")
    me.sees("You have answered everything")
    assert votes(place) == [1, -1, 0, 1]
    # A change of mind.
    me.follow("Your answers: read or change them")
    me.sees("Your answers")
    me.page.get_by_role("button", name="Disagree instead").first.click()
    me.is_told("Your answer is changed")
    assert votes(place) == [1, -1, 0, -1]
    # A statement of one's own.
    me.press("Go on to what others say")
    me.follow("Add a statement for others to vote on")
    me.press("Send your statement")
    me.sees_error("Write what you want others to agree or disagree with")
    me.enter("Your statement", OWN)
    me.page.get_by_role("checkbox").check()
    me.press("Send your statement")
    me.sees("Thank you")
    with place.inside():
        assert len(db.session.scalars(select(Contribution)).all()) == 2
    # How to be told.
    me.press("See what others say")
    me.follow("Tell me what happened")
    me.sees("Tell me what happened")
    me.choose("By e-mail")
    me.press("Agree and send")
    me.sees_error("Enter the e-mail address that we may write to")
    me.enter("E-mail address", "ada@example.net")
    me.press("Agree and send")
    me.is_told("We will tell you what came of it")
    expect(me.main).to_contain_text("You have answered all 5")
    with place.inside():
        assert count_to_be_told(activity) == {ContactBy.EMAIL: 1}


def test_everything_is_done_by_keys_alone(
    open_browser: Open, place: Partnership, programme: Programme, activity: str
) -> None:
    me = open_browser()
    me.go(f"programmes/{programme.public_id}/conversation/{activity}")
    me.press_by_key("Agree")
    me.press_by_key("Disagree", "Space")
    me.press_by_key("Skip this one")
    me.press_by_key("Pass: I am not sure")
    assert votes(place) == [1, -1, 0]
    me.press_by_key("Tell us about yourself, if you like")
    me.sees("Tell us about yourself")
    me.press_by_key("Go on to the questions")
    me.sees("How old are you?")
    me.press_by_key("Stop here, and go back to what others say")
    expect(me.main).to_contain_text("You have answered 3 of 4.")


def test_staff_write_statements_read_the_map_and_show_it_to_everyone(
    open_browser: Open, place: Partnership, programme: Programme, activity: str
) -> None:
    me = open_browser().be(place.staff(Role.FACILITATOR))
    me.go("facilitate/")
    me.page.get_by_role("link", name="Open conversations").first.click()
    me.sees("Open conversations")
    me.follow("Tell us what it is like")
    me.press("Add statements")
    me.enter("Statements", "Letters are late\nLetters are late")
    me.press("Add them")
    me.sees_error("Mend the lines below")
    me.enter("Statements", "\n".join(f"Thing number {n}" for n in range(8)))
    me.press("Add them")
    me.is_told("8 statements have been added")
    me.sees("Tell us what it is like")
    with place.inside():
        found = find_conversation(programme.public_id, activity)
        assert found is not None
        two_camps(activity, statements(found.id))
        keep_opinions(new_public_id(), find_opinions_of(activity, lambda *_: None))
    me.page.get_by_role("link", name="Look at it").click()
    me.sees("What people agree and disagree about")
    me.press("Show this to everyone")
    me.is_told("Everyone can see this map now")
    visitor = open_browser(scripts=False, viewport={"width": NARROW, "height": 640})
    visitor.go(f"programmes/{programme.public_id}/conversation/{activity}")
    visitor.follow("What people agree and disagree about")
    visitor.sees("What people agree and disagree about")
    expect(visitor.main).to_contain_text("this is not a sample of residents")
    expect(visitor.main).to_contain_text("Group A: 12 people")
