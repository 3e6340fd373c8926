"""Two people who type forms on paper, each in a browser of their own, and decide what differs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.extensions import db
from engagement.paper.models import PaperForm
from tests.factories import Partnership
from tests.factories.chain import open_conversation, publish
from tests.journeys.visitor import Open, Visitor

WORDS = "The last bus goes at five."


@pytest.fixture
def where(place: Partnership) -> str:
    """The page of a programme's forms."""
    programme = place.programme()
    with place.inside():
        publish(programme)
        open_conversation(programme, "Tell us on paper")
    return f"facilitate/programmes/{programme.public_id}/paper"


def type_form(who: Visitor, code: str, words: str) -> None:
    """Type a form by keyboard alone."""
    who.type_into("Code of the form", code)
    who.type_into("What they wrote", words)
    who.type_into("Where they live", "Riverbank")
    who.press_by_key("Keep, and type the next")


def test_two_people_type_forms_and_decide_what_differs(
    open_browser: Open, place: Partnership, where: str
) -> None:
    ann = open_browser().be(place.staff(Role.FACILITATOR))
    ben = open_browser(scripts=False).be(place.staff(Role.FACILITATOR))
    ann.go(where)
    ann.sees("Answers on paper").page.get_by_label("What they are for").select_option(index=1)
    ann.enter("How many forms?", "2")
    ann.press("Make the forms")
    ann.is_told("The forms are made")
    with ann.page.expect_download() as made:
        ann.press("Print in large letters")
    assert made.value.suggested_filename == "forms-large.pdf"
    with place.inside():
        same, other = db.session.scalars(select(PaperForm.code).order_by(PaperForm.number))

    ann.go(f"{where}/type")
    for code in (same, other):
        type_form(ann, code, WORDS)
        ann.is_told("Somebody else types it a second time")
    type_form(ann, same, WORDS)
    ann.sees_error("You typed this form first: give it to somebody else")
    expect(ann.page.get_by_label("What they wrote")).to_have_value(WORDS)

    ben.go(f"{where}/type")
    expect(ben.main).not_to_contain_text("last bus")
    type_form(ben, same, f"{WORDS}  ")
    ben.is_told("Both are the same: the words are taken")
    type_form(ben, other, "The last bus goes at nine.")
    ben.is_told("It differs from the first")
    ben.go(where)
    ben.page.get_by_role("link", name="Decide what is right").click()
    expect(ben.main).to_contain_text("here it differs: nine.")
    ben.press("Keep what I decided")
    ben.sees_error("Choose whose is right")
    ben.choose("Neither: as I typed it below")
    ben.enter("What they wrote", "The last bus goes at [illegible].")
    ben.look()
    ben.press("Keep what I decided")
    ben.is_told("Decided: the form is done")
    expect(ben.main).to_contain_text("Agreed: 2")
    ben.look()
    with place.inside():
        said = db.session.scalars(select(Contribution.text).order_by(Contribution.id)).all()
    assert said == [WORDS, "The last bus goes at [illegible]."]
