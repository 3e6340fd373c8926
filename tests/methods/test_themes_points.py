"""The points of a contribution: what each says, and what says nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.themes import split_points
from engagement.methods.themes.points import NO_ANSWER

TYPED = st.text() | st.text("ab .!?\n-•1)(é'\u2028\u200f\x00", max_size=80)


def points(text: str) -> list[str]:
    """The passages themselves."""
    return [text[span.start : span.end] for span in split_points(text)]


@settings(deadline=None)
@given(TYPED)
def test_points_are_in_order_apart_trimmed_and_say_something(text: str) -> None:
    end = 0
    for span in split_points(text):
        passage = text[span.start : span.end]
        assert end <= span.start < span.end <= len(text)
        assert passage == passage.strip()
        assert any(map(str.isalnum, passage))
        end = span.end


@settings(deadline=None)
@given(TYPED)
def test_a_single_point_is_left_whole_when_split_again(text: str) -> None:
    for passage in points(text):
        assert points(passage)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["The staff were kind.", "We waited three hours!"]), max_size=9))
def test_every_full_sentence_is_a_point(sentences: list[str]) -> None:
    assert points(" ".join(sentences)) == sentences
    assert points("\r\n".join(sentences)) == sentences


@pytest.mark.parametrize(
    "whole",
    [
        "I saw Dr. Patel and Mrs. Jones on Tues. morning",
        "Bring snacks, e.g. fruit or yoghurt for children",
        "The wait was 3.5 hours on the 10.30 bus",
        "My appointment at 9 a.m. was cancelled without warning",
        "Parking costs £2.50 an hour at no. 5 car park",
        "See www.example.org/help.html for the right form",
        "Staff (nurses, doctors etc.) were always very helpful",
    ],
)
def test_a_full_stop_within_a_sentence_does_not_end_it(whole: str) -> None:
    assert points(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The wait was too long.Staff were kind to us.",
            ["The wait was too long.", "Staff were kind to us."],
        ),
        (
            "She told me to sat. The chair was far too hard",
            ["She told me to sat.", "The chair was far too hard"],
        ),
        ("Why was I never told?! Nobody rang me back", ["Why was I never told?!"]),
        ("“Nobody listens to us.” My mother said so", ["“Nobody listens to us.”"]),
        ("النظافة جيدة جدا هنا؟ الطعام بارد وغير لذيذ", ["النظافة جيدة جدا هنا؟"]),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, expected: list[str]) -> None:
    assert points(text)[: len(expected)] == expected
    assert len(points(text)) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lovely. The staff were kind to me", ["Lovely. The staff were kind to me"]),
        ("The staff were kind to me. Lovely.", ["The staff were kind to me. Lovely."]),
        ("Food. Parking. Toilets. All bad.", ["Food. Parking. Toilets. All bad."]),
        ("Parking", ["Parking"]),
    ],
)
def test_a_fragment_joins_its_neighbour(text: str, expected: list[str]) -> None:
    assert points(text) == expected


def test_items_of_a_list_are_points_however_short_without_their_marks() -> None:
    assert points("- Parking\n* The food was cold and late\n3) Toilets\n(b) Noise") == [
        "Parking",
        "The food was cold and late",
        "Toilets",
        "Noise",
    ]
    assert points("• Parking • Toilets") == ["Parking", "Toilets"]


@pytest.mark.parametrize(
    "text",
    [
        *["", " \n\t", "-", "???", "🙂", "\u200f\u202e", "N/A", "n.a.", "None!", " nothing "],
        *["No comment.", "NO COMMENTS", "Don’t know", "none. nothing. no comment", "- none\n- n/a"],
    ],
)
def test_nothing_said_is_no_point(text: str) -> None:
    assert points(text) == []


def test_nothing_said_is_left_out_beside_what_is_said() -> None:
    assert points("No. The staff were rude to me") == ["The staff were rude to me"]
    assert points("There is nothing I would change") == ["There is nothing I would change"]


def test_every_listed_answer_counts_as_none() -> None:
    assert [answer for answer in NO_ANSWER if points(answer)] == []


@pytest.mark.parametrize(
    "text",
    [
        *["." * 50_000, "a." * 25_000, " " * 50_000 + "a", "word " * 10_000, "\n" * 50_000],
        *["'" * 50_000, "!?" * 20_000 + "x", "- " * 20_000, "e.g. " * 10_000, "'a" * 20_000],
        *["Hi. " * 20_000, "-Hi. \n" * 20_000],
    ],
    ids=lambda text: ascii(text[:6]),
)
def test_no_text_takes_long(text: str) -> None:
    before = time.process_time()
    split_points(text)
    assert time.process_time() - before < 1
