"""Votes as a matrix: later ones replace earlier ones, and the order of rows changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.opinion.votes import Votes, gather_votes


def content(votes: Votes) -> dict[tuple[str, str], int]:
    people = np.repeat(np.arange(len(votes.participants)), votes.seen())
    return {
        (votes.participants[person], votes.statements[column]): value
        for person, column, value in zip(
            people, votes.columns.tolist(), votes.values.tolist(), strict=True
        )
    }


ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.sampled_from((-1, 0, 1)), st.integers(0, 6)),
    max_size=40,
)


@settings(deadline=None)
@given(rows=ROWS, shuffle=st.randoms(use_true_random=False))
def test_the_latest_vote_counts_whatever_the_order_of_rows(
    rows: list[tuple[int, int, int, int]], shuffle: object
) -> None:
    expected: dict[tuple[str, str], int] = {}
    for person, statement, _, _ in rows:
        mine = [row for row in rows if row[:2] == (person, statement)]
        last = max(row[3] for row in mine)
        values = {row[2] for row in mine if row[3] == last}
        expected[str(person), str(statement)] = values.pop() if len(values) == 1 else 0
    mixed = list(rows)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    for given_rows in (rows, mixed):
        people, about, values, times = np.array(given_rows, dtype=np.int64).reshape(-1, 4).T
        votes = gather_votes(list("01234"), list("0123"), people, about, values, times)
        assert content(votes) == expected
        assert votes.replaced == len(rows) - len(expected)
        assert (np.diff(votes.starts) >= 0).all()


@settings(deadline=None)
@given(rows=ROWS)
def test_without_times_the_last_row_counts(rows: list[tuple[int, int, int, int]]) -> None:
    expected = {(str(row[0]), str(row[1])): row[2] for row in rows}
    people, about, values, _ = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    assert content(gather_votes(list("01234"), list("0123"), people, about, values)) == expected


def test_numbers_stand_by_value_before_other_ids() -> None:
    ids = ["b", "10", "9", "007", "a", "0"]
    one = np.array([0])
    votes = gather_votes(ids, ids, one, one, one + 1)
    assert votes.participants == ("0", "9", "10", "007", "a", "b")
    assert content(votes) == {("b", "b"): 1}


def test_some_people_keep_their_votes() -> None:
    people, about = np.array([0, 0, 1, 3, 3]), np.array([0, 2, 1, 0, 1])
    votes = gather_votes(list("abcd"), list("xyz"), people, about, np.array([1, -1, 0, 1, 1]))
    some = votes.take(np.array([3, 0, 2]))
    assert some.participants == ("d", "a", "c")
    assert content(some) == {key: v for key, v in content(votes).items() if key[0] != "b"}


@pytest.mark.parametrize(
    ("ids", "values", "said"),
    [(["a", "a"], [1, 1], "stands twice"), (["a", "b"], [1, 2], "1, 0 or -1")],
)
def test_what_is_no_vote_is_refused(ids: list[str], values: list[int], said: str) -> None:
    two = np.array([0, 1])
    with pytest.raises(ValueError, match=said):
        gather_votes(ids, ["x", "y"], two, two, np.array(values))
    with pytest.raises(ValueError, match="one length"):
        gather_votes(["a", "b"], ["x", "y"], two, two[:1], np.array([1, 1]))
