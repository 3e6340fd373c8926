"""The make-up of a panel, published at two moments only: when it is confirmed, and when it ends.

Counts of members stand there by one feature at a time, small ones too: a panel of thirty has no
others. A table made anew after each replacement would give the person away who came or left.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.errors import MakeupPublished, NobodySeated, OffersOpen
from engagement.panels.models import PanelMakeup, Registration, RegistrationAnswer, Seat
from engagement.panels.queries import features_of
from engagement.panels.rules import MakeupMoment, SeatState, seat_now
from engagement.panels.service import Visible, panel_to_change


@dataclass(frozen=True)
class MakeupRow:
    """The make-up as it was published. ``members``: by feature and value how many had seats, with
    ``None`` for those who did not say; features and values by the words of the panel."""

    moment: MakeupMoment
    seats: int
    made_at: datetime
    members: dict[str, dict[str | None, int]]


def makeups_of(panel_id: int) -> list[MakeupRow]:
    """What was published of a panel's make-up, the first first."""
    rows = db.session.execute(
        select(PanelMakeup.moment, PanelMakeup.seats, PanelMakeup.made_at, PanelMakeup.facts)
        .where(PanelMakeup.panel_id == panel_id)
        .order_by(PanelMakeup.made_at, PanelMakeup.id)
    )
    return [MakeupRow(row.moment, row.seats, row.made_at, _members(row.facts)) for row in rows]


def _members(facts: dict[str, Any]) -> dict[str, dict[str | None, int]]:
    return {
        one["feature"]: {row["value"]: row["members"] for row in one["rows"]}
        for one in facts["features"]
    }


@transactional
def publish_makeup(visible: Visible, panel_public_id: str, moment: MakeupMoment) -> None:
    """Confirm a panel, or note that it has ended, and publish who was on it at that moment.

    Raises ``UnknownPanel``, ``MakeupPublished``, ``OffersOpen`` where somebody may still answer,
    or ``NobodySeated``.
    """
    panel = panel_to_change(visible, panel_public_id)
    published = {row.moment for row in makeups_of(panel.id)}
    if moment in published or MakeupMoment.ENDED in published:
        raise MakeupPublished(panel_public_id)
    seats = db.session.execute(
        select(Seat.registration_id, Seat.state, Seat.deadline_at).where(Seat.panel_id == panel.id)
    ).all()
    now = clock.now()
    states = {row.registration_id: seat_now(row.state, row.deadline_at, now) for row in seats}
    if SeatState.OFFERED in states.values():
        raise OffersOpen(panel_public_id)
    seated = [key for key, state in states.items() if state is SeatState.ACCEPTED]
    if not seated:
        raise NobodySeated(panel_public_id)
    db.session.add(
        PanelMakeup(
            panel_id=panel.id,
            moment=moment,
            seats=len(seated),
            facts={"features": _features(panel.id, seated)},
        )
    )
    record("panel.make-up published", "panel", panel.public_id, facts={"moment": moment})


def _features(panel_id: int, seated: list[int]) -> list[dict[str, Any]]:
    given: dict[str, Counter[str]] = {}
    for feature, value in db.session.execute(
        select(RegistrationAnswer.feature, RegistrationAnswer.value)
        .join(Registration, Registration.id == RegistrationAnswer.registration_id)
        .where(Registration.panel_id == panel_id, Registration.id.in_(seated))
    ):
        given.setdefault(feature, Counter())[value] += 1
    found = []
    for row in features_of(panel_id):
        if not row.targets:
            continue
        counts: Counter[str | None] = Counter()
        for value, number in given.get(row.feature.key, {}).items():
            counts[row.feature.target_of(value)] += number
        stated = sum(number for value, number in counts.items() if value is not None)
        rows: list[dict[str, Any]] = [
            {"value": str(target.text), "members": counts[target.value]} for target in row.targets
        ]
        if stated < len(seated):
            rows.append({"value": None, "members": len(seated) - stated})
        found.append({"feature": str(row.feature.title), "rows": rows})
    return found
