"""Rounds: planned from a template, opened once what they stand on is there, closed; oversight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.deliberation.errors import OutputsMissing, RoundStands, Signed, UnknownRound
from engagement.deliberation.models import (
    OversightSignature,
    Round,
    RoundOutput,
    RoundPaper,
    RoundTask,
)
from engagement.deliberation.plans import (
    PLANS,
    Oversight,
    RoundKind,
    RoundPlan,
    RoundState,
    Template,
)
from engagement.extensions import db
from engagement.files.service import expire_files
from engagement.panels.service import Visible, panel_to_change


@dataclass(frozen=True)
class TaskRow:
    """Something that members answer from home."""

    id: int
    public_id: str
    text: str


@dataclass(frozen=True)
class RoundRow:
    """A round; ``brought`` is what it brought, by the name of what it had to bring, ``cards`` are
    its data cards by public id."""

    id: int
    panel_id: int
    public_id: str
    place: int
    kind: RoundKind
    title: str
    prompt: str
    outputs: tuple[str, ...]
    brought: dict[str, str]
    missing: tuple[str, ...]
    reason: str
    opened_at: datetime | None
    closed_at: datetime | None
    cards: tuple[str, ...]
    tasks: tuple[TaskRow, ...]

    @property
    def state(self) -> RoundState:
        """Where it stands."""
        if self.opened_at is None:
            return RoundState.PLANNED
        return RoundState.OPEN if self.closed_at is None else RoundState.CLOSED

    @property
    def lacks(self) -> list[str]:
        """What it has still to bring."""
        return [name for name in self.outputs if name not in self.brought]


@dataclass(frozen=True)
class SignatureRow:
    """What the oversight group says of a part; the name goes after some years."""

    part: Oversight
    statement: str
    signed_as: str | None
    created_at: datetime


def rounds_of(*panel_ids: int) -> list[RoundRow]:
    """The rounds of a panel, or of several, in order."""
    rows: Any = db.session.execute(
        select(
            Round,
            RoundOutput.name,
            RoundOutput.text,
            RoundTask.id,
            RoundTask.public_id,
            RoundTask.text,
        )
        .outerjoin(RoundOutput, RoundOutput.round_id == Round.id)
        .outerjoin(RoundTask, RoundTask.round_id == Round.id)
        .where(Round.panel_id.in_(panel_ids))
        .order_by(Round.panel_id, Round.place, Round.id, RoundOutput.id, RoundTask.id)
    )
    brought: dict[int, dict[str, str]] = defaultdict(dict)
    tasks: dict[int, dict[int, TaskRow]] = defaultdict(dict)
    found: dict[int, Round] = {}
    for row, name, text, *task in rows:
        found[row.id] = row
        if name is not None:
            brought[row.id][name] = text
        if task[0] is not None:
            tasks[row.id][task[0]] = TaskRow(*task)
    return [
        RoundRow(
            row.id,
            row.panel_id,
            row.public_id,
            row.place,
            row.kind,
            row.title,
            row.prompt,
            tuple(row.outputs),
            brought[row.id],
            tuple(row.missing),
            row.reason,
            row.opened_at,
            row.closed_at,
            tuple(row.cards),
            tuple(tasks[row.id].values()),
        )
        for row in found.values()
    ]


def find_task(round_public_id: str, public_id: str) -> int | None:
    """The key of a task of a round."""
    return db.session.scalar(
        select(RoundTask.id)
        .join(Round, Round.id == RoundTask.round_id)
        .where(Round.public_id == round_public_id, RoundTask.public_id == public_id)
    )


def is_round(public_id: str) -> bool:
    """Whether there is such a round, on whatever panel."""
    return db.session.scalar(select(Round.id).where(Round.public_id == public_id)) is not None


def signatures_of(panel_id: int) -> dict[Oversight, SignatureRow]:
    """What the oversight group has signed, by part."""
    rows = db.session.scalars(
        select(OversightSignature).where(OversightSignature.panel_id == panel_id)
    )
    return {
        row.part: SignatureRow(row.part, row.statement, row.signed_as, row.created_at)
        for row in rows
    }


def needed_before(
    row: RoundRow, rounds: Sequence[RoundRow], signed: Sequence[Oversight]
) -> list[str]:
    """What is missing before a round can open: what the one before it has still to bring, and
    before the first round of learning what the oversight group has still to sign."""
    at = [one.id for one in rounds].index(row.id)
    missing = list(rounds[at - 1].lacks) if at else []
    learning = [one for one in rounds if one.kind is RoundKind.LEARN]
    if learning and learning[0].id == row.id:
        missing += [part.value for part in Oversight if part not in signed]
    return missing


@transactional
def plan_rounds(
    visible: Visible, panel: str, template: Template, words: Sequence[RoundPlan] = ()
) -> None:
    """Plan the rounds of a template, where there are none; ``words`` are those of the template in
    the reader's language. Raises ``UnknownPanel`` or ``RoundStands`` where there are some."""
    of = panel_to_change(visible, panel)
    if rounds_of(of.id):
        raise RoundStands(panel)
    for place, plan in enumerate(words or PLANS[template], start=1):
        _add(of.id, place, plan)
    record("rounds.planned", "panel", panel, facts={"template": template})


