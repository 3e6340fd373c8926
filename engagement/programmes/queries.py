"""Reads of programmes. Those for staff are limited to what the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, null, select, union_all

from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.partnerships.models import Organisation
from engagement.programmes.models import (
    Activity,
    ExistingGroup,
    Programme,
    ProgrammeArea,
    ProgrammeConvenor,
    ProgrammeGroup,
)
from engagement.programmes.rules import (
    ActivityKind,
    Planned,
    Remit,
    Status,
    Taking,
    Topic,
    status_of,
)


def seen_by(visible: frozenset[int] | None) -> ColumnElement[bool]:
    """The programmes that somebody may see; ``None`` stands for the partnership's own staff.

    A programme that an organisation leads is hidden from them until it invites them.
    """
    if visible is not None:
        return Programme.id.in_(visible)
    return Programme.lead_organisation_id.is_(None) | Programme.guest_invited_at.is_not(None)


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme in a list."""

    id: int
    public_id: str
    name: str
    topic: Topic
    question: str
    status: Status
    published_at: datetime | None
    areas: tuple[str, ...] = ()
    ways: tuple[ActivityKind, ...] = ()


_LINE = (
    Programme.id,
    Programme.public_id,
    Programme.name,
    Programme.topic,
    Programme.question,
    Programme.published_at,
    Programme.closed_at,
)


def list_programmes(
    visible: frozenset[int] | None, page: int, size: int
) -> tuple[list[ProgrammeLine], int]:
    """One page of programmes by name (``page`` counts from 1), and how many there are.

    ``visible`` holds the keys that the reader may see; ``None`` means all of the partnership.
    """
    return _lines([seen_by(visible)], Programme.name, page, size)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for among the published programmes; empty parts match all.

    ``place`` is an area's name, ``words`` are looked for in names, questions and areas.
    """

    words: str = ""
    place: str = ""
    topic: Topic | None = None
    status: Status | None = None
    way: ActivityKind | None = None


def find_published(wanted: Wanted, page: int, size: int) -> tuple[list[ProgrammeLine], int]:
    """One page of the published programmes that match, the newest first, and how many match."""
    now = utc_now()
    parts: list[ColumnElement[bool]] = [Programme.published_at.is_not(None)]
    if wanted.place:
        parts.append(_has(ProgrammeArea, ProgrammeArea.name == wanted.place))
    if wanted.topic:
        parts.append(Programme.topic == wanted.topic)
    if wanted.status is Status.OPEN:
        parts.append(Programme.closed_at.is_(None))
    if wanted.status is Status.CLOSED:
        parts.append(Programme.closed_at.is_not(None))
    if wanted.way:
        parts.append(
            _has(
                Activity,
                (Activity.kind == wanted.way)
                & (Activity.published_at <= now)
                & (Activity.closes_at.is_(None) | (Activity.closes_at > now)),
            )
        )
    parts += [
        Programme.name.icontains(word, autoescape=True)
        | Programme.question.icontains(word, autoescape=True)
        | _has(ProgrammeArea, ProgrammeArea.name.icontains(word, autoescape=True))
        for word in wanted.words.split()[:10]
    ]
    return _lines(parts, Programme.published_at.desc(), page, size)


def _has(table: type[ProgrammeArea | Activity], condition: Any) -> ColumnElement[bool]:
    return exists().where(table.programme_id == Programme.id, condition)


def _lines(
    conditions: Sequence[ColumnElement[bool]], order: Any, page: int, size: int
) -> tuple[list[ProgrammeLine], int]:
    rows = db.session.execute(
        select(*_LINE, utc_now().label("now"), func.count().over().label("total"))
        .where(*conditions)
        .order_by(order, Programme.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    if not rows:
        return [], 0
    keys = [row.id for row in rows]
    areas, ways = _areas_of(keys), _ways_of(keys)
    lines = [
        ProgrammeLine(
            row.id,
            row.public_id,
            row.name,
            row.topic,
            row.question,
            status_of(row.published_at, None, row.closed_at, row.now),
            row.published_at,
            tuple(areas.get(row.id, ())),
            tuple(ways.get(row.id, ())),
        )
        for row in rows
    ]
    return lines, rows[0].total


def _areas_of(programmes: Sequence[int]) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(ProgrammeArea.programme_id, ProgrammeArea.name)
        .where(ProgrammeArea.programme_id.in_(programmes))
        .order_by(ProgrammeArea.id)
    )
    return _grouped(rows)


def _ways_of(programmes: Sequence[int]) -> dict[int, list[ActivityKind]]:
    """The kinds of activity that are open now, by programme."""
    rows = db.session.execute(
        select(Activity.programme_id, Activity.kind)
        .where(Activity.programme_id.in_(programmes), *_open_now())
        .distinct()
        .order_by(Activity.kind)
    )
    return _grouped(rows)


def _open_now() -> tuple[ColumnElement[bool], ...]:
    now = utc_now()
    return (
        Activity.published_at <= now,
        Activity.opens_at.is_(None) | (Activity.opens_at <= now),
        Activity.closes_at.is_(None) | (Activity.closes_at > now),
    )


def area_names(programme_id: int) -> str:
    """The places that a programme is about, as what was said at them names its place."""
    return ", ".join(_areas_of([programme_id]).get(programme_id, []))


def _grouped(rows: Any) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for key, value in rows:
        grouped.setdefault(key, []).append(value)
    return grouped


def places_of_published() -> list[str]:
    """The names of all areas that published programmes are about, by name."""
    return list(
        db.session.scalars(
            select(ProgrammeArea.name)
            .join(Programme, Programme.id == ProgrammeArea.programme_id)
            .where(Programme.published_at.is_not(None))
            .distinct()
            .order_by(ProgrammeArea.name)
        )
    )


@dataclass(frozen=True)
class AreaRow:
    """A place that a programme is about; without a code the name is people's own."""

    name: str
    place_code: str | None


