"""Data cards, where they are shown, other wordings of an activity, and whom it is for above all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Integer, String, UniqueConstraint
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
from engagement.prompts.rules import CardOrigin, WordingFormat


class DataCard(Partnered, Base):
    """A figure in plain words, with what it is compared to, its source and its caveat.

    Never changed once it is published: answers keep the card that they were given to, and a new
    one may take its place. ``figures`` are the rows behind it, as they passed the check of small
    numbers: each a name, a value (``None`` where it is hidden) and a unit; the first is the one
    that is told, the second what it is compared with.
    """

    __tablename__ = "data_card"
    __table_args__ = (
        keyed(),
        same_partnership("programme_id", "programme"),
        same_partnership("replaces_id", "data_card", ondelete="NO ACTION"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    title: Mapped[str] = impersonal()
    value: Mapped[str] = impersonal()
    comparison: Mapped[str] = impersonal(default="")
    plain_words: Mapped[str] = impersonal()
    period: Mapped[str] = impersonal(default="")
    source: Mapped[str] = impersonal()
    caveat: Mapped[str] = impersonal()
    origin: Mapped[CardOrigin] = one_of(CardOrigin)
    figures: Mapped[list[dict[str, Any]]] = impersonal(JSON, default=list)
    replaces_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    created_at: Mapped[CreatedAt] = mapped_column()
    published_at: Mapped[Moment | None] = mapped_column()
    replaced_at: Mapped[Moment | None] = mapped_column()


class ActivityCard(Partnered, Base):
    """A data card that is shown before the question of an activity, in an order."""

    __tablename__ = "activity_card"
    __table_args__ = (
        same_partnership("activity_id", "activity"),
        same_partnership("data_card_id", "data_card"),
        UniqueConstraint("activity_id", "data_card_id"),
    )

    id: Mapped[Key]
    activity_id: Mapped[int] = mapped_column(BigKey, index=True)
    data_card_id: Mapped[int] = mapped_column(BigKey, index=True)
    position: Mapped[int] = impersonal(Integer)


class ActivityWording(Partnered, Base):
    """An activity's question in another language or format.

    ``language`` is a BCP 47 tag. ``address`` is where a signed film or a ready-made document is.
    """

    __tablename__ = "activity_wording"
    __table_args__ = (
        same_partnership("activity_id", "activity"),
        UniqueConstraint("activity_id", "format", "language"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    activity_id: Mapped[int] = mapped_column(BigKey, index=True)
    format: Mapped[WordingFormat] = one_of(WordingFormat)
    language: Mapped[str] = impersonal(String(35))
    title: Mapped[str] = impersonal(default="")
    about: Mapped[str] = impersonal(default="")
    prompt: Mapped[str] = impersonal(default="")
    address: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()


class ActivityAudience(Partnered, Base):
    """From where an activity would most like to hear people, and why.

    ``places`` are small areas or other official places, each a code and a name.
    """

    __tablename__ = "activity_audience"
    __table_args__ = (
        same_partnership("activity_id", "activity"),
        UniqueConstraint("activity_id"),
    )

    id: Mapped[Key]
    activity_id: Mapped[int] = mapped_column(BigKey)
    places: Mapped[list[dict[str, str]]] = impersonal(JSON)
    reason: Mapped[str] = impersonal()
    created_at: Mapped[CreatedAt] = mapped_column()
