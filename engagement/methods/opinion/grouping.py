"""Opinion groups: people who stand close to each other on the map, none of fewer than eight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_PEOPLE = 8
MOST_GROUPS = 5
FITTED = 5_000
"""People by whom the groups of a larger map are found; the others join the nearest."""
COMPARED = 500
"""People among whom distances are measured when the number of groups is chosen."""
ALIKE = 0.02
"""Silhouettes that differ by less are as good as each other."""
IN_VAIN = 2
"""So many further groups that do not raise the silhouette, and no more are tried."""
DIGITS = 9
MOST_ROUNDS = 100
_CHANCE = 8
_NOTHING = 1e-9
Points = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Grouping:
    """The group of each of n people, the largest group 0; its centres (k, 2) on the map.

    ``silhouettes``: for each number of groups that could be had, how much nearer people are to
    their own group than to the next, -1 to 1. One group has no such figure.
    """

    labels: Labels
    centres: Points
    silhouettes: tuple[tuple[int, float], ...]


def choose_groups(
    points: Points,
    *,
    least: int = LEAST_PEOPLE,
    count: int | None = None,
    compare: int = COMPARED,
) -> Grouping:
    """Two to five groups, as many as have the best silhouette; one where no split is to be had.

    A further group must raise the silhouette by 0.02, and two more that do not end the search. No
    group has fewer than ``least`` people. ``count``: take that many groups instead, or as many as
    can be had. ``compare``: among how many people distances are measured. Raises ``ValueError``
    where there are fewer than ``least`` people.
    """
    if len(points) < least:
        raise ValueError(f"{len(points)} people are fewer than a group of {least}")
    fitted = points[_some(len(points), FITTED)]
    compared = fitted[_some(len(fitted), compare)]
    distances = _distances(compared)
    best, highest, found = points.mean(axis=0)[None], -np.inf, []
    centres: Points | None = best
    while centres is not None and len(centres) < (count or MOST_GROUPS):
        ends: dict[bytes, Points] = {}
        often: Counter[bytes] = Counter()
        for end in (settle(fitted, start) for start in _starts(fitted, centres)):
            place = (np.round(np.sort(end, axis=0), DIGITS) + 0.0).tobytes()
            often[place] += 1
            ends.setdefault(place, end)
        figures = {
            place: silhouette(distances, nearest(compared, end))
            for place, end in ends.items()
            if _sizes(points, end).min() >= least
        }
        centres = None
        if figures:
            good = max(figures.values()) - ALIKE
            place = max(figures, key=lambda at: (figures[at] > good and often[at], figures[at]))
            figure, centres = figures[place], ends[place]
            found.append((len(centres), figure))
            if count or figure > highest + ALIKE:
                best, highest = centres, figure
            elif len(centres) - len(best) == IN_VAIN:
                break
    order = np.lexsort((best[:, 1], best[:, 0], -_sizes(points, best)))
    return Grouping(np.argsort(order)[nearest(points, best)], best[order], tuple(found))


def settle(points: Points, centres: Points) -> Points:
    """Where rounds of k-means that begin at ``centres`` end; one that nobody is near stays."""
    across, up = points[:, 0].copy(), points[:, 1].copy()
    count = len(centres)
    labels = nearest(points, centres)
    for _ in range(MOST_ROUNDS):
        sizes = np.bincount(labels, minlength=count)
        sums = [np.bincount(labels, weights, count) for weights in (across, up)]
        means = np.array(sums).T / np.maximum(sizes, 1)[:, None]
        centres = means if sizes.all() else np.where(sizes[:, None] > 0, means, centres)
        moved = nearest(points, centres)
        if not (moved != labels).any():
            break
        labels = moved
    return centres


def nearest(points: Points, centres: Points) -> Labels:
    """The nearest of ``centres`` to each point; of two as near, the first."""
    closeness = centres @ points.T
    closeness -= (centres * centres).sum(axis=1)[:, None] / 2
    labels = np.zeros(len(points), dtype=np.int64)
    best = closeness[0]
    for group in range(1, len(centres)):
        np.copyto(labels, group, where=closeness[group] > best)
        np.maximum(best, closeness[group], out=best)
    return labels


def silhouette(distances: NDArray[np.float64], labels: Labels) -> float:
    """Mean silhouette of people, given their distances; nought for whoever is alone in a group."""
    count = int(labels.max()) + 1
    members = np.eye(count)[labels]
    sizes = members.sum(axis=0)
    if (sizes > 0).sum() < 2:
        return 0.0
    sums = distances @ members
    people = np.arange(len(labels))
    own = sizes[labels]
    inside = sums[people, labels] / np.maximum(own - 1, 1)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    means[people, labels] = np.inf
    outside = means.min(axis=1)
    widths = (outside - inside) / np.maximum(np.maximum(inside, outside), _NOTHING)
    return float(np.where(own > 1, widths, 0.0).mean())


def _distances(points: Points) -> NDArray[np.float64]:
    across, up = (np.subtract.outer(axis, axis) for axis in points.T)
    np.multiply(across, across, out=across)
    np.multiply(up, up, out=up)
    across += up
    distances: NDArray[np.float64] = np.sqrt(across, out=across)
    return distances


def _sizes(points: Points, centres: Points) -> NDArray[np.int64]:
    return np.bincount(nearest(points, centres), minlength=len(centres))


def _starts(points: Points, centres: Points) -> Iterator[Points]:
    """Centres with one more: each group in turn cut in two across its longest direction.

    Everybody together is cut in six ways: at both ends and in the middle of either direction,
    since k-means ends in different places.
    """
    labels = nearest(points, centres)
    cuts = (0.5,) if len(centres) > 1 else (0.1, 0.5, 0.9)
    for group in range(len(centres)):
        inside = points[labels == group]
        away = inside - inside.mean(axis=0)
        spread, directions = np.linalg.eigh(away.T @ away)
        for axis in (1,) if len(centres) > 1 else (1, 0):
            if spread[axis] <= _NOTHING:
                continue
            along = away @ directions[:, axis]
            levels = np.sort(along)
            for cut in cuts:
                upper = along > levels[int(cut * len(along))]
                if upper.any():
                    halves = [inside[upper].mean(axis=0), inside[~upper].mean(axis=0)]
                    yield np.concatenate((np.delete(centres, group, axis=0), halves))


def _some(count: int, most: int) -> NDArray[np.int64]:
    """All places, or ``most`` of them by a fixed choice, rising."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(_CHANCE).permutation(count)[:most])
