"""Samples of what a session has: what every parameter of its addresses can stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

from engagement.sessions.attendance import access_sheet, leaders_of
from engagement.sessions.calendars import key_of_feed
from engagement.sessions.desk import notes_of
from engagement.sessions.papers import papers_of
from engagement.sessions.queries import (
    SessionRow,
    agenda_of,
    find_session,
    questions_of,
)
from engagement.sessions.tables import pins_of
from tests.architecture.canaries import Values, canary
from tests.factories import Partnership, Programme
from tests.factories.ballots import seated_panel
from tests.factories.sessions import full_session, seats_at, venue

_numbers = count(1)


def _session(at: Partnership, programme: Programme, earlier: Values) -> str:
    """A session with everything, of a panel of its own."""
    with at.inside():
        mark = f"{canary(at)} sits {next(_numbers)}"
        panel, _residents = seated_panel(programme, 4, mark, published=True)
        return full_session(panel, seats_at(panel), mark)


def _of_session(pick: Callable[[SessionRow], str]) -> Callable[..., str]:
    def one(at: Partnership, programme: Programme, earlier: Values) -> str:
        with at.inside():
            found = find_session(None, earlier["session_id"])
            assert found is not None
            return pick(found)

    return one


def _venue(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return venue(f"The hall of {canary(at)} {next(_numbers)}")


def _paper_file(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        found = find_session(None, _session(at, programme, earlier))
        assert found is not None
        return papers_of(found.id)[0].public_id


def _seat_alone(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        panel, _residents = seated_panel(programme, 1, f"{canary(at)} follows {next(_numbers)}")
        return seats_at(panel)[0]


def _feed_key(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return key_of_feed(earlier["seat_id"])


SESSION_OBJECTS: Mapping[str, Callable[[Partnership, Programme, Values], str]] = {
    "sessions/<session_id>": _session,
    "agenda/<item_id>": _of_session(lambda row: agenda_of(row)[0].public_id),
    "papers/<paper_id>": _paper_file,
    "session-papers/<paper_id>": _of_session(lambda row: papers_of(row.id)[0].public_id),
    "asked/<asked_id>": _of_session(lambda row: questions_of(row.id)[0].first.public_id),
    "helpers/<helper_id>": _of_session(
        lambda row: next(one for one in access_sheet(row) if one.helpers).helpers[0].public_id
    ),
    "leaders/<leader_id>": _of_session(lambda row: leaders_of(row.id)[0].public_id),
    "wishes/<pin_id>": _of_session(lambda row: pins_of(row.id)[0].public_id),
    "notes/<note_id>": _of_session(
        lambda row: next(one.public_id for one in notes_of(row.id) if one.photo)
    ),
    "venues/<venue_id>": _venue,
    "calendar/<seat_id>": _seat_alone,
    "/<feed_key>": _feed_key,
}
