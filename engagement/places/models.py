"""England's places and the official figures about them: the same for every partnership."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import BigKey, CreatedAt, Key, impersonal, one_of, refers_to
from engagement.extensions import Base
from engagement.places.rules import PlaceKind, ReferenceKind

CODE = String(9)
"""A code of the Government Statistical Service, such as E01000001."""


def _set_in_key() -> Any:
    return mapped_column(
        BigKey, ForeignKey("reference_set.id", ondelete="CASCADE"), primary_key=True
    )


class ReferenceSet(Base):
    """One imported file: what it is, whose, how old, on what terms, and its fingerprint.

    ``partial`` is a file that covers a part of England only. Its rows go with it.
    """

    __tablename__ = "reference_set"

    id: Mapped[Key]
    kind: Mapped[ReferenceKind] = one_of(ReferenceKind, index=True)
    title: Mapped[str] = impersonal()
    publisher: Mapped[str] = impersonal()
    vintage: Mapped[str] = impersonal()
    licence: Mapped[str] = impersonal()
    attribution: Mapped[str] = impersonal()
    file_name: Mapped[str] = impersonal()
    sha256: Mapped[str] = impersonal(String(64))
    row_count: Mapped[int] = mapped_column(BigInteger)
    partial: Mapped[bool] = mapped_column(default=False)
    imported_at: Mapped[CreatedAt] = mapped_column()


class Place(Base):
    """An ICB, a part of one, a local authority, a ward or a region."""

    __tablename__ = "place"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    kind: Mapped[PlaceKind] = one_of(PlaceKind, index=True)
    name: Mapped[str] = impersonal()
    within_code: Mapped[str | None] = impersonal(CODE, index=True)
    reference_set_id: Mapped[int] = refers_to("reference_set.id")


class SmallArea(Base):
    """A lower layer super output area of 2021, about 1,700 residents, and what it lies in."""

    __tablename__ = "small_area"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    name: Mapped[str] = impersonal()
    ward_code: Mapped[str] = impersonal(CODE, index=True)
    local_authority_code: Mapped[str] = impersonal(CODE, index=True)
    sub_icb_code: Mapped[str | None] = impersonal(CODE, index=True)
    icb_code: Mapped[str | None] = impersonal(CODE, index=True)
    reference_set_id: Mapped[int] = refers_to("reference_set.id")


class Deprivation(Base):
    """A small area in the Index of Multiple Deprivation; rank and decile 1 are most deprived.

    ``domains`` maps each domain (income, health …) to its decile.
    """

    __tablename__ = "deprivation"

    lsoa_code: Mapped[str] = mapped_column(CODE, primary_key=True)
    score: Mapped[float] = impersonal(Float)
    rank: Mapped[int] = mapped_column()
    decile: Mapped[int] = mapped_column()
    domains: Mapped[dict[str, int]] = impersonal(JSON)
    reference_set_id: Mapped[int] = refers_to("reference_set.id")


class CensusCount(Base):
    """How many of a place's residents (tenure: households) the census counted in a category."""

    __tablename__ = "census_count"
    __table_args__ = {"sqlite_with_rowid": False}

    reference_set_id: Mapped[int] = _set_in_key()
    place_code: Mapped[str] = mapped_column(CODE, primary_key=True)
    category: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int] = mapped_column()


class Boundary(Base):
    """The outline of a place, as GeoJSON in degrees of longitude and latitude."""

    __tablename__ = "boundary"

    reference_set_id: Mapped[int] = _set_in_key()
    place_code: Mapped[str] = mapped_column(CODE, primary_key=True)
    name: Mapped[str] = impersonal()
    geometry: Mapped[dict[str, Any]] = impersonal(JSON)


class IndicatorValue(Base):
    """A published figure about a place, such as life expectancy."""

    __tablename__ = "indicator_value"
    __table_args__ = {"sqlite_with_rowid": False}

    reference_set_id: Mapped[int] = _set_in_key()
    place_code: Mapped[str] = mapped_column(CODE, primary_key=True)
    indicator: Mapped[str] = mapped_column(String(120), primary_key=True)
    period: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit: Mapped[str] = impersonal()
    value: Mapped[float] = impersonal(Float)


class Postcode(Base):
    """Which small area a live English postcode lies in; written without its space."""

    __tablename__ = "postcode"
    __table_args__ = {"sqlite_with_rowid": False}

    code: Mapped[str] = mapped_column(String(7), primary_key=True)
    lsoa_code: Mapped[str] = impersonal(CODE)
    reference_set_id: Mapped[int] = refers_to("reference_set.id")
