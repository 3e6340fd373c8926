"""The publishers' own files are taken as they are, under one vocabulary."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from engagement.places.queries import (
    census_counts,
    deprivation_of,
    find_place,
    outlines,
    parents_of,
    places_of,
    provenance,
    resolve_postcode,
)
from engagement.places.rules import PlaceKind, ReferenceKind
from tests.factories.places import SQUARE, collection, import_text

K = ReferenceKind
AREA = "E01000001"
DECILE = " Decile (where 1 is most deprived 10% of LSOAs)"
RANK = " Rank (where 1 is most deprived)"
NOMIS = {"date": "2021", "geography": "Riverbank 001A", "geography code": AREA}
ASIAN = "Ethnic group: Asian, Asian British or Asian Welsh"
BLACK = "Ethnic group: Black, Black British, Black Welsh, Caribbean or African"
MIXED = "Ethnic group: Mixed or Multiple ethnic groups"


def table(*rows: dict[str, object]) -> str:
    """A CSV file with these rows."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def counts(kind: ReferenceKind, prefix: str, numbers: dict[str, int]) -> dict[str, int]:
    """What is kept of a bulk file of Nomis with these numbers."""
    row: dict[str, object] = {
        **NOMIS,
        **{(prefix + name).replace("||", ""): number for name, number in numbers.items()},
    }
    welsh = {**row, "geography code": "W01000001"}
    import_text(kind, table(row, welsh))
    return census_counts(kind, [AREA])


def test_indices_of_deprivation_file_7(in_app: Flask) -> None:
    imd = "Index of Multiple Deprivation (IMD)"
    import_text(
        K.DEPRIVATION,
        table(
            {
                "LSOA code (2021)": AREA,
                "LSOA name (2021)": "Riverbank 001A",
                "Local Authority District code (2024)": "E06000001",
                "Local Authority District name (2024)": "Riverbank",
                f"{imd} Score": "34.35",
                f"{imd}{RANK}": "5131",
                f"{imd}{DECILE}": "2",
                "Income Score (rate)": "0.2",
                f"Income{RANK}": "4000",
                f"Income{DECILE}": "2",
                f"Employment{DECILE}": "3",
                f"Education, Skills and Training{DECILE}": "4",
                f"Health Deprivation and Disability{DECILE}": "5",
                f"Crime{DECILE}": "6",
                f"Barriers to Housing and Services{DECILE}": "7",
                f"Living Environment{DECILE}": "8",
                f"Income Deprivation Affecting Children Index (IDACI){DECILE}": "9",
                "Total population: mid 2022": "1500",
            }
        ),
    )
    found, source = deprivation_of(AREA), provenance(K.DEPRIVATION)
    assert found is not None
    assert source is not None
    assert (found.score, found.rank, found.decile) == (34.35, 5131, 2)
    assert list(found.domains.values()) == [2, 3, 4, 5, 6, 7, 8]
    assert source.publisher.startswith("Ministry of Housing")


def test_ages_are_kept_as_fine_as_the_file_has_them(in_app: Flask) -> None:
    five = {
        "Total": 100,
        "Aged 4 years and under": 10,
        "Aged 5 to 9 years": 20,
        "Aged 10 years and over": 70,
    }
    assert counts(K.CENSUS_AGE, "Age: ", five) == {"age_0_4": 10, "age_5_9": 20, "age_10_plus": 70}
    single = {
        "Total; measures: Value": 10,
        "Aged 1 year and under; measures: Value": 3,
        "Aged under 1 year; measures: Value": 1,
        "Aged 1 year; measures: Value": 2,
        "Aged 2 years; measures: Value": 3,
        "Aged 3 years and over; measures: Value": 4,
    }
    assert counts(K.CENSUS_AGE, "Age: ", single) == {
        "age_0": 1,
        "age_1": 2,
        "age_2": 3,
        "age_3_plus": 4,
    }


