"""The pages of seats: the call, the answer, the reserve, sessions, payments."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from engagement.accounts.rules import Role
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.panels import seats
from engagement.panels.draws import TIME_TO_ANSWER
from engagement.panels.models import Seat
from engagement.panels.queries import find_panel
from engagement.panels.registered import standing_of
from engagement.panels.registration import keep_needs
from engagement.panels.rules import PayBy, Route, SeatState
from engagement.panels.seat_queries import SeatRow, seats_of
from engagement.panels.service import change_panel
from engagement.people.models import Resident
from engagement.people.rules import ContactBy, GivenHow
from engagement.people.service import change_own_details
from engagement.sessions.payments import LineRow, choose_payment, lines_of
from tests.client import CheckedClient
from tests.factories import Partnership, Programme, World
from tests.factories import Resident as Somebody
from tests.factories.panels import (
    PLAN,
    Registrant,
    draw_of,
    letters_for,
    panel_of,
    pool_of,
    register,
    take_seats,
)
from tests.factories.sessions import coming_session, held_session
from tests.past import move_back

Browse = Callable[[], CheckedClient]
A_DAY = timedelta(days=1)
NOTE = "It may change a benefit that depends on what you earn"


@pytest.fixture
def north(world: World) -> Partnership:
    """The northern partnership."""
    return world.north


@pytest.fixture
def programme(north: Partnership) -> Programme:
    """A programme."""
    return north.programme("Waiting well")


@pytest.fixture
def people(north: Partnership, panel: str) -> list[Registrant]:
    """Those who registered, drawn or not."""
    with north.inside():
        made = pool_of(panel, 8)
        draw_of(panel)
    return made


@pytest.fixture
def panel(north: Partnership, programme: Programme) -> str:
    """A published panel of four."""
    with north.inside():
        return panel_of(programme, published=True)


def rows(north: Partnership, panel: str) -> list[SeatRow]:
    with north.inside():
        found = find_panel(None, panel)
        assert found is not None
        return seats_of(found.id)


def lines(north: Partnership, panel: str) -> list[LineRow]:
    with north.inside():
        found = find_panel(None, panel)
        assert found is not None
        return lines_of(found.id)


def staff(
    browse: Browse, north: Partnership, role: Role = Role.FACILITATOR, **where: Programme
) -> CheckedClient:
    return browse().be(north.session(north.staff(role, **where)))


def resident(browse: Browse, north: Partnership, key: int) -> CheckedClient:
    with north.inside():
        row = db.session.get(Resident, key)
        assert row is not None
        somebody = Somebody(row.id, row.public_id)
    return browse().be(north.session(somebody))


def desk(panel: str, *rest: str) -> str:
    return "/".join(["/p/north/facilitate/panels", panel, *rest])


def own(panel: str, page: str = "result") -> str:
    return f"/p/north/me/panels/{panel}/{page}"


def reserve_of(people: list[Registrant], seated: list[SeatRow]) -> int:
    taken = {row.resident_id for row in seated}
    return next(who.resident_id for who in people if who.resident_id not in taken)


def test_the_benefits_note_stands_before_the_yes_and_the_yes_is_one_step(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    seat = rows(north, panel)[0]
    client = resident(browse, north, seat.resident_id)
    text = client.get(own(panel)).text
    assert text.index(NOTE) < text.index("Yes, I take the seat")
    assert "We can give you a letter" in text
    assert "the seat is yours" in text
    answer = client.send(own(panel, "seat/accept"), {}, page=own(panel))
    assert (answer.status_code, answer.location) == (303, own(panel, "payments"))
    assert rows(north, panel)[0].state is SeatState.ACCEPTED
    page = client.send(own(panel, "payments"), {})
    assert "Choose how you want to be paid" in page.text
    client.send(own(panel, "payments"), {"pay_by": PayBy.VOUCHER.value})
    assert rows(north, panel)[0].pay_by is PayBy.VOUCHER
    assert "You are on the panel" in client.get(own(panel)).text


def test_a_panel_that_pays_nothing_says_nothing_of_benefits(
    browse: Browse, north: Partnership, programme: Programme
) -> None:
    with north.inside():
        plan = replace(PLAN, payment="")
        panel = panel_of(programme, plan, published=True)
        pool_of(panel, 8)
        draw_of(panel, plan)
    seat = rows(north, panel)[0]
    client = resident(browse, north, seat.resident_id)
    assert NOTE not in client.get(own(panel)).text
    answer = client.send(own(panel, "seat/accept"), {}, page=own(panel))
    assert answer.location == own(panel)
    assert "How do you want to be paid?" not in client.get(own(panel, "payments")).text


def test_each_answer_that_comes_too_late_or_twice_says_what_stands(
    app: Flask, browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    first, second = rows(north, panel)[:2]
    client = resident(browse, north, first.resident_id)

    def press(answer: str) -> str:
        client.send(own(panel, f"seat/{answer}"), {}, page="/p/north/me/contact")
        return client.get(own(panel)).text

    assert "so there is nothing to give up" in press("leave")
    assert "The seat is yours" in press("accept")
    assert "You told us this before. Nothing has changed" in press("accept")
    assert "You took the seat already" in press("decline")
    assert "We have noted your answer" in press("leave")
    assert "You told us this before" in press("leave")
    assert "You left the panel already" in press("accept")
    assert "You left the panel on" in client.get(own(panel)).text
    client = resident(browse, north, second.resident_id)
    move_back(app, Seat.deadline_at, TIME_TO_ANSWER, Seat.public_id == second.public_id)
    assert "The time to answer is over" in press("accept")
    assert "the time to answer ended on" in client.get(own(panel)).text
    states = [row.state for row in rows(north, panel)[:2]]
    assert states == [SeatState.LEFT, SeatState.LAPSED]


def test_a_declined_seat_says_so_and_cannot_be_taken_after_all(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    client = resident(browse, north, rows(north, panel)[0].resident_id)
    client.send(own(panel, "seat/decline"), {}, page=own(panel))
    assert "You said no to your seat on" in client.get(own(panel)).text
    client.send(own(panel, "seat/accept"), {}, page="/p/north/me/contact")
    assert "You said no to this seat already" in client.get(own(panel)).text


def test_the_reserve_is_told_as_it_is_and_left_in_one_step(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    waits = reserve_of(people, rows(north, panel))
    client = resident(browse, north, waits)
    text = client.get(own(panel)).text
    assert "You are in reserve" in text
    assert "No last day is set yet" in text
    with north.inside():
        today = clock.day_of(clock.now())
        change_panel(None, panel, replace(PLAN, reserve_until=today))
    text = client.get(own(panel)).text
    assert re.search(r"You are in reserve until \d+ \w+ \d{4}", text)
    assert "No last day" not in text
    for link in ("Other ways to take part", "What we hold about you", "how to check it"):
        assert link in text
    with north.inside():
        change_panel(None, panel, replace(PLAN, reserve_until=today - A_DAY))
    text = client.get(own(panel)).text
    assert re.search(r"The reserve ended on \d+ \w+ \d{4}: nobody is drawn any more", text)
    assert "Take me out of the reserve" not in text
    with north.inside():
        change_panel(None, panel, PLAN)
    client.send(own(panel, "withdraw"), {}, page=own(panel))
    text = client.get(own(panel)).text
    assert "You took your name back" in text
    assert "You are not in reserve" in text
    with north.inside():
        assert (True, True) in standing_of(waits).values()


def test_who_comes_after_the_draw_is_told_so(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    with north.inside():
        late = register(panel, letters_for(panel, 1)[0])
    page = resident(browse, north, late.resident_id).get(own(panel)).text
    assert "There was a draw before you put your name forward" in page


def test_a_draw_for_empty_seats_is_refused_after_the_last_day_with_that_day(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    client = staff(browse, north)
    with north.inside():
        now = clock.now()
        yesterday = clock.day_of(now) - A_DAY
        change_panel(
            None, panel, replace(PLAN, registration_closes_at=now, reserve_until=yesterday)
        )
    page = client.send(desk(panel, "draws"), {"seed_source": "a beacon", "seed_due": "later"})
    assert page.status_code == 200
    assert re.search(rf"The reserve ended on {yesterday.day} \w+ {yesterday.year}", page.text)


def test_the_last_day_of_the_reserve_is_set_on_the_form_of_the_panel(
    browse: Browse, north: Partnership, panel: str
) -> None:
    client = staff(browse, north)
    form = {"recruitment": "drawn by lot", "remit": "What?", "size": "4"}
    day = {"reserve_until-day": "28", "reserve_until-month": "3", "reserve_until-year": "2027"}
    assert client.send(desk(panel, "edit"), {**form, **day}).status_code == 303
    assert "28 March 2027" in client.get(desk(panel)).text
    assert 'value="28"' in client.get(desk(panel, "edit")).text


def test_whoever_calls_sees_whom_to_call_with_what_to_say_and_nothing_more(
    app: Flask, browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    declined, taken, waiting, late = rows(north, panel)
    with north.inside():
        for row in (declined, taken, waiting, late):
            change_own_details(
                row.resident_id,
                f"Name {row.reference}",
                f"{row.reference.lower()}@example.net",
                "01632 960 123",
                "",
                ContactBy.PHONE,
            )
            keep_needs(panel, row.resident_id, "A hearing loop", "the words", GivenHow.PHONE)
        seats.answer_offer(panel, declined.resident_id, accept=False, by=Route.ONLINE)
        seats.answer_offer(panel, taken.resident_id, accept=True, by=Route.ONLINE)
    move_back(app, Seat.deadline_at, TIME_TO_ANSWER, Seat.public_id == late.public_id)
    for role, needs in ((Role.PHONE_OPERATOR, False), (Role.FACILITATOR, True)):
        client = staff(browse, north, role)
        assert "1 person has not answered" in client.get("/p/north/facilitate/calls").text
        text = client.get(desk(panel, "calls")).text
        for row, shown in ((declined, False), (late, False), (taken, True), (waiting, True)):
            assert (f"Name {row.reference}" in text) is shown
            page = client.get(desk(panel, "calls", row.public_id)).text
            assert (f"Name {row.reference}" in page) is shown
            assert (f"{row.reference.lower()}@example.net" in page) is shown
            if not shown:
                assert "There is nobody to call here" in page
        offer = client.get(desk(panel, "calls", waiting.public_id)).text
        assert f"May I speak to Name {waiting.reference}?" in offer
        assert "Both are fine" in offer
        assert NOTE in offer
        assert "01632 960 123" in offer
        assert "hearing loop" not in offer
        member = client.get(desk(panel, "calls", taken.public_id)).text
        assert ("hearing loop" in member) is needs
    assert client.get(desk(panel, "pool")).status_code == 200
    assert staff(browse, north, Role.PHONE_OPERATOR).get(desk(panel, "pool")).status_code == 404


def test_a_phone_operator_of_another_programme_reaches_no_call(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    other = north.programme("Other")
    client = staff(browse, north, Role.PHONE_OPERATOR, programme=other)
    seat = rows(north, panel)[0]
    assert "Nobody is to be called now" in client.get("/p/north/facilitate/calls").text
    assert client.get(desk(panel, "calls")).status_code == 404
    assert client.get(desk(panel, "calls", seat.public_id)).status_code == 404
    here = desk(panel, "calls", seat.public_id, "accept")
    assert client.send(here, {}, page="/p/north/staff/account").status_code == 404
    assert rows(north, panel)[0].state is SeatState.OFFERED


def test_an_answer_on_the_telephone_is_noted_and_one_that_came_before_is_named(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    seat, other = rows(north, panel)[:2]
    client = staff(browse, north, Role.PHONE_OPERATOR)
    here = desk(panel, "calls", seat.public_id)

    def note(answer: str) -> str:
        client.send(f"{here}/{answer}", {}, page=here)
        return client.get(here).text

    client.get(here)
    with north.inside():  # while they speak, it comes in online
        seats.answer_offer(panel, seat.resident_id, accept=True, by=Route.ONLINE)
    text = note("decline")
    assert "Nothing is noted: another answer came before. Accepted on" in text
    assert "online" in text
    assert "This was noted before. Nothing has changed." in note("accept")
    page = client.send(here, {})
    assert "Choose how you want to be paid" in page.text
    client.send(here, {"pay_by": PayBy.FINANCE.value})
    found = rows(north, panel)[0]
    assert (found.state, found.pay_by) == (SeatState.ACCEPTED, PayBy.FINANCE)
    assert f"{seat.reference} leaves the panel" in note("leave")
    here = desk(panel, "calls", other.public_id)
    assert f"{other.reference} does not take the seat" in note("decline")
    assert client.get(f"{here}/maybe").status_code == 405


def test_seats_show_what_was_answered_and_how(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    with north.inside():
        take_seats(panel)
    text = staff(browse, north, Role.OFFICER).get(desk(panel, "seats")).text
    assert "By telephone" in text
    assert "Call list" not in text
    assert "Call list" in staff(browse, north).get(desk(panel, "seats")).text


def test_a_session_its_attendance_and_its_payment_from_end_to_end(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    with north.inside():
        keys = take_seats(panel)
        session = held_session(panel, title="First", pence=1250)
    client = staff(browse, north)
    here = f"/p/north/facilitate/sessions/{session}/attendance"
    seated = rows(north, panel)
    assert [row.public_id for row in seated] == keys
    assert client.send(here, {"came": keys[:3]}).status_code == 303
    assert [row.pence for row in lines(north, panel)] == [1250] * 3
    assert client.send(here, {"came": keys[:2], "was": keys[:3]}).status_code == 303
    assert len(lines(north, panel)) == 2
    text = client.get(desk(panel, "payments")).text
    assert "£25.00 in 2 lines" in text
    line = lines(north, panel)[0]
    pay = desk(panel, "payments", line.public_id)
    assert "Enter the number of the voucher" in client.send(pay, {"reference": ""}).text
    client.send(pay, {"reference": "V-17"})
    assert "£12.50 in 1 line" in client.get(desk(panel, "payments")).text
    page = client.send(pay, {"reference": "V-18"}, page=desk(panel, "payments"))
    assert "It was paid already, under V-17" in page.text
    page = client.send(here, {"came": keys[2], "was": keys[:2]})
    assert "Nothing is changed" in page.text
    assert "V-17" in page.text
    assert len(lines(north, panel)) == 2
    mine = resident(browse, north, seated[0].resident_id).get(own(panel, "payments")).text
    for words in ("First", "£12.50", "Paid on", "V-17"):
        assert words in mine
    yours = resident(browse, north, seated[3].resident_id).get(own(panel, "payments")).text
    assert "You have been to no session yet" in yours
    assert "V-17" not in yours


def test_two_who_note_attendance_from_pages_opened_before_undo_nothing_of_each_other(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    with north.inside():
        keys = take_seats(panel)
        session = held_session(panel)
    here = f"/p/north/facilitate/sessions/{session}/attendance"
    one, other = staff(browse, north), staff(browse, north, Role.OFFICER)
    one.send(here, {"came": keys[:2]})  # both pages showed nobody
    other.send(here, {"came": keys[2:3]})
    assert len(lines(north, panel)) == 3


def test_a_session_to_come_takes_no_attendance_and_can_be_taken_out(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    with north.inside():
        keys = take_seats(panel)
        session = coming_session(panel, "To come")
    client = staff(browse, north)
    here = f"/p/north/facilitate/sessions/{session}"
    assert "This session is still to come" in client.get(f"{here}/attendance").text
    page = client.send(f"{here}/attendance", {"came": keys}, page=f"{here}/count")
    assert page.status_code == 200
    client.send(f"{here}/remove", {}, page=here)
    assert client.get(here).status_code == 404


def test_a_pasted_table_and_a_file_mark_many_as_paid_or_say_all_that_is_wrong(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    with north.inside():
        held_session(panel, take_seats(panel))
    client = staff(browse, north)
    here = desk(panel, "payments", "references")
    first, second, third, _ = (row.public_id for row in lines(north, panel))
    assert "Paste the table or choose a file" in client.send(here, {"text": ""}).text
    page = client.send(here, {"text": f"line,reference\n{first},V-1\nnobody,V-2\n{second},\n"})
    assert "2 things are wrong in the table, so nothing was marked" in page.text
    assert "This panel has no such line" in page.text
    assert "Enter what it was paid under" in page.text
    assert first in page.text  # what was pasted is not lost
    assert not [row for row in lines(north, panel) if row.paid_at]
    client.send(here, {"text": f"line\treference\n{first}\tV-1\n{second}\tV-2\n"})
    file = (io.BytesIO(f"reference,line\r\nF-3,{third}\r\n".encode()), "paid.csv")
    client.send(here, {"text": "", "file": file})
    assert [row.reference for row in lines(north, panel)] == ["V-1", "V-2", "F-3", ""]
    file = (io.BytesIO(b"PK\x03\x04"), "paid.xlsx")
    page = client.send(here, {"text": "", "file": file})
    assert "This is a spreadsheet, not a CSV file" in page.text


def test_the_file_for_finance_is_for_facilitators_and_officers_only(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    with north.inside():
        held_session(panel, take_seats(panel))
    here = desk(panel, "payments", "file")
    for role in (Role.FACILITATOR, Role.OFFICER):
        client = staff(browse, north, role)
        answer = client.send(here, {}, page=desk(panel, "payments"))
        assert answer.mimetype == "text/csv"
        assert "attachment" in answer.headers["Content-Disposition"]
        found = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert len(found) == 4
        assert {row["name"] for row in found} == {""}
    for role in set(Role) - {Role.FACILITATOR, Role.OFFICER}:
        client = staff(browse, north, role)
        assert client.get(desk(panel, "payments")).status_code == 404
        answer = client.send(here, {}, page="/p/north/staff/account")
        assert answer.status_code == 404
        assert answer.mimetype == "text/html"


def test_a_member_who_wants_no_payment_sees_that_they_came(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    seat = rows(north, panel)[0]
    with north.inside():
        take_seats(panel)
        choose_payment(panel, seat.resident_id, PayBy.NOTHING, by=Route.ONLINE)
        held_session(panel, [seat.public_id])
    text = resident(browse, north, seat.resident_id).get(own(panel, "payments")).text
    assert "First session" in text
    assert "Nothing to pay" in text
    assert "£75" not in text.replace("£150", "")


def test_many_lines_come_a_page_at_a_time(
    browse: Browse, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    with north.inside(), transaction():
        keys = take_seats(panel)
        for number in range(26):
            held_session(panel, keys, f"Session {number}")
    client = staff(browse, north)
    text = client.get(desk(panel, "payments")).text
    assert "1 to 100 of 104" in text
    assert "£7,800.00 in 104 lines" in text
    assert "101 to 104 of 104" in client.get(desk(panel, "payments") + "?page=2").text
    assert client.get(desk(panel, "payments") + "?page=3").status_code == 404
