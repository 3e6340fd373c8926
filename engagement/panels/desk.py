"""The pool desk: how many registered for each target, who may be there twice, who calls to go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.errors import UnknownRegistration
from engagement.panels.models import Registration, RegistrationAnswer
from engagement.panels.pool import standing
from engagement.panels.queries import FeatureRow, TargetRow
from engagement.panels.registration import withdraw_registration
from engagement.panels.rules import Quota, Route, quota_of
from engagement.panels.service import Visible, panel_to_change
from engagement.people.models import Resident


@dataclass(frozen=True)
class GaugeLine:
    """One target, and how many people registered who count towards it."""

    target: TargetRow
    registered: int

    @property
    def quota(self) -> Quota:
        """Whether they are enough."""
        return quota_of(self.registered, self.target.least)


@dataclass(frozen=True)
class Gauge:
    """One feature: its targets against who registered; ``unstated``: who did not say."""

    row: FeatureRow
    lines: tuple[GaugeLine, ...]
    unstated: int


def gauges_of(panel_id: int, rows: Sequence[FeatureRow], registered: int) -> list[Gauge]:
    """A gauge for each feature that has targets; ``registered``: how many stand in all."""
    counts: dict[str, Counter[str]] = {}
    for feature, value, count in db.session.execute(
        select(RegistrationAnswer.feature, RegistrationAnswer.value, func.count())
        .join(Registration, Registration.id == RegistrationAnswer.registration_id)
        .where(*standing(panel_id))
        .group_by(RegistrationAnswer.feature, RegistrationAnswer.value)
    ):
        counts.setdefault(feature, Counter())[value] = count
    found = []
    for row in rows:
        if not row.targets:
            continue
        by_target: Counter[str] = Counter()
        stated = 0
        for value, count in counts.get(row.feature.key, {}).items():
            target = row.feature.target_of(value)
            if target is not None:
                by_target[target] += count
                stated += count
        lines = tuple(GaugeLine(target, by_target[target.value]) for target in row.targets)
        found.append(Gauge(row, lines, registered - stated))
    return found


@dataclass(frozen=True)
class PersonRow:
    """Somebody who began to register, as those see them who recruit the panel.

    ``household``: how many others who stand answered the same letter. ``double``: how many others
    who stand have the same name and the same way to be reached.
    """

    public_id: str
    reference: str
    name: str
    email: str
    phone: str
    route: Route
    sent_at: datetime | None
    withdrawn_at: datetime | None
    household: int
    double: int

    @property
    def stands(self) -> bool:
        """Whether they are in the pool."""
        return self.sent_at is not None and self.withdrawn_at is None


def people_of(panel_id: int) -> list[PersonRow]:
    """Everybody who began to register, the newest first, with what may be amiss."""
    rows = db.session.execute(
        select(
            Registration.public_id,
            Registration.reference,
            Registration.household,
            Registration.route,
            Registration.sent_at,
            Registration.withdrawn_at,
            Resident.name,
            Resident.email,
            Resident.phone,
        )
        .join(Resident, Resident.id == Registration.resident_id)
        .where(Registration.panel_id == panel_id)
        .order_by(Registration.id.desc())
    ).all()
    pool = [row for row in rows if row.sent_at is not None and row.withdrawn_at is None]
    homes = Counter(row.household for row in pool if row.household)
    marks = [mark for row in pool for mark in _marks(row.name, row.email, row.phone)]
    same = Counter(marks)
    found = []
    for row in rows:
        stands = row.sent_at is not None and row.withdrawn_at is None
        own = _marks(row.name, row.email, row.phone)
        found.append(
            PersonRow(
                row.public_id,
                row.reference,
                row.name,
                row.email,
                row.phone,
                row.route,
                row.sent_at,
                row.withdrawn_at,
                homes[row.household] - 1 if stands and row.household else 0,
                max((same[mark] - 1 for mark in own), default=0) if stands else 0,
            )
        )
    return found


def _marks(name: str, email: str, phone: str) -> list[tuple[str, str]]:
    """What somebody shares with themselves registered twice: a name with a way to reach them."""
    name = " ".join(name.casefold().split())
    ways = (email.strip().casefold(), re.sub(r"\D", "", phone))
    return [(name, way) for way in ways if name and way]


@transactional
def withdraw_for_caller(visible: Visible, panel_public_id: str, public_id: str) -> str:
    """Take somebody's name back for them, as when they call; returns their reference.

    Their answers are deleted. Raises ``UnknownPanel`` or ``UnknownRegistration``.
    """
    panel = panel_to_change(visible, panel_public_id)
    row = db.session.scalars(
        select(Registration).where(
            Registration.panel_id == panel.id, Registration.public_id == public_id
        )
    ).one_or_none()
    if row is None:
        raise UnknownRegistration(public_id)
    withdraw_registration(panel_public_id, row.resident_id, by=Route.PHONE)
    record("registration.withdrawn by staff", "registration", public_id)
    return row.reference
