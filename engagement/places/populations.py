"""How many people live where, by deprivation and by place."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from engagement.extensions import db
from engagement.places.models import CensusCount, Deprivation, ReferenceSet, SmallArea
from engagement.places.queries import lies_in
from engagement.places.rules import SMALL_AREA, ReferenceKind, kind_of_code

# Census tables that count residents, any of which says how many live in a small area.
COUNT_RESIDENTS = (
    ReferenceKind.CENSUS_SEX,
    ReferenceKind.CENSUS_AGE,
    ReferenceKind.CENSUS_DISABILITY,
    ReferenceKind.CENSUS_ETHNIC_GROUP,
)


def counted_by() -> ReferenceKind | None:
    """The imported census table that counts residents by small area, if there is one."""
    for kind in COUNT_RESIDENTS:
        code = db.session.scalar(
            select(CensusCount.place_code)
            .join(ReferenceSet, ReferenceSet.id == CensusCount.reference_set_id)
            .where(ReferenceSet.kind == kind)
            .limit(1)
        )
        if code and kind_of_code(code) == SMALL_AREA:
            return kind
    return None


def residents_by_decile(codes: Collection[str]) -> dict[int, int]:
    """Residents of these places by the deprivation decile (1 to 10) of their small area; empty
    where the figures are not imported."""
    rows = db.session.execute(
        select(Deprivation.decile, func.sum(CensusCount.count))
        .join(CensusCount, CensusCount.place_code == Deprivation.lsoa_code)
        .join(SmallArea, SmallArea.code == Deprivation.lsoa_code)
        .where(CensusCount.reference_set_id == _set_of(counted_by()), lies_in(codes))
        .group_by(Deprivation.decile)
    )
    return {decile: int(count) for decile, count in rows}


def residents_of_each(codes: Collection[str]) -> dict[str, int]:
    """Residents of each of these places; one without figures is left out."""
    counts = {}
    for code in codes:
        total = db.session.scalar(
            select(func.sum(CensusCount.count))
            .join(SmallArea, SmallArea.code == CensusCount.place_code)
            .where(CensusCount.reference_set_id == _set_of(counted_by()), lies_in({code}))
        )
        if total:
            counts[code] = int(total)
    return counts


def _set_of(kind: ReferenceKind | None) -> object:
    return select(ReferenceSet.id).where(ReferenceSet.kind == kind).scalar_subquery()
