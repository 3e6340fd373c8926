"""All of England, from the official figures themselves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from engagement.config import ROOT
from engagement.places.errors import FileRefused
from engagement.places.indicators import indicator_values
from engagement.places.populations import counts_by_councils, residents_of_each
from engagement.places.queries import (
    census_counts,
    deciles_in,
    national_icbs,
    outlines,
    parents_of,
    places_of,
    reference_sets,
    small_areas_in,
)
from engagement.places.rules import (
    HOUSEHOLDS_IN_ENGLAND,
    RESIDENTS_IN_ENGLAND,
    PlaceKind,
    ReferenceKind,
    five_ethnic_groups,
)
from engagement.places.service import import_reference
from tests.factories.places import import_text

K = ReferenceKind
FOLDER = ROOT.parent / "shared" / "data" / "places"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the reference data is not in {FOLDER}"
)
# In the order in which each finds what it refers to; a part of England where it says so.
FILES = (
    (K.ICBS, None, False),
    (K.SUB_ICBS, "sicbl24.csv", False),
    (K.LOCAL_AUTHORITIES, "ltla24.csv", False),
    (K.WARDS, "ward24.csv", False),
    (K.SMALL_AREAS, "lookup_lsoa21.csv", False),
    (K.DEPRIVATION, "imd2025_lsoa21.csv", False),
    (K.CENSUS_AGE, "census2021_age_lsoa21.csv", False),
    (K.CENSUS_SEX, "census2021_ltla21.csv", False),
    (K.CENSUS_ETHNIC_GROUP, "census2021_ethnicity_lsoa21.csv", False),
    (K.CENSUS_DISABILITY, "census2021_disability_lsoa21.csv", False),
    (K.CENSUS_TENURE, "census2021_tenure_lsoa21.csv", False),
    (K.BOUNDARIES_ICB, "boundaries_icb22.geojson", False),
    (K.BOUNDARIES_LOCAL_AUTHORITY, "boundaries_ltla24.geojson", False),
    (K.BOUNDARIES_WARD, "boundaries_ward.geojson", True),
    (K.BOUNDARIES_LSOA, "boundaries_lsoa21.geojson", True),
    (K.INDICATORS, "ons_subnational_indicators.csv", False),
    (K.INDICATORS, "ons_health_index_ltla21.csv", False),
    (K.INDICATORS, "ons_health_index_icb22.csv", False),
)


def test_every_kind_is_imported_and_england_adds_up(in_app: Flask) -> None:
    for kind, name, partial in FILES:
        import_reference(kind, FOLDER / name if name else None, partial=partial)
    assert {row.kind for row in reference_sets()} == {kind for kind, *_ in FILES}
    england = ["E92000001"]
    assert len(small_areas_in(england)) == 33_755
    assert len(places_of(PlaceKind.LOCAL_AUTHORITY)) == 296
    assert len(places_of(PlaceKind.REGION)) == 9
    for kind in (K.CENSUS_AGE, K.CENSUS_SEX, K.CENSUS_ETHNIC_GROUP, K.CENSUS_DISABILITY):
        total = sum(census_counts(kind, england).values())
        assert total == pytest.approx(RESIDENTS_IN_ENGLAND, rel=1e-4), kind
    households = sum(census_counts(K.CENSUS_TENURE, england).values())
    assert households == pytest.approx(HOUSEHOLDS_IN_ENGLAND, rel=1e-4)
    assert sorted(Counter(deciles_in(england).values()).values()) == [3375] * 5 + [3376] * 5
    for icb in national_icbs():
        counted = sum(census_counts(K.CENSUS_AGE, [icb.code]).values())
        assert counted == pytest.approx(icb.residents, rel=1e-3), icb.name
    frimley, waverley, slough = "E54000034", "E07000216", "E06000039"
    parts = residents_of_each([waverley, slough], [frimley])
    whole = residents_of_each([waverley, slough], england)
    assert 0 < parts[waverley] < whole[waverley]  # Farnham alone is in it
    assert parts[slough] == whole[slough]
    assert census_counts(K.CENSUS_SEX, [frimley]) == {}
    sexes = counts_by_councils(K.CENSUS_SEX, [frimley])
    assert sexes["female"] > sexes["male"]
    assert sum(sexes.values()) == pytest.approx(
        sum(census_counts(K.CENSUS_AGE, [frimley]).values()), abs=2
    )
    groups = five_ethnic_groups(census_counts(K.CENSUS_ETHNIC_GROUP, ["E06000016"]))  # Leicester
    assert groups["asian"] > groups["white"]
    city = parents_of("E01000001")
    assert city is not None
    assert (city.local_authority, city.icb) == (
        "City of London",
        "NHS North East London Integrated Care Board",
    )
    codes = [row.code for row in places_of(PlaceKind.ICB)]
    assert len(outlines(K.BOUNDARIES_ICB, codes)) == 42
    assert {row.unit for row in indicator_values(codes[0])} == {"index, England in 2015 = 100"}


def _damaged(name: str, line: int, before: str, after: str) -> str:
    lines = Path(FOLDER / name).read_text().splitlines(keepends=True)
    assert before in lines[line - 1], lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(before, after, 1)
    return "".join(lines)


@pytest.mark.parametrize(
    ("kind", "name", "line", "before", "after", "said"),
    [
        (K.SMALL_AREAS, "lookup_lsoa21.csv", 33756, "E", "", "has 33,754 areas"),
        (K.DEPRIVATION, "imd2025_lsoa21.csv", 3, "31203", "31204", "rank 31204 stands in row 3"),
        (K.DEPRIVATION, "imd2025_lsoa21.csv", 3, "31203,10", "31203,9", "row 3, column “imd_de"),
        (K.CENSUS_AGE, "census2021_age_lsoa21.csv", 2, "125", "999125", "adds up to 57,48"),
        (K.CENSUS_SEX, "census2021_ltla21.csv", 2, "age_0_4", "age_0_4x", ""),
    ],
)
def test_one_damaged_cell_of_all_of_england_is_found(
    in_app: Flask, kind: ReferenceKind, name: str, line: int, before: str, after: str, said: str
) -> None:
    text = _damaged(name, line, before, after)
    if not said:  # a topic that this kind does not read
        import_text(kind, text, partial=False)
        return
    with pytest.raises(FileRefused) as refused:
        import_text(kind, text, partial=False)
    assert said in " ".join(str(fault) for fault in refused.value.faults)
    assert reference_sets() == []
