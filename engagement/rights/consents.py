"""Withdrawing a consent: what rests on it is deleted, and is in no analysis to come."""

from __future__ import annotations

from sqlalchemy import delete, select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.draws import void_draws
from engagement.panels.models import Registration, RegistrationAnswer, SupportNeed
from engagement.people.models import Consent, ProfileAnswer, Resident
from engagement.people.service import withdraw_answer, withdraw_consents
from engagement.rights.errors import UnknownConsent

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
    _delete_answers(consent_id)
    db.session.execute(delete(SupportNeed).where(SupportNeed.consent_id == consent_id))
    withdraw_consents([consent_id])
    record("consent.withdrawn", "resident", person)


def _delete_answers(consent_id: int) -> None:
    """Delete what was answered for a draw; where one lives is one consent to two answers."""
    registrations = set(
        db.session.scalars(
            delete(RegistrationAnswer)
            .where(RegistrationAnswer.consent_id == consent_id)
            .returning(RegistrationAnswer.registration_id)
        )
    )
    standing = db.session.scalars(
        select(Registration.panel_id).where(
            Registration.id.in_(registrations),
            Registration.sent_at.is_not(None),
            Registration.withdrawn_at.is_(None),
        )
    ).all()
    for panel in standing:
        void_draws(panel, N_("Somebody took an answer back."))
