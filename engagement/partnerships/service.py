"""Use cases of partnerships."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.partnerships.errors import OrganisationThere, SlugTaken, SlugUnusable
from engagement.partnerships.models import Organisation, Partnership
from engagement.partnerships.rules import OrganisationKind

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@transactional
def create_partnership(
    slug: str, name: str, *, phone: str = "", email: str = "", address: str = ""
) -> int:
    """Open a partnership and return its key.

    ``slug`` is its short name in addresses: lower-case letters, digits and single dashes.
    Raises ``SlugUnusable`` or ``SlugTaken``.
    """
    if not SLUG.fullmatch(slug):
        raise SlugUnusable(slug)
    if db.session.scalar(select(Partnership.id).where(Partnership.slug == slug)):
        raise SlugTaken(slug)
    partnership = Partnership(slug=slug, name=name, phone=phone, email=email, address=address)
    db.session.add(partnership)
    db.session.flush()
    return partnership.id


@transactional
def add_organisation(name: str, kind: OrganisationKind) -> str:
    """Add an organisation that works with the partnership; returns its public id.

    Raises ``OrganisationThere`` where one has this name.
    """
    name = " ".join(name.split())
    if db.session.scalar(
        select(Organisation.id).where(func.lower(Organisation.name) == name.lower())
    ):
        raise OrganisationThere(name)
    organisation = Organisation(name=name, kind=kind)
    db.session.add(organisation)
    db.session.flush()
    record(
        "organisation.added",
        "organisation",
        organisation.public_id,
        facts={"name": name, "kind": kind},
    )
    return organisation.public_id
