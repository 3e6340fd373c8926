"""Reads of indicators: published figures about places, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from engagement.extensions import db
from engagement.places.models import IndicatorValue, Place, ReferenceSet


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator, and the title of the set that it comes from (see ``provenance``)."""

    indicator: str
    unit: str
    source: str


def indicators() -> list[IndicatorRow]:
    """All indicators that are imported, by name."""
    rows = db.session.execute(
        select(IndicatorValue.indicator, IndicatorValue.unit, ReferenceSet.title)
        .join(ReferenceSet, ReferenceSet.id == IndicatorValue.reference_set_id)
        .distinct()
        .order_by(IndicatorValue.indicator, ReferenceSet.title, IndicatorValue.unit)
    )
    return [IndicatorRow(*row) for row in rows]


@dataclass(frozen=True)
class FigureSource:
    """The file that a figure comes from, as it is told beside the figure."""

    title: str
    publisher: str
    vintage: str
    licence: str
    attribution: str
    sha256: str


@dataclass(frozen=True)
class IndicatorValueRow:
    """A figure about a place, in its unit and period, with its source.

    A place that is not imported has its code for a name.
    """

    indicator: str
    place: str
    period: str
    unit: str
    value: float
    source: FigureSource

    @property
    def name(self) -> str:
        """The indicator as it begins a line."""
        return self.indicator[:1].upper() + self.indicator[1:]


def indicator_values(place_code: str, indicator: str | None = None) -> list[IndicatorValueRow]:
    """The figures about a place, or those of one indicator, by indicator and period."""
    statement = (
        select(
            IndicatorValue.indicator,
            func.coalesce(Place.name, IndicatorValue.place_code),
            IndicatorValue.period,
            IndicatorValue.unit,
            IndicatorValue.value,
            ReferenceSet.title,
            ReferenceSet.publisher,
            ReferenceSet.vintage,
            ReferenceSet.licence,
            ReferenceSet.attribution,
            ReferenceSet.sha256,
        )
        .join(ReferenceSet, ReferenceSet.id == IndicatorValue.reference_set_id)
        .outerjoin(Place, Place.code == IndicatorValue.place_code)
        .where(IndicatorValue.place_code == place_code)
        .order_by(IndicatorValue.indicator, IndicatorValue.period, ReferenceSet.title)
    )
    if indicator is not None:
        statement = statement.where(IndicatorValue.indicator == indicator)
    found: list[IndicatorValueRow] = []
    for name, place, period, unit, value, *source in db.session.execute(statement):
        found.append(
            IndicatorValueRow(name, place, shown_period(period), unit, value, FigureSource(*source))
        )
    return found


def shown_period(period: str) -> str:
    """A period as people write it: 202021, the year from April 2020, is 2020/21."""
    year, end = period[:4], period[4:]
    if period.isdecimal() and len(period) == 6 and (int(year) + 1) % 100 == int(end):
        return f"{year}/{end}"
    return period
