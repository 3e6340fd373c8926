"""Who sits at which table of a session, and who must sit together or apart."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import BigKey, Key, Moment, PublicId, impersonal, one_of
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.sessions.rules import PinKind


class TablePlan(Partnered, Base):
    """The plan of the tables of a session. ``features`` are the keys by which each table mirrors
    the room; ``figures`` say how good it is."""

    __tablename__ = "table_plan"
    __table_args__ = (
        keyed(),
        same_partnership("session_id", "session"),
        UniqueConstraint("session_id"),
    )

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(BigKey)
    tables: Mapped[int] = mapped_column(Integer)
    rounds: Mapped[int] = mapped_column(Integer)
    features: Mapped[list[str]] = impersonal(JSON)
    figures: Mapped[dict[str, Any]] = impersonal(JSON)
    made_at: Mapped[Moment] = mapped_column()


class TableSeat(Partnered, Base):
    """The table at which a member sits in a round, counted from 1; empty, they are not there."""

    __tablename__ = "table_seat"
    __table_args__ = (
        same_partnership("plan_id", "table_plan"),
        same_partnership("seat_id", "seat"),
        UniqueConstraint("plan_id", "seat_id", "round"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(BigKey)
    seat_id: Mapped[int] = mapped_column(BigKey, index=True)
    round: Mapped[int] = mapped_column(Integer)
    table_number: Mapped[int | None] = mapped_column(Integer)


class TablePin(Partnered, Base):
    """Members of a session who sit together, as those of one interpreter do, or apart."""

    __tablename__ = "table_pin"
    __table_args__ = (keyed(), same_partnership("session_id", "session"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(BigKey, index=True)
    kind: Mapped[PinKind] = one_of(PinKind)


class TablePinSeat(Partnered, Base):
    """One of the members of a pin."""

    __tablename__ = "table_pin_seat"
    __table_args__ = (
        same_partnership("pin_id", "table_pin"),
        same_partnership("seat_id", "seat"),
        UniqueConstraint("pin_id", "seat_id"),
    )

    id: Mapped[Key]
    pin_id: Mapped[int] = mapped_column(BigKey)
    seat_id: Mapped[int] = mapped_column(BigKey, index=True)
