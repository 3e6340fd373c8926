"""Who came is owed the fee: lines are made, taken back, paid once, and written out for finance."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from engagement.audit.models import AuditEntry
from engagement.database import clock
from engagement.documents.sheets import read_csv
from engagement.extensions import db
from engagement.panels import seats
from engagement.panels.errors import UnknownPanel, UnknownSeat
from engagement.panels.models import Seat
from engagement.panels.queries import find_panel
from engagement.panels.rules import PayBy, Route
from engagement.panels.seat_queries import SeatRow, seats_of
from engagement.people.rules import ContactBy
from engagement.people.service import change_own_details
from engagement.rights.erasure import erase_resident
from engagement.sessions import attendance, payments
from engagement.sessions.errors import (
    NotHeldYet,
    NothingToPay,
    PaidAlready,
    ReferencesHaveFaults,
    SomebodyCame,
    UnknownLine,
    UnknownSession,
)
from engagement.sessions.models import Attendance
from engagement.sessions.queries import find_session, sessions_of
from engagement.sessions.rules import Way
from engagement.sessions.service import remove_session
from tests.factories import Partnership, World
from tests.factories.panels import draw_of, panel_of, take_seats
from tests.factories.sessions import FEE, coming_session, held_session
from tests.past import move_back
from tests.threads import run_at_once


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def panel(north: Partnership) -> str:
    """A panel of four, all of whom took their seats."""
    made = panel_of(north.programme("Waiting well"))
    draw_of(made)
    take_seats(made)
    return made


@pytest.fixture
def members(panel: str) -> list[SeatRow]:
    """Its four members."""
    return seats_of(key(panel))


def key(panel: str) -> int:
    found = find_panel(None, panel)
    assert found is not None
    return found.id


def came(panel: str) -> int:
    found = find_panel(None, panel)
    assert found is not None
    (session,) = sessions_of(found.activity_id)
    return attendance.came_to([session.id])[session.id].total()


def lines(panel: str) -> list[payments.LineRow]:
    return payments.lines_of(key(panel))


def choose(panel: str, member: SeatRow, pay_by: PayBy) -> None:
    payments.choose_payment(panel, member.resident_id, pay_by, by=Route.ONLINE)


def test_a_tick_makes_a_line_with_the_fee_and_the_members_way(
    panel: str, members: list[SeatRow]
) -> None:
    choose(panel, members[0], PayBy.FINANCE)
    held_session(panel, [one.public_id for one in members[:2]])
    assert [(one.member, one.pence, one.pay_by) for one in lines(panel)] == [
        (members[0].reference, FEE, PayBy.FINANCE),
        (members[1].reference, FEE, None),
    ]
    assert came(panel) == 2


def test_the_same_tick_twice_makes_one_line(panel: str, members: list[SeatRow]) -> None:
    session = held_session(panel, [members[0].public_id])
    before = lines(panel)
    attendance.note_attendance(None, session, [members[0].public_id])
    assert lines(panel) == before


def test_two_who_tick_at_once_make_one_line_each_and_lose_none(
    app: Flask, north: Partnership, panel: str, members: list[SeatRow]
) -> None:
    session = held_session(panel)
    db.session.rollback()
    keys = [one.public_id for one in members]
    ticks = (keys[:3], keys[1:], keys[:1])
    raised = run_at_once(
        app,
        *(lambda t=t: attendance.note_attendance(None, session, t) for t in ticks),
        partnership_id=north.id,
    )
    assert raised == []
    assert len(lines(panel)) == 4


def test_a_tick_taken_back_removes_its_line_and_no_other(
    panel: str, members: list[SeatRow]
) -> None:
    one, other = (member.public_id for member in members[:2])
    session = held_session(panel, [one, other])
    attendance.note_attendance(None, session, [], [one])
    assert [row.member for row in lines(panel)] == [members[1].reference]


def test_a_line_that_is_paid_stays_and_nothing_else_of_that_form_is_noted(
    panel: str, members: list[SeatRow]
) -> None:
    one, other, third, _ = (member.public_id for member in members)
    session = held_session(panel, [one, other])
    payments.mark_paid(None, panel, lines(panel)[0].public_id, "V-1")
    before = lines(panel)
    with pytest.raises(PaidAlready) as error:
        attendance.note_attendance(None, session, [third], [one, other])
    assert error.value.references == ("V-1",)
    assert lines(panel) == before


def test_who_wants_no_payment_came_all_the_same_and_has_no_line(
    panel: str, members: list[SeatRow]
) -> None:
    choose(panel, members[0], PayBy.NOTHING)
    held_session(panel, [members[0].public_id])
    assert lines(panel) == []
    (own,) = payments.own_lines(key(panel), members[0].resident_id)
    assert not own.is_to_be_paid
    assert came(panel) == 1
    made = db.session.scalars(select(Attendance.public_id)).one()
    with pytest.raises(NothingToPay):
        payments.mark_paid(None, panel, made, "V-1")


def test_a_session_without_a_fee_makes_no_line(panel: str, members: list[SeatRow]) -> None:
    held_session(panel, [members[0].public_id], pence=0)
    assert lines(panel) == []
    assert payments.own_lines(key(panel), members[0].resident_id)[0].session == "First session"


def test_another_way_to_be_paid_holds_for_what_is_not_paid_yet(
    panel: str, members: list[SeatRow]
) -> None:
    member = members[0]
    for title in ("First session", "Second session"):
        held_session(panel, [member.public_id], title)
    choose(panel, member, PayBy.VOUCHER)
    payments.mark_paid(None, panel, lines(panel)[0].public_id, "V-1")
    choose(panel, member, PayBy.NOTHING)
    assert [(row.session, row.pay_by) for row in lines(panel)] == [("First session", PayBy.VOUCHER)]
    choose(panel, member, PayBy.FINANCE)
    assert [row.pay_by for row in lines(panel)] == [PayBy.VOUCHER, PayBy.FINANCE]


def test_who_left_after_the_day_is_paid_for_it_and_who_left_before_was_not_there(
    app: Flask, panel: str, members: list[SeatRow]
) -> None:
    after, before = members[:2]
    for one in (after, before):
        seats.leave_seat(panel, one.resident_id, by=Route.PHONE)
    held_on = clock.day_of(clock.now() - timedelta(days=10))
    db.session.rollback()
    move_back(app, Seat.decided_at, timedelta(days=20), Seat.public_id == before.public_id)
    session = held_session(panel, title="Met", on=held_on)
    found = find_session(None, session)
    assert found is not None
    listed = {row.seat for row in attendance.members_at(found)}
    assert listed == {one.public_id for one in members} - {before.public_id}
    attendance.note_attendance(None, session, [after.public_id])
    with pytest.raises(UnknownSeat):
        attendance.note_attendance(None, session, [members[2].public_id, before.public_id])
    assert [row.member for row in lines(panel)] == [after.reference]


def test_nobody_came_yet_to_what_is_still_to_come(panel: str, members: list[SeatRow]) -> None:
    session = coming_session(panel)
    with pytest.raises(NotHeldYet):
        attendance.note_attendance(None, session, [members[0].public_id])


def test_a_session_is_removed_only_while_nobody_came(panel: str, members: list[SeatRow]) -> None:
    session = held_session(panel, [members[0].public_id])
    with pytest.raises(SomebodyCame):
        remove_session(None, session)
    attendance.note_attendance(None, session, [], [members[0].public_id])
    remove_session(None, session)
    found = find_panel(None, panel)
    assert found is not None
    assert sessions_of(found.activity_id) == []
    with pytest.raises(UnknownSession):
        remove_session(None, session)


def test_a_line_is_paid_once_under_one_reference(panel: str, members: list[SeatRow]) -> None:
    held_session(panel, [members[0].public_id])
    (line,) = lines(panel)
    payments.mark_paid(None, panel, line.public_id, " V-1 ")
    (paid,) = lines(panel)
    assert paid.reference == "V-1"
    payments.mark_paid(None, panel, line.public_id, "V-1")
    assert lines(panel) == [paid]
    with pytest.raises(PaidAlready):
        payments.mark_paid(None, panel, line.public_id, "V-2")
    with pytest.raises(UnknownLine):
        payments.mark_paid(None, panel, "none", "V-2")


def test_of_two_who_pay_at_once_one_pays(
    app: Flask, north: Partnership, panel: str, members: list[SeatRow]
) -> None:
    session = held_session(panel, [members[0].public_id])
    (line,) = lines(panel)
    db.session.rollback()
    raised = run_at_once(
        app,
        lambda: payments.mark_paid(None, panel, line.public_id, "V-1"),
        lambda: payments.mark_paid(None, panel, line.public_id, "V-2"),
        lambda: attendance.note_attendance(None, session, [], [members[0].public_id]),
        partnership_id=north.id,
    )
    left = lines(panel)
    if left:  # somebody paid before the tick was taken away
        assert [type(error) for error in raised] == [PaidAlready, PaidAlready]
        assert left[0].reference in ("V-1", "V-2")
    else:
        assert {type(error) for error in raised} == {UnknownLine}


def test_a_table_of_references_marks_all_its_lines(panel: str, members: list[SeatRow]) -> None:
    held_session(panel, [one.public_id for one in members])
    keys = [row.public_id for row in lines(panel)]
    text = "Reference;LINE\r\n" + "".join(
        f"V-{place};{line}\r\n" for place, line in enumerate(keys)
    )
    rows = read_csv(text.encode())
    assert payments.mark_all_paid(None, panel, rows) == 4
    assert [row.reference for row in lines(panel)] == ["V-0", "V-1", "V-2", "V-3"]
    assert payments.mark_all_paid(None, panel, rows) == 0


def test_all_that_is_wrong_in_a_table_is_said_at_once_and_nothing_is_marked(
    north: Partnership, panel: str, members: list[SeatRow]
) -> None:
    choose(panel, members[3], PayBy.NOTHING)
    held_session(panel, [one.public_id for one in members])
    one, other, third = (row.public_id for row in lines(panel))
    free = next(
        line
        for line in db.session.scalars(select(Attendance.public_id))
        if line not in (one, other, third)
    )
    payments.mark_paid(None, panel, other, "V-9")
    elsewhere = panel_of(north.programme("Other"))
    draw_of(elsewhere)
    held_session(elsewhere, take_seats(elsewhere))
    foreign = lines(elsewhere)[0].public_id
    table = [
        ["line", "reference"],
        [one, "V-1"],
        [other, "V-2"],
        [],
        ["nobody", "V-3"],
        [one, "V-4"],
        [third, ""],
        ["", "V-5"],
        [free, "V-6"],
        [foreign, "V-7"],
        [third, "V" * 101],
    ]
    with pytest.raises(ReferencesHaveFaults) as error:
        payments.mark_all_paid(None, panel, table)
    assert [(fault.row, fault.column) for fault in error.value.faults] == [
        (3, "reference"),
        (5, "line"),
        (6, "line"),
        (7, "reference"),
        (8, "line"),
        (9, "line"),
        (10, "line"),
        (11, "line"),
        (11, "reference"),
    ]
    assert [row.reference for row in lines(panel) if row.paid_at] == ["V-9"]


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ([["a", "b"], ["x", "y"]], [(1, "line"), (1, "reference")]),
        ([["line", "b"], ["x", "y"]], [(1, "reference")]),
        ([["line", "reference"]], [(2, "line")]),
    ],
)
def test_a_table_without_its_headings_or_rows_is_refused(
    panel: str, table: list[list[str]], faults: list[tuple[int, str]]
) -> None:
    with pytest.raises(ReferencesHaveFaults) as error:
        payments.mark_all_paid(None, panel, table)
    assert [(fault.row, fault.column) for fault in error.value.faults] == faults


def test_the_file_for_finance_names_whom_finance_pays_and_runs_no_formula(
    panel: str, members: list[SeatRow]
) -> None:
    for member, pay_by in zip(members, [PayBy.FINANCE, PayBy.VOUCHER, PayBy.NOTHING], strict=False):
        change_own_details(
            member.resident_id, f"=Name {member.reference}", "", "01632", "", ContactBy.PHONE
        )
        choose(panel, member, pay_by)
    held_session(panel, [one.public_id for one in members], "=1+1")
    paid = lines(panel)[1]
    payments.mark_paid(None, panel, paid.public_id, "+V-1")
    _, content = payments.finance_file(None, panel)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert [row["name"] for row in rows] == [f"'=Name {members[0].reference}", "", ""]
    assert [row["way"] for row in rows] == ["through the finance team", "voucher", "not chosen yet"]
    assert {row["session"] for row in rows} == {"'=1+1"}
    assert {row["amount"] for row in rows} == {"75.00"}
    assert rows[1]["reference"] == "'+V-1"
    assert rows[1]["paid on"] == clock.day_of(clock.now()).isoformat()
    assert [row["member"] for row in rows] == [
        members[0].reference,
        members[1].reference,
        members[3].reference,
    ]
    assert "Name" not in content.decode().replace(f"Name {members[0].reference}", "")
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "payments.taken")
    ).one()
    assert (entry.object_id, entry.facts) == (panel, {"lines": 3})


def test_the_file_for_finance_can_come_back_with_the_references_filled_in(
    panel: str, members: list[SeatRow]
) -> None:
    held_session(panel, [one.public_id for one in members])
    rows = read_csv(payments.finance_file(None, panel)[1])
    place = rows[0].index("reference")
    for number, row in enumerate(rows[1:]):
        row[place] = f"F-{number}"
    assert payments.mark_all_paid(None, panel, rows) == 4


def test_neither_another_programme_nor_another_partnership_reaches_any_of_it(
    world: World, north: Partnership, panel: str, members: list[SeatRow]
) -> None:
    session = held_session(panel, [members[0].public_id])
    other = frozenset({north.programme("Other").id})
    line = lines(panel)[0].public_id

    def everything(visible: frozenset[int] | None) -> None:
        for act in (
            lambda: attendance.note_attendance(visible, session, []),
            lambda: remove_session(visible, session),
            lambda: payments.mark_paid(visible, panel, line, "V-1"),
            lambda: payments.mark_all_paid(visible, panel, [["line", "reference"]]),
            lambda: payments.finance_file(visible, panel),
        ):
            with pytest.raises((UnknownPanel, UnknownSession)):
                act()

    everything(other)
    with world.south.inside():
        everything(None)
        assert db.session.scalar(select(func.count()).select_from(Attendance)) == 0


def test_the_line_of_somebody_who_was_erased_stays_and_can_still_be_paid(
    panel: str, members: list[SeatRow]
) -> None:
    held_session(panel, [one.public_id for one in members[:2]])
    erase_resident(members[0].resident_id)
    erased, other = sorted(lines(panel), key=lambda row: row.member)
    assert (erased.member, erased.name, erased.pence) == ("", "", FEE)
    assert other.member == members[1].reference
    payments.mark_paid(None, panel, erased.public_id, "F-1")
    assert came(panel) == 2
    _, content = payments.finance_file(None, panel)
    assert "F-1" in content.decode()


def test_who_came_from_afar_is_told_apart_and_paid_the_same(
    panel: str, members: list[SeatRow]
) -> None:
    one, other = (member.public_id for member in members[:2])
    session = held_session(panel, [one])
    attendance.note_attendance(None, session, [other], [], {other: Way.AWAY})
    row = find_session(None, session)
    assert row is not None
    assert attendance.came_to([row.id])[row.id] == {Way.ROOM: 1, Way.AWAY: 1}
    attendance.note_attendance(None, session, [], [], {other: Way.ROOM})  # not from afar after all
    assert attendance.came_to([row.id])[row.id] == {Way.ROOM: 2}
    assert [line.pence for line in lines(panel)] == [FEE, FEE]
