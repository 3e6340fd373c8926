"""Reads of venues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from engagement.assets.models import Venue
from engagement.assets.rules import StepFree
from engagement.extensions import db


@dataclass(frozen=True)
class VenueRow:
    """A venue as pages show it."""

    id: int
    public_id: str
    name: str
    address: str
    step_free: StepFree
    hearing_loop: bool
    cost_pence: int | None
    opening: str
    about: str
    closed_at: datetime | None


VENUE = (
    *(Venue.id, Venue.public_id, Venue.name, Venue.address, Venue.step_free),
    *(Venue.hearing_loop, Venue.cost_pence, Venue.opening, Venue.about, Venue.closed_at),
)


def venues(*conditions: ColumnElement[bool]) -> list[VenueRow]:
    """The venues of the partnership, by name."""
    rows: Any = db.session.execute(select(*VENUE).where(*conditions).order_by(Venue.name))
    return [VenueRow(*row) for row in rows]


def find_venue(public_id: str) -> VenueRow | None:
    """One venue."""
    return next(iter(venues(Venue.public_id == public_id)), None)
