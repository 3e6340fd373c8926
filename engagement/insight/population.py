"""Who lives where a programme is: official counts by what people are asked about themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal, select, union_all

from engagement.extensions import db
from engagement.panels.features import fifth_of
from engagement.panels.figures import KINDS, by_answers
from engagement.panels.rules import DEPRIVATION, PLACE
from engagement.places.models import CensusCount, Deprivation, ReferenceSet, SmallArea
from engagement.places.populations import COUNT_RESIDENTS
from engagement.places.queries import lies_in
from engagement.places.rules import BEGINNINGS, SMALL_AREA

(_SMALL,) = BEGINNINGS[SMALL_AREA]


@dataclass(frozen=True)
class Living:
    """How many live there, by group; and whose figures these are, how old."""

    counts: Mapping[str, int]
    sources: tuple[str, ...]


@dataclass
class _Read:
    """The counts of one table, and the source of each."""

    counts: dict[str, int] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)


def living_in(codes: Collection[str], areas: Collection[str]) -> dict[str, Living]:
    """Who lives in these places, by feature, as far as the imported figures tell: in one question.

    ``areas`` are what the places fall into, wards or councils. A table of councils is used where
    these make the places up exactly.
    """
    if not codes:
        return {}
    tables: dict[str, _Read] = {}
    for table, category, number, *source in db.session.execute(union_all(*_parts(codes, areas))):
        if number:
            read = tables.setdefault(table, _Read())
            read.counts[category] = int(number)
            read.sources[", ".join(source)] = None
    found = {}
    for table, read in tables.items():
        counts = _by_feature(table, read.counts)
        if counts:
            found[table] = Living(counts, tuple(read.sources))
    return found


def _by_feature(table: str, counts: Mapping[str, int]) -> dict[str, int]:
    if table == PLACE:
        return dict(counts)
    if table == DEPRIVATION:
        fifths: dict[str, int] = {}
        for decile, number in counts.items():
            fifth = fifth_of(int(decile))
            fifths[fifth] = fifths.get(fifth, 0) + number
        return fifths
    return by_answers(table, counts) or {}


def _parts(codes: Collection[str], areas: Collection[str]) -> list[Any]:
    """Counts by census category, by area and by decile, as rows of one shape."""
    source = (ReferenceSet.title, ReferenceSet.publisher, ReferenceSet.vintage)
    inside = select(SmallArea.code).where(lies_in(codes))
    feature = {kind: key for key, kind in KINDS.items()}
    by_category = (
        select(
            case(*((ReferenceSet.kind == kind, key) for kind, key in feature.items()), else_=""),
            CensusCount.category,
            func.sum(CensusCount.count),
            *source,
        )
        .join(ReferenceSet, ReferenceSet.id == CensusCount.reference_set_id)
        .where(
            ReferenceSet.kind.in_(feature),
            CensusCount.place_code.in_(inside) | CensusCount.place_code.in_(_councils(codes)),
        )
        .group_by(ReferenceSet.id, CensusCount.category, *source)
    )
    parts = [by_category]
    for around in (SmallArea.ward_code, SmallArea.local_authority_code):
        parts.append(_residents(PLACE, around, source).where(lies_in(codes), around.in_(areas)))
    parts.append(
        _residents(DEPRIVATION, cast(Deprivation.decile, String), source)
        .join(Deprivation, Deprivation.lsoa_code == SmallArea.code)
        .where(lies_in(codes))
    )
    return parts


def _residents(table: str, by: Any, source: tuple[Any, ...]) -> Any:
    """Residents of small areas by something about these."""
    return (
        select(literal(table), by, func.sum(CensusCount.count), *source)
        .join(ReferenceSet, ReferenceSet.id == CensusCount.reference_set_id)
        .join(SmallArea, SmallArea.code == CensusCount.place_code)
        .where(ReferenceSet.id == _counting())
        .group_by(by, *source)
    )


def _counting() -> Any:
    """The census table that counts residents by small area."""
    order = {kind: place for place, kind in enumerate(COUNT_RESIDENTS)}
    has_small = (
        select(CensusCount.reference_set_id)
        .where(
            CensusCount.reference_set_id == ReferenceSet.id,
            CensusCount.place_code.startswith(_SMALL),
        )
        .exists()
    )
    return (
        select(ReferenceSet.id)
        .where(ReferenceSet.kind.in_(COUNT_RESIDENTS), has_small)
        .order_by(case(*((ReferenceSet.kind == kind, n) for kind, n in order.items()), else_=99))
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )


def _councils(codes: Collection[str]) -> Any:
    """The councils that make these places up exactly; none where one is cut in two."""
    inside = func.sum(case((lies_in(codes), 1), else_=0))
    council = SmallArea.local_authority_code
    cut: ColumnElement[bool] = (
        select(council).group_by(council).having((inside > 0) & (inside < func.count())).exists()
    )
    return select(council).where(lies_in(codes), ~cut)
