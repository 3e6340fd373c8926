"""Registering for a panel: an answer at a time, then sent; taken back in one step."""

from __future__ import annotations

import secrets

from sqlalchemy import bindparam, delete, select, update

from engagement.audit.service import record
from engagement.database import clock, prepared
from engagement.database.clock import utc_now
from engagement.database.columns import new_public_id
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.draws import void_draws
from engagement.panels.errors import (
    AnswersMissing,
    NotAChoice,
    NotInvited,
    RegistrationClosed,
    UnknownFeature,
    UnknownRegistration,
)
from engagement.panels.features import Feature, feature_of, fifth_of
from engagement.panels.followers import tell_followers
from engagement.panels.models import (
    Invitation,
    InvitationBatch,
    Panel,
    PanelFeature,
    Registration,
    RegistrationAnswer,
    SupportNeed,
)
from engagement.panels.queries import find_panel_to_join, questions_of
from engagement.panels.registered import is_own
from engagement.panels.rules import (
    DEPRIVATION,
    PLACE,
    REGISTRATION_PURPOSE,
    SUPPORT_PURPOSE,
    PanelState,
    Route,
)
from engagement.panels.seats import let_seat_go
from engagement.people.consents import give_consent, withdraw_consents, withdrawing
from engagement.people.models import Resident
from engagement.people.questions import PREFER_NOT_TO_SAY
from engagement.people.rules import GivenHow
from engagement.places.queries import deprivation_of, parents_of

# Without vowels and look-alikes: read out over a telephone, and spells nothing.
REFERENCE_LETTERS = "BCDFGHJKMNPQRTVWXY2346789"
WHERE = "where-you-live"
N_ = str  # marks a sentence for the catalogue of translations


@transactional
def begin_registration(panel_public_id: str, resident_id: int, route: Route) -> str:
    """Begin to register, or go on; returns the registration's public id.

    Raises ``NotInvited`` or ``RegistrationClosed``.
    """
    panel = _open_panel(panel_public_id)
    row = _registration(panel.id, resident_id)
    if row is None:
        row = Registration(
            panel_id=panel.id,
            resident_id=resident_id,
            pool_id=new_public_id(),
            reference="".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8)),
            household=_household(panel, resident_id),
            route=route,
        )
        db.session.add(row)
        db.session.flush()
        record("registration.begun", "registration", row.public_id, facts={"route": route})
    return row.public_id


def _household(panel: Panel, resident_id: int) -> str | None:
    """What those who answered one letter share; ``None`` for a code that is one person's, a
    communal home's, or somebody who needed no letter."""
    invitation = db.session.scalars(
        select(Invitation)
        .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
        .join(Resident, Resident.letter_code_id == Invitation.letter_code_id)
        .where(Resident.id == resident_id, InvitationBatch.panel_id == panel.id)
    ).one_or_none()
    if invitation is not None:
        return None if invitation.communal else invitation.public_id
    found = find_panel_to_join(panel.public_id)
    if found is None or not found.is_open_to_all:
        raise NotInvited(panel.public_id)
    if found.state is not PanelState.OPEN:
        raise RegistrationClosed(panel.public_id)
    return None


# With the lock: two answers sent at once, by a double press say, wait for each other here.
_ASKED = (
    select(Panel.registration_closes_at, utc_now(), Registration.id)
    .add_columns(PanelFeature.id, PanelFeature.wording)
    .select_from(Panel)
    .join(Resident, Resident.id == bindparam("resident_id"))
    .outerjoin(Registration, is_own)
    .outerjoin(
        PanelFeature, (PanelFeature.panel_id == Panel.id) & (PanelFeature.key == bindparam("key"))
    )
    .where(Panel.public_id == bindparam("public_id"))
    .with_for_update(of=Resident)
)


@transactional
def keep_answer(
    panel_public_id: str, resident_id: int, key: str, value: str, wording: str, how: GivenHow
) -> None:
    """Keep one answer, with the consent to exactly these words; an earlier one gives way.

    Raises ``RegistrationClosed``, ``UnknownRegistration``, ``UnknownFeature`` or ``NotAChoice``.
    """
    asked = prepared.read(_ASKED, public_id=panel_public_id, resident_id=resident_id, key=key)
    if not asked:
        raise UnknownRegistration(panel_public_id)
    closes_at, now, registration_id, feature_id, own_wording = asked[0]
    if closes_at is not None and now >= closes_at:
        raise RegistrationClosed(panel_public_id)
    if registration_id is None:
        raise UnknownRegistration(panel_public_id)
    feature = None if feature_id is None else feature_of(key, own_wording, {})
    if feature is None or feature.is_where_one_lives:
        raise UnknownFeature(key)
    if not feature.accepts(value):
        raise NotAChoice(value)
    consent = give_consent(resident_id, REGISTRATION_PURPOSE, f"registration:{key}/1", wording, how)
    _keep(registration_id, key, value, consent)


@transactional
def keep_place(
    panel_public_id: str,
    resident_id: int,
    lsoa_code: str | None,
    wording: str,
    how: GivenHow,
    *,
    place_code: str | None = None,
) -> None:
    """Keep where somebody lives as the place and the deprivation of their small area, and not the
    area itself; without one, as not told. Who picks only their place from a list (``place_code``)
    tells nothing about deprivation. Raises as ``keep_answer``, ``NotAChoice`` for a small area or
    a place outside the panel's places.
    """
    panel, row = _to_change(panel_public_id, resident_id)
    features = {feature.key: feature for feature in questions_of(panel.id)}
    values = {PLACE: PREFER_NOT_TO_SAY, DEPRIVATION: PREFER_NOT_TO_SAY}
    if lsoa_code is not None:
        values = _place_values(lsoa_code, features)
    elif place_code is not None:
        if PLACE not in features or place_code not in features[PLACE].choices:
            raise NotAChoice(place_code)
        values[PLACE] = place_code
    consent = give_consent(
        resident_id, REGISTRATION_PURPOSE, f"registration:{WHERE}/1", wording, how
    )
    for key, value in values.items():
        if key in features:
            _keep(row.id, key, value, consent)


