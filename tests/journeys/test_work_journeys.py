"""What staff come for: helping residents in, opening programmes, watching the work."""

from __future__ import annotations

from playwright.sync_api import expect

from engagement.accounts.rules import Role
from tests.factories import Partnership
from tests.journeys.scenes import run_in_state
from tests.journeys.service import Service
from tests.journeys.visitor import Open

WORK_SECONDS = 60_000


def test_a_facilitator_adds_somebody_and_their_code_lets_them_in(
    open_browser: Open, place: Partnership
) -> None:
    helper = open_browser().be(place.staff(Role.FACILITATOR))
    helper.go("facilitate/")
    helper.sees("Programmes").press("Add somebody")
    helper.sees("Add somebody").press("Add")
    helper.sees_error("Enter their name")
    helper.enter("Name", "Joan Green")
    helper.choose("By telephone")
    helper.press("Add")
    helper.sees_error("Enter the telephone number")
    helper.enter("Telephone number", "01632 960 512")
    helper.press("Add")
    helper.sees("Joan Green").is_told("Give them a code")
    helper.press("Give a code")
    helper.sees("Joan Green")
    code = helper.main.locator(".app-key").inner_text()

    joan = open_browser(viewport={"width": 320, "height": 640})
    joan.go("me/enter")
    joan.enter("Enter your code", code)
    joan.press("Continue")
    joan.sees("Hello, Joan Green").follow("How to contact you")
    expect(joan.page.get_by_label("Telephone number")).to_have_value("01632 960 512")

    helper.press("Stop the code")
    helper.sees("Joan Green").is_told("The code no longer works")
    joan.go("me/")
    joan.sees("Enter your code").enter("Enter your code", code)
    joan.press("Continue")
    joan.sees_error("We do not know this code")


def test_a_facilitator_finds_somebody_among_many(open_browser: Open, place: Partnership) -> None:
    for name in ("Joan Green", "Joan Brown", "Idris Evans"):
        place.resident(name)
    helper = open_browser().be(place.staff(Role.PHONE_OPERATOR))
    helper.go("facilitate/residents")
    helper.enter("Search by name, e-mail or telephone", "joan gr")
    helper.press("Search")
    expect(helper.main).to_contain_text("1 person matches")
    helper.look()
    helper.follow("Joan Green")
    helper.sees("Joan Green").follow("Back")
    helper.enter("Search by name, e-mail or telephone", "nobody at all")
    helper.press("Search")
    expect(helper.main).to_contain_text("Nobody matches")
    helper.look()
    helper.follow("Show everybody")
    expect(helper.main).to_contain_text("3 people")


def test_a_letter_code_that_a_facilitator_made_lets_a_home_in(
    open_browser: Open, place: Partnership
) -> None:
    helper = open_browser().be(place.staff(Role.FACILITATOR))
    helper.go("facilitate/residents")
    helper.press("Codes for letters")
    helper.sees("Codes for letters").enter("How many codes?", "many")
    helper.press("Make codes")
    helper.sees_error("must be a whole number")
    helper.enter("How many codes?", "3")
    helper.press("Make codes")
    helper.sees("Codes for letters")
    codes = helper.main.locator("li .app-key").all_inner_texts()
    assert len(set(codes)) == 3
    somebody = open_browser()
    somebody.go("me/enter")
    somebody.enter("Enter your code", codes[2])
    somebody.press("Continue")
    somebody.sees("Have you been here before?")


def test_an_officer_opens_a_programme_that_a_board_member_can_only_read(
    open_browser: Open, place: Partnership
) -> None:
    officer = open_browser().be(place.staff(Role.OFFICER))
    officer.go("plan/")
    officer.sees("Programmes").press("Open a programme")
    officer.sees("Open a programme").press("Open the programme")
    officer.sees_error("Enter a name")
    officer.enter("Name", "Waiting well")
    officer.enter("Question", "What would help while you wait?")
    officer.press("Open the programme")
    officer.sees("Waiting well").is_told("Nobody but staff sees it")
    where = officer.page.url
    officer.follow("Payment and support")
    officer.sees("How people take part").enter("Name", "")
    officer.press("Save")
    officer.sees_error("Enter a name")
    officer.enter("Name", "Waiting better")
    officer.press("Save")
    officer.sees("Waiting better").is_told("has been changed")

    board = open_browser().be(place.staff(Role.BOARD_MEMBER))
    board.go("plan/")
    board.sees("Programmes").follow("Waiting better")
    board.sees("Waiting better")
    expect(board.main).to_contain_text("What would help while you wait?")
    expect(board.page.get_by_role("link", name="Payment and support")).to_have_count(0)
    board.go(f"{where}/taking-part")
    board.sees("Page not found").follow("Go to the first page")
    board.sees("Help shape health and care")


def test_an_administrator_watches_background_work_and_cancels_it(
    open_browser: Open, place: Partnership, service: Service
) -> None:
    admin = open_browser().be(place.staff(Role.ADMINISTRATOR))
    admin.go("admin/runs")
    admin.press("Check the audit chain")
    admin.sees("Check the audit chain")
    expect(admin.main).to_contain_text("It waits for a worker")
    admin.press("Cancel this work")
    admin.is_told("stops before its next step")
    expect(admin.main).to_contain_text("Cancelled")
    admin.look()
    admin.press("Run again")
    expect(admin.main).to_contain_text("Waiting")
    with service.process("engagement.cli", "worker"):
        # The page shows it by itself, without being loaded again.
        admin.page.evaluate("document.body.dataset.same = 'page'")
        state = admin.main.get_by_text("Finished", exact=True)
        expect(state).to_be_visible(timeout=WORK_SECONDS)
        assert admin.page.evaluate("document.body.dataset.same") == "page"
        expect(admin.main).to_contain_text("It holds")
        admin.look()
        admin.go("admin/runs")
        expect(admin.main).to_contain_text("is at work")
        admin.look()
    admin.go(f"admin/runs/{run_in_state(place, 'running')}")
    expect(admin.page.get_by_role("progressbar")).to_be_visible()
    admin.press("Cancel this work")
    expect(admin.main).to_contain_text("It stops before its next step")


def test_an_administrator_sees_what_became_of_a_message(
    open_browser: Open, place: Partnership, service: Service
) -> None:
    place.resident("Ada", "ada@example.net")
    visitor = open_browser()
    visitor.go("me/link")
    visitor.enter("What is your e-mail address?", "ada@example.net")
    visitor.press("Send me a link")
    visitor.sees("Check your inbox")
    admin = open_browser().be(place.staff(Role.ADMINISTRATOR))
    admin.go("admin/messages")
    admin.follow("Your link to come in")
    expect(admin.main).to_contain_text("Waiting")
    service.mailed_link("ada@example.net")
    admin.page.reload()
    expect(admin.main).to_contain_text("It was handed over")
    admin.press("Note that it came back")
    admin.sees_error("Enter why it came back")
    admin.enter("Why did it come back?", "No such mailbox")
    admin.press("Note that it came back")
    admin.is_told("Noted")
    expect(admin.main).to_contain_text("Came back")