def test_sex_is_read_alone_and_from_sex_by_age(in_app: Flask) -> None:
    alone = {
        "All persons; measures: Value": 30,
        "Female; measures: Value": 18,
        "Male; measures: Value": 12,
    }
    assert counts(K.CENSUS_SEX, "Sex: ", alone) == {"female": 18, "male": 12}
    by_age = {
        "All persons; Age: Total; measures: Value": 30,
        "All persons; Age: Aged 15 years and under; measures: Value": 9,
        "All persons; Age: Aged 16 years and over; measures: Value": 21,
        "Female; Age: Total; measures: Value": 17,
        "Female; Age: Aged 15 years and under; measures: Value": 5,
        "Male; Age: Total; measures: Value": 13,
        "Male; Age: Aged 15 years and under; measures: Value": 4,
    }
    assert counts(K.CENSUS_SEX, "Sex: ", by_age) == {"female": 17, "male": 13}
    assert counts(K.CENSUS_AGE, "Sex: ", by_age) == {"age_0_15": 9, "age_16_plus": 21}


def test_ethnic_groups_are_counted_once_and_as_fine_as_the_file_has_them(in_app: Flask) -> None:
    found = counts(
        K.CENSUS_ETHNIC_GROUP,
        "",
        {
            "Ethnic group: Total: All usual residents": 49,
            ASIAN: 3,
            f"{ASIAN}: Bangladeshi": 1,
            f"{ASIAN}: Other Asian": 2,
            BLACK: 5,
            MIXED: 9,
            f"{MIXED}: White and Asian": 4,
            f"{MIXED}: Other Mixed or Multiple ethnic groups": 5,
            "Ethnic group: White": 30,
            "Ethnic group: White: English, Welsh, Scottish, Northern Irish or British": 24,
            "Ethnic group: White: Gypsy or Irish Traveller": 6,
            "Ethnic group: Other ethnic group": 2,
        },
    )
    assert found == {
        "asian_bangladeshi": 1,
        "asian_other_asian": 2,
        "black": 5,
        "mixed_other_mixed_or_multiple_ethnic_groups": 5,
        "mixed_white_and_asian": 4,
        "other": 2,
        "white_english_welsh_scottish_northern_irish_or_british": 24,
        "white_gypsy_or_irish_traveller": 6,
    }


def test_disability_comes_in_two_categories(in_app: Flask) -> None:
    yes, no = "Disabled under the Equality Act", "Not disabled under the Equality Act"
    found = counts(
        K.CENSUS_DISABILITY,
        "Disability: ",
        {
            "Total: All usual residents": 100,
            yes: 20,
            f"{yes}: Day-to-day activities limited a lot": 8,
            f"{yes}: Day-to-day activities limited a little": 12,
            no: 80,
            f"{no}: Has long term physical or mental health condition but day-to-day activities"
            " are not limited": 7,
            f"{no}: No long term physical or mental health conditions": 73,
        },
    )
    assert found == {"disabled": 20, "not_disabled": 80}


def test_tenure_comes_in_six_categories(in_app: Flask) -> None:
    found = counts(
        K.CENSUS_TENURE,
        "Tenure of household: ",
        {
            "Total: All households": 78,
            "Owned": 3,
            "Owned: Owns outright": 1,
            "Owned: Owns with a mortgage or loan": 2,
            "Shared ownership": 3,
            "Shared ownership: Shared ownership": 3,
            "Social rented": 9,
            "Social rented: Rents from council or Local Authority": 4,
            "Social rented: Other social rented": 5,
            "Private rented": 13,
            "Private rented: Private landlord or letting agency": 6,
            "Private rented: Other private rented": 7,
            "Lives rent free": 50,
        },
    )
    assert found == {
        "owned_mortgage": 2,
        "owned_outright": 1,
        "private_rented": 13,
        "rent_free": 50,
        "shared_ownership": 3,
        "social_rented": 9,
    }


