"""What holds for panels: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, sqrt

from engagement.methods.disclosure.counts import shown_counts
from engagement.panels.errors import SharesTooGreat

PLACE, DEPRIVATION = "place", "deprivation"
OWN = "own-"  # begins the key of a feature that is the panel's own
FIFTHS = ("1", "2", "3", "4", "5")
REGISTRATION_PURPOSE = "put together a panel of all kinds of people"
SUPPORT_PURPOSE = "help people take part"
MOST_SEATS = 10_000  # of a standing panel
# Days for which what is held about people is kept.
ANSWERS_KEPT = 3 * 365
ADDRESS_KEPT = 365
SIGNATURE_KEPT = 6 * 365
PAYMENTS_KEPT = 6 * 365
# A quota with fewer registrants for each seat is one that illness or a refusal may leave open.
FEW_FOR_EACH_SEAT = 3
NINE_IN_TEN = 1.645  # standard deviations to either side that hold nine outcomes of ten


class Recruitment(StrEnum):
    """How a panel's people come to it; the label never says more than is true."""

    RANDOM = "drawn by lot"
    VOLUNTEER = "volunteers"


class BatchKind(StrEnum):
    """How codes reach people."""

    LETTERS = "letters"
    OUTREACH = "handed out"


class InvitationState(StrEnum):
    """Where one invitation stands."""

    MADE = "made"
    SENT = "sent"
    RETURNED = "came back"
    REPLACED = "replaced by a new code"


class Route(StrEnum):
    """How somebody registered."""

    ONLINE = "online"
    PHONE = "by telephone"
    IN_PERSON = "in person"


class DrawState(StrEnum):
    """Where a draw stands."""

    PREPARING = "being prepared"
    FAILED = "could not be prepared"
    READY = "ready to be published"
    COMMITTED = "published before the seed"
    DRAWN = "drawn"
    VOID = "void"


WAITING = (DrawState.PREPARING, DrawState.READY, DrawState.COMMITTED)


