"""Seats, who came to what, and what they are owed; the make-up of a panel."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import (
    BigKey,
    CreatedAt,
    Key,
    Moment,
    PublicId,
    impersonal,
    one_of,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.panels.rules import MakeupMoment, PayBy, Route, SeatState


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
