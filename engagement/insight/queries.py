"""Reads of themes and priorities, with their figures and quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engagement.contributions.models import Contribution
from engagement.contributions.rules import TO_BE_READ
from engagement.extensions import db
from engagement.insight.models import Analysis, Point, Priority, PriorityTheme, Theme


@dataclass(frozen=True)
class AnalysisRow:
    """The last run of the method over a corpus: the facts of its method card."""

    public_id: str
    run_public_id: str
    method: str
    version: str
    parameters: dict[str, Any]
    fingerprint: str
    contributions: int
    points: int
    placed: int
    created_at: datetime


def last_analysis(programme_id: int) -> AnalysisRow | None:
    """The last analysis of a programme's corpus."""
    row = db.session.execute(
        select(
            Analysis.public_id,
            Analysis.run_public_id,
            Analysis.method,
            Analysis.version,
            Analysis.parameters,
            Analysis.fingerprint,
            Analysis.contributions,
            Analysis.points,
            Analysis.placed,
            Analysis.created_at,
        )
        .where(Analysis.programme_id == programme_id)
        .order_by(Analysis.id.desc())
        .limit(1)
    ).one_or_none()
    columns: list[Any] = [*row] if row else []
    return AnalysisRow(*columns) if columns else None


@dataclass(frozen=True)
class Reach:
    """How much stands behind something: contributions, and the participants who made them.

    Of files that do not tell their respondents apart, each row counts as a participant.
    """

    contributions: int = 0
    participants: int = 0


@dataclass(frozen=True)
class ThemeRow:
    """A theme with all that was merged into it; ``title`` is its name, else the method's label."""

    id: int
    public_id: str
    label: str
    name: str
    reach: Reach
    merged: tuple[tuple[str, str], ...] = ()
    """Public id and title of each theme that was merged into it."""

    @property
    def title(self) -> str:
        """What the theme is called."""
        return self.name or self.label


def is_live() -> tuple[ColumnElement[bool], ...]:
    """Contributions that are there to be read."""
    return Contribution.state.in_(TO_BE_READ), Contribution.text.is_not(None)


def is_counted() -> tuple[ColumnElement[bool], ...]:
    """Contributions that count: those that are there to be read, and those of people who were
    erased since they were counted."""
    there = Contribution.text.is_not(None) | Contribution.erased_at.is_not(None)
    return Contribution.state.in_(TO_BE_READ), there


# The key of the theme that a theme is a part of, else its own.
whole_theme = func.coalesce(Theme.merged_into_id, Theme.id)


def find_theme(programme_id: int, public_id: str) -> ThemeRow | None:
    """One theme of a programme; of one that was merged, the theme that it is a part of."""
    whole = (
        select(whole_theme).where(Theme.programme_id == programme_id, Theme.public_id == public_id)
    ).scalar_subquery()
    found = _themes(whole_theme == whole)
    return found[0] if found else None


def list_themes(programme_id: int) -> list[ThemeRow]:
    """The themes of a programme, those that most contributions speak of first."""
    return _themes(Theme.programme_id == programme_id)


def theme_titles(programme_id: int) -> list[tuple[str, str]]:
    """Public id and title of each theme that stands for itself, by title."""
    title = func.coalesce(func.nullif(Theme.name, ""), Theme.label)
    rows = db.session.execute(
        select(Theme.public_id, title)
        .where(Theme.programme_id == programme_id, Theme.merged_into_id.is_(None))
        .order_by(title, Theme.id)
    )
    return [(row[0], row[1]) for row in rows]


