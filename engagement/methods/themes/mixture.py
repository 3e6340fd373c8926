"""Groups of unequal size: a mixture of directions, from the groups that k-means made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engagement.methods.themes.clustering import centres

CONCENTRATION = 50.0
ROUNDS = 50
_NOTHING = 1e-12


def refine(
    vectors: NDArray[np.float64],
    labels: NDArray[np.int64],
    checkpoint: Callable[[], None] = lambda: None,
) -> NDArray[np.int64]:
    """Move the rows of unit ``vectors`` (p, d) between groups ``labels`` (p,); returns labels (p,).

    k-means wants groups of equal spread, and real themes run from twenty comments to hundreds.
    Here each group is a von Mises-Fisher distribution with a share of its own and a common
    concentration of 50; 50 rounds of expectation and maximisation, then each row goes to its most
    probable group. A group that no row chooses is dropped. ``checkpoint`` is called before every
    round and may raise. Raises ``ValueError`` where ``labels`` is not as long as ``vectors``.

    Source: Banerjee et al. 2005, Clustering on the unit hypersphere.
    """
    if len(labels) != len(vectors):
        raise ValueError("labels must have one group for each of vectors")
    directions = _unit(centres(vectors, labels))
    shares = np.bincount(labels) / len(labels)
    for _ in range(ROUNDS):
        checkpoint()
        odds = CONCENTRATION * (vectors @ directions.T) + np.log(shares)
        chances = np.exp(odds - odds.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        shares = np.maximum(chances.mean(axis=0), _NOTHING)
        directions = _unit(chances.T @ vectors)
    odds = CONCENTRATION * (vectors @ directions.T) + np.log(shares)
    return np.unique(odds.argmax(axis=1), return_inverse=True)[1].astype(np.int64)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > _NOTHING, length, 1)
