"""Meetings of panels, and who came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engagement.panels.meetings import add_meeting, note_attendance
from engagement.panels.payments import lines_of
from engagement.panels.queries import find_panel

FEE = 7500


def held_meeting(
    panel: str, came: Sequence[str] = (), title: str = "First meeting", pence: int = FEE
) -> str:
    """A meeting that was held, with who came, by their seats; its public id."""
    meeting = add_meeting(None, panel, title, date(2026, 3, 2), pence)
    note_attendance(None, panel, meeting, came)
    return meeting


def first_line(panel: str) -> str:
    """The public id of the first line to pay of a panel."""
    found = find_panel(None, panel)
    assert found is not None
    return lines_of(found.id)[0].public_id
