"""Reads of drafts, paragraphs, links and responses: the chain, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engagement.extensions import db
from engagement.insight.models import Priority
from engagement.strategy.models import (
    Draft,
    DraftVersion,
    Paragraph,
    ParagraphLink,
    ParagraphText,
    Response,
)
from engagement.strategy.rules import Answer, Relation


@dataclass(frozen=True)
class DraftRow:
    """A draft with its newest version."""

    id: int
    public_id: str
    programme_id: int
    title: str
    version: int
    imported_at: datetime
    published_at: datetime | None


_newest = (
    select(DraftVersion.draft_id, func.max(DraftVersion.number).label("number"))
    .group_by(DraftVersion.draft_id)
    .subquery()
)


def list_drafts(programme_id: int, *, published: bool = False) -> list[DraftRow]:
    """The drafts of a programme, the newest first."""
    conditions = [Draft.programme_id == programme_id]
    if published:
        conditions.append(Draft.published_at.is_not(None))
    return _drafts(*conditions)


def find_draft(programme_id: int, public_id: str) -> DraftRow | None:
    """One draft of a programme."""
    found = _drafts(Draft.programme_id == programme_id, Draft.public_id == public_id)
    return found[0] if found else None


def _drafts(*conditions: ColumnElement[bool]) -> list[DraftRow]:
    rows = db.session.execute(
        select(
            Draft.id,
            Draft.public_id,
            Draft.programme_id,
            Draft.title,
            DraftVersion.number,
            DraftVersion.created_at,
            Draft.published_at,
        )
        .join(_newest, _newest.c.draft_id == Draft.id)
        .join(
            DraftVersion,
            (DraftVersion.draft_id == Draft.id) & (DraftVersion.number == _newest.c.number),
        )
        .where(*conditions)
        .order_by(Draft.created_at.desc(), Draft.id.desc())
    )
    columns: list[list[Any]] = [[*row] for row in rows]
    return [DraftRow(*line) for line in columns]


@dataclass(frozen=True)
class LinkRow:
    """A link seen from a paragraph: the priority, and what the paragraph does with it."""

    relation: Relation
    suggested: bool
    priority_public_id: str
    number: int
    title: str
    published_at: datetime | None
    answer: Answer | None


@dataclass(frozen=True)
class ParagraphRow:
    """A paragraph as the newest version of its draft has it, with its links."""

    id: int
    public_id: str
    draft_id: int
    reference: str
    heading: str
    text: str
    version: int
    links: tuple[LinkRow, ...] = ()


def paragraphs_of(draft: DraftRow) -> list[ParagraphRow]:
    """The paragraphs of a draft's newest version, in their order, with all links."""
    return _paragraphs(Paragraph.draft_id == draft.id, DraftVersion.number == draft.version)


def paragraphs_of_programme(programme_id: int) -> list[ParagraphRow]:
    """The paragraphs of the newest version of every draft of a programme."""
    return _paragraphs(Draft.programme_id == programme_id, DraftVersion.number == _newest.c.number)


