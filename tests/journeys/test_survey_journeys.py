"""A survey as people meet it: on an old phone, without scripts, stopped half way; asked again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engagement.accounts.rules import Role
from engagement.programmes.service import publish_activity
from engagement.surveys.service import next_wave
from tests.factories import Partnership
from tests.factories.surveys import answer, survey
from tests.journeys.visitor import Open


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_somebody_answers_on_a_small_phone_stops_and_comes_back(
    open_browser: Open, place: Partnership, scripts: bool
) -> None:
    programme = place.programme()
    with place.inside():
        activity = survey(programme)
    me = open_browser(scripts=scripts, viewport={"width": 320, "height": 640})
    me.go(f"programmes/{programme.public_id}")
    page = me.page
    page.get_by_role("button", name="Answer the questions").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and go on").click()
    # The bus comes: what was saved is there later.
    me.go(f"programmes/{programme.public_id}/survey/{activity}")
    page.get_by_role("button", name="Go on").click()
    me.sees("Part 2 of 3")
    me.look()
    page.get_by_label("A text").check()
    page.get_by_label("5: Very well").check()
    page.get_by_label("How many weeks so far?").fill("30")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("What is it like?").fill("Nobody rings")
    page.get_by_label("Hubs").select_option("1")
    me.look()
    page.get_by_role("button", name="Save and go on").click()
    me.sees("Check your answers")
    expect(page.get_by_text("Nobody rings")).to_be_visible()
    expect(page.get_by_text("1. Hubs")).to_be_visible()
    page.get_by_role("button", name="Send my answers").click()
    me.sees("Thank you: your answers count")
    page.get_by_role("link", name="Change How well are you told?").click()
    page.get_by_label("2", exact=True).check()
    page.get_by_role("button", name="Save and see all answers").click()
    page.get_by_role("link", name="Done").click()
    me.sees("Thank you: your answers count")


def test_a_facilitator_reads_what_changed_since_the_first_wave(
    open_browser: Open, place: Partnership
) -> None:
    programme = place.programme()
    with place.inside():
        first = survey(programme)
        for person in range(24):
            answer(programme, first, browser=f"b{person}", person=person)
        second = next_wave(None, programme.public_id, first, "Again in spring")
        publish_activity(None, programme.public_id, second)
        for person in range(24):
            answer(programme, second, browser=f"b{person}", person=person // 2)
    me = open_browser().be(place.staff(Role.FACILITATOR))
    me.go(f"facilitate/programmes/{programme.public_id}/surveys")
    me.page.get_by_role("link", name="Again in spring").click()
    me.page.get_by_role("button", name="Results").click()
    me.sees("Results")
    expect(me.page.get_by_text("What changed since")).to_be_visible()
    expect(me.page.get_by_text("The same 25 people both times").first).to_be_visible()
    me.look()
