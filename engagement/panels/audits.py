"""Auditors: who sees all of a draw, after agreeing to how, and signs what they found.

What an auditor gets holds a row for each person who registered. Most people in a pool are the only
ones with their row, so nobody else gets it: neither those who run the panel nor administrators.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engagement.audit.service import current_actor, record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.draw_queries import DrawRow, find_draw_and_panel
from engagement.panels.draws import AUDITOR, read_draw_file
from engagement.panels.errors import AlreadySigned, NotAgreed, UnknownDraw
from engagement.panels.models import Draw, DrawAudit, Panel
from engagement.panels.queries import PanelRow
from engagement.panels.rules import AuditFinding
from engagement.panels.service import Visible
from engagement.programmes.models import Activity, Programme
from engagement.programmes.queries import seen_by


@dataclass(frozen=True)
class DrawToAudit:
    """A published draw, and how far one auditor is with it."""

    public_id: str
    number: int
    panel: str
    drawn_at: datetime | None
    signed_at: datetime | None


def draws_to_audit(visible: Visible, auditor: str) -> list[DrawToAudit]:
    """The draws that an auditor may look into, the newest first."""
    rows = db.session.execute(
        select(Draw.public_id, Draw.number, Activity.title, Draw.drawn_at, DrawAudit.signed_at)
        .join(Panel, Panel.id == Draw.panel_id)
        .join(Activity, Activity.id == Panel.activity_id)
        .join(Programme, Programme.id == Activity.programme_id)
        .outerjoin(DrawAudit, (DrawAudit.draw_id == Draw.id) & (DrawAudit.auditor == auditor))
        .where(Draw.committed_at.is_not(None), Draw.void_at.is_(None), seen_by(visible))
        .order_by(Draw.id.desc())
    )
    return [DrawToAudit(*row) for row in rows]


@dataclass(frozen=True)
class AuditRow:
    """What one auditor agreed to, took and found; unsigned, it is theirs alone."""

    agreement: str
    agreed_at: datetime
    taken_at: datetime | None
    finding: AuditFinding | None
    statement: str
    signed_as: str | None
    signed_at: datetime | None

    @property
    def digest(self) -> str:
        """SHA-256 of finding, statement and signature, as the chain of records keeps it."""
        return statement_digest(self.finding, self.statement, self.signed_as or "")


_AUDIT = tuple(getattr(DrawAudit, name) for name in AuditRow.__dataclass_fields__)


def statement_digest(finding: AuditFinding | None, statement: str, signed_as: str) -> str:
    """What binds a statement: a line each for what was found and who signs, then the words."""
    return hashlib.sha256(f"{finding}\n{signed_as}\n{statement}".encode()).hexdigest()


def find_audit(draw_id: int, auditor: str) -> AuditRow | None:
    """How far an auditor is with a draw; ``None`` before they agreed."""
    row = db.session.execute(
        select(*_AUDIT).where(DrawAudit.draw_id == draw_id, DrawAudit.auditor == auditor)
    ).one_or_none()
    return AuditRow(*row) if row else None


def signed_audits(draw_ids: Sequence[int]) -> dict[int, list[AuditRow]]:
    """What auditors signed, by the key of the draw, in the order in which they did."""
    found: dict[int, list[AuditRow]] = {}
    for row in db.session.execute(
        select(DrawAudit.draw_id, *_AUDIT)
        .where(DrawAudit.draw_id.in_(draw_ids), DrawAudit.signed_at.is_not(None))
        .order_by(DrawAudit.signed_at, DrawAudit.id)
    ):
        found.setdefault(row[0], []).append(AuditRow(*row[1:]))
    return found


def find_draw_to_audit(visible: Visible, public_id: str) -> tuple[DrawRow, PanelRow] | None:
    """A published draw with its panel, where this auditor may look into it. One that was given up
    decides nothing, and its files are gone."""
    found = find_draw_and_panel(visible, public_id)
    return found if found and found[0].is_public and not found[0].void_at else None


@transactional
def agree_to_audit(visible: Visible, draw_public_id: str, words: str) -> None:
    """Note that the auditor who acts agrees to ``words``; a second time changes nothing.

    Raises ``UnknownDraw``.
    """
    draw, auditor = _draw(visible, draw_public_id), current_actor().id
    # Two presses at once wait for each other here.
    db.session.execute(select(Draw.id).where(Draw.id == draw.id).with_for_update())
    if find_audit(draw.id, auditor) is None:
        db.session.add(DrawAudit(draw_id=draw.id, auditor=auditor, agreement=words))
        record("draw.auditor agreed", "draw", draw.public_id)


@transactional
def take_auditor_pack(visible: Visible, draw_public_id: str) -> bytes:
    """``auditor.zip``, for the auditor who acts; that they took it is recorded each time.

    Raises ``UnknownDraw`` or ``NotAgreed``.
    """
    draw = _draw(visible, draw_public_id)
    _begun(draw).taken_at = clock.now()
    record("draw.taken by auditor", "draw", draw.public_id)
    return read_draw_file(draw.public_id, AUDITOR)


@transactional
def sign_statement(
    visible: Visible, draw_public_id: str, finding: AuditFinding, statement: str, signed_as: str
) -> None:
    """Publish what the auditor who acts found, for good.

    Its digest goes into the chain of records, so that nobody can change it unseen. Raises
    ``UnknownDraw``, ``NotAgreed`` (also where the pack was never taken) or ``AlreadySigned``.
    """
    draw = _draw(visible, draw_public_id)
    audit = _begun(draw)
    if audit.taken_at is None:
        raise NotAgreed(draw_public_id)
    if audit.signed_at is not None:
        raise AlreadySigned(draw_public_id)
    audit.finding, audit.statement, audit.signed_as = finding, statement.strip(), signed_as.strip()
    audit.signed_at = clock.now()
    digest = statement_digest(finding, audit.statement, audit.signed_as)
    record(
        "draw.statement signed",
        "draw",
        draw.public_id,
        facts={"finding": finding, "sha256": digest, "root": draw.root},
    )


def _draw(visible: Visible, public_id: str) -> DrawRow:
    found = find_draw_to_audit(visible, public_id)
    if found is None:
        raise UnknownDraw(public_id)
    return found[0]


def _begun(draw: DrawRow) -> DrawAudit:
    audit: DrawAudit | None = db.session.scalars(
        select(DrawAudit)
        .where(DrawAudit.draw_id == draw.id, DrawAudit.auditor == current_actor().id)
        .with_for_update()
    ).one_or_none()
    if audit is None:
        raise NotAgreed(draw.public_id)
    return audit
