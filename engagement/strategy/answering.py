"""What a panel agreed on must be answered: by whom, by when, with what reason; late in public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.deliberation.queries import RecommendationRow
from engagement.deliberation.rules import Stage
from engagement.deliberation.service import recommendation_to_change
from engagement.extensions import db
from engagement.panels.service import Visible
from engagement.strategy.errors import AnswerNeedsReason, ChangedMeanwhile, DueBefore, NotAgreed
from engagement.strategy.models import RecommendationResponse
from engagement.strategy.rules import Answer


@dataclass(frozen=True)
class Owed:
    """An answer that somebody owes, or gave: ``answer`` is empty until they do."""

    owner: str
    due_on: date
    answer: Answer | None
    reason: str
    progress: str
    answered_at: datetime | None
    changed_at: datetime
    is_overdue: bool


def owed_for(recommendations: list[RecommendationRow]) -> dict[str, Owed]:
    """Who owes or gave an answer to these recommendations, by public id."""
    keys = {row.id: row.public_id for row in recommendations}
    if not keys:
        return {}
    table = RecommendationResponse
    rows: Any = db.session.execute(
        select(
            table.recommendation_id,
            table.owner,
            table.due_on,
            table.answer,
            table.reason,
            table.progress,
            table.answered_at,
            table.changed_at,
            clock.utc_now(),
        ).where(table.recommendation_id.in_(keys))
    )
    found = {}
    for key, *columns, now in rows:
        values: list[Any] = columns
        due_on, answer = values[1:3]
        values.append(answer is None and due_on < clock.day_of(now))
        found[keys[key]] = Owed(*values)
    return found


@dataclass(frozen=True)
class Duty:
    """Who answers, by when, and what they say: no ``answer``, not yet."""

    owner: str
    due_on: date
    answer: Answer | None = None
    reason: str = ""
    progress: str = ""


@transactional
def answer_recommendation(
    visible: Visible, panel: str, public_id: str, duty: Duty, was: datetime | None = None
) -> None:
    """Say who must answer a recommendation and by when, or give or change the answer.

    ``was``: when what is changed had been changed last; empty where nothing stood. Raises
    ``UnknownPanel``, ``UnknownRecommendation``, ``NotAgreed`` where the panel did not agree on it,
    ``ChangedMeanwhile``, ``DueBefore`` for a new day that is over, or ``AnswerNeedsReason``.
    """
    row = recommendation_to_change(visible, panel, public_id)
    if row.stage is not Stage.AGREED:
        raise NotAgreed(public_id)
    response = db.session.scalars(
        select(RecommendationResponse).where(RecommendationResponse.recommendation_id == row.id)
    ).one_or_none() or RecommendationResponse(recommendation_id=row.id)
    if response.changed_at != was:
        raise ChangedMeanwhile(public_id)
    before = {"owner": response.owner, "due_on": response.due_on, "answer": response.answer}
    if duty.due_on != response.due_on and duty.due_on < clock.day_of(clock.now()):
        raise DueBefore(duty.due_on.isoformat())
    if not duty.owner.strip() or (duty.answer is not None and not duty.reason.strip()):
        raise AnswerNeedsReason
    response.owner, response.due_on = duty.owner.strip(), duty.due_on
    response.answer, response.reason = duty.answer, duty.reason.strip()
    response.progress = duty.progress.strip()
    if duty.answer is None:
        response.answered_at = None
    elif response.answered_at is None:
        response.answered_at = clock.now()
    response.changed_at = clock.now()
    db.session.add(response)
    db.session.flush()
    record(
        "recommendation.answered" if duty.answer else "recommendation.owed",
        "recommendation",
        public_id,
        facts={
            "before": {name: str(value or "") for name, value in before.items()},
            "owner": response.owner,
            "due_on": response.due_on.isoformat(),
            "answer": response.answer,
            "reason": response.reason,
            "progress": response.progress,
        },
    )
