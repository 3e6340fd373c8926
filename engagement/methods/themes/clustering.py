"""Grouping without chance: split the loosest group until there are k, then k-means."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

MOST_ROUNDS = 300
_NOTHING = 1e-9


def cluster(
    vectors: NDArray[np.float64], k: int, checkpoint: Callable[[], None] = lambda: None
) -> NDArray[np.int64]:
    """Group the rows of ``vectors`` (p, d) into at most ``k`` groups; returns labels (p,).

    The group with the most squared error is split along its first principal direction until there
    are k, which gives k-means a start that owes nothing to chance; fewer than k where what is
    left cannot be told apart. No group is empty. ``checkpoint`` is called before every round and
    may raise. The same rows in the same order give the same labels.

    Raises ``ValueError`` where ``vectors`` is no matrix of finite numbers with a row, or ``k`` is
    under 1.

    Sources: Boley 1998, Principal direction divisive partitioning; Lloyd 1982.
    """
    if vectors.ndim != 2 or not len(vectors) or not np.isfinite(vectors).all():
        raise ValueError("vectors must be a matrix of finite numbers with at least one row")
    if k < 1:
        raise ValueError(f"k must be 1 or more, not {k}")
    labels = np.zeros(len(vectors), dtype=np.int64)
    errors = [_squared_error(vectors)]
    while len(errors) < k:
        loosest = int(np.argmax(errors))
        rows = np.flatnonzero(labels == loosest)
        upper = _split(vectors[rows], checkpoint) if errors[loosest] > _NOTHING else None
        if upper is None:
            break
        labels[rows[upper]] = len(errors)
        errors[loosest] = _squared_error(vectors[rows[~upper]])
        errors.append(_squared_error(vectors[rows[upper]]))
    return _lloyd(vectors, labels, checkpoint)


def centres(vectors: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The means (k, d) of the groups that ``labels`` 0 to k - 1 make, none of them empty."""
    return np.array([vectors[labels == label].mean(axis=0) for label in range(labels.max() + 1)])


def _squared_error(vectors: NDArray[np.float64]) -> float:
    return float(((vectors - vectors.mean(axis=0)) ** 2).sum())


def _split(
    vectors: NDArray[np.float64], checkpoint: Callable[[], None]
) -> NDArray[np.bool_] | None:
    """Two-means from the halves on either side of the mean; ``None`` where there is one only."""
    centred = vectors - vectors.mean(axis=0)
    direction = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    direction = direction * np.sign(direction[np.abs(direction).argmax()])
    upper = centred @ direction > 0
    if upper.all() or not upper.any():
        return None
    halves = _lloyd(vectors, upper.astype(np.int64), checkpoint)
    return halves == 1 if halves.any() else None


def _lloyd(
    vectors: NDArray[np.float64], labels: NDArray[np.int64], checkpoint: Callable[[], None]
) -> NDArray[np.int64]:
    """Rounds of k-means until nothing moves; a group that loses all its rows is dropped."""
    for _ in range(MOST_ROUNDS):
        checkpoint()
        means = centres(vectors, labels)
        nearest = np.argmax(vectors @ means.T - (means**2).sum(axis=1) / 2, axis=1)
        moved = np.unique(nearest, return_inverse=True)[1].astype(np.int64)
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels
