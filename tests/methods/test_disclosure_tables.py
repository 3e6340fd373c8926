"""Tables with hidden cells: what passes cannot be solved, however the parts are put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.disclosure.tables import Part, can_be_reckoned

SMALL = 3


def solutions(parts: Sequence[Part], most: int) -> Iterator[tuple[int, ...]]:
    """Every way to fill the hidden cells with 1 to ``most`` so that all parts have one total."""
    hidden = sum(part.hidden for part in parts)
    for filled in product(range(1, most + 1), repeat=hidden):
        rest = list(filled)
        totals = {part.total for part in parts if part.total is not None}
        totals |= {
            sum(rest.pop(0) if cell is None else cell for cell in part.cells) for part in parts
        }
        if len(totals) == 1:
            yield filled


def is_solved(parts: Sequence[Part], most: int) -> bool:
    """Whether somebody who tries everything finds one value only for a hidden cell."""
    found = list(solutions(parts, most))
    return bool(found) and any(len(set(values)) == 1 for values in zip(*found, strict=True))


CELL = st.one_of(st.none(), st.integers(0, 9))
PART = st.builds(
    Part,
    st.lists(CELL, min_size=1, max_size=3).map(tuple),
    st.one_of(st.none(), st.integers(0, 15)),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(PART, min_size=1, max_size=3).filter(lambda ps: sum(p.hidden for p in ps) <= 5))
def test_no_table_that_passes_can_be_solved(parts: list[Part]) -> None:
    if not can_be_reckoned(parts, small=SMALL):
        assert not is_solved(parts, SMALL)


def test_no_small_table_of_one_part_that_passes_can_be_solved() -> None:
    cells: list[int | None] = [None, 0, 1, 4, 5]
    passed = 0
    for total in range(16):
        for row in product(cells, repeat=3):
            part = Part(row, total)
            if can_be_reckoned([part], small=SMALL):
                continue
            passed += part.hidden > 0
            assert not is_solved([part], SMALL), part
            assert not is_solved([part], 12), part  # a star may stand for a larger count too
    assert passed > 50


@pytest.mark.parametrize(
    "parts",
    [
        [Part((20, None), 24)],  # one star and the total
        [Part((20, None, None), 22)],  # both can only be one
        [Part((20, None, None), 34)],  # both can only be seven
        [Part((20, 17), 40)],  # three are in no row
        [Part((20, None)), Part((12, 12))],  # the other part tells the total
        [Part((14, None)), Part((8, None))],  # only 1 and 7 fit together
    ],
)
def test_what_can_be_reckoned_is_found(parts: list[Part]) -> None:
    assert can_be_reckoned(parts)


@pytest.mark.parametrize(
    "parts",
    [
        [Part((20, 17))],
        [Part((20, 17), 37)],
        [Part((20, 17), 60)],
        [Part((20, None))],  # nobody knows the total
        [Part((20, None, None), 27)],
        [Part((20, 30, 25), 40)],  # people may be in several rows
        [Part((20, None, None)), Part((12, 15))],
    ],
)
def test_what_cannot_be_reckoned_passes(parts: list[Part]) -> None:
    assert not can_be_reckoned(parts)
