"""Finding themes: what is there is found, the same way every time, or it is said why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from engagement.config import ROOT
from engagement.methods.themes import (
    MOST_THEMES,
    NothingInCommon,
    Themes,
    TooFewDistinctPoints,
    TooFewPoints,
    choose_theme_count,
    find_themes,
)
from tests.methods.planted import SUBJECTS, passages

TEXTS, PLANTED = passages()


def told(texts: list[str], themes: Themes) -> dict[str, Any]:
    """All that a result says, by texts instead of places, as JSON tells it."""
    closeness = zip(texts, themes.assignment.tolist(), themes.closeness.tolist(), strict=True)
    return {
        "closeness": sorted(closeness),
        "themes": [
            [
                theme.label,
                theme.size,
                [texts[point] for point in theme.order],
                [texts[point] for point in theme.medoids],
            ]
            for theme in themes.themes
        ],
        "method": asdict(themes.method),
    }


# What is found.


def test_planted_themes_are_found_and_named() -> None:
    themes = find_themes(TEXTS, k=4)
    assert adjusted_rand_score(PLANTED, themes.assignment) > 0.9
    named = {
        Counter(PLANTED[point] for point in theme.order).most_common(1)[0][0]: " ".join(theme.label)
        for theme in themes.themes
    }
    for subject, word in zip(SUBJECTS, ("park", "food", "GP", "nurse"), strict=True):
        assert word in named[subject]


@pytest.mark.parametrize("k", [2, 3, 7, 12, MOST_THEMES])
def test_a_result_hangs_together(k: int) -> None:
    texts = [*TEXTS, "", "Xylophone", TEXTS[0], TEXTS[0].upper()]
    themes = find_themes(texts, k=k)
    assert themes.assignment.shape == themes.closeness.shape == (len(texts),)
    assert 2 <= len(themes.themes) <= k
    assert themes.assignment[64:66].tolist() == [-1, -1]
    assert themes.closeness[64:66].tolist() == [0, 0]
    assert set(themes.assignment[[0, 66, 67]]) == {themes.assignment[0]}
    assert ((themes.closeness >= 0) & (themes.closeness <= 1)).all()
    assert (np.round(themes.closeness, 6) == themes.closeness).all()
    for label, theme in enumerate(themes.themes):
        assert sorted(theme.order) == np.flatnonzero(themes.assignment == label).tolist()
        assert theme.size == len(theme.order) > 0
        assert (np.diff(themes.closeness[theme.order]) <= 0).all()
        assert 1 <= len(theme.medoids) <= 3
        assert set(theme.medoids) <= set(theme.order.tolist())
    assert sum(theme.size for theme in themes.themes) == themes.method.placed == 66
    sizes = [theme.size for theme in themes.themes]
    assert sizes == sorted(sizes, reverse=True)
    words = [word for theme in themes.themes for word in theme.label]
    assert len(words) == len(set(words))
    assert max(len(theme.label) for theme in themes.themes) <= 3


def test_the_card_tells_what_was_done_and_is_plain_json() -> None:
    card = find_themes([*TEXTS, TEXTS[0], "?"]).method
    assert (card.points, card.distinct, card.placed) == (66, 64, 65)
    assert card.parameters["themes asked for"] == choose_theme_count(64) == 8
    assert 0 < card.explained_variance <= 1
    assert json.loads(json.dumps(asdict(card))) == asdict(card)


def test_the_fingerprint_changes_with_any_passage() -> None:
    prints = {
        find_themes(texts).method.fingerprint
        for texts in (TEXTS, TEXTS[1:], [*TEXTS, ""], [*TEXTS, TEXTS[0]], [*TEXTS[1:], "x y"])
    }
    assert len(prints) == 5
    # Where one passage ends is part of it.
    base = TEXTS[2:]
    assert (
        find_themes([*base, "ab", "c"]).method.fingerprint
        != find_themes([*base, "a", "bc"]).method.fingerprint
    )


def test_copies_count_in_sizes_and_do_not_move_themes() -> None:
    once = find_themes(TEXTS, k=4)
    often = find_themes(TEXTS + [TEXTS[5]] * 3000, k=4)
    groups = [
        {frozenset(np.flatnonzero(run.assignment[:64] == label)) for label in range(4)}
        for run in (once, often)
    ]
    assert groups[0] == groups[1]
    assert often.themes[0].size > 3000
    assert often.assignment[5] == 0
    assert often.method.distinct == 64
    quoted = [TEXTS[point] if point < 64 else TEXTS[5] for point in often.themes[0].medoids]
    assert len(quoted) == len(set(quoted))


@pytest.mark.parametrize(
    ("n", "k"), [(0, 2), (4, 2), (20, 4), (100, 10), (132, 11), (133, 12), (10**6, 12)]
)
def test_the_number_of_themes_grows_with_the_points_up_to_twelve(n: int, k: int) -> None:
    assert choose_theme_count(n) == k


def test_the_checkpoint_is_called_and_stops_the_work() -> None:
    calls = 0

    def stop() -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        find_themes(TEXTS, checkpoint=stop)
    assert calls == 5


# The same every time.


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(len(TEXTS) + 6)), st.integers(1, 4))
def test_neither_order_nor_threads_change_anything(order: list[int], threads: int) -> None:
    texts = [*TEXTS, TEXTS[3].upper(), TEXTS[3], "", "Xylophone", "xylophone ", TEXTS[9] + " "]
    expected = told(texts, find_themes(texts, k=5))
    mixed = [texts[place] for place in order]
    with threadpool_limits(limits=threads):
        assert told(mixed, find_themes(mixed, k=5)) == expected


def test_neither_the_hash_seed_nor_a_new_process_changes_anything() -> None:
    code = (
        "import json; from engagement.methods.themes import find_themes;"
        "from tests.methods.planted import passages;"
        "from tests.methods.test_themes_find import told;"
        "texts = passages()[0]; print(json.dumps(told(texts, find_themes(texts, k=6))))"
    )
    outputs = {
        subprocess.check_output(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads},
        )
        for seed, threads in (("0", "1"), ("1", "2"), ("4242", "2"))
    }
    assert [json.loads(output) for output in outputs] == [
        json.loads(json.dumps(told(TEXTS, find_themes(TEXTS, k=6))))
    ]


# What cannot be grouped, and what is odd.


@pytest.mark.parametrize(
    ("texts", "found"),
    [([], 0), (["Lovely staff"] * 3, 3), ([""] * 3000, 0), (["?!"] * 30, 0), (TEXTS[:19], 19)],
)
def test_too_few_points_are_said_to_be_too_few(texts: list[str], found: int) -> None:
    with pytest.raises(TooFewPoints, match="finding themes needs at least 20") as caught:
        find_themes(texts)
    assert not isinstance(caught.value, TooFewDistinctPoints)
    assert (caught.value.found, caught.value.needed) == (found, 20)


def test_three_thousand_copies_of_one_comment_are_one_passage() -> None:
    with pytest.raises(TooFewDistinctPoints, match="Only 1 of the points differ") as caught:
        find_themes(["Lovely staff", "lovely  STAFF", "Lovely staff "] * 1000)
    assert (caught.value.found, caught.value.needed) == (1, 10)
    with pytest.raises(TooFewDistinctPoints, match="Only 9 "):
        find_themes(TEXTS[:9] * 3)
    assert find_themes(TEXTS[:10] * 2).method.distinct == 10


@pytest.mark.parametrize(
    "texts",
    [
        [f"word{number}" for number in range(30)],
        ["the and of " + "x" * number for number in range(30)],
        ["parking", "parking bay", *(f"word{number}" for number in range(30))],
    ],
)
def test_passages_without_words_in_common_are_said_to_be_so(texts: list[str]) -> None:
    with pytest.raises(NothingInCommon, match="share too few words"):
        find_themes(texts)


def test_passages_that_are_alike_but_for_unknown_words_are_one_theme() -> None:
    themes = find_themes([f"parking {number}th" for number in range(30)], k=5)
    assert [theme.size for theme in themes.themes] == [30]


@pytest.mark.parametrize("k", [-1, 0, 1, MOST_THEMES + 1])
def test_a_number_of_themes_out_of_range_is_named(k: int) -> None:
    with pytest.raises(ValueError, match="k must be 2 to 60"):
        find_themes(TEXTS, k=k)


@pytest.mark.parametrize("texts", ["one text", [b"bytes"] * 30, [None] * 30])
def test_what_is_no_sequence_of_texts_is_named(texts: Any) -> None:
    with pytest.raises(TypeError, match="passages must be"):
        find_themes(texts)


def test_hostile_texts_are_grouped_or_left_out_and_harm_nothing() -> None:
    hostile = [
        *[
            "",
            "   ",
            "\x00\x01\x1b[31m",
            "🙂🙃🙂",
            "👩🏽‍⚕️ nurse",
            "\ud800 parking",
            "النظافة جيدة جدا",
        ],
        *["הצוות היה נהדר", "\u202eparking\u202c food", "厕所很脏", "a" * 100_000, "'" * 5000],
        "parking food nurse appointment " * 2500,
        *["<script>alert(1)</script>", "'; DROP TABLE theme; --", "{{ 7 * 7 }}", "=1+1", "%s %d"],
        "Ｐａｒｋｉｎｇ at the hospital was full again.",
    ]
    themes = find_themes(TEXTS + hostile, k=4)
    assert adjusted_rand_score(PLANTED, themes.assignment[:64]) > 0.9
    assert (themes.assignment[64:68] == -1).all()
    assert themes.assignment[-1] == themes.assignment[5]  # full-width letters are letters


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=12) | st.text("ab é\n", max_size=6), min_size=20, max_size=60))
def test_any_texts_give_themes_or_a_reason(texts: list[str]) -> None:
    try:
        themes = find_themes(texts)
    except (TooFewPoints, NothingInCommon):
        return
    assert themes.method.placed == sum(theme.size for theme in themes.themes) >= 10


# What it costs who does not use it.


def test_a_web_worker_does_not_carry_the_libraries(tmp_path: Path) -> None:
    code = (
        "import sys, engagement.methods.themes as themes; themes.split_points('Kind staff.');"
        "print({'numpy', 'scipy', 'sklearn', 'nltk'} & set(sys.modules));"
        "from engagement import create_app; create_app();"
        "print({'scipy', 'sklearn', 'nltk'} & set(sys.modules))"
    )
    environ = {"ENGAGEMENT_INSTANCE_PATH": str(tmp_path)}
    output = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env=environ, text=True)
    assert output.split() == ["set()", "set()"]
