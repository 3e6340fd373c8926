"""Reads of registrations: how far somebody is, what a panel asks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import aliased

from engagement.database import prepared
from engagement.extensions import db
from engagement.panels.features import Feature, feature_of
from engagement.panels.models import (
    Panel,
    PanelFeature,
    Registration,
    RegistrationAnswer,
    SupportNeed,
)
from engagement.panels.rules import Route
from engagement.people.models import ProfileAnswer
from engagement.people.questions import BY_KEY


@dataclass(frozen=True)
class RegistrationRow:
    """How far somebody is with registering."""

    id: int
    public_id: str
    reference: str
    route: Route
    begun_at: datetime
    sent_at: datetime | None
    withdrawn_at: datetime | None
    answers: dict[str, str]
    needs: str

    @property
    def stands(self) -> bool:
        """Whether it is sent and not taken back."""
        return self.sent_at is not None and self.withdrawn_at is None


@dataclass(frozen=True)
class QuestionsFor:
    """What a panel asks a resident, in order; where one lives has no choices here.

    ``known``: what they have told before, by question, to be confirmed and not asked anew.
    """

    own: RegistrationRow | None
    questions: list[Feature]
    known: dict[str, str]


_OWN = (
    Registration.resident_id,
    Registration.id,
    Registration.public_id,
    Registration.reference,
    Registration.route,
    Registration.begun_at,
    Registration.sent_at,
    Registration.withdrawn_at,
    SupportNeed.needs,
    RegistrationAnswer.value,
)
_BY_PUBLIC_ID = (
    select(*_OWN, RegistrationAnswer.feature.label("key"))
    .outerjoin(RegistrationAnswer, RegistrationAnswer.registration_id == Registration.id)
    .outerjoin(SupportNeed, SupportNeed.registration_id == Registration.id)
    .where(
        Registration.panel_id == bindparam("panel_id"),
        Registration.public_id == bindparam("public_id"),
    )
)
is_own = (Registration.panel_id == Panel.id) & (
    Registration.resident_id == bindparam("resident_id")
)
_earlier, _earlier_answer = aliased(Registration), aliased(RegistrationAnswer)
_TOLD_EARLIER = (
    select(_earlier_answer.value)
    .join(_earlier, _earlier.id == _earlier_answer.registration_id)
    .where(_earlier.resident_id == bindparam("resident_id"))
    .where(_earlier_answer.feature == PanelFeature.key)
    .order_by(_earlier_answer.answered_at.desc())
    .limit(1)
    .scalar_subquery()
)
_QUESTIONS = (
    select(
        *_OWN,
        PanelFeature.key,
        PanelFeature.wording,
        func.coalesce(_TOLD_EARLIER, ProfileAnswer.value).label("told"),
    )
    .select_from(Panel)
    .outerjoin(PanelFeature, PanelFeature.panel_id == Panel.id)
    .outerjoin(
        ProfileAnswer,
        (ProfileAnswer.resident_id == bindparam("resident_id"))
        & (ProfileAnswer.question == PanelFeature.key),
    )
    .outerjoin(Registration, is_own)
    .outerjoin(
        RegistrationAnswer,
        (RegistrationAnswer.registration_id == Registration.id)
        & (RegistrationAnswer.feature == PanelFeature.key),
    )
    .outerjoin(SupportNeed, SupportNeed.registration_id == Registration.id)
    .where(Panel.id == bindparam("panel_id"))
    .order_by(PanelFeature.place)
)


def own_registration(panel_id: int, resident_id: int) -> RegistrationRow | None:
    """A resident's registration for a panel, once begun."""
    return questions_for(panel_id, resident_id).own


def questions_for(panel_id: int, resident_id: int) -> QuestionsFor:
    """All that a step of a resident's registering needs to know, in one query."""
    rows = prepared.read(_QUESTIONS, panel_id=panel_id, resident_id=resident_id)
    found = _found(rows)
    return QuestionsFor(
        found[1] if found else None,
        [feature_of(row.key, row.wording, {}) for row in rows if row.key is not None],
        # What a question of a panel's own asks differs from panel to panel.
        {row.key: row.told for row in rows if row.told is not None and row.key in BY_KEY},
    )


def find_registration(panel_id: int, public_id: str) -> tuple[int, RegistrationRow] | None:
    """A registration for a panel, with the key of its resident, for staff who help."""
    return _found(prepared.read(_BY_PUBLIC_ID, panel_id=panel_id, public_id=public_id))


def _found(rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[int, RegistrationRow] | None:
    if not rows or rows[0].id is None:
        return None
    first = rows[0]
    answers = {row.key: row.value for row in rows if row.value is not None}
    own = cast("Any", RegistrationRow)(*first[1:8], answers, first.needs or "")
    return first.resident_id, own


def standing_of(resident_id: int) -> dict[int, tuple[bool, bool]]:
    """For each panel's key whether a resident's name was put forward, and was taken back."""
    rows = db.session.execute(
        select(Registration.panel_id, Registration.sent_at, Registration.withdrawn_at).where(
            Registration.resident_id == resident_id
        )
    )
    return {row.panel_id: (row.sent_at is not None, row.withdrawn_at is not None) for row in rows}
