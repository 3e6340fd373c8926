"""Passages as points in space: latent semantic analysis of stemmed words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.extmath import randomized_svd

from engagement.methods.themes.errors import NothingInCommon
from engagement.methods.themes.words import terms

MOST_DIMENSIONS = 100
LARGE = 1000  # passages; from here on a word counts once it stands in three of them
SMALL_MATRIX = 400  # rows or columns up to which all singular vectors are cheap
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Features:
    """Passages in space.

    ``vectors``: (p, d) of unit length about their mean, d at most 100; a passage at the very mean
    is all zeros. ``placed``: (p,) ascending rows of the passages that have a known word.
    ``explained_variance``: 0..1. ``vocabulary``: how many words and phrases were counted.
    """

    vectors: NDArray[np.float64]
    placed: NDArray[np.int64]
    explained_variance: float
    vocabulary: int


def least_passages(n_passages: int) -> int:
    """In how many of ``n_passages`` distinct passages a word must stand to be counted: 2 or 3."""
    return 3 if n_passages >= LARGE else 2


def make_features(texts: Sequence[str]) -> Features:
    """Turn m distinct texts into vectors: TF-IDF of words and pairs, LSA, centred, unit length.

    Term frequency is 1 + log tf. Centring before the unit length keeps what all passages share
    ("the service") from drawing everything into one direction. The order of texts may turn the
    last digits: sort them first. Raises ``NothingInCommon`` where no word stands in two texts.

    Sources: Deerwester et al. 1990, Indexing by latent semantic analysis; for large corpora Halko,
    Martinsson and Tropp 2011, Finding structure with randomness, from a fixed start.
    """
    vectorizer = TfidfVectorizer(
        analyzer=lambda text: [term.stem for term in terms(text)], sublinear_tf=True
    )
    vectorizer.set_params(min_df=least_passages(len(texts)))
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError as error:  # an empty vocabulary
        raise NothingInCommon from error
    placed = np.flatnonzero(np.diff(weights.indptr)).astype(np.int64)
    weights = weights[placed]
    reduced = _project(weights)
    kept = float((reduced**2).sum() / weights.power(2).sum())
    centred = reduced - reduced.mean(axis=0)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > _NOTHING)
    return Features(unit, placed, round(min(kept, 1.0), 6), weights.shape[1])


def _project(weights: Any) -> NDArray[np.float64]:
    """Coordinates on the strongest singular vectors; each points to its largest entry."""
    if min(weights.shape) <= SMALL_MATRIX:
        left, strength, right = np.linalg.svd(weights.toarray(), full_matrices=False)
    else:
        # Not ARPACK: even from a fixed start its last digits differ from call to call.
        left, strength, right = randomized_svd(
            weights, MOST_DIMENSIONS, n_oversamples=30, n_iter=8, random_state=0
        )
    strongest = np.argsort(-strength, kind="stable")[:MOST_DIMENSIONS]
    strongest = strongest[strength[strongest] > _NOTHING * strength.max()]
    right = right[strongest]
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    projected: NDArray[np.float64] = left[:, strongest] * (strength[strongest] * signs)
    return projected
