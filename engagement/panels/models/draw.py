"""Lotteries, the chances in them, and what their auditors found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, Integer, String, UniqueConstraint
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
from engagement.panels.rules import ANSWERS_KEPT, SIGNATURE_KEPT, AuditFinding, DrawState


class Draw(Partnered, Base):
    """One lottery for a panel, from its preparation to its ticket.

    ``facts`` holds what was settled with it and is published: targets with their sources, counts by
    one feature at a time, rules. Its files are kept under its own id and their names.
    """

    __tablename__ = "draw"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        UniqueConstraint("panel_id", "number"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[DrawState] = one_of(DrawState)
    run_public_id: Mapped[str] = impersonal(String(22))
    seats: Mapped[int] = mapped_column(Integer)
    tickets: Mapped[int] = mapped_column(Integer)
    registrants: Mapped[int] = mapped_column(Integer, default=0)
    pool_mark: Mapped[str] = impersonal(String(64), default="")
    root: Mapped[str] = impersonal(String(64), default="")
    exact: Mapped[bool] = mapped_column(default=False)
    gap: Mapped[float] = impersonal(Float, default=0.0)
    smallest_chance: Mapped[float] = impersonal(Float, default=0.0)
    greatest_chance: Mapped[float] = impersonal(Float, default=0.0)
    facts: Mapped[dict[str, Any]] = impersonal(JSON, default=dict)
    seed_source: Mapped[str] = impersonal()
    seed_due: Mapped[str] = impersonal()
    seed: Mapped[str] = impersonal(default="")
    seed_entered_by: Mapped[str] = impersonal(String(22), default="")
    seed_entered_at: Mapped[Moment | None] = mapped_column()
    ticket: Mapped[int | None] = mapped_column(Integer)
    problem: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()
    committed_at: Mapped[Moment | None] = mapped_column()
    drawn_at: Mapped[Moment | None] = mapped_column()
    told_at: Mapped[Moment | None] = mapped_column()
    void_at: Mapped[Moment | None] = mapped_column()
    void_reason: Mapped[str] = impersonal(default="")


class DrawChance(Partnered, Base):
    """One registrant's chance in a draw, and the number of their file in it."""

    __tablename__ = "draw_chance"
    __table_args__ = (
        same_partnership("draw_id", "draw"),
        same_partnership("registration_id", "registration"),
        UniqueConstraint("draw_id", "registration_id"),
    )

    id: Mapped[Key]
    draw_id: Mapped[int] = mapped_column(BigKey, index=True)
    registration_id: Mapped[int] = mapped_column(BigKey, index=True)
    number: Mapped[int] = mapped_column(Integer)
    chance: Mapped[float] = personal(
        DataClass.SPECIAL,
        Basis.EXPLICIT_CONSENT,
        Retention(ANSWERS_KEPT, since="kept_at"),
        Float,
    )
    kept_at: Mapped[CreatedAt] = mapped_column()


class DrawAudit(Partnered, Base):
    """A named auditor who looked into a draw: what they agreed to, took, and found.

    It begins when they agree; ``agreement`` holds the very words, ``auditor`` the public id of
    their account, which may be gone before the statement is.
    """

    __tablename__ = "draw_audit"
    __table_args__ = (
        keyed(),
        same_partnership("draw_id", "draw"),
        UniqueConstraint("draw_id", "auditor"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    draw_id: Mapped[int] = mapped_column(BigKey)
    auditor: Mapped[str] = impersonal(String(22))
    agreement: Mapped[str] = impersonal()
    agreed_at: Mapped[CreatedAt] = mapped_column()
    taken_at: Mapped[Moment | None] = mapped_column()
    finding: Mapped[AuditFinding | None] = one_of(AuditFinding)
    statement: Mapped[str] = impersonal(default="")
    signed_as: Mapped[str | None] = personal(
        DataClass.IDENTITY,
        Basis.PUBLIC_TASK,
        Retention(SIGNATURE_KEPT, since="signed_at", then=Then.BLANK),
    )
    signed_at: Mapped[Moment | None] = mapped_column()
