"""Reads of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from engagement.accounts.credentials import keyed_hash
from engagement.accounts.models import Grant, RecoveryCode, SignInSession, Staff
from engagement.accounts.rules import (
    Principal,
    PrincipalKind,
    Role,
    StaffState,
    session_limit,
)
from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.partnerships.models import Organisation, Partnership
from engagement.partnerships.queries import PARTNERSHIP_COLUMNS, PartnershipRow


@dataclass(frozen=True)
class LiveSession:
    """A session that was found by its cookie; whether it still holds is for its reader."""

    id: int
    staff_id: int | None
    resident_id: int | None
    holder_public_id: str
    last_seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Visit:
    """What every request begins with: where it is, when, and by which session."""

    partnership: PartnershipRow
    now: datetime
    session: LiveSession | None


# Made once: this query stands before every page.
_VISIT = (
    select(
        *PARTNERSHIP_COLUMNS,
        utc_now(),
        SignInSession.id,
        SignInSession.staff_id,
        SignInSession.resident_id,
        SignInSession.holder_public_id,
        SignInSession.last_seen_at,
        SignInSession.ends_at,
    )
    .outerjoin(
        SignInSession,
        (SignInSession.partnership_id == Partnership.id)
        & (SignInSession.token_hash == bindparam("token_hash"))
        & SignInSession.ended_at.is_(None),
    )
    .where(Partnership.slug == bindparam("slug"))
)


def find_visit(slug: str, token: str | None) -> Visit | None:
    """The partnership with this short name, the database's present moment, and the session of
    this cookie there unless it was signed out; ``None`` where there is no such partnership."""
    token_hash = keyed_hash("session", token) if token else ""
    # Past the filter, as no partnership is served yet: the statement names it itself.
    found = db.session.connection().execute(_VISIT, {"slug": slug, "token_hash": token_hash})
    row = found.one_or_none()
    if row is None:
        return None
    place = len(PARTNERSHIP_COLUMNS)
    columns: Sequence[Any] = row
    partnership, now, session = columns[:place], columns[place], columns[place + 1 :]
    return Visit(
        PartnershipRow(*partnership), now, None if session[0] is None else LiveSession(*session)
    )


_WITH_ROLES = (
    select(
        Staff.id,
        Staff.public_id,
        Staff.name,
        Staff.organisation_id,
        Grant.role,
        Grant.programme_id,
    )
    .outerjoin(Grant, Grant.staff_id == Staff.id)
    .where(Staff.id == bindparam("staff_id"), Staff.state == StaffState.ACTIVE)
)


def staff_principal(session: LiveSession) -> Principal | None:
    """The member of staff of a session, with roles; ``None`` when the account is disabled."""
    rows = db.session.execute(_WITH_ROLES, {"staff_id": session.staff_id}).all()
    if not rows:
        return None
    roles: set[Role] = set()
    programme_roles: dict[int, frozenset[Role]] = {}
    for row in rows:
        if row.role is None:
            continue
        if row.programme_id is None:
            roles.add(row.role)
        else:
            held = programme_roles.get(row.programme_id, frozenset())
            programme_roles[row.programme_id] = held | {row.role}
    limit = session_limit(frozenset(roles).union(*programme_roles.values()))
    return Principal(
        kind=PrincipalKind.STAFF,
        id=rows[0].id,
        public_id=rows[0].public_id,
        name=rows[0].name,
        session_id=session.id,
        idle_ends_at=min(session.last_seen_at + limit.idle, session.ends_at),
        ends_at=session.ends_at,
        roles=frozenset(roles),
        programme_roles=programme_roles,
        organisation_id=rows[0].organisation_id,
    )


@dataclass(frozen=True)
class GrantRow:
    """A role, and the key of the programme that it is limited to."""

    role: Role
    programme_id: int | None


@dataclass(frozen=True)
class StaffRow:
    """A member of staff as the administrator's pages show them."""

    id: int
    public_id: str
    name: str
    email: str
    state: StaffState
    has_second_factor: bool
    created_at: datetime
    last_seen_at: datetime | None
    organisation: str | None
    """The organisation that they work for; ``None`` for the partnership's own staff."""
    grants: tuple[GrantRow, ...] = ()


def list_staff(page: int, size: int) -> tuple[list[StaffRow], int]:
    """One page of staff by name (``page`` counts from 1), and how many there are."""
    rows = db.session.execute(
        _staff_columns().order_by(Staff.name, Staff.id).limit(size).offset((page - 1) * size)
    ).all()
    total = db.session.scalar(select(func.count(Staff.id))) or 0
    return _with_grants(rows), total


def find_staff(public_id: str) -> StaffRow | None:
    """One member of staff."""
    found = _with_grants(db.session.execute(_staff_columns(Staff.public_id == public_id)).all())
    return found[0] if found else None


def _staff_columns(*conditions: ColumnElement[bool]):  # type: ignore[no-untyped-def]
    last_seen = (
        select(func.max(SignInSession.last_seen_at))
        .where(SignInSession.staff_id == Staff.id)
        .scalar_subquery()
    )
    return (
        select(
            Staff.id,
            Staff.public_id,
            Staff.name,
            Staff.email,
            Staff.state,
            Staff.totp_confirmed_at.is_not(None).label("has_second_factor"),
            Staff.created_at,
            last_seen.label("last_seen_at"),
            Organisation.name.label("organisation"),
        )
        .outerjoin(Organisation, Organisation.id == Staff.organisation_id)
        .where(*conditions)
    )


def _with_grants(rows: Sequence[Any]) -> list[StaffRow]:
    grants: dict[int, list[GrantRow]] = {}
    for grant in db.session.execute(
        select(Grant.staff_id, Grant.role, Grant.programme_id)
        .where(Grant.staff_id.in_([row.id for row in rows]))
        .order_by(Grant.role, Grant.programme_id)
    ):
        grants.setdefault(grant.staff_id, []).append(GrantRow(grant.role, grant.programme_id))
    return [replace(StaffRow(*row), grants=tuple(grants.get(row.id, ()))) for row in rows]


def recovery_codes_left(staff_id: int) -> int:
    """How many recovery codes somebody has not used yet."""
    return (
        db.session.scalar(
            select(func.count(RecoveryCode.id)).where(
                RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
            )
        )
        or 0
    )


@dataclass(frozen=True)
class Holder:
    """Somebody active who holds a role, and where to write to them."""

    public_id: str
    name: str
    email: str


def holders_of(roles: Sequence[Role], programme_id: int) -> list[Holder]:
    """Who holds one of these roles in a programme or in the whole partnership, each once."""
    rows = db.session.execute(
        select(Staff.public_id, Staff.name, Staff.email)
        .join(Grant, Grant.staff_id == Staff.id)
        .where(
            Staff.state == StaffState.ACTIVE,
            Grant.role.in_(roles),
            (Grant.programme_id == programme_id) | Grant.programme_id.is_(None),
        )
        .distinct()
        .order_by(Staff.name, Staff.public_id)
    )
    columns: list[list[str]] = [[*row] for row in rows]
    return [Holder(*line) for line in columns]
