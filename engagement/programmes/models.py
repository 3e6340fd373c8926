"""Programmes, their areas, groups and convenors, their activities, and who takes part."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, String, UniqueConstraint
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
from engagement.programmes.rules import ActivityKind, ParticipantKind, Topic


class Programme(Partnered, Base):
    """One engagement exercise.

    ``lead_organisation_id`` holds the rights over the question; empty, it is the partnership. Where
    an organisation leads, the partnership is a guest from ``guest_invited_at`` on. With
    ``moderate_first`` nobody reads what others said before a moderator did; ``most_per_person`` is
    how many contributions one participant may make in an activity.
    """

    __tablename__ = "programme"
    __table_args__ = (
        keyed(),
        same_partnership("lead_organisation_id", "organisation", ondelete="NO ACTION"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = impersonal()
    topic: Mapped[Topic] = one_of(Topic, default=Topic.OTHER)
    question: Mapped[str] = impersonal()
    can_change: Mapped[str] = impersonal(default="")
    cannot_change: Mapped[str] = impersonal(default="")
    decision: Mapped[str] = impersonal(default="")
    decision_on: Mapped[date | None] = impersonal(Date)
    lead_organisation_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    guest_invited_at: Mapped[Moment | None] = mapped_column()
    contact_phone: Mapped[str] = impersonal(default="")
    contact_email: Mapped[str] = impersonal(default="")
    contact_address: Mapped[str] = impersonal(default="")
    payment: Mapped[str] = impersonal(default="")
    support: Mapped[str] = impersonal(default="")
    offline_routes: Mapped[str] = impersonal(default="")
    existing_confirmed_at: Mapped[Moment | None] = mapped_column()
    moderate_first: Mapped[bool] = mapped_column(default=False)
    most_per_person: Mapped[int | None] = impersonal(Integer)
    created_at: Mapped[CreatedAt] = mapped_column()
    published_at: Mapped[Moment | None] = mapped_column()
    closed_at: Mapped[Moment | None] = mapped_column()


class ProgrammeArea(Partnered, Base):
    """A place that a programme is about; ``place_code`` is empty where the name is people's own."""

    __tablename__ = "programme_area"
    __table_args__ = (
        same_partnership("programme_id", "programme"),
        UniqueConstraint("programme_id", "name"),
    )

    id: Mapped[Key]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    name: Mapped[str] = impersonal()
    place_code: Mapped[str | None] = impersonal(String(9), index=True)


class ProgrammeGroup(Partnered, Base):
    """A group that a programme must hear."""

    __tablename__ = "programme_group"
    __table_args__ = (
        same_partnership("programme_id", "programme"),
        UniqueConstraint("programme_id", "name"),
    )

    id: Mapped[Key]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    name: Mapped[str] = impersonal()


class ExistingGroup(Partnered, Base):
    """A group or forum that existed before the programme and that it builds on."""

    __tablename__ = "existing_group"
    __table_args__ = (
        same_partnership("programme_id", "programme"),
        UniqueConstraint("programme_id", "name"),
    )

    id: Mapped[Key]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    name: Mapped[str] = impersonal()


class ProgrammeConvenor(Partnered, Base):
    """An organisation that convenes a programme together with its lead."""

    __tablename__ = "programme_convenor"
    __table_args__ = (
        same_partnership("programme_id", "programme"),
        same_partnership("organisation_id", "organisation"),
        UniqueConstraint("programme_id", "organisation_id"),
    )

    id: Mapped[Key]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, index=True)


class Activity(Partnered, Base):
    """Something that a programme runs. Open and closed are reckoned from the database's clock."""

    __tablename__ = "activity"
    __table_args__ = (keyed(), same_partnership("programme_id", "programme"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    kind: Mapped[ActivityKind] = one_of(ActivityKind)
    title: Mapped[str] = impersonal()
    about: Mapped[str] = impersonal(default="")
    prompt: Mapped[str] = impersonal(default="")
    offline_routes: Mapped[str] = impersonal(default="")
    opens_at: Mapped[Moment | None] = mapped_column()
    closes_at: Mapped[Moment | None] = mapped_column()
    created_at: Mapped[CreatedAt] = mapped_column()
    published_at: Mapped[Moment | None] = mapped_column()


class Participant(Partnered, Base):
    """Somebody within one programme: a random id, and nothing else about the person.

    ``token_hash`` recognises a browser, or the same respondent of an imported file.
    """

    __tablename__ = "participant"
    __table_args__ = (
        keyed(),
        same_partnership("programme_id", "programme"),
        UniqueConstraint("programme_id", "token_hash"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    kind: Mapped[ParticipantKind] = one_of(ParticipantKind)
    token_hash: Mapped[str | None] = impersonal(String(64))
