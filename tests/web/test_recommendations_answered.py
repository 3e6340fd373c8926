"""What a panel agreed on is owed an answer, by somebody named, by a day; late in public."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engagement.accounts.rules import Role
from engagement.audit.queries import list_entries
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.deliberation.service import draft
from engagement.extensions import db
from engagement.methods.choice.consent import Step
from engagement.strategy.answering import Duty, answer_recommendation
from engagement.strategy.errors import AnswerNeedsReason, ChangedMeanwhile, DueBefore, NotAgreed
from engagement.strategy.models import RecommendationResponse
from engagement.strategy.rules import Answer
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.ballots import seated_panel
from tests.factories.recommendations import TEXT, voted_on

Browse = Callable[[], CheckedClient]
LATER = {"due_on-day": "4", "due_on-month": "3", "due_on-year": "2090"}
DUTY = {"owner": "The planned care board", "answer": "not yet", **LATER}


@pytest.fixture
def agreed(world: World) -> tuple[str, str, str]:
    """A panel, a recommendation that it agreed on, and one that is a draft."""
    with world.north.inside():
        panel, residents = seated_panel(world.north.programme(), 5, published=True)
        made = draft(None, panel, "A call every four weeks", TEXT)
        voted_on(panel, made, residents, Step.LIKE)
        return panel, made, draft(None, panel, "Texts", "Send texts.")


def stands(who: CheckedClient, page: str) -> dict[str, str]:
    """What a form carries of how it stands."""
    found = re.search(r'name="was" value="([^"]+)"', who.get(page).text)
    assert found is not None
    return {"was": found[1]}


def test_an_officer_names_who_answers_and_everyone_sees_when_it_is_late(
    world: World, browse: Browse, agreed: tuple[str, str, str]
) -> None:
    panel, made, drafted = agreed
    officer = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    at = f"/p/north/plan/panels/{panel}/recommendations"
    public = f"/p/north/panels/{panel}/recommendations"
    assert "Nobody has been named yet" in browse().get(f"{public}/{made}").text
    assert drafted not in officer.get(at).text
    away = officer.get(f"{at}/{drafted}/answer")
    assert "has not agreed on that" in officer.get(away.location).text
    for missing in ("owner", "answer", "due_on-year"):
        assert (
            "There is a problem" in officer.send(f"{at}/{made}/answer", DUTY | {missing: ""}).text
        )
    past = officer.send(f"{at}/{made}/answer", DUTY | {"due_on-year": "2020"}).text
    assert "The day must be today or later" in past
    officer.send(f"{at}/{made}/answer", DUTY)
    page = browse().get(f"{public}/{made}").text
    assert "The planned care board" in page
    assert "Not answered yet" in browse().get(public).text
    with world.north.inside(), transaction():
        over = clock.day_of(clock.now()) - timedelta(days=1)
        db.session.execute(update(RecommendationResponse).values(due_on=over))
    assert "Answer overdue" in browse().get(public).text
    assert "was to answer by" in browse().get(f"{public}/{made}").text
    # Opened while nothing stood, sent with a gap: what was saved meanwhile is not passed over.
    gap = officer.send(f"{at}/{made}/answer", DUTY | {"was": "", "owner": ""}).text
    assert 'name="was" value=""' in gap
    was = stands(officer, f"{at}/{made}/answer")
    without = officer.send(f"{at}/{made}/answer", DUTY | was | {"answer": "declined"}).text
    assert "Enter the reason: everyone reads it" in without
    answer = DUTY | was | {"answer": "accepted in part", "reason": "By text from April on."}
    officer.send(f"{at}/{made}/answer", answer)
    late = officer.send(f"{at}/{made}/answer", DUTY | was | {"owner": "Another board"}).text
    assert "Somebody else changed it" in late
    assert "By text from April on." in late, "what stands now"
    assert "Another board" in late, "what was written"
    page = browse().get(f"{public}/{made}").text
    assert "By text from April on." in page
    assert "Accepted in part" in browse().get(public).text
    assert "overdue" not in browse().get(public).text


def test_a_facilitator_or_another_partnership_answers_nothing(
    world: World, browse: Browse, agreed: tuple[str, str, str]
) -> None:
    panel, made, _drafted = agreed
    at = f"/p/north/plan/panels/{panel}/recommendations/{made}/answer"
    for who in (
        world.north.session(world.north.staff(Role.FACILITATOR)),
        world.south.session(world.south.staff(Role.OFFICER)),
    ):
        assert browse().be(who).get(at).status_code in {303, 403, 404}


def test_only_what_was_agreed_is_answered_with_a_reason_and_on_record(
    world: World, agreed: tuple[str, str, str]
) -> None:
    panel, made, drafted = agreed
    with world.north.inside():
        soon = clock.day_of(clock.now()) + timedelta(days=9)
        with pytest.raises(NotAgreed):
            answer_recommendation(None, panel, drafted, Duty("The board", soon))
        with pytest.raises(DueBefore):
            answer_recommendation(None, panel, made, Duty("The board", soon - timedelta(days=20)))
        for lacks in (Duty(" ", soon), Duty("The board", soon, Answer.DECLINED, " ")):
            with pytest.raises(AnswerNeedsReason):
                answer_recommendation(None, panel, made, lacks)
        answer_recommendation(None, panel, made, Duty("The board", soon))
        yes = Duty("The board", soon, Answer.ACCEPTED, "Yes.")
        with pytest.raises(ChangedMeanwhile):
            answer_recommendation(None, panel, made, yes)
        was = db.session.scalars(select(RecommendationResponse.changed_at)).one()
        answer_recommendation(None, panel, made, yes, was)
        entries, _more = list_entries(1, 50)
        acts = [one for one in entries if one.object_id == made]
        answered = next(one for one in acts if one.action == "recommendation.answered")
        assert answered.facts["reason"] == "Yes."
        assert answered.facts["before"]["answer"] == ""
        assert any(one.action == "recommendation.owed" for one in acts)
