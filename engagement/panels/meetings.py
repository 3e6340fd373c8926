"""Meetings of a panel: who came, and so is owed the fee. Each attendance is a line to pay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.errors import (
    NotHeldYet,
    PaidAlready,
    SomebodyCame,
    UnknownMeeting,
    UnknownSeat,
)
from engagement.panels.models import Attendance, PanelMeeting, Registration, Seat
from engagement.panels.rules import SeatState, may_have_come
from engagement.panels.service import Visible, panel_to_change
from engagement.people.models import Resident

HELD_SEATS = (SeatState.ACCEPTED, SeatState.LEFT)


@transactional
def add_meeting(
    visible: Visible, panel_public_id: str, title: str, held_on: date, fee_pence: int
) -> str:
    """Add a meeting, with what each who comes is paid; returns its public id. Raises
    ``UnknownPanel``."""
    panel = panel_to_change(visible, panel_public_id)
    row = PanelMeeting(panel_id=panel.id, title=title.strip(), held_on=held_on, fee_pence=fee_pence)
    db.session.add(row)
    db.session.flush()
    facts = {"held_on": held_on.isoformat(), "fee_pence": fee_pence}
    record("meeting.added", "panel_meeting", row.public_id, facts=facts)
    return row.public_id


@transactional
def remove_meeting(visible: Visible, panel_public_id: str, meeting_public_id: str) -> None:
    """Remove a meeting to which nobody came. Raises ``UnknownPanel``, ``UnknownMeeting`` or
    ``SomebodyCame``."""
    meeting = _meeting_to_change(visible, panel_public_id, meeting_public_id)
    if db.session.scalar(select(func.count()).where(Attendance.meeting_id == meeting.id)):
        raise SomebodyCame(meeting_public_id)
    db.session.delete(meeting)
    record("meeting.removed", "panel_meeting", meeting_public_id)


@transactional
def note_attendance(
    visible: Visible,
    panel_public_id: str,
    meeting_public_id: str,
    came: Collection[str],
    away: Collection[str] = (),
) -> None:
    """Note by their seats who came to a meeting, and who did not after all; others stay as noted.

    Who came is owed the meeting's fee, in the way that they have chosen. All of it is noted or
    nothing. Raises ``UnknownPanel``, ``UnknownMeeting``, ``NotHeldYet``, ``UnknownSeat`` where
    somebody cannot have been there, or ``PaidAlready`` where the fee of somebody who is taken off
    was paid.
    """
    meeting = _meeting_to_change(visible, panel_public_id, meeting_public_id)
    if clock.day_of(clock.now()) < meeting.held_on:
        raise NotHeldYet(meeting_public_id)
    wanted = {*came, *away}
    seats = db.session.scalars(
        select(Seat)
        .where(Seat.panel_id == meeting.panel_id, Seat.public_id.in_(wanted))
        .order_by(Seat.id)
        .with_for_update()
    ).all()
    noted = {
        row.seat_id: row
        for row in db.session.scalars(
            select(Attendance)
            .where(
                Attendance.meeting_id == meeting.id, Attendance.seat_id.in_(one.id for one in seats)
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
        if not may_have_come(seat.state, _day(seat.decided_at), meeting.held_on):
            raise UnknownSeat(seat.public_id)
    for row in gone:
        db.session.delete(row)
    db.session.add_all(
        Attendance(
            meeting_id=meeting.id, seat_id=seat.id, pence=meeting.fee_pence, pay_by=seat.pay_by
        )
        for seat in new
    )
    if new or gone:
        facts = {
            "came": sorted(seat.public_id for seat in new),
            "away": sorted(row.public_id for row in gone),
        }
        record("meeting.attendance noted", "panel_meeting", meeting_public_id, facts=facts)


def _meeting_to_change(visible: Visible, panel: str, public_id: str) -> PanelMeeting:
    found = panel_to_change(visible, panel)
    meeting: PanelMeeting | None = db.session.scalars(
        select(PanelMeeting)
        .where(PanelMeeting.public_id == public_id, PanelMeeting.panel_id == found.id)
        .with_for_update()
    ).one_or_none()
    if meeting is None:
        raise UnknownMeeting(public_id)
    return meeting


def _day(moment: datetime | None) -> date | None:
    return clock.day_of(moment) if moment else None


@dataclass(frozen=True)
class MeetingRow:
    """A meeting of a panel, and how many members came."""

    id: int
    public_id: str
    title: str
    held_on: date
    fee_pence: int
    came: int


def meetings_of(panel_id: int) -> list[MeetingRow]:
    """The meetings of a panel, in the order of their days."""
    rows = db.session.execute(
        select(
            PanelMeeting.id,
            PanelMeeting.public_id,
            PanelMeeting.title,
            PanelMeeting.held_on,
            PanelMeeting.fee_pence,
            func.count(Attendance.id),
        )
        .outerjoin(Attendance, Attendance.meeting_id == PanelMeeting.id)
        .where(PanelMeeting.panel_id == panel_id)
        .group_by(PanelMeeting.id)
        .order_by(PanelMeeting.held_on, PanelMeeting.id)
    )
    return [MeetingRow(*row) for row in rows]


def find_meeting(panel_id: int, public_id: str) -> MeetingRow | None:
    """One meeting of a panel."""
    return next((row for row in meetings_of(panel_id) if row.public_id == public_id), None)


@dataclass(frozen=True)
class MemberRow:
    """Somebody who can have been at a meeting; ``paid`` where the fee of whoever came was paid."""

    seat: str
    reference: str
    name: str
    came: bool
    paid: bool


def members_at(panel_id: int, meeting: MeetingRow) -> list[MemberRow]:
    """Who can have been at a meeting, by reference: also those who gave their seat up later, and
    whoever is noted already."""
    rows = db.session.execute(
        select(
            Seat.public_id,
            Registration.reference,
            Resident.name,
            Seat.state,
            Seat.decided_at,
            Attendance.id,
            Attendance.paid_at,
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(
            Attendance, (Attendance.seat_id == Seat.id) & (Attendance.meeting_id == meeting.id)
        )
        .where(Seat.panel_id == panel_id, Seat.state.in_(HELD_SEATS))
        .order_by(Registration.reference)
    )
    return [
        MemberRow(
            row.public_id, row.reference, row.name, row.id is not None, row.paid_at is not None
        )
        for row in rows
        if row.id is not None or may_have_come(row.state, _day(row.decided_at), meeting.held_on)
    ]
