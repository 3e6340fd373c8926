"""Reads of surveys: one to answer, one to build, the waves of a series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel
from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.membership.models import Member, MemberContact
from engagement.panels.models import Registration
from engagement.people.models import ParticipantLink
from engagement.programmes.models import Activity, Participant, Programme
from engagement.programmes.queries import seen_by
from engagement.programmes.rules import ActivityKind, Status, status_of
from engagement.surveys.models import (
    Survey,
    SurveyAnswer,
    SurveyAsk,
    SurveyQuestion,
    SurveyResponse,
)
from engagement.surveys.rules import Asked, Option, OtherWords, Sheet


@dataclass(frozen=True)
class SurveyRow:
    """A survey, its activity and its programme; ``status`` is that of both.

    ``id`` is ``None`` as long as nothing was asked in an activity that is to be one.
    """

    id: int | None
    activity_id: int
    public_id: str
    title: str
    about: str
    closes_at: datetime | None
    opens_at: datetime | None
    programme_id: int
    programme_public_id: str
    programme: str
    status: Status
    series: str
    wave: int
    asked_only: bool
    has_results: bool
    before_id: int | None
    before_title: str

    @property
    def place(self) -> dict[str, Any]:
        """What stands in the address of each of its pages."""
        return {"public_id": self.programme_public_id, "activity_id": self.public_id}


@dataclass(frozen=True)
class ResponseRow:
    """How far somebody is with answering."""

    id: int
    public_id: str
    channel: Channel
    sent_at: datetime | None
    answers: Mapping[str, Any]
    may_quote: Mapping[str, bool]


def find_survey(programme_public_id: str, public_id: str) -> SurveyRow | None:
    """A survey that everyone may see, by its activity."""
    return _survey(
        programme_public_id,
        public_id,
        Programme.published_at.is_not(None) & Activity.published_at.is_not(None),
    )


def find_survey_of(
    visible: frozenset[int] | None, programme_public_id: str, public_id: str
) -> SurveyRow | None:
    """A survey, when the reader may see its programme."""
    return _survey(programme_public_id, public_id, seen_by(visible))


def _survey(programme: str, public_id: str, seen: ColumnElement[bool]) -> SurveyRow | None:
    before, before_activity = aliased(Survey), aliased(Activity)
    row = db.session.execute(
        select(Activity, Programme, Survey, before.id, before_activity.title, utc_now())
        .join(Programme, Programme.id == Activity.programme_id)
        .outerjoin(Survey, Survey.activity_id == Activity.id)
        .outerjoin(before, (before.series == Survey.series) & (before.wave == Survey.wave - 1))
        .outerjoin(before_activity, before_activity.id == before.activity_id)
        .where(
            Programme.public_id == programme,
            Activity.public_id == public_id,
            Activity.kind == ActivityKind.SURVEY_WAVE,
            seen,
        )
    ).one_or_none()
    if row is None:
        return None
    activity, of, survey, before_id, before_title, now = row
    status = status_of(activity.published_at, activity.opens_at, activity.closes_at, now)
    if of.closed_at is not None and status is Status.OPEN:
        status = Status.CLOSED
    return SurveyRow(
        id=survey.id if survey else None,
        activity_id=activity.id,
        public_id=activity.public_id,
        title=activity.title,
        about=activity.about,
        closes_at=activity.closes_at,
        opens_at=activity.opens_at,
        programme_id=of.id,
        programme_public_id=of.public_id,
        programme=of.name,
        status=status,
        series=survey.series if survey else "",
        wave=survey.wave if survey else 1,
        asked_only=bool(survey and survey.asked_only),
        has_results=bool(survey and survey.published_at),
        before_id=before_id,
        before_title=before_title or "",
    )


def questions_of(survey_id: int, wording: str = "") -> list[Asked]:
    """The questions of a survey, in the order in which they are asked.

    ``wording``: the public id of a wording of the activity; what it has no words for is plain.
    """
    rows = db.session.scalars(
        select(SurveyQuestion)
        .where(SurveyQuestion.survey_id == survey_id)
        .order_by(SurveyQuestion.page, SurveyQuestion.place, SurveyQuestion.id)
    )
    return [_in_words(row, wording) for row in rows]


def questions_of_both(survey_id: int, before_id: int | None) -> tuple[list[Asked], list[Asked]]:
    """The questions of a survey and those of the wave before, if there is one."""
    rows = db.session.scalars(
        select(SurveyQuestion)
        .where(SurveyQuestion.survey_id.in_([survey_id, before_id or survey_id]))
        .order_by(SurveyQuestion.page, SurveyQuestion.place, SurveyQuestion.id)
    ).all()
    return (
        [asked_of(row) for row in rows if row.survey_id == survey_id],
        [asked_of(row) for row in rows if row.survey_id == before_id],
    )


def _in_words(row: SurveyQuestion, wording: str) -> Asked:
    words = other_words(row, wording)
    return words.of(asked_of(row)) if words else asked_of(row)


def other_words(row: SurveyQuestion, wording: str) -> OtherWords | None:
    """A question's words in a wording, where it has any."""
    kept = row.wordings.get(wording)
    return OtherWords(**{**kept, "options": tuple(kept["options"])}) if kept else None


def words_of(survey_id: int, wording: str) -> dict[str, OtherWords]:
    """The words of a wording, by question."""
    rows = db.session.scalars(select(SurveyQuestion).where(SurveyQuestion.survey_id == survey_id))
    found = {row.key: other_words(row, wording) for row in rows}
    return {key: words for key, words in found.items() if words}


