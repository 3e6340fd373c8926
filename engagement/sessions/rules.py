"""Sessions as they are planned, a series of them, the times of an agenda: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

INEQUALITIES = "inequalities"
"""The tag under which everything about unfair differences in health is brought together."""
MOST_IN_SERIES = 30
FILES_KEPT = timedelta(days=6 * 365)
"""Papers and photographs: as long as the words beside them."""


class Mode(StrEnum):
    """How people come together."""

    IN_PERSON = "in person"
    ONLINE = "online"
    HYBRID = "hybrid"

    @property
    def has_room(self) -> bool:
        """Whether people meet in a place."""
        return self is not Mode.ONLINE

    @property
    def has_line(self) -> bool:
        """Whether people join from elsewhere."""
        return self is not Mode.IN_PERSON


class Way(StrEnum):
    """How somebody came."""

    ROOM = "in the room"
    AWAY = "online or by telephone"


class HelperKind(StrEnum):
    """Who comes with a member, or for one."""

    SUPPORTER = "supporter"
    BSL = "BSL interpreter"
    LANGUAGE = "interpreter for another language"
    SPEECH_TO_TEXT = "speech-to-text reporter"


class SessionState(StrEnum):
    """Where a session stands."""

    COMING = "coming"
    NOW = "now"
    OVER = "over"
    CALLED_OFF = "called off"


def state_of(
    starts_at: datetime, ends_at: datetime, called_off_at: datetime | None, now: datetime
) -> SessionState:
    """Where a session stands at a moment."""
    if called_off_at is not None:
        return SessionState.CALLED_OFF
    if now < starts_at:
        return SessionState.COMING
    return SessionState.NOW if now < ends_at else SessionState.OVER


@dataclass(frozen=True)
class SessionPlan:
    """A session as it is planned. ``venue`` is a public id, ``fee_pence`` what each member who
    comes is paid; ``is_open``: anybody may come or watch, and ask beforehand.

    ``record_link`` leads to captions, a recording or minutes, once there are some.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    mode: Mode = Mode.IN_PERSON
    venue: str | None = None
    joining_link: str = ""
    joining_phone: str = ""
    fee_pence: int = 0
    is_open: bool = False
    record_link: str = ""


@dataclass(frozen=True)
class ItemPlan:
    """An item of an agenda. ``minutes`` from 1; ``prompt`` is what tables are asked to bring back.

    ``at_tables``: people talk at tables; ``moves``: they change tables before it. ``tag`` brings
    together what is said about one thing over many sessions.
    """

    title: str
    minutes: int
    prompt: str = ""
    at_tables: bool = False
    moves: bool = False
    tag: str = ""


def times_of_series(
    first: date, at: time, minutes: int, days_between: int, count: int, zone: tzinfo
) -> list[tuple[datetime, datetime]]:
    """When each session of a series begins and ends, by the clock on the wall in ``zone``.

    The same hour before and after the clocks change.
    """
    found = []
    for place in range(count):
        starts = datetime.combine(first + timedelta(days=place * days_between), at, zone)
        ends = datetime.combine(starts.date(), at) + timedelta(minutes=minutes)
        found.append((starts, ends.replace(tzinfo=zone)))
    return found


def times_of_items(starts_at: datetime, minutes: Sequence[int]) -> list[datetime]:
    """When each item of an agenda begins, and when the last one ends."""
    found = [starts_at]
    for length in minutes:
        found.append(found[-1] + timedelta(minutes=length))
    return found


def numbered(title: str, place: int, count: int) -> str:
    """The title of one session of a series: with its number, where there are several."""
    return title if count == 1 else f"{title} {place}"


def quarter_of(day: date) -> tuple[int, int]:
    """Year and quarter (1 to 4) of a day."""
    return day.year, (day.month + 2) // 3


class PinKind(StrEnum):
    """What holds for some members at every table plan."""

    TOGETHER = "together"
    APART = "apart"


class NoteKind(StrEnum):
    """What a table wrote down."""

    NOTE = "note"
    PARKED = "parked"
    WORDING = "agreed wording"
    FLIPCHART = "flipchart"
