"""Reads of open conversations: the next statement, one's own votes, all statements for staff.

No page for residents reads any votes but one's own, which an index finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true

from engagement.accounts.credentials import keyed_hash
from engagement.contributions.models import Contribution
from engagement.contributions.rules import TO_BE_READ
from engagement.conversations.models import (
    Conversation,
    GroupSeen,
    MapPlace,
    OpinionMap,
    Statement,
    Vote,
)
from engagement.conversations.rules import BY_VALUE, PRIME, Stance, Voter, mixing
from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.people.models import ParticipantLink
from engagement.programmes.models import Activity, Participant, Programme
from engagement.programmes.queries import seen_by
from engagement.programmes.rules import ActivityKind, Status, status_of

Some = Select[*tuple[Any, ...]]
# What others may read and vote on; the contribution is joined from the outside.
may_be_read = and_(
    Contribution.state.in_(TO_BE_READ), Contribution.text.is_not(None), Contribution.may_quote
)
votable = and_(Statement.hidden_at.is_(None), or_(Statement.contribution_id.is_(None), may_be_read))
words = func.coalesce(Contribution.text, Statement.text)


def with_contribution(selected: Any) -> Some:
    """A query of statements with the contributions that some of them belong to."""
    own = Contribution.id == Statement.contribution_id
    joined: Some = selected.select_from(Statement).outerjoin(Contribution, own)
    return joined


@dataclass(frozen=True)
class ConversationRow:
    """An open conversation and its programme; ``status`` is that of both."""

    id: int
    public_id: str
    title: str
    about: str
    prompt: str
    closes_at: datetime | None
    programme_id: int
    programme_public_id: str
    programme: str
    status: Status
    opens_at: datetime | None
    takes_statements: bool
    has_results: bool
    mapped_at: datetime | None


def find_conversation(programme_public_id: str, public_id: str) -> ConversationRow | None:
    """An open conversation that everyone may see."""
    published = Programme.published_at.is_not(None) & Activity.published_at.is_not(None)
    return _conversation(programme_public_id, public_id, published)


def conversation_named(public_id: str) -> ConversationRow | None:
    """As ``find_conversation``, whatever its programme."""
    published = Programme.published_at.is_not(None) & Activity.published_at.is_not(None)
    return _conversation(None, public_id, published)


def find_conversation_of(
    visible: frozenset[int] | None, programme_public_id: str, public_id: str
) -> ConversationRow | None:
    """An open conversation, when the reader may see its programme."""
    return _conversation(programme_public_id, public_id, seen_by(visible))


def _conversation(
    programme_public_id: str | None, public_id: str, condition: ColumnElement[bool]
) -> ConversationRow | None:
    results = (
        select(OpinionMap.id)
        .where(OpinionMap.activity_id == Activity.id, OpinionMap.published_at.is_not(None))
        .exists()
    )
    mapped = (
        select(func.max(OpinionMap.created_at))
        .where(OpinionMap.activity_id == Activity.id)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            Activity.id,
            Activity.public_id,
            Activity.title,
            Activity.about,
            Activity.prompt,
            Activity.opens_at,
            Activity.closes_at,
            Activity.published_at,
            Programme.id.label("programme_id"),
            Programme.public_id.label("programme_public_id"),
            Programme.name.label("programme"),
            Programme.question,
            Programme.published_at.label("programme_published_at"),
            Programme.closed_at.label("programme_closed_at"),
            func.coalesce(Conversation.takes_statements, true()).label("takes_statements"),
            results.label("has_results"),
            mapped.label("mapped_at"),
            utc_now().label("now"),
        )
        .join(Programme, Programme.id == Activity.programme_id)
        .outerjoin(Conversation, Conversation.activity_id == Activity.id)
        .where(
            true() if programme_public_id is None else Programme.public_id == programme_public_id,
            Activity.public_id == public_id,
            Activity.kind == ActivityKind.OPEN_CONVERSATION,
            condition,
        )
    ).one_or_none()
    if row is None:
        return None
    status = status_of(row.published_at, row.opens_at, row.closes_at, row.now)
    if row.programme_closed_at is not None and status is Status.OPEN:
        status = Status.CLOSED
    return ConversationRow(
        row.id,
        row.public_id,
        row.title,
        row.about,
        row.prompt or row.question,
        row.closes_at,
        row.programme_id,
        row.programme_public_id,
        row.programme,
        status,
        row.opens_at,
        bool(row.takes_statements),
        row.has_results,
        row.mapped_at,
    )


def participant_of(programme_id: int, voter: Voter) -> Some:
    """The query for the key of the participant that somebody is in a programme, if any."""
    own: Some = select(Participant.id).where(Participant.programme_id == programme_id)
    if voter.resident_id is not None:
        return own.join(ParticipantLink, ParticipantLink.participant_id == Participant.id).where(
            ParticipantLink.resident_id == voter.resident_id
        )
    return own.where(Participant.token_hash == token_hash(programme_id, voter.browser))


def token_hash(programme_id: int, browser: str) -> str:
    """What is stored of a browser's token in a programme."""
    return keyed_hash(f"participant of {programme_id}", browser)


