"""Texts that are nearly the same: planted copies are found, and nothing else is."""

from __future__ import annotations

import csv
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.config import ROOT
from engagement.methods.duplicates import Alike, near_duplicates
from engagement.methods.duplicates.find import _plain

FEEDBACK = ROOT.parent / "shared" / "data" / "feedback"
LETTER = (
    "I am writing to ask you to keep the walk-in centre at Riverbank open. My family has used it"
    " for many years, and the next one is two buses away."
)
OTHERS = (
    "The nurse was kind and told me what would happen next.",
    "Nobody rang back, though I left three messages in a week.",
    "Parking costs more than the bus, and the bus does not come.",
)


def _sets(text: str) -> set[str]:
    padded = f"\x02\x02{_plain(text)}\x02\x02"
    return {padded[start : start + 5] for start in range(len(padded) - 4)}


def jaccard(one: str, other: str) -> float:
    """How alike two texts are, by the definition."""
    first, second = _sets(one), _sets(other)
    return len(first & second) / len(first | second)


@pytest.mark.parametrize(
    "changed",
    [
        LETTER,
        LETTER.upper(),
        LETTER.replace(" ", "  \n"),
        LETTER.replace("walk", "w\u200balk"),
        LETTER.replace("many years", "20 years"),
        LETTER.replace("Riverbank", "Rivrebank"),
        LETTER + " Thank you.",
        "Dear all, " + LETTER,
    ],
)
def test_a_changed_copy_is_found_among_others(changed: str) -> None:
    (found,) = near_duplicates([OTHERS[0], LETTER, OTHERS[1], changed, OTHERS[2]])
    assert found.places == (1, 3)
    assert found.likeness == pytest.approx(jaccard(LETTER, changed))
    assert found.exact is (jaccard(LETTER, changed) == 1)


def test_what_is_only_about_the_same_is_not_joined() -> None:
    other = "Please keep the walk-in centre in Riverbank: it is the only one without a long wait."
    assert near_duplicates([LETTER, other, *OTHERS]) == []


def test_nothing_and_signs_alone_are_in_no_group() -> None:
    assert near_duplicates([]) == []
    assert near_duplicates(["", " ", "…", "…", "\u200b", "!!", "!!"]) == []
    assert near_duplicates(["ok", "OK", "no"]) == [Alike((0, 1), 1.0, exact=True)]


@pytest.mark.parametrize("threshold", [0, -0.1, 1.1])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        near_duplicates([LETTER], threshold)


WORDS = st.lists(
    st.sampled_from("waiting list letter nurse clinic bus phone night".split()), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS.map(" ".join), max_size=12), st.sampled_from([0.5, 0.7, 0.9]))
def test_whoever_is_joined_is_alike_and_each_stands_in_one_group(
    texts: list[str], threshold: float
) -> None:
    groups = near_duplicates(texts, threshold)
    assert groups == near_duplicates(texts, threshold)
    places = [place for group in groups for place in group.places]
    assert len(places) == len(set(places))
    for group in groups:
        for one in group.places:
            others = [jaccard(texts[one], texts[other]) for other in group.places if other != one]
            assert max(others) >= threshold - 1e-9
    same = {}
    for place, text in enumerate(texts):
        if text:
            same.setdefault(text, []).append(place)
    for copies in same.values():
        if len(copies) > 1:
            assert any(set(copies) <= set(group.places) for group in groups)


def test_thousands_of_one_letter_are_one_group_among_tens_of_thousands() -> None:
    texts = [f"Number {n} waited {n * 7 % 91} days for clinic {n * 31 % 977}" for n in range(8_000)]
    copies = [f"{LETTER} Signed, neighbour {n}" for n in range(2_000)]
    before = time.process_time()
    groups = near_duplicates([*texts, *copies])
    assert time.process_time() - before < 20
    largest = max(groups, key=lambda group: len(group.places))
    assert {*range(8_000, 10_000)} <= {*largest.places}
    assert len(largest.places) == 2_000


@pytest.mark.skipif(not FEEDBACK.is_dir(), reason="the real comments are not here")
def test_real_comments_are_joined_only_where_they_are_alike() -> None:
    path = max(FEEDBACK.rglob("*.csv"), key=lambda found: found.stat().st_size)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    texts = [max(row, key=len) for row in rows[1:4_001]]
    groups = near_duplicates(texts)
    joined = sum(len(group.places) for group in groups)
    assert joined < len(texts) / 4
    for group in groups:
        for one in group.places[:20]:
            likeness = max(jaccard(texts[one], texts[o]) for o in group.places if o != one)
            assert likeness >= 0.7 - 1e-9
