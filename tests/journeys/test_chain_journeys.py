"""From an empty partnership to a published answer, and both ways along the chain."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect

from engagement.accounts.rules import Role
from engagement.cli.demonstration_programme import COMMENTS, DRAFT
from tests.factories import Partnership
from tests.journeys.service import Service
from tests.journeys.visitor import Open, Visitor

QUESTION = "What would make waiting easier to live with?"
SAID = "I rang four times and nobody could tell me where I was on the list."
WORK_SECONDS = 60_000


def plan_and_publish(officer: Visitor) -> None:
    """Open a programme, fill in what it needs, and publish it."""
    officer.go("plan/")
    officer.sees("Programmes").press("Open a programme")
    officer.enter("Name", "Waiting well")
    officer.enter("Question", QUESTION)
    officer.press("Open the programme")
    officer.sees("Waiting well").press("Publish the programme")
    officer.is_told("How to take part without the internet")
    officer.follow("What can change")
    officer.sees("What is asked").enter("What can change because of the answers", "How we tell you")
    officer.enter("What cannot change", "How many theatres there are")
    officer.enter("What is decided, and by whom", "The board decides on the plan")
    for part, number in (("Day", "1"), ("Month", "6"), ("Year", str(datetime.now(UTC).year + 1))):
        officer.enter(part, number)
    officer.press("Save")
    officer.sees("Waiting well").follow("How to take part without the internet")
    officer.enter("How to take part without the internet", "Call us, or come to the library.")
    officer.enter("Telephone number for questions", "01632 960 123")
    officer.page.get_by_label("Topic").select_option("waiting for care")
    officer.press("Save")
    officer.sees("Waiting well").follow("Where it is")
    officer.enter("Areas", "Riverbank\nThe Downs")
    officer.press("Save")
    officer.sees("Waiting well").press("Publish the programme")
    officer.is_told("everyone can see it now")


def take_comments(officer: Visitor, path: Path) -> None:
    """Import a file, after one with faults was refused."""
    wrong, right = path / "wrong.csv", path / "comments.csv"
    wrong.write_text("comment,when\nIt was cold,10/17/2021\nIt was late,2021-10-17\n")
    with right.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["comment", "may_quote"])
        writer.writerows([line, "yes"] for line in COMMENTS.strip().splitlines())
    officer.follow("What people said")
    officer.sees("What people said").press("Take a file of contributions")
    officer.press("Look at it")
    officer.sees_error("Choose a file, or paste what was written")
    officer.page.locator("input[type=file]").set_input_files(wrong)
    officer.press("Look at it")
    officer.sees("How to read the file")
    officer.page.get_by_label("When", exact=True).select_option("when")
    officer.page.locator("#all_may_quote").check()
    officer.press("Look at what this gives")
    expect(officer.main).to_contain_text("This is not a date")
    expect(officer.page.get_by_role("button", name="Take 1")).to_have_count(0)
    officer.look()
    officer.follow("Back")
    officer.page.locator("input[type=file]").set_input_files(right)
    officer.press("Look at it")
    officer.page.locator("#all_may_quote").check()
    officer.press("Look at what this gives")
    officer.sees("How to read the file").press("Take 56 contributions")
    officer.is_told("56 contributions have been taken")
    officer.look()


def find_and_name_themes(officer: Visitor) -> None:
    """Let the themes be found in the background; name one, and put two together."""
    officer.follow("Back")
    officer.follow("Themes")
    officer.sees("Themes").press("Find the themes")
    look = officer.page.get_by_role("button", name="Look at the themes")
    expect(look).to_be_visible(timeout=WORK_SECONDS)
    officer.look()
    officer.press("Look at the themes")
    officer.sees("Themes")
    officer.page.get_by_role("link", name="list").first.click()
    expect(officer.main).to_contain_text(SAID)
    officer.enter("Name", "Not knowing")
    officer.press("Save the name")
    officer.sees("Not knowing").is_told("keeps it when themes are found again")
    officer.page.get_by_label("Make it a part of").select_option(index=1)
    officer.follow("Back")


def test_from_an_empty_partnership_to_a_public_answer(
    open_browser: Open, place: Partnership, service: Service, tmp_path: Path
) -> None:
    officer = open_browser().be(place.staff(Role.OFFICER))
    plan_and_publish(officer)
    take_comments(officer, tmp_path)
    with service.process("engagement.cli", "worker"):
        find_and_name_themes(officer)

    officer.follow("Back")
    officer.follow("Strategy")
    officer.sees("Drafts of the strategy").enter("Title", "Our plan")
    plan = tmp_path / "plan.md"
    plan.write_text(DRAFT)
    officer.page.locator("input[type=file]").set_input_files(plan)
    officer.press("Take it")
    officer.sees("Drafts of the strategy").follow("Our plan")
    officer.sees("Our plan").press("Publish the draft")
    officer.is_told("Everyone can read the draft now")

    officer.follow("Back")
    officer.follow("Back")
    officer.follow("Priorities")
    officer.sees("Priorities").press("Make a priority")
    officer.press("Save")
    officer.sees_error("Enter the priority in a few words")
    officer.enter("Priority", "Be told where you stand")
    officer.choose("Not knowing")
    officer.press("Save")
    officer.sees("Be told where you stand").press("Link a paragraph")
    officer.page.get_by_label("Paragraph").select_option(index=1)
    officer.page.get_by_label("What it does with the priority").select_option("adopts")
    officer.press("Link it")
    officer.sees("Be told where you stand").press("Answer it")
    officer.choose("Accepted in part")
    officer.enter("Why", "Two hospitals can do it now, the third next year.")
    officer.enter("Who sees to it", "Planned care")
    officer.press("Save")
    officer.sees("Be told where you stand").press("Publish the priority")
    officer.is_told("Everyone can see the priority now")

    officer.go("plan/")
    officer.follow("Waiting well")
    officer.follow("Files for the board")
    officer.sees("Files for the board").press("Make the files")
    officer.is_told("as of this moment")
    with officer.page.expect_download() as download:
        officer.follow("priorities.docx")
    assert download.value.path().read_bytes().startswith(b"PK")
    walk_both_ways(open_browser(scripts=False, viewport={"width": 320, "height": 640}))


def walk_both_ways(anybody: Visitor) -> None:
    """On an old telephone, without scripts: from the words to the answer in three clicks, back."""
    anybody.go("programmes")
    anybody.sees("What we ask").follow("Waiting well")
    anybody.sees("Waiting well").follow("What was found, and what was answered")
    anybody.sees("What was found").follow("1. Be told where you stand")
    anybody.sees("Be told where you stand").follow("What people said")
    anybody.sees("What one person said")
    chain = anybody.page.get_by_role("navigation", name="From what people said to the answer")
    chain.get_by_role("link", name="Not knowing").click()
    anybody.sees("Not knowing").follow("Priority 1")
    anybody.sees("Be told where you stand").follow("Accepted in part")
    anybody.sees("The answer to")
    expect(anybody.main).to_contain_text("Two hospitals can do it now")
    chain.get_by_role("link", name="Strategy §1.1").click()
    anybody.sees("Strategy §1.1").follow("Priority 1")
    anybody.sees("Be told where you stand").follow("What people said")
    anybody.sees("What one person said")


def test_somebody_says_what_they_think_without_an_account(
    open_browser: Open, place: Partnership
) -> None:
    officer = open_browser().be(place.staff(Role.OFFICER))
    plan_and_publish(officer)
    officer.press("Add an activity")
    officer.page.get_by_label("What it is").select_option("open conversation")
    officer.enter("Title", "Tell us what it is like")
    officer.press("Save")
    officer.sees("Waiting well").press("Publish it Tell us what it is like")
    officer.is_told("say how to take part without the internet")
    officer.follow("Tell us what it is like")
    officer.enter("How to take part in it without the internet", "Call us.")
    officer.press("Save")
    officer.sees("Waiting well").press("Publish it Tell us what it is like")
    officer.is_told("The activity is published")

    somebody = open_browser(scripts=False, viewport={"width": 320, "height": 640})
    somebody.go("programmes")
    somebody.follow("Waiting well")
    somebody.sees("Waiting well").press("Say what you think")
    somebody.sees(QUESTION).press("Send your answer")
    somebody.sees_error("Write what you want to say")
    somebody.enter("Your answer", SAID)
    somebody.press("Send your answer")
    somebody.sees_error("Choose yes or no")
    expect(somebody.page.get_by_label("Your answer")).to_have_value(SAID)
    somebody.page.locator("#may_quote").check()
    somebody.press("Send your answer")
    somebody.sees("Thank you")

    officer.follow("What people said")
    officer.sees("What people said")
    expect(officer.main).to_contain_text(SAID)
    expect(officer.main).to_contain_text("may be quoted")