@dataclass(frozen=True)
class OwnPlace:
    """Where somebody is in a conversation: how many statements they answered, and their group.

    ``map_id`` and ``group`` are of the latest map, empty where they are in none.
    """

    participant_id: int | None = None
    map_id: int | None = None
    group: int | None = None
    answered: int = 0


def own_place(conversation: ConversationRow, voter: Voter) -> OwnPlace:
    """Where somebody is in a conversation."""
    if not voter.is_known:
        return OwnPlace()
    answered = (
        with_contribution(select(func.count()))
        .join(Vote, Vote.statement_id == Statement.id)
        .where(
            Vote.participant_id == Participant.id,
            Statement.activity_id == conversation.id,
            votable,
        )
        .correlate(Participant)
        .scalar_subquery()
    )
    here = select(OpinionMap.id).where(OpinionMap.activity_id == conversation.id)
    row = db.session.execute(
        participant_of(conversation.programme_id, voter)
        .add_columns(MapPlace.opinion_map_id, MapPlace.opinion_group, answered)
        .outerjoin(
            MapPlace,
            and_(MapPlace.participant_id == Participant.id, MapPlace.opinion_map_id.in_(here)),
        )
        .order_by(MapPlace.opinion_map_id.desc())
    ).first()
    return OwnPlace(*row) if row else OwnPlace()


@dataclass(frozen=True)
class StatementToVote:
    """A statement as somebody votes on it; ``left`` counts those without a vote of theirs.

    ``translation`` into English was made by a person, where there is one.
    """

    public_id: str
    number: int
    text: str
    language: str
    translation: str
    is_seed: bool
    contribution: str | None
    left: int


def next_statement(
    conversation: ConversationRow, own: OwnPlace, voter: Voter, skipped: list[int]
) -> StatementToVote | None:
    """The statement to show next to somebody who has not voted on it.

    The fewest votes of one's own opinion group come first: those when the map was made, and all
    that came since. Then the fewest votes of all; then an order of one's own. Those numbered in
    ``skipped`` come last.
    """
    row = db.session.execute(choosing(conversation, own, voter, skipped)).first()
    return StatementToVote(*row) if row else None


def choosing(
    conversation: ConversationRow, own: OwnPlace, voter: Voter, skipped: list[int]
) -> Some:
    """The query behind ``next_statement``."""
    a, b = mixing(keyed_hash("order of statements", voter.browser or str(voter.resident_id)))
    votes = Statement.agree + Statement.disagree + Statement.passed
    mine = select(Vote.statement_id).where(Vote.participant_id == own.participant_id)
    order: list[ColumnElement[Any]] = [votes, (Statement.id * literal(a) + literal(b)) % PRIME]
    query = with_contribution(
        select(
            Statement.public_id,
            Statement.number,
            words,
            func.coalesce(Contribution.language, ""),
            func.coalesce(Contribution.translation, ""),
            Statement.contribution_id.is_(None),
            Contribution.public_id,
            func.count().over(),
        )
    ).where(Statement.activity_id == conversation.id, votable)
    if own.participant_id is not None:
        query = query.where(Statement.id.not_in(mine))
    if own.group is not None:
        query = query.outerjoin(
            GroupSeen,
            and_(
                GroupSeen.statement_id == Statement.id,
                GroupSeen.opinion_map_id == own.map_id,
                GroupSeen.opinion_group == own.group,
            ),
        )
        since = votes - func.coalesce(GroupSeen.seen_by_all, 0)
        order.insert(0, func.coalesce(GroupSeen.seen, 0) + since)
    if skipped:
        order.insert(0, Statement.number.in_(skipped))
    return query.order_by(*order).limit(1)


@dataclass(frozen=True)
class OwnVote:
    """A vote as the person sees it who gave it."""

    statement: str
    number: int
    text: str
    language: str
    stance: Stance


def own_votes(
    conversation: ConversationRow, voter: Voter, page: int, size: int
) -> tuple[list[OwnVote], int]:
    """One page of one's votes, the latest first (``page`` counts from 1), and how many there are.

    Votes on statements that nobody is shown any more are left out; they stay counted.
    """
    if not voter.is_known:
        return [], 0
    own = participant_of(conversation.programme_id, voter).scalar_subquery()
    rows: list[Any] = db.session.execute(  # type: ignore[assignment]
        with_contribution(
            select(
                Statement.public_id,
                Statement.number,
                words,
                func.coalesce(Contribution.language, ""),
                Vote.value,
                func.count().over(),
            )
        )
        .join(Vote, Vote.statement_id == Statement.id)
        .where(
            Vote.participant_id == own,
            Vote.value.is_not(None),
            Statement.activity_id == conversation.id,
            votable,
        )
        .order_by(Vote.given_at.desc(), Vote.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    total = rows[0][-1] if rows else 0
    votes = [[*columns, BY_VALUE[value]] for *columns, value, _ in rows]
    return [OwnVote(*vote) for vote in votes], total


def with_statements(activity_ids: list[int]) -> set[int]:
    """Which of these activities have statements to vote on."""
    if not activity_ids:
        return set()
    rows = db.session.scalars(
        with_contribution(select(Statement.activity_id))
        .where(Statement.activity_id.in_(activity_ids), votable)
        .distinct()
    )
    return set(rows)
