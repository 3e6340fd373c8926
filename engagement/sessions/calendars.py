"""Sessions as calendar files (RFC 5545), for a feed or one by one."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Event

from engagement.accounts.credentials import keyed_hash
from engagement.sessions.queries import SessionRow, sessions_of_seat

LENGTH = 32
"""Hexadecimal digits of a feed's key: 128 bits."""


def key_of_feed(seat_public_id: str) -> str:
    """The key of a member's feed; nobody can make it who has not the service's secret."""
    return keyed_hash("calendar", seat_public_id)[:LENGTH]


def sessions_of_feed(seat_public_id: str, key: str) -> list[SessionRow] | None:
    """The sessions in a member's feed: none once they have left; nothing where the key is wrong."""
    if not hmac.compare_digest(key.encode(), key_of_feed(seat_public_id).encode()):
        return None
    return sessions_of_seat(seat_public_id)


def calendar_of(
    name: str,
    sessions: Sequence[SessionRow],
    now: datetime,
    host: str,
    words: Callable[[SessionRow], str],
) -> bytes:
    """A calendar of these sessions.

    A session keeps its ``UID`` for good and its ``SEQUENCE`` grows when it is moved, so that a
    calendar shows it once; one that was called off is in it as cancelled. ``words`` are what a
    calendar shows of a session beside title, time and place; ``host`` makes the ids worldwide.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//engagement//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for one in sessions:
        event = Event()
        event.add("uid", f"{one.public_id}@{host}")
        event.add("sequence", one.revision)
        event.add("dtstamp", now.astimezone(UTC))
        event.add("summary", one.title)
        event.add("dtstart", one.starts_at.astimezone(UTC))
        event.add("dtend", one.ends_at.astimezone(UTC))
        event.add("status", "CANCELLED" if one.called_off_at else "CONFIRMED")
        if one.venue_name:
            event.add("location", ", ".join([one.venue_name, *one.venue_address.splitlines()]))
        if text := words(one):
            event.add("description", text)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