def _themes(*conditions: ColumnElement[bool]) -> list[ThemeRow]:
    reach = {
        key: Reach(contributions, participants)
        for key, contributions, participants in db.session.execute(
            select(
                whole_theme,
                func.count(Contribution.id.distinct()),
                func.count(Contribution.participant_id.distinct()),
            )
            .select_from(Theme)
            .join(Point, Point.theme_id == Theme.id)
            .join(Contribution, Contribution.id == Point.contribution_id)
            .where(*conditions, *is_counted())
            .group_by(whole_theme)
        )
    }
    rows = db.session.execute(
        select(Theme.id, Theme.public_id, Theme.label, Theme.name, Theme.merged_into_id).where(
            *conditions
        )
    ).all()
    merged: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        if row.merged_into_id is not None:
            merged.setdefault(row.merged_into_id, []).append((row.public_id, row.name or row.label))
    themes = [
        ThemeRow(
            row.id,
            row.public_id,
            row.label,
            row.name,
            reach.get(row.id, Reach()),
            tuple(sorted(merged.get(row.id, ()), key=lambda pair: pair[1])),
        )
        for row in rows
        if row.merged_into_id is None
    ]
    return sorted(themes, key=lambda theme: (-theme.reach.contributions, theme.title))


@dataclass(frozen=True)
class PriorityRow:
    """A priority with the themes that it rests on and how many spoke of them.

    Whoever spoke of several of its themes counts once.
    """

    id: int
    public_id: str
    programme_id: int
    number: int
    title: str
    statement: str
    indicator: str
    indicator_place: str | None
    published_at: datetime | None
    reach: Reach = Reach()
    themes: tuple[ThemeRow, ...] = ()


_PRIORITY = (
    Priority.id,
    Priority.public_id,
    Priority.programme_id,
    Priority.number,
    Priority.title,
    Priority.statement,
    Priority.indicator,
    Priority.indicator_place,
    Priority.published_at,
)


def list_priorities(programme_id: int, *, published: bool = False) -> list[PriorityRow]:
    """The priorities of a programme by number; the ``published`` ones alone where only they may
    be seen."""
    return _priorities(
        Priority.programme_id == programme_id,
        *([Priority.published_at.is_not(None)] if published else []),
    )


def find_priority(programme_id: int, public_id: str) -> PriorityRow | None:
    """One priority of a programme."""
    found = _priorities(Priority.programme_id == programme_id, Priority.public_id == public_id)
    return found[0] if found else None


def priorities_of_theme(theme_id: int) -> list[PriorityRow]:
    """The published priorities that rest on a theme."""
    return _priorities(
        Priority.id.in_(
            select(PriorityTheme.priority_id).where(PriorityTheme.theme_id == theme_id)
        ),
        Priority.published_at.is_not(None),
    )


def _priorities(*conditions: ColumnElement[bool]) -> list[PriorityRow]:
    """Priorities in two questions: with their themes, and their figures."""
    rows = db.session.execute(
        select(*_PRIORITY, Theme.id, Theme.public_id, Theme.label, Theme.name)
        .outerjoin(PriorityTheme, PriorityTheme.priority_id == Priority.id)
        .outerjoin(Theme, Theme.id == PriorityTheme.theme_id)
        .where(*conditions)
        .order_by(Priority.number, Theme.id)
    ).all()
    reach = {
        key: Reach(contributions, participants)
        for key, contributions, participants in db.session.execute(
            select(
                PriorityTheme.priority_id,
                func.count(Contribution.id.distinct()),
                func.count(Contribution.participant_id.distinct()),
            )
            .join(Theme, whole_theme == PriorityTheme.theme_id)
            .join(Point, Point.theme_id == Theme.id)
            .join(Contribution, Contribution.id == Point.contribution_id)
            .where(PriorityTheme.priority_id.in_({row[0] for row in rows}), *is_counted())
            .group_by(PriorityTheme.priority_id)
        )
    }
    found = []
    for key, group in groupby(rows, key=lambda row: row[0]):
        same: list[Any] = list(group)
        columns: list[Any] = [
            *same[0][:-4],
            reach.get(key, Reach()),
            tuple(
                ThemeRow(theme, public_id, label, name, Reach())
                for *_, theme, public_id, label, name in same
                if theme is not None
            ),
        ]
        found.append(PriorityRow(*columns))
    return found
