"""A resident's way from a letter, a card or an e-mail to their answers, and back again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engagement.people import service as people
from tests.factories import Partnership
from tests.journeys.service import Service
from tests.journeys.visitor import Open, Visitor

WORD = "Blue Kettle"


@pytest.fixture
def letter(place: Partnership) -> str:
    """The code of a letter."""
    with place.inside():
        return people.issue_letter_codes(1)[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_from_a_letter_to_answers_and_back(open_browser: Open, letter: str, scripts: bool) -> None:
    me = open_browser(scripts=scripts, viewport={"width": 320, "height": 640})
    me.go()
    me.sees("Help shape health and care").press("Take part online")
    me.sees("Enter your code").press("Continue")
    me.sees_error("Enter the code from your letter or card")
    me.enter("Enter your code", "AAAAA-AAAAA")
    me.press("Continue")
    me.sees_error("We do not know this code")
    expect(me.page.get_by_label("Enter your code")).to_have_value("AAAAA-AAAAA")
    me.enter("Enter your code", letter.replace("-", " ").lower())
    me.press("Continue")
    me.sees("Have you been here before?").press("No, this is my first time")
    me.sees("Choose a word").enter("Choose a word to come back with", "ab")
    me.press("Begin")
    me.sees_error("4 letters or more")
    me.enter("Choose a word to come back with", WORD)
    me.press("Begin")
    me.sees("Hello, and welcome").follow("About you")
    _answer_everything(me)
    _take_an_answer_back(me)
    _say_how_to_be_reached(me)
    me.press("Sign out")
    me.sees("You have signed out").follow("Come back with your code")
    me.enter("Enter your code", letter)
    me.press("Continue")
    me.press("Yes, I have been here before")
    me.enter("What is the word that you chose?", "red kettle")
    me.press("Continue")
    me.sees_error("Nobody began with this code and this word")
    me.enter("What is the word that you chose?", "  blue   KETTLE ")
    me.press("Continue")
    me.sees("Hello, Ada")
    expect(me.main).to_contain_text("5 of 6")


def _answer_everything(me: Visitor) -> None:
    me.sees("About you")
    expect(me.main.get_by_text("Not answered")).to_have_count(6)
    me.press("Answer the next question")
    me.sees("How old are you?").press("Agree and save")
    me.sees_error("Choose an answer")
    me.choose("75 or over")
    me.press("Agree and save")
    me.sees("What is your sex?").follow("Skip this question")
    me.sees("What is your ethnic group?").choose("Prefer not to say")
    me.press("Agree and save")
    for question, answer in (
        ("Do you have a health condition", "Yes, limited a little"),
        ("Do you look after someone", "No"),
        ("Do you own or rent", "Something else"),
    ):
        me.sees(question).choose(answer)
        me.press("Agree and save")
    me.sees("About you").press("Answer the next question")
    me.sees("What is your sex?").choose("Female")
    me.press("Agree and save")
    me.sees("About you")
    expect(me.main.get_by_text("Not answered")).to_have_count(0)


def _take_an_answer_back(me: Visitor) -> None:
    me.page.get_by_role("link", name="Change How old are you?").click()
    expect(me.page.get_by_label("75 or over")).to_be_checked()
    me.look()
    me.press("Delete my answer")
    me.sees("About you")
    me.is_told("deleted your answer")
    expect(me.main.get_by_text("Not answered")).to_have_count(1)
    me.follow("Back")


def _say_how_to_be_reached(me: Visitor) -> None:
    me.sees("Hello, and welcome").follow("How to contact you")
    me.sees("How to contact you").enter("Your name", "Ada")
    me.choose("By telephone")
    me.press("Save")
    me.sees_error("Enter the telephone number")
    expect(me.page.get_by_label("Your name")).to_have_value("Ada")
    me.enter("Telephone number", "ring me")
    me.press("Save")
    me.sees_error("Enter a telephone number, like")
    me.enter("Telephone number", "01632 960 345")
    me.press("Save")
    me.sees("Hello, Ada")
    me.is_told("saved how to contact you")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_the_whole_way_by_keyboard_alone(open_browser: Open, letter: str, scripts: bool) -> None:
    me = open_browser(scripts=scripts)
    keys = me.page.keyboard
    me.go()
    me.press_by_key("Take part online")
    me.sees("Enter your code").press_by_key("Continue")
    expect(me.page.locator(".nhsuk-error-summary")).to_be_visible()
    me.tab_to("Enter the code from your letter or card")
    keys.press("Enter")
    keys.type(letter)
    with me.page.expect_navigation():
        keys.press("Enter")
    me.press_by_key("No, this is my first time")
    me.type_into("Choose a word to come back with", WORD)
    me.press_by_key("Begin", "Space")
    me.press_by_key("About you")
    me.press_by_key("Answer the next question")
    me.tab_to("Under 16")
    keys.press("Space")
    keys.press("ArrowDown")
    me.press_by_key("Agree and save", "Space")
    me.sees("What is your sex?").press_by_key("Skip this question")
    me.sees("What is your ethnic group?").press_by_key("Back")
    expect(me.main).to_contain_text("16 to 24")
    me.press_by_key("Change How old are you?")
    me.press_by_key("Delete my answer")
    me.press_by_key("Back")
    me.press_by_key("How to contact you")
    me.type_into("Your name", "Ada")
    me.press_by_key("Save")
    me.sees("Hello, Ada").press_by_key("Sign out")
    me.sees("You have signed out").press_by_key("Come back with your code")
    me.type_into("Enter your code", letter)
    me.press_by_key("Continue")
    me.press_by_key("Yes, I have been here before")
    me.type_into("What is the word that you chose?", WORD)
    me.press_by_key("Continue")
    me.sees("Hello, Ada")


def test_the_first_page_leads_somebody_who_has_come_in_back_to_their_pages(
    open_browser: Open, place: Partnership
) -> None:
    me = open_browser().be(place.resident("Ada"))
    me.go()
    me.sees("Help shape health and care").press("Go to your pages")
    me.sees("Hello, Ada")


def test_the_first_tab_leads_past_the_header(open_browser: Open) -> None:
    me = open_browser()
    me.go("me/enter")
    me.page.keyboard.press("Tab")
    me.page.keyboard.press("Enter")
    me.page.keyboard.press("Tab")
    expect(me.page.get_by_label("Enter your code")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_a_link_by_email_works_once_and_opening_it_does_not_use_it_up(
    open_browser: Open, place: Partnership, service: Service, scripts: bool
) -> None:
    place.resident("Ada", "ada@example.net")
    me = open_browser(scripts=scripts)
    me.go("me/enter")
    me.page.get_by_text("I do not have a code").click()
    me.follow("Ask for a link")
    me.sees("What is your e-mail address?").press("Send me a link")
    me.sees_error("Enter your e-mail address")
    me.enter("What is your e-mail address?", "Ada@Example.net")
    me.press("Send me a link")
    me.sees("Check your inbox")
    link = service.mailed_link("ada@example.net")
    scanner = open_browser(scripts=scripts)
    scanner.go(link)
    scanner.sees("Welcome back")
    me.go(link)
    me.sees("Welcome back").press("Come in")
    me.sees("Hello, Ada")
    scanner.press("Come in")
    scanner.sees("This link does not work any more").press("Ask for another link")
    scanner.sees("What is your e-mail address?")


def test_two_people_of_one_home_do_not_meet(open_browser: Open, letter: str) -> None:
    first, second = open_browser(), open_browser()
    for person, word, name in ((first, "one word", "Ada"), (second, "another", "Ben")):
        person.go("me/enter")
        person.enter("Enter your code", letter)
        person.press("Continue")
        person.press("No, this is my first time")
        person.enter("Choose a word to come back with", word)
        person.press("Begin")
        person.follow("How to contact you")
        person.enter("Your name", name)
        person.choose("Do not contact me")
        person.press("Save")
        expect(person.main).to_contain_text(f"Hello, {name}")
    expect(first.go("me/").locator("h1")).to_have_text("Hello, Ada")
