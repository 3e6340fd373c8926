"""Reads of what people said under a theme: quotes, passages, the evidence of a priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel
from engagement.extensions import db
from engagement.insight.models import Point, Priority, PriorityTheme, Theme
from engagement.insight.queries import is_live, whole_theme

SHORTEST_QUOTE, LONGEST_QUOTE = 20, 600
"""Characters of a passage that is shown as a quote."""


@dataclass(frozen=True)
class Quote:
    """A passage of what somebody said, with what may be told beside it."""

    contribution: str
    words: str
    said_on: date
    channel: Channel
    theme: int


def quotes_of(themes: Sequence[int], each: int) -> dict[int, list[Quote]]:
    """Up to ``each`` quotes for every theme by key, the most central first.

    Only words that may be quoted, each once, none too short or too long to say something.
    """
    rank = (
        func.row_number()
        .over(partition_by=whole_theme, order_by=(Point.closeness.desc(), Point.id))
        .label("rank")
    )
    length = Point.end - Point.start
    near = (
        select(
            whole_theme.label("theme"),
            Point.contribution_id,
            Point.start,
            Point.end,
            rank,
        )
        .select_from(Theme)
        .join(Point, Point.theme_id == Theme.id)
        .join(Contribution, Contribution.id == Point.contribution_id)
        .where(
            whole_theme.in_(themes),
            Contribution.may_quote,
            *is_live(),
            length.between(SHORTEST_QUOTE, LONGEST_QUOTE),
        )
        .subquery()
    )
    rows = db.session.execute(
        select(
            near.c.theme,
            near.c.start,
            near.c.end,
            Contribution.public_id,
            Contribution.text,
            Contribution.said_on,
            Contribution.channel,
        )
        .join(near, near.c.contribution_id == Contribution.id)
        .where(near.c.rank <= 3 * each)
        .order_by(near.c.theme, near.c.rank)
    )
    quotes: dict[int, list[Quote]] = {}
    for row in rows:
        held = quotes.setdefault(row.theme, [])
        quote = Quote(
            row.public_id, row.text[row.start : row.end], row.said_on, row.channel, row.theme
        )
        told = {(one.words.casefold()) for one in held}
        if len(held) < each and quote.words.casefold() not in told:
            held.append(quote)
    return quotes


@dataclass(frozen=True)
class Passage:
    """A passage under a theme, as those who make sense of it see it."""

    words: str
    said_on: date
    may_quote: bool


def passages_of(theme_id: int, most: int) -> list[Passage]:
    """The most central passages under a theme and what was merged into it, each once."""
    rows = db.session.execute(
        select(
            Contribution.text,
            Point.start,
            Point.end,
            Contribution.said_on,
            Contribution.may_quote,
        )
        .select_from(Theme)
        .join(Point, Point.theme_id == Theme.id)
        .join(Contribution, Contribution.id == Point.contribution_id)
        .where(whole_theme == theme_id, *is_live())
        .order_by(Point.closeness.desc(), Point.id)
        .limit(3 * most)
    )
    found: dict[str, Passage] = {}
    for text, start, end, said_on, may_quote in rows:
        words = (text or "")[start:end]
        found.setdefault(words.casefold(), Passage(words, said_on, may_quote))
    return list(found.values())[:most]


@dataclass(frozen=True)
class SaidPoint:
    """A passage of one contribution and the theme that it is under, if any."""

    words: str
    theme_public_id: str | None
    theme: str


@dataclass(frozen=True)
class SaidRow:
    """One contribution that may be quoted, as its passages and their themes."""

    public_id: str
    said_on: date
    channel: Channel
    prompt: str
    language: str
    translation: str | None
    programme_id: int
    points: tuple[SaidPoint, ...]


def find_said(programme_id: int, public_id: str) -> SaidRow | None:
    """A contribution that may be quoted, with the themes of its passages.

    A theme is named where a published priority rests on it; the others are nobody's to see yet.
    """
    whole = aliased(Theme)
    shown = (
        select(PriorityTheme.theme_id)
        .join(Priority, Priority.id == PriorityTheme.priority_id)
        .where(Priority.published_at.is_not(None))
    )
    rows = db.session.execute(
        select(
            Contribution.public_id,
            Contribution.said_on,
            Contribution.channel,
            Contribution.prompt,
            Contribution.language,
            Contribution.translation,
            Contribution.programme_id,
            Contribution.text,
            Point.start,
            Point.end,
            whole.public_id,
            whole.name,
            whole.label,
        )
        .join(Point, Point.contribution_id == Contribution.id)
        .outerjoin(Theme, Theme.id == Point.theme_id)
        .outerjoin(whole, (whole.id == whole_theme) & whole.id.in_(shown))
        .where(
            Contribution.programme_id == programme_id,
            Contribution.public_id == public_id,
            Contribution.may_quote,
            *is_live(),
        )
        .order_by(Point.start)
    ).all()
    if not rows:
        return None
    points = tuple(
        SaidPoint(text[start:end], theme, name or label or "")
        for *_, text, start, end, theme, name, label in map(tuple, rows)
    )
    columns: list[Any] = [*tuple(rows[0])[:7], points]
    return SaidRow(*columns)


def with_a_page(programme_id: int, public_ids: Sequence[str]) -> set[str]:
    """Which of these contributions everyone can look up, as ``find_said`` finds them."""
    rows = db.session.scalars(
        select(Contribution.public_id)
        .join(Point, Point.contribution_id == Contribution.id)
        .where(
            Contribution.programme_id == programme_id,
            Contribution.public_id.in_(public_ids),
            Contribution.may_quote,
            *is_live(),
        )
        .distinct()
    )
    return set(rows)


@dataclass(frozen=True)
class EvidenceRow:
    """A passage that a priority rests on; its words are empty where they may not be quoted."""

    contribution: str
    words: str
    said_on: date
    channel: Channel
    theme: str


def evidence_of(priority_id: int) -> list[EvidenceRow]:
    """Every passage under the themes of a priority, the most central of each theme first."""
    whole = aliased(Theme)
    rows = db.session.execute(
        select(
            Contribution.public_id,
            Contribution.text,
            Contribution.may_quote,
            Point.start,
            Point.end,
            Contribution.said_on,
            Contribution.channel,
            whole.name,
            whole.label,
        )
        .select_from(PriorityTheme)
        .join(Theme, whole_theme == PriorityTheme.theme_id)
        .join(whole, whole.id == PriorityTheme.theme_id)
        .join(Point, Point.theme_id == Theme.id)
        .join(Contribution, Contribution.id == Point.contribution_id)
        .where(PriorityTheme.priority_id == priority_id, *is_live())
        .order_by(whole.id, Point.closeness.desc(), Contribution.public_id)
    )
    return [
        EvidenceRow(
            row.public_id,
            row.text[row.start : row.end] if row.may_quote and row.text else "",
            row.said_on,
            row.channel,
            row.name or row.label,
        )
        for row in rows
    ]
