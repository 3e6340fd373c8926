"""Reads of panels."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, bindparam, func, literal, select, union_all

from engagement.database import prepared
from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.panels.features import Feature, feature_of
from engagement.panels.models import (
    Invitation,
    InvitationBatch,
    Panel,
    PanelFeature,
    PanelTarget,
    Registration,
)
from engagement.panels.rules import (
    PLACE,
    BatchKind,
    PanelState,
    Recruitment,
    panel_state,
)
from engagement.partnerships.models import Organisation, Partnership
from engagement.people.models import Resident
from engagement.places.models import Place, SmallArea
from engagement.places.rules import PlaceKind
from engagement.programmes.models import Activity, Programme, ProgrammeArea, ProgrammeConvenor
from engagement.programmes.queries import seen_by
from engagement.programmes.rules import ActivityKind

PANEL_KINDS = (ActivityKind.CITIZENS_PANEL, ActivityKind.COMMUNITY_PANEL)


@dataclass(frozen=True)
class PanelRow:
    """A panel as its pages show it."""

    id: int
    public_id: str
    activity_id: int
    activity_public_id: str
    programme_id: int
    programme_public_id: str
    programme: str
    question: str
    contact_phone: str
    title: str
    kind: ActivityKind
    recruitment: Recruitment
    remit: str
    eligibility: str
    size: int
    starts_on: date | None
    ends_on: date | None
    payment: str
    support: str
    other_formats: str
    least_age: int | None
    most_age: int | None
    registration_closes_at: datetime | None
    reserve_until: date | None
    published: bool
    state: PanelState

    @property
    def is_open_to_all(self) -> bool:
        """Whether anybody may register, without a letter."""
        return not self.is_random

    @property
    def is_drawn(self) -> bool:
        """Whether a lottery draws from those who register, however they came to do so."""
        return self.recruitment is Recruitment.RANDOM

    @property
    def is_random(self) -> bool:
        """Whether its people are invited by lot and drawn by lot: else they are volunteers, and
        nothing may say that it represents anyone."""
        return self.is_drawn and self.kind is not ActivityKind.COMMUNITY_PANEL


_PANEL = (
    Panel.id,
    Panel.public_id,
    Panel.activity_id,
    Activity.public_id.label("activity_public_id"),
    Activity.programme_id,
    Programme.public_id.label("programme_public_id"),
    Programme.name.label("programme"),
    Programme.question,
    Programme.contact_phone,
    Activity.title,
    Activity.kind,
    Panel.recruitment,
    Panel.remit,
    Panel.eligibility,
    Panel.size,
    Panel.starts_on,
    Panel.ends_on,
    Panel.payment,
    Panel.support,
    Panel.other_formats,
    Panel.least_age,
    Panel.most_age,
    Panel.registration_closes_at,
    Panel.reserve_until,
)
_TARGETED = (
    select(PanelTarget.id)
    .join(PanelFeature, PanelFeature.id == PanelTarget.feature_id)
    .where(PanelFeature.panel_id == Panel.id)
    .exists()
)
_INVITING = select(InvitationBatch.id).where(InvitationBatch.panel_id == Panel.id).exists()
_PUBLISHED = Programme.published_at.is_not(None) & Activity.published_at.is_not(None)
_OPENED = Activity.opens_at.is_(None) | (Activity.opens_at <= utc_now())
_ENDED = Programme.closed_at.is_not(None) | func.coalesce(Activity.closes_at <= utc_now(), False)


# Made once: everybody who registers asks for one of these at every step.
_PANELS = (
    select(*_PANEL, _PUBLISHED, _OPENED, _ENDED, _TARGETED, _INVITING, utc_now())
    .join(Activity, Activity.id == Panel.activity_id)
    .join(Programme, Programme.id == Activity.programme_id)
    .order_by(Panel.id)
)
_ONE_PANEL = _PANELS.where(Panel.public_id == bindparam("public_id"))


def _rows(statement: Select[*tuple[Any, ...]], **parameters: object) -> list[PanelRow]:
    return [_panel_row(*row) for row in prepared.read(statement, **parameters)]


def _panel_row(*columns: Any) -> PanelRow:
    *values, published, opened, ended, targeted, invited, now = columns
    panel = cast("Any", PanelRow)(*values, bool(published), PanelState.PLANNED)
    closes_at = panel.registration_closes_at
    if panel.is_open_to_all:
        # Nobody has to be invited: it is open to all while its activity is.
        targeted, invited = True, panel.published and opened
        closes_at = now if ended else closes_at
    state = panel_state(targeted, closes_at, now, invited=invited)
    return cast("PanelRow", replace(panel, state=state))


def panels_of(programme_id: int) -> list[PanelRow]:
    """The panels of a programme."""
    return _rows(_PANELS.where(Activity.programme_id == programme_id))


def find_panel(visible: frozenset[int] | None, public_id: str) -> PanelRow | None:
    """One panel, where the reader may see its programme."""
    return next(iter(_rows(_ONE_PANEL.where(seen_by(visible)), public_id=public_id)), None)


def open_panels(visible: frozenset[int] | None) -> list[PanelRow]:
    """The panels that people can register for now, of the programmes that the reader may see."""
    panels = _rows(_PANELS.where(seen_by(visible)))
    return [panel for panel in panels if panel.state is PanelState.OPEN]


def find_published_panel(public_id: str) -> PanelRow | None:
    """One panel that everyone may see."""
    return next(iter(_rows(_ONE_PANEL.where(_PUBLISHED), public_id=public_id)), None)


def find_panel_to_join(public_id: str) -> PanelRow | None:
    """One panel, published or not, for who may have a letter for it."""
    return next(iter(_rows(_ONE_PANEL, public_id=public_id)), None)


def is_invited(panel_id: int, resident_id: int) -> bool:
    """Whether a resident came in with a letter, or a handed-out code, for this panel."""
    letter = (
        select(Invitation.id)
        .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
        .join(Resident, Resident.letter_code_id == Invitation.letter_code_id)
        .where(Resident.id == resident_id, InvitationBatch.panel_id == panel_id)
    )
    return bool(db.session.scalar(select(letter.exists())))


def hosts_of(programme_id: int) -> list[str]:
    """The organisations that run a programme's panels: who leads it, then who convenes it too."""
    convenors = (
        select(literal(1).label("place"), ProgrammeConvenor.id.label("key"), Organisation.name)
        .join(Organisation, Organisation.id == ProgrammeConvenor.organisation_id)
        .where(ProgrammeConvenor.programme_id == programme_id)
    )
    lead = (
        select(literal(0), Programme.id, func.coalesce(Organisation.name, Partnership.name))
        .join(Partnership, Partnership.id == Programme.partnership_id)
        .outerjoin(Organisation, Organisation.id == Programme.lead_organisation_id)
        .where(Programme.id == programme_id)
    )
    rows = db.session.execute(union_all(convenors, lead).order_by("place", "key"))
    return [row.name for row in rows]