def test_lookups_of_the_geoportal(in_app: Flask) -> None:
    best_fit = {
        "LSOA21CD": AREA,
        "LSOA21NM": "Riverbank 001A",
        "LSOA21NMW": "",
        "WD24CD": "E05000001",
        "WD24NM": "Mill",
        "LAD24CD": "E06000001",
        "LAD24NM": "Riverbank",
        "ObjectId": "1",
    }
    health = {
        "LSOA21CD": AREA,
        "LSOA21NM": "Riverbank 001A",
        "SICBL24CD": "E38000001",
        "SICBL24CDH": "01A",
        "SICBL24NM": "NHS Riverbank - 01A",
        "ICB24CD": "E54000001",
        "ICB24CDH": "QXX",
        "ICB24NM": "NHS Riverbank",
        "LAD24CD": "E06000001",
    }
    region = {
        "LAD24CD": "E06000001",
        "LAD24NM": "Riverbank",
        "RGN24CD": "E12000001",
        "RGN24NM": "North",
    }
    import_text(K.SMALL_AREAS, table(best_fit))
    import_text(K.WARDS, table(best_fit))
    for kind in (K.SMALL_AREAS_HEALTH, K.SUB_ICBS, K.ICBS):
        import_text(kind, table(health))
    import_text(K.LOCAL_AUTHORITIES, table(region))
    area = parents_of(AREA)
    assert area is not None
    assert (area.ward, area.local_authority, area.icb) == ("Mill", "Riverbank", "NHS Riverbank")
    assert [row.name for row in places_of(PlaceKind.REGION)] == ["North"]
    ward = find_place("E05000001")
    assert ward is not None
    assert ward.within_code == "E06000001"


@pytest.mark.parametrize(
    ("first", "area"), [("pcd", "lsoa21"), ("pcd7", "lsoa21cd"), ("PCD7", "LSOA21CD")]
)
def test_postcodes_of_every_edition(in_app: Flask, first: str, area: str) -> None:
    pcds, ended = ("PCDS", "DOTERM") if first.isupper() else ("pcds", "doterm")
    rows = [
        {first: "RB1 1AA", pcds: "RB1 1AA", "dointr": "198001", ended: "", area: AREA},
        {first: "RB1 1AB", pcds: "RB1 1AB", "dointr": "198001", ended: "199606", area: AREA},
        {first: "AB1 0AA", pcds: "AB1 0AA", "dointr": "198001", ended: "", area: "S01006514"},
        {first: "BT1 1AA", pcds: "BT1 1AA", "dointr": "198001", ended: "", area: "95GG01S1"},
        {first: "JE2 3AA", pcds: "JE2 3AA", "dointr": "198001", ended: "", area: "L99999999"},
        {first: "GY1 1AA", pcds: "GY1 1AA", "dointr": "198001", ended: "", area: ""},
    ]
    done = import_text(K.POSTCODES, table(*rows))
    assert done.rows == 1
    assert done.left_out == {"no longer in use": 1, "not in England": 4}
    assert resolve_postcode("rb11aa").lsoa_code == AREA


def test_outlines_of_the_geoportal(in_app: Flask) -> None:
    text = collection(
        ({"OBJECTID": "1", "LAD24CD": "E06000001", "LAD24NM": "Riverbank"}, SQUARE),
        ({"OBJECTID": "2", "LAD24CD": "W06000001", "LAD24NM": "Ynys"}, SQUARE),
    )
    done = import_text(K.BOUNDARIES_LOCAL_AUTHORITY, text)
    assert done.left_out == {"not in England": 1}
    (row,) = outlines(K.BOUNDARIES_LOCAL_AUTHORITY, ["E06000001", "E06000002"])
    assert (row.name, row.geometry["coordinates"]) == ("Riverbank", [SQUARE])
    source = provenance(K.BOUNDARIES_LOCAL_AUTHORITY)
    assert source is not None
    assert source.attribution.endswith("Contains OS data © Crown copyright and database right")


def test_counts_of_areas_that_were_merged_since_are_summed(in_app: Flask) -> None:
    authorities = "LAD24CD,LAD24NM\nE06000063,Cumberland\n"
    import_text(K.LOCAL_AUTHORITIES, authorities)
    long = (
        "ltla21_code,topic,category,count\n"
        "E07000026,sex,female,10\nE07000026,sex,male,20\n"
        "E07000028,sex,female,1\nE07000028,sex,male,2\nE07000028,tenure,rent_free,2\n"
    )
    done = import_text(K.CENSUS_SEX, long)
    assert (done.rows, done.left_out) == (4, {"of another topic": 1})
    assert census_counts(K.CENSUS_SEX, ["E06000063"]) == {"female": 11, "male": 22}
    assert census_counts(K.CENSUS_SEX, ["E07000026"]) == {}
