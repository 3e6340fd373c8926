"""Use cases of programmes: opening, changing and publishing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from engagement.accounts.rules import Role
from engagement.accounts.service import grant_role
from engagement.audit.service import record
from engagement.database import clock, prepared
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.partnerships.models import Organisation
from engagement.places.models import Place
from engagement.programmes.errors import (
    ClosesBeforeItOpens,
    NotReady,
    RemitIsNotYours,
    UnknownActivity,
    UnknownOrganisation,
    UnknownProgramme,
)
from engagement.programmes.models import (
    Activity,
    ExistingGroup,
    Participant,
    Programme,
    ProgrammeArea,
    ProgrammeConvenor,
    ProgrammeGroup,
)
from engagement.programmes.queries import planned, seen_by
from engagement.programmes.rules import (
    ActivityKind,
    ParticipantKind,
    Remit,
    Taking,
    may_change_remit,
    what_is_missing,
)

N_ = str  # marks a sentence for the catalogue of translations
Visible = frozenset[int] | None


def programme_of(visible: Visible, public_id: str) -> Programme:
    """The programme, to change it. Raises ``UnknownProgramme``."""
    programme = db.session.scalars(
        select(Programme).where(Programme.public_id == public_id, seen_by(visible))
    ).one_or_none()
    if programme is None:
        raise UnknownProgramme(public_id)
    return programme


@transactional
def create_programme(name: str, question: str, *, lead: int | None = None) -> str:
    """Open a programme; returns its public id.

    ``lead`` is the key of the organisation that leads it; without it the partnership does.
    """
    programme = Programme(name=name.strip(), question=question.strip(), lead_organisation_id=lead)
    db.session.add(programme)
    db.session.flush()
    record("programme.created", "programme", programme.public_id, facts={"name": programme.name})
    return programme.public_id


@transactional
def open_programme(name: str, question: str, staff_public_id: str, organisation: int | None) -> str:
    """Open a programme as a member of staff; returns its public id.

    Somebody of an organisation opens it for that one to lead, and becomes its officer.
    """
    public_id = create_programme(name, question, lead=organisation)
    if organisation is not None:
        programme = db.session.scalars(
            select(Programme.id).where(Programme.public_id == public_id)
        ).one()
        grant_role(staff_public_id, Role.OFFICER, programme)
    return public_id


@transactional
def change_remit(
    visible: Visible, public_id: str, remit: Remit, *, organisation: int | None = None
) -> None:
    """Change what a programme asks and what its answer can change.

    ``organisation`` is the key of the editor's own; ``None`` is the partnership. Raises
    ``UnknownProgramme``, or ``RemitIsNotYours`` where somebody else leads.
    """
    programme = programme_of(visible, public_id)
    if not may_change_remit(organisation, programme.lead_organisation_id):
        raise RemitIsNotYours(public_id)
    _change(programme, "programme.remit changed", remit)


@transactional
def change_taking(visible: Visible, public_id: str, taking: Taking) -> None:
    """Change a programme's name and how people take part in it. Raises ``UnknownProgramme``."""
    _change(programme_of(visible, public_id), "programme.edited", taking)


def _change(row: Programme | Activity, action: str, new: Remit | Taking | ActivityPlan) -> None:
    names = [field.name for field in fields(new)]
    before = {name: getattr(row, name) for name in names}
    after = {
        name: value.strip() if type(value) is str else value for name, value in asdict(new).items()
    }
    changed = [name for name in names if before[name] != after[name]]
    if not changed:
        return
    for name in changed:
        setattr(row, name, after[name])
    record(
        action,
        row.__tablename__,
        row.public_id,
        facts={
            "before": {name: _plain(before[name]) for name in changed},
            "after": {name: _plain(after[name]) for name in changed},
        },
    )


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else str(value)


