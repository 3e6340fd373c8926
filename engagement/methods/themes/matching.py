"""Which theme of a new run is which of the old: names given by hand stay where they belong."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

LEAST_OVERLAP = 0.3  # Jaccard; below, a theme is new

ThemeId = TypeVar("ThemeId", bound=Hashable)


def match_themes(
    before: Mapping[ThemeId, Collection[Hashable]], after: Sequence[AbstractSet[Hashable]]
) -> list[ThemeId | None]:
    """For each theme of ``after`` the id of the theme of ``before`` that it goes on from.

    ``before``: id to the keys of its points; ``after``: sets of such keys. Only keys that both
    runs know are compared, so that new contributions do not cost a theme its name. One to one:
    the assignment with the largest sum of overlaps (Jaccard) among pairs of at least 0.3, and a
    pair that overlaps by more than half is never given up for others. ``None``: a new theme.

    Source: Kuhn 1955, The Hungarian method for the assignment problem.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    ids = sorted(before, key=str)
    known = set().union(*(before[theme] for theme in ids)) & set().union(*after)
    old = [known.intersection(before[theme]) for theme in ids]
    new = [known.intersection(points) for points in after]
    overlap = np.array([[_jaccard(mine, theirs) for theirs in old] for mine in new], dtype=float)
    overlap = overlap.reshape(len(new), len(old))
    # Two pairs that stand against one of more than a half sum up to less than 2.
    worth = np.where(overlap >= LEAST_OVERLAP, overlap, 0) + 2 * (overlap > 0.5)
    matched: list[ThemeId | None] = [None] * len(new)
    for mine, theirs in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
        if overlap[mine, theirs] >= LEAST_OVERLAP:
            matched[mine] = ids[theirs]
    return matched


def _jaccard(one: set[Hashable], other: set[Hashable]) -> float:
    return len(one & other) / max(len(one | other), 1)
