"""Panels, what they have to look like, the letters that invite, and who registered."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Float, Integer, String, UniqueConstraint
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
from engagement.panels.rules import (
    BatchKind,
    DrawState,
    InvitationState,
    Recruitment,
    Route,
    SeatState,
)

ANSWERS_KEPT = 3 * 365
ADDRESS_KEPT = 365


class Panel(Partnered, Base):
    """The panel that an activity is: a citizens' panel, or a standing community panel.

    ``least_age`` and ``most_age`` say in words of years who may join; empty, anyone.
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


class InvitationWording(Partnered, Base):
    """The words of a panel's letter in one language, where somebody wrote them."""

    __tablename__ = "invitation_wording"
    __table_args__ = (
        same_partnership("panel_id", "panel"),
        UniqueConstraint("panel_id", "language"),
    )

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(BigKey)
    language: Mapped[str] = impersonal(String(12))
    text: Mapped[str] = impersonal()


class InvitationBatch(Partnered, Base):
    """Letters, or codes to hand out, that were made together."""

    __tablename__ = "invitation_batch"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        UniqueConstraint("panel_id", "number"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[BatchKind] = one_of(BatchKind)
    where: Mapped[str] = impersonal(default="")
    seed: Mapped[str] = impersonal(default="")
    addresses: Mapped[int] = mapped_column(Integer, default=0)
    drawn_by: Mapped[dict[str, Any] | None] = impersonal(JSON)
    created_at: Mapped[CreatedAt] = mapped_column()
    sent_at: Mapped[Moment | None] = mapped_column()
    reminded_at: Mapped[Moment | None] = mapped_column()


class Invitation(Partnered, Base):
    """One letter or handed-out code. The letter is the household, unless it is ``communal``."""

    __tablename__ = "invitation"
    __table_args__ = (
        keyed(),
        same_partnership("batch_id", "invitation_batch"),
        same_partnership("letter_code_id", "letter_code", ondelete="NO ACTION"),
        UniqueConstraint("letter_code_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    batch_id: Mapped[int] = mapped_column(BigKey, index=True)
    letter_code_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(Integer)
    address: Mapped[str | None] = personal(
        DataClass.CONTACT,
        Basis.PUBLIC_TASK,
        Retention(ADDRESS_KEPT, since="created_at", then=Then.BLANK),
    )
    strata: Mapped[dict[str, str] | None] = impersonal(JSON)
    probability: Mapped[str] = impersonal(default="")
    communal: Mapped[bool] = mapped_column(default=False)
    state: Mapped[InvitationState] = one_of(InvitationState)
    created_at: Mapped[CreatedAt] = mapped_column()


class Registration(Partnered, Base):
    """A resident who puts their name forward for a panel.

    ``pool_id`` is who they are in the lottery: a random text that says nothing. ``household`` is
    the same for those who answered one letter.
    """

    __tablename__ = "registration"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        same_partnership("resident_id", "resident"),
        UniqueConstraint("panel_id", "resident_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    resident_id: Mapped[int] = personal(
        DataClass.IDENTITY,
        Basis.PUBLIC_TASK,
        Retention(ANSWERS_KEPT, since="begun_at"),
        BigKey,
        index=True,
    )
    pool_id: Mapped[str] = impersonal(String(22))
    reference: Mapped[str] = impersonal(String(12))
    household: Mapped[str | None] = impersonal(String(40))
    route: Mapped[Route] = one_of(Route)
    begun_at: Mapped[CreatedAt] = mapped_column()
    sent_at: Mapped[Moment | None] = mapped_column()
    withdrawn_at: Mapped[Moment | None] = mapped_column()


class RegistrationAnswer(Partnered, Base):
    """One answer for the draw; it stands only while its consent does."""

    __tablename__ = "registration_answer"
    __table_args__ = (
        same_partnership("registration_id", "registration"),
        same_partnership("consent_id", "consent"),
        UniqueConstraint("registration_id", "feature"),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(BigKey, index=True)
    consent_id: Mapped[int] = mapped_column(BigKey, index=True)
    feature: Mapped[str] = impersonal(String(60))
    value: Mapped[str] = personal(
        DataClass.SPECIAL, Basis.EXPLICIT_CONSENT, Retention(ANSWERS_KEPT, since="answered_at")
    )
    answered_at: Mapped[CreatedAt] = mapped_column()


class SupportNeed(Partnered, Base):
    """What would help somebody take part; for those alone who need to know."""

    __tablename__ = "support_need"
    __table_args__ = (
        same_partnership("registration_id", "registration"),
        same_partnership("consent_id", "consent"),
        UniqueConstraint("registration_id"),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(BigKey)
    consent_id: Mapped[int] = mapped_column(BigKey, index=True)
    needs: Mapped[str] = personal(
        DataClass.SPECIAL, Basis.EXPLICIT_CONSENT, Retention(ADDRESS_KEPT, since="told_at")
    )
    told_at: Mapped[CreatedAt] = mapped_column()


class Draw(Partnered, Base):
    """One lottery for a panel, from its preparation to its ticket.

    ``facts`` holds what was settled with it and is published: targets with their sources, counts by
    one feature at a time, rules. Files are kept with the run (``run_public_id``) under their names.
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
