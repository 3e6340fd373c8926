"""Reads of partnerships."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engagement.extensions import db
from engagement.partnerships.models import Organisation, Partnership
from engagement.partnerships.rules import OrganisationKind


@dataclass(frozen=True)
class PartnershipRow:
    """A partnership as pages show it."""

    id: int
    public_id: str
    slug: str
    name: str
    phone: str
    email: str
    address: str


PARTNERSHIP_COLUMNS = (
    Partnership.id,
    Partnership.public_id,
    Partnership.slug,
    Partnership.name,
    Partnership.phone,
    Partnership.email,
    Partnership.address,
)


def find_partnership(slug: str) -> PartnershipRow | None:
    """The partnership with this short name."""
    row = db.session.execute(
        select(*PARTNERSHIP_COLUMNS).where(Partnership.slug == slug)
    ).one_or_none()
    return PartnershipRow(*row) if row else None


def partnership_by_key(key: int) -> PartnershipRow:
    """The partnership with this key."""
    return PartnershipRow(
        *db.session.execute(select(*PARTNERSHIP_COLUMNS).where(Partnership.id == key)).one()
    )


def list_partnerships() -> list[PartnershipRow]:
    """All partnerships, by name."""
    rows = db.session.execute(
        select(*PARTNERSHIP_COLUMNS).order_by(Partnership.name, Partnership.id)
    )
    return [PartnershipRow(*row) for row in rows]


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation as pages show it."""

    id: int
    public_id: str
    name: str
    kind: OrganisationKind


def list_organisations() -> list[OrganisationRow]:
    """The organisations that work with the partnership, by name."""
    rows = db.session.execute(
        select(
            Organisation.id, Organisation.public_id, Organisation.name, Organisation.kind
        ).order_by(Organisation.name, Organisation.id)
    )
    return [OrganisationRow(*row) for row in rows]
