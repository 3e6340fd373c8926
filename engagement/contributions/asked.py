"""Questions that are answered in public: contributions, each with its answer beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from engagement.contributions.models import Contribution
from engagement.contributions.queries import readable
from engagement.contributions.rules import TO_BE_READ, State
from engagement.database import clock
from engagement.database.columns import BigKey, Key, Moment, PublicId, impersonal
from engagement.extensions import db


class Asked:
    """The columns of a question that is a contribution, and of the answer to it.

    ``with_id`` is the question of the same table that it is answered together with.
    """

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contribution_id: Mapped[int] = mapped_column(BigKey)
    with_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    answer: Mapped[str] = impersonal(default="")
    answered_by: Mapped[str] = impersonal(default="")
    answered_at: Mapped[Moment | None] = mapped_column()


@dataclass(frozen=True)
class QuestionRow:
    """A question, with the answer that it got, by itself or together with others."""

    public_id: str
    text: str
    state: State
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Answered:
    """Questions that are answered together: the first that is shown, and others with its answer."""

    first: QuestionRow
    others: tuple[QuestionRow, ...] = ()


def questions_in(
    table: type[Asked], *conditions: ColumnElement[bool], shown_only: bool = False
) -> list[Answered]:
    """Questions in the order in which they came, those answered together as one.

    With ``shown_only`` those alone that everybody may read.
    """
    first: Any = aliased(table)
    shown = [Contribution.state.in_(TO_BE_READ)] if shown_only else []
    rows: Any = db.session.execute(
        select(
            first.id,
            table.public_id,
            Contribution.text,
            Contribution.state,
            first.answer,
            first.answered_by,
            first.answered_at,
        )
        .join(first, first.id == func.coalesce(table.with_id, table.id))
        .join(Contribution, Contribution.id == table.contribution_id)
        .where(*conditions, readable, *shown)
        .order_by(first.id, table.with_id.is_not(None), table.id)
    )
    groups: dict[int, list[QuestionRow]] = {}
    for group, *question in rows:
        groups.setdefault(group, []).append(QuestionRow(*question))
    return [Answered(rows[0], tuple(rows[1:])) for rows in groups.values()]


def put_question(question: Asked) -> None:
    """Keep a question, unless its contribution is one already, as when it was sent twice."""
    table = type(question)
    known = select(table.id).where(table.contribution_id == question.contribution_id)
    if db.session.scalar(known) is None:
        db.session.add(question)


def answer_question(question: Asked, words: str, answered_by: str) -> None:
    """Answer a question, and those that are answered together with it."""
    row = first_of(question)
    row.answer, row.answered_by = words.strip(), answered_by.strip()
    row.answered_at = clock.now()


def answer_together(question: Asked, first: Asked | None) -> None:
    """Answer a question, and those that are answered together with it, with another one that is
    first of its own; ``None``, by itself again. An answer that one of them had is the answer of
    all, and stays with each that is parted."""
    if first is None:
        _answer_as(question, first_of(question))
        question.with_id = None
        return
    table = type(question)
    for one in db.session.scalars(select(table).where(table.with_id == question.id)):
        one.with_id = first.id
    _answer_as(first, question)
    question.with_id = first.id


def _answer_as(question: Asked, other: Asked) -> None:
    """Give a question that has no answer that of another one."""
    if not question.answer:
        question.answer, question.answered_by = other.answer, other.answered_by
        question.answered_at = other.answered_at


def first_of(question: Asked) -> Asked:
    """The question that holds the answer of those that are answered together."""
    if question.with_id is None:
        return question
    return db.session.get_one(type(question), question.with_id)
