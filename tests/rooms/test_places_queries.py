"""Reading places and figures; a postcode is resolved and then dropped."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from engagement.places.errors import InvalidPostcode, PostcodesNotImported, UnknownPostcode
from engagement.places.indicators import indicator_values, indicators, shown_period
from engagement.places.queries import (
    census_counts,
    deciles_in,
    find_place,
    has_postcodes,
    parents_of,
    places_of,
    resolve_postcode,
    search_places,
    small_areas_in,
    small_areas_of,
)
from engagement.places.rules import PlaceKind, ReferenceKind
from tests.databases import everything_in
from tests.factories.places import POSTCODE, import_text, reference_data

AGE = ReferenceKind.CENSUS_AGE


@pytest.fixture
def riverbank(in_app: Flask) -> Flask:
    """Places and figures of an invented corner of England."""
    reference_data()
    return in_app


def test_places_are_found_by_code_kind_and_words(riverbank: Flask) -> None:
    found = find_place("E06000001")
    assert found is not None
    assert (found.name, found.kind, found.within_code) == (
        "Riverbank",
        PlaceKind.LOCAL_AUTHORITY,
        "E12000001",
    )
    assert find_place("E06000099") is None
    assert [row.name for row in places_of(PlaceKind.LOCAL_AUTHORITY)] == ["Millbrook", "Riverbank"]
    assert [row.code for row in search_places("riverbank nhs")] == ["E54000001", "E38000001"]
    assert [row.code for row in search_places("mill", 1)] == ["E05000001"]
    assert search_places("  ") == search_places("100%") == []


@pytest.mark.parametrize(
    ("kind", "within", "names"),
    [
        (PlaceKind.WARD, "E06000001", ["Mill", "Quay"]),
        (PlaceKind.WARD, "E54000001", ["Fell", "Mill", "Quay"]),
        (PlaceKind.LOCAL_AUTHORITY, "E12000001", ["Millbrook", "Riverbank"]),
        (PlaceKind.LOCAL_AUTHORITY, "E38000001", ["Millbrook", "Riverbank"]),
        (PlaceKind.ICB, "E06000001", ["NHS Riverbank"]),
        (PlaceKind.WARD, "E06000099", []),
    ],
)
def test_places_lie_in_others(
    riverbank: Flask, kind: PlaceKind, within: str, names: list[str]
) -> None:
    assert [row.name for row in places_of(kind, within)] == names


@pytest.mark.parametrize(
    ("codes", "last_digits"),
    [
        ({"E54000001"}, "1234"),
        ({"E12000001"}, "1234"),
        ({"E92000001"}, "1234"),
        ({"E05000001", "E01000004"}, "124"),
        ({"E06000001", "E05000001"}, "123"),
        ({"E38000001"}, "1234"),
        (set(), ""),
        ({"nonsense"}, ""),
    ],
)
def test_small_areas_of_any_mix_of_places(
    riverbank: Flask, codes: set[str], last_digits: str
) -> None:
    assert small_areas_in(codes) == [f"E0100000{digit}" for digit in last_digits]


def test_a_person_without_a_postcode_picks_their_area_from_a_list(riverbank: Flask) -> None:
    assert [row.name for row in small_areas_of("E05000001")] == ["Riverbank 001A", "Riverbank 001B"]
    area = parents_of("E01000004")
    assert area is not None
    assert (area.ward, area.local_authority, area.icb) == ("Fell", "Millbrook", "NHS Riverbank")
    assert parents_of("E01000099") is None


@pytest.mark.parametrize("typed", [POSTCODE, "rb11aa", " r b1 1a a ", "RB1-1AA."])
def test_a_postcode_in_any_spelling_becomes_a_small_area_with_its_decile(
    riverbank: Flask, typed: str
) -> None:
    found = resolve_postcode(typed)
    assert (found.lsoa_code, found.lsoa_name) == ("E01000001", "Riverbank 001A")
    assert (found.ward, found.local_authority, found.decile) == ("Mill", "Riverbank", 1)
    assert "RB1" not in repr(found).upper()


def test_a_postcode_that_is_refused_is_never_repeated(
    riverbank: Flask, caplog: pytest.LogCaptureFixture, database_url: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for typed, wrong in (("ZZ9 9ZZ", UnknownPostcode), ("RB1", InvalidPostcode)):
        with pytest.raises(wrong) as refused:
            resolve_postcode(typed)
        assert refused.value.args == ()
    assert "ZZ9" not in caplog.text
    assert b"ZZ99ZZ" not in everything_in(database_url)


def test_without_a_postcode_file_that_is_said(in_app: Flask) -> None:
    assert not has_postcodes()
    with pytest.raises(PostcodesNotImported):
        resolve_postcode(POSTCODE)
    import_text(ReferenceKind.POSTCODES, f"pcds,doterm,lsoa21\n{POSTCODE},,E01000001\n")
    found = resolve_postcode(POSTCODE)
    assert (found.lsoa_name, found.decile) == ("E01000001", None)


def test_counts_are_summed_over_small_areas_each_once(riverbank: Flask) -> None:
    quay = {"age_0_15": 200, "age_16_24": 100, "age_25_plus": 1300}
    mill = {"age_0_15": 610, "age_16_24": 390, "age_25_plus": 1900}
    both = {band: quay[band] + mill[band] for band in quay}
    assert census_counts(AGE, ["E05000002"]) == quay
    assert census_counts(AGE, ["E05000001"]) == mill
    assert census_counts(AGE, ["E06000001", "E05000001", "E01000001"]) == both
    assert sum(census_counts(AGE, ["E92000001"]).values()) == 6100
    assert census_counts(ReferenceKind.CENSUS_SEX, ["E06000001"]) == {}


def test_counts_by_local_authority_tell_of_what_they_make_up_exactly(riverbank: Flask) -> None:
    long = "ltla24_code,topic,category,count\n"
    rows = "E06000001,sex,female,5\nE06000001,sex,male,4\nE07000001,sex,female,2\n"
    import_text(ReferenceKind.CENSUS_SEX, f"{long}{rows}E07000001,sex,male,1\n")
    all_of_it = {"female": 7, "male": 5}
    for code in ("E54000001", "E12000001", "E92000001"):
        assert census_counts(ReferenceKind.CENSUS_SEX, [code]) == all_of_it
    assert census_counts(ReferenceKind.CENSUS_SEX, ["E06000001"]) == {"female": 5, "male": 4}
    assert census_counts(ReferenceKind.CENSUS_SEX, ["E05000001"]) == {}


def test_deciles_and_indicators(riverbank: Flask) -> None:
    assert deciles_in(["E06000001"]) == {"E01000001": 1, "E01000002": 2, "E01000003": 6}
    assert [(row.indicator, row.unit) for row in indicators()] == [("life expectancy", "years")]
    (value,) = indicator_values("E06000001")
    assert (value.place, value.period, value.value) == ("Riverbank", "2021", 81.5)
    assert value.source.publisher == "Office for National Statistics"
    assert value.source.licence == "Open Government Licence v3.0"
    assert indicator_values("E06000001", "life expectancy") == [value]
    assert indicator_values("E06000001", "smoking") == indicator_values("E06000099") == []


def test_a_year_from_april_is_written_as_people_write_it() -> None:
    periods = ("202021", "199900", "2021", "202012", "Q3 2020")
    shown = [shown_period(period) for period in periods]
    assert shown == ["2020/21", "1999/00", "2021", "202012", "Q3 2020"]
