"""Who comes to a session: members and what they are owed, helpers, leaders, staff."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, String, UniqueConstraint
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
from engagement.database.tenancy import Partnered, same_partnership
from engagement.extensions import Base
from engagement.panels.rules import PAYMENTS_KEPT, PayBy
from engagement.sessions.rules import HelperKind, Way


class Attendance(Partnered, Base):
    """A member came to a session, and so is owed its fee: the row is the payment's line too.

    No bank details: ``reference`` is a voucher's number, or the one that finance pays under. Once
    the person is erased, ``seat_id`` is empty and the line stays in the accounts.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        same_partnership("session_id", "session"),
        same_partnership("seat_id", "seat", ondelete="NO ACTION"),
        UniqueConstraint("session_id", "seat_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(BigKey)
    seat_id: Mapped[int | None] = personal(
        DataClass.IDENTITY,
        Basis.LEGAL_OBLIGATION,
        Retention(PAYMENTS_KEPT, since="noted_at", then=Then.BLANK),
        BigKey,
        index=True,
    )
    way: Mapped[Way] = one_of(Way, default=Way.ROOM)
    pence: Mapped[int] = mapped_column(Integer)
    pay_by: Mapped[PayBy | None] = one_of(PayBy)
    reference: Mapped[str] = impersonal(default="")
    noted_at: Mapped[CreatedAt] = mapped_column()
    paid_at: Mapped[Moment | None] = mapped_column()


class SessionHelper(Partnered, Base):
    """Who comes with a member or for one, and whether that is settled."""

    __tablename__ = "session_helper"
    __table_args__ = (
        same_partnership("session_id", "session"),
        same_partnership("seat_id", "seat"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(BigKey, index=True)
    seat_id: Mapped[int] = mapped_column(BigKey, index=True)
    kind: Mapped[HelperKind] = one_of(HelperKind)
    words: Mapped[str] = personal(
        DataClass.SPECIAL, Basis.EXPLICIT_CONSENT, Retention(365, since="created_at")
    )
    created_at: Mapped[CreatedAt] = mapped_column()


class SessionLeader(Partnered, Base):
    """Somebody who leads an organisation was there. ``post`` is what they are there."""

    __tablename__ = "session_leader"
    __table_args__ = (same_partnership("session_id", "session"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(BigKey, index=True)
    name: Mapped[str | None] = personal(
        DataClass.IDENTITY,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    post: Mapped[str] = impersonal()
    organisation: Mapped[str] = impersonal()
    created_at: Mapped[CreatedAt] = mapped_column()


class SessionStaff(Partnered, Base):
    """A member of staff runs a session; ``staff`` is their public id."""

    __tablename__ = "session_staff"
    __table_args__ = (
        same_partnership("session_id", "session"),
        UniqueConstraint("session_id", "staff"),
    )

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(BigKey)
    staff: Mapped[str] = impersonal(String(22))


class StaffTraining(Partnered, Base):
    """The day on which a member of staff was last trained to run sessions."""

    __tablename__ = "staff_training"
    __table_args__ = (UniqueConstraint("partnership_id", "staff"),)

    id: Mapped[Key]
    staff: Mapped[str] = impersonal(String(22))
    trained_on: Mapped[date] = impersonal(Date)
