"""Reads of the corpus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engagement.contributions.models import Contribution, ContributionFile
from engagement.contributions.rules import TO_BE_READ, Channel, ConsentHow, Speaker, State
from engagement.extensions import db
from engagement.people.models import ParticipantLink
from engagement.programmes.models import Participant, Programme
from engagement.programmes.rules import ActivityKind


@dataclass(frozen=True)
class ContributionRow:
    """One contribution with its metadata; ``participant`` is a random id within the programme."""

    public_id: str
    text: str
    said_on: date
    place_name: str
    place_code: str | None
    method: ActivityKind
    channel: Channel
    prompt: str
    may_quote: bool
    consent_how: ConsentHow
    speaker: Speaker
    participant: str
    source_ref: str
    created_at: datetime


_COLUMNS = (
    Contribution.public_id,
    Contribution.text,
    Contribution.said_on,
    Contribution.place_name,
    Contribution.place_code,
    Contribution.method,
    Contribution.channel,
    Contribution.prompt,
    Contribution.may_quote,
    Contribution.consent_how,
    Contribution.speaker,
    Participant.public_id,
    Contribution.source_ref,
    Contribution.created_at,
)


def in_corpus(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    """The contributions of a programme that count: neither held, withdrawn nor blanked."""
    return (
        Contribution.programme_id == programme_id,
        Contribution.state.in_(TO_BE_READ),
        Contribution.text.is_not(None),
    )


def list_contributions(
    programme_id: int, page: int, size: int, words: str = ""
) -> tuple[list[ContributionRow], int]:
    """One page of a corpus, the newest first (``page`` counts from 1), and how many match."""
    conditions = [
        *in_corpus(programme_id),
        *(Contribution.text.icontains(word, autoescape=True) for word in words.split()[:10]),
    ]
    rows = db.session.execute(
        select(*_COLUMNS, func.count().over())
        .join(Participant, Participant.id == Contribution.participant_id)
        .where(*conditions)
        .order_by(Contribution.said_on.desc(), Contribution.public_id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    columns: list[list[Any]] = [[*row] for row in rows]
    total = columns[0][-1] if columns else 0
    return [ContributionRow(*line[:-1]) for line in columns], total


def all_contributions(programme_id: int) -> list[ContributionRow]:
    """A whole corpus, for an export; in the order of random ids, which tells nobody's place."""
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(Participant, Participant.id == Contribution.participant_id)
        .where(*in_corpus(programme_id))
        .order_by(Contribution.public_id)
    )
    return [ContributionRow(*tuple(row)) for row in rows]


@dataclass(frozen=True)
class CorpusCount:
    """How much a corpus holds, and of how many participants."""

    contributions: int
    participants: int
    quotable: int


def count_corpus(programme_id: int) -> CorpusCount:
    """How much is in a corpus."""
    row = db.session.execute(
        select(
            func.count(Contribution.id),
            func.count(Contribution.participant_id.distinct()),
            func.count(Contribution.id).filter(Contribution.may_quote),
        ).where(*in_corpus(programme_id))
    ).one()
    return CorpusCount(*row)


@dataclass(frozen=True)
class FileLine:
    """A file that was imported."""

    name: str
    sha256: str
    rows_taken: int
    rows_without_words: int
    imported_at: datetime


def imported_files(programme_id: int) -> list[FileLine]:
    """The files that a corpus was imported from, the newest first."""
    rows = db.session.execute(
        select(
            ContributionFile.name,
            ContributionFile.sha256,
            ContributionFile.rows_taken,
            ContributionFile.rows_without_words,
            ContributionFile.imported_at,
        )
        .where(
            ContributionFile.programme_id == programme_id,
            ContributionFile.imported_at.is_not(None),
        )
        .order_by(ContributionFile.imported_at.desc())
    )
    columns: list[list[Any]] = [[*row] for row in rows]
    return [FileLine(*line) for line in columns]


@dataclass(frozen=True)
class OwnContribution:
    """One contribution as the person who made it sees it."""

    public_id: str
    text: str
    said_on: date
    prompt: str
    may_quote: bool
    programme: str
    programme_public_id: str


def own_contributions(resident_id: int) -> list[OwnContribution]:
    """What a resident said while signed in and did not take back, the newest first."""
    rows = db.session.execute(
        select(
            Contribution.public_id,
            Contribution.text,
            Contribution.said_on,
            Contribution.prompt,
            Contribution.may_quote,
            Programme.name,
            Programme.public_id,
        )
        .join(ParticipantLink, ParticipantLink.participant_id == Contribution.participant_id)
        .join(Programme, Programme.id == Contribution.programme_id)
        .where(
            ParticipantLink.resident_id == resident_id,
            Contribution.state != State.WITHDRAWN,
            Contribution.text.is_not(None),
        )
        .order_by(Contribution.id.desc())
    )
    columns: list[list[Any]] = [[*row] for row in rows]
    return [OwnContribution(*line) for line in columns]


def count_own_contributions(resident_id: int) -> int:
    """How many contributions a resident finds among their own."""
    found = (
        select(func.count(Contribution.id))
        .join(ParticipantLink, ParticipantLink.participant_id == Contribution.participant_id)
        .where(
            ParticipantLink.resident_id == resident_id,
            Contribution.state != State.WITHDRAWN,
            Contribution.text.is_not(None),
        )
    )
    return db.session.scalar(found) or 0
