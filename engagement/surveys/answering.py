"""Answering a survey: begun, each set kept as it is given, sent, and changed until the close.

The chain of records tells that somebody began and sent, and never which answers are theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import VISITOR, acting_as, record
from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel, ConsentHow
from engagement.contributions.service import (
    Said,
    drop_words,
    key_of_taken,
    open_activity,
    speaking_as,
    take_in,
)
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.programmes.models import Activity, Participant
from engagement.programmes.rules import ActivityKind, ParticipantKind
from engagement.programmes.service import add_participant
from engagement.prompts.queries import cards_named
from engagement.surveys.errors import AnswersMissing, BadAnswer, NotAsked, UnknownSurvey
from engagement.surveys.models import Survey, SurveyAnswer, SurveyQuestion, SurveyResponse
from engagement.surveys.queries import find_response, questions_of, sheet_of, was_asked
from engagement.surveys.rules import Asked, Kind


@dataclass(frozen=True)
class Quoting:
    """The words by which somebody lets their answer be shown, and how they agreed.

    ``language`` is the BCP 47 tag of a translation in which they were asked, else empty.
    """

    wording: str
    how: ConsentHow = ConsentHow.ONLINE
    language: str = ""


def browser_hash(programme_id: int, browser: str) -> str:
    """How a browser is known in a programme."""
    return keyed_hash(f"participant of {programme_id}", browser)


@transactional
def begin(activity: str, browser: str, resident_id: int | None) -> str:
    """Begin to answer, or go on; returns the answer sheet's public id.

    Raises ``NotOpen``, ``UnknownSurvey``, or ``NotAsked`` where it is for those who were asked.
    """
    of, survey = _open(activity)
    if survey.asked_only and (resident_id is None or not was_asked(survey.id, resident_id)):
        raise NotAsked(activity)
    participant = speaking_as(of.programme_id, browser, resident_id)
    with acting_as(VISITOR):
        return _begin(survey, participant, Channel.ONLINE)


@transactional
def begin_for(activity: str, channel: Channel, resident_id: int | None) -> str:
    """Begin an answer sheet that staff fill in with somebody, or from a paper; returns its id.

    Without ``resident_id`` it is somebody new. Raises as ``begin``.
    """
    of, survey = _open(activity)
    if resident_id is not None:
        if survey.asked_only and not was_asked(survey.id, resident_id):
            raise NotAsked(activity)
        participant = speaking_as(of.programme_id, "", resident_id)
    else:
        participant = add_participant(of.programme_id, ParticipantKind.BY_STAFF)
    return _begin(survey, participant, channel)


def _begin(survey: Survey, participant: int, channel: Channel) -> str:
    # Two presses at once wait for each other here.
    db.session.execute(
        select(Participant.id).where(Participant.id == participant).with_for_update()
    )
    there = db.session.scalars(
        select(SurveyResponse).where(
            SurveyResponse.survey_id == survey.id, SurveyResponse.participant_id == participant
        )
    ).one_or_none()
    if there is not None:
        return there.public_id
    row = SurveyResponse(survey_id=survey.id, participant_id=participant, channel=channel)
    db.session.add(row)
    db.session.flush()
    record("survey.begun", "response", row.public_id, facts={"channel": channel})
    return row.public_id


@transactional
def keep_answers(
    activity: str,
    response: str,
    page: int,
    given: Mapping[str, Any],
    quoted: Mapping[str, bool],
    quoting: Quoting,
) -> None:
    """Keep the answers to one set; an empty one takes back what was there.

    ``given``: by question, only of this set; ``quoted``: which own words may be shown. Raises
    ``NotOpen``, ``UnknownSurvey`` or ``BadAnswer``, and then nothing is kept.
    """
    of, survey = _open(activity)
    row = _response(survey, response)
    questions = {one.key: one for one in questions_of(survey.id) if one.page == page}
    keys = {
        one.key: one.id
        for one in db.session.execute(
            select(SurveyQuestion.key, SurveyQuestion.id).where(
                SurveyQuestion.survey_id == survey.id
            )
        )
    }
    there = {
        one.question_id: one
        for one in db.session.scalars(
            select(SurveyAnswer).where(SurveyAnswer.response_id == row.id)
        )
    }
    for key, value in given.items():
        asked = questions.get(key)
        empty = value in (None, "", [])
        if asked is None or not (empty or asked.accepts(value)):
            raise BadAnswer(key)
        answer = there.get(keys[key])
        if answer is None and not empty:
            answer = SurveyAnswer(response_id=row.id, question_id=keys[key])
            db.session.add(answer)
        if answer is None:
            continue
        if asked.kind is Kind.TEXT:
            _keep_words(of, row, answer, asked, str(value or ""), quoted.get(key, False), quoting)
        elif answer.value != value:
            answer.value, answer.answered_at = (None if empty else value), clock.now()
        if empty:
            db.session.delete(answer)


def _keep_words(
    of: Activity,
    row: SurveyResponse,
    answer: SurveyAnswer,
    asked: Asked,
    text: str,
    may_quote: bool,
    quoting: Quoting,
) -> None:
    """Own words are a contribution; changed ones are another, and the first is taken back."""
    if answer.contribution_id is not None:
        said = db.session.get_one(Contribution, answer.contribution_id)
        if said.text == text.strip() and said.may_quote == may_quote:
            return
        answer.contribution_id = None
        with acting_as(VISITOR):
            drop_words(said.public_id)
    if not text.strip():
        return
    new = Said(
        text,
        "",
        may_quote,
        consent_wording=quoting.wording if may_quote else "",
        consent_how=quoting.how,
        prompt=asked.text,
        language=quoting.language,
        data_card_id=_card_of(of, asked),
        channel=row.channel,
    )
    with acting_as(VISITOR):
        public_id = take_in(of, row.participant_id, new)
    answer.contribution_id = key_of_taken(public_id)
    answer.answered_at = clock.now()


def _card_of(of: Activity, asked: Asked) -> int | None:
    """The key of the data card that stood above a question, if one did."""
    found = cards_named(of.programme_id, [asked.card] if asked.card else [])
    return found[asked.card].id if asked.card in found else None


@transactional
def send_answers(activity: str, response: str) -> None:
    """Send an answer sheet: from now on it counts. Sent twice, it counts once.

    Raises ``NotOpen``, ``UnknownSurvey`` or ``AnswersMissing``.
    """
    _, survey = _open(activity)
    row = _response(survey, response)
    sheet = sheet_of(survey.id, find_response(survey.id, response))
    if sheet.missing is not None:
        raise AnswersMissing(sheet.missing.key)
    if row.sent_at is None:
        row.sent_at = clock.now()
        with acting_as(VISITOR):
            record("survey.answered", "response", row.public_id)


def _open(activity: str) -> tuple[Activity, Survey]:
    of = open_activity(activity, ActivityKind.SURVEY_WAVE)
    survey = db.session.scalars(select(Survey).where(Survey.activity_id == of.id)).one_or_none()
    if survey is None:
        raise UnknownSurvey(activity)
    return of, survey


def _response(survey: Survey, public_id: str) -> SurveyResponse:
    """The answer sheet, to change it; two who do so at once wait for each other."""
    row = db.session.scalars(
        select(SurveyResponse)
        .where(SurveyResponse.survey_id == survey.id, SurveyResponse.public_id == public_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise UnknownSurvey(public_id)
    return row
