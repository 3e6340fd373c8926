"""Statements of open conversations, the votes on them, and the maps that were made of the votes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Float,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

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
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base


class Conversation(Partnered, Base):
    """What convenors set for an open conversation; without a row the defaults hold."""

    __tablename__ = "conversation"
    __table_args__ = (same_partnership("activity_id", "activity"), UniqueConstraint("activity_id"))

    id: Mapped[Key]
    activity_id: Mapped[int] = mapped_column(BigKey)
    takes_statements: Mapped[bool] = mapped_column(default=True)


class Statement(Partnered, Base):
    """A statement to agree or disagree with: the convenors' own, or a contribution.

    ``text`` is that of a seed; what belongs to a contribution has none, so that its state, its
    redactions and its withdrawal hold here too. ``number`` counts within the conversation.
    ``agree``, ``disagree`` and ``passed`` are how many voted so; they change in a vote's
    transaction. ``source_ref`` is its id in the file that it came in.
    """

    __tablename__ = "statement"
    __table_args__ = (
        keyed(),
        same_partnership("activity_id", "activity"),
        same_partnership("contribution_id", "contribution"),
        UniqueConstraint("activity_id", "number"),
        UniqueConstraint("activity_id", "source_ref"),
        UniqueConstraint("contribution_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    activity_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(BigInteger)
    contribution_id: Mapped[int | None] = mapped_column(BigKey)
    text: Mapped[str] = impersonal(default="")
    source_ref: Mapped[str | None] = impersonal(String(200))
    agree: Mapped[int] = mapped_column(BigInteger, default=0)
    disagree: Mapped[int] = mapped_column(BigInteger, default=0)
    passed: Mapped[int] = mapped_column(BigInteger, default=0)
    hidden_reason: Mapped[str] = impersonal(default="")
    hidden_at: Mapped[Moment | None] = mapped_column()
    created_at: Mapped[CreatedAt] = mapped_column()


class Vote(Partnered, Base):
    """What a participant says about a statement: 1 agree, 0 pass, -1 disagree.

    One for each statement and participant; a later one takes its place. Emptied when its time has
    come or the person is erased: it is in no map to come, and what was counted stays counted.
    """

    __tablename__ = "vote"
    __table_args__ = (
        same_partnership("statement_id", "statement"),
        same_partnership("participant_id", "participant"),
        UniqueConstraint("participant_id", "statement_id"),
        CheckConstraint("value BETWEEN -1 AND 1", name="value"),
    )

    id: Mapped[Key]
    statement_id: Mapped[int] = mapped_column(BigKey, index=True)
    participant_id: Mapped[int] = mapped_column(BigKey)
    value: Mapped[int | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="given_at", then=Then.BLANK),
        SmallInteger,
    )
    given_at: Mapped[CreatedAt] = mapped_column()


class OpinionMap(Partnered, Base):
    """One run of the method over the votes of a conversation, as pages show it.

    ``fingerprint`` is that of the votes. ``shown`` holds figures and numbers of statements, never
    their words; ``drawing`` is the map as SVG. Everyone sees it once ``published_at`` is set;
    at ``told_at`` those were written to who wanted to be told.
    """

    __tablename__ = "opinion_map"
    __table_args__ = (keyed(), same_partnership("activity_id", "activity"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    activity_id: Mapped[int] = mapped_column(BigKey, index=True)
    run_public_id: Mapped[str] = impersonal(String(22), unique=True)
    method: Mapped[str] = impersonal()
    version: Mapped[str] = impersonal()
    fingerprint: Mapped[str] = impersonal(String(64))
    people: Mapped[int] = mapped_column(BigInteger)
    statements: Mapped[int] = mapped_column(BigInteger)
    votes: Mapped[int] = mapped_column(BigInteger)
    groups: Mapped[int] = mapped_column(BigInteger)
    stability: Mapped[float | None] = impersonal(Float)
    shown: Mapped[dict[str, Any]] = impersonal(JSON)
    drawing: Mapped[str] = impersonal(Text)
    created_at: Mapped[CreatedAt] = mapped_column()
    published_at: Mapped[Moment | None] = mapped_column()
    told_at: Mapped[Moment | None] = mapped_column()


class GroupSeen(Partnered, Base):
    """How many of an opinion group, and of all, had voted on a statement when the map was made.

    Kept of the latest map of a conversation only, to choose which statement comes next.
    """

    __tablename__ = "group_seen"
    __table_args__ = (
        same_partnership("opinion_map_id", "opinion_map"),
        same_partnership("statement_id", "statement"),
        UniqueConstraint("statement_id", "opinion_map_id", "opinion_group"),
    )

    id: Mapped[Key]
    opinion_map_id: Mapped[int] = mapped_column(BigKey, index=True)
    statement_id: Mapped[int] = mapped_column(BigKey)
    opinion_group: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[int] = mapped_column(BigInteger)
    seen_by_all: Mapped[int] = mapped_column(BigInteger)


class MapPlace(Partnered, Base):
    """In which opinion group of the latest map a participant is, counted from 0."""

    __tablename__ = "map_place"
    __table_args__ = (
        same_partnership("opinion_map_id", "opinion_map"),
        same_partnership("participant_id", "participant"),
        UniqueConstraint("participant_id", "opinion_map_id"),
    )

    id: Mapped[Key]
    opinion_map_id: Mapped[int] = mapped_column(BigKey, index=True)
    participant_id: Mapped[int] = mapped_column(BigKey)
    opinion_group: Mapped[int | None] = personal(
        DataClass.BEHAVIOUR,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="placed_at", then=Then.BLANK),
        SmallInteger,
    )
    placed_at: Mapped[CreatedAt] = mapped_column()
