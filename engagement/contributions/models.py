"""Contributions, and the files that some of them came in."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.contributions.rules import Channel, ConsentHow, Speaker, State
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
    """A file of contributions; while it waits to be imported, the file store keeps its bytes."""

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
    created_at: Mapped[CreatedAt] = mapped_column()
    imported_at: Mapped[Moment | None] = mapped_column()


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
