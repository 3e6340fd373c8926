"""Which passages speak for a theme."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

MOST_QUOTES = 3
LEAST_WORDS = 3  # a quotation of fewer is taken only where there is no other
MOST_SHARED = 0.5  # of the words of two passages, before they count as the same quotation


def measure_closeness(
    vectors: NDArray[np.float64], centre: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How close unit ``vectors`` (p, d) lie to ``centre`` (d,): (p,) in 0..1, six digits.

    1 is at the centre, 0 as far from it as two unit vectors can be.
    """
    distance = np.linalg.norm(vectors - centre, axis=1)
    closeness: NDArray[np.float64] = np.round(np.clip(1 - distance / 2, 0, 1), 6)
    return closeness


def order_by_closeness(closeness: Sequence[float], texts: Sequence[str]) -> list[int]:
    """Indices of passages, the closest first; ties by text, then by index."""
    return sorted(range(len(texts)), key=lambda row: (-closeness[row], texts[row], row))


def choose_medoids(
    order: Sequence[int], words: Sequence[Collection[str]], most: int = MOST_QUOTES
) -> tuple[int, ...]:
    """The first of ``order``, and the next that differ from all chosen: up to ``most`` indices.

    ``words``: for each index the stems of its passage; passages that share more than half of
    theirs (Jaccard) are the same quotation. Passages of fewer than three come last: a single word
    is often central and never telling.
    """
    chosen: list[int] = []
    for row in sorted(order, key=lambda row: len(words[row]) < LEAST_WORDS):
        if len(chosen) == most:
            break
        if all(_jaccard(set(words[row]), set(words[other])) <= MOST_SHARED for other in chosen):
            chosen.append(row)
    return tuple(chosen)


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
