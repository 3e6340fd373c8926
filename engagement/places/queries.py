"""Reads of places, of the figures about them, and of where the figures come from."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from engagement.extensions import db
from engagement.places.errors import InvalidPostcode, PostcodesNotImported, UnknownPostcode
from engagement.places.models import (
    Boundary,
    CensusCount,
    Deprivation,
    Place,
    Postcode,
    ReferenceSet,
    SmallArea,
)
from engagement.places.rules import (
    COUNTRY,
    SMALL_AREA,
    PlaceKind,
    ReferenceKind,
    kind_of_code,
    normal_postcode,
)

_CARRIED = Path(__file__).with_name("icbs.csv")


# Where figures come from.


@dataclass(frozen=True)
class SetRow:
    """An imported file, as it is shown wherever one of its figures is used."""

    kind: ReferenceKind
    title: str
    publisher: str
    vintage: str
    licence: str
    attribution: str
    file_name: str
    sha256: str
    row_count: int
    partial: bool
    imported_at: datetime


def _sets() -> Select[*tuple[Any, ...]]:
    return select(
        ReferenceSet.kind,
        ReferenceSet.title,
        ReferenceSet.publisher,
        ReferenceSet.vintage,
        ReferenceSet.licence,
        ReferenceSet.attribution,
        ReferenceSet.file_name,
        ReferenceSet.sha256,
        ReferenceSet.row_count,
        ReferenceSet.partial,
        ReferenceSet.imported_at,
    )


def reference_sets() -> list[SetRow]:
    """All imported files, in the order of the kinds."""
    order = list(ReferenceKind)
    rows = [SetRow(*row) for row in db.session.execute(_sets())]
    return sorted(rows, key=lambda row: (order.index(row.kind), row.title))


def provenance(kind: ReferenceKind, title: str | None = None) -> SetRow | None:
    """Where the figures of a kind come from; indicators have several sets, by title."""
    statement = _sets().where(ReferenceSet.kind == kind).order_by(ReferenceSet.id).limit(1)
    if title is not None:
        statement = statement.where(ReferenceSet.title == title)
    row = db.session.execute(statement).one_or_none()
    return SetRow(*row) if row else None


@dataclass(frozen=True)
class IcbRow:
    """An integrated care board; ``residents`` at the 2021 census."""

    code: str
    ods_code: str
    name: str
    residents: int


@cache
def national_icbs() -> tuple[IcbRow, ...]:
    """The 42 integrated care boards that the product carries, by name; needs no import."""
    with _CARRIED.open(encoding="utf-8", newline="") as stream:
        next(stream)  # says where the figures come from
        rows = [
            IcbRow(code, ods, name, int(n)) for code, ods, name, n in list(csv.reader(stream))[1:]
        ]
    return tuple(sorted(rows, key=lambda row: row.name))


# Places.


@dataclass(frozen=True)
class PlaceRow:
    """A place and the code of the one around it."""

    code: str
    kind: PlaceKind
    name: str
    within_code: str | None


_PLACES = (Place.code, Place.kind, Place.name, Place.within_code)
# Which column of a small area names the place of a kind that it lies in.
AROUND: Mapping[str, InstrumentedAttribute[Any]] = {
    SMALL_AREA: SmallArea.code,
    PlaceKind.WARD: SmallArea.ward_code,
    PlaceKind.LOCAL_AUTHORITY: SmallArea.local_authority_code,
    PlaceKind.SUB_ICB: SmallArea.sub_icb_code,
    PlaceKind.ICB: SmallArea.icb_code,
}


def find_place(code: str) -> PlaceRow | None:
    """The place with this code; small areas have ``parents_of``."""
    row = db.session.execute(select(*_PLACES).where(Place.code == code)).one_or_none()
    return PlaceRow(*row) if row else None


def places_of(kind: PlaceKind, within: str | None = None) -> list[PlaceRow]:
    """The places of a kind by name, or those of them that lie ``within`` a place, if only partly.

    A local authority lies in an ICB, say, where one of its small areas does.
    """
    statement = select(*_PLACES).where(Place.kind == kind).order_by(Place.name, Place.code)
    if within is not None:
        inside: ColumnElement[bool] = Place.within_code == within
        if kind in AROUND:
            inside |= Place.code.in_(select(AROUND[kind]).where(lies_in({within})))
        statement = statement.where(inside)
    return [PlaceRow(*row) for row in db.session.execute(statement)]


def places_within(codes: Collection[str]) -> list[PlaceRow]:
    """What these places fall into for people who say where they live, by name: an ICB into its
    local authorities, a local authority into its wards."""
    authorities = select(SmallArea.local_authority_code).where(SmallArea.icb_code.in_(codes))
    statement = (
        select(*_PLACES)
        .where(
            ((Place.kind == PlaceKind.WARD) & Place.within_code.in_(codes))
            | ((Place.kind == PlaceKind.LOCAL_AUTHORITY) & Place.code.in_(authorities))
        )
        .order_by(Place.name, Place.code)
    )
    return [PlaceRow(*row) for row in db.session.execute(statement)] if codes else []


def search_places(words: str, limit: int = 20) -> list[PlaceRow]:
    """Places whose names hold all these words, by name; nothing typed finds nothing."""
    if not words.split():
        return []
    found = [Place.name.icontains(word, autoescape=True) for word in words.split()]
    rows = db.session.execute(
        select(*_PLACES).where(*found).order_by(Place.name, Place.code).limit(limit)
    )
    return [PlaceRow(*row) for row in rows]


def lies_in(codes: Collection[str]) -> ColumnElement[bool]:
    """That a small area lies in any of these places, of whatever kinds."""
    by_kind: dict[str | None, set[str]] = {}
    for code in codes:
        by_kind.setdefault(kind_of_code(code), set()).add(code)
    found: list[ColumnElement[bool]] = [
        AROUND[kind].in_(by_kind[kind]) for kind in AROUND if kind in by_kind
    ]
    if regions := by_kind.get(PlaceKind.REGION):
        found.append(SmallArea.local_authority_code.in_(_authorities_of(regions)))
    if COUNTRY in by_kind:
        found.append(true())
    return or_(false(), *found)


def _authorities_of(regions: Collection[str]) -> Select[*tuple[Any, ...]]:
    return select(Place.code).where(Place.within_code.in_(regions))


def small_areas_in(codes: Collection[str]) -> list[str]:
    """The codes of all small areas that lie in any of these places, of whatever kinds."""
    return list(
        db.session.scalars(select(SmallArea.code).where(lies_in(codes)).order_by(SmallArea.code))
    )


@dataclass(frozen=True)
class SmallAreaRow:
    """A small area and the places that it lies in; a name that is not imported is its code."""

    code: str
    name: str
    ward_code: str
    ward: str
    local_authority_code: str
    local_authority: str
    sub_icb_code: str | None
    icb_code: str | None
    icb: str | None


def _small_areas() -> Select[*tuple[Any, ...]]:
    ward, authority, icb = aliased(Place), aliased(Place), aliased(Place)
    return (
        select(
            SmallArea.code,
            SmallArea.name,
            SmallArea.ward_code,
            func.coalesce(ward.name, SmallArea.ward_code),
            SmallArea.local_authority_code,
            func.coalesce(authority.name, SmallArea.local_authority_code),
            SmallArea.sub_icb_code,
            SmallArea.icb_code,
            func.coalesce(icb.name, SmallArea.icb_code),
        )
        .outerjoin(ward, ward.code == SmallArea.ward_code)
        .outerjoin(authority, authority.code == SmallArea.local_authority_code)
        .outerjoin(icb, icb.code == SmallArea.icb_code)
    )


def parents_of(lsoa_code: str) -> SmallAreaRow | None:
    """The places that a small area lies in."""
    row = db.session.execute(_small_areas().where(SmallArea.code == lsoa_code)).one_or_none()
    return SmallAreaRow(*row) if row else None


def small_areas_of(code: str) -> list[SmallAreaRow]:
    """The small areas of a place by name, for somebody who picks theirs from a list."""
    rows = db.session.execute(
        _small_areas().where(lies_in({code})).order_by(SmallArea.name, SmallArea.code)
    )
    return [SmallAreaRow(*row) for row in rows]


@dataclass(frozen=True)
class OutlineRow:
    """A place and its GeoJSON geometry, in degrees of longitude and latitude."""

    code: str
    name: str
    geometry: dict[str, Any]


def outlines(kind: ReferenceKind, codes: Collection[str]) -> list[OutlineRow]:
    """The outlines of a kind (``BOUNDARIES_…``) of those of these places that have one."""
    rows = db.session.execute(
        select(Boundary.place_code, Boundary.name, Boundary.geometry)
        .join(ReferenceSet, ReferenceSet.id == Boundary.reference_set_id)
        .where(ReferenceSet.kind == kind, Boundary.place_code.in_(codes))
        .order_by(Boundary.place_code)
    )
    return [OutlineRow(*row) for row in rows]


# Postcodes.


@dataclass(frozen=True)
class Resolved:
    """Where a postcode lies. The postcode itself is not in it: it is dropped."""

    lsoa_code: str
    lsoa_name: str
    ward: str
    local_authority: str
    icb_code: str | None
    decile: int | None


def has_postcodes() -> bool:
    """Whether a postcode can be resolved here; otherwise a person picks their area."""
    return bool(db.session.scalar(select(exists(select(Postcode.code)))))


def resolve_postcode(typed: str) -> Resolved:
    """The small area of a postcode, in whatever case and spacing it was typed.

    Raises ``InvalidPostcode``, ``PostcodesNotImported`` or ``UnknownPostcode``, none of which
    holds what was typed.
    """
    code = normal_postcode(typed)
    if code is None:
        raise InvalidPostcode
    lsoa_code = db.session.scalar(select(Postcode.lsoa_code).where(Postcode.code == code))
    if lsoa_code is None:
        raise UnknownPostcode if has_postcodes() else PostcodesNotImported
    area, deprivation = parents_of(lsoa_code), deprivation_of(lsoa_code)
    return Resolved(
        lsoa_code,
        area.name if area else lsoa_code,
        area.ward if area else "",
        area.local_authority if area else "",
        area.icb_code if area else None,
        deprivation.decile if deprivation else None,
    )


# Figures.


@dataclass(frozen=True)
class DeprivationRow:
    """A small area in the Index of Multiple Deprivation; rank and decile 1 are most deprived."""

    score: float
    rank: int
    decile: int
    domains: Mapping[str, int]


def deprivation_of(lsoa_code: str) -> DeprivationRow | None:
    """How deprived a small area is."""
    row = db.session.execute(
        select(Deprivation.score, Deprivation.rank, Deprivation.decile, Deprivation.domains).where(
            Deprivation.lsoa_code == lsoa_code
        )
    ).one_or_none()
    return DeprivationRow(*row) if row else None


def deciles_in(codes: Collection[str]) -> dict[str, int]:
    """The decile of each small area that lies in any of these places."""
    rows = db.session.execute(
        select(Deprivation.lsoa_code, Deprivation.decile)
        .join(SmallArea, SmallArea.code == Deprivation.lsoa_code)
        .where(lies_in(codes))
        .order_by(Deprivation.lsoa_code)
    )
    return {row.lsoa_code: row.decile for row in rows}


def census_counts(kind: ReferenceKind, codes: Collection[str]) -> dict[str, int]:
    """Counts by category, summed over these places; tenure counts households, others residents.

    A place whose counts are stored is read as it is. Another is summed from its small areas, each
    once, or from local authorities where the file is about those and they make it up exactly.
    Empty where no census file of this kind is imported, or it cannot tell.
    """
    set_id = select(ReferenceSet.id).where(ReferenceSet.kind == kind).scalar_subquery()
    own = CensusCount.reference_set_id == set_id
    stored = kind_of_code(
        db.session.scalar(select(CensusCount.place_code).where(own).limit(1)) or ""
    )
    told = {code for code in codes if kind_of_code(code) == stored}
    places: ColumnElement[bool] = CensusCount.place_code.in_(told)
    if rest := set(codes) - told:
        if stored == SMALL_AREA:
            inside = select(SmallArea.code).where(lies_in(rest))
            places |= CensusCount.place_code.in_(inside)
        elif stored == PlaceKind.LOCAL_AUTHORITY:
            if (authorities := _authorities_making_up(rest)) is None:
                return {}
            places |= CensusCount.place_code.in_(authorities)
        else:
            return {}
    rows = db.session.execute(
        select(CensusCount.category, func.sum(CensusCount.count))
        .where(own, places)
        .group_by(CensusCount.category)
        .order_by(CensusCount.category)
    )
    return {category: int(count) for category, count in rows}


def _authorities_making_up(codes: Collection[str]) -> set[str] | None:
    """The local authorities in these places; ``None`` where one lies only partly in them."""
    inside = func.sum(case((lies_in(codes), 1), else_=0))
    rows = db.session.execute(
        select(SmallArea.local_authority_code, func.count(), inside)
        .group_by(SmallArea.local_authority_code)
        .having(inside > 0)
    ).all()
    if any(within < areas for _code, areas, within in rows):
        return None
    return {code for code, _areas, _within in rows}
