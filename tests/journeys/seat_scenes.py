"""Seats for looking at their pages: calls, results in every state, and payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flask import current_app

from engagement.database import clock
from engagement.panels import seats
from engagement.panels.models import Seat
from engagement.panels.queries import find_panel
from engagement.panels.registration import keep_needs, withdraw_registration
from engagement.panels.rules import PayBy, Route
from engagement.panels.seat_queries import own_seat, seats_of
from engagement.panels.service import change_panel
from engagement.people.rules import ContactBy, GivenHow
from engagement.people.service import change_own_details
from engagement.sessions.payments import choose_payment, lines_of, mark_paid
from tests.factories import Partnership, Programme, Resident
from tests.factories.panels import PLAN, draw_of, panel_of, pool_of
from tests.factories.sessions import first_line, held_session
from tests.journeys.draw_scenes import OPEN, Paths, drawn_with
from tests.past import move_back

LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren of the Two Towns"
A_DAY = timedelta(days=1)


def first_seats(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """The pages of a panel that nobody was drawn for, and of one whose member this resident is."""
    with place.inside():
        empty = panel_of(programme, published=True)
        own = drawn_with(resident, programme, 4)
        seats.answer_offer(own, resident.id, accept=True, by=Route.ONLINE)
        held_session(own, [_seat(own, resident)])
        line, seat = first_line(own), _seat(own, resident)
    panels = [{"panel_id": panel} for panel in (own, empty)]
    desk = ("call_list", "payments", "payment_references")
    return {
        **{f"facilitators.{endpoint}": panels for endpoint in desk},
        "facilitators.call": [{"panel_id": own, "seat_id": seat}],
        "facilitators.payment_line": [{"panel_id": own, "line_id": line}],
        "residents.payments": panels,
        "residents.result": [{"panel_id": own}],
    }


def every_seat(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """Seats and lines in every state."""
    with place.inside():
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        today = clock.day_of(clock.now())
        late, declined, left = (drawn_with(resident, programme, 4) for _ in range(3))
        seats.answer_offer(declined, resident.id, accept=False, by=Route.ONLINE)
        seats.answer_offer(left, resident.id, accept=True, by=Route.ONLINE)
        held_session(left, [_seat(left, resident)], "First session, in the hall by the harbour")
        seats.leave_seat(left, resident.id, by=Route.PHONE)
        waits, over, withdrawn = (drawn_with(resident, programme, 2) for _ in range(3))
        for panel, until in ((waits, today + A_DAY), (over, today - A_DAY)):
            change_panel(None, panel, replace(OPEN, size=2, reserve_until=until))
        withdraw_registration(withdrawn, resident.id)
        full, line = _full_panel(programme)
        open_line = first_line(left)
        key = _seat(late, resident)
    move_back(app, Seat.deadline_at, timedelta(days=20), Seat.public_id == key)
    results = (late, declined, left, waits, over, withdrawn)
    with place.inside():
        found = find_panel(None, full)
        assert found is not None
        calls = [{"panel_id": full, "seat_id": row.public_id} for row in seats_of(found.id)]
    panels = [{"panel_id": panel} for panel in (full, left, late)]
    desk = ("seats", "call_list", "payments", "payment_references")
    return {
        **{f"facilitators.{endpoint}": panels for endpoint in desk},
        "facilitators.call": [*calls, {"panel_id": late, "seat_id": key}],
        "facilitators.payment_line": [
            {"panel_id": full, "line_id": line},
            {"panel_id": left, "line_id": open_line},
        ],
        "residents.payments": [{"panel_id": panel} for panel in (left, declined, waits)],
        "residents.result": [{"panel_id": panel} for panel in results],
    }


def _full_panel(programme: Programme) -> tuple[str, str]:
    """A panel with members in number and open offers; a line of it that is paid."""
    plan = replace(
        PLAN,
        size=8,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 6, 1),
        payment="£75 a meeting, and your fares. " * 4,
    )
    panel = panel_of(programme, plan)
    pool_of(panel, 16)
    draw_of(panel, plan)
    found = find_panel(None, panel)
    assert found is not None
    rows = seats_of(found.id)
    for place, row in enumerate(rows):
        needs = "A hearing loop\nComes with me: my sister\nI cannot sit for long. " * 2
        keep_needs(panel, row.resident_id, needs, "the words", GivenHow.PHONE)
        change_own_details(
            row.resident_id,
            f"{LONG} {place}" if place % 2 else "Bo",
            "long.address.that.goes.on@example.net" if place % 3 else "",
            "01632 960 001",
            "",
            ContactBy.PHONE,
        )
        if place > 1:
            seats.answer_offer(panel, row.resident_id, accept=True, by=Route.PHONE)
            way = list(PayBy)[place % len(PayBy)]
            choose_payment(panel, row.resident_id, way, by=Route.PHONE)
    for title in ("First session", "Second session, in the town hall, with a long lunch"):
        held_session(panel, [row.public_id for row in rows[2:]], title)
    line = lines_of(found.id)[0].public_id
    mark_paid(None, panel, line, "VOUCHER-2026-000000000000000000000000000017")
    return panel, line


def _seat(panel: str, resident: Resident) -> str:
    found = find_panel(None, panel)
    assert found is not None
    seat = own_seat(found.id, resident.id)
    assert seat is not None
    return seat.public_id