def find_paragraph(
    programme_id: int, public_id: str, *, published: bool = False
) -> tuple[DraftRow, ParagraphRow] | None:
    """A paragraph, with its draft, as the last version that holds it has it."""
    row = db.session.execute(
        select(ParagraphText.version_id, Draft.public_id, Draft.programme_id)
        .join(Paragraph, Paragraph.id == ParagraphText.paragraph_id)
        .join(Draft, Draft.id == Paragraph.draft_id)
        .where(
            Paragraph.public_id == public_id,
            Draft.programme_id == programme_id,
            *([Draft.published_at.is_not(None)] if published else []),
        )
        .order_by(ParagraphText.version_id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    draft = find_draft(row.programme_id, row[1])
    (found,) = _paragraphs(
        Paragraph.public_id == public_id, ParagraphText.version_id == row.version_id
    )
    assert draft is not None
    return draft, found


def _paragraphs(*conditions: ColumnElement[bool]) -> list[ParagraphRow]:
    rows = db.session.execute(
        select(
            Paragraph.id,
            Paragraph.public_id,
            Paragraph.draft_id,
            ParagraphText.reference,
            ParagraphText.heading,
            ParagraphText.text,
            DraftVersion.number,
        )
        .join(ParagraphText, ParagraphText.paragraph_id == Paragraph.id)
        .join(DraftVersion, DraftVersion.id == ParagraphText.version_id)
        .join(Draft, Draft.id == Paragraph.draft_id)
        .join(_newest, _newest.c.draft_id == Draft.id)
        .where(*conditions)
        .order_by(Draft.id, ParagraphText.place)
    ).all()
    links = _links([row.id for row in rows])
    found = []
    for row in rows:
        columns: list[Any] = [*row, tuple(links.get(row.id, ()))]
        found.append(ParagraphRow(*columns))
    return found


def _links(paragraphs: Sequence[int]) -> dict[int, list[LinkRow]]:
    rows = db.session.execute(
        select(
            ParagraphLink.paragraph_id,
            ParagraphLink.relation,
            ParagraphLink.suggested,
            Priority.public_id,
            Priority.number,
            Priority.title,
            Priority.published_at,
            Response.answer,
        )
        .join(Priority, Priority.id == ParagraphLink.priority_id)
        .outerjoin(Response, Response.priority_id == Priority.id)
        .where(ParagraphLink.paragraph_id.in_(paragraphs))
        .order_by(Priority.number)
    )
    links: dict[int, list[LinkRow]] = {}
    for paragraph, *columns in rows:
        values: list[Any] = columns
        links.setdefault(paragraph, []).append(LinkRow(*values))
    return links


@dataclass(frozen=True)
class UseRow:
    """A link seen from a priority: the paragraph, where it stands, and what it does."""

    relation: Relation
    suggested: bool
    paragraph_public_id: str
    reference: str
    heading: str
    text: str
    draft_title: str
    draft_public_id: str
    draft_published_at: datetime | None
    version: int


def uses_of(priority_ids: Sequence[int], *, published: bool = False) -> dict[int, list[UseRow]]:
    """The paragraphs linked to each priority by key, as the last version that holds them."""
    latest = (
        select(ParagraphText.paragraph_id, func.max(ParagraphText.version_id).label("version"))
        .group_by(ParagraphText.paragraph_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            ParagraphLink.priority_id,
            ParagraphLink.relation,
            ParagraphLink.suggested,
            Paragraph.public_id,
            ParagraphText.reference,
            ParagraphText.heading,
            ParagraphText.text,
            Draft.title,
            Draft.public_id,
            Draft.published_at,
            DraftVersion.number,
        )
        .join(Paragraph, Paragraph.id == ParagraphLink.paragraph_id)
        .join(latest, latest.c.paragraph_id == Paragraph.id)
        .join(
            ParagraphText,
            (ParagraphText.paragraph_id == Paragraph.id)
            & (ParagraphText.version_id == latest.c.version),
        )
        .join(DraftVersion, DraftVersion.id == ParagraphText.version_id)
        .join(Draft, Draft.id == Paragraph.draft_id)
        .where(
            ParagraphLink.priority_id.in_(priority_ids),
            *([Draft.published_at.is_not(None)] if published else []),
        )
        .order_by(Draft.id, ParagraphText.place)
    )
    uses: dict[int, list[UseRow]] = {}
    for priority, *columns in rows:
        values: list[Any] = columns
        uses.setdefault(priority, []).append(UseRow(*values))
    return uses


@dataclass(frozen=True)
class ResponseRow:
    """The answer to a priority."""

    answer: Answer
    reason: str
    owner: str
    due_on: date | None
    progress: str
    created_at: datetime
    changed_at: datetime


def responses_to(priority_ids: Sequence[int]) -> dict[int, ResponseRow]:
    """The answers to these priorities by key."""
    rows = db.session.execute(
        select(
            Response.priority_id,
            Response.answer,
            Response.reason,
            Response.owner,
            Response.due_on,
            Response.progress,
            Response.created_at,
            Response.changed_at,
        ).where(Response.priority_id.in_(priority_ids))
    )
    found: dict[int, ResponseRow] = {}
    for priority, *columns in rows:
        values: list[Any] = columns
        found[priority] = ResponseRow(*values)
    return found
