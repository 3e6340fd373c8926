"""The files that can be imported: how each is recognised, and what is said of its figures.

One line of a format takes the official file's column and a tidy one's alike: “LSOA21CD or
lsoa21_code”. ``##`` stands for a year, ``*`` for any words. Headings are compared in small letters
with single spaces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from engagement.places.errors import Fault, FileRefused
from engagement.places.rules import LSOAS_IN_ENGLAND, ReferenceKind

ONS = "Office for National Statistics"
MHCLG = "Ministry of Housing, Communities and Local Government"
OGL = "Open Government Licence v3.0"
FROM_ONS = f"Source: {ONS} licensed under the Open Government Licence v.3.0"
FROM_MHCLG = f"Source: {MHCLG} licensed under the Open Government Licence v.3.0"
WITH_OS = "Contains OS data © Crown copyright and database right"
WITH_POSTCODES = (
    f"{FROM_ONS}. {WITH_OS}. Contains Royal Mail data © Royal Mail copyright and database right"
)
GEOPORTAL = "ONS Open Geography Portal, geoportal.statistics.gov.uk"
NOMIS = "Nomis, nomisweb.co.uk/sources/census_2021_bulk"
LSOA_CODE, LSOA_NAME = "LSOA21CD or lsoa21_code", "LSOA21NM or lsoa21_name"
WARD_CODE, WARD_NAME = "WD##CD or ward##_code", "WD##NM or ward##_name"
LAD_CODE, LAD_NAME = "LAD##CD or ltla##_code", "LAD##NM or ltla##_name"
SICBL_CODE, SICBL_NAME = "SICBL##CD or sicbl##_code", "SICBL##NM or sicbl##_name"
ICB_CODE, ICB_NAME = "ICB##CD or icb##_code", "ICB##NM or icb##_name"
REGION_CODE, REGION_NAME = "RGN##CD or region##_code", "RGN##NM or region##_name"
ANY_CODE = f"geography code or {LSOA_CODE} or {LAD_CODE} or {WARD_CODE} or {REGION_CODE}"


class Shape(StrEnum):
    """How the rows of a file are laid out."""

    PLACES = "places"
    SMALL_AREAS = "small areas"
    HEALTH = "parts of an ICB"
    DEPRIVATION = "deprivation"
    CENSUS_WIDE = "a column for each category"
    CENSUS_LONG = "a row for each category"
    INDICATORS = "indicators"
    BOUNDARIES = "outlines"
    POSTCODES = "postcodes"


@dataclass(frozen=True)
class Format:
    """One layout of a file.

    ``columns`` and ``optional`` map what we call a column to its possible headings. ``count`` is
    how many areas of England a whole file has, in the ``year`` of the code column where the number
    changes over the years; ``vintage`` may quote that year.
    """

    kind: ReferenceKind
    shape: Shape
    title: str
    file: str
    where: str
    columns: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)
    publisher: str = ONS
    vintage: str = "20{year}"
    licence: str = OGL
    attribution: str = FROM_ONS
    count: int | None = None
    year: str | None = None
    unit: str = ""


_DECILE = " Decile (where 1 is most deprived 10% of LSOAs)"
_IMD = "Index of Multiple Deprivation (IMD)"
DOMAINS: Mapping[str, str] = {
    "income": f"income_decile or Income{_DECILE}",
    "employment": f"employment_decile or Employment{_DECILE}",
    "education": f"education_decile or Education, Skills and Training{_DECILE}",
    "health": f"health_decile or Health Deprivation and Disability{_DECILE}",
    "crime": f"crime_decile or Crime{_DECILE}",
    "housing and services": (
        f"housing_and_services_decile or Barriers to Housing and Services{_DECILE}"
    ),
    "environment": f"environment_decile or Living Environment{_DECILE}",
}


def _census(kind: ReferenceKind, about: str, table: str, beginning: str) -> tuple[Format, Format]:
    """The two layouts of a census table; ``beginning`` is how its category columns begin."""
    title = f"Census 2021: {about}"
    return (
        Format(
            kind,
            Shape.CENSUS_LONG,
            title,
            file=f"{table} with the columns topic, category, count",
            where=NOMIS,
            columns={
                "code": ANY_CODE,
                "topic": "topic",
                "category": "category",
                "count": "count",
            },
            vintage="Census Day, 21 March 2021",
        ),
        Format(
            kind,
            Shape.CENSUS_WIDE,
            title,
            file=f"{table} with a column for each category (bulk CSV)",
            where=NOMIS,
            columns={
                "code": ANY_CODE,
                "category": beginning,
            },
            vintage="Census Day, 21 March 2021",
        ),
    )


def _outlines(kind: ReferenceKind, title: str, code: str, name: str, count: int | None) -> Format:
    return Format(
        kind,
        Shape.BOUNDARIES,
        title,
        file="boundaries as GeoJSON, generalised (BGC, BSC or BUC)",
        where=GEOPORTAL,
        columns={"code": code},
        optional={"name": name},
        attribution=f"{FROM_ONS}. {WITH_OS}",
        count=count,
    )


FORMATS: Sequence[Format] = (
    Format(
        ReferenceKind.ICBS,
        Shape.PLACES,
        "Integrated care boards",
        file="any list or lookup with the columns ICB24CD and ICB24NM; carried by the product",
        where=GEOPORTAL,
        columns={
            "code": ICB_CODE,
            "name": ICB_NAME,
        },
        count=42,
        year="24",
    ),
    Format(
        ReferenceKind.SUB_ICBS,
        Shape.PLACES,
        "Sub-ICB locations",
        file="LSOA (2021) to SICBL to ICB lookup, or a list of sub-ICB locations",
        where=GEOPORTAL,
        columns={
            "code": SICBL_CODE,
            "name": SICBL_NAME,
            "within": ICB_CODE,
        },
        count=106,
        year="24",
    ),
    Format(
        ReferenceKind.LOCAL_AUTHORITIES,
        Shape.PLACES,
        "Local authority districts",
        file="Local Authority District to Region lookup",
        where=GEOPORTAL,
        columns={"code": LAD_CODE, "name": LAD_NAME},
        optional={
            "within": REGION_CODE,
            "within name": REGION_NAME,
        },
        count=296,
        year="24",
    ),
    Format(
        ReferenceKind.WARDS,
        Shape.PLACES,
        "Electoral wards",
        file="Ward to Local Authority District lookup",
        where=GEOPORTAL,
        columns={
            "code": WARD_CODE,
            "name": WARD_NAME,
            "within": LAD_CODE,
        },
    ),
    Format(
        ReferenceKind.SMALL_AREAS,
        Shape.SMALL_AREAS,
        "Small areas (LSOAs 2021) and where they lie",
        file="LSOA (2021) to Ward to LAD best fit lookup",
        where=GEOPORTAL,
        columns={
            "code": LSOA_CODE,
            "name": LSOA_NAME,
            "ward": WARD_CODE,
            "local authority": LAD_CODE,
        },
        optional={"sub-icb": SICBL_CODE, "icb": ICB_CODE},
        vintage="LSOAs of 2021, local authorities of 20{year}",
        count=LSOAS_IN_ENGLAND,
    ),
    Format(
        ReferenceKind.SMALL_AREAS_HEALTH,
        Shape.HEALTH,
        "Small areas and their integrated care boards",
        file="LSOA (2021) to SICBL to ICB to LAD lookup",
        where=GEOPORTAL,
        columns={
            "code": LSOA_CODE,
            "sub-icb": SICBL_CODE,
            "icb": ICB_CODE,
        },
        vintage="LSOAs of 2021, ICBs of 20{year}",
        count=LSOAS_IN_ENGLAND,
    ),
    Format(
        ReferenceKind.DEPRIVATION,
        Shape.DEPRIVATION,
        "Index of Multiple Deprivation",
        file="English indices of deprivation 2025, File 7",
        where="GOV.UK, English indices of deprivation 2025",
        columns={
            "code": f"{LSOA_CODE} or LSOA code (2021)",
            "score": f"imd_score or {_IMD} Score",
            "rank": f"imd_rank or {_IMD} Rank (where 1 is most deprived)",
            "decile": f"imd_decile or {_IMD}{_DECILE}",
        },
        optional=DOMAINS,
        publisher=MHCLG,
        vintage="2025",
        attribution=FROM_MHCLG,
        count=LSOAS_IN_ENGLAND,
    ),
    *_census(
        ReferenceKind.CENSUS_AGE, "age", "TS007A", "Age: * or Sex: All persons; Age: * or age_*"
    ),
    *_census(ReferenceKind.CENSUS_SEX, "sex", "TS008 or TS009", "Sex: Female* or female"),
    *_census(
        ReferenceKind.CENSUS_ETHNIC_GROUP, "ethnic group", "TS021", "Ethnic group: * or asian*"
    ),
    *_census(ReferenceKind.CENSUS_DISABILITY, "disability", "TS038", "Disability: * or disabled"),
    *_census(
        ReferenceKind.CENSUS_TENURE,
        "tenure of households",
        "TS054",
        "Tenure of household: * or owned_*",
    ),
    _outlines(
        ReferenceKind.BOUNDARIES_ICB, "Outlines of integrated care boards", ICB_CODE, ICB_NAME, 42
    ),
    _outlines(
        ReferenceKind.BOUNDARIES_LOCAL_AUTHORITY,
        "Outlines of local authorities",
        LAD_CODE,
        LAD_NAME,
        296,
    ),
    _outlines(
        ReferenceKind.BOUNDARIES_WARD,
        "Outlines of wards",
        f"{WARD_CODE} or ward_code",
        f"{WARD_NAME} or ward_name",
        None,
    ),
    _outlines(
        ReferenceKind.BOUNDARIES_LSOA,
        "Outlines of small areas",
        "LSOA##CD or lsoa##_code",
        "LSOA##NM or lsoa##_name",
        LSOAS_IN_ENGLAND,
    ),
    Format(
        ReferenceKind.INDICATORS,
        Shape.INDICATORS,
        "Subnational indicators",
        file="ONS subnational indicators explorer, machine-readable",
        where="ONS, explore local statistics",
        columns={
            "code": "area_code",
            "indicator": "indicator",
            "period": "period",
            "unit": "unit",
            "value": "value",
        },
        vintage="as each period says",
    ),
    Format(
        ReferenceKind.INDICATORS,
        Shape.INDICATORS,
        "ONS Health Index for England: integrated care boards",
        file="ONS Health Index, index scores by ICB",
        where="ONS, Health Index for England",
        columns={
            "code": "icb24_code or icb23_code",
            "indicator": "indicator",
            "period": "year",
            "value": "value",
        },
        vintage="2021",
        unit="index, England in 2015 = 100",
    ),
    Format(
        ReferenceKind.INDICATORS,
        Shape.INDICATORS,
        "ONS Health Index for England: local authorities",
        file="ONS Health Index, underlying values by local authority",
        where="ONS, Health Index for England",
        columns={
            "code": LAD_CODE,
            "indicator": "indicator",
            "period": "year",
            "value": "value",
        },
        vintage="2021",
    ),
    Format(
        ReferenceKind.POSTCODES,
        Shape.POSTCODES,
        "Postcodes and their small areas",
        file="National Statistics Postcode Lookup (NSPL) or ONS Postcode Directory (ONSPD)",
        where=GEOPORTAL,
        columns={"postcode": "pcds", "ended": "doterm", "code": "lsoa21 or LSOA21CD"},
        vintage="as its file is named",
        attribution=WITH_POSTCODES,
    ),
)


@dataclass(frozen=True)
class Recognised:
    """A format and where its columns stand in a file's header."""

    format: Format
    header: Sequence[str]
    places: Mapping[str, int]
    year: str | None

    @property
    def vintage(self) -> str:
        """How old the figures are, as far as the header says."""
        if self.year is None and "{year}" in self.format.vintage:
            return "not stated"
        return self.format.vintage.format(year=self.year)

    def name_of(self, column: str) -> str:
        """A column's name as the file writes it."""
        return self.header[self.places[column]] if column in self.places else column