def _add(panel_id: int, place: int, plan: RoundPlan) -> Round:
    row = Round(panel_id=panel_id, place=place)
    _write(row, plan)
    return row


def _write(row: Round, plan: RoundPlan) -> None:
    row.kind, row.title, row.prompt = plan.kind, plan.title.strip(), plan.prompt.strip()
    row.outputs = _once_each(plan.outputs)
    db.session.add(row)
    db.session.flush()
    db.session.execute(delete(RoundTask).where(RoundTask.round_id == row.id))
    db.session.add_all(RoundTask(round_id=row.id, text=text) for text in _once_each(plan.tasks))
    db.session.flush()


def _once_each(lines: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


@transactional
def add_round(visible: Visible, panel: str, plan: RoundPlan) -> str:
    """Add a round at the end; returns its public id. Raises ``UnknownPanel``."""
    of = panel_to_change(visible, panel)
    rounds = rounds_of(of.id)
    row = _add(of.id, rounds[-1].place + 1 if rounds else 1, plan)
    record("round.added", "round", row.public_id)
    return row.public_id


@transactional
def change_round(visible: Visible, panel: str, public_id: str, plan: RoundPlan) -> None:
    """Plan a round otherwise, before it opens. Raises ``UnknownRound`` or ``RoundStands``."""
    row = round_to_change(visible, panel, public_id)
    if row.opened_at is not None:
        raise RoundStands(public_id)
    _write(row, plan)
    record("round.changed", "round", public_id)


@transactional
def remove_round(visible: Visible, panel: str, public_id: str) -> None:
    """Take a round out of the plan, before it opens. Raises ``UnknownRound``, ``RoundStands``."""
    row = round_to_change(visible, panel, public_id)
    if row.opened_at is not None:
        raise RoundStands(public_id)
    papers = select(RoundPaper.public_id).where(RoundPaper.round_id == row.id)
    for paper in db.session.scalars(papers).all():
        expire_files(paper)
    db.session.delete(row)
    record("round.removed", "round", public_id)


@transactional
def open_round(visible: Visible, panel: str, public_id: str, reason: str = "") -> None:
    """Open a round; where something is missing, only with a reason, which everyone can read.

    Raises ``UnknownRound``, ``RoundStands``, or ``OutputsMissing`` with the names.
    """
    row = round_to_change(visible, panel, public_id)
    if row.opened_at is not None:
        raise RoundStands(public_id)
    rounds = rounds_of(row.panel_id)
    own = next(one for one in rounds if one.id == row.id)
    missing = needed_before(own, rounds, list(signatures_of(row.panel_id)))
    if missing and not reason.strip():
        raise OutputsMissing(missing)
    row.opened_at, row.missing = clock.now(), missing
    row.reason = reason.strip() if missing else ""
    facts = {"missing": missing, "reason": row.reason}
    record("round.opened", "round", public_id, facts=facts)


@transactional
def close_round(visible: Visible, panel: str, public_id: str) -> None:
    """Close a round that is open. Raises ``UnknownRound`` or ``RoundStands``."""
    row = round_to_change(visible, panel, public_id)
    if row.opened_at is None or row.closed_at is not None:
        raise RoundStands(public_id)
    row.closed_at = clock.now()
    record("round.closed", "round", public_id)


@transactional
def bring(visible: Visible, panel: str, public_id: str, name: str, text: str) -> None:
    """Note what a round brought, under the name of what it had to bring; again replaces it.

    Raises ``UnknownRound`` for a name too that it has not, or ``RoundStands`` before it opens.
    """
    row = round_to_change(visible, panel, public_id)
    if name not in row.outputs:
        raise UnknownRound(name)
    if row.opened_at is None:
        raise RoundStands(public_id)
    there = db.session.scalars(
        select(RoundOutput).where(RoundOutput.round_id == row.id, RoundOutput.name == name)
    ).one_or_none()
    if there is None:
        db.session.add(RoundOutput(round_id=row.id, name=name, text=text.strip()))
    else:
        there.text = text.strip()
    record("round.brought", "round", public_id, facts={"name": name})


@transactional
def sign(visible: Visible, panel: str, part: Oversight, statement: str, signed_as: str) -> None:
    """Put what the oversight group says of a part on record, signed. Once.

    Raises ``UnknownPanel`` or ``Signed``.
    """
    of = panel_to_change(visible, panel)
    if part in signatures_of(of.id):
        raise Signed(part)
    db.session.add(
        OversightSignature(
            panel_id=of.id, part=part, statement=statement.strip(), signed_as=signed_as.strip()
        )
    )
    record("oversight.signed", "panel", panel, facts={"part": part})


def round_to_change(visible: Visible, panel: str, public_id: str) -> Round:
    """A round, to change it; the panel's rounds are changed one after another."""
    of = panel_to_change(visible, panel)
    row = db.session.scalars(
        select(Round).where(Round.panel_id == of.id, Round.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise UnknownRound(public_id)
    return row
