"""Small areas that a figure singles out among those of a place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from engagement.extensions import db
from engagement.places.indicators import shown_period
from engagement.places.models import Deprivation, IndicatorValue, SmallArea
from engagement.places.queries import lies_in
from engagement.places.rules import BEGINNINGS, SMALL_AREA

OVERALL = "overall"
INDICATOR = "indicator:"


@dataclass(frozen=True)
class StandingOut:
    """A small area and its figure; of deprivation that is the decile, 1 being most deprived."""

    code: str
    name: str
    value: float
    unit: str = ""
    period: str = ""


def most_deprived(codes: Collection[str], domain: str, limit: int) -> list[StandingOut]:
    """The small areas of these places that are most deprived: overall, or in a domain."""
    rows = db.session.execute(
        select(SmallArea.code, SmallArea.name, Deprivation.decile, Deprivation.domains)
        .join(Deprivation, Deprivation.lsoa_code == SmallArea.code)
        .where(lies_in(codes))
        .order_by(Deprivation.rank)
    ).all()
    found = [
        StandingOut(row.code, row.name, decile)
        for row in rows
        if (decile := row.decile if domain == OVERALL else row.domains.get(domain)) is not None
    ]
    return sorted(found, key=lambda one: one.value)[:limit]


def furthest_out(
    codes: Collection[str], indicator: str, limit: int, *, highest: bool
) -> list[StandingOut]:
    """The small areas of these places with the highest or lowest values of an indicator, in the
    newest period that it has."""
    newest = (
        select(func.max(IndicatorValue.period))
        .where(IndicatorValue.indicator == indicator, _of_small_areas())
        .scalar_subquery()
    )
    value = IndicatorValue.value
    rows = db.session.execute(
        select(SmallArea.code, SmallArea.name, value, IndicatorValue.unit, IndicatorValue.period)
        .join(SmallArea, SmallArea.code == IndicatorValue.place_code)
        .where(
            IndicatorValue.indicator == indicator,
            IndicatorValue.period == newest,
            lies_in(codes),
        )
        .order_by(value.desc() if highest else value, SmallArea.code)
        .limit(limit)
    )
    return [
        StandingOut(row.code, row.name, row.value, row.unit, shown_period(row.period))
        for row in rows
    ]


def figures_of_small_areas() -> list[str]:
    """By what small areas can be singled out: indicators, as ``indicator:name``."""
    names = db.session.scalars(
        select(IndicatorValue.indicator)
        .where(_of_small_areas())
        .distinct()
        .order_by(IndicatorValue.indicator)
    )
    return [INDICATOR + name for name in names]


def _of_small_areas() -> ColumnElement[bool]:
    (start,) = BEGINNINGS[SMALL_AREA]
    return IndicatorValue.place_code.startswith(start)
