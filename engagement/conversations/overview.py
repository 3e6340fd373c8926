"""Reads of conversations for those who run them, and of the maps that were made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engagement.contributions.models import Contribution
from engagement.contributions.rules import State
from engagement.conversations.models import OpinionMap, Statement
from engagement.conversations.queries import Some, votable, with_contribution, words
from engagement.extensions import db


@dataclass(frozen=True)
class StatementRow:
    """A statement as staff see it; ``text`` is empty where it may tell of harm or was taken back.

    ``shown``: whether people can vote on it now.
    """

    public_id: str
    number: int
    text: str
    language: str
    contribution: str | None
    state: State | None
    agree: int
    disagree: int
    passed: int
    hidden_reason: str
    hidden: bool
    shown: bool


def _for_staff() -> Some:
    unread = Contribution.state.in_([State.HELD, State.WITHDRAWN])
    return with_contribution(
        select(
            Statement.public_id,
            Statement.number,
            func.coalesce(func.nullif(words, ""), "").label("words"),
            func.coalesce(Contribution.language, "").label("language"),
            Contribution.public_id.label("contribution"),
            Contribution.state,
            Statement.agree,
            Statement.disagree,
            Statement.passed,
            Statement.hidden_reason,
            Statement.hidden_at.is_not(None).label("hidden"),
            votable.label("votable"),
            unread.label("unread"),
        )
    )


def _row(row: Any) -> StatementRow:
    columns: list[Any] = [*row]
    if columns.pop():  # held back, or taken back
        columns[2] = ""
    columns[-1] = bool(columns[-1])
    return StatementRow(*columns)


def list_statements(activity_id: int, page: int, size: int) -> tuple[list[StatementRow], int]:
    """One page of the statements of a conversation by number, and how many there are.

    Words that are held back or were taken back are not in it: moderators read them elsewhere.
    """
    rows = db.session.execute(
        _for_staff()
        .add_columns(func.count().over())
        .where(Statement.activity_id == activity_id)
        .order_by(Statement.number)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return [_row(row[:-1]) for row in rows], rows[0][-1] if rows else 0


def find_statement(activity_id: int, public_id: str) -> StatementRow | None:
    """One statement of a conversation, as staff see it."""
    row = db.session.execute(
        _for_staff().where(Statement.activity_id == activity_id, Statement.public_id == public_id)
    ).one_or_none()
    return _row(row) if row else None


@dataclass(frozen=True)
class Standing:
    """How a conversation stands: statements, those shown now, those that wait, and all votes."""

    statements: int
    shown: int
    waiting: int
    votes: int


_STANDING = (
    func.count(),
    func.count().filter(votable),
    func.count().filter(Contribution.state == State.HELD, Statement.hidden_at.is_(None)),
    func.coalesce(func.sum(Statement.agree + Statement.disagree + Statement.passed), 0),
)


def standing(activity_id: int) -> Standing:
    """How a conversation stands, from the statements alone."""
    row = db.session.execute(
        with_contribution(select(*_STANDING)).where(Statement.activity_id == activity_id)
    ).one()
    return Standing(*map(int, row))


@dataclass(frozen=True)
class ShownStatement:
    """A statement in results: its words, and the contribution that it is."""

    text: str
    language: str
    contribution: str | None


def shown_statements(activity_id: int, numbers: set[int]) -> dict[int, ShownStatement]:
    """The words of statements by their numbers, of those that may be read now."""
    if not numbers:
        return {}
    rows = db.session.execute(
        with_contribution(
            select(
                Statement.number,
                words,
                func.coalesce(Contribution.language, ""),
                Contribution.public_id,
            )
        ).where(Statement.activity_id == activity_id, Statement.number.in_(numbers), votable)
    )
    return {number: ShownStatement(*columns) for number, *columns in rows}


@dataclass(frozen=True)
class MapRow:
    """A map of opinions; ``shown`` holds its figures, see ``maps.what_pages_show``."""

    id: int
    public_id: str
    run: str
    method: str
    version: str
    fingerprint: str
    people: int
    statements: int
    votes: int
    groups: int
    stability: float | None
    shown: dict[str, Any]
    drawing: str
    created_at: datetime
    published_at: datetime | None
    told_at: datetime | None


_MAP = (
    OpinionMap.id,
    OpinionMap.public_id,
    OpinionMap.run_public_id,
    OpinionMap.method,
    OpinionMap.version,
    OpinionMap.fingerprint,
    OpinionMap.people,
    OpinionMap.statements,
    OpinionMap.votes,
    OpinionMap.groups,
    OpinionMap.stability,
    OpinionMap.shown,
    OpinionMap.drawing,
    OpinionMap.created_at,
    OpinionMap.published_at,
    OpinionMap.told_at,
)


def latest_map(activity_id: int, *, published: bool = False) -> MapRow | None:
    """The latest map of a conversation, or the latest that everyone may see."""
    query = select(*_MAP).where(OpinionMap.activity_id == activity_id)
    if published:
        query = query.where(OpinionMap.published_at.is_not(None))
    row = db.session.execute(query.order_by(OpinionMap.id.desc()).limit(1)).one_or_none()
    return MapRow(*row) if row else None


def standings(activity_ids: list[int]) -> dict[int, Standing]:
    """As ``standing``, for several conversations; those without statements are left out."""
    rows = db.session.execute(
        with_contribution(select(Statement.activity_id, *_STANDING))
        .where(Statement.activity_id.in_(activity_ids))
        .group_by(Statement.activity_id)
    )
    return {key: Standing(*map(int, figures)) for key, *figures in rows}
