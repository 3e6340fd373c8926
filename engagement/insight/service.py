"""Use cases of insight: finding themes, naming and merging them, making priorities of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from engagement.audit.service import record
from engagement.contributions.followers import follow_redactions
from engagement.contributions.models import Contribution
from engagement.contributions.queries import in_corpus
from engagement.contributions.rules import OF_RESIDENTS
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.insight.errors import (
    CannotMergeIntoItself,
    PriorityNeedsThemes,
    UnknownPriority,
    UnknownTheme,
)
from engagement.insight.models import Analysis, Point, Priority, PriorityTheme, Theme
from engagement.methods.disclosure.redaction import Cut, moved
from engagement.methods.themes import find_themes, match_themes, split_points
from engagement.programmes.models import Programme
from engagement.programmes.service import Visible, programme_of
from engagement.runs.service import request_run

NAME_LENGTH = 200


@transactional
def request_themes(visible: Visible, programme_public_id: str) -> str:
    """Ask for the themes of a programme's corpus; returns the public id of the run.

    Raises ``UnknownProgramme``.
    """
    programme = programme_of(visible, programme_public_id)
    return request_run("themes", {"programme": programme.public_id})


PointKey = tuple[int, int]
"""A point's contribution and where it begins in it."""


@dataclass(frozen=True)
class FoundThemes:
    """What the method found, before it is kept.

    ``points`` are (contribution, start, end, place of its theme or -1, closeness); ``labels`` and
    ``known`` have a row for each theme: its label, and the key of the earlier theme that it is.
    """

    programme_id: int
    contributions: int
    method: Any
    labels: list[str]
    known: list[int | None]
    points: list[tuple[int, int, int, int, float]]


def find_themes_of(programme_public_id: str, checkpoint: Callable[[], None]) -> FoundThemes:
    """Group all that residents said in a programme; reads and reckons, writes nothing.

    Raises ``TooFewPoints`` or ``NothingInCommon`` where there is too little to group.
    """
    programme_id = db.session.scalars(
        select(Programme.id).where(Programme.public_id == programme_public_id)
    ).one()
    # In an order that does not depend on when each came.
    corpus = db.session.execute(
        select(Contribution.id, Contribution.text)
        .where(*in_corpus(programme_id), Contribution.speaker.in_(OF_RESIDENTS))
        .order_by(Contribution.public_id)
    ).all()
    spans = [(key, text, span) for key, text in corpus for span in split_points(text or "")]
    passages = [(text or "")[span.start : span.end] for _, text, span in spans]
    themes = find_themes(passages, checkpoint=checkpoint)
    # Kept in an order that only the words decide, so that quotes of equal rank come the same.
    order = sorted(
        range(len(passages)), key=lambda place: (-themes.closeness[place], passages[place])
    )
    keys: list[PointKey] = [(key, span.start) for key, _, span in spans]
    after = [{keys[place] for place in theme.order} for theme in themes.themes]
    return FoundThemes(
        programme_id,
        len(corpus),
        themes.method,
        [", ".join(theme.label) for theme in themes.themes],
        match_themes(_points_before(programme_id), after),
        [
            (
                spans[place][0],
                spans[place][2].start,
                spans[place][2].end,
                int(themes.assignment[place]),
                float(themes.closeness[place]),
            )
            for place in order
        ],
    )


def _points_before(programme_id: int) -> dict[int, set[PointKey]]:
    before: dict[int, set[PointKey]] = {}
    rows = db.session.execute(
        select(Point.theme_id, Point.contribution_id, Point.start)
        .join(Theme, Theme.id == Point.theme_id)
        .where(Theme.programme_id == programme_id)
    )
    for theme, contribution, start in rows:
        if theme is not None:
            before.setdefault(theme, set()).add((contribution, start))
    return before


