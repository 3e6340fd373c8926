"""Targets and registrants are read as people write them, and all faults come at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.config import ROOT
from engagement.documents.sheets import read_csv
from engagement.methods.sortition.addresses import is_communal, normalise_address
from engagement.methods.sortition.errors import SelectionRefused
from engagement.methods.sortition.pool import Target, Targets
from engagement.methods.sortition.reading import Registered, read_pool, read_targets

REAL = ROOT.parent / "shared" / "data" / "sortition"
# People, seats, features, people under a shared address as guessed.
SHAPES = {
    "diversimax_exact_60": (219, 60, 5),
    "diversimax_wide_60": (219, 60, 5),
    "example_small_20": (200, 20, 2),
    "opendlp_monitoring_30": (100, 30, 4),
    "sf_e_synth_110": (600, 110, 7),
    "sf_fixture_22": (150, 22, 4),
}


def table(text: str) -> list[list[str]]:
    """Rows of a small table, one a line."""
    return [line.strip().split(",") if line.strip() else [] for line in text.strip().splitlines()]


def targets(text: str, size: int | None = None) -> Targets:
    return read_targets(table(text), "targets.csv", size)


def faults_of(refused: pytest.ExceptionInfo[SelectionRefused]) -> list[str]:
    return [str(fault) for fault in refused.value.faults]


TWO = Targets(
    (
        Target("Gender", "Female", 1, 2),
        Target("Gender", "Male", 1, 2),
        Target("Age", "16-29", 0, 2),
        Target("Age", "30+", 0, 2),
    )
)


def people(text: str, **how: object) -> Registered:
    return read_pool(table(text), "people.csv", TWO, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "headings",
    [
        "feature,value,min,max",
        "category,name,min,max",
        "category,feature,min,max",
        "\ufeff Feature , VALUE,Min,MAX ",
    ],
)
def test_each_form_of_headings_means_the_same(headings: str) -> None:
    assert targets(f"{headings}\nGender,Female,1,2\n").rows == (Target("Gender", "Female", 1, 2),)


def test_other_columns_titles_blank_rows_and_notes_are_passed_over() -> None:
    read = targets(
        """Targets of March
        Current #,category,name,suggest max,min,max,,
        ,Gender,Female,9,1,2,,
        ,,,,,,,
        ,gender ,Male,9,1.0,2,,
        a remark beside the table,,,,,,,
        ,Source: Census,,,,,,

        ,Drawn up by hand, in 2021, from, the census,
        """
    )
    assert read.rows == (Target("Gender", "Female", 1, 2), Target("Gender", "Male", 1, 2))
    assert read.features == ("Gender",)


def test_how_far_one_may_go_is_read_where_it_is_told() -> None:
    read = targets("feature,value,min,max,min flex,Max_Flex\nA,x,2,3,1,4\nA,y,2,3,,\n")
    assert read.rows == (Target("A", "x", 2, 3, 1, 4), Target("A", "y", 2, 3, 0, None))


def test_all_faults_of_targets_come_together_with_row_column_and_what_to_do() -> None:
    with pytest.raises(SelectionRefused) as refused:
        targets(
            """feature,value,min,max,min_flex,max_flex
            Gender,Female,5,4,,
            Gender,female,1,2,,
            Gender,Male,-1,x,,
            Gender,,1,2,,
            ,Old,1,2,,
            Age,Young,1,,,
            Age,Old,3,4,4,3"""
        )
    assert faults_of(refused) == [
        "targets.csv, row 2, column “min”: min is 5 and max is 4; lower min or raise max",
        "targets.csv, row 3, column “value”: “female” of “Gender” stands in row 2 too; keep one",
        "targets.csv, row 4, column “min”: “-1” cannot be negative; write how many seats, such"
        " as 4",
        "targets.csv, row 4, column “max”: “x” is not a whole number; write how many seats, such"
        " as 4",
        "targets.csv, row 5, column “value”: has no value; write it",
        "targets.csv, row 6, column “feature”: has no feature; write it",
        "targets.csv, row 7, column “max”: is empty; write how many seats",
        "targets.csv, row 8, column “min_flex”: min_flex is 4 and min is 3; lower min_flex or"
        " raise min",
        "targets.csv, row 8, column “max_flex”: max is 4 and max_flex is 3; lower max or raise"
        " max_flex",
    ]


@pytest.mark.parametrize(
    ("rows", "size", "words"),
    [
        ("G,a,3,4\nG,b,3,4", 5, "the min of “G” add up to 6, more than the 5 seats"),
        ("G,a,3,4\nG,b,3,4", 9, "the max of “G” add up to 8, fewer than the 9 seats"),
        ("G,a,3,4\nG,b,3,4\nH,c,1,5", None, "no size fits: the min of “G” add up to 6, and the"),
        ("", None, "has no targets"),
    ],
)
def test_sums_that_cannot_reach_the_size_are_faults(rows: str, size: int, words: str) -> None:
    with pytest.raises(SelectionRefused, match=words):
        targets(f"feature,value,min,max\n{rows}", size)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2", "row 1: the headings are missing: the first row must hold “feature”"),
        ("name,min,max\n1,2,3", "the headings are missing"),
        ("feature,value,min,max,Min\na,b,1,2,3", "column “min”: is the heading of two columns"),
    ],
)
def test_headings_that_are_missing_or_double_are_said(text: str, words: str) -> None:
    with pytest.raises(SelectionRefused, match=words):
        targets(text)


def test_answers_are_spelt_as_the_targets_spell_them() -> None:
    read = people("person_id,GENDER,age\np1, female ,16 – 29\np2,MALE,30+")
    assert read.pool.ids == ("p1", "p2")
    assert read.pool.features == ("Gender", "Age")
    assert read.pool.answers == (("Female", "16-29"), ("Male", "30+"))
    assert (read.id_column, read.rows, read.notes) == ("person_id", (2, 3), ())


@pytest.mark.parametrize(
    "said",
    ["", "Prefer not to say", "prefer-not-to-say", "UNKNOWN", "Rather not say", "not stated"],
)
def test_what_is_unstated_is_nobodys_value_and_is_counted(said: str) -> None:
    read = people(f"id,Gender,Age\n1,Male,{said}\n2,Female,30+")
    assert read.pool.answers == (("Male", None), ("Female", "30+"))
    assert read.notes == ("“Age” is unstated by 1 of 2 people.",)


def test_prefer_not_to_say_is_a_value_where_it_has_a_target() -> None:
    asked = Targets((Target("Gender", "Prefer not to say", 0, 1),))
    read = read_pool(table("id,Gender\n1,prefer NOT to say"), "p", asked)
    assert read.pool.answers == (("Prefer not to say",),)


def test_all_faults_of_registrants_come_together_with_row_column_and_what_to_do() -> None:
    with pytest.raises(SelectionRefused) as refused:
        people("Id,gender\np1,Femal\np1,Male\n,Male\np4,-\np5\np6,Male,x")
    assert faults_of(refused) == [
        "people.csv, row 1, column “Age”: no column has this heading; add it, or take the feature"
        " out of the targets",
        "people.csv, row 2, column “gender”: “Femal” has no target (is “Female” meant?); correct"
        " it, add a target for it, or leave the cell empty where it is unstated",
        "people.csv, row 3, column “Id”: “p1” stands in row 2 too; take one out, or give each"
        " their own",
        "people.csv, row 4, column “Id”: has no id; give the person one",
        "people.csv, row 5, column “gender”: “-” has no target; correct it, add a target for it,"
        " or leave the cell empty where it is unstated",
        "people.csv, row 6, column “Id”: nothing else stands in this row; take it out if it is a"
        " note, otherwise write “prefer not to say” for the answers",
        "people.csv, row 7: has more cells than there are headings; look for a stray comma",
    ]


def test_notes_below_the_registrants_are_left_out_and_said() -> None:
    read = people("id,Gender,Age\n1,Male,30+\n\n2,Male,30+\n\nExported in March\n")
    assert read.pool.ids == ("1", "2")
    assert read.notes == ("Row 6 was taken for a note and left out.",)


@pytest.mark.parametrize(
    ("headings", "how", "found"),
    [
        ("Gender,nationbuilder_id,Age", {}, "nationbuilder_id"),
        ("Gender,crm-ID,Age", {}, "crm-ID"),
        ("Gender,Registrant,Age", {}, "Registrant"),
        ("Gender,code,Age", {"id_column": "Code"}, "code"),
        ("Gender,household_id,Age", {"household_columns": ["household id"]}, None),
    ],
)
def test_the_column_of_ids_is_named_or_guessed(
    headings: str, how: dict[str, object], found: str | None
) -> None:
    read = people(f"{headings}\nMale,x,30+\nMale,y,30+", **how)
    assert read.id_column == found
    assert read.pool.ids == (("x", "y") if found else ("1", "2"))


def test_without_ids_people_are_numbered_and_it_is_said() -> None:
    read = people("Gender,Age\n\nMale,30+\n\nFemale,30+")
    assert (read.pool.ids, read.rows) == (("1", "2"), (3, 5))
    assert read.notes == ("No column holds ids: people are numbered by their rows, from 1.",)


@pytest.mark.parametrize(
    ("text", "how", "words"),
    [
        ("", {}, "is empty; choose the file"),
        ("id,Gender,Age", {}, "holds no registrant"),
        ("a_id,b_id,Gender,Age\n1,2,Male,30+", {}, "“a_id” and “b_id” could hold the ids"),
        ("id,Gender,Age\n1,Male,30+", {"id_column": "nr"}, "name the id column as the file does"),
        ("id,Gender,Age\n1,Male,30+", {"household_columns": ["home"]}, "name the household column"),
        ("id,Gender,Age\n1,Male,30+", {"by_address": True}, "no column holds an address"),
        ("id,Gender,gender ,Age\n1,Male,Male,30+", {}, None),
        ("id,GENDER,gender,Age\n1,Male,Male,30+", {}, "is the heading of two columns"),
    ],
)
def test_columns_that_cannot_be_found_are_faults(
    text: str, how: dict[str, object], words: str | None
) -> None:
    if words is None:
        assert people(text, **how).pool.answers == (("Male", "30+"),)
        return
    with pytest.raises(SelectionRefused, match=words):
        people(text, **how)


HOMES = """id,Gender,Age,address_line_1,address_line_2,postcode
1,Male,30+,Flat 3 - 15 Maple Avenue,,AB1 2CD
2,Male,30+,15 Maple Ave.,Apartment 3,ab12cd
3,Male,30+,15 Maple Ave,,AB1 2CD
4,Male,30+,,,AB1 2CD
5,Male,30+,,,AB1 2CD
6,Male,30+,Room 1,Hope Hostel,AB1 2CD
7,Male,30+,Room 1,Hope Hostel,AB1 2CD
8,Male,30+,,,
9,Male,30+,,,"""


def test_households_are_found_by_address_only_when_asked_for() -> None:
    assert set(people(HOMES).pool.households) == {None}
    read = people(HOMES, by_address=True)
    maple, room = "flat 3 15 maple ave ab12cd", "room 1 hope hostel ab12cd"
    alone = [None] * 3
    assert read.pool.households == (maple, maple, *alone, room, room, None, None)
    assert read.notes == (
        "Households are told apart by “address_line_1”, “address_line_2”, “postcode”: 4 people"
        " share 2 households.",
    )


def test_people_of_a_communal_address_are_not_one_household() -> None:
    read = people(HOMES, by_address=True, communal=["hope hostel", "Hop Hostel"])
    assert sum(home is not None for home in read.pool.households) == 2
    assert read.notes[-1] == (
        "No registrant gave the communal address “Hop Hostel”; check how it is spelt."
    )


def test_named_columns_tell_households_apart() -> None:
    read = people(
        "id,Gender,Age,Home\n1,Male,30+,h1\n2,Male,30+,H1\n3,Male,30+,\n4,Male,30+,",
        household_columns=["home"],
    )
    assert read.pool.households == ("h1", "h1", None, None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 3, 15 Maple Avenue", "15 MAPLE AVE - flat 3"),
        ("15a St John's Road", "15 A, Saint Johns Rd."),
        ("No. 4 The Grove, SW1A 1AA", "4 Grove sw1a1aa"),
        ("Apt 2b, 7 High Street", "flat 2B 7 high st"),
    ],
)
def test_one_address_has_one_form(one: str, other: str) -> None:
    assert normalise_address(one) == normalise_address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 3, 15 Maple Avenue", "Flat 15, 3 Maple Avenue"),
        ("15 Maple Avenue", "15 Maple Road"),
        ("1 1 High Street", "11 High Street"),
        ("Flat 1, 5 High Street", "Flat 15 High Street"),
    ],
)
def test_different_addresses_keep_different_forms(one: str, other: str) -> None:
    assert normalise_address(one) != normalise_address(other)


@given(
    st.lists(st.sampled_from("flat 3 15a the no 7 maple st road o'neill ab1 2cd b".split())),
    st.sampled_from([" ", ", ", "  - ", ". ", "/"]),
)
def test_case_and_punctuation_do_not_make_another_address(words: list[str], mark: str) -> None:
    assert normalise_address(mark.join(words).upper()) == normalise_address(" ".join(words))


def test_a_communal_address_is_found_by_whole_words() -> None:
    assert is_communal("room 4 12 high st", ["12 high st"])
    assert not is_communal("112 high st", ["12 high st"])


@given(
    st.lists(
        st.tuples(st.sampled_from(["Female", "Male", None]), st.sampled_from(["16-29", "30+"])),
        min_size=1,
    )
)
def test_what_is_written_is_read_whatever_its_case_and_spaces(
    answers: list[tuple[str | None, str]],
) -> None:
    rows = [["id", "Gender", "Age"]]
    for number, given_answers in enumerate(answers):
        rows.append(
            [str(number)] + [f" {(answer or 'unknown').swapcase()}  " for answer in given_answers]
        )
    assert read_pool(rows, "people.csv", TWO).pool.answers == tuple(answers)


@pytest.mark.parametrize("instance", SHAPES)
def test_real_files_are_read_without_a_fault(instance: str) -> None:
    folder = REAL / instance
    if not folder.is_dir():
        pytest.skip(f"no files at {folder}")
    registrants, size, features = SHAPES[instance]
    read = read_targets(read_csv((folder / "categories.csv").read_bytes()), "categories.csv", size)
    assert len(read.features) == features
    rows = read_csv((folder / "respondents.csv").read_bytes())
    found = read_pool(rows, "respondents.csv", read)
    assert len(found.pool.ids) == registrants
    assert all(None not in answers for answers in found.pool.answers)
    has_no_ids = instance.startswith(("diversimax", "example"))
    assert (found.id_column is None) == has_no_ids


@pytest.mark.parametrize("instance", ["opendlp_monitoring_30", "sf_fixture_22"])
def test_real_addresses_tell_households_apart(instance: str) -> None:
    folder = REAL / instance
    if not folder.is_dir():
        pytest.skip(f"no files at {folder}")
    read = read_targets(read_csv((folder / "categories.csv").read_bytes()), "categories.csv")
    rows = read_csv((folder / "respondents.csv").read_bytes())
    found = read_pool(rows, "respondents.csv", read, by_address=True)
    assert "Households are told apart by" in found.notes[-1]
