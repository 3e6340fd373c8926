"""Panels, what they are to be balanced by, and how many seats for whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Integer, String, UniqueConstraint
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
from engagement.panels.rules import Recruitment


class Panel(Partnered, Base):
    """The panel that an activity is: a citizens' panel, or a standing community panel.

    ``least_age`` and ``most_age`` say in words of years who may join; empty, anyone.
    ``reserve_until``: the last day on which an empty seat is drawn again.
    """

    __tablename__ = "panel"
    __table_args__ = (
        keyed(),
        same_partnership("activity_id", "activity"),
        UniqueConstraint("activity_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    activity_id: Mapped[int] = mapped_column(BigKey)
    recruitment: Mapped[Recruitment] = one_of(Recruitment)
    remit: Mapped[str] = impersonal()
    eligibility: Mapped[str] = impersonal(default="")
    size: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date | None] = impersonal(Date)
    ends_on: Mapped[date | None] = impersonal(Date)
    payment: Mapped[str] = impersonal(default="")
    support: Mapped[str] = impersonal(default="")
    other_formats: Mapped[str] = impersonal(default="")
    least_age: Mapped[int | None] = mapped_column(Integer)
    most_age: Mapped[int | None] = mapped_column(Integer)
    registration_closes_at: Mapped[Moment | None] = mapped_column()
    reserve_until: Mapped[date | None] = impersonal(Date)
    created_at: Mapped[CreatedAt] = mapped_column()


class PanelFeature(Partnered, Base):
    """What the panel is to be balanced by, in the order in which people are asked.

    ``key`` is that of a question about oneself, ``deprivation`` or ``place``; another is the
    panel's own, and ``wording`` holds its title, why it is asked and its choices.
    """

    __tablename__ = "panel_feature"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        UniqueConstraint("panel_id", "key"),
    )

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    key: Mapped[str] = impersonal(String(60))
    place: Mapped[int] = mapped_column(Integer)
    wording: Mapped[dict[str, Any] | None] = impersonal(JSON)
    source: Mapped[str] = impersonal(default="")
    vintage: Mapped[str] = impersonal(default="")
    note: Mapped[str] = impersonal(default="")


class PanelTarget(Partnered, Base):
    """The least and the most seats for one value; ``population``: how many such people there are
    in the areas, where that is known."""

    __tablename__ = "panel_target"
    __table_args__ = (
        same_partnership("feature_id", "panel_feature"),
        UniqueConstraint("feature_id", "value"),
    )

    id: Mapped[Key]
    feature_id: Mapped[int] = mapped_column(BigKey, index=True)
    value: Mapped[str] = impersonal()
    place: Mapped[int] = mapped_column(Integer)
    population: Mapped[int | None] = mapped_column(BigKey)
    least: Mapped[int] = mapped_column(Integer)
    most: Mapped[int] = mapped_column(Integer)
