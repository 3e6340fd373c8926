"""Ballots, the convenors' public keys, the roll, the envelopes, and what was counted of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.ballots.rules import DEFAULT_SHARE, Kind
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
from engagement.methods.choice.consent import Step
from engagement.methods.choice.rules import Denominator

KEPT = 6 * 365


class Ballot(Partnered, Base):
    """One question that a panel votes on; see ``rules.Plan``.

    ``roll``: how many may vote, fixed at the opening. ``record`` is what is published of the count.
    ``again_of_id`` is the ballot, declared void, that this one runs again.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        same_partnership("again_of_id", "ballot", ondelete="NO ACTION"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    again_of_id: Mapped[int | None] = mapped_column(BigKey)
    kind: Mapped[Kind] = one_of(Kind)
    question: Mapped[str] = impersonal()
    proposal: Mapped[str] = impersonal(default="")
    options: Mapped[list[str]] = impersonal(JSON, default=list)
    share: Mapped[int] = mapped_column(Integer, default=DEFAULT_SHARE)
    denominator: Mapped[Denominator] = one_of(Denominator, default=Denominator.VOTES)
    quorum: Mapped[int] = mapped_column(Integer, default=0)
    roll: Mapped[int | None] = mapped_column(Integer)
    closes_at: Mapped[Moment | None] = mapped_column()
    opened_at: Mapped[Moment | None] = mapped_column()
    tallied_at: Mapped[Moment | None] = mapped_column()
    void_at: Mapped[Moment | None] = mapped_column()
    void_reason: Mapped[str] = impersonal(default="")
    record: Mapped[dict[str, Any] | None] = impersonal(JSON)
    created_at: Mapped[CreatedAt] = mapped_column()


class BallotKey(Partnered, Base):
    """The public half of a convenor's key, in hexadecimal. ``staff`` is their public id."""

    __tablename__ = "ballot_key"
    __table_args__ = (
        same_partnership("ballot_id", "ballot"),
        UniqueConstraint("ballot_id", "number"),
        UniqueConstraint("ballot_id", "staff"),
    )

    id: Mapped[Key]
    ballot_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(BigInteger)
    staff: Mapped[str] = impersonal(String(22))
    public_key: Mapped[str] = impersonal(String(64))
    created_at: Mapped[CreatedAt] = mapped_column()


class BallotVoter(Partnered, Base):
    """A row of the roll: a member by their seat, or a slip of paper by the hash of its code.

    ``on_paper``: this member votes by one of the slips, and not online. No row tells by which.
    """

    __tablename__ = "ballot_voter"
    __table_args__ = (
        keyed(),
        same_partnership("ballot_id", "ballot"),
        same_partnership("seat_id", "seat"),
        UniqueConstraint("ballot_id", "seat_id"),
        UniqueConstraint("ballot_id", "slip_hash"),
    )

    id: Mapped[Key]
    ballot_id: Mapped[int] = mapped_column(BigKey)
    seat_id: Mapped[int | None] = personal(
        DataClass.BEHAVIOUR,
        Basis.PUBLIC_TASK,
        Retention(KEPT, since="created_at"),
        BigKey,
        index=True,
    )
    slip_hash: Mapped[str | None] = impersonal(String(64))
    on_paper: Mapped[bool] = mapped_column(default=False)
    has_voted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt] = mapped_column()


class BallotEnvelope(Partnered, Base):
    """A sealed vote, in base64, until the tally."""

    __tablename__ = "ballot_envelope"
    __table_args__ = (
        same_partnership("voter_id", "ballot_voter"),
        UniqueConstraint("voter_id"),
    )

    id: Mapped[Key]
    voter_id: Mapped[int] = mapped_column(BigKey)
    sealed: Mapped[str] = personal(
        DataClass.SPECIAL, Basis.PUBLIC_TASK, Retention(365, since="created_at")
    )
    created_at: Mapped[CreatedAt] = mapped_column()


class StrawVote(Partnered, Base):
    """A vote in a straw poll, until it is counted; ``choice`` is an option or a step."""

    __tablename__ = "straw_vote"
    __table_args__ = (
        same_partnership("voter_id", "ballot_voter"),
        UniqueConstraint("voter_id"),
    )

    id: Mapped[Key]
    voter_id: Mapped[int] = mapped_column(BigKey)
    choice: Mapped[str] = personal(
        DataClass.SPECIAL, Basis.PUBLIC_TASK, Retention(365, since="created_at")
    )
    created_at: Mapped[CreatedAt] = mapped_column()


class CountedVote(Partnered, Base):
    """One vote as it was counted, in no order and nobody's: see ``rules.Vote``."""

    __tablename__ = "counted_vote"
    __table_args__ = (same_partnership("ballot_id", "ballot"),)

    id: Mapped[Key]
    ballot_id: Mapped[int] = mapped_column(BigKey, index=True)
    step: Mapped[Step | None] = one_of(Step)
    ranking: Mapped[list[list[str]]] = impersonal(JSON, default=list)


class BallotReason(Partnered, Base):
    """Why somebody voted as they did, in their words and nobody's; shown once it was read."""

    __tablename__ = "ballot_reason"
    __table_args__ = (same_partnership("ballot_id", "ballot"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    ballot_id: Mapped[int] = mapped_column(BigKey, index=True)
    step: Mapped[Step | None] = one_of(Step)
    text: Mapped[str | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(KEPT, since="created_at", then=Then.BLANK),
    )
    is_shown: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt] = mapped_column()
