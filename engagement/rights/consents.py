"""Withdrawing a consent: what rests on it is deleted, and is in no analysis to come."""

from __future__ import annotations

from sqlalchemy import delete, select

from engagement.audit.service import record
from engagement.database.tenancy import FILTERS_ITSELF
from engagement.database.transactions import transactional
from engagement.extensions import Base, db
from engagement.panels.draws import void_draws
from engagement.panels.models import Registration, RegistrationAnswer
from engagement.people.consents import withdraw_consents
from engagement.people.models import Consent, ProfileAnswer, Resident
from engagement.people.service import withdraw_answer
from engagement.rights.errors import UnknownConsent
from engagement.rights.ties import ties

N_ = str  # marks a sentence for the catalogue of translations


@transactional
def withdraw_consent(resident_id: int, consent_id: int) -> None:
    """Withdraw one standing consent of a resident.

    Where it is one to an answer for a draw that is not drawn yet, that draw is void: it was about
    a pool with the answer. Raises ``UnknownConsent``.
    """
    # An answer given anew at the same moment waits, and stands.
    person = db.session.scalars(
        select(Resident.public_id).where(Resident.id == resident_id).with_for_update()
    ).one()
    known = db.session.scalar(
        select(Consent.id).where(
            Consent.id == consent_id,
            Consent.resident_id == resident_id,
            Consent.withdrawn_at.is_(None),
        )
    )
    if known is None:
        raise UnknownConsent(consent_id)
    question = db.session.scalar(
        select(ProfileAnswer.question).where(ProfileAnswer.consent_id == consent_id)
    )
    if question is not None:
        withdraw_answer(resident_id, question)
        return
    panels = _drawn_from(consent_id)
    for tie in ties():
        if tie.parent == "consent":
            table = Base.metadata.tables[tie.table]
            db.session.execute(
                delete(table).where(table.c[tie.column] == consent_id),
                execution_options={FILTERS_ITSELF: True},
            )
    withdraw_consents([consent_id])
    for panel in panels:
        void_draws(panel, N_("Somebody took an answer back."))
    record("consent.withdrawn", "resident", person)


def _drawn_from(consent_id: int) -> list[int]:
    """The panels in whose pool an answer stands that rests on the consent."""
    return list(
        db.session.scalars(
            select(Registration.panel_id)
            .join(RegistrationAnswer, RegistrationAnswer.registration_id == Registration.id)
            .where(
                RegistrationAnswer.consent_id == consent_id,
                Registration.sent_at.is_not(None),
                Registration.withdrawn_at.is_(None),
            )
            .distinct()
        )
    )
