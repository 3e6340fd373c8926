"""Tables are read as Polis exports them; what is wrong with them is told in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.opinion.errors import OpinionRefused
from engagement.methods.opinion.reading import read_declared, read_statements, read_votes
from engagement.methods.opinion.votes import Votes

LIST = "timestamp,datetime,comment-id,voter-id,vote\n"


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    return iter(enumerate(csv.reader(io.StringIO(text)), 1))


def content(votes: Votes) -> dict[str, list[tuple[str, int]]]:
    return {
        person: [
            (votes.statements[column], value)
            for column, value in zip(
                votes.columns[start:end].tolist(), votes.values[start:end].tolist(), strict=True
            )
        ]
        for person, start, end in zip(
            votes.participants, votes.starts[:-1], votes.starts[1:], strict=True
        )
    }


def faults(text: str, rejected: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(OpinionRefused) as refused:
        read_votes(rows(text), "v.csv", rejected)
    return [str(fault) for fault in refused.value.faults]


def test_a_list_of_votes_and_its_matrix_say_the_same() -> None:
    listed = read_votes(
        rows(f"{LIST}2,x,1,7,1\n1,x,1,7,-1\n\n5,x,10,7,0\n5,x,1,8, -1 \n9,x,2,30,1\n"), "v.csv"
    )
    assert content(listed) == {"7": [("1", 1), ("10", 0)], "8": [("1", -1)], "30": [("2", 1)]}
    assert listed.statements == ("1", "2", "10")
    assert listed.replaced == 1
    matrix = read_votes(
        rows(
            "participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,10,1,2,5\n"
            "30,,0,0,1,1,0,,,1,\n7,,,,,,,0,1.0,,\n8,abc,1,0,1,0,1,,-1,,\n9,,,,,,,,,,\n"
        ),
        "m.csv",
    )
    assert content(matrix) == content(listed)
    assert matrix.statements == listed.statements


def test_rejected_statements_are_left_out_and_their_voters_stay() -> None:
    text = f"{LIST}1,x,1,7,1\n1,x,2,8,1\n"
    assert content(read_votes(rows(text), "v", ("2",))) == {"7": [("1", 1)], "8": []}
    matrix = "participant,1,2\n7,1,\n8,,1\n"
    assert content(read_votes(rows(matrix), "v", ("2",))) == {"7": [("1", 1)], "8": []}
    for table in (text, matrix):
        assert faults(table, ("1", "2")) == [
            "v.csv: holds no vote on a statement that was not rejected (2 on others)"
        ]


def test_without_timestamps_the_last_row_counts() -> None:
    votes = read_votes(rows("Voter_ID,Comment_ID,Vote\na,x,1\na,x,-1\n"), "v")
    assert content(votes) == {"a": [("x", -1)]}


@pytest.mark.parametrize("text", ["", "\n\n", " , \n"])
def test_an_empty_file_is_told(text: str) -> None:
    assert faults(text) == ["v.csv: is empty; choose the file again"]


@pytest.mark.parametrize("text", [LIST, f"{LIST}\n , ,,,\n", "participant,1,2\n5,,\n"])
def test_a_file_without_votes_is_told(text: str) -> None:
    assert faults(text) == ["v.csv: holds no vote; write one in each row"]


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n", "voter-id,vote\n1,1\n", "participants\n"])
def test_a_table_of_something_else_is_told(text: str) -> None:
    (fault,) = faults(text)
    assert fault.startswith("v.csv, row 1: the headings are missing")
    assert "“voter-id”, “comment-id” and “vote”" in fault


def test_every_broken_row_is_told() -> None:
    long = "x" * 300
    text = (
        f"{LIST}1,x,1,7,2\n1,x,1,7,agree\n1,x,1\n1,x,1,7,1,9\nsoon,x,1,7,1\n,x,,7,1\n"
        f"1,x,1,\x07,1\n1,x,{long},7,\n-5,x,1,7,1\n1,x,1,7,1,,\n"
    )
    assert faults(text) == [
        "v.csv, row 2, column “vote”: “2” is no vote; write 1 (agree), 0 (pass) or -1 (disagree)",
        "v.csv, row 3, column “vote”: “agree” is no vote; write 1 (agree), 0 (pass) or "
        "-1 (disagree)",
        "v.csv, row 4: has 3 cells, the headings 5; complete it or take it out",
        "v.csv, row 5: has more cells than there are headings; look for a stray comma",
        "v.csv, row 6, column “timestamp”: “soon” is no moment; write a whole number that grows "
        "with time",
        "v.csv, row 7, column “comment-id”: is empty; write the id",
        "v.csv, row 7, column “timestamp”: is empty; write a whole number that grows with time",
        "v.csv, row 8, column “voter-id”: “�” is too long for an id, or holds signs that cannot "
        "be shown",
        f"v.csv, row 9, column “comment-id”: “{'x' * 40}…” is too long for an id, or holds signs "
        "that cannot be shown",
        "v.csv, row 9, column “vote”: is empty; write 1 (agree), 0 (pass) or -1 (disagree)",
        "v.csv, row 10, column “timestamp”: “-5” is no moment; write a whole number that grows "
        "with time",
    ]


def test_a_matrix_with_doubled_or_missing_ids_is_told() -> None:
    assert faults("participant,1,1,\n5,1,1,0\n") == [
        "v.csv, row 1: column 4 has no id of a statement for its heading; give it one",
        "v.csv, row 1: “1” is the heading of 2 columns; keep one",
    ]
    assert faults("participant,1\n5,1\n5,0\n,1\n6,3\n") == [
        "v.csv, row 3, column “participant”: “5” stands in two rows; take one out",
        "v.csv, row 4, column “participant”: is empty; write the id",
        "v.csv, row 5, column “1”: “3” is no vote; write 1 (agree), 0 (pass) or -1 (disagree)",
    ]
    assert faults("participant,xid\n5,1\n") == [
        "v.csv, row 1: no column for a statement; add one for each"
    ]
    assert faults("voter-id,vote,vote,comment-id\n1,1,1,1\n")[1] == (
        "v.csv, row 1: “vote” is the heading of 2 columns; keep one"
    )


def test_a_file_of_nothing_but_faults_ends_early() -> None:
    found = faults(LIST + "1,x,1,7,bad\n" * 30_000)
    assert len(found) == 10_000


def test_statements_have_words_and_may_be_rejected() -> None:
    found = read_statements(
        rows('comment-id,moderated,comment-body\n1,1,"Two\nlines"\n2,-1,no\n3,0,\n4,,x\n'), "c"
    )
    assert found.texts == {"1": "Two lines", "2": "no", "3": "", "4": "x"}
    assert found.rejected == {"2"}
    with pytest.raises(OpinionRefused) as refused:
        read_statements(rows("comment-id,moderated\n1,1\n1,1\n2,maybe\n"), "c.csv")
    assert [str(fault) for fault in refused.value.faults] == [
        "c.csv, row 3, column “comment-id”: “1” stands in two rows; take one out",
        "c.csv, row 4, column “moderated”: “maybe” is neither -1 (rejected) nor 0 nor 1 (accepted)",
    ]


def test_what_people_declared_is_taken_by_their_ids() -> None:
    found, notes = read_declared(
        rows("id,Sex,Age\n1,female,16-29\n2,Female,30+\n3,Female,Prefer not to say\n9,Male,\n"),
        "g.csv",
        ("1", "2", "3", "4"),
    )
    assert [(one.heading, list(one.values)) for one in found] == [
        ("Sex", ["Female", "Female", "Female", None]),
        ("Age", ["16-29", "30+", None, None]),
    ]
    assert notes == [
        "Participants whom g.csv does not hold: 1 of 4.",
        "People in g.csv who did not vote: 1.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Sex,Age\na,b\n", "no column has the heading “voter-id”; add it"),
        ("id\n1\n", "no column besides the ids"),
        ("id,Sex\n1,a\n1,b\n", "“1” stands in two rows"),
    ],
)
def test_a_table_that_declares_nothing_is_told(text: str, said: str) -> None:
    with pytest.raises(OpinionRefused, match=said):
        read_declared(rows(text), "g.csv", ("1",))


CELL = st.one_of(
    st.sampled_from(("participant", "voter-id", "comment-id", "vote", "timestamp", "1", "0", "-1")),
    st.text(max_size=5),
)


@settings(deadline=None, max_examples=200)
@given(table=st.lists(st.lists(CELL, max_size=5), max_size=6))
def test_any_table_is_read_or_refused_in_words(table: list[list[str]]) -> None:
    for read in (read_votes, read_statements, lambda *given: read_declared(*given, ("1", "2"))):
        found: list[str] | None = None
        try:
            read(enumerate(table, 1), "t.csv")
        except OpinionRefused as refused:
            found = [str(fault) for fault in refused.faults]
        assert found != []
        assert all(words.isprintable() for words in found or ())
