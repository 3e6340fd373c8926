"""Kinds of reference data and of places, codes, deciles and age bands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from engagement.places.errors import BandsDoNotNest


class ReferenceKind(StrEnum):
    """What a file of reference data is about; its value is the word on the command line."""

    ICBS = "icbs"
    SUB_ICBS = "sub_icbs"
    LOCAL_AUTHORITIES = "local_authorities"
    WARDS = "wards"
    SMALL_AREAS = "small_areas"
    SMALL_AREAS_HEALTH = "small_areas_health"
    DEPRIVATION = "deprivation"
    CENSUS_AGE = "census_age"
    CENSUS_SEX = "census_sex"
    CENSUS_ETHNIC_GROUP = "census_ethnic_group"
    CENSUS_DISABILITY = "census_disability"
    CENSUS_TENURE = "census_tenure"
    BOUNDARIES_ICB = "boundaries_icb"
    BOUNDARIES_LOCAL_AUTHORITY = "boundaries_local_authority"
    BOUNDARIES_WARD = "boundaries_ward"
    BOUNDARIES_LSOA = "boundaries_lsoa"
    INDICATORS = "indicators"
    POSTCODES = "postcodes"


class PlaceKind(StrEnum):
    """What kind of place a code stands for; small areas have a table of their own."""

    ICB = "icb"
    SUB_ICB = "sub-icb"
    LOCAL_AUTHORITY = "local authority"
    WARD = "ward"
    REGION = "region"


SMALL_AREA = "small area"
COUNTY = "county"
COUNTRY = "country"
# How the codes of the Government Statistical Service begin in England.
BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    SMALL_AREA: ("E01",),
    PlaceKind.WARD: ("E05",),
    PlaceKind.LOCAL_AUTHORITY: ("E06", "E07", "E08", "E09"),
    PlaceKind.SUB_ICB: ("E38",),
    PlaceKind.ICB: ("E54",),
    PlaceKind.REGION: ("E12",),
    COUNTY: ("E10", "E11"),
    COUNTRY: ("E92",),
}
_KINDS = {start: kind for kind, starts in BEGINNINGS.items() for start in starts}
_ENGLISH = re.compile(r"E[0-9]{8}")
_OTHERS = re.compile(r"([KLMNSW]\d{8})|(\d{2}[A-Z]{2}\d{2}\w*)|([A-Z]\d{2}99999\d)|(E99999999)")
CODE_LIKE = re.compile(r"[A-Z]\d{8}")


def kind_of_code(code: str) -> str | None:
    """What an English code stands for, or ``None`` where it is no code that is used here."""
    return _KINDS.get(code[:3]) if _ENGLISH.fullmatch(code) else None


def is_elsewhere(code: str) -> bool:
    """Whether a code is one of Wales, Scotland, Northern Ireland, the islands, or of nowhere."""
    return _OTHERS.fullmatch(code) is not None


# Codes that older files carry, and the area that each is in or has become since.
# Local authorities: the reorganisations of April 2023 (ONS, LAD April 2023 changes);
# ICBs: the boundary changes of July 2022 (ONS, ICB codes April 2023).
SUCCESSORS: Mapping[str, str] = {
    **dict.fromkeys(["E07000026", "E07000028", "E07000029"], "E06000063"),  # Cumberland
    **dict.fromkeys(["E07000027", "E07000030", "E07000031"], "E06000064"),  # Westmorland and F.
    **{f"E07000{number}": "E06000065" for number in range(163, 170)},  # North Yorkshire
    **dict.fromkeys(["E07000187", "E07000188", "E07000189", "E07000246"], "E06000066"),  # Somerset
    "E54000052": "E54000063",
    "E54000053": "E54000064",
}

DECILES = 10
# How far the number of small areas in a decile may be from a tenth, as a share of the tenth.
EVEN_WITHIN = 0.01
LSOAS_IN_ENGLAND = 33_755
# Census 2021, usual residents and households of England (ONS, first results and TS054).
RESIDENTS_IN_ENGLAND = 56_490_048
HOUSEHOLDS_IN_ENGLAND = 23_436_085
# The ONS swaps records and moves small counts a little, so that nobody can be recognised. Sums
# over a table differ from its total, and from another table's, by less than this.
NOISE_IN_AN_AREA = 10
NOISE_IN_ENGLAND = 0.001


def decile_of(rank: int, areas: int) -> int:
    """The decile, 1 to 10, of a rank from 1 to ``areas``; 1 is most deprived."""
    return -(-rank * DECILES // areas)


def uneven_deciles(counts: Mapping[int, int]) -> list[int]:
    """The deciles that hold more or fewer areas than a tenth, give or take ``EVEN_WITHIN``."""
    tenth = sum(counts.values()) / DECILES
    return [
        decile
        for decile in range(1, DECILES + 1)
        if abs(counts.get(decile, 0) - tenth) > max(1, tenth * EVEN_WITHIN)
    ]


# Age bands: age_16_24, age_85_plus, age_7.

_BAND = re.compile(r"age_(\d{1,3})(?:_(\d{1,3}|plus))?")
OLDEST = 150


def band_ends(band: str) -> tuple[int, int] | None:
    """The youngest and oldest age in a band; ``None`` where the name is not a band's."""
    found = _BAND.fullmatch(band)
    if found is None:
        return None
    low, high = int(found[1]), found[2]
    ends = (low, OLDEST if high == "plus" else int(high or low))
    return ends if ends[0] <= ends[1] else None