@transactional
def keep_themes(run_public_id: str, found: FoundThemes) -> dict[str, Any]:
    """Put what the method found in the place of what the last run found; returns its figures.

    A theme that is known again keeps its id, its name and what it was merged into. One that is
    not found any more goes, unless somebody named it or a priority rests on it.
    """
    programme_id = found.programme_id
    placed = sum(theme >= 0 for *_, theme, _ in found.points)
    analysis = Analysis(
        programme_id=programme_id,
        run_public_id=run_public_id,
        method=found.method.name,
        version=found.method.version,
        parameters={
            **found.method.parameters,
            "explained variance": found.method.explained_variance,
        },
        fingerprint=found.method.fingerprint,
        contributions=found.contributions,
        points=len(found.points),
        placed=placed,
    )
    db.session.add(analysis)
    db.session.flush()
    keys = [
        _kept_theme(programme_id, known, label)
        for known, label in zip(found.known, found.labels, strict=True)
    ]
    earlier = select(Analysis.id).where(
        Analysis.programme_id == programme_id, Analysis.id != analysis.id
    )
    db.session.execute(
        delete(Point).where(Point.analysis_id.in_(earlier)), execution_options=_IN_DATABASE
    )
    db.session.add_all(
        Point(
            analysis_id=analysis.id,
            contribution_id=contribution,
            theme_id=keys[theme] if theme >= 0 else None,
            start=start,
            end=end,
            closeness=closeness,
        )
        for contribution, start, end, theme, closeness in found.points
    )
    db.session.flush()
    _forget_themes(programme_id, keys)
    figures = {
        "contributions": found.contributions,
        "points": len(found.points),
        "placed": placed,
        "themes": len(keys),
        "fingerprint": found.method.fingerprint,
    }
    record("themes.found", "analysis", analysis.public_id, facts=figures)
    return figures


_IN_DATABASE = {"synchronize_session": False}


def _kept_theme(programme_id: int, known: int | None, label: str) -> int:
    if known is not None:
        db.session.execute(
            update(Theme).where(Theme.id == known).values(label=label),
            execution_options=_IN_DATABASE,
        )
        return known
    theme = Theme(programme_id=programme_id, label=label)
    db.session.add(theme)
    db.session.flush()
    return theme.id


def _forget_themes(programme_id: int, found: Sequence[int]) -> None:
    """Delete the themes that were not found again, unless people have worked on them."""
    used = select(PriorityTheme.theme_id)
    merged = select(Theme.merged_into_id).where(Theme.merged_into_id.is_not(None))
    db.session.execute(
        delete(Theme).where(
            Theme.programme_id == programme_id,
            Theme.id.not_in(found),
            Theme.name == "",
            Theme.merged_into_id.is_(None),
            Theme.id.not_in(used),
            Theme.id.not_in(merged),
        ),
        execution_options=_IN_DATABASE,
    )


def _theme(programme_id: int, public_id: str) -> Theme:
    theme = db.session.scalars(
        select(Theme).where(Theme.programme_id == programme_id, Theme.public_id == public_id)
    ).one_or_none()
    if theme is None:
        raise UnknownTheme(public_id)
    return theme


@transactional
def rename_theme(visible: Visible, programme_public_id: str, public_id: str, name: str) -> None:
    """Give a theme a name that stays; an empty one brings the method's label back.

    Raises ``UnknownProgramme`` or ``UnknownTheme``.
    """
    programme = programme_of(visible, programme_public_id)
    theme = _theme(programme.id, public_id)
    name = " ".join(name.split())[:NAME_LENGTH]
    if name == theme.name:
        return
    record("theme.renamed", "theme", public_id, facts={"before": theme.name, "after": name})
    theme.name = name


@transactional
def merge_themes(visible: Visible, programme_public_id: str, public_id: str, into: str) -> None:
    """Make one theme a part of another, with all that was merged into it before.

    Raises ``UnknownProgramme``, ``UnknownTheme`` or ``CannotMergeIntoItself``.
    """
    programme = programme_of(visible, programme_public_id)
    theme, target = _theme(programme.id, public_id), _theme(programme.id, into)
    whole = target.merged_into_id or target.id
    if whole == theme.id:
        raise CannotMergeIntoItself
    db.session.execute(
        update(Theme)
        .where((Theme.id == theme.id) | (Theme.merged_into_id == theme.id))
        .values(merged_into_id=whole)
    )
    # What rested on the one rests on the whole.
    there = select(PriorityTheme.priority_id).where(PriorityTheme.theme_id == whole)
    db.session.execute(
        delete(PriorityTheme).where(
            PriorityTheme.theme_id == theme.id, PriorityTheme.priority_id.in_(there)
        ),
        execution_options=_IN_DATABASE,
    )
    db.session.execute(
        update(PriorityTheme).where(PriorityTheme.theme_id == theme.id).values(theme_id=whole),
        execution_options=_IN_DATABASE,
    )
    record("theme.merged", "theme", public_id, facts={"into": into})


