"""Reads of moderation: what waits, near-duplicates together; one contribution; whom to tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from engagement.accounts.models import Grant, Staff
from engagement.accounts.rules import Role, StaffState
from engagement.contributions.appeals import waiting_appeal
from engagement.contributions.models import (
    Appeal,
    Contribution,
    ModerationDecision,
    SavedReason,
)
from engagement.contributions.queries import at_risk
from engagement.contributions.rules import Channel, Decided, State, Telling
from engagement.extensions import db
from engagement.methods.duplicates import near_duplicates
from engagement.programmes.models import Programme

N_ = str  # marks a sentence for the catalogue of translations

MOST_LISTED = 2_000
"""Most contributions that wait and are looked at together, the oldest first."""
MOST_REASONS, LONGEST_REASON = 20, 300
# What a partnership starts from, until it sets its own.
FIRST_REASONS = (
    N_("It named somebody, or told who they are."),
    N_("It gave a telephone number, an address or an e-mail address."),
    N_("It insulted or threatened people."),
    N_("It was about something else than the question."),
    N_("It was an advertisement."),
    N_("It was sent many times."),
)


@dataclass(frozen=True)
class WaitingRow:
    """A contribution that waits for a moderator; ``reason`` is why it waits."""

    public_id: str
    text: str
    language: str
    said_on: date
    channel: Channel
    prompt: str
    place_name: str
    reason: str


@dataclass(frozen=True)
class Alike:
    """Contributions that say nearly the same, the oldest first; often there is one alone."""

    rows: tuple[WaitingRow, ...]

    @property
    def first(self) -> WaitingRow:
        """The one that stands for all."""
        return self.rows[0]


def waiting_alike(programme_id: int) -> list[Alike]:
    """What waits for moderators, in groups of near-duplicates: the largest first, then by age."""
    rows = db.session.execute(
        select(
            Contribution.public_id,
            Contribution.text,
            Contribution.language,
            Contribution.said_on,
            Contribution.channel,
            Contribution.prompt,
            Contribution.place_name,
            Contribution.state_reason,
        )
        .where(
            Contribution.programme_id == programme_id,
            Contribution.state == State.HELD,
            Contribution.state_at.is_(None),
            Contribution.text.is_not(None),
            ~at_risk,
        )
        .order_by(Contribution.id)
        .limit(MOST_LISTED)
    )
    columns: list[list[Any]] = [[*row] for row in rows]
    waiting = [WaitingRow(*line) for line in columns]
    joined = [one.places for one in near_duplicates([_words_of(row.text) for row in waiting])]
    taken = {place for places in joined for place in places}
    alone = [(place,) for place in range(len(waiting)) if place not in taken]
    found = sorted([*joined, *alone], key=lambda places: (-len(places), places[0]))
    return [Alike(tuple(waiting[place] for place in places)) for places in found]


def _words_of(text: str) -> str:
    """The words alone: what differs in capitals, punctuation and white space is the same."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text


@dataclass(frozen=True)
class Waiting:
    """How much waits beside the queue: for the safeguarding lead, for an answer, to be told."""

    harm: int
    leads: int
    """How many safeguarding leads there are for it."""
    appeals: int
    to_tell: int
    first: bool
    """Whether somebody reads every answer before others do."""


def count_waiting(programme_id: int) -> Waiting:
    """How much waits in a programme beside the queue of its moderators."""
    of_programme = Contribution.programme_id == programme_id
    harm = select(func.count(Contribution.id)).where(
        of_programme, at_risk, Contribution.state_at.is_(None), Contribution.text.is_not(None)
    )
    leads = (
        select(func.count(Staff.id.distinct()))
        .join(Grant, Grant.staff_id == Staff.id)
        .where(
            Staff.state == StaffState.ACTIVE,
            Grant.role == Role.SAFEGUARDING_LEAD,
            (Grant.programme_id == programme_id) | Grant.programme_id.is_(None),
        )
    )
    appeals = (
        select(func.count(Appeal.id))
        .join(Contribution, Contribution.id == Appeal.contribution_id)
        .where(waiting_appeal(programme_id))
    )
    to_tell = (
        select(func.count(ModerationDecision.id))
        .join(Contribution, Contribution.id == ModerationDecision.contribution_id)
        .where(of_programme, *_TO_TELL)
    )
    row = db.session.execute(
        select(
            harm.scalar_subquery(),
            leads.scalar_subquery(),
            appeals.scalar_subquery(),
            to_tell.scalar_subquery(),
            Programme.moderate_first,
        ).where(Programme.id == programme_id)
    ).one()
    return Waiting(*tuple(row))


def saved_reasons() -> list[str]:
    """The reasons that moderators choose from: their own, or those that everyone starts with."""
    own = db.session.scalars(select(SavedReason.text).order_by(SavedReason.place)).all()
    return [*(own or FIRST_REASONS)]