def band_name(low: int, high: int) -> str:
    """The name of the band from ``low`` to ``high``."""
    if high >= OLDEST:
        return f"age_{low}_plus"
    return f"age_{low}" if low == high else f"age_{low}_{high}"


def finest_bands(bands: Iterable[str]) -> list[str]:
    """The bands, youngest first, that hold no other of these bands."""
    ends = {band: found for band in set(bands) if (found := band_ends(band))}
    finest = [
        band
        for band, (low, high) in ends.items()
        if not any(
            low <= other[0] and other[1] <= high for name, other in ends.items() if name != band
        )
    ]
    return sorted(finest, key=lambda band: ends[band])


def sum_into_bands(counts: Mapping[str, int], wanted: Sequence[str]) -> dict[str, int]:
    """Sum counts by age band into wider bands.

    Bands of ``counts`` that lie in none of ``wanted`` (children, say) are left out. Raises
    ``BandsDoNotNest`` where one lies partly in a wanted band, or ages of a wanted one are missing.
    """
    summed, covered = dict.fromkeys(wanted, 0), dict.fromkeys(wanted, 0)
    limits = {}
    for band in wanted:
        if (ends := band_ends(band)) is None:
            raise BandsDoNotNest(band)
        limits[band] = ends
    for band, count in counts.items():
        if (ends := band_ends(band)) is None:
            raise BandsDoNotNest(band)
        for name, (low, high) in limits.items():
            if low <= ends[0] and ends[1] <= high:
                summed[name] += count
                covered[name] += ends[1] - ends[0] + 1
            elif ends[0] <= high and low <= ends[1]:
                raise BandsDoNotNest(band)
    for name, (low, high) in limits.items():
        if covered[name] != high - low + 1:
            raise BandsDoNotNest(name)
    return summed


ETHNIC_GROUPS = ("asian", "black", "mixed", "white", "other")


def five_ethnic_groups(counts: Mapping[str, int]) -> dict[str, int]:
    """Sum counts of the 19 ethnic groups of the census, or of the five, into the five."""
    summed = dict.fromkeys(ETHNIC_GROUPS, 0)
    for category, count in counts.items():
        summed[category.partition("_")[0]] += count
    return summed


# Postcodes.

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")


def normal_postcode(typed: str) -> str | None:
    """A postcode in capitals without spaces; ``None`` where it has not a postcode's form."""
    code = re.sub(r"[\s.\-]", "", typed).upper()
    return code if _POSTCODE.fullmatch(code) else None