@dataclass(frozen=True)
class ProgrammeRow:
    """One programme with all that its page shows."""

    id: int
    public_id: str
    remit: Remit
    taking: Taking
    lead_organisation_id: int | None
    lead: str
    """The name of the organisation that leads it; empty where the partnership does."""
    guest_invited_at: datetime | None
    existing_confirmed_at: datetime | None
    created_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    status: Status
    areas: tuple[AreaRow, ...] = ()
    groups: tuple[str, ...] = ()
    existing: tuple[str, ...] = ()
    convenors: tuple[str, ...] = field(default=())
    """The names of the organisations that convene it together with its lead."""

    @property
    def name(self) -> str:
        """What the programme is called."""
        return self.taking.name

    @property
    def planned(self) -> Planned:
        """What it has of what it needs before it may be published."""
        return Planned(
            self.remit,
            self.taking,
            len(self.areas),
            len(self.groups),
            self.existing_confirmed_at is not None,
        )


def find_programme(visible: frozenset[int] | None, public_id: str) -> ProgrammeRow | None:
    """One programme, when the reader may see it."""
    return _one(Programme.public_id == public_id, seen_by(visible))


def find_published_programme(public_id: str) -> ProgrammeRow | None:
    """One programme that everyone may see."""
    return _one(Programme.public_id == public_id, Programme.published_at.is_not(None))


@dataclass(frozen=True)
class ProgrammeName:
    """A programme as the pages of its chain need it."""

    id: int
    public_id: str
    name: str
    question: str


def find_name(visible: frozenset[int] | None, public_id: str) -> ProgrammeName | None:
    """The name of a programme, when the reader may see it."""
    return _name(public_id, seen_by(visible))


def find_published_name(public_id: str) -> ProgrammeName | None:
    """The name of a programme that everyone may see."""
    return _name(public_id, Programme.published_at.is_not(None))


def _name(public_id: str, condition: ColumnElement[bool]) -> ProgrammeName | None:
    row = db.session.execute(
        select(Programme.id, Programme.public_id, Programme.name, Programme.question).where(
            Programme.public_id == public_id, condition
        )
    ).one_or_none()
    return ProgrammeName(*row) if row else None


def planned(programme_id: int) -> Planned:
    """What a programme has of what it needs before it may be published."""
    found = _one(Programme.id == programme_id)
    assert found is not None
    return found.planned