@dataclass(frozen=True)
class DecisionRow:
    """A decision; ``by`` is a name, empty where they are not here any more."""

    kind: Decided
    reason: str
    by: str
    at: datetime
    telling: Telling
    told_at: datetime | None


@dataclass(frozen=True)
class ModeratedRow:
    """One contribution as moderators see it."""

    public_id: str
    text: str
    translation: str | None
    language: str
    prompt: str
    said_on: date
    channel: Channel
    place_name: str
    may_quote: bool
    state: State
    state_reason: str
    decisions: tuple[DecisionRow, ...]


def find_moderated(programme_id: int, public_id: str) -> ModeratedRow | None:
    """One contribution of a programme for its moderators; none that may tell of harm."""
    row = db.session.execute(
        select(
            Contribution.id,
            Contribution.public_id,
            Contribution.text,
            Contribution.translation,
            Contribution.language,
            Contribution.prompt,
            Contribution.said_on,
            Contribution.channel,
            Contribution.place_name,
            Contribution.may_quote,
            Contribution.state,
            Contribution.state_reason,
        ).where(
            Contribution.programme_id == programme_id,
            Contribution.public_id == public_id,
            Contribution.text.is_not(None),
            ~at_risk,
        )
    ).one_or_none()
    if row is None:
        return None
    columns: list[Any] = [*row]
    columns.append(decisions_about(columns[0]))
    return ModeratedRow(*columns[1:])


def decisions_about(contribution_id: int) -> tuple[DecisionRow, ...]:
    """Every decision about a contribution, the first one first."""
    rows = db.session.execute(
        select(
            ModerationDecision.kind,
            ModerationDecision.reason,
            func.coalesce(Staff.name, ""),
            ModerationDecision.decided_at,
            ModerationDecision.telling,
            ModerationDecision.told_at,
        )
        .outerjoin(Staff, Staff.public_id == ModerationDecision.decided_by)
        .where(ModerationDecision.contribution_id == contribution_id)
        .order_by(ModerationDecision.id)
    )
    columns: list[list[Any]] = [[*row] for row in rows]
    return tuple(DecisionRow(*line) for line in columns)


@dataclass(frozen=True)
class ToTellRow:
    """Somebody to be told of a decision by whoever took down what they said."""

    public_id: str
    contribution: str
    kind: Decided
    reason: str
    said_on: date
    channel: Channel
    place_name: str
    source: str
    source_ref: str


_TO_TELL = (
    ModerationDecision.telling == Telling.BY_PERSON,
    ModerationDecision.told_at.is_(None),
)


def list_to_tell(programme_id: int, page: int, size: int) -> tuple[list[ToTellRow], int]:
    """One page of whom to tell of a decision, the oldest first, and how many there are."""
    rows = db.session.execute(
        select(
            ModerationDecision.public_id,
            Contribution.public_id,
            ModerationDecision.kind,
            ModerationDecision.reason,
            Contribution.said_on,
            Contribution.channel,
            Contribution.place_name,
            Contribution.source,
            Contribution.source_ref,
            func.count().over(),
        )
        .join(Contribution, Contribution.id == ModerationDecision.contribution_id)
        .where(Contribution.programme_id == programme_id, *_TO_TELL)
        .order_by(ModerationDecision.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    lines: list[list[Any]] = [[*row] for row in rows]
    return [ToTellRow(*line[:-1]) for line in lines], lines[0][-1] if lines else 0


@dataclass(frozen=True)
class AppealRow:
    """An appeal that waits; ``text`` are the words as they stand, ``by`` who decided."""

    public_id: str
    contribution: str
    words: str
    text: str
    state: State
    kind: Decided
    reason: str
    decided_by: str
    by: str
    made_at: datetime


def waiting_appeals(programme_id: int) -> list[AppealRow]:
    """The appeals of a programme that wait for an answer, the oldest first."""
    rows = db.session.execute(
        select(
            Appeal.public_id,
            Contribution.public_id,
            Appeal.words,
            Contribution.text,
            Contribution.state,
            ModerationDecision.kind,
            ModerationDecision.reason,
            ModerationDecision.decided_by,
            func.coalesce(Staff.name, ""),
            Appeal.created_at,
        )
        .join(ModerationDecision, ModerationDecision.id == Appeal.decision_id)
        .join(Contribution, Contribution.id == Appeal.contribution_id)
        .outerjoin(Staff, Staff.public_id == ModerationDecision.decided_by)
        .where(
            waiting_appeal(programme_id),
            Appeal.words.is_not(None),
            Contribution.text.is_not(None),
        )
        .order_by(Appeal.id)
    )
    columns: list[list[Any]] = [[*row] for row in rows]
    return [AppealRow(*line) for line in columns]
