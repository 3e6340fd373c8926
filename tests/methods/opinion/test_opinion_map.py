"""The map is what an exact decomposition gives; groups on it are those that were planted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, silhouette_score

from engagement.methods.opinion.grouping import LEAST_PEOPLE, choose_groups, silhouette
from engagement.methods.opinion.mapping import draw_map
from engagement.methods.opinion.stability import adjusted_rand
from tests.methods.opinion.conversations import planted, whole


@pytest.mark.parametrize("statements", [3, 60, 400])
def test_the_map_is_that_of_an_exact_decomposition(statements: int) -> None:
    votes, _ = planted((60, 40, 30), statements, 0.4)
    dense = np.full((130, statements), np.nan)
    dense[np.repeat(np.arange(130), votes.seen()), votes.columns] = votes.values
    centred = np.nan_to_num(dense - np.nanmean(dense, axis=0))
    _, strengths, turned = np.linalg.svd(centred)
    drawn = draw_map(votes)
    for axis in (0, 1):
        exact = turned[axis] * np.sign(turned[axis][np.abs(turned[axis]).argmax()])
        assert np.allclose(drawn.loadings[:, axis], exact, atol=1e-5)
    assert np.allclose(drawn.explained, (strengths**2 / (strengths**2).sum())[:2])
    stretch = np.sqrt(statements / np.maximum(votes.seen(), 1))[:, None]
    assert np.allclose(drawn.points, centred @ drawn.loadings * stretch, atol=1e-9)


def test_votes_that_do_not_differ_make_a_map_of_one_place() -> None:
    drawn = draw_map(whole([[1, 0, -1]] * 9))
    assert not drawn.points.any()
    assert not drawn.explained.any()


def test_votes_that_differ_in_one_direction_only_make_a_line() -> None:
    drawn = draw_map(whole([[1, 1, 1]] * 6 + [[-1, -1, -1]] * 6))
    assert drawn.explained[0] == pytest.approx(1)
    assert drawn.explained[1] == 0
    assert not drawn.points[:, 1].any()
    assert (drawn.loadings[:, 0] > 0).all()


def test_groups_far_apart_are_found_with_their_number() -> None:
    chance = np.random.default_rng(3)
    for count in (2, 3, 4, 5):
        truth = np.repeat(np.arange(count), 20 + 10 * np.arange(count))
        angle = 2 * np.pi * truth / count
        points = np.stack([np.cos(angle), np.sin(angle)], axis=1) * 5
        points += chance.normal(size=points.shape) * 0.5
        found = choose_groups(points)
        assert adjusted_rand_score(truth, found.labels) == 1
        sizes = np.bincount(found.labels)
        assert (np.diff(sizes) <= 0).all()
        centres = [points[found.labels == group].mean(axis=0) for group in range(count)]
        assert np.allclose(found.centres, centres)


def test_a_few_people_far_away_make_no_group() -> None:
    chance = np.random.default_rng(5)
    points = chance.normal(size=(60, 2))
    points[:7] += 50
    assert np.bincount(choose_groups(points).labels).min() >= LEAST_PEOPLE
    points = np.concatenate([np.zeros((30, 2)), np.full((7, 2), 9.0)])
    assert len(choose_groups(points).centres) == 1


@settings(deadline=None, max_examples=60)
@given(
    places=st.lists(
        st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=LEAST_PEOPLE, max_size=60
    ),
    stretch=st.sampled_from((0.0, 1e-6, 1.0, 1e6)),
)
def test_no_group_is_ever_below_eight_people(places: list[tuple[int, int]], stretch: float) -> None:
    found = choose_groups(np.array(places, dtype=float) * (1.0, stretch))
    sizes = np.bincount(found.labels, minlength=len(found.centres))
    assert sizes.min() >= LEAST_PEOPLE
    assert 1 <= len(sizes) <= 5


def test_fewer_than_eight_people_are_no_group() -> None:
    with pytest.raises(ValueError, match="7 people are fewer"):
        choose_groups(np.zeros((7, 2)))


def test_silhouette_and_rand_index_are_those_of_the_textbooks() -> None:
    chance = np.random.default_rng(2)
    for count in (2, 3, 5):
        points, labels = chance.normal(size=(50, 2)), chance.integers(0, count, 50)
        distances = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
        assert silhouette(distances, labels) == pytest.approx(silhouette_score(points, labels))
        other = chance.integers(0, 3, 50)
        assert adjusted_rand(labels, other) == pytest.approx(adjusted_rand_score(labels, other))
    same = np.zeros(9, dtype=np.int64)
    assert adjusted_rand(same, same) == 1
    assert adjusted_rand(same, np.arange(9) % 2) == pytest.approx(0)
