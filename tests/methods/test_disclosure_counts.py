"""Counts that may be shown: nobody can reckon a hidden one, however well they know the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.disclosure.counts import ShownCounts, shown_count, shown_counts

COUNTS = st.lists(st.integers(0, 3000), min_size=1, max_size=8)
Rule = Callable[[Sequence[int]], ShownCounts]
Table = tuple[int, ...]


def tables(cells: int, most: int) -> Iterator[Table]:
    """Every table of so many counts that add up to at most ``most``."""
    if cells == 0:
        yield ()
        return
    for first in range(most + 1):
        for rest in tables(cells - 1, most - first):
            yield (first, *rest)


def reckoned(rule: Rule, cells: int, most: int, nearest: int) -> list[Table]:
    """Tables of which somebody can tell a hidden count: from what is shown, or with the true total
    as well where one is told."""
    possible: dict[tuple[ShownCounts, int | None], list[Table]] = defaultdict(list)
    for table in tables(cells, most):
        shown = rule(table)
        possible[shown, None].append(table)
        if shown.total is not None:
            possible[shown, sum(table)].append(table)
    return [
        found[0]
        for (shown, _), found in possible.items()
        # Beyond this not every table that would look the same is among them.
        if max(map(sum, found)) <= most - nearest
        and any(
            cell is None and len({table[place] for table in found}) < 2
            for place, cell in enumerate(shown.cells)
        )
    ]


@pytest.mark.parametrize(("cells", "most"), [(1, 40), (2, 40), (3, 40), (4, 34)])
def test_no_hidden_count_of_any_small_table_can_be_reckoned(cells: int, most: int) -> None:
    assert reckoned(shown_counts, cells, most, 5) == []


@pytest.mark.parametrize(
    ("small", "nearest", "cells", "most"), [(2, 3, 4, 20), (2, 2, 5, 16), (3, 5, 4, 28)]
)
def test_nor_with_other_bounds(small: int, nearest: int, cells: int, most: int) -> None:
    rule = partial(shown_counts, small=small, nearest=nearest)
    assert reckoned(rule, cells, most, nearest) == []


def test_the_search_finds_what_a_rule_gives_away() -> None:
    def hides_small_ones_only(counts: Sequence[int]) -> ShownCounts:
        return ShownCounts(tuple(shown_count(count) for count in counts), shown_count(sum(counts)))

    def shows_all_others_exactly(counts: Sequence[int]) -> ShownCounts:
        cells = shown_counts(counts).cells
        exact = (None if cell is None else count for cell, count in zip(cells, counts, strict=True))
        return ShownCounts(tuple(exact), sum(counts))

    assert (1, 8) in reckoned(hides_small_ones_only, 2, 30, 5)
    assert reckoned(shows_all_others_exactly, 3, 30, 5) != []


@given(COUNTS)
def test_no_number_from_one_to_seven_is_ever_shown_and_none_is_exact(counts: list[int]) -> None:
    shown = shown_counts(counts)
    for count, cell in zip(counts, shown.cells, strict=True):
        if 1 <= count <= 7:
            assert cell is None
        elif cell is not None:
            assert cell % 5 == 0
            assert abs(cell - count) <= 2
            assert (cell == 0) == (count == 0)
    assert shown.total is None or abs(shown.total - sum(counts)) <= 2


@given(COUNTS)
def test_never_is_one_count_hidden_alone_while_the_total_is_told(counts: list[int]) -> None:
    shown = shown_counts(counts)
    assert shown.total is None or shown.cells.count(None) != 1


@given(st.lists(st.integers(8, 3000), min_size=1, max_size=8))
def test_nothing_is_hidden_where_nothing_is_small(counts: list[int]) -> None:
    assert None not in shown_counts(counts).cells


def test_a_share_is_reckoned_from_what_is_shown() -> None:
    shown = shown_counts([103, 52, 3, 44])
    assert shown.cells == (105, 50, None, None)
    assert shown.total == 200
    assert shown.share(0) == 105 / 200
    assert shown.share(2) is None
    assert shown_counts([0, 0]).share(0) is None


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="below nought"):
        shown_counts([3, -1])
    with pytest.raises(ValueError, match="star means one person"):
        shown_counts([3, 1], small=1)
