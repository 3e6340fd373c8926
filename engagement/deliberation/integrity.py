"""What everyone should know who judges a deliberation: who paid, who chose, what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.deliberation.models import IntegrityStatement
from engagement.extensions import db
from engagement.panels.service import Visible, panel_to_change


@dataclass(frozen=True)
class Integrity:
    """Who paid for it, who chose experts and evidence and how, and what was left out and why."""

    paid_by: str
    chose_experts: str
    left_out: str
    created_at: datetime | None = None

    @property
    def words(self) -> tuple[str, str, str]:
        """What was said, without when."""
        return self.paid_by, self.chose_experts, self.left_out


def statements_of(panel_id: int) -> list[Integrity]:
    """What was stated of a panel, what stands first; the earlier ones after it."""
    rows: Any = db.session.execute(
        select(
            IntegrityStatement.paid_by,
            IntegrityStatement.chose_experts,
            IntegrityStatement.left_out,
            IntegrityStatement.created_at,
        )
        .where(IntegrityStatement.panel_id == panel_id)
        .order_by(IntegrityStatement.id.desc())
    )
    return [Integrity(*row) for row in rows]


@transactional
def state_integrity(visible: Visible, panel: str, said: Integrity, by: str = "") -> None:
    """State it, or state it anew: what stood before stays to be read. The same again changes
    nothing. Raises ``UnknownPanel``."""
    row = panel_to_change(visible, panel)
    words = tuple(text.strip() for text in said.words)
    there = statements_of(row.id)
    if there and there[0].words == words:
        return
    paid_by, chose_experts, left_out = words
    db.session.add(
        IntegrityStatement(
            panel_id=row.id,
            paid_by=paid_by,
            chose_experts=chose_experts,
            left_out=left_out,
            by=by,
        )
    )
    record("integrity.stated", "panel", panel)
