"""Reads of who runs a session, and when they were trained to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from engagement.extensions import db
from engagement.sessions.models import SessionStaff, StaffTraining


def staff_of(session_id: int) -> list[str]:
    """The public ids of those who run a session."""
    return list(
        db.session.scalars(
            select(SessionStaff.staff)
            .where(SessionStaff.session_id == session_id)
            .order_by(SessionStaff.staff)
        )
    )


def trained(staff: Sequence[str]) -> dict[str, date]:
    """On which day each of these was last trained; who never was is not in it."""
    rows: Any = db.session.execute(
        select(StaffTraining.staff, StaffTraining.trained_on).where(StaffTraining.staff.in_(staff))
    )
    return {row.staff: row.trained_on for row in rows}
