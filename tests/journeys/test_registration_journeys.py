"""From a letter, or a telephone call, to a name put forward: without JavaScript, on a small
telephone, by keyboard."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from engagement.accounts.rules import Role
from engagement.panels.rules import Recruitment
from tests.factories import Partnership
from tests.factories.panels import PLAN, REMIT, letters_for, panel_of
from tests.factories.places import POSTCODE, reference_data
from tests.journeys.visitor import Open, Visitor

SMALL = {"width": 320, "height": 640}
WORD = "Blue Kettle"


@pytest.fixture
def letter(place: Partnership) -> str:
    """The code of a letter of a panel that is balanced by sex, age, place and waiting."""
    with place.inside():
        reference_data()
        panel = panel_of(place.programme("Waiting well"), published=True, where=True)
        return letters_for(panel, 1)[0].code


def come_in(me: Visitor, code: str, word: str) -> None:
    me.go("me/enter")
    me.enter("Enter your code", code)
    me.press("Continue")
    me.press("No, this is my first time")
    me.enter("Choose a word to come back with", word)
    me.press("Begin")


def answer(me: Visitor, question: str, choice: str) -> None:
    me.sees(question)
    expect(me.main).to_contain_text(REMIT)
    expect(me.main).to_contain_text("your chance can be much smaller")
    me.choose(choice)
    me.press("Agree and save")


def reference_of(me: Visitor) -> str:
    return me.main.locator(".app-key").inner_text()


@pytest.mark.parametrize("scripts", [False, True], ids=["scripts off", "scripts on"])
def test_from_a_letter_to_the_receipt_and_back_in_the_middle(
    open_browser: Open, letter: str, scripts: bool
) -> None:
    me = open_browser(scripts=scripts, viewport=SMALL)
    come_in(me, letter, WORD)
    me.sees("Hello, and welcome").follow("Panel on waiting")
    me.sees("Panel on waiting")
    for words in (REMIT, "Drawn by lot", "Healthwatch", "£150", "large print", "01632 960"):
        expect(me.main).to_contain_text(words)
    me.press("Begin")
    me.sees("What is your sex?").press("Agree and save")
    me.sees_error("Choose an answer")
    answer(me, "What is your sex?", "Female")
    answer(me, "How old are you?", "Prefer not to say")
    me.sees("Where do you live?").press("Sign out")

    me.go("me/enter")
    me.enter("Enter your code", letter)
    me.press("Continue")
    me.press("Yes, I have been here before")
    me.enter("What is the word that you chose?", WORD.lower())
    me.press("Continue")
    me.sees("Hello, and welcome").follow("Panel on waiting")
    me.sees("Panel on waiting").press("Continue")
    me.sees("Where do you live?").press("Agree and save")
    me.sees_error("Tell us where you live")
    me.enter("Your postcode", "RB1")
    me.press("Agree and save")
    me.sees_error("Enter a full postcode")
    me.enter("Your postcode", POSTCODE)
    me.press("Agree and save")
    answer(me, "Are you waiting for planned care?", "Yes")
    me.sees("What would help you take part?").choose("A quiet room, or breaks")
    me.enter("Anything else, in your own words (optional)", "No strip lights")
    me.press("Agree and save")

    me.sees("Check your answers")
    for words in ("Female", "Mill; Most deprived fifth", "A quiet room", "No strip lights"):
        expect(me.main).to_contain_text(words)
    me.page.get_by_role("link", name="Change How old are you?").click()
    answer(me, "How old are you?", "65 to 74")
    me.sees("Check your answers").press("Send")
    me.sees("Your name is put forward")
    expect(me.main).to_contain_text("How the draw works")
    assert re.fullmatch(r"[B-Z2-9]{8}", reference_of(me))
    me.follow("See or change your answers, or take your name back")
    me.sees("Panel on waiting").press("Take my name back")
    me.sees("Panel on waiting").is_told("We have taken your name back and deleted your answers")
    me.press("Put my name forward again")
    me.sees("What is your sex?")


def test_a_second_adult_of_the_home_registers_from_the_same_letter(
    open_browser: Open, letter: str
) -> None:
    references = []
    for word in ("one word", "another word"):
        me = open_browser(scripts=False, viewport=SMALL)
        come_in(me, letter, word)
        me.follow("Panel on waiting")
        me.press("Begin")
        answer(me, "What is your sex?", "Male")
        answer(me, "How old are you?", "25 to 34")
        me.choose("Prefer not to say")
        me.press("Agree and save")
        answer(me, "Are you waiting for planned care?", "No")
        me.sees("What would help you take part?").follow("Skip this: nothing to tell")
        me.press("Send")
        me.sees("Your name is put forward")
        expect(me.main).to_contain_text("Other adults in your home can put their names forward")
        references.append(reference_of(me))
    assert len(set(references)) == 2


def test_what_was_told_before_is_confirmed_by_keyboard_alone(
    open_browser: Open, letter: str
) -> None:
    me = open_browser(scripts=False)
    come_in(me, letter, WORD)
    me.go("me/about/sex")
    me.choose("Female")
    me.press("Agree and save")
    me.go("me/")
    me.press_by_key("Panel on waiting")
    me.press_by_key("Begin")
    me.sees("You told us this before").press_by_key("Agree and use these answers")
    me.sees("How old are you?").tab_to("Under 16")
    me.page.keyboard.press("Space")
    me.press_by_key("Agree and save")
    me.sees("Where do you live?").tab_to("Prefer not to say")
    me.page.keyboard.press("Space")
    me.press_by_key("Agree and save")
    me.sees("Are you waiting for planned care?").tab_to("Yes")
    me.page.keyboard.press("Space")
    me.press_by_key("Agree and save")
    me.sees("What would help you take part?").press_by_key("Skip this: nothing to tell")
    me.sees("Check your answers").press_by_key("Send")
    me.sees("Your name is put forward")


def test_somebody_without_e_mail_is_registered_on_the_telephone(
    open_browser: Open, place: Partnership, letter: str
) -> None:
    operator = open_browser(scripts=False).be(place.staff(Role.PHONE_OPERATOR))
    operator.go("facilitate/")
    operator.press("Register somebody who calls")
    operator.sees("Register somebody who calls").follow("Panel on waiting")
    operator.sees("Register somebody who calls").press("Go on to the questions")
    operator.sees_error("Enter the number or the code that is on the letter")
    operator.enter("Number or code of the letter", "77")
    operator.press("Go on to the questions")
    operator.sees_error("We know no letter of this panel")
    operator.enter("Number or code of the letter", letter.lower().replace("-", " "))
    operator.press("Go on to the questions")
    operator.sees("Their answers").press("They agree: save and send")
    operator.sees_error("Choose an answer to “What is your sex?”")
    operator.choose("Male")
    operator.choose("75 or over")
    operator.choose("Yes")
    operator.enter("Your postcode", POSTCODE)
    operator.choose("Getting there: a lift, a taxi or fares")
    operator.press("They agree: save and send")
    operator.sees("Their name is put forward")
    expect(operator.main).to_contain_text("You can take your name back at any time")
    first = reference_of(operator)

    operator.press("Register somebody else")
    operator.enter("Number or code of the letter", "1")
    operator.press("Go on to the questions")
    operator.sees_error("Choose who is calling")
    operator.choose("Somebody without a name")
    operator.press("Go on to the questions")
    operator.sees("Their answers")
    expect(operator.main).to_contain_text("They are registered already")
    for choice in operator.page.get_by_label("What they told us before").all():
        choice.check()
    operator.press("They agree: save and send")
    operator.sees("Their name is put forward")
    assert reference_of(operator) == first


def test_anybody_joins_a_panel_of_volunteers_without_a_letter(
    open_browser: Open, place: Partnership
) -> None:
    with place.inside():
        plan = replace(PLAN, recruitment=Recruitment.VOLUNTEER)
        programme = place.programme("Waiting well")
        panel_of(programme, plan, published=True)
    me = open_browser(scripts=False, viewport=SMALL)
    me.go(f"programmes/{programme.public_id}")
    me.page.get_by_role("link", name="What this panel is").click()
    me.sees("Panel on waiting")
    expect(me.main).to_contain_text("the panel does not stand for everybody who lives here")
    me.press("Put your name forward")
    me.sees("Choose a word").press("Begin")
    me.sees_error("Enter a word that you will remember")
    me.enter("Choose a word to come back with", WORD)
    me.press("Begin")
    me.sees("Write down your code")
    code = reference_of(me)
    me.press("I have written it down: go on")
    me.sees("Panel on waiting").press("Continue")
    me.sees("What is your sex?").press("Sign out")
    me.go("me/enter")
    me.enter("Enter your code", code)
    me.press("Continue")
    me.press("Yes, I have been here before")
    me.enter("What is the word that you chose?", WORD)
    me.press("Continue")
    me.sees("Hello, and welcome").follow("Panel on waiting")
    me.sees("Panel on waiting")
