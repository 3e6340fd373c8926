"""The pages of rounds from home, of what they are given, and of the evaluation."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engagement.accounts.rules import Role
from engagement.deliberation.evaluation import own_reply
from engagement.deliberation.materials import put_paper
from engagement.deliberation.plans import RoundKind, RoundPlan
from engagement.deliberation.rounds import add_round, close_round, open_round
from engagement.deliberation.rules import ITEMS, EvaluationPart
from engagement.panels.queries import find_panel
from engagement.panels.seat_queries import seats_of
from tests.client import CheckedClient
from tests.factories import Programme, Resident, World
from tests.factories.ballots import seated_panel
from tests.factories.cards import published_card
from tests.factories.rounds import own_round, paper

Browse = Callable[[], CheckedClient]
PLAN = RoundPlan(
    RoundKind.SHARE, "What it is like", "Tell us.", ("Stories",), ("What is it like?",)
)
PAPER = {
    "title": "Who waits",
    "made_by": "The council",
    "plain": "Half wait for more than a year.",
    "link": "https://example.org/who-waits",
}


@pytest.fixture
def programme(world: World) -> Programme:
    return world.north.programme()


@pytest.fixture
def panel(world: World, programme: Programme) -> tuple[str, list[int]]:
    """A published panel of six, and the keys of its members."""
    with world.north.inside():
        return seated_panel(programme, 6, published=True)


@pytest.fixture
def opened(world: World, panel: tuple[str, list[int]]) -> str:
    """A round that is open."""
    with world.north.inside():
        made = add_round(None, panel[0], PLAN)
        open_round(None, panel[0], made, "It is late")
        return made


@pytest.fixture
def desk(world: World, browse: Browse) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))


def member(world: World, browse: Browse, key: int) -> CheckedClient:
    return browse().be(world.north.session(Resident(key, "")))


def test_own_words_come_before_others(
    world: World, browse: Browse, panel: tuple[str, list[int]], opened: str
) -> None:
    ann, bo = (member(world, browse, key) for key in panel[1][:2])
    with world.north.inside():
        (task,) = own_round(panel[1][0], opened).row.tasks
    assert opened in ann.get("/p/north/me/rounds").text
    here = f"/p/north/me/rounds/{opened}"
    assert "To do" in ann.get(here).text
    at = f"{here}/tasks/{task.public_id}"
    assert "Write what you want to say" in ann.send(at, {}).text
    assert "Choose yes or no" in ann.send(at, {"words": "Cold"}).text
    ann.send(at, {"words": "  Cold & “draughty”\n", "may_quote": "yes"})
    first = bo.get(at).text
    assert "draughty" not in first
    assert "once your own words are here" in first
    bo.send(at, {"words": "Too warm", "may_quote": "no"})
    assert "Cold &amp; “draughty”" in bo.get(at).text
    assert "other members do not" in bo.get(at).text
    again = ann.get(at).text
    assert "Too warm" not in again
    assert re.search(r"Others read it as “(\w+ \w+)”", again)
    assert "Answered" in ann.get(here).text
    with world.north.inside():
        close_round(None, panel[0], opened)
    cleo = member(world, browse, panel[1][2])
    late = cleo.send(at, {"words": "Too late", "may_quote": "yes"}, page="/p/north/me/rounds")
    assert "The round has closed" in late.text
    assert "Too late" in late.text
    assert "draughty" in cleo.get(at).text, "once it has closed everybody reads"
    assert "Save your words" not in cleo.get(at).text


def test_a_stranger_and_a_planned_round_lead_back_with_a_word(
    world: World, browse: Browse, panel: tuple[str, list[int]], opened: str
) -> None:
    stranger = browse().be(world.north.session(world.north.resident()))
    here = f"/p/north/me/rounds/{opened}"
    for page in (here, f"{here}/questions"):
        away = stranger.get(page)
        assert away.status_code == 303
        assert "have a seat on its panel now" in stranger.get(away.location).text
    assert stranger.get(f"{here}/tasks/{'x' * 22}").status_code == 404
    assert stranger.get(f"/p/north/me/rounds/{'x' * 22}").status_code == 404
    assert browse().get(here).status_code == 303
    with world.north.inside():
        planned = add_round(None, panel[0], PLAN)
    ann = member(world, browse, panel[1][0])
    away = ann.get(f"/p/north/me/rounds/{planned}")
    assert "not open yet" in ann.get(away.location).text
    assert ann.get(f"{here}/tasks/{'x' * 22}").status_code == 404


def test_help_is_shown_at_once_where_words_tell_of_harm(
    world: World, browse: Browse, panel: tuple[str, list[int]], opened: str
) -> None:
    ann = member(world, browse, panel[1][0])
    with world.north.inside():
        (task,) = own_round(panel[1][0], opened).row.tasks
    at = f"/p/north/me/rounds/{opened}/tasks/{task.public_id}"
    sent = ann.send(at, {"words": "I want to kill myself", "may_quote": "yes"})
    assert "Samaritans" in ann.get(sent.location).text


def test_experts_are_asked_on_members_pages_and_answer_in_public(
    world: World,
    browse: Browse,
    panel: tuple[str, list[int]],
    opened: str,
    desk: CheckedClient,
) -> None:
    ann = member(world, browse, panel[1][0])
    at = f"/p/north/me/rounds/{opened}/questions"
    assert "Write your question" in ann.send(at, {"question": " "}).text
    for question in ("Why so long?", "Why is it so slow?"):
        ann.send(at, {"question": question})
    staff = f"/p/north/facilitate/panels/{panel[0]}/rounds/{opened}"
    public = f"/p/north/panels/{panel[0]}/rounds/{opened}"
    assert "Not answered yet" in browse().get(public).text
    listed = desk.get(f"{staff}/questions").text
    keys = re.findall(r"experts/([\w-]{22})\"", listed)
    assert len(keys) == 2
    desk.send(f"{staff}/experts/{keys[1]}/together", {"other": keys[0]})
    assert "Write the answer" in desk.send(f"{staff}/experts/{keys[0]}", {}).text
    words = {"answer": "There are too few nurses.", "answered_by": "Dr Jo Okoro"}
    desk.send(f"{staff}/experts/{keys[0]}", words)
    page = browse().get(public).text
    assert "There are too few nurses." in page
    assert "Also asked:" in page
    assert "1 question so far" in ann.get(f"/p/north/me/rounds/{opened}").text
    desk.send(f"{staff}/experts/{keys[0]}/alone", page=f"{staff}/questions")
    assert "Also asked:" not in browse().get(public).text


def test_papers_and_cards_are_put_changed_and_read(
    world: World,
    browse: Browse,
    programme: Programme,
    panel: tuple[str, list[int]],
    opened: str,
    desk: CheckedClient,
) -> None:
    staff = f"/p/north/facilitate/panels/{panel[0]}/rounds/{opened}"
    public = f"/p/north/panels/{panel[0]}/rounds/{opened}"
    assert "No data card of this programme is published" in desk.get(f"{staff}/cards").text
    with world.north.inside():
        card = published_card(programme)
    desk.send(f"{staff}/cards", {"cards": card})
    assert "Enter who made it" in desk.send(f"{staff}/papers", PAPER | {"made_by": ""}).text
    wrong = desk.send(f"{staff}/papers", PAPER | {"link": "javascript:alert(1)"}).text
    assert "beginning with https://" in wrong
    desk.send(f"{staff}/papers", PAPER)
    ann = member(world, browse, panel[1][0])
    for page in (browse().get(public).text, ann.get(f"/p/north/me/rounds/{opened}").text):
        assert "Made by The council" in page
        assert f'id="title-{card}"' in page
    (paper,) = re.findall(
        rf"{staff}/round-papers/([\w-]{{22}})\"", desk.get(f"{staff}/papers").text
    )
    desk.send(f"{staff}/round-papers/{paper}", PAPER | {"plain": "Most wait."})
    assert "Most wait." in browse().get(public).text
    desk.send(f"{staff}/round-papers/{paper}/remove", page=f"{staff}/papers")
    assert "Most wait." not in browse().get(public).text
    assert (
        desk.send(f"{staff}/round-papers/{paper}/remove", page=f"{staff}/papers").status_code == 404
    )


def test_staff_write_down_what_came_on_paper(
    world: World, browse: Browse, panel: tuple[str, list[int]], opened: str, desk: CheckedClient
) -> None:
    staff = f"/p/north/facilitate/panels/{panel[0]}/rounds/{opened}"
    with world.north.inside():
        found = find_panel(None, panel[0])
        assert found is not None
        seat = seats_of(found.id)[0]
        (task,) = own_round(seat.resident_id, opened).row.tasks
    assert "Nobody has answered yet" in desk.get(f"{staff}/answers").text
    answer = {
        "seat": seat.public_id,
        "task": task.public_id,
        "channel": "paper",
        "words": "Cold, in my own hand",
        "may_quote": "yes",
    }
    for missing in answer:
        assert (
            "There is a problem" in desk.send(f"{staff}/answers/new", answer | {missing: ""}).text
        )
    desk.send(f"{staff}/answers/new", answer)
    listed = desk.get(f"{staff}/answers").text
    assert "Cold, in my own hand" in listed
    assert seat.reference not in listed, "staff read it under the made-up name as well"
    mine = member(world, browse, seat.resident_id)
    assert "in my own hand" in mine.get(f"/p/north/me/rounds/{opened}/tasks/{task.public_id}").text
    with world.north.inside():
        close_round(None, panel[0], opened)
    late = desk.send(f"{staff}/answers/new", answer)
    assert "The round is not open" in late.text


def test_a_template_brings_tasks_and_staff_change_them(
    panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    at = f"/p/north/facilitate/panels/{panel[0]}/rounds"
    desk.send(at, {"template": "six sessions"})
    first = re.findall(rf"{at}/([\w-]{{22}})\"", desk.get(at).text)[0]
    assert "What was new to you" in desk.get(f"{at}/{first}").text
    words = {"kind": "learn", "title": "First", "prompt": "What?", "outputs": ""}
    much = desk.send(f"{at}/{first}/plan", words | {"tasks": "\n".join("abcdefghijk")}).text
    assert "Enter 10 at most" in much
    desk.send(f"{at}/{first}/plan", words | {"tasks": "Who gains?\n\nWho loses?"})
    page = desk.get(f"{at}/{first}").text
    assert "Who gains?" in page
    assert "What was new to you" not in page


def test_members_say_how_it_is_and_everyone_sees_it_from_five_on(
    world: World, browse: Browse, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    with world.north.inside():
        made = add_round(None, panel[0], PLAN)
        add_round(None, panel[0], PLAN)
    at = f"/p/north/me/panels/{panel[0]}/evaluation"
    public = f"/p/north/panels/{panel[0]}/evaluation"
    items = {f"item{n}": "4" for n in range(len(ITEMS[EvaluationPart.BEFORE]))}
    for number, key in enumerate(panel[1][:5]):
        ann = member(world, browse, key)
        assert "not enough replies" in browse().get(public).text
        ann.send(at, items | {"item4": "unsaid", "words": f"Tired {number}"})
    page = browse().get(public).text
    assert "not enough replies" not in page
    assert "Members, before" in page
    assert "Tired" not in page, "words are for those who run it"
    assert "Tired 3" in desk.get(f"/p/north/facilitate/panels/{panel[0]}/evaluation").text
    assert 'value="4" checked' in ann.get(at).text
    with world.north.inside():
        open_round(None, panel[0], made, "It is late")
        close_round(None, panel[0], made)
    assert "at the end" not in browse().get(public).text
    assert "the questions from the beginning" in ann.get(at).text


def test_an_observer_signs_and_organisers_answer(
    world: World, browse: Browse, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    at = f"/p/north/facilitate/panels/{panel[0]}/evaluation"
    public = f"/p/north/panels/{panel[0]}/evaluation"
    assert "Enter who observed" in desk.send(f"{at}/observer", {"item0": "yes"}).text
    seen = {"signed_as": "Olu, the university", "item0": "yes", "item7": "no", "words": "Fair."}
    desk.send(f"{at}/observer", seen)
    page = browse().get(public).text
    assert "Olu, the university" in page
    assert "Not said" in page
    desk.send(f"{at}/organiser", {"item0": "5", "words": "Late rooms"})
    assert "Late rooms" not in desk.get(at).text, "of one alone the words would tell whose"
    assert "Late rooms" not in browse().get(public).text
    assert 'value="5"' in desk.get(f"{at}/organiser").text
    with world.north.inside():
        found = find_panel(None, panel[0])
        assert found is not None
        seat = seats_of(found.id)[0].public_id
    assert "Choose whose reply it is" in desk.send(f"{at}/member", {"item0": "4"}).text
    desk.send(f"{at}/member", {"seat": seat, "item0": "4", "words": "By telephone"})
    with world.north.inside():
        mine = own_reply(found.id, EvaluationPart.BEFORE, seats_of(found.id)[0].resident_id)
    assert mine is not None
    assert mine.words == "By telephone"


def test_what_is_sent_after_it_was_asked_is_not_lost_and_not_taken_for_the_other_part(
    world: World, browse: Browse, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        rounds = [add_round(None, panel[0], PLAN) for _number in range(2)]
    ann = member(world, browse, panel[1][0])
    at = f"/p/north/me/panels/{panel[0]}/evaluation"
    assert 'name="part" value="members before"' in ann.get(at).text
    with world.north.inside():
        open_round(None, panel[0], rounds[0], "It is late")
        close_round(None, panel[0], rounds[0])
    late = ann.send(at, {"part": "members before", "item0": "4", "words": "A long story"}).text
    assert "not asked any more" in late
    assert "A long story" in late
    with world.north.inside():
        found = find_panel(None, panel[0])
        assert found is not None
        for part in (EvaluationPart.BEFORE, EvaluationPart.AFTER):
            assert own_reply(found.id, part, panel[1][0]) is None


def test_before_a_round_opens_only_staff_see_what_is_prepared(
    world: World, browse: Browse, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    with world.north.inside():
        planned = add_round(None, panel[0], PLAN)
        put = put_paper(None, panel[0], planned, paper("prepared"))
    public = f"/p/north/panels/{panel[0]}/rounds/{planned}"
    full = f"/p/north/round-papers/{put}"
    ann = member(world, browse, panel[1][0])
    assert "prepared" not in browse().get(public).text
    assert [who.get(full).status_code for who in (browse(), ann, desk)] == [404, 404, 200]
    with world.north.inside():
        open_round(None, panel[0], planned, "It is late")
    assert "prepared" in browse().get(public).text
    assert [who.get(full).status_code for who in (browse(), ann)] == [200, 200]
