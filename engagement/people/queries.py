"""Reads of residents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from engagement.accounts.queries import LiveSession
from engagement.accounts.rules import RESIDENT_LIMIT, Principal, PrincipalKind
from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.people.models import MemberCode, ProfileAnswer, Resident
from engagement.people.rules import ContactBy


def resident_principal(session: LiveSession) -> Principal | None:
    """The resident of a session. The name is not looked up: a resident's pages call nobody by it
    but the first."""
    if session.resident_id is None:
        return None
    return Principal(
        kind=PrincipalKind.RESIDENT,
        id=session.resident_id,
        public_id=session.holder_public_id,
        name="",
        session_id=session.id,
        idle_ends_at=min(session.last_seen_at + RESIDENT_LIMIT.idle, session.ends_at),
        ends_at=session.ends_at,
    )


@dataclass(frozen=True)
class ResidentRow:
    """A resident as the pages of staff show them."""

    public_id: str
    name: str
    email: str
    phone: str
    address: str
    contact_by: ContactBy
    created_at: datetime
    has_code: bool


def _columns() -> tuple[ColumnElement[Any], ...]:
    live_code = exists().where(
        MemberCode.resident_id == Resident.id,
        MemberCode.revoked_at.is_(None),
        MemberCode.expires_at > utc_now(),
    )
    return (
        Resident.public_id,
        Resident.name,
        Resident.email,
        Resident.phone,
        Resident.address,
        Resident.contact_by,
        Resident.created_at,
        live_code.label("has_code"),
    )  # type: ignore[return-value]


def list_residents(page: int, size: int, search: str = "") -> tuple[list[ResidentRow], int]:
    """One page of residents by name (``page`` counts from 1), and how many match.

    ``search`` looks in name, e-mail address and phone number; without it all are listed.
    """
    found = _matching(search)
    rows = db.session.execute(
        select(*_columns())
        .where(*found)
        .order_by(Resident.name, Resident.public_id)
        .limit(size)
        .offset((page - 1) * size)
    )
    total = db.session.scalar(select(func.count(Resident.id)).where(*found))
    return [ResidentRow(*tuple(row)) for row in rows], total or 0


def _matching(search: str) -> tuple[ColumnElement[bool], ...]:
    words = search.split()
    return tuple(
        Resident.name.icontains(word, autoescape=True)
        | Resident.email.icontains(word, autoescape=True)
        | Resident.phone.icontains(word, autoescape=True)
        for word in words
    )


def find_resident(public_id: str) -> ResidentRow | None:
    """One resident."""
    row = db.session.execute(
        select(*_columns()).where(Resident.public_id == public_id)
    ).one_or_none()
    return ResidentRow(*tuple(row)) if row else None


@dataclass(frozen=True)
class OwnDetails:
    """What a resident told us about how to reach them."""

    name: str
    email: str
    phone: str
    address: str
    contact_by: ContactBy


def own_details(resident_id: int) -> OwnDetails:
    """A resident's own contact details."""
    row = db.session.execute(
        select(
            Resident.name, Resident.email, Resident.phone, Resident.address, Resident.contact_by
        ).where(Resident.id == resident_id)
    ).one()
    return OwnDetails(*row)


_OWN_ANSWERS = select(ProfileAnswer.question, ProfileAnswer.value).where(
    ProfileAnswer.resident_id == bindparam("resident_id")
)


def own_answers(resident_id: int) -> dict[str, str]:
    """A resident's own answers, value by question."""
    rows = db.session.execute(_OWN_ANSWERS, {"resident_id": resident_id})
    return {row.question: row.value for row in rows}
