"""The pages of ballots: two convenors, members, slips of paper, and everyone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engagement.accounts.rules import Role
from engagement.ballots.queries import ballots_of, find_ballot, voters_of
from engagement.ballots.rules import State
from engagement.database.clock import day_of
from engagement.methods.choice.record import count_again
from engagement.panels.queries import find_panel
from tests.client import CheckedClient
from tests.factories import Resident, World
from tests.factories.ballots import (
    RANKING,
    STRAW,
    close,
    opened_ballot,
    seated_panel,
    tallied_ballot,
    voted_ballot,
)

Browse = Callable[[], CheckedClient]
SECRET = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{2,4}){13}")
CODE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")
LAST = day_of(datetime.now(UTC)) + timedelta(days=3)
FORM = {
    "kind": "consent",
    "question": "Can you live with this?",
    "proposal": "A call every four weeks.",
    "share": "80",
    "denominator": "votes",
    "quorum": "3",
    "closes_on-day": str(LAST.day),
    "closes_on-month": str(LAST.month),
    "closes_on-year": str(LAST.year),
}


@pytest.fixture
def panel(world: World) -> tuple[str, list[int]]:
    """A published panel of six members."""
    with world.north.inside():
        return seated_panel(world.north.programme(), published=True)


@pytest.fixture
def convenors(world: World, browse: Browse) -> list[CheckedClient]:
    """The browsers of a facilitator and an officer."""
    return [
        browse().be(world.north.session(world.north.staff(role)))
        for role in (Role.FACILITATOR, Role.OFFICER)
    ]


def member(world: World, browse: Browse, key: int) -> CheckedClient:
    return browse().be(world.north.session(Resident(key, "")))


def only(world: World, panel: str) -> str:
    with world.north.inside():
        found = find_panel(None, panel)
        assert found is not None
        return ballots_of(found.id)[-1].public_id


def test_from_setting_up_to_a_result_that_everyone_counts_again(
    world: World, browse: Browse, panel: tuple[str, list[int]], convenors: list[CheckedClient]
) -> None:
    here, officer = convenors
    desk = "/p/north/facilitate"
    assert "None yet" in here.get(f"{desk}/panels/{panel[0]}/ballots").text
    made = here.send(f"{desk}/panels/{panel[0]}/ballots/new", FORM)
    page = here.get(made.location).text
    assert "Two convenors must each have made a key." in page
    ballot = only(world, panel[0])
    at = f"{desk}/ballots/{ballot}"
    secrets = []
    for one in convenors:
        shown = one.send(f"{at}/key").text
        found = SECRET.search(shown)
        assert found
        secrets.append(found[0])
        again = one.send(f"{at}/key", page=at)
        assert "A key is made already" in one.get(again.location).text
    here.send(f"{at}/open", page=at)
    assert "0 of 6" in here.get(at).text

    votes = ["like", "like", "live with", "loathe", "abstain"]
    for key, choice in zip(panel[1], votes, strict=False):
        me = member(world, browse, key)
        assert "you have not voted yet" in me.get("/p/north/me/votes").text
        own = f"/p/north/me/votes/{ballot}"
        assert "Choose one" in me.send(own, {}).text
        sent = me.send(own, {"vote": choice, "vote_reason": f"Because I {choice}"})
        told = me.get(sent.location).text
        assert "We have received your vote." in told
        assert f"Because I {choice}" not in told
        assert "you have voted" in me.get("/p/north/me/votes").text
    public = f"/p/north/ballots/{ballot}"
    for reader in (here, browse()):
        assert "loathe" not in reader.get(public).text.lower()
    assert browse().get(f"{public}/record.json").status_code == 404

    here.send(f"{at}/close", page=at)
    wrong = officer.send(
        f"{at}/tally", {"first_secret": secrets[0], "second_secret": "nonsense"}
    ).text
    assert "This is no secret of this ballot" in wrong
    officer.send(f"{at}/tally", {"first_secret": secrets[1], "second_secret": secrets[0]})
    page = here.get(at).text
    for told in ("Not passed", "75%", "4 votes and 1 abstention, of 6 members", "Because I loathe"):
        assert told in page
    page = browse().get(public).text
    assert "Not passed" in page
    assert "Because I loathe" not in page
    reason = re.search(rf"{at}/reasons/([\w-]+)", here.get(at).text)
    assert reason
    here.send(f"{at}/reasons/{reason[1]}", {"shown": "yes"}, page=at)
    assert "Because I" in browse().get(public).text
    record = json.loads(browse().get(f"{public}/record.json").data)
    assert count_again(record)[1] == []
    assert "Not passed" in browse().get(f"/p/north/panels/{panel[0]}/ballots").text


def test_what_is_wrong_with_a_ballot_is_said(
    panel: tuple[str, list[int]], convenors: list[CheckedClient]
) -> None:
    new = f"/p/north/facilitate/panels/{panel[0]}/ballots/new"
    for change, told in (
        ({"kind": ""}, "Choose how people vote"),
        ({"proposal": ""}, "Enter the words that are voted on"),
        ({"kind": "ranking", "options": "One"}, "Enter from 2 to 12 options"),
        ({"kind": "straw poll", "options": "One\nOne"}, "each once"),
        ({"share": "0"}, "share"),
        ({"closes_on-day": ""}, "must include a day"),
    ):
        page = convenors[0].send(new, FORM | change).text
        assert told in page, change
        assert "A call every four weeks." in page or "proposal" in change


def test_a_slip_of_paper_counts_once_and_not_beside_a_vote_online(
    world: World, browse: Browse, panel: tuple[str, list[int]], convenors: list[CheckedClient]
) -> None:
    here = convenors[0]
    with world.north.inside():
        ballot, _secrets = opened_ballot(panel[0])
        row = find_ballot(None, ballot)
        assert row is not None
        first, second, *_others = voters_of(row.id)
    at = f"/p/north/facilitate/ballots/{ballot}"
    assert "Choose who votes on paper" in here.send(f"{at}/paper", {}).text
    slips = here.send(f"{at}/paper", {"seats": [first.seat, second.seat]}).text
    codes = CODE.findall(slips)
    assert len(codes) == 2
    page = here.get(f"{at}/paper").text
    assert "Down for paper" in page
    assert not [code for code in codes if code in page]
    told = []
    for key in panel[1]:
        me = member(world, browse, key)
        page = me.get(f"/p/north/me/votes/{ballot}").text
        told.append("You vote on paper" in page)
        if told[-1]:
            me.send(f"/p/north/me/votes/{ballot}", {"vote": "love"}, page="/p/north/me/votes")
    assert told.count(True) == 2
    slip = {"code": codes[0], "vote": "lament"}
    assert "No slip of this ballot" in here.send(f"{at}/slip", slip | {"code": "AAAAA"}).text
    assert here.send(f"{at}/slip", slip).status_code == 303
    page = here.send(f"{at}/slip", slip | {"vote": "love"}).text
    assert "This slip was typed in before" in page
    assert here.send(f"{at}/slip", slip | {"then": "again"}).status_code == 303
    assert "1 of 6: 0 online, 1 of 2 slips" in here.get(at).text


def test_a_ranking_is_voted_on_and_shown_in_order(
    world: World, browse: Browse, panel: tuple[str, list[int]], convenors: list[CheckedClient]
) -> None:
    with world.north.inside():
        ballot, secrets = opened_ballot(panel[0], RANKING)
    for key in panel[1][:5]:
        me = member(world, browse, key)
        me.send(
            f"/p/north/me/votes/{ballot}",
            {"vote_place-0": "2", "vote_place-1": "1", "vote_place-2": "2", "vote_place-3": ""},
        )
    with world.north.inside():
        close(ballot)
    typed = {"first_secret": secrets[0], "second_secret": secrets[1]}
    convenors[0].send(f"/p/north/facilitate/ballots/{ballot}/tally", typed)
    page = browse().get(f"/p/north/ballots/{ballot}").text
    assert page.index(">Letters") < page.index(">A desk")
    assert "does not tell “Calls” and “A web page” apart" in page


def test_a_straw_poll_is_seen_from_five_votes_and_by_no_one_outside(
    world: World, browse: Browse, panel: tuple[str, list[int]], convenors: list[CheckedClient]
) -> None:
    with world.north.inside():
        poll, _none = opened_ballot(panel[0], STRAW)
    at = f"/p/north/facilitate/ballots/{poll}"
    for number, key in enumerate(panel[1], start=1):
        member(world, browse, key).send(f"/p/north/me/votes/{poll}", {"vote": "0"})
        assert ("Tea: " in convenors[0].get(at).text) is (number >= 5)
    assert browse().get(f"/p/north/ballots/{poll}").status_code == 404
    with world.north.inside():
        close(poll)
    convenors[0].send(f"{at}/tally", {})
    assert "decides nothing" in convenors[0].get(at).text


def test_a_void_ballot_says_why_and_is_set_up_again(
    world: World, browse: Browse, panel: tuple[str, list[int]], convenors: list[CheckedClient]
) -> None:
    with world.north.inside():
        ballot, _secrets = voted_ballot(*panel)
    at = f"/p/north/facilitate/ballots/{ballot}"
    assert "Enter why it does not count" in convenors[0].send(f"{at}/void", {}).text
    convenors[0].send(f"{at}/void", {"reason": "A secret was lost."})
    for page in (at, f"/p/north/ballots/{ballot}"):
        assert "A secret was lost." in convenors[0].get(page).text
    told = member(world, browse, panel[1][0]).get(f"/p/north/me/votes/{ballot}").text
    assert "A secret was lost." in told
    assert "deleted unopened" in told
    again = convenors[0].send(f"{at}/again", page=at)
    assert "Being prepared" in convenors[0].get(again.location).text
    late = convenors[0].send(f"{at}/open", page=at)
    assert "not in a state for that" in convenors[0].get(late.location).text


def test_nobody_else_sees_or_votes(
    world: World, browse: Browse, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot = tallied_ballot(*panel, reason="Only for the desk")
        row = find_ballot(None, ballot)
        assert row is not None
        assert row.state is State.TALLIED
    stranger = browse().be(world.north.session(world.north.resident("Bo")))
    refused = stranger.get(f"/p/north/me/votes/{ballot}")
    assert "for those who had a seat" in stranger.get(refused.location).text
    assert stranger.get("/p/north/me/votes/none").status_code == 404
    assert "nothing to vote on" in stranger.get("/p/north/me/votes").text
    assert browse().get(f"/p/south/ballots/{ballot}").status_code == 404
