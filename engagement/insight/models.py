"""Analyses of a corpus, the themes they found, the points under each, and priorities."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import BigKey, CreatedAt, Key, Moment, PublicId, impersonal
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base


class Analysis(Partnered, Base):
    """One run of the method over a programme's corpus, with all that is needed to repeat it."""

    __tablename__ = "analysis"
    __table_args__ = (keyed(), same_partnership("programme_id", "programme"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    run_public_id: Mapped[str] = impersonal(String(22), unique=True)
    method: Mapped[str] = impersonal()
    version: Mapped[str] = impersonal()
    parameters: Mapped[dict[str, Any]] = impersonal(JSON)
    fingerprint: Mapped[str] = impersonal(String(64))
    contributions: Mapped[int] = mapped_column(BigInteger)
    points: Mapped[int] = mapped_column(BigInteger)
    placed: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt] = mapped_column()


class Theme(Partnered, Base):
    """What a set of points is about.

    ``label`` is the method's, ``name`` a person's, which stays when the method runs again. A theme
    that was merged into another keeps its row, so that the next run knows it again.
    """

    __tablename__ = "theme"
    __table_args__ = (
        keyed(),
        same_partnership("programme_id", "programme"),
        same_partnership("merged_into_id", "theme"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    label: Mapped[str] = impersonal()
    name: Mapped[str] = impersonal(default="")
    merged_into_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    created_at: Mapped[CreatedAt] = mapped_column()


class Point(Partnered, Base):
    """A passage of a contribution that says one thing: its place in the words, never the words.

    ``closeness`` to the middle of its theme is from 0 to 1; a point that could not be placed has
    no theme.
    """

    __tablename__ = "point"
    __table_args__ = (
        same_partnership("analysis_id", "analysis"),
        same_partnership("contribution_id", "contribution"),
        same_partnership("theme_id", "theme"),
    )

    id: Mapped[Key]
    analysis_id: Mapped[int] = mapped_column(BigKey, index=True)
    contribution_id: Mapped[int] = mapped_column(BigKey, index=True)
    theme_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    start: Mapped[int] = mapped_column(BigInteger)
    end: Mapped[int] = mapped_column(BigInteger)
    closeness: Mapped[float] = impersonal(Float)


class Priority(Partnered, Base):
    """What a programme puts forward, resting on themes.

    ``indicator`` names a published figure that is shown beside it, for ``indicator_place``.
    """

    __tablename__ = "priority"
    __table_args__ = (
        keyed(),
        same_partnership("programme_id", "programme"),
        UniqueConstraint("programme_id", "number"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    number: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = impersonal()
    statement: Mapped[str] = impersonal(default="")
    indicator: Mapped[str] = impersonal(default="")
    indicator_place: Mapped[str | None] = impersonal(String(9))
    created_at: Mapped[CreatedAt] = mapped_column()
    published_at: Mapped[Moment | None] = mapped_column()


class PriorityTheme(Partnered, Base):
    """A theme that a priority rests on."""

    __tablename__ = "priority_theme"
    __table_args__ = (
        same_partnership("priority_id", "priority"),
        same_partnership("theme_id", "theme"),
        UniqueConstraint("priority_id", "theme_id"),
    )

    id: Mapped[Key]
    priority_id: Mapped[int] = mapped_column(BigKey, index=True)
    theme_id: Mapped[int] = mapped_column(BigKey, index=True)


class ReachSummary(Partnered, Base):
    """Who a programme has not yet reached, as an officer published it.

    It stays as it is until somebody publishes anew: what moved with every person who speaks would
    tell something of each. ``people`` is rounded; ``gaps`` are groups with how many of each are
    here beside how many live there, in words, and the source of the latter.
    """

    __tablename__ = "reach_summary"
    __table_args__ = (
        same_partnership("programme_id", "programme"),
        UniqueConstraint("programme_id"),
    )

    id: Mapped[Key]
    programme_id: Mapped[int] = mapped_column(BigKey)
    people: Mapped[int] = mapped_column(BigInteger)
    gaps: Mapped[list[dict[str, Any]]] = impersonal(JSON)
    published_at: Mapped[Moment] = mapped_column()
