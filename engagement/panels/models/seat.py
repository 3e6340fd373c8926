"""Seats, who came to what, and what they are owed; the make-up of a panel."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Integer, UniqueConstraint
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
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.panels.rules import PAYMENTS_KEPT, MakeupMoment, PayBy, Route, SeatState


class Seat(Partnered, Base):
    """A place on the panel, offered to whom the lottery drew."""

    __tablename__ = "seat"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        same_partnership("registration_id", "registration"),
        same_partnership("draw_id", "draw"),
        UniqueConstraint("registration_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    registration_id: Mapped[int] = mapped_column(BigKey)
    draw_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    state: Mapped[SeatState] = one_of(SeatState)
    offered_at: Mapped[CreatedAt] = mapped_column()
    deadline_at: Mapped[Moment] = mapped_column()
    decided_at: Mapped[Moment | None] = mapped_column()
    decided_by: Mapped[Route | None] = one_of(Route)
    pay_by: Mapped[PayBy | None] = one_of(PayBy)


class PanelMeeting(Partnered, Base):
    """An occasion that members come to, and what each is paid for it, in pence."""

    __tablename__ = "panel_meeting"
    __table_args__ = (keyed(), same_partnership("panel_id", "panel"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    title: Mapped[str] = impersonal()
    held_on: Mapped[date] = impersonal(Date)
    fee_pence: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[CreatedAt] = mapped_column()


class Attendance(Partnered, Base):
    """Somebody came to a meeting, and so is owed its fee: the row is the payment's line too.

    No bank details: ``reference`` is a voucher's number, or the one that finance pays under. Once
    the person is erased, ``seat_id`` is empty and the line stays in the accounts.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        same_partnership("meeting_id", "panel_meeting"),
        same_partnership("seat_id", "seat", ondelete="NO ACTION"),
        UniqueConstraint("meeting_id", "seat_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    meeting_id: Mapped[int] = mapped_column(BigKey)
    seat_id: Mapped[int | None] = personal(
        DataClass.IDENTITY,
        Basis.LEGAL_OBLIGATION,
        Retention(PAYMENTS_KEPT, since="noted_at", then=Then.BLANK),
        BigKey,
        index=True,
    )
    pence: Mapped[int] = mapped_column(Integer)
    pay_by: Mapped[PayBy | None] = one_of(PayBy)
    reference: Mapped[str] = impersonal(default="")
    noted_at: Mapped[CreatedAt] = mapped_column()
    paid_at: Mapped[Moment | None] = mapped_column()


class PanelMakeup(Partnered, Base):
    """Who was on the panel at one of the two moments at which that is published.

    ``facts``: by feature, the value's label, its target, people in the areas, registrants, members;
    kept as it was, since a table made anew after each replacement would give single people away.
    """

    __tablename__ = "panel_makeup"
    __table_args__ = (same_partnership("panel_id", "panel"), UniqueConstraint("panel_id", "moment"))

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(BigKey)
    moment: Mapped[MakeupMoment] = one_of(MakeupMoment)
    seats: Mapped[int] = mapped_column(Integer)
    facts: Mapped[dict[str, Any]] = impersonal(JSON)
    made_at: Mapped[CreatedAt] = mapped_column()
