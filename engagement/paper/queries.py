"""Reads of forms on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engagement.accounts.models import Staff
from engagement.extensions import db
from engagement.paper.models import PaperBatch, PaperEntry, PaperForm
from engagement.paper.rules import FormState, Typed
from engagement.programmes.models import Activity


@dataclass(frozen=True)
class BatchRow:
    """A batch of forms, and how many of them stand where."""

    public_id: str
    activity_id: int
    activity_title: str
    made_at: datetime
    states: dict[FormState, int]

    @property
    def forms(self) -> int:
        """How many forms it has."""
        return sum(self.states.values())


def batches_of(programme_id: int) -> list[BatchRow]:
    """The batches of a programme, the newest first."""
    rows = db.session.execute(
        select(
            PaperBatch.public_id,
            Activity.id,
            Activity.title,
            PaperBatch.created_at,
            PaperForm.state,
            func.count(),
        )
        .join(Activity, Activity.id == PaperBatch.activity_id)
        .join(PaperForm, PaperForm.batch_id == PaperBatch.id)
        .where(Activity.programme_id == programme_id)
        .group_by(PaperBatch.id, Activity.id, Activity.title, PaperForm.state)
        .order_by(PaperBatch.id.desc())
    )
    found: dict[str, BatchRow] = {}
    for key, activity, title, made_at, state, count in rows:
        batch = found.setdefault(key, BatchRow(key, activity, title, made_at, {}))
        batch.states[state] = count
    return list(found.values())


def codes_of(programme_id: int, batch: str) -> list[tuple[int, str]]:
    """The numbers and codes of a batch's forms, in their order; empty where there is no such."""
    rows = db.session.execute(
        select(PaperForm.number, PaperForm.code)
        .join(PaperBatch, PaperBatch.id == PaperForm.batch_id)
        .join(Activity, Activity.id == PaperBatch.activity_id)
        .where(Activity.programme_id == programme_id, PaperBatch.public_id == batch)
        .order_by(PaperForm.number)
    )
    return [(row.number, row.code) for row in rows]


@dataclass(frozen=True)
class FormRow:
    """A form that waits: for a second person, or for somebody who decides."""

    public_id: str
    number: int
    code: str
    state: FormState
    typed_by: str | None


def waiting_forms(programme_id: int, limit: int = 200) -> list[FormRow]:
    """Forms that were typed once, or twice and differently; with who typed them first."""
    rows = db.session.execute(
        select(PaperForm.public_id, PaperForm.number, PaperForm.code, PaperForm.state, Staff.name)
        .join(PaperBatch, PaperBatch.id == PaperForm.batch_id)
        .join(Activity, Activity.id == PaperBatch.activity_id)
        .join(PaperEntry, (PaperEntry.form_id == PaperForm.id) & (PaperEntry.turn == 1))
        .outerjoin(Staff, Staff.public_id == PaperEntry.typed_by)
        .where(
            Activity.programme_id == programme_id,
            PaperForm.state.in_((FormState.TYPED_ONCE, FormState.TYPED_TWICE)),
        )
        .order_by(PaperForm.state.desc(), PaperForm.returned_at, PaperForm.id)
        .limit(limit)
    )
    columns: list[list[Any]] = [[*row] for row in rows]
    return [FormRow(*line) for line in columns]


@dataclass(frozen=True)
class Mismatch:
    """What two people typed of one form, and who they are."""

    code: str
    first: Typed
    second: Typed
    first_by: str
    second_by: str


def find_mismatch(programme_id: int, form: str) -> Mismatch | None:
    """What was typed of a form that waits for somebody who decides."""
    rows = db.session.execute(
        select(PaperForm.code, PaperEntry, Staff.name)
        .join(PaperEntry, PaperEntry.form_id == PaperForm.id)
        .join(PaperBatch, PaperBatch.id == PaperForm.batch_id)
        .join(Activity, Activity.id == PaperBatch.activity_id)
        .outerjoin(Staff, Staff.public_id == PaperEntry.typed_by)
        .where(
            Activity.programme_id == programme_id,
            PaperForm.public_id == form,
            PaperForm.state == FormState.TYPED_TWICE,
        )
        .order_by(PaperEntry.turn)
    ).all()
    if len(rows) != 2:
        return None
    first, second = (
        Typed(one.outcome, one.words, one.place, one.speaker, one.may_quote, one.said_on)
        for _code, one, _name in rows
    )
    return Mismatch(rows[0][0], first, second, rows[0][2] or "", rows[1][2] or "")
