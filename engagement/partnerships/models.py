"""The partnership, the tenant of everything else, and the organisations that work with it."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import CreatedAt, Key, PublicId, impersonal, one_of
from engagement.database.tenancy import Partnered, keyed
from engagement.extensions import Base
from engagement.partnerships.rules import OrganisationKind


class Partnership(Base):
    """An Integrated Care Partnership and how residents reach it without a computer."""

    __tablename__ = "partnership"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = impersonal(unique=True)
    name: Mapped[str] = impersonal()
    phone: Mapped[str] = impersonal(default="")
    email: Mapped[str] = impersonal(default="")
    address: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()


class Organisation(Partnered, Base):
    """An organisation that works with the partnership: leads a programme or convenes it."""

    __tablename__ = "organisation"
    __table_args__ = (keyed(), UniqueConstraint("partnership_id", "name"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = impersonal()
    kind: Mapped[OrganisationKind] = one_of(OrganisationKind)
    created_at: Mapped[CreatedAt] = mapped_column()
