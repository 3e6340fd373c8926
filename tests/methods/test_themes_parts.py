"""The parts of the theme method: features, groups, labels, quotations, matching."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engagement.methods.themes import features, match_themes
from engagement.methods.themes.clustering import centres, cluster
from engagement.methods.themes.features import least_passages, make_features
from engagement.methods.themes.labels import label_themes
from engagement.methods.themes.matching import LEAST_OVERLAP
from engagement.methods.themes.mixture import refine
from engagement.methods.themes.quotes import (
    choose_medoids,
    measure_closeness,
    order_by_closeness,
)
from engagement.methods.themes.words import terms
from tests.methods.planted import passages

TEXTS = sorted(passages()[0])

# Words and features.


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("The waiting times", ["wait", "time", "wait time"]),
        ("waiting for the times", ["wait", "time"]),
        ("waiting, times", ["wait", "time"]),
        ("I just really think it went cold", ["cold"]),
        ("Don’t we've staff's A&E", ["staff", "a&e", "staff a&e"]),
        ("x 5 111 " + "y" * 41, ["111"]),
        ("", []),
    ],
)
def test_terms_are_stems_and_neighbouring_pairs_without_stop_words(
    text: str, stems: list[str]
) -> None:
    assert sorted(term.stem for term in terms(text)) == sorted(stems)


def test_features_are_of_unit_length_and_say_who_has_a_place() -> None:
    made = make_features([*TEXTS, "xylophone"])
    assert made.vectors.shape[0] == 64
    assert made.vectors.shape[1] <= 100
    assert made.placed.tolist() == list(range(64))
    assert np.allclose(np.linalg.norm(made.vectors, axis=1), 1)


def test_a_word_of_a_large_corpus_must_stand_in_three_passages() -> None:
    assert [least_passages(n) for n in (10, 999, 1000, 10**6)] == [2, 2, 3, 3]


def test_the_solver_for_large_corpora_finds_what_the_one_for_small_ones_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"{one}{other}word" for one in "abcdefghijklmnop" for other in "qrstuvwxyz"]
    texts = [" ".join(names[n * step % 160] for step in (1, 3, 7, 11, 30)) for n in range(500)]
    exact = make_features(texts)
    monkeypatch.setattr(features, "SMALL_MATRIX", 0)
    with threadpool_limits(limits=1):
        sparse, again = make_features(texts), make_features(texts)
    assert exact.vectors.shape == sparse.vectors.shape == (len(exact.placed), 100)
    assert np.allclose(
        exact.vectors @ exact.vectors.T, sparse.vectors @ sparse.vectors.T, atol=1e-3
    )
    assert abs(exact.explained_variance - sparse.explained_variance) < 1e-4
    assert np.array_equal(sparse.vectors, again.vectors)


# Groups.

MATRICES = st.integers(1, 30).flatmap(
    lambda n: st.lists(st.tuples(*[st.integers(-3, 3).map(float)] * 3), min_size=n, max_size=n).map(
        np.array
    )
)


@settings(deadline=None)
@given(MATRICES, st.integers(1, 12))
def test_groups_are_full_no_more_than_asked_for_and_nearest(
    vectors: NDArray[np.float64], k: int
) -> None:
    labels = cluster(vectors, k)
    assert set(labels.tolist()) == set(range(labels.max() + 1))
    assert labels.max() < k
    assert labels.max() + 1 <= len(np.unique(vectors, axis=0))
    assert np.array_equal(labels, cluster(vectors.copy(), k))
    distances = np.linalg.norm(vectors[:, None] - centres(vectors, labels)[None], axis=2)
    own = distances[np.arange(len(vectors)), labels]
    assert (own <= distances.min(axis=1) + 1e-9).all()


def test_groups_that_lie_apart_are_told_apart() -> None:
    vectors = np.repeat(np.eye(5), 7, axis=0) + np.arange(35)[:, None] * 1e-3
    labels = cluster(vectors, 5)
    assert len({tuple(labels[start : start + 7]) for start in range(0, 35, 7)}) == 5


def test_vectors_and_k_are_checked_by_name() -> None:
    for wrong in (np.zeros(3), np.zeros((0, 3)), np.full((3, 3), np.nan)):
        with pytest.raises(ValueError, match="vectors must be"):
            cluster(wrong, 2)
    with pytest.raises(ValueError, match="k must be 1 or more, not 0"):
        cluster(np.zeros((3, 3)), 0)


def test_a_mixture_lets_a_large_group_be_large() -> None:
    angles = np.concatenate([np.linspace(-0.5, 0.5, 90), np.linspace(1.2, 1.3, 10)])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)])
    middle = (angles > 0.3).astype(np.int64)
    assert np.bincount(refine(vectors, middle)).tolist() == [90, 10]


def test_a_group_that_no_row_chooses_is_dropped() -> None:
    vectors = np.tile([[1.0, 0.0]], (10, 1))
    assert refine(vectors, np.array([0] * 9 + [1])).tolist() == [0] * 10
    assert refine(np.zeros((4, 2)), np.array([0, 1, 0, 0])).tolist() == [0] * 4
    with pytest.raises(ValueError, match="labels must have one group"):
        refine(vectors, np.array([0]))


# Labels.


def test_labels_are_words_as_people_wrote_them_and_told_apart() -> None:
    texts = [
        "The GP was late",
        "My GP listened",
        "gp and waiting",
        "Cold meals",
        "Cold meals again",
    ]
    texts += ["Waiting in A&E", "My wait in A&E", "Waiting room in A&E"]
    labels = label_themes(texts, np.array([0, 0, 0, 1, 1, 2, 2, 2]))
    assert labels[0][0] == "GP"
    assert set(" ".join(labels[1]).split()) == {"cold", "meals"}
    assert set(labels[2]) == {"A&E", "waiting"}


def test_a_word_that_only_one_passage_has_is_no_label() -> None:
    assert label_themes(["parking zebra", "parking lion"], np.array([0, 0])) == [("parking",)]


def test_every_theme_of_many_words_gets_a_label_of_its_own() -> None:
    labels = label_themes(["parking food"] * 3 + ["parking food"] * 3, np.array([0, 0, 0, 1, 1, 1]))
    assert all(labels)
    assert len({word for label in labels for word in label}) == sum(map(len, labels))


def test_texts_and_themes_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="assignment must have one theme"):
        label_themes(["parking"], np.array([0, 1]))


# Quotations.


def test_closeness_is_one_at_the_centre_and_zero_opposite() -> None:
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    assert measure_closeness(vectors, vectors[0]).tolist() == [1, 0.292893, 0]


def test_points_are_in_the_order_of_closeness_then_text() -> None:
    assert order_by_closeness([0.5, 0.9, 0.5, 0.5], ["b", "c", "a", "b"]) == [1, 2, 0, 3]


def test_quotations_differ_and_single_words_come_last() -> None:
    words = [{"care"}, {"a", "b", "c"}, {"a", "b", "c", "d"}, {"a", "x", "y"}, {"p", "q", "r"}]
    assert choose_medoids([0, 1, 2, 3, 4], words) == (1, 3, 4)
    assert choose_medoids([0, 1, 2], words) == (1, 0)
    assert choose_medoids([0], words) == (0,)
    assert choose_medoids([], []) == ()


# Matching.

POINTS = st.sets(st.integers(0, 30))
RUNS = st.lists(st.integers(0, 5), min_size=25, max_size=25)


def groups(assignment: list[int]) -> list[set[int]]:
    """Sets of the places that hold the same number."""
    found = [{i for i, label in enumerate(assignment) if label == k} for k in range(6)]
    return [group for group in found if group]


def overlap(one: set[int], other: set[int]) -> float:
    """Jaccard."""
    return len(one & other) / max(len(one | other), 1)


@settings(deadline=None)
@given(RUNS)
def test_the_same_themes_keep_their_names_in_any_order(assignment: list[int]) -> None:
    themes = groups(assignment)
    before = {f"theme {number}": points for number, points in enumerate(themes)}
    assert match_themes(before, themes[::-1]) == list(before)[::-1]


@settings(deadline=None)
@given(st.dictionaries(st.text(), POINTS, max_size=6), st.lists(POINTS, max_size=6))
def test_matching_is_one_to_one_and_the_order_of_names_is_no_matter(
    before: dict[str, set[int]], after: list[set[int]]
) -> None:
    matched = match_themes(before, after)
    assert len(matched) == len(after)
    named = [name for name in matched if name is not None]
    assert len(named) == len(set(named))
    assert set(named) <= set(before)
    assert match_themes(dict(reversed(before.items())), after) == matched


@settings(deadline=None)
@given(RUNS, RUNS)
def test_more_than_half_keeps_the_name_and_too_little_does_not(
    first: list[int], second: list[int]
) -> None:
    before, after = dict(enumerate(groups(first))), groups(second)
    matched = match_themes(before, after)
    for name, points in before.items():
        for place, theme in enumerate(after):
            if overlap(points, theme) > 0.5:
                assert matched[place] == name
            if matched[place] == name:
                assert overlap(points, theme) >= LEAST_OVERLAP


def test_new_contributions_do_not_cost_a_theme_its_name() -> None:
    before = {"parking": {1, 2, 3}, "food": {4, 5, 6}}
    after = [{4, 5, 6} | set(range(100, 200)), {1, 2, 3, 200}, {300, 301}]
    assert match_themes(before, after) == ["food", "parking", None]


def test_of_two_heirs_the_larger_keeps_the_name() -> None:
    assert match_themes({"a": set(range(10))}, [{0, 1, 2, 3}, set(range(4, 10))]) == [None, "a"]


def test_nothing_before_or_after_matches_nothing() -> None:
    assert match_themes({}, []) == []
    assert match_themes({"a": {1}}, []) == []
    assert match_themes({}, [{1}, set()]) == [None, None]
