"""Erasures applied again: a copy of the database from before holds the erased people still."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engagement.database.tenancy import serving
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.partnerships.queries import list_partnerships
from engagement.people.models import Resident
from engagement.rights.erasure import erase_resident
from engagement.rights.errors import ListHasFaults
from engagement.rights.models import Erasure

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Erased:
    """Somebody who was erased: the short name of the partnership, the random id, and when."""

    partnership: str
    public_id: str
    erased_at: datetime

    def line(self) -> str:
        """As it stands in a list."""
        return json.dumps(
            {
                "partnership": self.partnership,
                "resident": self.public_id,
                "erased_at": self.erased_at.isoformat(),
            }
        )


def list_erasures() -> list[Erased]:
    """Everybody who was erased, of all partnerships, the first first."""
    found = []
    for place in list_partnerships():
        with serving(place.id):
            rows = db.session.execute(
                select(Erasure.public_id, Erasure.erased_at).order_by(Erasure.id)
            )
            found += [Erased(place.slug, *row) for row in rows]
    return found


def read_erasures(lines: Iterable[str]) -> list[Erased]:
    """The people of a list. Raises ``ListHasFaults`` with all that is wrong in it."""
    known = {place.slug for place in list_partnerships()}
    found, faults = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_read(line, known))
        except ValueError as error:
            faults.append(f"row {number}: {error}")
    if faults:
        raise ListHasFaults(faults)
    return found


def _read(line: str, known: set[str]) -> Erased:
    try:
        given = json.loads(line)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ValueError("this is not a line of a list of erasures; make one with “list”")
    partnership, resident, erased_at = (
        str(given.get(name, "")) for name in ("partnership", "resident", "erased_at")
    )
    if partnership not in known:
        raise ValueError(f"there is no partnership “{partnership[:40]}” here")
    if not PUBLIC_ID.fullmatch(resident):
        raise ValueError("“resident” must be the 22 characters that “list” writes")
    try:
        moment = datetime.fromisoformat(erased_at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("“erased_at” must be a moment such as 2026-03-04T09:30:00+00:00")
    return Erased(partnership, resident, moment)


def apply_erasures(people: Iterable[Erased]) -> int:
    """Erase again whoever is there; returns how many were. Done twice, it changes nothing."""
    places = {place.slug: place.id for place in list_partnerships()}
    again = 0
    for person in people:
        with serving(places[person.partnership]):
            key = db.session.scalar(
                select(Resident.id).where(Resident.public_id == person.public_id)
            )
            if key is not None:
                erase_resident(key, erased_at=person.erased_at)
                again += 1
            else:
                _note_absent(person)
    return again


@transactional
def _note_absent(person: Erased) -> None:
    """Keep on the list who is not there to be erased: the next copy may hold them."""
    known = select(Erasure.id).where(Erasure.public_id == person.public_id)
    if db.session.scalar(known) is None:
        db.session.add(Erasure(public_id=person.public_id, erased_at=person.erased_at))
