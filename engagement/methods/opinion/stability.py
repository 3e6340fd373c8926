"""How far opinion groups can be relied on: whether halves of the people make the same ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagement.methods.opinion.find import THREADS
from engagement.methods.opinion.grouping import LEAST_PEOPLE, choose_groups
from engagement.methods.opinion.mapping import draw_map
from engagement.methods.opinion.results import Opinions

HALVES = 20
MOST_PEOPLE = 5_000
"""In a half: with fewer people groups move more, so that a larger half could only look better."""
COMPARED = 250
ROUGH = 1e-3
_CHANCE = 12


@dataclass(frozen=True)
class Stability:
    """Agreement with the groups of all (adjusted Rand index, 1 the same, 0 as by chance).

    ``agreements``: of each half, among the ``people`` in it. ``mean`` and ``lowest`` of them.
    """

    people: int
    agreements: tuple[float, ...]

    @property
    def mean(self) -> float:
        return sum(self.agreements) / len(self.agreements)

    @property
    def lowest(self) -> float:
        return min(self.agreements)


def measure_stability(
    opinions: Opinions, *, checkpoint: Callable[[], None] = lambda: None
) -> Stability | None:
    """Make map and groups again from 20 random halves of those who are grouped.

    Each half is made into as many groups as all were, of any size from four people; where all are
    one group, a half may have as many as it likes. ``None`` where nobody is grouped. The halves are
    always the same ones: they are drawn from a fixed seed. ``checkpoint`` is called before each.
    """
    grouped = np.flatnonzero(opinions.labels >= 0)
    if not len(grouped):
        return None
    chance = np.random.default_rng(_CHANCE)
    people = min(len(grouped) // 2, MOST_PEOPLE)
    agreements = []
    with THREADS.limit(limits=1):
        for _ in range(HALVES):
            checkpoint()
            half = np.sort(grouped[chance.permutation(len(grouped))[:people]])
            points = draw_map(opinions.votes.take(half), precision=ROUGH).points
            again = choose_groups(
                points,
                least=LEAST_PEOPLE // 2,
                count=opinions.groups if opinions.groups > 1 else None,
                compare=COMPARED,
            )
            agreements.append(adjusted_rand(opinions.labels[half], again.labels))
    return Stability(people, tuple(agreements))


def adjusted_rand(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """The adjusted Rand index of two groupings of the same people (Hubert and Arabie 1985)."""
    table = np.bincount(one * (other.max() + 1) + other).astype(float)
    both, first, second = (
        float((sizes * (sizes - 1)).sum()) / 2
        for sizes in (table, np.bincount(one).astype(float), np.bincount(other).astype(float))
    )
    pairs = len(one) * (len(one) - 1) / 2
    by_chance = first * second / pairs if pairs else 0.0
    most = (first + second) / 2
    return 1.0 if most == by_chance else (both - by_chance) / (most - by_chance)
