"""What somebody who votes tells of themselves for the map, and who wants to hear what happened.

Each rests on a consent of its own, to exactly the words that were shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from engagement.audit.service import record
from engagement.conversations.rules import MAP_PURPOSE, TELL_PURPOSE
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.people.models import Consent, Resident
from engagement.people.questions import BY_KEY, PREFER_NOT_TO_SAY
from engagement.people.rules import ContactBy, GivenHow
from engagement.people.service import (
    answer_question,
    change_own_details,
    give_consent,
    withdraw_consents,
)


@transactional
def declare(resident_id: int, question: str, value: str, wording_text: str) -> None:
    """Keep an answer about oneself, and that maps of opinion may use it.

    "Prefer not to say" is kept as such, and no map uses it. Raises ``UnknownQuestion`` or
    ``NotAnAnswer``.
    """
    answer_question(resident_id, question, value, wording_text, GivenHow.ONLINE)
    wording = BY_KEY[question].wording
    _replace(resident_id, MAP_PURPOSE, wording)
    if value != PREFER_NOT_TO_SAY:
        give_consent(resident_id, MAP_PURPOSE, wording, wording_text, GivenHow.ONLINE)


def _replace(resident_id: int, purpose: str, wording: str) -> None:
    """An earlier consent to the same gives way."""
    earlier = db.session.scalars(
        select(Consent.id).where(
            Consent.resident_id == resident_id,
            Consent.purpose == purpose,
            Consent.wording == wording,
            Consent.withdrawn_at.is_(None),
        )
    ).all()
    withdraw_consents(earlier)


@dataclass(frozen=True)
class Reach:
    """How to reach somebody: the way they chose, and what it needs."""

    contact_by: ContactBy
    email: str = ""
    phone: str = ""
    address: str = ""


@transactional
def ask_to_be_told(
    resident_id: int, activity_public_id: str, reach: Reach, wording_text: str
) -> None:
    """Keep how to reach a resident who wants to hear what came of a conversation."""
    resident = db.session.scalars(select(Resident).where(Resident.id == resident_id)).one()
    change_own_details(
        resident_id,
        resident.name,
        reach.email or resident.email,
        reach.phone or resident.phone,
        reach.address or resident.address,
        reach.contact_by,
    )
    _replace(resident_id, TELL_PURPOSE, activity_public_id)
    give_consent(resident_id, TELL_PURPOSE, activity_public_id, wording_text, GivenHow.ONLINE)
    record("resident.wants to be told", "resident", resident.public_id)


def count_to_be_told(activity_public_id: str) -> dict[ContactBy, int]:
    """How many want to hear what came of a conversation, by the way that they chose."""
    rows = db.session.execute(
        select(Resident.contact_by, func.count())
        .join(Consent, Consent.resident_id == Resident.id)
        .where(
            Consent.purpose == TELL_PURPOSE,
            Consent.wording == activity_public_id,
            Consent.withdrawn_at.is_(None),
        )
        .group_by(Resident.contact_by)
    )
    return dict(rows.all())


def wants_to_be_told(resident_id: int, activity_public_id: str) -> bool:
    """Whether a resident asked to hear what came of a conversation."""
    found = select(Consent.id).where(
        Consent.resident_id == resident_id,
        Consent.purpose == TELL_PURPOSE,
        Consent.wording == activity_public_id,
        Consent.withdrawn_at.is_(None),
    )
    return db.session.scalar(found) is not None
