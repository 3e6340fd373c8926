"""Themes of some 4,000 real comments; nothing of them is shown."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from engagement.config import ROOT
from engagement.methods.themes import Themes, find_themes, match_themes, split_points

COMMENTS = ROOT.parent / "shared" / "data" / "feedback" / "nhs_fft_v6" / "comments.csv"
pytestmark = pytest.mark.skipif(not COMMENTS.is_file(), reason=f"no comments at {COMMENTS}")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The comments with their labels."""
    with COMMENTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def points(rows: list[dict[str, str]]) -> list[str]:
    """The points of all comments."""
    texts = [row["text"] for row in rows]
    return [text[span.start : span.end] for text in texts for span in split_points(text)]


@pytest.fixture(scope="module")
def found(points: list[str]) -> Themes:
    """Their themes."""
    return find_themes(points)


def test_real_comments_have_points_and_nearly_all_points_a_theme(
    rows: list[dict[str, str]], points: list[str], found: Themes
) -> None:
    assert len(rows) > 4000
    assert len(points) > len(rows)
    assert len(found.themes) == 12
    assert found.method.placed > 0.95 * len(points)
    assert max(theme.size for theme in found.themes) < 0.4 * len(points)
    assert min(theme.size for theme in found.themes) > 20
    labels = [word for theme in found.themes for word in theme.label]
    assert len(labels) == len(set(labels)) == 36


def test_a_large_corpus_in_another_order_has_the_same_themes(
    points: list[str], found: Themes
) -> None:
    order = np.random.default_rng(7).permutation(len(points))
    again = find_themes([points[row] for row in order])
    assert np.array_equal(again.assignment, found.assignment[order])
    assert np.array_equal(again.closeness, found.closeness[order])
    assert [theme.label for theme in again.themes] == [theme.label for theme in found.themes]
    assert again.method == found.method


def test_comments_about_waiting_are_put_together(
    rows: list[dict[str, str]],
) -> None:
    single = [row for row in rows if row["labels"] and "|" not in row["labels"]]
    themes = find_themes([row["text"] for row in single])
    placed = themes.assignment >= 0
    labels = np.array([row["labels"] for row in single])[placed]
    assert adjusted_rand_score(labels, themes.assignment[placed]) > 0.06


def test_most_names_stay_when_a_tenth_of_the_points_is_new(
    points: list[str], found: Themes
) -> None:
    chance = np.random.default_rng(3)
    fewer = np.sort(chance.permutation(len(points))[: len(points) * 9 // 10])
    earlier = find_themes([points[row] for row in fewer])
    before = {
        number: {int(fewer[point]) for point in theme.order}
        for number, theme in enumerate(earlier.themes)
    }
    matched = match_themes(before, [set(theme.order.tolist()) for theme in found.themes])
    assert sum(name is not None for name in matched) >= 8
