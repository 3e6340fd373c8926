"""From a letter to a seat: online without scripts on a small telephone, and without e-mail, by a
call."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from engagement.accounts.rules import Role
from tests.factories import Partnership
from tests.factories.panels import PLAN, draw_of, letters_for, panel_of, register
from tests.journeys.test_registration_journeys import SMALL, come_in, reference_of
from tests.journeys.visitor import Open, Visitor

WORD = "Blue Kettle"


@pytest.fixture
def panel(place: Partnership) -> str:
    """A panel of four for which three have registered: whoever comes is drawn with them."""
    with place.inside():
        made = panel_of(place.programme("Waiting well"), published=True)
        for letter, age in zip(letters_for(made, 3), ("16-24", "25-34", "50-64"), strict=True):
            register(made, letter, "male", age)
    return made


def letter_of(place: Partnership, panel: str) -> str:
    with place.inside():
        return letters_for(panel, 1)[0].code


def draw(place: Partnership, panel: str) -> None:
    with place.inside():
        draw_of(panel, replace(PLAN))


def come_back(me: Visitor, code: str) -> None:
    me.go("me/enter")
    me.enter("Enter your code", code)
    me.press("Continue")
    me.press("Yes, I have been here before")
    me.enter("What is the word that you chose?", WORD)
    me.press("Continue")
    me.sees("Hello, and welcome")


@pytest.mark.parametrize("scripts", [False, True], ids=["scripts off", "scripts on"])
def test_from_a_letter_to_a_seat(
    open_browser: Open, place: Partnership, panel: str, scripts: bool
) -> None:
    code = letter_of(place, panel)
    me = open_browser(scripts=scripts, viewport=SMALL)
    come_in(me, code, WORD)
    me.follow("Panel on waiting")
    me.press("Begin")
    for question, answer in (
        ("What is your sex?", "Female"),
        ("How old are you?", "75 or over"),
        ("Are you waiting for planned care?", "Yes"),
    ):
        me.sees(question).choose(answer)
        me.press("Agree and save")
    me.sees("What would help you take part?").follow("Skip this: nothing to tell")
    me.sees("Check your answers").press("Send")
    me.sees("Your name is put forward").press("Sign out")
    draw(place, panel)

    come_back(me, code)
    me.go(f"me/panels/{panel}/result")
    me.sees("Your result")
    expect(me.main).to_contain_text("You were drawn")
    expect(me.main).to_contain_text("If you get benefits")
    me.press("Yes, I take the seat")
    # How they want to be paid is asked next; it can wait.
    me.sees("Your sessions and payments")
    me.go(f"me/panels/{panel}/result")
    me.sees("Your result")
    expect(me.main).to_contain_text("You are on the panel")


def test_without_e_mail_somebody_is_registered_and_seated_by_telephone(
    open_browser: Open, place: Partnership, panel: str
) -> None:
    code = letter_of(place, panel)
    operator = open_browser(scripts=False).be(place.staff(Role.PHONE_OPERATOR))
    operator.go("facilitate/")
    operator.press("Register somebody who calls")
    operator.follow("Panel on waiting")
    operator.enter("Number or code of the letter", code)
    operator.press("Go on to the questions")
    for answer in ("Female", "75 or over", "Yes"):
        operator.choose(answer)
    operator.press("They agree: save and send")
    operator.sees("Their name is put forward")
    reference = reference_of(operator)
    draw(place, panel)

    operator.go(f"facilitate/panels/{panel}/calls")
    operator.sees("Call list")
    operator.page.get_by_role("link", name=reference).click()
    operator.sees("Call about seat")
    expect(operator.main).to_contain_text("You were drawn. A seat on the panel is yours")
    expect(operator.main).to_contain_text("Both are fine")
    operator.press("Accepts")
    operator.look()
    operator.go(f"facilitate/panels/{panel}/calls")
    operator.page.get_by_role("link", name=reference).click()
    expect(operator.main).to_contain_text("Took the seat on")
