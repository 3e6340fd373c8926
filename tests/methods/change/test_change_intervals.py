"""Intervals of shares and changes, beside the examples that were published with the methods."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.change.intervals import change_of_others, change_of_the_same, wilson


@pytest.mark.parametrize(
    ("count", "people", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_share(count: int, people: int, low: float, high: float) -> None:
    """Newcombe 1998, table I."""
    found = wilson(count, people)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_a_change_between_others(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe 1998, table II, method 10."""
    found = change_of_others(before, after)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(*[st.integers(0, 60)] * 4)
def test_a_change_among_the_same_is_around_its_value(
    both: int, gone: int, come: int, neither: int
) -> None:
    people = both + gone + come + neither
    if not people:
        return
    found = change_of_the_same(both, gone, come, neither)
    assert found.value == pytest.approx((come - gone) / people)
    assert -1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    turned = change_of_the_same(both, come, gone, neither)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_who_answers_the_same_twice_tells_a_change_more_sharply() -> None:
    """40 of 100, then 50: all but ten answered alike, so the change is surer than among others."""
    same = change_of_the_same(both=40, gone=0, come=10, neither=50)
    others = change_of_others((40, 100), (50, 100))
    assert same.value == pytest.approx(others.value)
    assert same.low > 0 > others.low


def test_what_is_no_share_is_refused() -> None:
    for count, people in ((1, 0), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="is no share"):
            wilson(count, people)
