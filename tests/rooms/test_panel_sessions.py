"""Sessions: series by the clock on the wall, moved one by one, hosted, seated, written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from flask import Flask
from icalendar import Calendar
from PIL import Image
from sqlalchemy import select

from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel, Speaker
from engagement.contributions.service import Said, withdraw_contribution
from engagement.database.clock import LONDON
from engagement.deliberation.queries import resting_on, wordings_to_draft
from engagement.deliberation.service import draft
from engagement.documents.pictures import NoPicture, without_metadata
from engagement.extensions import db
from engagement.files.service import files_of, read_kept
from engagement.messages.models import Message
from engagement.people.rules import ContactBy
from engagement.people.service import change_own_details
from engagement.programmes.models import Participant
from engagement.programmes.rules import ParticipantKind
from engagement.sessions import agenda, attendance, desk, questions, scribes, service, tables
from engagement.sessions.calendars import calendar_of, key_of_feed, sessions_of_feed
from engagement.sessions.errors import (
    ChangedMeanwhile,
    NotOpenToAsk,
    SessionStands,
    SomebodyCame,
    UnknownItem,
    UnknownSession,
)
from engagement.sessions.hosting import HOSTING, Hosting
from engagement.sessions.queries import SessionRow, agenda_of, find_session, questions_of
from engagement.sessions.rules import (
    ItemPlan,
    Mode,
    NoteKind,
    PinKind,
    SessionPlan,
    times_of_items,
    times_of_series,
)
from engagement.sessions.scribes import Written
from tests.factories import Partnership, World
from tests.factories.ballots import seat, seated_panel
from tests.factories.sessions import (
    activity_of,
    begin,
    coming_session,
    held_session,
    picture,
    seats_at,
    venue,
)
from tests.threads import run_at_once

FORTNIGHT = timedelta(days=14)


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def panel(north: Partnership) -> str:
    """A panel of eight members."""
    return seated_panel(north.programme(), 8)[0]


def row_of(session: str) -> SessionRow:
    found = find_session(None, session)
    assert found is not None
    return found


def moved(session: str, by: timedelta, revision: int = 0) -> service.ToldOf:
    plan = row_of(session).plan
    later = SessionPlan(plan.title, plan.starts_at + by, plan.ends_at + by)
    return service.change_session(None, session, later, revision)


# Series


def test_a_series_keeps_its_hour_when_the_clocks_change() -> None:
    times = times_of_series(date(2026, 10, 12), time(19), 120, 14, 6, LONDON)
    assert [(starts.hour, ends.hour) for starts, ends in times] == [(19, 21)] * 6
    assert {starts.date() for starts, _ in times} == {
        date(2026, 10, 12) + place * FORTNIGHT for place in range(6)
    }
    utc = [starts.astimezone(UTC).hour for starts, _ in times]
    assert utc == [18, 19, 19, 19, 19, 19]  # summer time ends on 25 October 2026


def test_a_series_through_midnight_and_the_hour_that_is_twice() -> None:
    ((starts, ends),) = times_of_series(date(2026, 10, 24), time(23), 180, 1, 1, LONDON)
    assert ends.replace(tzinfo=None) - starts.replace(tzinfo=None) == timedelta(hours=3)


def test_moving_one_session_moves_that_one_alone(panel: str) -> None:
    times = times_of_series(date(2030, 3, 4), time(19), 120, 14, 6, LONDON)
    plans = [SessionPlan("Evening", *one) for one in times]
    made = service.plan_series(None, activity_of(panel), plans)
    assert [row_of(one).title for one in made] == [f"Evening {n}" for n in range(1, 7)]
    moved(made[2], timedelta(days=1))
    starts = [row_of(one).starts_at for one in made]
    expected = [first for first, _ in times]
    expected[2] += timedelta(days=1)
    assert starts == expected


def test_two_who_change_a_session_at_once_do_not_overwrite_each_other(panel: str) -> None:
    session = coming_session(panel)
    moved(session, timedelta(days=1))
    with pytest.raises(ChangedMeanwhile):
        moved(session, timedelta(days=2))  # from a form that was opened before
    assert row_of(session).revision == 1


def test_who_wants_e_mail_hears_that_a_session_moved_and_calendars_show_it_once(
    north: Partnership,
) -> None:
    panel, residents = seated_panel(north.programme(), 3)
    details = ("", "", ContactBy.EMAIL), ("01632 960 001", "", ContactBy.PHONE)
    change_own_details(residents[0], "Ada", "ada@example.net", *details[0])
    change_own_details(residents[1], "Bo", "", *details[1])
    session = coming_session(panel)
    told = moved(session, timedelta(days=1))
    assert (told.emails, told.calls) == (1, 1)
    (message,) = db.session.scalars(select(Message).where(Message.template == "session_moved"))
    assert message.recipient == "ada@example.net"
    own = next(
        one for one in seats_at(panel) if sessions_of_feed(one, key_of_feed(one)) is not None
    )
    rows = sessions_of_feed(own, key_of_feed(own))
    assert rows is not None
    now = datetime(2026, 1, 1, tzinfo=UTC)
    content = calendar_of("Yours", rows, now, "engagement.test", lambda row: "Join us")
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["UID"] == f"{session}@engagement.test"
    assert event["SEQUENCE"] == 1
    assert event.decoded("DTSTART") == row_of(session).starts_at.replace(microsecond=0)
    service.call_off(None, session, "Snow")
    rows = sessions_of_feed(own, key_of_feed(own))
    assert rows is not None
    content = calendar_of("Yours", rows, now, "engagement.test", lambda row: "")
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    assert sessions_of_feed(own, "0" * 32) is None
    with pytest.raises(SessionStands):
        moved(session, timedelta(days=1), 2)
    with pytest.raises(SessionStands):
        service.call_off(None, session, "Again")


def test_nobody_hears_of_what_no_calendar_shows(panel: str) -> None:
    session = coming_session(panel)
    plan = row_of(session).plan
    renamed = SessionPlan("Another name", plan.starts_at, plan.ends_at)
    assert service.change_session(None, session, renamed, 0) == service.ToldOf()
    assert service.change_session(None, session, renamed, 1) == service.ToldOf()
    assert row_of(session).revision == 1


def test_an_online_session_has_no_venue_and_one_in_person_no_link(panel: str) -> None:
    hall = venue()
    session = coming_session(panel, mode=Mode.ONLINE, venue=hall, joining_link="https://a.example")
    assert (row_of(session).venue, row_of(session).joining_link) == ("", "https://a.example")
    session = coming_session(panel, venue=hall, joining_link="https://a.example")
    assert (row_of(session).venue, row_of(session).joining_link) == (hall, "")


def test_a_session_at_which_something_was_written_stays(panel: str) -> None:
    session = held_session(panel, seats_at(panel)[:1])
    with pytest.raises(SomebodyCame):
        service.remove_session(None, session)


def test_another_programmes_staff_reach_no_session(north: Partnership, panel: str) -> None:
    session = coming_session(panel)
    other = frozenset({north.programme("Other").id})
    for act in (
        lambda: service.call_off(other, session, "No"),
        lambda: service.remove_session(other, session),
        lambda: agenda.add_items(other, session, [ItemPlan("x", 1)]),
        lambda: tables.plan_tables(other, session, 1, 1),
        lambda: scribes.make_codes(other, session, 1),
        lambda: desk.close_desk(other, session),
        lambda: attendance.note_leader(other, session, "a", "b", "c"),
        lambda: service.plan_series(other, activity_of(panel), []),
    ):
        with pytest.raises(UnknownSession):
            act()


# Agenda


def test_every_way_of_hosting_makes_an_agenda_with_times_that_can_be_changed(panel: str) -> None:
    for hosting in Hosting:
        session = coming_session(panel, hosting)
        agenda.add_items(None, session, HOSTING[hosting].items)
        rows = agenda_of(row_of(session))
        assert rows[0].starts_at == row_of(session).starts_at
        assert all(one.ends_at == other.starts_at for one, other in pairwise(rows))
        assert HOSTING[hosting].rounds == sum(item.moves for item in rows)


def test_items_move_and_go_and_two_facilitators_do_not_overwrite_each_other(panel: str) -> None:
    session = coming_session(panel)
    made = agenda.add_items(None, session, [ItemPlan(name, 10) for name in "abc"])
    agenda.move_item(None, session, made[2], up=True)
    agenda.move_item(None, session, made[0], up=True)  # it is the first
    assert [item.title for item in agenda_of(row_of(session))] == ["a", "c", "b"]
    agenda.change_item(None, session, made[0], ItemPlan("A", 20), 1)
    with pytest.raises(ChangedMeanwhile):
        agenda.change_item(None, session, made[0], ItemPlan("mine", 5), 1)
    agenda.remove_item(None, session, made[2])
    rows = agenda_of(row_of(session))
    assert [(item.title, item.minutes, item.place) for item in rows] == [("A", 20, 1), ("b", 10, 2)]
    with pytest.raises(UnknownItem):
        agenda.change_item(None, session, made[2], ItemPlan("x", 1), 1)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert times_of_items(start, []) == [start]


# Questions


def test_questions_are_sent_beforehand_grouped_and_answered_once(panel: str) -> None:
    session = coming_session(panel, is_open=True)
    row = row_of(session)
    said = [Said(f"Why so long, {n}?", "Here", True) for n in range(3)]
    for number, one in enumerate(said):
        questions.ask(row, one, f"browser {number}", once=f"form {number}")
    questions.ask(row, said[0], "browser 0", once="form 0")  # pressed twice
    asked = [one.first.public_id for one in questions_of(row.id)]
    assert len(asked) == 3
    questions.answer_with(None, session, asked[1], asked[0])
    questions.answer_with(None, session, asked[2], asked[0])
    questions.answer(None, session, asked[0], "Too few nurses.", "Dr Okoro")
    (group,) = questions_of(row.id, shown_only=True)
    assert (group.first.answer, len(group.others)) == ("Too few nurses.", 2)
    with pytest.raises(UnknownItem):
        questions.answer_with(None, session, asked[0], asked[0])
    with pytest.raises(UnknownItem):
        questions.answer_with(None, session, asked[0], asked[1])  # which is another's
    questions.answer_with(None, session, asked[1], None)
    assert len(questions_of(row.id)) == 2
    begin(session)
    with pytest.raises(NotOpenToAsk):
        questions.ask(row_of(session), said[0], "browser 9")


def test_an_answer_stands_with_its_group_when_the_first_question_is_taken_back(panel: str) -> None:
    session = coming_session(panel, is_open=True)
    row = row_of(session)
    for number in range(2):
        said = Said(f"Why so long, {number}?", "Here", True)
        questions.ask(row, said, f"browser {number}", once=f"form {number}")
    first, other = (one.first.public_id for one in questions_of(row.id))
    questions.answer_with(None, session, other, first)
    questions.answer(None, session, first, "Too few nurses.", "Dr Okoro")
    withdraw_contribution(
        db.session.scalars(
            select(Contribution.public_id).where(Contribution.text == "Why so long, 0?")
        ).one()
    )
    (group,) = questions_of(row.id, shown_only=True)
    assert (group.first.public_id, group.first.answer) == (other, "Too few nurses.")
    questions.answer(None, session, other, "Too few beds.", "Dr Okoro")
    (group,) = questions_of(row.id)
    assert group.first.answer == "Too few beds."


def test_a_question_that_names_somebody_waits_for_a_moderator(panel: str) -> None:
    row = row_of(coming_session(panel, is_open=True))
    questions.ask(row, Said("Why did Dr Jane Smith of 07700 900123 say no?", "Here", True), "b")
    assert len(questions_of(row.id)) == 1
    assert questions_of(row.id, shown_only=True) == []


# Tables


def test_tables_keep_wishes_and_change_little_for_who_is_late_or_away(
    north: Partnership, panel: str
) -> None:
    session = coming_session(panel)
    seats = seats_at(panel)
    tables.pin(None, session, PinKind.TOGETHER, seats[:2])
    tables.pin(None, session, PinKind.APART, seats[2:4])
    tables.plan_tables(None, session, 2, 3)
    plan = tables.table_plan_of(row_of(session).id)
    assert plan is not None
    at = {one.seat: one.tables for one in plan.people}
    assert at[seats[0]] == at[seats[1]]
    assert all(one != other for one, other in zip(at[seats[2]], at[seats[3]], strict=True))
    assert (plan.figures["broken"], plan.figures["deviations"]) == (0, 0)
    seat(panel, 1)
    (late,) = set(seats_at(panel)) - set(seats)
    here = [*seats[1:], late]
    tables.rebalance_tables(None, session, here, 2)
    after = tables.table_plan_of(row_of(session).id)
    assert after is not None
    now = {one.seat: one.tables for one in after.people}
    assert now[seats[0]][0] == at[seats[0]][0]  # what is over stays as it was
    assert now[seats[0]][1:] == (None, None)
    assert now[late][0] is None
    assert None not in now[late][1:]
    (together, apart) = tables.pins_of(row_of(session).id)
    assert (together.kind, apart.kind) == (PinKind.TOGETHER, PinKind.APART)
    tables.unpin(None, session, apart.public_id)
    with pytest.raises(UnknownItem):
        tables.rebalance_tables(None, session, here, 9)


def test_the_same_members_get_the_same_plan(panel: str) -> None:
    plans = []
    for _ in range(2):
        session = coming_session(panel)
        tables.plan_tables(None, session, 3, 3, ["sex"])
        plans.append(tables.table_plan_of(row_of(session).id))
    assert plans[0] is not None
    assert plans[1] is not None
    assert plans[0].people == plans[1].people


# Desk and scribes


@pytest.fixture
def evening(panel: str) -> str:
    """A session that has begun, with an agenda."""
    session = coming_session(panel)
    items = [ItemPlan("Welcome", 5), ItemPlan("Tables", 30, "What is it like?", at_tables=True)]
    agenda.add_items(None, session, items)
    begin(session)
    return session


def scribe_at(session: str, table: int = 1) -> str:
    entered = scribes.enter(scribes.make_codes(None, session, 2)[table])
    assert entered is not None
    return entered


def test_the_timer_begins_pauses_and_goes_on(evening: str) -> None:
    def left() -> timedelta:
        row = row_of(evening)
        now = row.starts_at + timedelta(minutes=10)
        timer = desk.timer_of(row, agenda_of(row), now)
        assert timer is not None
        return timer.left

    row = row_of(evening)
    assert desk.timer_of(row, agenda_of(row), row.starts_at) is None
    with pytest.raises(UnknownItem):
        desk.pause(None, evening, on=True)
    desk.go_to(None, evening, None)
    assert abs(left() - timedelta(minutes=5)) < timedelta(seconds=30)
    desk.pause(None, evening, on=True)
    desk.pause(None, evening, on=True)
    stopped = left()
    assert left() == stopped
    desk.pause(None, evening, on=False)
    desk.go_to(None, evening, None)
    assert abs(left() - timedelta(minutes=30)) < timedelta(seconds=30)
    with pytest.raises(UnknownItem):
        desk.go_to(None, evening, None)  # nothing comes after


def test_a_note_sent_again_and_again_is_one_and_only_its_own_table_changes_it(evening: str) -> None:
    codes = scribes.make_codes(None, evening, 2)
    first, second = (scribes.enter(code) for code in codes.values())
    assert first is not None
    assert second is not None
    for text in ("We wait", "We wait for ever", "We wait for ever"):
        scribes.write(first, Written("k" * 20, text))
    with pytest.raises(UnknownItem):
        scribes.write(second, Written("k" * 20, "Something else"))
    (note,) = desk.notes_of(row_of(evening).id)
    assert (note.table, note.text) == (1, "We wait for ever")


def test_several_scribes_write_at_once_and_nothing_is_lost(
    app: Flask, north: Partnership, evening: str
) -> None:
    codes = scribes.make_codes(None, evening, 4)
    places = [scribes.enter(code) for code in codes.values()]
    db.session.rollback()
    raised = run_at_once(
        app,
        *(
            lambda place=place, n=n: scribes.write(place, Written(f"note {n} of {place}", f"{n}"))
            for place in places
            for n in range(3)
        ),
        partnership_id=north.id,
    )
    assert raised == []
    assert len(desk.notes_of(row_of(evening).id)) == 12


def test_a_code_that_is_renewed_or_over_lets_nobody_in(evening: str) -> None:
    codes = scribes.make_codes(None, evening, 2)
    old = scribes.enter(codes[1])
    assert old is not None
    new = scribes.renew_code(None, evening, 1)
    assert scribes.enter(codes[1]) is None
    assert scribes.find_scribe(old) is None
    with pytest.raises(UnknownItem):
        scribes.write(old, Written("k" * 20, "Too late"))
    assert scribes.enter(f" {new.lower().replace('-', ' ')} ") is not None
    begin(evening, timedelta(days=2))
    with pytest.raises(SessionStands):
        scribes.make_codes(None, evening, 2)


def test_only_what_a_table_said_yes_to_counts_as_its_wording(evening: str) -> None:
    scribe = scribe_at(evening)
    desk.go_to(None, evening, None)
    desk.go_to(None, evening, None)
    scribes.write(scribe, Written("note".ljust(20, "x"), "We wait for ever", tag="inequalities"))
    guest = Written("guest".ljust(20, "x"), "We know", speaker=Speaker.PROFESSIONAL)
    scribes.write(scribe, guest)
    for key in ("agreed", "not"):
        scribes.write(scribe, Written(key.ljust(20, "x"), f"Call us {key}", NoteKind.WORDING))
    scribes.agree(scribe, "agreed".ljust(20, "x"), agreed=True)
    assert desk.close_desk(None, evening) == 3
    assert desk.close_desk(None, evening) == 0
    said = {
        one.text: one
        for one in db.session.scalars(
            select(Contribution).where(Contribution.source == "Next session, table 1")
        )
    }
    assert set(said) == {"We wait for ever", "We know", "Call us agreed"}
    assert said["We wait for ever"].prompt == "What is it like?"
    assert said["We wait for ever"].channel is Channel.FACE_TO_FACE
    assert said["We know"].speaker is Speaker.PROFESSIONAL
    who = {one.participant_id for one in said.values()}
    (table,) = db.session.scalars(select(Participant).where(Participant.id.in_(who)))
    assert table.kind is ParticipantKind.TABLE
    # A device without signal sends late: it is taken as it comes; what is there stands.
    scribes.write(scribe, Written("late".ljust(20, "x"), "One more thing"))
    scribes.write(scribe, Written("note".ljust(20, "x"), "We wait for ever"))
    with pytest.raises(SessionStands):
        scribes.write(scribe, Written("note".ljust(20, "x"), "Other words"))
    found = desk.notes_of(row_of(evening).id)
    assert sum(one.contribution is not None for one in found) == 4
    (tagged,) = desk.tagged_notes(row_of(evening).of.id, "inequalities")
    assert tagged.text == "We wait for ever"
    desk.mark_note(None, evening, tagged.public_id, "inequalities", ["housing"])
    (tagged,) = desk.tagged_notes(row_of(evening).of.id, "inequalities")
    assert tagged.factors == ("housing",)


def test_a_recommendation_is_drafted_from_what_a_table_agreed_on_and_rests_on_it(
    panel: str, evening: str
) -> None:
    scribe = scribe_at(evening)
    scribes.write(scribe, Written("w" * 20, "Call us every four weeks", NoteKind.WORDING))
    activity = row_of(evening).of.id
    scribes.agree(scribe, "w" * 20, agreed=True)
    assert wordings_to_draft(activity) == []  # the desk is not closed
    desk.close_desk(None, evening)
    (wording,) = wordings_to_draft(activity)
    assert wording.contribution is not None
    made = draft(None, panel, "Calls", wording.text, rests_on=wording.contribution)
    assert wordings_to_draft(activity) == []
    (resting,) = resting_on(wording.contribution)
    assert resting.title == "Calls"
    assert made


def test_words_that_change_are_no_longer_agreed(evening: str) -> None:
    scribe = scribe_at(evening)
    scribes.write(scribe, Written("w" * 20, "Call us", NoteKind.WORDING))
    scribes.agree(scribe, "w" * 20, agreed=True)
    scribes.write(scribe, Written("w" * 20, "Call us soon", NoteKind.WORDING))
    (note,) = desk.notes_of(row_of(evening).id)
    assert note.agreed_at is None
    assert not note.counts
    desk.close_desk(None, evening)
    desk.agree_for_table(None, evening, note.public_id, agreed=True)
    (note,) = desk.notes_of(row_of(evening).id)
    assert note.contribution is not None
    with pytest.raises(UnknownItem):
        desk.agree_for_table(None, evening, note.public_id, agreed=False)


def test_a_photograph_keeps_its_pixels_and_nothing_else(evening: str) -> None:
    assert b"A telephone" in picture()
    made = scribes.write(
        scribe_at(evening), Written("f" * 20, "Three circles", NoteKind.FLIPCHART), picture()
    )
    kept = read_kept(files_of(made)[0])
    assert b"telephone" not in kept
    with Image.open(BytesIO(kept)) as photo:
        assert photo.size == (60, 40)
        assert len(photo.getexif()) == 0
    for wrong in (b"", b"GIF89a", picture()[:100], b"\xff\xd8\xff\xe0nothing"):
        with pytest.raises(NoPicture):
            without_metadata(wrong)


def test_a_photograph_that_comes_after_its_words_is_kept_and_once(evening: str) -> None:
    scribe, words = scribe_at(evening), Written("f" * 20, "Three circles", NoteKind.FLIPCHART)
    made = scribes.write(scribe, words)
    desk.close_desk(None, evening)
    for _sent in range(2):
        assert scribes.write(scribe, words, picture()) == made
        assert len(files_of(made)) == 1


def test_leaders_are_counted_by_quarter(panel: str) -> None:
    one = held_session(panel, on=date(2026, 3, 31))
    held_session(panel, on=date(2026, 2, 1))
    held_session(panel, on=date(2026, 4, 1))
    for name in ("Lee", "Lou"):
        attendance.note_leader(None, one, name, "Chair", "The trust")
    rows = attendance.leaders_by_quarter(None)
    assert [(q.year, q.quarter, q.sessions, q.with_leader) for q in rows] == [
        (2026, 2, 1, 0),
        (2026, 1, 2, 1),
    ]
    assert rows[1].organisations == (("The trust", 2),)


def test_who_was_never_trained_gives_a_warning_and_runs_it_all_the_same(panel: str) -> None:
    session = coming_session(panel)
    service.note_training("a" * 22, date(2026, 1, 8))
    assert service.set_staff(None, session, ["a" * 22, "b" * 22]) == ["b" * 22]
    assert service.set_staff(None, session, ["a" * 22]) == []
