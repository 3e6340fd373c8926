"""Tables for cards: what is taken, and what is refused with words on what to do."""

from __future__ import annotations

import pytest

from engagement.prompts.errors import TableHasFaults
from engagement.prompts.rules import Figure
from engagement.prompts.table import read_figures

HEAD = "name,value,unit,group,people\n"


def faults_of(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(TableHasFaults) as caught:
        read_figures(text.encode())
    return [(fault.row, fault.column, fault.problem) for fault in caught.value.faults]


def test_counts_of_people_are_rounded_and_other_figures_kept() -> None:
    table = HEAD + (
        'Riverbank,"1,203",people,,\nEngland,98,people,,\nThose asked,43.4%,%,,250\n'
        "A visit,12.5,minutes,,none\n"
    )
    assert read_figures(table.encode()) == [
        Figure("Riverbank", 1205, "people"),
        Figure("England", 100, "people"),
        Figure("Those asked", 43, "%"),
        Figure("A visit", 12.5, "minutes"),
    ]


@pytest.mark.parametrize("count", ["1", "7"])
def test_a_small_count_of_people_is_refused(count: str) -> None:
    (row, column, problem), *_ = faults_of(
        f"{HEAD}Old,50,people,,\nNew,20,people,,\nX,{count},people,,\n"
    )
    assert (row, column) == (4, "value")
    assert "Write * here" in problem


def test_one_star_beside_its_total_is_refused() -> None:
    table = HEAD + "Town,50,people,,\nCoast,20,people,,\nHills,*,people,,\nTotal,74,people,,\n"
    assert "can be reckoned" in faults_of(table)[0][2]


def test_two_stars_beside_a_total_pass_unless_they_can_only_be_one() -> None:
    rows = "Town,50,people,,\nCoast,20,people,,\nHills,*,people,,\nMoor,c,people,,\n"
    rows += "Total,{},people,,\n"
    read = read_figures((HEAD + rows.format(77)).encode())
    assert [figure.value for figure in read] == [50, 20, None, None, 75]
    assert faults_of(HEAD + rows.format(72))
    assert faults_of(HEAD + rows.format(84))


def test_a_total_from_another_group_tells_a_star_too() -> None:
    first = "Town,25,people,place,\nCoast,20,people,place,\n"
    assert (
        "can be reckoned"
        in faults_of(HEAD + first + "Young,40,people,age,\nOld,*,people,age,\n")[0][2]
    )


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Yes,30,%,,20", "value"),  # six people
        ("Yes,95,%,,20", "value"),  # all but one
        ("Yes,50,%,,7", "people"),
        ("Wait,34,days,,3", "people"),
        ("Yes,50,%,,", "people"),
        ("Wait,34,days,,", "people"),
    ],
)
def test_a_share_or_mean_that_rests_on_few_is_refused(row: str, column: str) -> None:
    found = faults_of(f"{HEAD}Here,50,%,,200\nThere,40,%,,200\n{row}\n")
    assert [(4, column)] == [one[:2] for one in found]


@pytest.mark.parametrize(
    "heading", ["NHS number", "E-mail", "Postcode", "Date of birth", "Patient ID"]
)
def test_columns_about_single_people_are_refused(heading: str) -> None:
    ((row, column, problem),) = faults_of(
        f"name,value,unit,{heading}\nA,50,people,x\nB,40,people,y\n"
    )
    assert (row, column) == (1, heading)
    assert "single people" in problem


@pytest.mark.parametrize(
    "cell", ["ann@example.org", "Riverbank SW1A 2AA", "07700 900123", "943 476 5919"]
)
def test_what_is_one_persons_is_refused_and_not_shown_again(cell: str) -> None:
    with pytest.raises(TableHasFaults) as caught:
        read_figures(f"{HEAD}{cell},50,people,,\nB,40,people,,\n".encode())
    (fault,) = caught.value.faults
    assert (fault.row, fault.column, fault.value) == (2, "name", "")


def test_a_row_for_each_person_is_refused() -> None:
    rows = "".join(f"Person {number},{number + 20},years,,1\n" for number in range(40))
    ((row, _, problem),) = faults_of(HEAD + rows)
    assert row == 32
    assert "one person" in problem
    assert all(one[1] == "people" for one in faults_of(HEAD + "".join(rows.splitlines(True)[:5])))


def test_all_faults_come_together_with_row_and_column() -> None:
    table = HEAD + ",x,people,,\nB,-4,people,,\nC,120,%,,90\nD,9.5,people,,\n"
    assert [one[:2] for one in faults_of(table)] == [
        (2, "name"),
        (2, "value"),
        (3, "value"),
        (4, "value"),
        (5, "value"),
    ]


def test_the_first_two_figures_are_shown_and_alike() -> None:
    assert faults_of(HEAD + "A,*,people,,\nB,40,people,,\n")[0][:2] == (2, "value")
    assert faults_of(HEAD + "A,50,people,,\nB,40,years,,none\n")[0][:2] == (3, "unit")
    assert faults_of(HEAD + "A,50,people,,\n")[0][0] == 2


def test_unknown_and_missing_columns_are_named() -> None:
    assert [one[:2] for one in faults_of("name,colour\nA,red\n")] == [
        (1, "colour"),
        (1, "value"),
        (1, "unit"),
    ]
