"""Sessions with nothing and with everything, for looking at their pages."""

from __future__ import annotations

from engagement.panels import seats
from engagement.panels.rules import Route
from engagement.panels.service import change_panel
from engagement.sessions.desk import notes_of
from engagement.sessions.papers import papers_of
from engagement.sessions.queries import agenda_of, find_session, questions_of
from engagement.sessions.service import call_off
from tests.factories import Partnership, Programme, Resident
from tests.factories.ballots import seat
from tests.factories.sessions import (
    activity_of,
    coming_session,
    full_session,
    held_session,
    seats_at,
    venue,
)
from tests.journeys.draw_scenes import OPEN, Paths, drawn_with

PREPARED = (
    *("session", "change_session", "call_off_session", "count_people", "agenda", "add_item"),
    *("session_papers", "session_questions", "access", "attendance", "leaders", "session_staff"),
    *("staff_training", "table_plan", "pin_members", "desk", "scribes", "said_tonight"),
    "session_prints",
)
SHEETS = ("script", "sign-in", "badges", "table-cards")


def session_pages(
    place: Partnership, resident: Resident, programme: Programme, words: str = ""
) -> Paths:
    """A session that is only planned, and one with all there is; with ``words`` others too, in
    every state."""
    with place.inside():
        panel = drawn_with(resident, programme, 4)
        seats.answer_offer(panel, resident.id, accept=True, by=Route.ONLINE)
        change_panel(None, panel, OPEN)  # for those who come after
        seat(panel, 11 if words else 2)
        mark = words or f"of {place.slug}"
        planned = coming_session(panel, f"Evening {words}", is_open=True)
        full = full_session(panel, seats_at(panel), mark)
        off = coming_session(panel, f"Snowed in {words}", is_open=True)
        call_off(None, off, f"The hall is under snow. {words}")
        every = [planned, full, off, held_session(panel, seats_at(panel)[:1])]
        row = find_session(None, full)
        assert row is not None
        asked = questions_of(row.id)[0].first.public_id
        paper = papers_of(row.id)[0].public_id
        note, item = notes_of(row.id)[0].public_id, agenda_of(row)[0].public_id
        hall = venue(f"The library {mark}")
        activity = activity_of(panel)
    here = [{"session_id": one} for one in every]
    return {
        **{f"facilitators.{page}": here for page in PREPARED},
        "facilitators.change_session": here[:2],
        "facilitators.programme_sessions": [{"public_id": programme.public_id}],
        **{
            f"facilitators.{page}": [{"activity_id": activity}]
            for page in ("sessions", "plan_sessions", "tagged")
        },
        "facilitators.change_item": [{"session_id": full, "item_id": item}],
        "facilitators.change_paper": [{"session_id": full, "paper_id": paper}],
        "facilitators.answer_question": [{"session_id": full, "asked_id": asked}],
        "facilitators.group_question": [{"session_id": full, "asked_id": asked}],
        "facilitators.rebalance_tables": [{"session_id": full}],
        "facilitators.mark_note": [{"session_id": full, "note_id": note}],
        "facilitators.session_print": [
            {"session_id": one, "sheet": sheet} for one in every[:2] for sheet in SHEETS
        ],
        "facilitators.venue": [{"venue_id": hall}],
        "public.sessions": [{"activity_id": activity}],
        "public.session_page": here[:3],
        "residents.session": here,
    }