def panels_to_join(resident_id: int) -> list[PanelRow]:
    """The panels that a resident has a letter for, or has begun to register for."""
    by_letter = (
        select(InvitationBatch.panel_id)
        .join(Invitation, Invitation.batch_id == InvitationBatch.id)
        .join(Resident, Resident.letter_code_id == Invitation.letter_code_id)
        .where(Resident.id == resident_id)
    )
    begun = select(Registration.panel_id).where(Registration.resident_id == resident_id)
    return _rows(_PANELS.where(Panel.id.in_(by_letter) | Panel.id.in_(begun)))


@dataclass(frozen=True)
class TargetRow:
    """The target of one value."""

    value: str
    text: object
    population: int | None
    least: int
    most: int


@dataclass(frozen=True)
class FeatureRow:
    """What a panel is balanced by, with its targets and where their figures are from."""

    feature: Feature
    source: str
    vintage: str
    note: str
    targets: tuple[TargetRow, ...]


_QUESTIONS = (
    select(PanelFeature.key, PanelFeature.wording)
    .where(PanelFeature.panel_id == bindparam("panel_id"))
    .order_by(PanelFeature.place)
)
_FEATURES = (
    _QUESTIONS.add_columns(
        PanelFeature.source,
        PanelFeature.vintage,
        PanelFeature.note,
        PanelTarget.value,
        PanelTarget.population,
        PanelTarget.least,
        PanelTarget.most,
    )
    .outerjoin(PanelTarget, PanelTarget.feature_id == PanelFeature.id)
    .order_by(PanelTarget.place)
)


def questions_of(panel_id: int, *, named_places: bool = True) -> list[Feature]:
    """What a panel asks about, in order.

    Without ``named_places``, where somebody lives has no choices: a page that shows none of them
    need not look them up.
    """
    rows = prepared.read(_QUESTIONS, panel_id=panel_id)
    names = _names(panel_id, [row.key for row in rows], named_places)
    return [feature_of(row.key, row.wording, names) for row in rows]