class SeatState(StrEnum):
    """Where a seat stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "not answered in time"
    LEFT = "left"


SEATED = (SeatState.OFFERED, SeatState.ACCEPTED)


class PayBy(StrEnum):
    """How a member wants to be paid; nobody gives bank details here."""

    VOUCHER = "voucher"
    FINANCE = "through the finance team"
    NOTHING = "does not want to be paid"


class MakeupMoment(StrEnum):
    """When the make-up of a panel is published; never in between."""

    CONFIRMED = "confirmed"
    ENDED = "ended"


class AuditFinding(StrEnum):
    """What an auditor found."""

    SOUND = "everything was as published"
    FAULTY = "something was not as published"


class PanelState(StrEnum):
    """What a panel is at, as the clock and its records tell."""

    PLANNED = "being planned"
    OPEN = "registration is open"
    CLOSED = "registration is closed"


@dataclass(frozen=True)
class PanelPlan:
    """What is settled when a panel is set up; see ``Panel``."""

    recruitment: Recruitment
    remit: str
    size: int
    eligibility: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    payment: str = ""
    support: str = ""
    other_formats: str = ""
    least_age: int | None = None
    most_age: int | None = None
    registration_closes_at: datetime | None = None
    reserve_until: date | None = None


def share_out(
    counts: Mapping[str, int], seats: int, *, times: Mapping[str, Fraction] | None = None
) -> dict[str, tuple[int, int]]:
    """The least and the most seats for each value, from how many people have it.

    ``times``: see ``exact_seats``. A value's exact number of seats lies between the next lower and
    the next higher whole number, and so does its target; where it is a whole number it may be one
    off either way. Nobody counted anywhere: no targets.
    """
    targets = {}
    for value, exact in exact_seats(counts, seats, times=times).items():
        least, most = floor(exact), ceil(exact)
        if least == most and exact:
            least, most = least - 1, most + 1
        targets[value] = (max(0, least), min(seats, most))
    return targets


def exact_seats(
    counts: Mapping[str, int], seats: int, *, times: Mapping[str, Fraction] | None = None
) -> dict[str, Fraction]:
    """The seats for each value before rounding; they add up to ``seats``.

    ``times``: how many times its share of the population a value is to have; the others give way
    in proportion. Raises ``SharesTooGreat`` where those values would have all the seats or more.
    """
    whole = sum(counts.values())
    if not whole:
        return {}
    wished = {value: Fraction(counts[value]) * factor for value, factor in (times or {}).items()}
    others = whole - sum(counts[value] for value in wished)
    left = whole - sum(wished.values())
    if wished and (left < 0 or (left > 0) != (others > 0)):
        raise SharesTooGreat
    giving_way = Fraction(left) / others if others else Fraction(0)
    return {
        value: wished.get(value, count * giving_way) * seats / whole
        for value, count in counts.items()
    }


def panel_state(
    has_targets: bool, closes_at: datetime | None, now: datetime, *, invited: bool
) -> PanelState:
    """What a panel is at."""
    if not has_targets or not invited:
        return PanelState.PLANNED
    if closes_at is not None and now >= closes_at:
        return PanelState.CLOSED
    return PanelState.OPEN


def missing_parts(remit: str, convening: bool, convenors: int) -> list[str]:
    """What a panel lacks before it can be opened (WY-1)."""
    lacks = {
        "a remit": bool(remit.strip()),
        "an organisation that convenes it": convening,
        "another that convenes it together with the first": convenors > 0,
    }
    return [what for what, there in lacks.items() if not there]


def withheld_counts(
    counts: Mapping[str, Mapping[str | None, int]], small_is: int
) -> frozenset[tuple[str, str | None]]:
    """Features and values (None for unstated) whose count of registrants is not published.

    Counts from 1 to ``small_is`` are not, nor what they could be reckoned from: the total is known.
    """
    withheld: set[tuple[str, str | None]] = set()
    for feature, found in counts.items():
        values = sorted(found, key=lambda value: (value is None, value or ""))
        shown = shown_counts([found[value] for value in values], small=small_is, nearest=1)
        withheld |= {
            (feature, value)
            for value, cell in zip(values, shown.cells, strict=True)
            if cell is None
        }
    return frozenset(withheld)


def seat_now(state: SeatState, deadline: datetime, now: datetime) -> SeatState:
    """Where a seat stands at a moment: an offer whose time is over has lapsed."""
    return SeatState.LAPSED if state is SeatState.OFFERED and now >= deadline else state


def reserve_is_over(until: date | None, today: date) -> bool:
    """Whether empty seats are drawn again no more: the last day for that is past."""
    return until is not None and today > until


def may_have_come(state: SeatState, decided_on: date | None, held_on: date) -> bool:
    """Whether somebody can have been at a meeting of that day as a member: who has a seat, and who
    gave it up on that day or later."""
    if state is SeatState.LEFT:
        return decided_on is not None and decided_on >= held_on
    return state is SeatState.ACCEPTED


def is_to_be_paid(pence: int, pay_by: PayBy | None) -> bool:
    """Whether an attendance is a line to pay."""
    return pence > 0 and pay_by is not PayBy.NOTHING


SURE_ENOUGH = 0.95


def odds(chance: float) -> tuple[int, int]:
    """A chance as so many in so many: the nearest of 1 in a whole number, 2 in 3, 3 in 4, some in
    10, and 96 to 99 in 100. Only what is certain is (1, 1), only what cannot be is (0, 1)."""
    if chance <= 0 or chance >= 1:
        return (1 if chance > 0 else 0), 1
    found = [(1, max(2, round(1 / chance))), (2, 3), (3, 4), *((few, 10) for few in range(2, 10))]
    if chance > SURE_ENOUGH:
        found += [(many, 100) for many in range(96, 100)]
    return min(found, key=lambda one: abs(one[0] / one[1] - chance))


class Quota(StrEnum):
    """Whether enough people have registered for a target."""

    SHORT = "fewer than the least"
    THIN = "few for each seat"
    ENOUGH = "enough"


def quota_of(registered: int, least: int) -> Quota:
    """Whether so many registrants are enough for a target of at least so many seats."""
    if registered < least:
        return Quota.SHORT
    if registered < FEW_FOR_EACH_SEAT * least:
        return Quota.THIN
    return Quota.ENOUGH


@dataclass(frozen=True)
class Forecast:
    """How many registrations more letters would bring: about, and from least to most in nine
    cases of ten."""

    least: int
    about: int
    most: int


def foresee(letters: int, registered: int, more: int) -> Forecast:
    """What ``more`` letters would bring if people answer as they did so far.

    ``letters`` that went out brought ``registered`` registrations; ``letters`` is 1 or more. The
    range counts both the chance in the new letters and that the response so far is known from few.
    """
    about = registered * more / letters
    spread = NINE_IN_TEN * sqrt(about * (1 + more / letters))
    return Forecast(max(0, floor(about - spread)), round(about), ceil(about + spread))


def letters_needed(letters: int, registered: int, wanted: int) -> int | None:
    """How many more letters bring ``wanted`` registrations of a kind, if people answer as so far;
    ``None`` where nobody of that kind has answered yet."""
    return ceil(wanted * letters / registered) if registered else None


RARELY = Fraction(2, 3)
FEWEST_TO_COMPARE = 30


def rarely_reached(
    people: Mapping[str, int], registered: Mapping[str, int | None]
) -> dict[str, tuple[Fraction, Fraction]]:
    """Whom a panel's invitations have not reached as often as others.

    ``people``: how many live in the areas, by value; ``registered``: how many put their names
    forward, with ``None`` where that is not published. Returns the values whose share of those who
    registered is two thirds of their share of the area or less: both shares, that of the area
    first. Nothing is said of fewer than thirty, nor of what is not published.
    """
    known = [count for count in registered.values() if count is not None]
    whole, all_registered = sum(people.values()), sum(known)
    if not whole or all_registered < FEWEST_TO_COMPARE:
        return {}
    found = {}
    for value, count in people.items():
        number = registered.get(value, 0)
        if number is None:
            continue
        share, reached = Fraction(count, whole), Fraction(number, all_registered)
        if share and reached <= RARELY * share:
            found[value] = (share, reached)
    return found
