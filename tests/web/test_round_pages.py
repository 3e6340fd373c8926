"""The pages of rounds: planned, signed for, opened with what is there or with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engagement.accounts.rules import Role
from engagement.deliberation.plans import Oversight
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.panels import panel_of

Browse = Callable[[], CheckedClient]


@pytest.fixture
def panel(world: World) -> str:
    with world.north.inside():
        return panel_of(world.north.programme(), published=True)


@pytest.fixture
def desk(world: World, browse: Browse) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))


def test_a_panel_goes_from_a_template_to_its_second_round(
    browse: Browse, panel: str, desk: CheckedClient
) -> None:
    at = f"/p/north/facilitate/panels/{panel}/rounds"
    public = f"/p/north/panels/{panel}/rounds"
    assert "not planned yet" in browse().get(public).text
    assert "Choose how this panel meets" in desk.send(at, {}).text
    desk.send(at, {"template": "five events"})
    again = desk.send(at, {"template": "one day"}, page=f"{at}/new")
    assert "There are rounds already" in desk.get(again.location).text
    keys = re.findall(rf"{at}/([\w-]{{22}})\"", desk.get(at).text)
    assert len(keys) == 5
    learn, explore = f"{at}/{keys[0]}", f"{at}/{keys[1]}"
    page = desk.get(f"{learn}/opening").text
    assert "word on the evidence" in page
    assert "Enter why it opens all the same" in desk.send(f"{learn}/opening", {"reason": ""}).text
    oversight = f"/p/north/facilitate/panels/{panel}/oversight"
    for part in Oversight:
        words = {"part": part.value, "statement": f"Fair: {part}", "signed_as": "Ann, the council"}
        assert desk.send(oversight, words).status_code == 303
    assert "Fair: remit" in browse().get(public).text
    assert "Everything that it stands on is there" in desk.get(f"{learn}/opening").text
    desk.send(f"{learn}/opening")
    late = desk.get(f"{learn}/plan")
    assert "It was opened" in desk.get(late.location).text
    desk.send(f"{learn}/close", page=learn)
    why = "The expert was ill, and answers by letter."
    desk.send(f"{explore}/opening", {"reason": why})
    page = browse().get(public).text
    assert "Opened without: Questions to experts, answered. Why: The expert was ill" in page
    wrong = desk.send(f"{learn}/brought", {"name": "Something", "text": "x"}).text
    assert "Choose from the answers" in wrong
    name = "Questions to experts, answered"
    desk.send(f"{learn}/brought", {"name": name, "text": "Nine answers came by letter."})
    assert "Nine answers came by letter." in browse().get(public).text


def test_rounds_are_written_changed_and_taken_out(panel: str, desk: CheckedClient) -> None:
    at = f"/p/north/facilitate/panels/{panel}/rounds"
    form = {"kind": "share", "title": "Stories", "prompt": "What is it like?", "outputs": "A\nB"}
    assert "Enter a title" in desk.send(f"{at}/new", form | {"title": ""}).text
    many = desk.send(f"{at}/new", form | {"outputs": "\n".join("abcdefghijkl")}).text
    assert "Enter 10 at most" in many
    made = desk.send(f"{at}/new", form).location
    assert "What is it like?" in desk.get(made).text
    desk.send(f"{made}/plan", form | {"title": "Our stories"})
    assert "Our stories" in desk.get(at).text
    early = desk.send(f"{made}/brought", {"name": "A", "text": "x"})
    assert "Open the round first" in desk.get(early.location).text
    desk.send(f"{made}/close", {"then": "remove"}, page=made)
    assert "Our stories" not in desk.get(at).text
    assert desk.get(made).status_code == 404


def test_everyone_reads_who_pays_who_chose_and_what_was_left_out_and_what_was_stated_before(
    browse: Browse, panel: str, desk: CheckedClient
) -> None:
    at = f"/p/north/facilitate/panels/{panel}/integrity"
    public = f"/p/north/panels/{panel}/rounds"
    assert "It is not stated yet." in browse().get(public).text
    page = desk.send(at, {"paid_by": "", "chose_experts": "", "left_out": ""}).text
    for missing in ("Enter who pays", "Enter who chose them", "Enter what was left out"):
        assert missing in page
    said = {
        "paid_by": "The council",
        "chose_experts": "The steering committee",
        "left_out": "Nothing",
    }
    for left_out in ("Nothing", "Nothing", "One witness, who was ill"):  # pressed twice
        assert desk.send(at, said | {"left_out": left_out}).status_code == 303
    page = browse().get(public).text
    assert page.count("The steering committee") == 2
    assert page.index("One witness, who was ill") < page.index("Nothing")
    assert "As it was stated on" in page
