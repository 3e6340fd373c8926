"""Payments: the lines that attendance makes, marked as paid, and written out for finance.

Nobody gives bank details here. A voucher has its number; the finance team pays under a reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.documents.sheets import Fault, write_csv
from engagement.extensions import db
from engagement.panels.errors import SeatDecided
from engagement.panels.models import Panel, Registration, Seat
from engagement.panels.queries import PanelRow, find_panel
from engagement.panels.rules import PayBy, Route, is_to_be_paid, seat_now
from engagement.panels.seats import PAID, own_seat_to_change
from engagement.panels.service import Visible, panel_to_change
from engagement.people.models import Resident
from engagement.sessions.errors import (
    NothingToPay,
    PaidAlready,
    ReferencesHaveFaults,
    UnknownLine,
)
from engagement.sessions.models import Attendance, Session

N_ = str  # marks a sentence for the catalogue of translations
LINE, REFERENCE = "line", "reference"
LONGEST_REFERENCE = 100
COLUMNS = (
    *(LINE, "panel", "session", "day", "member", "name"),
    *("amount", "way", REFERENCE, "paid on"),
)
_SHOWN = 40


@dataclass(frozen=True)
class LineRow:
    """What somebody is owed for coming to a session. ``reference``: what it was paid under;
    ``member``: that of their registration, empty once they are erased."""

    public_id: str
    session: str
    held_on: date
    member: str
    name: str
    pence: int
    pay_by: PayBy | None
    reference: str
    paid_at: datetime | None

    @property
    def is_to_be_paid(self) -> bool:
        """Whether there is anything to pay, or was."""
        return is_to_be_paid(self.pence, self.pay_by)


def _lines(*conditions: ColumnElement[bool]) -> list[LineRow]:
    rows = db.session.execute(
        select(
            Attendance.public_id,
            Session.title,
            Session.starts_at,
            Registration.reference,
            Resident.name,
            Attendance.pence,
            Attendance.pay_by,
            Attendance.reference,
            Attendance.paid_at,
        )
        .join(Session, Session.id == Attendance.session_id)
        .join(Panel, Panel.activity_id == Session.activity_id)
        .outerjoin(Seat, Seat.id == Attendance.seat_id)
        .outerjoin(Registration, Registration.id == Seat.registration_id)
        .outerjoin(Resident, Resident.id == Registration.resident_id)
        .where(*conditions)
        .order_by(Session.starts_at, Session.id, Registration.reference, Attendance.id)
    )
    return [_line(*row) for row in rows]


def _line(*values: Any) -> LineRow:
    key, session, starts_at, member, name, *after = values
    return LineRow(key, session, clock.day_of(starts_at), member or "", name or "", *after)


def lines_of(panel_id: int) -> list[LineRow]:
    """What was, or is to be, paid for the sessions of a panel, session by session."""
    return [one for one in _lines(Panel.id == panel_id) if one.is_to_be_paid]


def find_line(panel_id: int, public_id: str) -> LineRow | None:
    """One line of a panel."""
    found = _lines(Panel.id == panel_id, Attendance.public_id == public_id)
    return found[0] if found else None


def own_lines(panel_id: int, resident_id: int) -> list[LineRow]:
    """The sessions of a panel that a resident came to, also those for which nothing is paid."""
    return _lines(Panel.id == panel_id, Registration.resident_id == resident_id)


@transactional
def choose_payment(panel_public_id: str, resident_id: int, pay_by: PayBy, *, by: Route) -> None:
    """Say how one wants to be paid: from now on, and for what is not paid yet.

    Raises ``UnknownSeat``, or ``SeatDecided`` where the seat was never accepted.
    """
    seat = own_seat_to_change(panel_public_id, resident_id)
    if seat.state not in PAID:
        raise SeatDecided(seat_now(seat.state, seat.deadline_at, clock.now()))
    if seat.pay_by is pay_by:
        return
    seat.pay_by = pay_by
    db.session.execute(
        update(Attendance)
        .where(Attendance.seat_id == seat.id, Attendance.paid_at.is_(None))
        .values(pay_by=pay_by)
    )
    record("seat.payment chosen", "seat", seat.public_id, facts={"pay_by": pay_by, "by": by})


@transactional
def mark_paid(visible: Visible, panel_public_id: str, line: str, reference: str) -> None:
    """Note that a line was paid, and under which reference; the same again changes nothing.

    Raises ``UnknownPanel``, ``UnknownLine``, ``NothingToPay``, or ``PaidAlready`` where it was paid
    under another reference.
    """
    panel = panel_to_change(visible, panel_public_id)
    row = _to_pay(panel.id, [line]).get(line)
    if row is None:
        raise UnknownLine(line)
    if row.paid_at is not None and row.reference != reference.strip():
        raise PaidAlready([row.reference])
    if not is_to_be_paid(row.pence, row.pay_by):
        raise NothingToPay(line)
    if row.paid_at is None:
        _pay(row, reference.strip())


@transactional
def mark_all_paid(visible: Visible, panel_public_id: str, rows: Sequence[Sequence[str]]) -> int:
    """Note the references of many lines, from a table with a column for each; how many are new.

    What is noted already under the same reference may be in it again. Raises ``UnknownPanel``, or
    ``ReferencesHaveFaults``: then nothing was noted.
    """
    panel = panel_to_change(visible, panel_public_id)
    given, faults = _read(rows)
    known = _to_pay(panel.id, [one.line for one in given])
    for one in given:
        if fault := _fault_of(one, known):
            faults.append(fault)
    if faults:
        raise ReferencesHaveFaults(sorted(faults, key=lambda fault: fault.row))
    new = [one for one in given if known[one.line].paid_at is None]
    for one in new:
        _pay(known[one.line], one.reference)
    return len(new)


@transactional
def finance_file(visible: Visible, panel_public_id: str) -> tuple[PanelRow, bytes]:
    """The lines of a panel as CSV, for those who pay them; it is recorded who took it.

    Names only where the finance team pays a person. Raises ``UnknownPanel``.
    """
    panel_to_change(visible, panel_public_id)
    panel = find_panel(visible, panel_public_id)
    assert panel is not None
    lines = lines_of(panel.id)
    record("payments.taken", "panel", panel_public_id, facts={"lines": len(lines)})
    return panel, write_csv(COLUMNS, [_cells(panel.title, one) for one in lines])


def _cells(panel: str, line: LineRow) -> list[str | date]:
    return [
        line.public_id,
        panel,
        line.session,
        line.held_on,
        line.member,
        line.name if line.pay_by is PayBy.FINANCE else "",
        f"{line.pence // 100}.{line.pence % 100:02}",
        line.pay_by or "not chosen yet",
        line.reference,
        clock.day_of(line.paid_at) if line.paid_at else "",
    ]


def _to_pay(panel_id: int, lines: Sequence[str]) -> dict[str, Attendance]:
    rows = db.session.scalars(
        select(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .join(Panel, Panel.activity_id == Session.activity_id)
        .where(Panel.id == panel_id, Attendance.public_id.in_(lines))
        .order_by(Attendance.id)
        .with_for_update(of=Attendance)
    )
    return {row.public_id: row for row in rows}


def _pay(row: Attendance, reference: str) -> None:
    row.reference, row.paid_at = reference, clock.now()
    record("payment.paid", "attendance", row.public_id, facts={"pence": row.pence})


@dataclass(frozen=True)
class _Given:
    row: int
    line: str
    reference: str


def _read(rows: Sequence[Sequence[str]]) -> tuple[list[_Given], list[Fault]]:
    """The lines and references of a table, and what is wrong with it by itself."""
    headings = [cell.strip().casefold() for cell in rows[0]]
    missing = [name for name in (LINE, REFERENCE) if name not in headings]
    if missing:
        problem = N_("The first row must name this column. Write: line, reference")
        return [], [Fault(1, name, problem) for name in missing]
    at: Mapping[str, int] = {name: headings.index(name) for name in (LINE, REFERENCE)}
    given: list[_Given] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in at.items()}
        if not any(cell.strip() for cell in row):
            continue
        line, reference = cells[LINE], cells[REFERENCE]
        problems: list[Any] = []
        if not line:
            problems.append((LINE, N_("Enter the line that was paid.")))
        elif line in first:
            problems.append((LINE, N_("This line is in an earlier row. Leave it in one.")))
        if not reference:
            problems.append(
                (REFERENCE, N_("Enter what it was paid under, or leave the row out for now."))
            )
        elif len(reference) > LONGEST_REFERENCE:
            problems.append((REFERENCE, N_("Write 100 characters or fewer.")))
        first.setdefault(line, number)
        faults += [
            Fault(number, name, problem, _shortened(cells[name])) for name, problem in problems
        ]
        if not problems:
            given.append(_Given(number, line, reference))
    if not given and not faults:
        faults.append(Fault(2, LINE, N_("There is no row below the headings.")))
    return given, faults


def _fault_of(one: _Given, known: Mapping[str, Attendance]) -> Fault | None:
    row = known.get(one.line)
    if row is None:
        problem = N_("This panel has no such line. Copy it from the file for finance.")
        return Fault(one.row, LINE, problem, _shortened(one.line))
    if row.paid_at is not None:
        if row.reference == one.reference:
            return None
        problem = N_("This line was paid already, under another reference. Check which is right.")
        return Fault(one.row, REFERENCE, problem, _shortened(one.reference))
    if not is_to_be_paid(row.pence, row.pay_by):
        problem = N_("Nothing is to be paid here: there is no fee, or the member wants none.")
        return Fault(one.row, LINE, problem, _shortened(one.line))
    return None


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"
