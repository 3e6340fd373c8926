"""Reads of programmes. Each is limited to the programmes that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true

from engagement.extensions import db
from engagement.programmes.models import Programme


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme as pages show it."""

    id: int
    public_id: str
    name: str
    question: str
    created_at: datetime


_COLUMNS = (
    Programme.id,
    Programme.public_id,
    Programme.name,
    Programme.question,
    Programme.created_at,
)


def _among(visible: frozenset[int] | None) -> ColumnElement[bool]:
    return true() if visible is None else Programme.id.in_(visible)


def list_programmes(
    visible: frozenset[int] | None, page: int, size: int
) -> tuple[list[ProgrammeRow], int]:
    """One page of programmes by name (``page`` counts from 1), and how many there are.

    ``visible`` holds the keys that the reader may see; ``None`` means all of the partnership.
    """
    rows = db.session.execute(
        select(*_COLUMNS)
        .where(_among(visible))
        .order_by(Programme.name, Programme.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    total = db.session.scalar(select(func.count(Programme.id)).where(_among(visible)))
    return [ProgrammeRow(*row) for row in rows], total or 0


def find_programme(visible: frozenset[int] | None, public_id: str) -> ProgrammeRow | None:
    """One programme, when the reader may see it."""
    row = db.session.execute(
        select(*_COLUMNS).where(Programme.public_id == public_id, _among(visible))
    ).one_or_none()
    return ProgrammeRow(*row) if row else None


def programme_names() -> dict[int, str]:
    """The names of all programmes of the partnership by key, in the order of the names."""
    rows = db.session.execute(
        select(Programme.id, Programme.name).order_by(Programme.name, Programme.id)
    )
    return {row.id: row.name for row in rows}
