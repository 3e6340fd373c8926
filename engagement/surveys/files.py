"""The answers of a survey as a table for staff, one row a respondent, and what its columns are.

A row's number is made anew for each file, and the rows stand in an order of chance: nothing leads
from a row to a person, or from one file to another.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from typing import Any

from sqlalchemy import select

from engagement.audit.service import record
from engagement.contributions.models import Contribution
from engagement.contributions.rules import TO_BE_READ
from engagement.database.transactions import transactional
from engagement.documents.sheets import write_csv
from engagement.extensions import db
from engagement.surveys.errors import UnknownSurvey
from engagement.surveys.models import SurveyAnswer, SurveyQuestion, SurveyResponse
from engagement.surveys.queries import find_survey_of, questions_of
from engagement.surveys.rules import PREFER_NOT, Asked, Kind, Sheet

HELD_BACK = "[held back]"
NOT_SAID = "[prefers not to say]"
FIRST = ("row", "channel")


@transactional
def answers_file(visible: frozenset[int] | None, programme: str, activity: str) -> bytes:
    """Every answer sheet that was sent, as CSV. Raises ``UnknownSurvey``.

    A question that the other answers do not lead to is empty, as is one that nobody answered; own
    words that are not for others to read are ``HELD_BACK``.
    """
    row = find_survey_of(visible, programme, activity)
    if row is None or row.id is None:
        raise UnknownSurvey(activity)
    questions = questions_of(row.id)
    sheets = _sheets(row.id)
    secrets.SystemRandom().shuffle(sheets)
    lines = []
    for number, (channel, answers) in enumerate(sheets, start=1):
        shown = {asked.key for asked in Sheet(questions, answers).shown}
        cells = [_cell(one, answers.get(one.key)) if one.key in shown else "" for one in questions]
        lines.append([number, channel, *cells])
    content = write_csv([*FIRST, *(one.text for one in questions)], lines)
    digest = hashlib.sha256(content).hexdigest()
    record("survey.exported", "activity", activity, facts={"rows": len(lines), "sha256": digest})
    return content


def columns_file(visible: frozenset[int] | None, programme: str, activity: str) -> bytes:
    """What each column of the answers is, as CSV. Raises ``UnknownSurvey``."""
    row = find_survey_of(visible, programme, activity)
    if row is None or row.id is None:
        raise UnknownSurvey(activity)
    questions = questions_of(row.id)
    texts = {one.key: one.text for one in questions}
    lines = [
        [
            place,
            one.key,
            one.text,
            one.kind.value,
            one.page,
            " | ".join(option.text for option in one.options),
            f"{texts[one.when_key]}: {one.when_option}" if one.when_key else "",
            one.card,
        ]
        for place, one in enumerate(questions, start=len(FIRST) + 1)
    ]
    headings = ["column", "id in every wave", "question", "kind", "page", "choices", "asked after"]
    return write_csv([*headings, "data card"], lines)


def _sheets(survey_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Channel and answers of every sheet that was sent; own words as they may be read."""
    rows = db.session.execute(
        select(
            SurveyResponse.id,
            SurveyResponse.channel,
            SurveyQuestion.key,
            SurveyAnswer.value,
            Contribution.text,
            Contribution.state,
        )
        .outerjoin(SurveyAnswer, SurveyAnswer.response_id == SurveyResponse.id)
        .outerjoin(SurveyQuestion, SurveyQuestion.id == SurveyAnswer.question_id)
        .outerjoin(Contribution, Contribution.id == SurveyAnswer.contribution_id)
        .where(SurveyResponse.survey_id == survey_id, SurveyResponse.sent_at.is_not(None))
        .order_by(SurveyResponse.id)
    )
    answers: dict[int, dict[str, Any]] = defaultdict(dict)
    channels: dict[int, str] = {}
    for row in rows:
        channels[row.id] = row.channel.value
        if row.state is not None:
            answers[row.id][row.key] = row.text if row.state in TO_BE_READ else HELD_BACK
        elif row.key is not None and row.value is not None:
            answers[row.id][row.key] = row.value
    return [(channel, answers[key]) for key, channel in channels.items()]


def _cell(asked: Asked, value: Any) -> str | int:
    if value is None:
        return ""
    if PREFER_NOT in (value, *(value if isinstance(value, list) else ())):
        return NOT_SAID
    if asked.kind in (Kind.TEXT, Kind.NUMBER):
        return str(value) if asked.kind is Kind.TEXT else int(value)
    texts: dict[Any, str] = {option.key: option.text for option in asked.options}
    if isinstance(value, list):
        joint = " > " if asked.kind is Kind.RANKING else " | "
        return joint.join(texts.get(one, str(one)) for one in value)
    return texts.get(value, str(value))
