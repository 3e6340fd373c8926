"""Use cases of venues."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from engagement.assets.errors import UnknownVenue, VenueExists
from engagement.assets.models import Venue
from engagement.assets.rules import VenuePlan
from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db


@transactional
def add_venue(plan: VenuePlan) -> str:
    """Add a venue; returns its public id. Raises ``VenueExists``."""
    _check_name(plan.name, None)
    row = Venue(**_values(plan))
    db.session.add(row)
    db.session.flush()
    record("venue.added", "venue", row.public_id)
    return row.public_id


@transactional
def change_venue(public_id: str, plan: VenuePlan, *, closed: bool = False) -> None:
    """Describe a venue otherwise, and say whether new sessions are held there.

    Raises ``UnknownVenue`` or ``VenueExists``.
    """
    row = db.session.scalars(
        select(Venue).where(Venue.public_id == public_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise UnknownVenue(public_id)
    _check_name(plan.name, row.id)
    for name, value in _values(plan).items():
        setattr(row, name, value)
    if closed != (row.closed_at is not None):
        row.closed_at = clock.now() if closed else None
    record("venue.changed", "venue", public_id)


def _values(plan: VenuePlan) -> dict[str, object]:
    return {
        name: value.strip() if type(value) is str else value for name, value in asdict(plan).items()
    }


def _check_name(name: str, own: int | None) -> None:
    there = db.session.scalar(select(Venue.id).where(Venue.name == name.strip()))
    if there is not None and there != own:
        raise VenueExists(name)
