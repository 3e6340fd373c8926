"""Use cases of sessions: a series of them, one moved or called off, who is told; who runs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from flask_babel import gettext
from sqlalchemy import select

from engagement.assets.errors import UnknownVenue
from engagement.assets.models import Venue
from engagement.audit.service import record
from engagement.database import clock
from engagement.database.tenancy import current_partnership_id
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.service import expire_files
from engagement.messages.bulk import Addressee, queue_many
from engagement.messages.service import absolute_link
from engagement.panels.models import Registration, Seat
from engagement.panels.rules import SeatState
from engagement.panels.service import Visible
from engagement.partnerships.queries import partnership_by_key
from engagement.people.models import Resident
from engagement.people.rules import ContactBy
from engagement.programmes.models import Activity, Programme
from engagement.programmes.queries import seen_by
from engagement.sessions.errors import (
    ChangedMeanwhile,
    SessionStands,
    SomebodyCame,
    UnknownItem,
    UnknownSession,
)
from engagement.sessions.models import (
    AgendaItem,
    Attendance,
    Session,
    SessionHelper,
    SessionLeader,
    SessionPaper,
    SessionQuestion,
    SessionStaff,
    StaffTraining,
    TableNote,
    TablePin,
)
from engagement.sessions.queries import SessionRow, find_gathering, find_session
from engagement.sessions.rules import SessionPlan, SessionState, numbered
from engagement.sessions.training import trained

Part = TypeVar(
    "Part",
    AgendaItem,
    SessionHelper,
    SessionLeader,
    SessionPaper,
    SessionQuestion,
    TableNote,
    TablePin,
)
# What a calendar, and so a member, must hear of.
TOLD = ("starts_at", "ends_at", "mode", "venue_id", "joining_link", "joining_phone")


@transactional
def plan_series(visible: Visible, activity: str, plans: Sequence[SessionPlan]) -> list[str]:
    """Write the sessions of a series out, each of its own; returns their public ids.

    Raises ``UnknownSession`` where the activity is not the asker's to see, or ``UnknownVenue``.
    """
    gathering = find_gathering(visible, activity)
    if gathering is None:
        raise UnknownSession(activity)
    made: list[str] = []
    for place, plan in enumerate(plans, start=1):
        row = Session(activity_id=gathering.id)
        _write(row, replace(plan, title=numbered(plan.title.strip(), place, len(plans))))
        db.session.add(row)
        db.session.flush()
        record("session.planned", "session", row.public_id)
        made.append(row.public_id)
    return made


def _write(row: Session, plan: SessionPlan) -> list[str]:
    """Put a plan into a row; the names of what is new."""
    venue_id = None
    if plan.venue and plan.mode.has_room:
        venue_id = db.session.scalar(select(Venue.id).where(Venue.public_id == plan.venue))
        if venue_id is None:
            raise UnknownVenue(plan.venue)
    values: dict[str, Any] = {
        "title": plan.title.strip(),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "mode": plan.mode,
        "venue_id": venue_id,
        "joining_link": plan.joining_link.strip() if plan.mode.has_line else "",
        "joining_phone": plan.joining_phone.strip() if plan.mode.has_line else "",
        "fee_pence": plan.fee_pence,
        "is_open": plan.is_open,
        "record_link": plan.record_link.strip(),
    }
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def session_to_change(visible: Visible, public_id: str) -> Session:
    """A session, to change it or what hangs on it. Raises ``UnknownSession``."""
    row = db.session.scalars(
        select(Session)
        .join(Activity, Activity.id == Session.activity_id)
        .join(Programme, Programme.id == Activity.programme_id)
        .where(Session.public_id == public_id, seen_by(visible))
        .with_for_update(of=Session)
    ).one_or_none()
    if row is None:
        raise UnknownSession(public_id)
    return row


def part_of(session: Session, kind: type[Part], public_id: str) -> Part:
    """One thing that hangs on a session, to change it. Raises ``UnknownItem``."""
    found: Part | None = db.session.scalars(
        select(kind).where(kind.session_id == session.id, kind.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise UnknownItem(public_id)
    return found


@dataclass(frozen=True)
class ToldOf:
    """Who hears of a change: how many by e-mail; by telephone and by post somebody must tell."""

    emails: int = 0
    calls: int = 0
    letters: int = 0


@transactional
def change_session(visible: Visible, public_id: str, plan: SessionPlan, revision: int) -> ToldOf:
    """Plan one session otherwise, and no other of its series; returns who hears of it.

    ``revision`` is that of the session when the form was opened. Members with a seat who want
    e-mail are told of another time or place, calendars that follow show it at their next look.
    Raises ``UnknownSession``, ``UnknownVenue``, ``ChangedMeanwhile``, or ``SessionStands`` once it
    was called off.
    """
    row = session_to_change(visible, public_id)
    if row.called_off_at is not None:
        raise SessionStands(public_id)
    if row.revision != revision:
        raise ChangedMeanwhile(public_id)
    changed = _write(row, plan)
    if not changed:
        return ToldOf()
    row.revision += 1
    record("session.changed", "session", public_id, facts={"changed": changed})
    if set(changed) & set(TOLD) and row.ends_at > clock.now():
        to, subject = _members(visible, row), gettext("A session has changed")
        queue_many("session_moved", to.addressees, subject=subject, **to.shown)
        return to.told
    return ToldOf()


@transactional
def call_off(visible: Visible, public_id: str, why: str) -> ToldOf:
    """Call a session off that is not over, and tell its members why; returns who hears of it.

    Raises ``UnknownSession``, or ``SessionStands`` where it is over or was called off.
    """
    row = session_to_change(visible, public_id)
    if row.called_off_at is not None or row.ends_at <= clock.now():
        raise SessionStands(public_id)
    row.called_off_at, row.called_off_why = clock.now(), why.strip()
    row.revision += 1
    record("session.called off", "session", public_id, facts={"why": row.called_off_why})
    to, subject = _members(visible, row), gettext("A session does not take place")
    queue_many("session_called_off", to.addressees, subject=subject, **to.shown)
    return to.told


@transactional
def remove_session(visible: Visible, public_id: str) -> None:
    """Take out a session that came to nothing: nobody came, and nothing was written at it.

    Raises ``UnknownSession`` or ``SomebodyCame``.
    """
    row = session_to_change(visible, public_id)
    for table in (Attendance, TableNote):
        if db.session.scalar(select(table.id).where(table.session_id == row.id).limit(1)):
            raise SomebodyCame(public_id)
    for paper in db.session.scalars(
        select(SessionPaper.public_id).where(SessionPaper.session_id == row.id)
    ):
        expire_files(paper)
    db.session.delete(row)
    record("session.removed", "session", public_id)


@dataclass(frozen=True)
class _Members:
    """Whom a change concerns: those to write an e-mail to, what it shows, and all in counts."""

    addressees: list[Addressee]
    shown: dict[str, Any]
    told: ToldOf


def _members(visible: Visible, row: Session) -> _Members:
    db.session.flush()
    session = find_session(visible, row.public_id)
    assert session is not None
    people = db.session.execute(
        select(Resident.email, Resident.name, Resident.id, Resident.contact_by)
        .join(Registration, Registration.resident_id == Resident.id)
        .join(Seat, Seat.registration_id == Registration.id)
        .where(Seat.panel_id == session.of.panel_id, Seat.state == SeatState.ACCEPTED)
        .order_by(Registration.reference)
    ).all()
    by_email = [one for one in people if one.contact_by is ContactBy.EMAIL and one.email]
    slug = partnership_by_key(current_partnership_id()).slug
    link = absolute_link("residents.session", slug=slug, session_id=session.public_id)
    calls = sum(one.contact_by is ContactBy.PHONE for one in people)
    letters = sum(one.contact_by is ContactBy.POST for one in people)
    return _Members(
        [Addressee(one.email, one.name, one.id) for one in by_email],
        {"session": session, "link": link},
        ToldOf(len(by_email), calls, letters),
    )


@transactional
def count_people(visible: Visible, public_id: str, people: int | None) -> None:
    """Note how many came to a session at which nobody is named. Raises ``UnknownSession``."""
    row = session_to_change(visible, public_id)
    row.people_counted = people
    record("session.counted", "session", public_id, facts={"people": people})


# Who runs it


@transactional
def set_staff(visible: Visible, public_id: str, staff: Sequence[str]) -> list[str]:
    """Say who runs a session, by the public ids of staff; returns those of them for whom no day of
    training is noted. Raises ``UnknownSession``."""
    row = session_to_change(visible, public_id)
    there = {
        one.staff: one
        for one in db.session.scalars(select(SessionStaff).where(SessionStaff.session_id == row.id))
    }
    for gone in there.keys() - set(staff):
        db.session.delete(there[gone])
    db.session.add_all(
        SessionStaff(session_id=row.id, staff=one)
        for one in dict.fromkeys(staff)
        if one not in there
    )
    record("session.staff set", "session", public_id, facts={"staff": sorted(set(staff))})
    return sorted(set(staff) - trained(staff).keys())


@transactional
def note_training(staff: str, day: date) -> None:
    """Note the day on which a member of staff was last trained to run sessions."""
    row = db.session.scalars(
        select(StaffTraining).where(StaffTraining.staff == staff)
    ).one_or_none()
    if row is None:
        row = StaffTraining(staff=staff)
        db.session.add(row)
    row.trained_on = day
    record("staff.trained", "staff", staff, facts={"on": day.isoformat()})


def is_to_come(session: SessionRow) -> bool:
    """Whether something can still be sent to a session beforehand."""
    return session.state is SessionState.COMING