def _place_values(lsoa_code: str, features: dict[str, Feature]) -> dict[str, str]:
    area = parents_of(lsoa_code)
    if area is None:
        raise NotAChoice(lsoa_code)
    around = {area.code, area.ward_code, area.local_authority_code, area.icb_code}
    values = {}
    if PLACE in features:
        inside = around.intersection(features[PLACE].choices)
        if not inside:
            raise NotAChoice(lsoa_code)
        values[PLACE] = min(code for code in inside if code)
    deprivation = deprivation_of(lsoa_code)
    values[DEPRIVATION] = fifth_of(deprivation.decile) if deprivation else PREFER_NOT_TO_SAY
    return values


@transactional
def keep_needs(
    panel_public_id: str, resident_id: int, needs: str, wording: str, how: GivenHow
) -> None:
    """Keep what would help somebody take part; empty, nothing is kept. Raises as
    ``keep_answer``."""
    _, row = _to_change(panel_public_id, resident_id)
    withdraw_consents(
        db.session.scalars(
            delete(SupportNeed)
            .where(SupportNeed.registration_id == row.id)
            .returning(SupportNeed.consent_id)
        ).all()
    )
    if needs.strip():
        consent = give_consent(resident_id, SUPPORT_PURPOSE, "support/1", wording, how)
        db.session.add(SupportNeed(registration_id=row.id, consent_id=consent, needs=needs.strip()))


@transactional
def send_registration(panel_public_id: str, resident_id: int) -> str:
    """Put somebody's name forward; returns their reference. Sending twice changes nothing.

    Raises ``RegistrationClosed``, ``UnknownRegistration`` or ``AnswersMissing``.
    """
    panel, row = _to_change(panel_public_id, resident_id)
    answered = set(
        db.session.scalars(
            select(RegistrationAnswer.feature).where(RegistrationAnswer.registration_id == row.id)
        )
    )
    missing = [
        one.key for one in questions_of(panel.id, named_places=False) if one.key not in answered
    ]
    if missing:
        raise AnswersMissing(missing)
    if row.sent_at is None or row.withdrawn_at is not None:
        row.sent_at, row.withdrawn_at = clock.now(), None
        db.session.flush()
        tell_followers(row.id)
        record("registration.sent", "registration", row.public_id)
    return row.reference


@transactional
def withdraw_registration(
    panel_public_id: str, resident_id: int, *, by: Route = Route.ONLINE
) -> None:
    """Take one's name back: the answers are deleted and their consents marked as withdrawn.

    Who is offered a seat, or has one, gives it up too. Raises ``UnknownRegistration``.
    """
    panel = _panel(panel_public_id)
    row = _registration(panel.id, resident_id)
    if row is None:
        raise UnknownRegistration(panel_public_id)
    consents: list[int] = []
    for table in (RegistrationAnswer, SupportNeed):
        consents += db.session.scalars(
            delete(table).where(table.registration_id == row.id).returning(table.consent_id)
        )
    withdraw_consents(consents)
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        db.session.flush()
        tell_followers(row.id)
        if row.sent_at is not None:
            void_draws(panel.id, N_("Somebody took their name back."))
        let_seat_go(row.id, by=by)
        record("registration.withdrawn", "registration", row.public_id)


def _panel(public_id: str) -> Panel:
    panel = db.session.scalars(select(Panel).where(Panel.public_id == public_id)).one_or_none()
    if panel is None:
        raise UnknownRegistration(public_id)
    return panel


def _open_panel(public_id: str) -> Panel:
    panel = _panel(public_id)
    closes = panel.registration_closes_at
    if closes is not None and clock.now() >= closes:
        raise RegistrationClosed(public_id)
    return panel


def _registration(panel_id: int, resident_id: int) -> Registration | None:
    # Two answers sent at once, by a double press say, wait for each other here.
    db.session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update())
    row: Registration | None = db.session.scalars(
        select(Registration).where(
            Registration.panel_id == panel_id, Registration.resident_id == resident_id
        )
    ).one_or_none()
    return row


def _to_change(panel_public_id: str, resident_id: int) -> tuple[Panel, Registration]:
    panel = _open_panel(panel_public_id)
    row = _registration(panel.id, resident_id)
    if row is None:
        raise UnknownRegistration(panel_public_id)
    return panel, row


_ANSWER = (
    RegistrationAnswer.registration_id == bindparam("registration"),
    RegistrationAnswer.feature == bindparam("key"),
)
_WITHDRAW_EARLIER = withdrawing(select(RegistrationAnswer.consent_id).where(*_ANSWER))
_CHANGE = (
    update(RegistrationAnswer)
    .where(*_ANSWER)
    .values(value=bindparam("told"), consent_id=bindparam("consent"), answered_at=utc_now())
)


def _keep(registration_id: int, key: str, value: str, consent_id: int) -> None:
    """Keep an answer; an earlier one gives way, and its consent is withdrawn."""
    if prepared.write(_WITHDRAW_EARLIER, registration=registration_id, key=key).rowcount:
        prepared.write(
            _CHANGE, registration=registration_id, key=key, told=value, consent=consent_id
        )
        return
    prepared.add(
        RegistrationAnswer,
        registration_id=registration_id,
        consent_id=consent_id,
        feature=key,
        value=value,
    )
