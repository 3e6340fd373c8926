"""Reference data of an invented corner of England, the same for every partnership."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engagement.places.queries import reference_sets
from engagement.places.rules import ReferenceKind
from engagement.places.service import Imported, Told, import_reference

SQUARE = [[-1.0, 53.0], [-0.9, 53.0], [-0.9, 53.1], [-1.0, 53.0]]
POSTCODE = "RB1 1AA"


def collection(*features: tuple[Mapping[str, str], Any]) -> str:
    """A GeoJSON collection of these properties and coordinates of polygons."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": about,
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
                for about, ring in features
            ],
        }
    )


# Two local authorities of two wards, one integrated care board, four small areas.
FILES: Mapping[ReferenceKind, str] = {
    ReferenceKind.ICBS: "icb24_code,icb24_name\nE54000001,NHS Riverbank\n",
    ReferenceKind.SUB_ICBS: (
        "sicbl24_code,sicbl24_name,icb24_code\nE38000001,NHS Riverbank - 01A,E54000001\n"
    ),
    ReferenceKind.LOCAL_AUTHORITIES: (
        "ltla24_code,ltla24_name,region24_code,region24_name\n"
        "E06000001,Riverbank,E12000001,North\n"
        "E07000001,Millbrook,E12000001,North\n"
    ),
    ReferenceKind.WARDS: (
        "ward24_code,ward24_name,ltla24_code\n"
        "E05000001,Mill,E06000001\nE05000002,Quay,E06000001\nE05000003,Fell,E07000001\n"
    ),
    ReferenceKind.SMALL_AREAS: (
        "lsoa21_code,lsoa21_name,ward24_code,ltla24_code,sicbl24_code,icb24_code\n"
        "E01000001,Riverbank 001A,E05000001,E06000001,E38000001,E54000001\n"
        "E01000002,Riverbank 001B,E05000001,E06000001,E38000001,E54000001\n"
        "E01000003,Riverbank 001C,E05000002,E06000001,E38000001,E54000001\n"
        "E01000004,Millbrook 001A,E05000003,E07000001,E38000001,E54000001\n"
    ),
    ReferenceKind.DEPRIVATION: (
        "lsoa21_code,imd_score,imd_rank,imd_decile,income_decile\n"
        "E01000001,60.1,1,1,1\nE01000002,40.5,5000,2,3\n"
        "E01000003,8.5,20000,6,5\nE01000004,1.2,33755,10,9\n"
    ),
    ReferenceKind.CENSUS_AGE: (
        "lsoa21_code,age_0_15,age_16_24,age_25_plus\n"
        "E01000001,300,200,1000\nE01000002,310,190,900\n"
        "E01000003,200,100,1300\nE01000004,250,150,1200\n"
    ),
    ReferenceKind.BOUNDARIES_LSOA: collection(({"lsoa21_code": "E01000001"}, SQUARE)),
    ReferenceKind.INDICATORS: (
        "area_code,indicator,period,unit,value\nE06000001,life_expectancy,2021,years,81.5\n"
    ),
    ReferenceKind.POSTCODES: f'pcds,doterm,lsoa21\n"{POSTCODE}",,E01000001\n',
}


def import_text(
    kind: ReferenceKind,
    text: str | bytes,
    *,
    partial: bool = True,
    told: Told | None = None,
    name: str = "",
) -> Imported:
    """Import a file with this content."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (name or f"{kind.value}.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return import_reference(kind, path, partial=partial, told=told)


def reference_data() -> None:
    """A row in every table of places, unless they are there."""
    if not reference_sets():
        for kind, text in FILES.items():
            import_text(kind, text)