@transactional
def set_places(
    visible: Visible, public_id: str, areas: Sequence[str], groups: Sequence[str]
) -> None:
    """Say where a programme is, and whom it must hear.

    ``areas`` are official names or codes of places, or people's own words. Raises
    ``UnknownProgramme``.
    """
    programme = programme_of(visible, public_id)
    lines = _lines(areas)
    official = _official(lines)
    found = dict(official.get(line.casefold(), (line, None)) for line in lines)
    _replace(
        programme,
        ProgrammeArea,
        [{"name": name, "place_code": code} for name, code in found.items()],
    )
    _replace(programme, ProgrammeGroup, [{"name": name} for name in _lines(groups)])


def _official(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Official name and code by what was typed, a name or a code; a name that several have is
    nobody's."""
    wanted = {name.casefold() for name in names}
    rows = db.session.execute(
        select(Place.code, Place.name).where(
            func.lower(Place.name).in_(wanted) | func.lower(Place.code).in_(wanted)
        )
    ).all()
    by_name = Counter(row.name.casefold() for row in rows)
    found = {row.code.casefold(): (row.name, row.code) for row in rows}
    for row in rows:
        if by_name[row.name.casefold()] == 1:
            found[row.name.casefold()] = (row.name, row.code)
    return found


@transactional
def set_existing(
    visible: Visible, public_id: str, names: Sequence[str], *, confirmed: bool
) -> None:
    """List the groups and forums that exist already; ``confirmed`` when the list is whole.

    Raises ``UnknownProgramme``.
    """
    programme = programme_of(visible, public_id)
    _replace(programme, ExistingGroup, [{"name": name} for name in _lines(names)])
    if confirmed and programme.existing_confirmed_at is None:
        programme.existing_confirmed_at = clock.now()
        record("programme.existing groups confirmed", "programme", public_id)
    elif not confirmed:
        programme.existing_confirmed_at = None


@transactional
def set_convenors(visible: Visible, public_id: str, organisations: Sequence[str]) -> None:
    """Say which organisations, by public id, convene a programme together with its lead.

    Raises ``UnknownProgramme`` or ``UnknownOrganisation``.
    """
    programme = programme_of(visible, public_id)
    keys = {
        row.public_id: row.id
        for row in db.session.execute(
            select(Organisation.public_id, Organisation.id).where(
                Organisation.public_id.in_(organisations)
            )
        )
    }
    if unknown := set(organisations) - set(keys):
        raise UnknownOrganisation(sorted(unknown)[0])
    _replace(
        programme, ProgrammeConvenor, [{"organisation_id": keys[key]} for key in organisations]
    )


def _lines(texts: Sequence[str]) -> list[str]:
    """Each text once, in order, without needless white space."""
    return list(dict.fromkeys(text for line in texts if (text := " ".join(line.split()))))


def _replace(
    programme: Programme,
    table: type[ProgrammeArea | ProgrammeGroup | ExistingGroup | ProgrammeConvenor],
    rows: list[dict[str, Any]],
) -> None:
    """Put these rows of a programme in the place of those that are there, if they differ."""
    columns = list(rows[0]) if rows else []
    held = db.session.scalars(
        select(table).where(table.programme_id == programme.id).order_by(table.id)
    ).all()
    if [{name: getattr(row, name) for name in columns} for row in held] == rows and len(
        held
    ) == len(rows):
        return
    db.session.execute(delete(table).where(table.programme_id == programme.id))
    db.session.add_all([table(programme_id=programme.id, **row) for row in rows])
    db.session.flush()
    record(
        f"programme.{table.__tablename__} set",
        "programme",
        programme.public_id,
        facts={"rows": rows},
    )


@transactional
def invite_partnership(visible: Visible, public_id: str) -> None:
    """Invite the partnership as a guest into a programme that an organisation leads.

    Raises ``UnknownProgramme``.
    """
    programme = programme_of(visible, public_id)
    if programme.lead_organisation_id is None or programme.guest_invited_at is not None:
        return
    programme.guest_invited_at = clock.now()
    record("programme.partnership invited", "programme", public_id)


@transactional
def publish_programme(visible: Visible, public_id: str) -> None:
    """Show a programme to everyone. Raises ``UnknownProgramme`` or ``NotReady``."""
    programme = programme_of(visible, public_id)
    if programme.published_at is not None:
        return
    now = clock.now()
    if missing := what_is_missing(planned(programme.id), clock.day_of(now)):
        raise NotReady(missing)
    programme.published_at = now
    record("programme.published", "programme", public_id)


@transactional
def close_programme(visible: Visible, public_id: str) -> None:
    """Say that a programme asks no more; it stays to be read. Raises ``UnknownProgramme``."""
    programme = programme_of(visible, public_id)
    if programme.published_at is None or programme.closed_at is not None:
        return
    programme.closed_at = clock.now()
    record("programme.closed", "programme", public_id)


@transactional
def open_programme_again(visible: Visible, public_id: str) -> None:
    """Take a programme's closing back. Raises ``UnknownProgramme``."""
    programme = programme_of(visible, public_id)
    if programme.closed_at is None:
        return
    programme.closed_at = None
    record("programme.opened again", "programme", public_id)


@dataclass(frozen=True)
class ActivityPlan:
    """What an activity is; it opens and closes at these moments, or when it is published."""

    kind: ActivityKind
    title: str
    about: str = ""
    prompt: str = ""
    offline_routes: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@transactional
def add_activity(visible: Visible, programme_public_id: str, plan: ActivityPlan) -> str:
    """Add an activity to a programme; returns its public id.

    Raises ``UnknownProgramme`` or ``ClosesBeforeItOpens``.
    """
    programme = programme_of(visible, programme_public_id)
    _check_times(plan)
    activity = Activity(programme_id=programme.id, **asdict(plan))
    db.session.add(activity)
    db.session.flush()
    record(
        "activity.added",
        "activity",
        activity.public_id,
        facts={"programme": programme_public_id, "kind": plan.kind, "title": plan.title},
    )
    return activity.public_id


@transactional
def change_activity(
    visible: Visible, programme_public_id: str, public_id: str, plan: ActivityPlan
) -> None:
    """Change an activity. Raises ``UnknownProgramme``, ``UnknownActivity``,
    ``ClosesBeforeItOpens``, or ``NotReady`` where it is published and would lose its other ways.
    """
    activity = _activity_of(visible, programme_public_id, public_id)
    _check_times(plan)
    if activity.published_at is not None and not plan.offline_routes.strip():
        raise NotReady([N_("How to take part without the internet")])
    _change(activity, "activity.changed", plan)


@transactional
def publish_activity(visible: Visible, programme_public_id: str, public_id: str) -> None:
    """Show an activity to everyone, once its programme is published too.

    Raises ``UnknownProgramme``, ``UnknownActivity``, or ``NotReady`` without a way to take part
    that needs no internet.
    """
    activity = _activity_of(visible, programme_public_id, public_id)
    if activity.published_at is not None:
        return
    if not activity.offline_routes:
        raise NotReady([N_("How to take part without the internet")])
    activity.published_at = clock.now()
    record("activity.published", "activity", public_id)


def _activity_of(visible: Visible, programme_public_id: str, public_id: str) -> Activity:
    programme = programme_of(visible, programme_public_id)
    activity = db.session.scalars(
        select(Activity).where(
            Activity.programme_id == programme.id, Activity.public_id == public_id
        )
    ).one_or_none()
    if activity is None:
        raise UnknownActivity(public_id)
    return activity


def _check_times(plan: ActivityPlan) -> None:
    if plan.opens_at and plan.closes_at and plan.closes_at <= plan.opens_at:
        raise ClosesBeforeItOpens


_KNOWN = select(Participant.id).where(
    Participant.programme_id == bindparam("programme"),
    Participant.token_hash == bindparam("token"),
)


@transactional
def add_participant(programme_id: int, kind: ParticipantKind, token_hash: str | None = None) -> int:
    """The key of a participant of a programme: who came with this token before, or a new one."""
    if token_hash is None:
        return prepared.add(Participant, programme_id=programme_id, kind=kind, token_hash=None)
    known = {"programme": programme_id, "token": token_hash}
    if not prepared.read(_KNOWN, **known):
        prepared.add_once(Participant, programme_id=programme_id, kind=kind, token_hash=token_hash)
    # Whether it was added here or, by a press sent twice, at the same moment elsewhere.
    return int(prepared.read(_KNOWN, **known)[0][0])
