"""Diaries that are open, with entries."""

from __future__ import annotations

from datetime import date

from engagement.contributions.diary import add_entry
from engagement.contributions.service import Said
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from tests.factories import Programme, Resident
from tests.factories.chain import publish


def open_diary(programme: Programme, title: str = "A diary of waiting") -> str:
    """A diary that is open now, in a programme that is published; returns its public id."""
    publish(programme)
    plan = ActivityPlan(
        ActivityKind.DIARY, title, offline_routes="Call 01632 960 123, or ask for a paper diary."
    )
    activity = programmes.add_activity(None, programme.public_id, plan)
    programmes.publish_activity(None, programme.public_id, activity)
    return activity


def write(
    diary: str,
    resident: Resident | None,
    text: str,
    day: date | None = None,
    browser: str = "",
) -> str:
    """Write one entry; returns its public id."""
    said = Said(text, "Riverbank", may_quote=True, consent_wording="Yes", said_on=day)
    return add_entry(diary, said, browser, resident_id=resident.id if resident else None)
