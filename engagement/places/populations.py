"""How many people live where, by deprivation and by place."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from sqlalchemy import func, select

from engagement.extensions import db
from engagement.places.models import CensusCount, Deprivation, ReferenceSet, SmallArea
from engagement.places.queries import AROUND, lies_in
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


def residents_of_each(codes: Collection[str], within: Collection[str]) -> dict[str, int]:
    """Residents of each of these places, as far as they lie ``within`` others; one of whom the
    figures tell nothing is left out."""
    by_kind: dict[str | None, set[str]] = {}
    for code in codes:
        by_kind.setdefault(kind_of_code(code), set()).add(code)
    counts: dict[str, int] = {}
    for kind in AROUND.keys() & by_kind.keys():
        around = AROUND[kind]
        rows = db.session.execute(
            select(around, func.sum(CensusCount.count))
            .join(SmallArea, SmallArea.code == CensusCount.place_code)
            .where(
                CensusCount.reference_set_id == _set_of(counted_by()),
                around.in_(by_kind[kind]),
                lies_in(within),
            )
            .group_by(around)
        )
        counts |= {code: int(total) for code, total in rows if total}
    return counts


def counts_by_councils(kind: ReferenceKind, codes: Collection[str]) -> dict[str, int]:
    """Counts by category for places that cut councils in two: each council's shares, for as many
    of its residents as live in them. An estimate; empty where a council has no figures of this
    kind, small areas have none, or the kind does not count residents.
    """
    if kind not in COUNT_RESIDENTS:
        return {}
    council = SmallArea.local_authority_code
    residents = {
        code: int(total)
        for code, total in db.session.execute(
            select(council, func.sum(CensusCount.count))
            .join(SmallArea, SmallArea.code == CensusCount.place_code)
            .where(CensusCount.reference_set_id == _set_of(counted_by()), lies_in(codes))
            .group_by(council)
        )
    }
    whole: dict[str, dict[str, int]] = {}
    for code, category, count in db.session.execute(
        select(CensusCount.place_code, CensusCount.category, CensusCount.count).where(
            CensusCount.reference_set_id == _set_of(kind), CensusCount.place_code.in_(residents)
        )
    ):
        whole.setdefault(code, {})[category] = count
    if not residents or whole.keys() != residents.keys():
        return {}
    found: dict[str, Fraction] = {}
    for code, people in residents.items():
        counted = sum(whole[code].values())
        for category, count in whole[code].items():
            share = Fraction(count, counted) if counted else Fraction(0)
            found[category] = found.get(category, Fraction(0)) + people * share
    return {category: round(count) for category, count in sorted(found.items())}


def _set_of(kind: ReferenceKind | None) -> object:
    return select(ReferenceSet.id).where(ReferenceSet.kind == kind).scalar_subquery()