def _one(*conditions: ColumnElement[bool]) -> ProgrammeRow | None:
    """One programme, in two questions: itself, and its lists together."""
    row = db.session.execute(
        select(Programme, Organisation.name, utc_now())
        .outerjoin(Organisation, Organisation.id == Programme.lead_organisation_id)
        .where(*conditions)
    ).one_or_none()
    if row is None:
        return None
    programme, lead, now = row
    lists = _lists_of(programme.id)
    return ProgrammeRow(
        id=programme.id,
        public_id=programme.public_id,
        remit=Remit(**{f.name: getattr(programme, f.name) for f in fields(Remit)}),
        taking=Taking(**{f.name: getattr(programme, f.name) for f in fields(Taking)}),
        lead_organisation_id=programme.lead_organisation_id,
        lead=lead or "",
        guest_invited_at=programme.guest_invited_at,
        existing_confirmed_at=programme.existing_confirmed_at,
        created_at=programme.created_at,
        published_at=programme.published_at,
        closed_at=programme.closed_at,
        status=status_of(programme.published_at, None, programme.closed_at, now),
        areas=tuple(AreaRow(name, code) for name, code in lists["area"]),
        groups=tuple(name for name, _ in lists["group"]),
        existing=tuple(name for name, _ in lists["existing"]),
        convenors=tuple(name for name, _ in lists["convenor"]),
    )


def _lists_of(programme_id: int) -> dict[str, list[tuple[str, str | None]]]:
    """Areas, groups, existing groups and convenors of a programme, in the order of their rows."""
    none = null().label("code")
    parts = [
        select(
            literal("area").label("list"),
            ProgrammeArea.id,
            ProgrammeArea.name,
            ProgrammeArea.place_code.label("code"),
        ).where(ProgrammeArea.programme_id == programme_id),
        select(literal("group"), ProgrammeGroup.id, ProgrammeGroup.name, none).where(
            ProgrammeGroup.programme_id == programme_id
        ),
        select(literal("existing"), ExistingGroup.id, ExistingGroup.name, none).where(
            ExistingGroup.programme_id == programme_id
        ),
        select(literal("convenor"), ProgrammeConvenor.id, Organisation.name, none)
        .join(Organisation, Organisation.id == ProgrammeConvenor.organisation_id)
        .where(ProgrammeConvenor.programme_id == programme_id),
    ]
    lists: dict[str, list[tuple[str, str | None]]] = {
        "area": [],
        "group": [],
        "existing": [],
        "convenor": [],
    }
    for kind, _, name, code in db.session.execute(union_all(*parts).order_by("list", "id")):
        lists[kind].append((name, code))
    return lists


def programme_names() -> dict[int, str]:
    """The names of all programmes of the partnership by key, in the order of the names."""
    rows = db.session.execute(
        select(Programme.id, Programme.name).order_by(Programme.name, Programme.id)
    )
    return {row.id: row.name for row in rows}


@dataclass(frozen=True)
class ActivityRow:
    """An activity as pages show it."""

    id: int
    public_id: str
    programme_id: int
    kind: ActivityKind
    title: str
    about: str
    prompt: str
    offline_routes: str
    opens_at: datetime | None
    closes_at: datetime | None
    published_at: datetime | None
    status: Status


_ACTIVITY = (
    Activity.id,
    Activity.public_id,
    Activity.programme_id,
    Activity.kind,
    Activity.title,
    Activity.about,
    Activity.prompt,
    Activity.offline_routes,
    Activity.opens_at,
    Activity.closes_at,
    Activity.published_at,
    utc_now(),
)


def activities_of(programme_id: int) -> list[ActivityRow]:
    """The activities of a programme, in the order in which they were added."""
    rows = db.session.execute(
        select(*_ACTIVITY).where(Activity.programme_id == programme_id).order_by(Activity.id)
    )
    return [_activity(row) for row in rows]


def find_activity(programme_id: int, public_id: str) -> ActivityRow | None:
    """One activity of a programme."""
    row = db.session.execute(
        select(*_ACTIVITY).where(
            Activity.programme_id == programme_id, Activity.public_id == public_id
        )
    ).one_or_none()
    return _activity(row) if row else None


def _activity(row: Any) -> ActivityRow:
    *columns, now = row
    opens_at, closes_at, published_at = columns[-3:]
    return ActivityRow(*[*columns, status_of(published_at, opens_at, closes_at, now)])
