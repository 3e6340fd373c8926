"""Reads of the corpus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, false, func, select

from engagement.contributions.models import (
    Contribution,
    ContributionFile,
    ModerationDecision,
    TakenDown,
)
from engagement.contributions.rules import (
    HARM,
    OF_RESIDENTS,
    TO_BE_READ,
    Channel,
    ConsentHow,
    Speaker,
    State,
)
from engagement.extensions import db
from engagement.people.models import ParticipantLink
from engagement.programmes.models import Activity, Participant, Programme
from engagement.programmes.rules import ActivityKind
from engagement.prompts.models import DataCard


@dataclass(frozen=True)
class ContributionRow:
    """One contribution with its metadata; ``participant`` is a random id within the programme.

    ``text`` is empty where it is held back for who looks after people at risk. ``people``: how
    many said it together (1 or more); ``interpreted``: whether somebody interpreted.
    """

    public_id: str
    text: str | None
    language: str
    translation: str | None
    said_on: date
    received_on: date
    place_name: str
    place_code: str | None
    activity: str | None
    activity_title: str | None
    method: ActivityKind
    channel: Channel
    prompt: str
    data_card: str | None
    data_card_title: str | None
    may_quote: bool
    consent_how: ConsentHow
    speaker: Speaker
    speaks_for: str
    asked_people: int | None
    asked_how: str
    state: State
    state_reason: str
    participant: str
    source: str
    source_ref: str
    people: int
    interpreted: bool
    created_at: datetime

    @property
    def of_resident(self) -> bool:
        """Whether it counts among what residents said."""
        return self.speaker in OF_RESIDENTS


# Words that may tell of harm are for the safeguarding lead alone, until a person has decided.
at_risk = (Contribution.state == State.HELD) & cast(Contribution.concerns, String).contains(HARM)
_unread = at_risk | (Contribution.state == State.WITHDRAWN)
readable = Contribution.text.is_not(None) & ~_unread
"""Its words are there, and staff who run the activity may read them."""
_words = case((_unread, None), else_=Contribution.text)
_COLUMNS = (
    Contribution.public_id,
    _words,
    Contribution.language,
    case((_unread, None), else_=Contribution.translation),
    Contribution.said_on,
    Contribution.received_on,
    Contribution.place_name,
    Contribution.place_code,
    Activity.public_id,
    Activity.title,
    Contribution.method,
    Contribution.channel,
    Contribution.prompt,
    DataCard.public_id,
    DataCard.title,
    Contribution.may_quote,
    Contribution.consent_how,
    Contribution.speaker,
    Contribution.speaks_for,
    Contribution.asked_people,
    Contribution.asked_how,
    Contribution.state,
    Contribution.state_reason,
    Participant.public_id,
    Contribution.source,
    Contribution.source_ref,
    func.coalesce(TakenDown.people, 1),
    func.coalesce(TakenDown.interpreted, false()),
    Contribution.created_at,
)


def in_corpus(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    """The contributions of a programme that count: neither held, withdrawn nor blanked."""
    return (
        Contribution.programme_id == programme_id,
        Contribution.state.in_(TO_BE_READ),
        Contribution.text.is_not(None),
    )


def _kept(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    """The contributions that staff can see and take with them: the held too, marked as such."""
    return (
        Contribution.programme_id == programme_id,
        Contribution.state != State.WITHDRAWN,
        Contribution.text.is_not(None),
    )


def _rows(*columns: Any) -> Select[Any]:
    return (
        select(*_COLUMNS, *columns)
        .join(Participant, Participant.id == Contribution.participant_id)
        .outerjoin(Activity, Activity.id == Contribution.activity_id)
        .outerjoin(DataCard, DataCard.id == Contribution.data_card_id)
        .outerjoin(TakenDown, TakenDown.contribution_id == Contribution.id)
    )


@dataclass(frozen=True)
class Sought:
    """Which contributions to list: with all these words, of this method, channel, role, state."""

    words: str = ""
    channel: Channel | None = None
    speaker: Speaker | None = None
    state: State | None = None
    method: ActivityKind | None = None


def list_contributions(
    programme_id: int, page: int, size: int, sought: Sought = Sought()
) -> tuple[list[ContributionRow], int]:
    """One page of a corpus, the newest first (``page`` counts from 1), and how many match."""
    conditions: list[ColumnElement[bool]] = [
        *_kept(programme_id),
        *(_words.icontains(word, autoescape=True) for word in sought.words.split()[:10]),
    ]
    if sought.channel:
        conditions.append(Contribution.channel == sought.channel)
    if sought.method:
        conditions.append(Contribution.method == sought.method)
    if sought.speaker:
        conditions.append(Contribution.speaker == sought.speaker)
    if sought.state:
        conditions.append(Contribution.state == sought.state)
    rows = db.session.execute(
        _rows(func.count().over())
        .where(*conditions)
        .order_by(Contribution.said_on.desc(), Contribution.public_id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    columns: list[list[Any]] = [[*row] for row in rows]
    total = columns[0][-1] if columns else 0
    return [ContributionRow(*line[:-1]) for line in columns], total


def find_contribution(programme_id: int, public_id: str) -> ContributionRow | None:
    """One contribution of a programme, for its staff."""
    row = db.session.execute(
        _rows().where(*_kept(programme_id), Contribution.public_id == public_id)
    ).one_or_none()
    return ContributionRow(*row) if row else None


def all_contributions(programme_id: int) -> list[ContributionRow]:
    """A whole corpus, for an export; in the order of random ids, which tells nobody's place.

    The held are in it, marked, and so is what a moderator took out, without its words. What
    somebody took back is not.
    """
    rows = db.session.execute(
        _rows()
        .where(Contribution.programme_id == programme_id, *not_taken_back())
        .order_by(Contribution.public_id)
    )
    return [ContributionRow(*row) for row in rows]


@dataclass(frozen=True)
class CorpusCount:
    """How much a corpus holds of what residents said, and of how many participants.

    Beside it: ``of_others`` are of professionals, elected members, organisations and campaigns;
    ``held`` are not, or not yet, for others to read; ``withdrawn`` were taken back.
    """

    contributions: int
    participants: int
    quotable: int
    of_others: int
    held: int
    withdrawn: int


def count_corpus(programme_id: int) -> CorpusCount:
    """How much is in a corpus."""
    there = Contribution.text.is_not(None)
    read = Contribution.state.in_(TO_BE_READ) & there
    counted = read & Contribution.speaker.in_(OF_RESIDENTS)
    row = db.session.execute(
        select(
            func.count().filter(counted),
            func.count(Contribution.participant_id.distinct()).filter(counted),
            func.count().filter(counted, Contribution.may_quote),
            func.count().filter(read, Contribution.speaker.not_in(OF_RESIDENTS)),
            func.count().filter(there, Contribution.state == State.HELD),
            func.count().filter(Contribution.state == State.WITHDRAWN),
        ).where(Contribution.programme_id == programme_id)
    ).one()
    return CorpusCount(*row)


# How long a file waits for somebody to say how to read it, or to mend what was left out.
FILE_WAITS = timedelta(days=1)


@dataclass(frozen=True)
class FileLine:
    """A file that was imported; its broken rows and copies were left out."""

    public_id: str
    name: str
    sha256: str
    rows_taken: int
    rows_without_words: int
    rows_broken: int
    rows_copied: int
    imported_at: datetime

    def mendable(self, now: datetime) -> bool:
        """Whether its broken rows can still be downloaded."""
        return bool(self.rows_broken) and now < self.imported_at + FILE_WAITS


def imported_files(programme_id: int) -> list[FileLine]:
    """The files that a corpus was imported from, the newest first."""
    rows = db.session.execute(
        select(
            ContributionFile.public_id,
            ContributionFile.name,
            ContributionFile.sha256,
            ContributionFile.rows_taken,
            ContributionFile.rows_without_words,
            ContributionFile.rows_broken,
            ContributionFile.rows_copied,
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


def not_taken_back() -> tuple[ColumnElement[bool], ...]:
    """All but what its author took back, who can read it again."""
    decided = select(ModerationDecision.id).where(
        ModerationDecision.contribution_id == Contribution.id
    )
    return (
        (Contribution.state != State.WITHDRAWN) | decided.exists(),
        Contribution.text.is_not(None),
    )


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
            *not_taken_back(),
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
            *not_taken_back(),
        )
    )
    return db.session.scalar(found) or 0
