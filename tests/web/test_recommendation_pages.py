"""The pages of recommendations: from a table's draft to agreed words that nobody changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engagement.accounts.rules import Role
from engagement.contributions.service import Said, speak
from engagement.database.clock import day_of
from engagement.deliberation.queries import recommendations_of
from engagement.deliberation.service import draft
from engagement.methods.choice.consent import Step
from engagement.panels.queries import find_panel
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.ballots import seated_panel
from tests.factories.chain import open_conversation
from tests.factories.recommendations import TEXT, voted_on

Browse = Callable[[], CheckedClient]


@pytest.fixture
def programme(world: World) -> Programme:
    return world.north.programme()


@pytest.fixture
def panel(world: World, programme: Programme) -> tuple[str, list[int]]:
    """A published panel of five members."""
    with world.north.inside():
        return seated_panel(programme, people=5, published=True)


@pytest.fixture
def desk(world: World, browse: Browse) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))


def only(world: World, panel: str) -> str:
    with world.north.inside():
        found = find_panel(None, panel)
        assert found is not None
        return recommendations_of(found.id)[-1].public_id


def test_from_a_draft_to_agreed_words_with_dissent(
    world: World,
    browse: Browse,
    programme: Programme,
    panel: tuple[str, list[int]],
    desk: CheckedClient,
) -> None:
    with world.north.inside():
        activity = open_conversation(programme)
        said = speak(activity, Said("Nobody rang in weeks", "", may_quote=True), "b")
    at = f"/p/north/facilitate/panels/{panel[0]}/recommendations"
    assert "None yet" in desk.get(at).text
    assert "Enter what they recommend" in desk.send(f"{at}/new", {"title": "Calls"}).text
    draft_ = {"title": "Calls", "text": TEXT, "drafted_by": "Table 3"}
    assert desk.send(f"{at}/new", draft_).status_code == 303
    made = f"{at}/{only(world, panel[0])}"
    better = {"title": "Calls", "text": f"{TEXT} Or a text.", "was": "1"}
    assert "Enter why it is changed" in desk.send(f"{made}/words", better).text
    desk.send(f"{made}/words", better | {"why": "For the deaf."})
    stale = desk.send(f"{made}/words", better | {"text": "Mine", "why": "Mine"}).text
    assert "Somebody has changed it meanwhile" in stale
    assert "Or a text." in stale
    assert ">Mine</textarea>" in stale
    desk.send(f"{made}/expectations", {"expectations": "By spring\n\nIn every language\n"})
    wrong = desk.send(f"{made}/sources", {"references": f"{said}\nnone-of-ours"}).text
    assert "has the reference none-of-ours. Nothing was linked" in wrong
    desk.send(f"{made}/sources", {"references": said})
    desk.send(f"{made}/dissent", {"text": "Some of us want letters."})
    page = desk.get(made).text
    for told in ("Or a text.", "By spring", "Nobody rang in weeks", "Some of us want letters."):
        assert told in page
    officer = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    whole = f"/p/north/plan/programmes/{programme.public_id}/contributions/one/{said}"
    assert f">{draft_['title']}</a>" in officer.get(whole).text  # and back from the other end
    last = day_of(datetime.now(UTC)) - timedelta(days=1)
    rules = {"share": "80", "denominator": "votes", "quorum": "0"}
    when = {f"closes_on-{part}": str(getattr(last, part)) for part in ("day", "month", "year")}
    assert "must be today or later" in desk.send(f"{made}/vote", rules | when).text
    last += timedelta(days=9)
    when = {f"closes_on-{part}": str(getattr(last, part)) for part in ("day", "month", "year")}
    sent = desk.send(f"{made}/vote", rules | when)
    ballot = desk.get(sent.location).text
    assert "We expect:" in ballot
    assert "• By spring" in ballot
    for change in ("words", "expectations", "merge", "vote"):
        refused = desk.get(f"{made}/{change}")
        assert "they stay as they are" in desk.get(refused.location).text
    public = made.replace("/facilitate/", "/")
    page = browse().get(public).text
    for told in (
        "Put to the vote",
        "1 earlier wording",
        "For the deaf.",
        "Rests on 1 contribution",
    ):
        assert told in page


@pytest.mark.parametrize(("step", "told"), [(Step.LIKE, "Agreed"), (Step.LOATHE, "Not agreed")])
def test_everyone_reads_what_passed_and_what_did_not(
    world: World,
    browse: Browse,
    panel: tuple[str, list[int]],
    desk: CheckedClient,
    step: Step,
    told: str,
) -> None:
    with world.north.inside():
        made, other = draft(None, panel[0], "Calls", TEXT), draft(None, panel[0], "Texts", "Text")
        voted_on(panel[0], made, panel[1], step)
    here = f"/p/north/panels/{panel[0]}/recommendations"
    assert told in browse().get(here).text
    page = browse().get(f"{here}/{made}").text
    assert told in page
    assert "5 votes and 0 abstentions" in page
    at = f"/p/north/facilitate/panels/{panel[0]}/recommendations"
    merged = desk.send(f"{at}/{other}/merge", {"into": made})
    changeable = step is Step.LOATHE
    assert (merged.status_code == 303) is changeable
    assert ("Texts" in browse().get(here).text) is not changeable
    assert browse().get(f"{here}/none").status_code == 404
