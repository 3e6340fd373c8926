"""Reference data of an invented corner of England, the same for every partnership."""

from __future__ import annotations

from sqlalchemy import select

from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.places.models import (
    Boundary,
    CensusCount,
    Deprivation,
    IndicatorValue,
    Place,
    Postcode,
    ReferenceSet,
    SmallArea,
)
from engagement.places.rules import PlaceKind, ReferenceKind


def reference_data() -> None:
    """A row in every table of places, unless they are there."""
    if db.session.scalar(select(ReferenceSet.id).limit(1)):
        return
    with transaction():
        made = ReferenceSet(
            kind=ReferenceKind.ICBS,
            title="Integrated care boards",
            publisher="Office for National Statistics",
            vintage="April 2024",
            licence="Open Government Licence v3.0",
            attribution="Source: Office for National Statistics",
            file_name="icbs.csv",
            sha256="0" * 64,
            row_count=1,
        )
        db.session.add(made)
        db.session.flush()
        key = made.id
        area = SmallArea(
            code="E01000001",
            name="Riverbank 001A",
            ward_code="E05000001",
            local_authority_code="E06000001",
            reference_set_id=key,
        )
        place = Place(code="E54000001", kind=PlaceKind.ICB, name="Riverbank", reference_set_id=key)
        deprivation = Deprivation(
            lsoa_code=area.code, score=8.5, rank=1, decile=1, domains={}, reference_set_id=key
        )
        own = {"reference_set_id": key, "place_code": area.code}
        indicator = IndicatorValue(
            **own, indicator="life expectancy", period="2021", unit="years", value=81.5
        )
        postcode = Postcode(code="RB11AA", lsoa_code=area.code, reference_set_id=key)
        count = CensusCount(**own, category="age_0_15", count=125)
        boundary = Boundary(**own, name=area.name, geometry={"type": "Polygon", "coordinates": []})
        db.session.add_all([place, area, deprivation, count, boundary, indicator, postcode])
