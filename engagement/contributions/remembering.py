"""How columns were read the last time a file with the same headings came."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engagement.accounts.models import Staff
from engagement.contributions.models import ColumnMapping
from engagement.contributions.table import Part, Reading
from engagement.database import clock
from engagement.extensions import db


@dataclass(frozen=True)
class Remembered:
    """How a file with these headings was read, by whom and when.

    ``used_by`` is empty where that person is gone.
    """

    columns: dict[Part, str]
    values: dict[Part, dict[str, str]]
    used_by: str
    used_at: datetime


def _key(headings: Sequence[str]) -> str:
    names = "\n".join(sorted(name.casefold() for name in headings if name))
    return hashlib.sha256(names.encode()).hexdigest()


def remembered(headings: Sequence[str]) -> Remembered | None:
    """How a file with these headings, in any order, was read in this partnership."""
    row = db.session.execute(
        select(ColumnMapping, Staff.name)
        .outerjoin(Staff, Staff.public_id == ColumnMapping.used_by)
        .where(ColumnMapping.headings_hash == _key(headings))
    ).one_or_none()
    if row is None:
        return None
    mapping, name = row
    spelt = {heading.casefold(): heading for heading in headings}
    return Remembered(
        {
            Part(part): spelt[column.casefold()]
            for part, column in mapping.columns.items()
            if column.casefold() in spelt
        },
        {Part(part): dict(words) for part, words in mapping.values.items()},
        name or "",
        mapping.used_at,
    )


def remember(headings: Sequence[str], reading: Reading, staff_public_id: str) -> None:
    """Remember how a file with these headings was read; within a transaction of its use case."""
    now = clock.now()
    row = db.session.scalars(
        select(ColumnMapping).where(ColumnMapping.headings_hash == _key(headings))
    ).one_or_none() or ColumnMapping(headings_hash=_key(headings))
    row.columns = {part.value: column for part, column in reading.columns.items()}
    row.values = {part.value: dict(words) for part, words in reading.values.items()}
    row.used_by = staff_public_id
    row.used_at = now
    db.session.add(row)