def formats_of(kind: ReferenceKind) -> list[Format]:
    """The formats of a kind."""
    return [form for form in FORMATS if form.kind is kind]


@cache
def _headings(alternatives: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of a column's possible headings."""
    return tuple(
        re.compile(re.escape(one.lower()).replace(r"\#\#", r"(\d\d)").replace(r"\*", ".*"))
        for one in alternatives.split(" or ")
    )


def heading_fits(alternatives: str, name: str) -> re.Match[str] | None:
    """Whether a heading, as ``normal_header`` gives it, is one of a column's."""
    found = (pattern.fullmatch(name) for pattern in _headings(alternatives))
    return next((match for match in found if match), None)


def _places(form: Format, names: Sequence[str]) -> tuple[dict[str, int], str | None]:
    places: dict[str, int] = {}
    year = None
    for column, alternatives in {**form.columns, **form.optional}.items():
        for place, name in enumerate(names):
            if column not in places and (found := heading_fits(alternatives, name)):
                places[column] = place
                year = year or next(iter(found.groups()), None)
    return places, year


def recognise(kind: ReferenceKind, header: Sequence[str], names: Sequence[str]) -> Recognised:
    """The format of a header. ``names`` are its columns as ``normal_header`` gives them.

    Raises ``FileRefused`` with the columns that are missing from the most likely format.
    """
    missing: list[list[str]] = []
    for form in formats_of(kind):
        places, year = _places(form, names)
        lacking = [form.columns[column] for column in form.columns if column not in places]
        if not lacking:
            return Recognised(form, header, places, year)
        missing.append(lacking)
    wanted = "; or ".join(f"{form.file} ({form.where})" for form in formats_of(kind))
    lacking = min(missing, key=len)
    faults = [Fault("is missing", column=column.replace("##", "24")) for column in lacking]
    raise FileRefused([*faults, Fault(f"the file to import for {kind} is: {wanted}")])
