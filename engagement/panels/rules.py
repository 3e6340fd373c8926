"""What holds for panels: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

PLACE, DEPRIVATION = "place", "deprivation"
OWN = "own-"  # begins the key of a feature that is the panel's own
FIFTHS = ("1", "2", "3", "4", "5")
REGISTRATION_PURPOSE = "draw a panel that looks like the area"
SUPPORT_PURPOSE = "help people take part"
MOST_SEATS = 1_000


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


class SeatState(StrEnum):
    """Where a seat stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "not answered in time"
    LEFT = "left"


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


def share_out(
    counts: Mapping[str, int], seats: int, *, times: Mapping[str, Fraction] | None = None
) -> dict[str, tuple[int, int]]:
    """The least and the most seats for each value, from how many people have it.

    ``times``: how many times its share of the population a value is to have; the others give way in
    proportion. A value's exact number of seats lies between the next lower and the next higher
    whole number, and so does its target; where it is a whole number it may be one off either way.
    Nobody counted anywhere: no targets.
    """
    weights = {
        value: count * (times or {}).get(value, Fraction(1)) for value, count in counts.items()
    }
    whole = sum(weights.values())
    if not whole:
        return {}
    targets = {}
    for value, weight in weights.items():
        exact = Fraction(weight) * seats / whole
        least, most = floor(exact), ceil(exact)
        if least == most and exact:
            least, most = least - 1, most + 1
        targets[value] = (max(0, least), min(seats, most))
    return targets


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
