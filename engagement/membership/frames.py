"""Whom a lottery among members is held among, and what they answered: nothing else is read.

Roles, contacts and names play no part: they are in no query here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, select

from engagement.database import clock
from engagement.extensions import db
from engagement.membership.errors import NoPopulation
from engagement.membership.models import Member, MemberInterest
from engagement.membership.rules import LooksLike, MemberState, term_ends
from engagement.methods.sortition.strata import Values, fit_to_margins
from engagement.panels.models import Registration, RegistrationAnswer
from engagement.panels.queries import FeatureRow, features_of
from engagement.programmes.rules import Topic


@dataclass(frozen=True)
class Frame:
    """The people of a lottery.

    ``people``: by their id in lotteries, which says nothing about them, their values; ``keys``: by
    the same id the key of the member; ``features``: what the values are of, in order.
    """

    people: dict[str, Values]
    keys: dict[str, int]
    features: tuple[FeatureRow, ...]

    def weights(self, looks_like: LooksLike) -> dict[Values, Fraction] | None:
        """The weights that make who is drawn look like the area, in each feature.

        Raises ``NoPopulation``.
        """
        if looks_like is LooksLike.PEOPLE:
            return None
        margins = [populations_of(row) for row in self.features]
        if not margins or not all(margins):
            raise NoPopulation
        return fit_to_margins(Counter(self.people.values()), margins)


def populations_of(row: FeatureRow) -> dict[str, int]:
    """How many people of the area have each value; empty where that is not known of every one."""
    known = {t.value: t.population for t in row.targets if t.population is not None}
    whole = len(known) == len(row.targets) and any(known.values())
    return known if whole else {}


def frame_of(
    panel_id: int,
    state: MemberState,
    features: Sequence[str] = (),
    *,
    interest: Topic | None = None,
    term_over: tuple[int, datetime] | None = None,
) -> Frame:
    """Everybody of a panel who stands so, with what they answered to these questions.

    ``interest``: only who ticked it; ``term_over``: only whose term of so many months is over at
    that moment. A question that is not the panel's is left out.
    """
    known = features_of(panel_id, named_places=False) if features else []
    kept = {row.feature.key: row for row in known}
    rows = tuple(kept[key] for key in dict.fromkeys(features) if key in kept)
    which: list[ColumnElement[bool]] = [Member.panel_id == panel_id, Member.state == state]
    if interest is not None:
        ticked = select(MemberInterest.id).where(
            MemberInterest.member_id == Member.id, MemberInterest.topic == interest
        )
        which.append(ticked.exists())
    members = db.session.execute(
        select(Member.id, Member.since, Registration.id.label("registration"), Registration.pool_id)
        .join(Registration, Registration.id == Member.registration_id)
        .where(*which)
        .order_by(Registration.pool_id)
    ).all()
    if term_over is not None:
        months, now = term_over
        today = clock.day_of(now)
        members = [one for one in members if one.since and term_ends(one.since, months) <= today]
    answers = _answers(panel_id, [row.feature.key for row in rows])
    people = {
        one.pool_id: tuple(
            row.feature.target_of(given[row.feature.key]) if row.feature.key in given else None
            for row in rows
        )
        for one in members
        for given in (answers.get(one.registration, {}),)
    }
    return Frame(people, {one.pool_id: one.id for one in members}, rows)


def _answers(panel_id: int, features: Sequence[str]) -> dict[int, dict[str, str]]:
    if not features:
        return {}
    found: dict[int, dict[str, str]] = {}
    rows: Any = db.session.execute(
        select(
            RegistrationAnswer.registration_id, RegistrationAnswer.feature, RegistrationAnswer.value
        )
        .join(Registration, Registration.id == RegistrationAnswer.registration_id)
        .where(Registration.panel_id == panel_id, RegistrationAnswer.feature.in_(features))
    )
    for registration, feature, value in rows:
        found.setdefault(registration, {})[feature] = value
    return found
