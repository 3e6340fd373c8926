"""What holds for the members of a standing panel: pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from engagement.database.clock import day_of, start_of

OFTEN = (1, 2, 4, 8)  # how many times a month somebody may choose to be asked at most
AT_FIRST = 2
LONGEST_TERM = 120  # months
MOST_FEATURES = 3
INTEREST_PURPOSE = "ask people about what they care about"
# Days for which what is held about members is kept.
PREFERENCES_KEPT = 3 * 365
CONTACTS_KEPT = 2 * 365
PAUSES_KEPT = 365


class MemberState(StrEnum):
    """Where somebody stands who registered for a standing panel."""

    MEMBER = "member"
    WAITING = "waiting for a place"
    LEFT = "left"


class LeftBy(StrEnum):
    """How a membership ended."""

    OWN_WISH = "own wish"
    ROTATION = "term over"


class MemberRole(StrEnum):
    """What a member does for the others. No lottery ever looks at it."""

    CHAMPION = "champion"
    CONNECTOR = "connector"
    PEER_RESEARCHER = "peer researcher"
    MENTOR = "mentor"


class LotteryKind(StrEnum):
    """What a lottery among members decides."""

    SAMPLE = "sub-sample"
    ROTATION = "who leaves"
    REFRESH = "who gets a free place"


class LotteryState(StrEnum):
    """Where a lottery among members stands."""

    ANNOUNCED = "announced"
    DRAWN = "drawn"
    GIVEN_UP = "given up"


class LooksLike(StrEnum):
    """Whom those who are drawn are to look like."""

    PEOPLE = "those they are drawn from"
    AREA = "the area"


class LeftOut(StrEnum):
    """Why a member is not asked."""

    GONE = "no longer a member"
    PAUSED = "paused"
    OFTEN_ENOUGH = "asked as often this month as they chose"
    NO_WAY = "does not want to be contacted, or left no way to"


@dataclass(frozen=True)
class Standing:
    """What decides whether a member may be asked: ``asked``: how often in this month so far."""

    state: MemberState
    paused_until: date | None
    most_a_month: int
    asked: int
    reachable: bool


def is_paused(until: date | None, today: date) -> bool:
    """Whether a pause still holds: on the day that was chosen it is over."""
    return until is not None and today < until


def left_out(who: Standing, today: date) -> LeftOut | None:
    """Why somebody may not be asked today; ``None`` where they may."""
    if who.state is not MemberState.MEMBER:
        return LeftOut.GONE
    if is_paused(who.paused_until, today):
        return LeftOut.PAUSED
    if who.asked >= who.most_a_month:
        return LeftOut.OFTEN_ENOUGH
    return None if who.reachable else LeftOut.NO_WAY


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """The moments at which the calendar month of a moment, in London, begins and ends."""
    first = day_of(moment).replace(day=1)
    return start_of(first), start_of(months_later(first, 1))


def months_later(day: date, months: int) -> date:
    """The same day some months later; of a month that has no such day, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_ends(began: datetime, months: int) -> date:
    """The day on which a term is over that began at a moment."""
    return months_later(day_of(began), months)
