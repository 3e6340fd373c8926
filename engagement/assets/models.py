"""Venues."""

from __future__ import annotations

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.assets.rules import StepFree
from engagement.database.columns import CreatedAt, Key, Moment, PublicId, impersonal, one_of
from engagement.database.tenancy import Partnered, keyed
from engagement.extensions import Base


class Venue(Partnered, Base):
    """A place to meet. ``cost_pence`` is what it costs for a session; empty, nobody has said.
    ``closed_at``: no new session is held there."""

    __tablename__ = "venue"
    __table_args__ = (keyed(), UniqueConstraint("partnership_id", "name"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = impersonal(String(200))
    address: Mapped[str] = impersonal()
    step_free: Mapped[StepFree] = one_of(StepFree)
    hearing_loop: Mapped[bool] = mapped_column()
    cost_pence: Mapped[int | None] = mapped_column(Integer)
    opening: Mapped[str] = impersonal(default="")
    about: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()
    closed_at: Mapped[Moment | None] = mapped_column()
