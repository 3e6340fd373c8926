"""Figures of statements against slow sums and textbook formulas."""

from __future__ import annotations

from math import prod, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.opinion.figures import (
    Tally,
    count_votes,
    difference,
    evenness,
    geometric_mean,
    interval,
    telling,
)
from tests.methods.opinion.conversations import planted, whole

VOTE = st.sampled_from((None, -1, 0, 1))


@settings(deadline=None, max_examples=60)
@given(
    matrix=st.integers(1, 6).flatmap(
        lambda width: st.lists(
            st.lists(VOTE, min_size=width, max_size=width), min_size=1, max_size=12
        )
    ),
    data=st.data(),
)
def test_consensus_is_the_root_of_a_product_over_groups(
    matrix: list[list[int | None]], data: st.DataObject
) -> None:
    labels = data.draw(st.lists(st.integers(-1, 2), min_size=len(matrix), max_size=len(matrix)))
    tally = count_votes(whole(matrix), np.array(labels), 3)
    consensus, opposition = geometric_mean(tally.agreement()), geometric_mean(tally.opposition())
    for statement in range(len(matrix[0])):
        for found, vote in ((consensus, 1), (opposition, -1)):
            chances = []
            for group in range(3):
                said = [
                    row[statement]
                    for row, label in zip(matrix, labels, strict=True)
                    if label == group and row[statement] is not None
                ]
                chances.append((said.count(vote) + 1) / (len(said) + 2))
            assert found[statement] == pytest.approx(prod(chances) ** (1 / 3))


def test_consensus_does_not_shrink_with_the_number_of_groups() -> None:
    for groups in (1, 2, 5):
        assert geometric_mean(np.full((groups, 1), 0.8)) == pytest.approx(0.8)
    assert geometric_mean(np.array([[0.9], [0.1]]))[0] == pytest.approx(0.3)


def test_groups_that_are_not_counted_do_not_count() -> None:
    chances = np.array([[0.5, 0.5], [0.2, 0.2]])
    found = geometric_mean(chances, np.array([[True, False], [False, False]]))
    assert found[0] == pytest.approx(0.5)
    assert np.isnan(found[1])


def test_intervals_are_wilsons() -> None:
    for count, seen in ((0, 10), (3, 10), (10, 10), (500, 1000)):
        low, high = interval(np.array([count]), np.array([seen]))
        z, share = 1.959964, count / seen
        middle = (share + z * z / (2 * seen)) / (1 + z * z / seen)
        reach = z * sqrt(share * (1 - share) / seen + z * z / (4 * seen**2)) / (1 + z * z / seen)
        assert low[0] == pytest.approx(max(0, middle - reach), abs=1e-12)
        assert high[0] == pytest.approx(min(1, middle + reach), abs=1e-12)
    low, high = interval(np.array([0]), np.array([0]))
    assert (low[0], high[0]) == (0, pytest.approx(1))


def _tally(agree: list[list[int]], disagree: list[list[int]], seen: list[list[int]]) -> Tally:
    return Tally(np.array(agree), np.array(disagree), np.array(seen))


def test_what_divides_is_told_only_where_two_groups_voted_enough() -> None:
    tally = _tally([[18, 5, 0], [2, 5, 0]], [[0, 0, 0], [0, 0, 0]], [[18, 7, 0], [18, 90, 9]])
    found = difference(tally)
    assert found[0] == pytest.approx(19 / 20 - 3 / 20)
    assert np.isnan(found[1:]).all()


def test_an_even_split_is_one_and_unity_is_near_nought() -> None:
    found = evenness(_tally([[50, 100, 0]], [[50, 0, 0]], [[100, 100, 100]]))
    assert found[0] == pytest.approx(1)
    assert found[1:] == pytest.approx(2 / 102)


def test_what_tells_a_group_is_what_most_of_it_say_and_others_do_not() -> None:
    # By statement: most of the first group alone; everybody; few of it; most, but few voted;
    # most of the second alone.
    agree = [[40, 45, 10, 7, 0], [5, 45, 0, 0, 45]]
    disagree = [[2, 0, 30, 0, 45], [40, 0, 40, 7, 0]]
    seen = [[50, 50, 50, 7, 50], [50, 50, 50, 7, 50]]
    first, second = (telling(_tally(agree, disagree, seen), group) for group in (0, 1))
    assert {(one.statement, one.agrees) for one in first} == {(0, True), (4, False)}
    assert {(one.statement, one.agrees) for one in second} == {(0, False), (4, True), (2, False)}
    (one,) = (one for one in first if one.statement == 0)
    assert (one.count, one.seen, one.rest_count, one.rest_seen) == (40, 50, 5, 50)
    assert one.ratio == pytest.approx((41 / 52) / (6 / 52))


def test_what_tells_planted_groups_is_what_they_were_planted_with() -> None:
    votes, truth = planted((60, 60), share=0.8)
    tally = count_votes(votes, truth, 2)
    for group in (0, 1):
        found = telling(tally, group)
        assert len(found) == 5
        assert all(one.statement >= 24 for one in found)  # the others are agreed on by all
        assert all(one.count / one.seen > one.rest_count / one.rest_seen for one in found)
