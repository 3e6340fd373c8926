"""Who came to a session: members, each a line to pay; helpers; and leaders, counted by quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.errors import UnknownSeat
from engagement.panels.models import Panel, Registration, Seat, SupportNeed
from engagement.panels.rules import SeatState, may_have_come
from engagement.panels.service import Visible
from engagement.people.models import Resident
from engagement.people.rules import ContactBy
from engagement.programmes.models import Activity, Programme
from engagement.programmes.queries import seen_by
from engagement.sessions.errors import NotHeldYet, PaidAlready
from engagement.sessions.models import (
    Attendance,
    Session,
    SessionHelper,
    SessionLeader,
    SessionStaff,
)
from engagement.sessions.queries import SessionRow
from engagement.sessions.rules import HelperKind, Way, quarter_of
from engagement.sessions.service import part_of, session_to_change

HELD_SEATS = (SeatState.ACCEPTED, SeatState.LEFT)


@transactional
def note_attendance(
    visible: Visible,
    session_public_id: str,
    came: Collection[str],
    away: Collection[str] = (),
    ways: Mapping[str, Way] | None = None,
) -> None:
    """Note by their seats who came to a session, and who did not after all; others stay as noted.

    Who came is owed the session's fee, in the way that they have chosen. ``ways``: how somebody
    who is noted took part; in the room where nobody said. All of it is noted or nothing. Raises
    ``UnknownSession``, ``NotHeldYet``, ``UnknownSeat`` where somebody cannot have been there, or
    ``PaidAlready`` where the fee of somebody who is taken off was paid.
    """
    session = session_to_change(visible, session_public_id)
    held_on = clock.day_of(session.starts_at)
    if clock.day_of(clock.now()) < held_on:
        raise NotHeldYet(session_public_id)
    ways = ways or {}
    wanted = {*came, *away, *ways}
    seats = db.session.scalars(
        select(Seat)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(Panel.activity_id == session.activity_id, Seat.public_id.in_(wanted))
        .order_by(Seat.id)
        .with_for_update(of=Seat)
    ).all()
    noted = {
        row.seat_id: row
        for row in db.session.scalars(
            select(Attendance)
            .where(
                Attendance.session_id == session.id, Attendance.seat_id.in_(one.id for one in seats)
            )
            .order_by(Attendance.id)
            .with_for_update()
        )
    }
    if unknown := wanted - {seat.public_id for seat in seats}:
        raise UnknownSeat(min(unknown))
    gone = [noted[seat.id] for seat in seats if seat.public_id in away and seat.id in noted]
    if paid := [row.reference for row in gone if row.paid_at is not None]:
        raise PaidAlready(paid)
    new = [seat for seat in seats if seat.public_id in came and seat.id not in noted]
    for seat in new:
        if not may_have_come(seat.state, _day(seat.decided_at), held_on):
            raise UnknownSeat(seat.public_id)
    for row in gone:
        db.session.delete(row)
    for seat in new:
        noted[seat.id] = Attendance(
            session_id=session.id, seat_id=seat.id, pence=session.fee_pence, pay_by=seat.pay_by
        )
    db.session.add_all(noted[seat.id] for seat in new)
    for seat in seats:
        if seat.id in noted and seat.public_id in ways:
            noted[seat.id].way = ways[seat.public_id]
    if new or gone:
        facts = {
            "came": sorted(seat.public_id for seat in new),
            "away": sorted(row.public_id for row in gone),
        }
        record("session.attendance noted", "session", session_public_id, facts=facts)


def _day(moment: datetime | None) -> date | None:
    return clock.day_of(moment) if moment else None


def came_to(sessions: Collection[int]) -> dict[int, Counter[Way]]:
    """How many members came to each of these sessions, by their keys, and in which way."""
    rows = db.session.execute(
        select(Attendance.session_id, Attendance.way, func.count())
        .where(Attendance.session_id.in_(sessions))
        .group_by(Attendance.session_id, Attendance.way)
    )
    found: dict[int, Counter[Way]] = {}
    for session, way, people in rows:
        found.setdefault(session, Counter())[way] = people
    return found


@dataclass(frozen=True)
class MemberRow:
    """Somebody who can be at a session; ``paid`` where the fee of whoever came was paid."""

    seat: str
    reference: str
    name: str
    way: Way | None
    paid: bool

    @property
    def came(self) -> bool:
        """Whether they were there."""
        return self.way is not None


def members_at(session: SessionRow) -> list[MemberRow]:
    """Who can be at a session, by reference: also those who gave their seat up later, and whoever
    is noted already."""
    rows = db.session.execute(
        select(
            Seat.public_id,
            Registration.reference,
            Resident.name,
            Seat.state,
            Seat.decided_at,
            Attendance.way,
            Attendance.paid_at,
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(
            Attendance, (Attendance.seat_id == Seat.id) & (Attendance.session_id == session.id)
        )
        .where(Seat.panel_id == session.of.panel_id, Seat.state.in_(HELD_SEATS))
        .order_by(Registration.reference)
    )
    return [
        MemberRow(row.public_id, row.reference, row.name, row.way, row.paid_at is not None)
        for row in rows
        if row.way is not None or may_have_come(row.state, _day(row.decided_at), session.held_on)
    ]


# What helps members, and who comes with them


@dataclass(frozen=True)
class HelperRow:
    """Who comes with a member, or for one."""

    public_id: str
    kind: HelperKind
    words: str


@dataclass(frozen=True)
class AccessRow:
    """What somebody needs who has a seat: what they said when they registered, and who is booked
    for this session. For those alone who prepare it."""

    seat: str
    reference: str
    name: str
    contact_by: ContactBy
    phone: str
    needs: str
    helpers: tuple[HelperRow, ...]


def access_sheet(session: SessionRow) -> list[AccessRow]:
    """What the members of a session need, by reference; those who need nothing as well."""
    rows = db.session.execute(
        select(
            Seat.public_id,
            Registration.reference,
            Resident.name,
            Resident.contact_by,
            Resident.phone,
            func.coalesce(SupportNeed.needs, ""),
            Seat.id,
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(SupportNeed, SupportNeed.registration_id == Registration.id)
        .where(Seat.panel_id == session.of.panel_id, Seat.state == SeatState.ACCEPTED)
        .order_by(Registration.reference)
    ).all()
    helpers: dict[int, list[HelperRow]] = {}
    booked: Any = db.session.execute(
        select(
            SessionHelper.seat_id,
            SessionHelper.public_id,
            SessionHelper.kind,
            SessionHelper.words,
        )
        .where(SessionHelper.session_id == session.id)
        .order_by(SessionHelper.id)
    )
    for seat, *helper in booked:
        helpers.setdefault(seat, []).append(HelperRow(*helper))
    return [AccessRow(*row[:-1], tuple(helpers.get(row.id, ()))) for row in rows]


@transactional
def book_helper(visible: Visible, session: str, seat: str, kind: HelperKind, words: str) -> None:
    """Note who comes with a member, or for one. Raises ``UnknownSession`` or ``UnknownSeat``."""
    row = session_to_change(visible, session)
    key = db.session.scalar(
        select(Seat.id)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(
            Panel.activity_id == row.activity_id,
            Seat.public_id == seat,
            Seat.state == SeatState.ACCEPTED,
        )
    )
    if key is None:
        raise UnknownSeat(seat)
    db.session.add(SessionHelper(session_id=row.id, seat_id=key, kind=kind, words=words.strip()))
    record("session.helper booked", "session", session, facts={"kind": kind})


@transactional
def cancel_helper(visible: Visible, session: str, helper: str) -> None:
    """Note that somebody does not come. Raises ``UnknownSession`` or ``UnknownItem``."""
    row = session_to_change(visible, session)
    db.session.delete(part_of(row, SessionHelper, helper))
    record("session.helper cancelled", "session", session)


# Leaders


@dataclass(frozen=True)
class LeaderRow:
    """A leader who was at a session; the name goes after some years."""

    public_id: str
    name: str | None
    post: str
    organisation: str


def leaders_of(session_id: int) -> list[LeaderRow]:
    """The leaders who were at a session, in the order in which they were noted."""
    rows: Any = db.session.execute(
        select(
            SessionLeader.public_id,
            SessionLeader.name,
            SessionLeader.post,
            SessionLeader.organisation,
        )
        .where(SessionLeader.session_id == session_id)
        .order_by(SessionLeader.id)
    )
    return [LeaderRow(*row) for row in rows]


@transactional
def note_leader(visible: Visible, session: str, name: str, post: str, organisation: str) -> None:
    """Note that a leader was there. Raises ``UnknownSession``, or ``NotHeldYet`` before its day."""
    row = session_to_change(visible, session)
    if clock.day_of(clock.now()) < clock.day_of(row.starts_at):
        raise NotHeldYet(session)
    db.session.add(
        SessionLeader(
            session_id=row.id,
            name=name.strip(),
            post=post.strip(),
            organisation=organisation.strip(),
        )
    )
    record("session.leader noted", "session", session, facts={"organisation": organisation.strip()})


@transactional
def forget_leader(visible: Visible, session: str, leader: str) -> None:
    """Take back that a leader was there. Raises ``UnknownSession`` or ``UnknownItem``."""
    row = session_to_change(visible, session)
    db.session.delete(part_of(row, SessionLeader, leader))
    record("session.leader forgotten", "session", session)


@dataclass(frozen=True)
class QuarterRow:
    """How many sessions were held in a quarter (1 to 4) of a year, at how many a leader was, and
    how often each organisation's leaders were."""

    year: int
    quarter: int
    sessions: int
    with_leader: int
    organisations: tuple[tuple[str, int], ...]


