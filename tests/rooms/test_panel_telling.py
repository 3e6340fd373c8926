"""A decided draw is told: by e-mail, once, to whom it concerns; letters are listed for post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from engagement.audit.models import AuditEntry
from engagement.database import clock
from engagement.extensions import db
from engagement.messages.models import Message
from engagement.panels import registration, seats, telling
from engagement.panels.draws import TIME_TO_ANSWER
from engagement.panels.errors import UnknownDraw
from engagement.panels.models import Draw, Seat
from engagement.panels.queries import find_panel
from engagement.panels.rules import Route
from engagement.panels.seat_queries import seats_of
from engagement.people.rules import ContactBy
from engagement.people.service import change_own_details
from tests.factories import Partnership, World
from tests.factories.panels import PLAN, Registrant, draw_of, letters_for, panel_of, register
from tests.past import move_back

SMALL = replace(PLAN, size=2)
DRAWN, NOT_DRAWN = "panel_drawn", "panel_not_drawn"


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def panel(north: Partnership) -> str:
    """A panel of two."""
    return panel_of(north.programme("Waiting well"), SMALL)


def people_by(panel: str, ways: list[ContactBy]) -> list[Registrant]:
    """Somebody registered for each way, reachable by it."""
    found = []
    for place, (letter, way) in enumerate(zip(letters_for(panel, len(ways)), ways, strict=True)):
        who = register(panel, letter, ("female", "male")[place % 2], ("25-34", "35-49")[place % 2])
        where = ("", "")
        if way is ContactBy.EMAIL:
            where = (f"ann{place}@example.net", "")
        elif way is ContactBy.POST:
            where = ("", f"{place} Mill Lane\nRiverbank")
        change_own_details(who.resident_id, f"Ann {place}", where[0], "01", where[1], way)
        found.append(who)
    return found


def sent() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def seated(panel: str) -> set[int]:
    found = find_panel(None, panel)
    assert found is not None
    return {row.resident_id for row in seats_of(found.id)}


def told(panel: str) -> list[telling.Told]:
    found = find_panel(None, panel)
    assert found is not None
    return telling.told_of(found.id)


def test_everybody_who_wants_email_hears_what_a_draw_decided_and_nothing_else(panel: str) -> None:
    until = clock.day_of(clock.now())
    people = people_by(panel, [ContactBy.EMAIL] * 4)
    draw_of(panel, replace(SMALL, reserve_until=until))
    messages = sent()
    drawn = {one.resident_id for one in messages if one.template == DRAWN}
    assert drawn == seated(panel)
    assert len(drawn) == 2
    others = {one.resident_id for one in messages if one.template == NOT_DRAWN}
    assert others == {who.resident_id for who in people} - drawn
    day = clock.day_of(clock.now() + TIME_TO_ANSWER)
    for one in messages:
        assert one.recipient.startswith("ann")
        assert f"Hello {one.recipient_name}," in one.text
        for words in (one.text, one.html):
            assert f"/p/north/me/panels/{panel}/result" in words
            assert "Panel on waiting" in words
            for secret in ("chance", "female", "25-34", "35-49", "Yes", "reference"):
                assert secret not in words
            if one.template == DRAWN:
                assert PLAN.remit in words
                assert f"{day.day} {day:%B %Y}" in words
                assert "Both answers are fine" in words
            else:
                assert f"in reserve until {until.day} {until:%B %Y}" in words


def test_who_wants_no_email_gets_none_and_a_letter_is_listed_for_post_alone(panel: str) -> None:
    ways = [ContactBy.POST, ContactBy.PHONE, ContactBy.NOBODY, ContactBy.POST]
    people = people_by(panel, ways)
    draw = draw_of(panel, SMALL)
    assert sent() == []
    drawn = seated(panel)
    letters = telling.take_letters(None, panel, draw)
    assert {one.resident_id for one in letters} == {people[0].resident_id, people[3].resident_id}
    assert {one.resident_id for one in letters if one.drawn} == drawn & {
        people[0].resident_id,
        people[3].resident_id,
    }
    assert all("Mill Lane" in one.address for one in letters)
    (row,) = told(panel)
    assert (row.draw, row.number, row.emails, row.letters) == (draw, 1, 0, 2)
    assert row.calls == (people[1].resident_id in drawn)
    assert row.nobody == (people[2].resident_id in drawn)
    (entry,) = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "draw.letters taken")
    ).all()
    assert entry.object_id == draw


def test_a_draw_is_told_once_however_often_the_step_runs(panel: str) -> None:
    people_by(panel, [ContactBy.EMAIL] * 4)
    draw = draw_of(panel, SMALL)
    before = len(sent())
    assert before == 4
    key = db.session.scalars(select(Draw.id).where(Draw.public_id == draw)).one()
    assert telling.tell_result(key) == telling.tell_result(key) == 0
    assert len(sent()) == before


def test_a_draw_that_is_not_decided_is_not_told(panel: str) -> None:
    from engagement.panels.draws import prepare_draw
    from engagement.panels.service import change_panel

    people_by(panel, [ContactBy.EMAIL] * 4)
    change_panel(None, panel, replace(SMALL, registration_closes_at=clock.now()))
    draw = prepare_draw(None, panel, "a beacon", "later")
    key = db.session.scalars(select(Draw.id).where(Draw.public_id == draw)).one()
    assert telling.tell_result(key) == 0
    assert sent() == []
    with pytest.raises(UnknownDraw):
        telling.take_letters(None, panel, draw)


def test_of_a_later_draw_only_those_hear_whom_it_draws(panel: str) -> None:
    people = people_by(panel, [ContactBy.EMAIL] * 6)
    draw_of(panel, SMALL)
    first = seated(panel)
    assert len(sent()) == 6
    seats.answer_offer(panel, min(first), accept=False, by=Route.PHONE)
    gone = next(who.resident_id for who in people if who.resident_id not in first)
    registration.withdraw_registration(panel, gone)
    draw_of(panel, SMALL)
    (later,) = sent()[6:]
    assert later.template == DRAWN
    assert {later.resident_id} == seated(panel) - first


def test_who_has_answered_or_taken_their_name_back_or_is_late_gets_no_letter(
    app: Flask, panel: str
) -> None:
    people = people_by(panel, [ContactBy.POST] * 4)
    draw = draw_of(panel, SMALL)
    drawn = sorted(seated(panel))
    seats.answer_offer(panel, drawn[0], accept=True, by=Route.PHONE)
    spare = [who.resident_id for who in people if who.resident_id not in drawn]
    registration.withdraw_registration(panel, spare[0])
    letters = telling.take_letters(None, panel, draw)
    assert {one.resident_id for one in letters} == {drawn[1], spare[1]}
    db.session.rollback()
    move_back(app, Seat.deadline_at, TIME_TO_ANSWER)
    assert [one.resident_id for one in telling.take_letters(None, panel, draw)] == [spare[1]]


def test_letters_of_another_panel_or_partnership_are_not_given_out(
    world: World, north: Partnership, panel: str
) -> None:
    people_by(panel, [ContactBy.POST] * 4)
    draw = draw_of(panel, SMALL)
    other = panel_of(north.programme("Other"), SMALL, "other")
    with pytest.raises(UnknownDraw):
        telling.take_letters(None, other, draw)
    with pytest.raises(UnknownDraw):
        telling.take_letters(frozenset(), panel, draw)
    with world.south.inside(), pytest.raises(UnknownDraw):
        telling.take_letters(None, panel, draw)


def test_an_empty_address_is_not_written_to(panel: str) -> None:
    people = people_by(panel, [ContactBy.EMAIL] * 4)
    for who in people:
        change_own_details(who.resident_id, "Ann", "", "01", "", ContactBy.EMAIL)
    draw_of(panel, SMALL)
    assert sent() == []
