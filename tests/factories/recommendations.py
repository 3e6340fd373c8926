"""Recommendations of panels, in every stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from engagement.ballots.rules import Vote
from engagement.ballots.service import make_key, open_ballot, tally
from engagement.ballots.voting import vote
from engagement.contributions.service import Said, speak
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.deliberation.models import Recommendation
from engagement.deliberation.service import dissent, draft, expect, put_to_vote, rest_on
from engagement.extensions import db
from engagement.methods.choice.consent import Step
from engagement.strategy.answering import Duty, answer_recommendation
from engagement.strategy.models import RecommendationResponse
from engagement.strategy.rules import Answer
from tests.factories import Programme
from tests.factories.ballots import CONSENT, close
from tests.factories.chain import open_conversation, publish

TEXT = "Whoever waits gets a call every four weeks."


def voted_on(panel: str, recommendation: str, residents: list[int], step: Step) -> str:
    """A ballot on a recommendation, in which all of these vote so; its public id."""
    plan = replace(CONSENT, closes_at=clock.now() + timedelta(days=7))
    ballot = put_to_vote(None, panel, recommendation, plan)
    secrets = [make_key(None, ballot, f"convenor {number}") for number in (1, 2)]
    open_ballot(None, ballot)
    for resident in residents:
        vote(ballot, resident, Vote(step))
    close(ballot)
    tally(None, ballot, secrets)
    return ballot


def answered(panel: str, recommendation: str, mark: str) -> None:
    """Somebody was to answer it, and did in part."""
    soon = clock.day_of(clock.now()) + timedelta(days=30)
    owner, reason = f"The waiting board {mark}", f"From April on, by text {mark}"
    answer_recommendation(None, panel, recommendation, Duty(owner, soon))
    duty = Duty(owner, soon, Answer.IN_PART, reason, f"Begun {mark}")
    with transaction():
        was = db.session.scalars(
            select(RecommendationResponse.changed_at).order_by(RecommendationResponse.id.desc())
        ).first()
    answer_recommendation(None, panel, recommendation, duty, was)


def owed(recommendation: str, mark: str) -> None:
    """Somebody must answer it, whether it was agreed on or not."""
    with transaction():
        key = db.session.scalars(
            select(Recommendation.id).where(Recommendation.public_id == recommendation)
        ).one()
        due_on = clock.day_of(clock.now())
        owner = f"The waiting board {mark}"
        db.session.add(RecommendationResponse(recommendation_id=key, owner=owner, due_on=due_on))


def recommended(programme: Programme, panel: str, mark: str) -> str:
    """A recommendation with an expectation, a source and a minority statement; its public id."""
    publish(programme)
    made = draft(None, panel, f"A call {mark}", f"{TEXT} {mark}", drafted_by="Table 3")
    expect(None, panel, made, [f"By spring {mark}", "In every language"])
    activity = open_conversation(programme, f"Days {mark}")
    said = speak(activity, Said(f"Nobody rang {mark}", "Riverbank", may_quote=True), mark)
    rest_on(None, panel, made, [said])
    dissent(None, panel, made, f"Some of us want letters {mark}")
    return made
