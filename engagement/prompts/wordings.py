"""Use cases of an activity's other wordings, and of the people whom it is for above all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.places.models import Place, SmallArea
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan, Visible, add_activity
from engagement.prompts.errors import UnknownPlaces, UnknownWording
from engagement.prompts.models import ActivityAudience, ActivityWording
from engagement.prompts.rules import WordingFormat
from engagement.prompts.service import activity_of


@dataclass(frozen=True)
class Wording:
    """An activity in another language or format; ``language`` is a BCP 47 tag.

    ``address`` is where a signed film or a ready-made document is.
    """

    format: WordingFormat
    language: str
    title: str = ""
    about: str = ""
    prompt: str = ""
    address: str = ""


@transactional
def set_activity_wording(
    visible: Visible, programme_public_id: str, activity_public_id: str, wording: Wording
) -> str:
    """Put a wording of an activity in the place of the one in this format and language, if there
    is one; returns its public id. Raises ``UnknownProgramme`` or ``UnknownActivity``.
    """
    activity = activity_of(visible, programme_public_id, activity_public_id)
    row = db.session.scalars(
        select(ActivityWording).where(
            ActivityWording.activity_id == activity.id,
            ActivityWording.format == wording.format,
            ActivityWording.language == wording.language,
        )
    ).one_or_none()
    if row is None:
        row = ActivityWording(
            activity_id=activity.id, format=wording.format, language=wording.language
        )
        db.session.add(row)
    for name in ("title", "about", "prompt", "address"):
        setattr(row, name, getattr(wording, name).strip())
    db.session.flush()
    record(
        "activity.wording set",
        "activity",
        activity_public_id,
        facts={"format": wording.format.value, "language": wording.language},
    )
    return row.public_id


@transactional
def remove_activity_wording(
    visible: Visible, programme_public_id: str, activity_public_id: str, public_id: str
) -> None:
    """Take a wording away. Raises ``UnknownProgramme``, ``UnknownActivity``, ``UnknownWording``."""
    activity = activity_of(visible, programme_public_id, activity_public_id)
    gone: Any = db.session.execute(
        delete(ActivityWording).where(
            ActivityWording.activity_id == activity.id, ActivityWording.public_id == public_id
        )
    )
    if not gone.rowcount:
        raise UnknownWording(public_id)
    record("activity.wording removed", "activity", activity_public_id)


@dataclass(frozen=True)
class Audience:
    """From where an activity would most like to hear people: codes of places, and why there."""

    codes: Sequence[str]
    reason: str


@transactional
def open_targeted_conversation(
    visible: Visible, programme_public_id: str, plan: ActivityPlan, audience: Audience
) -> str:
    """Add an open conversation that is above all for the people of some places, with the reason.

    Returns its public id. Raises ``UnknownProgramme``, ``ClosesBeforeItOpens`` or
    ``UnknownPlaces``.
    """
    names = _names(audience.codes)
    if not names:
        raise UnknownPlaces
    plan = ActivityPlan(**{**asdict(plan), "kind": ActivityKind.OPEN_CONVERSATION})
    public_id = add_activity(visible, programme_public_id, plan)
    activity = activity_of(visible, programme_public_id, public_id)
    places = [{"code": code, "name": name} for code, name in names.items()]
    db.session.add(
        ActivityAudience(activity_id=activity.id, places=places, reason=audience.reason.strip())
    )
    db.session.flush()
    record(
        "activity.audience set",
        "activity",
        public_id,
        facts={"places": list(names), "reason": audience.reason.strip()},
    )
    return public_id


def _names(codes: Sequence[str]) -> dict[str, str]:
    """The names of those of these codes that are places here, in the order of the names."""
    rows = db.session.execute(
        select(SmallArea.code, SmallArea.name)
        .where(SmallArea.code.in_(codes))
        .union(select(Place.code, Place.name).where(Place.code.in_(codes)))
        .order_by("name", "code")
    )
    return {row.code: row.name for row in rows}
