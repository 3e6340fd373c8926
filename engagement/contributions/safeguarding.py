"""What may tell of harm: the queue of the safeguarding lead, and what they did about it.

Nobody else reads these words. Who said them is not looked up: what reaches the person at once is
where help is, on the page after they sent it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select

from engagement.accounts.models import Staff
from engagement.audit.service import current_actor, record
from engagement.contributions.errors import NothingSaid, UnknownContribution
from engagement.contributions.models import Contribution, ModerationDecision, SafeguardingNote
from engagement.contributions.noticing import WAITS_FOR_LEAD, WAITS_FOR_MODERATOR
from engagement.contributions.rules import (
    HARM,
    Channel,
    Decided,
    Speaker,
    State,
    Telling,
    clean,
)
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.programmes.models import Programme
from engagement.programmes.queries import seen_by
from engagement.programmes.service import Visible


class Then(StrEnum):
    """What becomes of the words after a safeguarding lead read them."""

    OPEN = "open"
    KEEP = "keep"
    HAND_ON = "hand on"


@dataclass(frozen=True)
class HarmLine:
    """One contribution in the queue, with no word of it. ``notes``: how many a lead wrote."""

    public_id: str
    programme: str
    said_on: date
    channel: Channel
    received_at: datetime
    notes: int
    closed: bool


_HELD = (
    Contribution.state == State.HELD,
    cast(Contribution.concerns, String).contains(HARM),
    Contribution.text.is_not(None),
)


def _open() -> ColumnElement[bool]:
    return Contribution.state_at.is_(None)


def list_harm(visible: Visible, page: int, size: int) -> tuple[list[HarmLine], int]:
    """One page of what may tell of harm, what still waits first, and how many there are."""
    notes = (
        select(func.count(SafeguardingNote.id))
        .where(SafeguardingNote.contribution_id == Contribution.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Contribution.public_id,
            Programme.name,
            Contribution.said_on,
            Contribution.channel,
            Contribution.created_at,
            notes,
            ~_open(),
            func.count().over(),
        )
        .join(Programme, Programme.id == Contribution.programme_id)
        .where(*_HELD, seen_by(visible))
        .order_by(_open().desc(), Contribution.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    columns: list[list[Any]] = [[*row] for row in rows]
    return [HarmLine(*line[:-1]) for line in columns], columns[0][-1] if columns else 0


@dataclass(frozen=True)
class HarmNote:
    """What a lead did: ``by`` is their name, empty where they are not here any more."""

    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class HarmRow:
    """One contribution that may tell of harm, with its words."""

    public_id: str
    text: str
    translation: str | None
    language: str
    programme: str
    prompt: str
    said_on: date
    channel: Channel
    place_name: str
    speaker: Speaker
    source: str
    created_at: datetime
    closed: bool
    notes: tuple[HarmNote, ...]


def find_harm_row(visible: Visible, public_id: str) -> HarmRow | None:
    """One contribution that may tell of harm, for its safeguarding lead."""
    row = db.session.execute(
        select(
            Contribution.id,
            Contribution.public_id,
            Contribution.text,
            Contribution.translation,
            Contribution.language,
            Programme.name,
            Contribution.prompt,
            Contribution.said_on,
            Contribution.channel,
            Contribution.place_name,
            Contribution.speaker,
            Contribution.source,
            Contribution.created_at,
            ~_open(),
        )
        .join(Programme, Programme.id == Contribution.programme_id)
        .where(*_HELD, seen_by(visible), Contribution.public_id == public_id)
    ).one_or_none()
    if row is None:
        return None
    values: list[Any] = [*row]
    notes = db.session.execute(
        select(SafeguardingNote.note, Staff.name, SafeguardingNote.created_at)
        .outerjoin(Staff, Staff.public_id == SafeguardingNote.written_by)
        .where(SafeguardingNote.contribution_id == values[0], SafeguardingNote.note.is_not(None))
        .order_by(SafeguardingNote.id)
    )
    values.append(tuple(HarmNote(note or "", by or "", at) for note, by, at in notes))
    return HarmRow(*values[1:])


@transactional
def note_safeguarding(visible: Visible, public_id: str, words: str, then: Then) -> None:
    """Note what was done about a contribution that may tell of harm, and what becomes of it.

    Kept, nobody else reads it. Passed on, it waits for moderators like others. Neither note nor
    words stand in the record. Raises ``UnknownContribution`` or ``NothingSaid``.
    """
    words = clean(words)
    if not words:
        raise NothingSaid
    row = db.session.scalars(
        select(Contribution)
        .join(Programme, Programme.id == Contribution.programme_id)
        .where(*_HELD, seen_by(visible), Contribution.public_id == public_id)
        .with_for_update(of=Contribution)
    ).one_or_none()
    if row is None:
        raise UnknownContribution(public_id)
    by = current_actor().id
    db.session.add(SafeguardingNote(contribution_id=row.id, note=words, written_by=by))
    if then is Then.HAND_ON:
        row.concerns = [one for one in row.concerns if one != HARM]
        row.state_at, row.state_reason = None, WAITS_FOR_MODERATOR
    elif then is Then.KEEP and row.state_at is None:
        row.state_at, row.state_reason = clock.now(), WAITS_FOR_LEAD
        # No message: who shares a mailbox with them may be whom they wrote about.
        db.session.add(
            ModerationDecision(
                contribution_id=row.id,
                kind=Decided.HOLD,
                reason=WAITS_FOR_LEAD,
                decided_by=by,
                telling=Telling.OWN_PAGE,
                told_at=clock.now(),
            )
        )
    db.session.flush()
    record("contribution.safeguarded", "contribution", public_id, facts={"then": then})
