"""Surveys, their questions, and what people answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.contributions.rules import Channel
from engagement.database.columns import (
    Basis,
    BigKey,
    CreatedAt,
    DataClass,
    Key,
    Moment,
    PublicId,
    Retention,
    Then,
    impersonal,
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.surveys.rules import ANSWERS_KEPT, Kind


class Survey(Partnered, Base):
    """The survey of an activity. Waves of one series have its id and are numbered from 1.

    With ``asked_only`` it is for members of a standing panel who were asked. Everyone sees the
    results once ``published_at`` is set.
    """

    __tablename__ = "survey"
    __table_args__ = (
        keyed(),
        same_partnership("activity_id", "activity"),
        UniqueConstraint("activity_id"),
        UniqueConstraint("series", "wave"),
    )

    id: Mapped[Key]
    activity_id: Mapped[int] = mapped_column(BigKey)
    series: Mapped[str] = impersonal(String(22))
    wave: Mapped[int] = mapped_column(Integer)
    asked_only: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[Moment | None] = mapped_column()


class SurveyQuestion(Partnered, Base):
    """A question. Its ``key`` is the same in every wave; ``settings`` hold what its kind needs.

    ``wordings``: by the public id of a wording of the activity, the question's words in it.
    """

    __tablename__ = "survey_question"
    __table_args__ = (
        keyed(),
        same_partnership("survey_id", "survey"),
        UniqueConstraint("survey_id", "key"),
    )

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(BigKey)
    key: Mapped[str] = impersonal(String(22))
    page: Mapped[int] = mapped_column(Integer)
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[Kind] = one_of(Kind)
    text: Mapped[str] = impersonal()
    hint: Mapped[str] = impersonal(default="")
    settings: Mapped[dict[str, Any]] = impersonal(JSON)
    wordings: Mapped[dict[str, Any]] = impersonal(JSON, default=dict)
    when_key: Mapped[str] = impersonal(String(22), default="")
    when_option: Mapped[str] = impersonal(default="")


class SurveyAsk(Partnered, Base):
    """Members of a standing panel were asked to answer a survey."""

    __tablename__ = "survey_ask"
    __table_args__ = (
        same_partnership("survey_id", "survey"),
        same_partnership("ask_id", "member_ask"),
        UniqueConstraint("ask_id"),
    )

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(BigKey, index=True)
    ask_id: Mapped[int] = mapped_column(BigKey)


class SurveyResponse(Partnered, Base):
    """One participant's answers: begun, and sent once they say so. Only sent ones count."""

    __tablename__ = "survey_response"
    __table_args__ = (
        keyed(),
        same_partnership("survey_id", "survey"),
        same_partnership("participant_id", "participant"),
        UniqueConstraint("survey_id", "participant_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    survey_id: Mapped[int] = mapped_column(BigKey)
    participant_id: Mapped[int] = mapped_column(BigKey, index=True)
    channel: Mapped[Channel] = one_of(Channel)
    begun_at: Mapped[CreatedAt] = mapped_column()
    sent_at: Mapped[Moment | None] = mapped_column()


class SurveyAnswer(Partnered, Base):
    """The answer to one question; own words are a contribution, and no copy of it stands here."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        same_partnership("response_id", "survey_response"),
        same_partnership("question_id", "survey_question"),
        same_partnership("contribution_id", "contribution"),
        UniqueConstraint("response_id", "question_id"),
    )

    id: Mapped[Key]
    response_id: Mapped[int] = mapped_column(BigKey)
    question_id: Mapped[int] = mapped_column(BigKey, index=True)
    value: Mapped[Any | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(ANSWERS_KEPT, since="answered_at", then=Then.BLANK),
        JSON(none_as_null=True),
    )
    contribution_id: Mapped[int | None] = mapped_column(BigKey)
    answered_at: Mapped[CreatedAt] = mapped_column()
