"""A malformed file names every row and column at fault, and what to do."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import update

from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.places.errors import MOST_SHOWN, FileRefused
from engagement.places.models import ReferenceSet
from engagement.places.queries import reference_sets
from engagement.places.rules import ReferenceKind
from tests.factories.places import FILES, SQUARE, collection, import_text

K = ReferenceKind
IMD = "lsoa21_code,imd_score,imd_rank,imd_decile,income_decile\n"
AREAS = "lsoa21_code,lsoa21_name,ward24_code,ltla24_code\n"
AGES = "lsoa21_code,age_0_15,age_16_plus\n"
NOMIS = "geography code,Sex: All persons,Sex: Female,Sex: Male\n"
LONG = "ltla21_code,topic,category,count\n"
POSTCODES = "pcds,doterm,lsoa21\n"
VALUES = "area_code,indicator,period,unit,value\n"


def faults(kind: ReferenceKind, text: str | bytes, *, partial: bool = True) -> list[str]:
    """What is said of a file that is refused."""
    with pytest.raises(FileRefused) as refused:
        import_text(kind, text, partial=partial)
    assert reference_sets() == []
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (K.WARDS, "", ["the file is empty"]),
        (K.WARDS, "ward24_code,ward24_name,ltla24_code\n", ["has a header and nothing else"]),
        (
            K.WARDS,
            b"PK\x03\x04rest",
            ["wards.csv is a spreadsheet or an archive: unpack it, or save"],
        ),
        (
            K.WARDS,
            "ward24_code,ward24_name\n",
            ["column “LAD24CD or ltla24_code”: is missing", "the file to import for wards is: "],
        ),
        (
            K.WARDS,
            "ward24_code,ward24_name,ltla24_code\nE05000001,,E06000001\nE5,Quay,\nE05000003,Fell\n",
            [
                "row 2, column “ward24_name”: is empty",
                "row 3, column “ward24_code”: “E5” is not a code like E01000001 that begins",
                "row 3, column “ltla24_code”: is empty; write the code of the place around it",
                "row 4: has 2 cells, but the header has 3",
            ],
        ),
        (
            K.WARDS,
            "ward24_code,ward24_name,ltla24_code\nE05000001,Mill,E06000001\nand so on,,\n"
            "E05000002,Quay,E06000001\n",
            ["row 3: is not a row of this table; take it out"],
        ),
        (
            K.WARDS,
            'ward24_code,ward24_name,ltla24_code\nE05000001,"Mill,E06000001\n',
            ["row 2: the file is not whole from here on"],
        ),
        (
            K.WARDS,
            b"ward24_code,ward24_name,ltla24_code\nE05000001,Caf\xe9,E06000001\n",
            ["holds a character that is not UTF-8: save the sheet"],
        ),
        (
            K.WARDS,
            "ward24_code,ward24_name,ltla24_code\nE05000001,Mi\0ll,E06000001\n",
            ["row 2: holds a character that is none; download it again"],
        ),
        (
            K.SMALL_AREAS,
            AREAS + "E01000001,A,E05000001,E05000001\nE01000001,A,E05000001,E06000001\n",
            [
                "row 2, column “ltla24_code”: “E05000001” is not a code like E01000001 that"
                " begins with E06, E07, E08, E09",
                "row 3, column “lsoa21_code”: E01000001 stands in row 2 already",
            ],
        ),
        (
            K.DEPRIVATION,
            IMD + "E01000001,high,1,1,1\nE01000002,40,1,1,11\nE01000003,8,20000,1,ten\n"
            "E01000004,1,0,10,9\n",
            [
                "row 2, column “imd_score”: “high” is not a number",
                "row 3, column “income_decile”: “11” is not a whole number from 1 to 10",
                "row 3, column “imd_rank”: rank 1 stands in row 2 already",
                "row 4, column “income_decile”: “ten” is not a whole number from 1 to 10",
                "row 4, column “imd_decile”: decile 1 does not follow from rank 20000, which is"
                " in decile 6",
                "row 5, column “imd_rank”: “0” is not a whole number from 1 to 33755",
            ],
        ),
        (
            K.CENSUS_AGE,
            AGES + f"E01000001,12.5,-3\nE01000002,{'9' * 5000},٣\nE02000001,1,1\nE06000001,1,1\n",
            [
                "row 2, column “age_0_15”: “12.5” is not a whole number of 0 or more",
                "row 2, column “age_16_plus”: “-3” is not a whole number of 0 or more",
                f"row 3, column “age_0_15”: “{'9' * 40}” is not a whole number of 0 or more",
                "row 3, column “age_16_plus”: “٣” is not a whole number of 0 or more",
                "row 4, column “lsoa21_code”: “E02000001” is not a code",
                "row 5, column “lsoa21_code”: a local authority among areas of the kind “small",
            ],
        ),
        (
            K.CENSUS_AGE,
            "lsoa21_code,age_0_15,age_18_64,age_60_70\nE01000001,1,1,1\n",
            [
                "ages 16 to 17 are counted twice or not at all",
                "ages 60 to 64 are counted twice or not at all",
                "ages from 71 are not counted",
            ],
        ),
        (
            K.CENSUS_SEX,
            NOMIS + "E01000001,1500,700,760\nE01000002,1500,740,759\n",
            ["row 2, column “Sex: All persons”: the categories add up to 1,460, but the total is"],
        ),
        (
            K.CENSUS_TENURE,
            "geography code,Tenure of household: Owned: Owns outright,Tenure of household: Tents\n"
            "E01000001,1,2\n",
            [
                "column “tenure of household: tents”: is no category that is known here",
                "there is no column for the category owned_mortgage",
                "there is no column for the category private_rented",
                "there is no column for the category rent_free",
                "there is no column for the category shared_ownership",
                "there is no column for the category social_rented",
            ],
        ),
        (
            K.CENSUS_SEX,
            LONG + "E06000001,sex,female,5\nE06000001,sex,women,5\nE06000002,sex,male,x\n"
            "E06000001,sex,female,6\n",
            [
                "row 3, column “category”: “women” is no category that is known here",
                "row 4, column “count”: “x” is not a whole number of 0 or more",
                "row 5, column “category”: female of E06000001 stands in an earlier row already",
                "E06000001 has no row for the category male of sex",
            ],
        ),
        (K.CENSUS_SEX, LONG + "E06000001,tenure,rent_free,5\n", ["no rows of England"]),
        (
            K.INDICATORS,
            VALUES + "E06000001,anxiety,2021,,n/a\nE06000001,a,1,,1_0\nE06000001,b,1,,nan\n"
            "E06000001,,2021,%,1\n"
            "E06000001,calm,2021,%,1\nE06000001,calm,2021,%,2\n",
            [
                "row 2, column “value”: “n/a” is not a number",
                "row 3, column “value”: “1_0” is not a number",
                "row 4, column “value”: “nan” is not a number",
                "row 5, column “indicator”: is empty",
                "row 7, column “area_code”: E06000001 calm 2021 stands in row 6 already",
            ],
        ),
        (
            K.POSTCODES,
            POSTCODES + "SECRET,,E01000001\nRB1 1AA,,E01000001\nrb11aa,,E01000001\n"
            "RB1 1AB,,E99999999\nRB1 1AC,201001,E01000001\nRB1 1AD,,E02000001\n",
            [
                "row 2, column “pcds”: is not a postcode",
                "row 7, column “lsoa21”: “E02000001” is not a code like",
                "row 4, column “pcds”: is the same postcode as in row 3; keep one of the two",
            ],
        ),
        (K.BOUNDARIES_WARD, "{}", ["the file has no “features”: it is not a GeoJSON collection"]),
        (K.BOUNDARIES_WARD, '{"features": []}', ["has a header and nothing else"]),
        (
            K.BOUNDARIES_WARD,
            collection(({"WD24CD": "E05000001"}, SQUARE))[:-20],
            ["row 1: the file ends or breaks off here"],
        ),
        (
            K.BOUNDARIES_WARD,
            collection(
                ({"WD24CD": "E06000001"}, SQUARE),
                ({"WD24CD": "E05000001"}, [[400000, 300000]] * 4),
                ({"WD24CD": "E05000001"}, SQUARE[:2]),
                ({"WD24CD": "E05000002"}, ["x"]),
            ),
            [
                "row 1, column “WD24CD”: “E06000001” is not a code",
                "row 2, column “geometry”: lies outside England",
                "row 3, column “geometry”: has no area",
                "row 3, column “WD24CD”: E05000001 stands in row 2 already",
                "row 4, column “geometry”: has coordinates that are no numbers",
            ],
        ),
        (
            K.BOUNDARIES_WARD,
            json.dumps({"features": [{"properties": {"WD24CD": "E05000001"}, "geometry": None}]}),
            ["row 1, column “geometry”: is no Polygon or MultiPolygon"],
        ),
        (
            K.BOUNDARIES_WARD,
            json.dumps({"features": [{"properties": {"id": 1}}]}),
            ["column “WD24CD or ward24_code or ward_code”: is missing", "the file to import for"],
        ),
    ],
)
def test_every_fault_is_named_with_its_place(
    in_app: Flask, kind: ReferenceKind, text: str | bytes, said: list[str]
) -> None:
    found = faults(kind, text)
    assert len(found) == len(said), found
    for one, wanted in zip(found, said, strict=True):
        assert wanted in one
    assert "SECRET" not in "".join(found)


def test_a_code_that_is_not_imported_is_named(in_app: Flask) -> None:
    import_text(K.LOCAL_AUTHORITIES, FILES[K.LOCAL_AUTHORITIES].replace("E07000001", "E07000002"))
    # A list that covers England, as far as the database knows.
    with transaction():
        db.session.execute(update(ReferenceSet).values(partial=False))
    with pytest.raises(FileRefused) as refused:
        import_text(K.WARDS, FILES[K.WARDS])
    assert [str(fault) for fault in refused.value.faults] == [
        "row 4, column “ltla24_code”: E07000001 is not among the imported places of the kind"
        " “local authority”"
    ]


@pytest.mark.parametrize("kind", [K.ICBS, K.LOCAL_AUTHORITIES, K.SMALL_AREAS, K.DEPRIVATION])
def test_a_part_of_england_must_be_meant(in_app: Flask, kind: ReferenceKind) -> None:
    (said,) = faults(kind, FILES[kind], partial=False)
    assert "if it is meant to cover a part, say --partial" in said


def test_another_years_number_of_areas_is_only_noted(in_app: Flask) -> None:
    done = import_text(K.ICBS, "ICB26CD,ICB26NM\nE54000001,NHS Riverbank\n", partial=False)
    assert done.warnings == ("has 1 areas of England’s 42 in 2024",)


def england(income: str = "") -> str:
    """Ranks of all of England, in order; ``income`` is the decile of every area, if given."""
    ends = [0, *(33_755 * decile // 10 for decile in range(1, 11))]
    rows = [
        f"E01{rank:06},1.5,{rank},{decile},{income or decile}\n"
        for decile, (low, high) in enumerate(pairwise(ends), start=1)
        for rank in range(low + 1, high + 1)
    ]
    return IMD + "".join(rows)


def test_deciles_must_be_evenly_filled(in_app: Flask) -> None:
    found = faults(K.DEPRIVATION, england(income="3"), partial=False)
    assert len(found) == 10
    assert found[2] == (
        "column “income_decile”: decile 3 holds 33,755 of 33,755 areas, not about a tenth;"
        " download the file again"
    )
    import_text(K.DEPRIVATION, england(), partial=False)


def test_what_is_shown_ends_but_what_is_counted_does_not(in_app: Flask) -> None:
    with pytest.raises(FileRefused) as refused:
        import_text(K.WARDS, "ward24_code,ward24_name,ltla24_code\n" + "x,y,z\n" * 90)
    assert (len(refused.value.faults), refused.value.more) == (MOST_SHOWN, 80)
