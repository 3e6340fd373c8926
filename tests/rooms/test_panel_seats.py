"""Seats after the draw: answered once whatever happens at once, given up, drawn again in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from engagement.audit.models import AuditEntry
from engagement.database import clock
from engagement.extensions import db
from engagement.jobs.execution import carry_out
from engagement.panels import draws, registration, seats, service
from engagement.panels.draws import TIME_TO_ANSWER
from engagement.panels.errors import ReserveOver, SeatDecided
from engagement.panels.models import Draw, Seat
from engagement.panels.queries import find_panel
from engagement.panels.rules import (
    DrawState,
    PayBy,
    Route,
    SeatState,
    may_have_come,
    odds,
    reserve_is_over,
)
from engagement.panels.seat_queries import SeatRow, calls_of, panels_to_call, seats_of
from engagement.people.rules import ContactBy, GivenHow
from engagement.people.service import change_own_details
from engagement.sessions.payments import choose_payment
from tests.factories import Partnership, Programme, World
from tests.factories.panels import PLAN, draw_of, drawn_panel, panel_of, take_seats
from tests.past import move_back
from tests.threads import run_at_once

A_DAY = timedelta(days=1)
CLOSED = replace(PLAN, size=2)


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def programme(north: Partnership) -> Programme:
    """A programme."""
    return north.programme("Waiting well")


@pytest.fixture
def panel(programme: Programme) -> str:
    """A panel of two, drawn from four, its seats offered."""
    return drawn_panel(programme)[0]


def rows(panel: str) -> list[SeatRow]:
    found = find_panel(None, panel)
    assert found is not None
    return seats_of(found.id)


def today() -> object:
    return clock.day_of(clock.now())


def close(panel: str, **more: object) -> None:
    plan = replace(CLOSED, registration_closes_at=clock.now(), **more)  # type: ignore[arg-type]
    service.change_panel(None, panel, plan)


def again(panel: str) -> str:
    """Another draw of the panel is asked for."""
    return draws.prepare_draw(None, panel, "round 4 600 000 of a beacon", "later")


def audited(action: str) -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action)) or 0


def at_once(app: Flask, north: Partnership, *acts) -> list[BaseException]:  # type: ignore[no-untyped-def]
    db.session.rollback()  # holds no lock while they run
    raised = run_at_once(app, *acts, partnership_id=north.id)
    db.session.expire_all()
    return raised


def test_two_who_accept_at_once_make_one_seat_and_one_entry(
    app: Flask, north: Partnership, panel: str
) -> None:
    one = rows(panel)[0]
    new: list[bool] = []

    def accept(by: Route) -> None:
        new.append(seats.answer_offer(panel, one.resident_id, accept=True, by=by))

    ways = (Route.ONLINE, Route.PHONE) * 3
    assert at_once(app, north, *(lambda by=by: accept(by) for by in ways)) == []
    assert sorted(new) == [False] * 5 + [True]
    assert rows(panel)[0].state is SeatState.ACCEPTED
    assert audited("seat.accepted") == 1


def test_of_a_yes_and_a_no_at_once_one_stands_and_the_other_hears_which(
    app: Flask, north: Partnership, panel: str
) -> None:
    for one in rows(panel):
        acts = [
            lambda a=a, one=one: seats.answer_offer(
                panel, one.resident_id, accept=a, by=Route.ONLINE if a else Route.PHONE
            )
            for a in (True, False)
        ]
        (error,) = at_once(app, north, *acts)
        assert isinstance(error, SeatDecided)
        (now,) = (row for row in rows(panel) if row.public_id == one.public_id)
        assert now.state == error.state
        assert now.decided_by is (Route.ONLINE if now.state is SeatState.ACCEPTED else Route.PHONE)
    assert audited("seat.accepted") + audited("seat.declined") == 2


def test_an_answer_after_the_deadline_says_that_its_time_is_over(app: Flask, panel: str) -> None:
    one = rows(panel)[0]
    db.session.rollback()
    move_back(app, Seat.deadline_at, TIME_TO_ANSWER)
    with pytest.raises(SeatDecided) as error:
        seats.answer_offer(panel, one.resident_id, accept=True, by=Route.ONLINE)
    assert error.value.state is SeatState.LAPSED
    assert rows(panel)[0].state is SeatState.LAPSED
    assert seats.lapse_offers(None, panel) == 2
    assert seats.lapse_offers(None, panel) == 0


def test_a_seat_that_was_never_taken_can_be_neither_left_nor_paid(panel: str) -> None:
    one = rows(panel)[0]
    for act in (
        lambda: seats.leave_seat(panel, one.resident_id, by=Route.PHONE),
        lambda: choose_payment(panel, one.resident_id, PayBy.VOUCHER, by=Route.PHONE),
    ):
        with pytest.raises(SeatDecided) as error:
            act()
        assert error.value.state is SeatState.OFFERED


def test_who_takes_their_name_back_gives_their_seat_up_and_the_next_draw_goes_on(
    app: Flask, panel: str
) -> None:
    first, second = rows(panel)
    seats.answer_offer(panel, first.resident_id, accept=True, by=Route.ONLINE)
    for one in (first, second):
        registration.withdraw_registration(panel, one.resident_id, by=Route.PHONE)
    states = {row.public_id: (row.state, row.decided_by) for row in rows(panel)}
    assert states[first.public_id] == (SeatState.LEFT, Route.PHONE)
    assert states[second.public_id] == (SeatState.DECLINED, Route.PHONE)
    targets = [service.TargetPlan("female", 0, 2), service.TargetPlan("male", 0, 2)]
    service.set_targets(None, panel, "sex", targets, "by hand")
    waits = [service.TargetPlan("c1", 0, 2), service.TargetPlan("c2", 0, 2)]
    service.set_targets(None, panel, "own-1", waits, "by hand")
    close(panel)
    draw = again(panel)
    made = db.session.scalars(select(Draw).where(Draw.public_id == draw)).one()
    carry_out(app, made.run_public_id)
    db.session.expire_all()
    made = db.session.scalars(select(Draw).where(Draw.public_id == draw)).one()
    assert (made.state, made.seats, made.problem) == (DrawState.READY, 2, "")


def test_empty_seats_are_drawn_again_until_the_last_day_of_the_reserve(panel: str) -> None:
    seats.answer_offer(panel, rows(panel)[0].resident_id, accept=False, by=Route.ONLINE)
    yesterday = clock.day_of(clock.now() - A_DAY)
    close(panel, reserve_until=yesterday)
    with pytest.raises(ReserveOver) as error:
        again(panel)
    assert error.value.last_day == yesterday
    close(panel, reserve_until=today())
    assert again(panel)


def test_the_first_draw_needs_no_reserve(programme: Programme) -> None:
    panel = panel_of(programme)
    plan = replace(PLAN, registration_closes_at=clock.now())
    yesterday = clock.day_of(clock.now() - A_DAY)
    service.change_panel(None, panel, replace(plan, reserve_until=yesterday))
    assert again(panel)


def test_the_reserve_ends_after_its_last_day_and_without_one_never() -> None:
    day = clock.date(2026, 3, 28)
    assert not reserve_is_over(None, day)
    assert not reserve_is_over(day, day)
    assert reserve_is_over(day, day + A_DAY)


def test_the_call_list_has_open_offers_and_taken_seats_only(
    app: Flask, programme: Programme, north: Partnership
) -> None:
    panel = panel_of(programme)
    draw_of(panel)
    late, declined, taken, waiting = rows(panel)
    for one in (late, declined, taken, waiting):
        change_own_details(
            one.resident_id, f"P {one.reference}", "", "01632 960 001", "", ContactBy.PHONE
        )
    seats.answer_offer(panel, declined.resident_id, accept=False, by=Route.PHONE)
    seats.answer_offer(panel, taken.resident_id, accept=True, by=Route.PHONE)
    db.session.rollback()
    move_back(app, Seat.deadline_at, TIME_TO_ANSWER, Seat.public_id == late.public_id)
    found = find_panel(None, panel)
    assert found is not None
    calls = calls_of(found.id, with_needs=True)
    assert [one.reference for one in calls] == [waiting.reference, taken.reference]
    assert calls[0].name == f"P {waiting.reference}"
    (line,) = (one for one in panels_to_call(None) if one.public_id == panel)
    assert (line.offered, line.accepted) == (1, 1)
    other = north.programme("Other")
    assert panels_to_call(frozenset({other.id})) == []


def test_what_helps_somebody_is_shown_of_members_alone_and_not_to_whoever_only_calls(
    panel: str,
) -> None:
    found = find_panel(None, panel)
    assert found is not None
    for row in rows(panel):
        need = f"A hearing loop for {row.reference}"
        registration.keep_needs(panel, row.resident_id, need, "the words", GivenHow.PHONE)
    needs = [one.needs for one in calls_of(found.id, with_needs=True)]
    assert needs == ["", ""]
    take_seats(panel)
    needs = [one.needs for one in calls_of(found.id, with_needs=True)]
    assert needs == [f"A hearing loop for {row.reference}" for row in rows(panel)]
    assert [one.needs for one in calls_of(found.id, with_needs=False)] == ["", ""]


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, (0, 1)),
        (1.0, (1, 1)),
        (0.05, (1, 20)),
        (0.0513, (1, 19)),
        (1 / 3, (1, 3)),
        (0.4, (4, 10)),
        (0.5, (1, 2)),
        (2 / 3, (2, 3)),
        (0.75, (3, 4)),
        (0.72, (7, 10)),
        (0.94, (9, 10)),
        (0.97, (97, 100)),
        (0.9999, (99, 100)),
        (0.0004, (1, 2500)),
    ],
)
def test_a_chance_is_told_as_so_many_in_so_many(chance: float, words: tuple[int, int]) -> None:
    assert odds(chance) == words


def test_a_chance_that_is_told_is_never_far_from_what_it_is() -> None:
    for step in range(1, 1000):
        chance = step / 1000
        few, many = odds(chance)
        assert 0 < few / many < 1
        assert abs(few / many - chance) < 0.051


def test_members_can_have_come_and_those_who_left_on_that_day_or_later() -> None:
    day = clock.date(2026, 3, 2)
    assert may_have_come(SeatState.ACCEPTED, day + A_DAY, day)
    assert may_have_come(SeatState.LEFT, day, day)
    assert not may_have_come(SeatState.LEFT, day - A_DAY, day)
    for state in (SeatState.OFFERED, SeatState.DECLINED, SeatState.LAPSED):
        assert not may_have_come(state, day, day)