@transactional
def take_apart(visible: Visible, programme_public_id: str, public_id: str) -> None:
    """Make a theme that was merged into another stand for itself again.

    Raises ``UnknownProgramme`` or ``UnknownTheme``.
    """
    programme = programme_of(visible, programme_public_id)
    theme = _theme(programme.id, public_id)
    if theme.merged_into_id is None:
        return
    theme.merged_into_id = None
    record("theme.taken apart", "theme", public_id)


@dataclass(frozen=True)
class PriorityPlan:
    """What a priority says and rests on: ``themes`` are public ids.

    ``indicator`` names a published figure, ``indicator_place`` the code of the place it is for.
    """

    title: str
    statement: str
    themes: Sequence[str]
    indicator: str = ""
    indicator_place: str | None = None


@transactional
def make_priority(visible: Visible, programme_public_id: str, plan: PriorityPlan) -> str:
    """Put a priority forward; returns its public id.

    Raises ``UnknownProgramme``, ``UnknownTheme`` or ``PriorityNeedsThemes``.
    """
    programme = programme_of(visible, programme_public_id)
    last = db.session.scalar(
        select(func.max(Priority.number)).where(Priority.programme_id == programme.id)
    )
    priority = Priority(programme_id=programme.id, number=(last or 0) + 1, title="")
    _plan(priority, plan)
    record(
        "priority.made",
        "priority",
        priority.public_id,
        facts={"programme": programme_public_id, "title": plan.title, "themes": [*plan.themes]},
    )
    return priority.public_id


@transactional
def change_priority(
    visible: Visible, programme_public_id: str, public_id: str, plan: PriorityPlan
) -> None:
    """Change what a priority says and rests on.

    Raises ``UnknownProgramme``, ``UnknownPriority``, ``UnknownTheme`` or ``PriorityNeedsThemes``.
    """
    priority = priority_of(visible, programme_public_id, public_id)
    before = {"title": priority.title, "statement": priority.statement}
    _plan(priority, plan)
    record(
        "priority.changed",
        "priority",
        public_id,
        facts={"before": before, "title": plan.title, "themes": [*plan.themes]},
    )


def _plan(priority: Priority, plan: PriorityPlan) -> None:
    if not plan.themes:
        raise PriorityNeedsThemes
    themes = {
        _theme(priority.programme_id, theme).merged_into_id
        or _theme(priority.programme_id, theme).id
        for theme in plan.themes
    }
    priority.title, priority.statement = plan.title.strip(), plan.statement.strip()
    priority.indicator = plan.indicator
    priority.indicator_place = plan.indicator_place if plan.indicator else None
    db.session.add(priority)
    db.session.flush()
    db.session.execute(
        delete(PriorityTheme).where(PriorityTheme.priority_id == priority.id),
        execution_options=_IN_DATABASE,
    )
    db.session.add_all(
        PriorityTheme(priority_id=priority.id, theme_id=theme) for theme in sorted(themes)
    )
    db.session.flush()


def priority_of(visible: Visible, programme_public_id: str, public_id: str) -> Priority:
    """The priority, to change it or to answer it.

    Raises ``UnknownProgramme`` or ``UnknownPriority``.
    """
    programme = programme_of(visible, programme_public_id)
    priority = db.session.scalars(
        select(Priority).where(
            Priority.programme_id == programme.id, Priority.public_id == public_id
        )
    ).one_or_none()
    if priority is None:
        raise UnknownPriority(public_id)
    return priority


@transactional
def publish_priority(visible: Visible, programme_public_id: str, public_id: str) -> None:
    """Show a priority to everyone, with its themes and quotes.

    Raises ``UnknownProgramme`` or ``UnknownPriority``.
    """
    priority = priority_of(visible, programme_public_id, public_id)
    if priority.published_at is None:
        priority.published_at = clock.now()
        record("priority.published", "priority", public_id)


def _move_points(contribution_id: int, cuts: Sequence[Cut]) -> None:
    """Let the points of a contribution stand where they stood, after passages were taken out."""
    points = select(Point).where(Point.contribution_id == contribution_id)
    for point in db.session.scalars(points):
        point.start, point.end = moved(point.start, cuts), moved(point.end, cuts, is_end=True)


follow_redactions("points", _move_points)