def asked_of(row: SurveyQuestion) -> Asked:
    """A question as it is kept, as it is asked."""
    settings = dict(row.settings)
    options = tuple(Option(key, text) for key, text in settings.pop("options", []))
    return Asked(
        row.kind,
        row.text,
        row.page,
        row.hint,
        options,
        when_key=row.when_key,
        when_option=row.when_option,
        key=row.key,
        **settings,
    )


def find_response(survey_id: int, public_id: str) -> ResponseRow | None:
    """One answer sheet of a survey."""
    return _response(SurveyResponse.survey_id == survey_id, SurveyResponse.public_id == public_id)


def response_of(
    survey_id: int, *, resident_id: int | None = None, token_hash: str = ""
) -> ResponseRow | None:
    """The answer sheet of a resident, or of a browser, once begun."""
    own: ColumnElement[bool] = Participant.token_hash == token_hash
    if resident_id is not None:
        own = Participant.id.in_(
            select(ParticipantLink.participant_id).where(ParticipantLink.resident_id == resident_id)
        )
    return _response(SurveyResponse.survey_id == survey_id, own)


def _response(*conditions: ColumnElement[bool]) -> ResponseRow | None:
    rows = db.session.execute(
        select(SurveyResponse, SurveyQuestion.key, SurveyAnswer, Contribution)
        .join(Participant, Participant.id == SurveyResponse.participant_id)
        .outerjoin(SurveyAnswer, SurveyAnswer.response_id == SurveyResponse.id)
        .outerjoin(SurveyQuestion, SurveyQuestion.id == SurveyAnswer.question_id)
        .outerjoin(Contribution, Contribution.id == SurveyAnswer.contribution_id)
        .where(*conditions)
    ).all()
    if not rows:
        return None
    answers: dict[str, Any] = {}
    quoted: dict[str, bool] = {}
    for _, key, answer, said in rows:
        if said is not None and said.text is not None:
            answers[key], quoted[key] = said.text, said.may_quote
        elif answer is not None and answer.value is not None:
            answers[key] = answer.value
    first = rows[0][0]
    return ResponseRow(first.id, first.public_id, first.channel, first.sent_at, answers, quoted)


def sheet_of(survey_id: int, response: ResponseRow | None, wording: str = "") -> Sheet:
    """The questions, in these words, with what somebody answered."""
    return Sheet(questions_of(survey_id, wording), response.answers if response else {})


def was_asked(survey_id: int, resident_id: int) -> bool:
    """Whether a resident is among the members who were asked to answer."""
    found = db.session.scalar(
        select(SurveyAsk.id)
        .join(MemberContact, MemberContact.ask_id == SurveyAsk.ask_id)
        .join(Member, Member.id == MemberContact.member_id)
        .join(Registration, Registration.id == Member.registration_id)
        .where(SurveyAsk.survey_id == survey_id, Registration.resident_id == resident_id)
        .limit(1)
    )
    return found is not None


@dataclass(frozen=True)
class ToAnswer:
    """A survey that a member was asked to answer and that is open; ``sent`` is ``None`` unbegun."""

    programme_public_id: str
    public_id: str
    title: str
    closes_at: datetime | None
    sent: bool | None


def surveys_for(resident_id: int) -> list[ToAnswer]:
    """What a resident was asked to answer, as long as it is open; the newest first."""
    asked = (
        select(SurveyAsk.survey_id)
        .join(MemberContact, MemberContact.ask_id == SurveyAsk.ask_id)
        .join(Member, Member.id == MemberContact.member_id)
        .join(Registration, Registration.id == Member.registration_id)
        .where(Registration.resident_id == resident_id)
    )
    own = (
        select(SurveyResponse.survey_id, SurveyResponse.sent_at)
        .join(ParticipantLink, ParticipantLink.participant_id == SurveyResponse.participant_id)
        .where(ParticipantLink.resident_id == resident_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Activity, Programme.public_id, own.c.survey_id, own.c.sent_at, utc_now())
        .join(Survey, Survey.activity_id == Activity.id)
        .join(Programme, Programme.id == Activity.programme_id)
        .outerjoin(own, own.c.survey_id == Survey.id)
        .where(Survey.id.in_(asked), Programme.closed_at.is_(None))
        .order_by(Survey.id.desc())
    )
    return [
        ToAnswer(
            programme,
            one.public_id,
            one.title,
            one.closes_at,
            None if begun is None else sent_at is not None,
        )
        for one, programme, begun, sent_at, now in rows
        if status_of(one.published_at, one.opens_at, one.closes_at, now) is Status.OPEN
    ]


def asked_member(survey_id: int, reference: str) -> int | None:
    """The key of the resident with this reference who was asked to answer."""
    found: int | None = db.session.scalar(
        select(Registration.resident_id)
        .join(Member, Member.registration_id == Registration.id)
        .join(MemberContact, MemberContact.member_id == Member.id)
        .join(SurveyAsk, SurveyAsk.ask_id == MemberContact.ask_id)
        .where(SurveyAsk.survey_id == survey_id, Registration.reference == reference)
        .limit(1)
    )
    return found


def has_answers(survey_id: int) -> bool:
    """Whether somebody began to answer."""
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(SurveyResponse)
            .where(SurveyResponse.survey_id == survey_id)
        )
    )


@dataclass(frozen=True)
class WaveRow:
    """A wave of a series."""

    id: int
    public_id: str
    title: str
    wave: int


def waves_of(series: str) -> list[WaveRow]:
    """The waves of a series, the first one first."""
    rows = db.session.execute(
        select(Survey.id, Activity.public_id, Activity.title, Survey.wave)
        .join(Activity, Activity.id == Survey.activity_id)
        .where(Survey.series == series)
        .order_by(Survey.wave)
    )
    return [WaveRow(*row) for row in rows]
