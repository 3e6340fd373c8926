"""What a programme and its activities are, when they stand, and what they lack: pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

N_ = str  # marks a sentence for the catalogue of translations


class Topic(StrEnum):
    """What a programme is about, for those who look for one."""

    GETTING_CARE = "getting care"
    WAITING = "waiting for care"
    MENTAL_HEALTH = "mental health"
    CHILDREN = "children and young people"
    OLDER = "growing older"
    LONG_TERM = "living with a long-term condition"
    CARERS = "carers and families"
    PREVENTION = "staying well"
    INEQUALITIES = "fairness"
    SOCIAL_CARE = "social care"
    DIGITAL = "records and digital services"
    OTHER = "something else"


class Status(StrEnum):
    """Where a programme or an activity stands."""

    DRAFT = "draft"
    COMING = "coming soon"
    OPEN = "open"
    CLOSED = "closed"


class ActivityKind(StrEnum):
    """What a programme runs; several may be open at once."""

    CITIZENS_PANEL = "citizens’ panel"
    COMMUNITY_PANEL = "community panel"
    OPEN_CONVERSATION = "open conversation"
    SURVEY_WAVE = "survey wave"
    SESSION_SERIES = "session series"
    DRAFT_CONSULTATION = "draft consultation"
    DIARY = "diary"


class ParticipantKind(StrEnum):
    """How somebody is known within a programme."""

    PERSON = "person"
    BROWSER = "browser"
    PAPER = "paper code"
    BY_STAFF = "entered by staff"
    IMPORTED = "imported"
    TABLE = "table at a session"


@dataclass(frozen=True)
class Remit:
    """What a programme asks, what its answer can change, and what is decided when."""

    question: str
    can_change: str = ""
    cannot_change: str = ""
    decision: str = ""
    decision_on: date | None = None


@dataclass(frozen=True)
class Taking:
    """How people take part and reach somebody: beside the remit, and for the convenors to say.

    ``most_per_person`` is how many contributions one person may make in an activity (1 or more).
    """

    name: str
    topic: Topic = Topic.OTHER
    offline_routes: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    contact_address: str = ""
    payment: str = ""
    support: str = ""
    most_per_person: int | None = None


@dataclass(frozen=True)
class Planned:
    """What is asked before a programme may be published."""

    remit: Remit
    taking: Taking
    areas: int
    groups: int
    existing_confirmed: bool


@dataclass(frozen=True)
class Check:
    """One line of the list of what a programme needs.

    Without a ``needed`` one it cannot be published.
    """

    key: str
    text: str
    done: bool
    needed: bool = True


_CHECKS: tuple[tuple[str, str, bool, Callable[[Planned], bool]], ...] = (
    ("question", N_("The question"), True, lambda p: bool(p.remit.question)),
    ("can_change", N_("What can change"), True, lambda p: bool(p.remit.can_change)),
    ("cannot_change", N_("What cannot change"), True, lambda p: bool(p.remit.cannot_change)),
    (
        "decision",
        N_("What is decided, and when"),
        True,
        lambda p: bool(p.remit.decision and p.remit.decision_on),
    ),
    (
        "contact",
        N_("How to reach somebody"),
        True,
        lambda p: bool(p.taking.contact_phone or p.taking.contact_address),
    ),
    (
        "offline_routes",
        N_("How to take part without the internet"),
        True,
        lambda p: bool(p.taking.offline_routes),
    ),
    ("areas", N_("Where it is"), True, lambda p: p.areas > 0),
    ("groups", N_("Whom it must hear"), False, lambda p: p.groups > 0),
    (
        "support",
        N_("Payment and support"),
        False,
        lambda p: bool(p.taking.payment and p.taking.support),
    ),
    (
        "existing",
        N_("Groups and forums that exist already"),
        False,
        lambda p: p.existing_confirmed,
    ),
)


def checks_of(planned: Planned) -> list[Check]:
    """What a programme needs, in order, and whether it is there."""
    return [Check(key, text, test(planned), needed) for key, text, needed, test in _CHECKS]


def what_is_missing(planned: Planned, today: date) -> list[str]:
    """Why a programme cannot be published, each in words; empty when it can."""
    missing = [check.text for check in checks_of(planned) if check.needed and not check.done]
    if planned.remit.decision_on is not None and planned.remit.decision_on < today:
        missing.append(N_("The date of the decision has passed: nothing could be changed any more"))
    return missing


def status_of(
    published_at: datetime | None,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
) -> Status:
    """Where something stands at a moment of the database's clock; a bound left open never comes."""
    if published_at is None:
        return Status.DRAFT
    if opens_at is not None and now < opens_at:
        return Status.COMING
    if closes_at is not None and now >= closes_at:
        return Status.CLOSED
    return Status.OPEN


def may_change_remit(own_organisation: int | None, leading_organisation: int | None) -> bool:
    """Whether somebody of ``own_organisation`` may change the question: only who leads may.

    ``None`` is the partnership itself.
    """
    return own_organisation == leading_organisation
