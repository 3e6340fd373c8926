"""Use cases of partnerships."""

from __future__ import annotations

import re

from sqlalchemy import select

from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.partnerships.errors import SlugTaken, SlugUnusable
from engagement.partnerships.models import Partnership

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