def features_of(panel_id: int, *, named_places: bool = True) -> list[FeatureRow]:
    """What a panel is balanced by, in order; ``named_places`` as for ``questions_of``."""
    by_key: dict[str, list[Any]] = {}
    for row in prepared.read(_FEATURES, panel_id=panel_id):
        by_key.setdefault(row.key, []).append(row)
    names = _names(panel_id, by_key, named_places)
    found = []
    for key, rows in by_key.items():
        first = rows[0]
        feature = feature_of(key, first.wording, names)
        targets = tuple(
            TargetRow(row.value, feature.text_of(row.value), row.population, row.least, row.most)
            for row in rows
            if row.value is not None
        )
        found.append(FeatureRow(feature, first.source, first.vintage, first.note, targets))
    return found


def _names(panel_id: int, keys: Container[str], named_places: bool) -> dict[str, str]:
    return place_names(panel_id) if named_places and PLACE in keys else {}


def area_codes(panel_id: int) -> list[str]:
    """The codes of the places that the panel's programme is about."""
    return [
        code
        for code in db.session.scalars(
            select(ProgrammeArea.place_code)
            .join(Activity, Activity.programme_id == ProgrammeArea.programme_id)
            .join(Panel, Panel.activity_id == Activity.id)
            .where(Panel.id == panel_id, ProgrammeArea.place_code.is_not(None))
            .order_by(ProgrammeArea.id)
        )
        if code
    ]


def place_names(panel_id: int) -> dict[str, str]:
    """The places that somebody of the programme's areas may live in, names by code: the local
    authorities of an ICB, the wards of a local authority."""
    codes = (
        select(ProgrammeArea.place_code)
        .join(Activity, Activity.programme_id == ProgrammeArea.programme_id)
        .join(Panel, Panel.activity_id == Activity.id)
        .where(Panel.id == panel_id, ProgrammeArea.place_code.is_not(None))
    )
    authorities = select(SmallArea.local_authority_code).where(SmallArea.icb_code.in_(codes))
    inside = ((Place.kind == PlaceKind.WARD) & Place.within_code.in_(codes)) | (
        (Place.kind == PlaceKind.LOCAL_AUTHORITY) & Place.code.in_(authorities)
    )
    rows = db.session.execute(
        select(Place.code, Place.name, func.coalesce(inside, False).label("inside"))
        .where(inside | Place.code.in_(codes))
        .order_by(Place.name, Place.code)
    ).all()
    found = {row.code: row.name for row in rows if row.inside}
    return found or {row.code: row.name for row in rows}


@dataclass(frozen=True)
class BatchRow:
    """Letters or codes that were made together, and what became of them."""

    public_id: str
    number: int
    kind: BatchKind
    where: str
    letters: int
    registered: int
    seed: str
    addresses: int
    created_at: datetime
    sent_at: datetime | None
    reminded_at: datetime | None


def batches_of(panel_id: int) -> list[BatchRow]:
    """A panel's batches of invitations, the first first."""
    letters = (
        select(Invitation.batch_id, func.count().label("letters"))
        .group_by(Invitation.batch_id)
        .subquery()
    )
    registered = (
        select(Invitation.batch_id, func.count().label("registered"))
        .join(Resident, Resident.letter_code_id == Invitation.letter_code_id)
        .join(Registration, Registration.resident_id == Resident.id)
        .where(
            Registration.panel_id == panel_id,
            Registration.sent_at.is_not(None),
            Registration.withdrawn_at.is_(None),
        )
        .group_by(Invitation.batch_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            InvitationBatch.public_id,
            InvitationBatch.number,
            InvitationBatch.kind,
            InvitationBatch.where,
            func.coalesce(letters.c.letters, 0),
            func.coalesce(registered.c.registered, 0),
            InvitationBatch.seed,
            InvitationBatch.addresses,
            InvitationBatch.created_at,
            InvitationBatch.sent_at,
            InvitationBatch.reminded_at,
        )
        .outerjoin(letters, letters.c.batch_id == InvitationBatch.id)
        .outerjoin(registered, registered.c.batch_id == InvitationBatch.id)
        .where(InvitationBatch.panel_id == panel_id)
        .order_by(InvitationBatch.number)
    )
    return [BatchRow(*row) for row in rows]
