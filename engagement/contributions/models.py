"""Contributions, the files that some of them came in, and what was decided about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.contributions.rules import Channel, ConsentHow, Decided, Speaker, State, Telling
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
from engagement.programmes.rules import ActivityKind


class ContributionFile(Partnered, Base):
    """A file of contributions; while it waits to be imported, the file store keeps its bytes.

    ``rows_broken`` and ``rows_copied`` were left out: they could not be read, or were there before.
    """

    __tablename__ = "contribution_file"
    __table_args__ = (keyed(), same_partnership("programme_id", "programme"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    name: Mapped[str] = impersonal()
    sha256: Mapped[str] = impersonal(String(64))
    reading: Mapped[dict[str, Any]] = impersonal(JSON)
    rows_taken: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_without_words: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_broken: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_copied: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[CreatedAt] = mapped_column()
    imported_at: Mapped[Moment | None] = mapped_column()


class ColumnMapping(Partnered, Base):
    """How a file with these headings was read the last time, in the whole partnership.

    ``columns`` are headings by part, ``values`` what words of a part stand for. ``used_by`` is the
    public id of a member of staff.
    """

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("partnership_id", "headings_hash"),)

    id: Mapped[Key]
    headings_hash: Mapped[str] = impersonal(String(64))
    columns: Mapped[dict[str, str]] = impersonal(JSON)
    values: Mapped[dict[str, dict[str, str]]] = impersonal(JSON)
    used_by: Mapped[str] = impersonal(String(22), default="")
    used_at: Mapped[Moment] = mapped_column()


class Contribution(Partnered, Base):
    """One piece of what somebody said, with all that must be known about it.

    ``said_on``, ``received_on``, ``place_name``, ``method``, ``prompt``, the consent and
    ``channel`` are there for every one. ``language`` is a BCP 47 tag, empty where nobody said;
    ``translation`` is made by a person, into English. ``speaks_for``, ``asked_people`` and
    ``asked_how`` are of organisations, petitions and campaigns. ``entry_key`` makes one that is
    sent twice one. ``concerns`` are what was noticed when it came. The words are blanked when
    their time has come; the row stays, and counts stand.
    ``erased_at``: when who said it was erased. The words are gone from every quote, file and
    analysis to come; what was counted before stays counted.
    """

    __tablename__ = "contribution"
    __table_args__ = (
        keyed(),
        same_partnership("programme_id", "programme"),
        same_partnership("activity_id", "activity"),
        same_partnership("participant_id", "participant"),
        same_partnership("file_id", "contribution_file"),
        same_partnership("data_card_id", "data_card", ondelete="NO ACTION"),
        UniqueConstraint("programme_id", "entry_key"),
        Index(None, "programme_id", "source_ref"),
        Index(None, "programme_id", "state"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey)
    activity_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    participant_id: Mapped[int] = mapped_column(BigKey, index=True)
    file_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    text: Mapped[str | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    language: Mapped[str] = impersonal(String(35), default="")
    translation: Mapped[str | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    said_on: Mapped[date] = impersonal(Date)
    received_on: Mapped[date] = impersonal(Date)
    place_code: Mapped[str | None] = impersonal(String(9), index=True)
    place_name: Mapped[str] = impersonal()
    method: Mapped[ActivityKind] = one_of(ActivityKind)
    channel: Mapped[Channel] = one_of(Channel)
    prompt: Mapped[str] = impersonal()
    data_card_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    may_quote: Mapped[bool] = mapped_column(default=False)
    consent_how: Mapped[ConsentHow] = one_of(ConsentHow)
    consent_wording: Mapped[str] = impersonal(default="")
    speaker: Mapped[Speaker] = one_of(Speaker, default=Speaker.RESIDENT)
    speaks_for: Mapped[str] = impersonal(default="")
    asked_people: Mapped[int | None] = mapped_column(BigInteger)
    asked_how: Mapped[str] = impersonal(default="")
    source: Mapped[str] = impersonal(default="")
    source_ref: Mapped[str] = impersonal(default="")
    entry_key: Mapped[str | None] = impersonal(String(64))
    concerns: Mapped[list[str]] = impersonal(JSON, default=list)
    state: Mapped[State] = one_of(State, default=State.PUBLISHED)
    state_reason: Mapped[str] = impersonal(default="")
    state_at: Mapped[Moment | None] = mapped_column()
    created_at: Mapped[CreatedAt] = mapped_column()
    erased_at: Mapped[Moment | None] = mapped_column()


class ModerationDecision(Partnered, Base):
    """What a person decided about a contribution, and how its author hears of it.

    ``decided_by`` is the public id of a member of staff; ``reason`` is what the author is told and
    holds none of their words. ``told_at`` is empty while somebody still has to tell them.
    """

    __tablename__ = "moderation_decision"
    __table_args__ = (keyed(), same_partnership("contribution_id", "contribution"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contribution_id: Mapped[int] = mapped_column(BigKey, index=True)
    kind: Mapped[Decided] = one_of(Decided)
    reason: Mapped[str] = impersonal(default="")
    decided_by: Mapped[str] = impersonal(String(22), default="")
    decided_at: Mapped[CreatedAt] = mapped_column()
    telling: Mapped[Telling] = one_of(Telling)
    told_at: Mapped[Moment | None] = mapped_column()


class Appeal(Partnered, Base):
    """Why somebody disagrees with a decision about what they said, and the answer to it.

    ``upheld`` says whether they were right; empty until it is answered.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        same_partnership("contribution_id", "contribution"),
        same_partnership("decision_id", "moderation_decision"),
        UniqueConstraint("decision_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contribution_id: Mapped[int] = mapped_column(BigKey, index=True)
    decision_id: Mapped[int] = mapped_column(BigKey)
    words: Mapped[str | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    answer: Mapped[str | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    upheld: Mapped[bool | None] = mapped_column()
    answered_by: Mapped[str] = impersonal(String(22), default="")
    created_at: Mapped[CreatedAt] = mapped_column()
    answered_at: Mapped[Moment | None] = mapped_column()


class SafeguardingNote(Partnered, Base):
    """What a safeguarding lead did about a contribution that may tell of harm."""

    __tablename__ = "safeguarding_note"
    __table_args__ = (same_partnership("contribution_id", "contribution"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contribution_id: Mapped[int] = mapped_column(BigKey, index=True)
    note: Mapped[str | None] = personal(
        DataClass.SPECIAL,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    written_by: Mapped[str] = impersonal(String(22), default="")
    created_at: Mapped[CreatedAt] = mapped_column()


class SavedReason(Partnered, Base):
    """A reason that moderators give again and again, as the author is told it."""

    __tablename__ = "saved_reason"
    __table_args__ = (UniqueConstraint("partnership_id", "place"),)

    id: Mapped[Key]
    place: Mapped[int] = impersonal(BigInteger)
    text: Mapped[str] = impersonal()


class HelpLine(Partnered, Base):
    """Where somebody near here finds help at once, shown beside the national lines."""

    __tablename__ = "help_line"
    __table_args__ = (UniqueConstraint("partnership_id", "place"),)

    id: Mapped[Key]
    place: Mapped[int] = impersonal(BigInteger)
    text: Mapped[str] = impersonal()


class TakenDown(Partnered, Base):
    """What is known of a contribution that a member of staff wrote down for who said it.

    ``by`` is the public id of who wrote it down, ``people`` how many said it together (1 or more),
    ``interpreted`` whether somebody interpreted. ``receipt_hash`` is of the reference that was read
    out to them; nothing else leads from them to their words.
    """

    __tablename__ = "taken_down"
    __table_args__ = (
        same_partnership("contribution_id", "contribution"),
        UniqueConstraint("contribution_id"),
        UniqueConstraint("partnership_id", "receipt_hash"),
    )

    id: Mapped[Key]
    contribution_id: Mapped[int] = mapped_column(BigKey)
    by: Mapped[str] = impersonal(String(22), default="")
    people: Mapped[int] = mapped_column(BigInteger, default=1)
    interpreted: Mapped[bool] = mapped_column(default=False)
    receipt_hash: Mapped[str] = impersonal(String(64))
    created_at: Mapped[CreatedAt] = mapped_column()
