"""What somebody who votes tells of themselves for the map, and who wants to hear what happened.

Each rests on a consent of its own, to exactly the words that were shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from sqlalchemy import ColumnElement, func, select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import record
from engagement.conversations.errors import StopLinkRefused, UnknownMap
from engagement.conversations.models import OpinionMap
from engagement.conversations.rules import MAP_PURPOSE, TELL_PURPOSE
from engagement.conversations.service import conversation_of
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.messages.service import queue
from engagement.people.consents import give_consent, withdraw_consents
from engagement.people.models import Consent, Resident
from engagement.people.questions import BY_KEY, PREFER_NOT_TO_SAY
from engagement.people.rules import ContactBy, GivenHow
from engagement.people.service import answer_question, change_own_details
from engagement.programmes.service import Visible


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


def _standing(activity_public_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Consent.purpose == TELL_PURPOSE,
        Consent.wording == activity_public_id,
        Consent.withdrawn_at.is_(None),
    )


def count_to_be_told(activity_public_id: str) -> dict[ContactBy, int]:
    """How many want to hear what came of a conversation, by the way that they chose."""
    rows = db.session.execute(
        select(Resident.contact_by, func.count())
        .join(Consent, Consent.resident_id == Resident.id)
        .where(*_standing(activity_public_id))
        .group_by(Resident.contact_by)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class ToReach:
    """Somebody whom a person has to tell, by telephone or by post."""

    public_id: str
    contact_by: ContactBy
    where: str


def to_be_told_by_person(activity_public_id: str) -> list[ToReach]:
    """Who wants to hear by telephone or by post what came of a conversation."""
    rows = db.session.execute(
        select(Resident.public_id, Resident.contact_by, Resident.phone, Resident.address)
        .join(Consent, Consent.resident_id == Resident.id)
        .where(
            *_standing(activity_public_id),
            Resident.contact_by.in_([ContactBy.PHONE, ContactBy.POST]),
        )
        .order_by(Resident.contact_by, Resident.id)
    )
    return [
        ToReach(key, way, phone if way is ContactBy.PHONE else address)
        for key, way, phone, address in rows
    ]


@dataclass(frozen=True)
class Letter:
    """What a message says beside the title: its subject, where to read, where to stop it."""

    subject: str
    link: str
    stop: Callable[[str], str]


@transactional
def tell_what_happened(
    visible: Visible, programme_public_id: str, public_id: str, letter: Letter
) -> int:
    """Write to all who want to be told by e-mail, once for each map; returns how many.

    Raises ``UnknownProgramme``, ``UnknownConversation``, or ``UnknownMap`` where none is published.
    """
    activity = conversation_of(visible, programme_public_id, public_id)
    latest = db.session.scalars(
        select(OpinionMap)
        .where(OpinionMap.activity_id == activity.id, OpinionMap.published_at.is_not(None))
        .order_by(OpinionMap.id.desc())
        .limit(1)
    ).one_or_none()
    if latest is None:
        raise UnknownMap(public_id)
    if latest.told_at is not None:
        return 0
    rows = db.session.execute(
        select(Consent.id, Resident.id, Resident.email)
        .join(Resident, Resident.id == Consent.resident_id)
        .where(*_standing(public_id), Resident.contact_by == ContactBy.EMAIL, Resident.email != "")
        .order_by(Consent.id)
    ).all()
    for consent, resident, email in rows:
        queue(
            "opinions_shown",
            email,
            subject=letter.subject,
            resident_id=resident,
            title=activity.title,
            link=letter.link,
            stop=letter.stop(stop_token(consent)),
        )
    latest.told_at = clock.now()
    record("opinions.told", "opinion map", latest.public_id, facts={"by_email": len(rows)})
    return len(rows)


def stop_token(consent_id: int) -> str:
    """What a message's link holds, by which its reader stops being told."""
    return f"{consent_id}-{keyed_hash('stop telling', str(consent_id))}"


def _consent_of(token: str) -> Consent:
    number, _, proof = token.partition("-")
    known = number.isascii() and number.isdigit() and len(number) < 19
    if not known or not compare_digest(proof.encode(), keyed_hash("stop telling", number).encode()):
        raise StopLinkRefused
    consent = db.session.scalars(
        select(Consent).where(Consent.id == int(number), Consent.purpose == TELL_PURPOSE)
    ).one_or_none()
    if consent is None:
        raise StopLinkRefused
    return consent


def look_at_stop_link(token: str) -> bool:
    """Whether who has this link is still to be told. Raises ``StopLinkRefused``."""
    return _consent_of(token).withdrawn_at is None


@transactional
def stop_telling(token: str) -> None:
    """Tell somebody no more, by the link of a message. Raises ``StopLinkRefused``."""
    consent = _consent_of(token)
    if consent.withdrawn_at is None:
        withdraw_consents([consent.id])
        record("resident.wants not to be told", "consent", "")