def leaders_by_quarter(visible: Visible) -> list[QuarterRow]:
    """The sessions held so far by quarter, and the leaders at them, the latest quarter first."""
    rows = db.session.execute(
        select(Session.id, Session.starts_at, SessionLeader.organisation)
        .join(Activity, Activity.id == Session.activity_id)
        .join(Programme, Programme.id == Activity.programme_id)
        .outerjoin(SessionLeader, SessionLeader.session_id == Session.id)
        .where(
            seen_by(visible), Session.called_off_at.is_(None), Session.ends_at <= clock.utc_now()
        )
    )
    held: dict[tuple[int, int], dict[int, list[str]]] = {}
    for key, starts_at, organisation in rows:
        quarter = held.setdefault(quarter_of(clock.day_of(starts_at)), {})
        quarter.setdefault(key, []).extend([organisation] if organisation else [])
    return [
        QuarterRow(
            *quarter,
            len(sessions),
            sum(bool(there) for there in sessions.values()),
            _most_often(one for there in sessions.values() for one in there),
        )
        for quarter, sessions in sorted(held.items(), reverse=True)
    ]


def _most_often(organisations: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(organisations)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


@dataclass(frozen=True)
class RoomRow:
    """Who is in the room, by role: how many members, people who run it, and interpreters with
    speech-to-text reporters."""

    members: int
    staff: int
    interpreters: int


def room_of(session: SessionRow) -> RoomRow:
    """Who is expected at a session of a panel, by role and never by name."""
    seated = (
        select(func.count(Seat.id))
        .join(Panel, Panel.id == Seat.panel_id)
        .where(Panel.activity_id == session.of.id, Seat.state == SeatState.ACCEPTED)
    )
    staff = select(func.count(SessionStaff.id)).where(SessionStaff.session_id == session.id)
    interpreters = select(func.count(SessionHelper.id)).where(
        SessionHelper.session_id == session.id, SessionHelper.kind != HelperKind.SUPPORTER
    )
    counts = (one.scalar_subquery() for one in (seated, staff, interpreters))
    return RoomRow(*db.session.execute(select(*counts)).one())
