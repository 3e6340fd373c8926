"""Codes, deciles, age bands and postcodes."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.places.errors import BandsDoNotNest
from engagement.places.rules import (
    band_ends,
    band_name,
    decile_of,
    finest_bands,
    five_ethnic_groups,
    is_elsewhere,
    kind_of_code,
    normal_postcode,
    sum_into_bands,
    uneven_deciles,
)


@given(st.integers(10, 50_000))
def test_deciles_by_rank_are_even(areas: int) -> None:
    counts = Counter(decile_of(rank, areas) for rank in range(1, areas + 1))
    assert set(counts) == set(range(1, 11))
    assert max(counts.values()) - min(counts.values()) <= 1
    assert uneven_deciles(counts) == []


def test_a_decile_one_in_a_hundred_off_is_uneven() -> None:
    counts = dict.fromkeys(range(1, 11), 1000)
    assert uneven_deciles(counts | {1: 1011, 2: 989}) == [1, 2]
    assert uneven_deciles(counts | {1: 1009, 2: 991}) == []


@given(st.lists(st.integers(1, 99), unique=True, min_size=1), st.data())
def test_counts_by_age_sum_into_any_bands_that_they_nest_in(
    borders: list[int], data: st.DataObject
) -> None:
    starts = [0, *sorted(borders)]
    bands = [band_name(low, high - 1) for low, high in zip(starts, [*starts[1:], 151], strict=True)]
    counts = {band: place + 1 for place, band in enumerate(bands)}
    cuts = data.draw(st.lists(st.sampled_from(starts), unique=True, min_size=1))
    wide = sorted(cuts)
    wanted = [band_name(low, high - 1) for low, high in zip(wide, [*wide[1:], 151], strict=True)]
    summed = sum_into_bands(counts, wanted)
    kept = sum(count for band, count in counts.items() if (band_ends(band) or (0, 0))[0] >= wide[0])
    assert sum(summed.values()) == kept
    assert list(summed) == wanted


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ({"age_0_15": 1, "age_16_24": 1, "age_25_plus": 1}, ["age_16_29"]),
        ({"age_0_15": 1, "age_20_24": 1, "age_25_plus": 1}, ["age_16_24"]),
        ({"age_0_15": 1, "age_16_plus": 1}, ["adults"]),
        ({"children": 1}, ["age_0_15"]),
    ],
)
def test_bands_that_do_not_nest_are_refused(counts: dict[str, int], wanted: list[str]) -> None:
    with pytest.raises(BandsDoNotNest):
        sum_into_bands(counts, wanted)


def test_bands_have_names_and_the_finest_are_found() -> None:
    assert [band_ends(band) for band in ("age_7", "age_16_24", "age_85_plus")] == [
        (7, 7),
        (16, 24),
        (85, 150),
    ]
    assert [band_ends(band) for band in ("age", "age_24_16", "age_x", "16_24")] == [None] * 4
    assert finest_bands(["age_0_4", "age_1", "age_0", "age_5_plus", "age_2_4", "age_90_plus"]) == [
        "age_0",
        "age_1",
        "age_2_4",
        "age_90_plus",
    ]


def test_nineteen_ethnic_groups_sum_into_five() -> None:
    counts = {"asian_indian": 1, "asian_chinese": 2, "black": 3, "white_roma": 4, "other_arab": 5}
    assert five_ethnic_groups(counts) == {
        "asian": 3,
        "black": 3,
        "mixed": 0,
        "white": 4,
        "other": 5,
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("E01000001", "small area"),
        ("E07000001", "local authority"),
        ("E02000001", None),
        ("e01000001", None),
        ("E0100001", None),
        ("W01000001", None),
    ],
)
def test_a_code_says_what_it_stands_for(code: str, kind: str | None) -> None:
    assert kind_of_code(code) == kind
    assert is_elsewhere(code) == code.startswith("W")


@pytest.mark.parametrize("typed", ["sw1a 1aa", "SW1A1AA", " sw1a-1aa ", "SW1A 1AA."])
def test_a_postcode_has_one_spelling(typed: str) -> None:
    assert normal_postcode(typed) == "SW1A1AA"


@pytest.mark.parametrize("typed", ["", "SW1A", "1SW A1A", "SW1A 1AAA", "SW1A 1A1", "ＳＷ1A 1AA"])
def test_what_is_no_postcode_is_none(typed: str) -> None:
    assert normal_postcode(typed) is None
