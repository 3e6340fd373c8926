"""Figures of statements: shares with intervals, consensus, what divides, what tells a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagement.methods.opinion.votes import AGREE, DISAGREE, Votes

LEAST_VOTES = 8
"""Fewer votes than these are too few to say something of those who gave them."""
CONFIDENCE_Z = 1.959964
"""Two-sided, 95%."""
TELLING_Z = 1.644854
"""One-sided, 95%."""
MOST_TELLING = 5
Counts = NDArray[np.int64]
Figures = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tally:
    """Votes of g groups on m statements: ``agree``, ``disagree`` and ``seen`` (g, m).

    ``seen`` counts every vote, passes among them.
    """

    agree: Counts
    disagree: Counts
    seen: Counts

    def agreement(self) -> Figures:
        """How likely one more of each group is to agree, half where nobody voted (g, m)."""
        return likely(self.agree, self.seen)

    def opposition(self) -> Figures:
        """How likely one more of each group is to disagree (g, m)."""
        return likely(self.disagree, self.seen)


@dataclass(frozen=True)
class Telling:
    """A statement that tells a group from all others who are grouped.

    ``agrees``: whether the group agrees more than the others, or disagrees more. ``count`` of
    ``seen`` votes of the group did so, ``rest_count`` of ``rest_seen`` of the others. ``ratio``:
    how many times as likely as the others the group is to.
    """

    statement: int
    agrees: bool
    count: int
    seen: int
    rest_count: int
    rest_seen: int
    ratio: float


def count_votes(votes: Votes, labels: NDArray[np.int64], groups: int) -> Tally:
    """The votes of each group; ``labels`` (n,): 0 to ``groups`` - 1, or -1 for in none."""
    statements = len(votes.statements)
    label = np.repeat(labels, votes.seen())
    inside = label >= 0
    keys = (label * 3 + (votes.values - DISAGREE)) * statements + votes.columns
    counts = np.bincount(keys[inside], minlength=groups * 3 * statements)
    by_vote = counts.reshape(groups, 3, statements)
    return Tally(by_vote[:, AGREE - DISAGREE], by_vote[:, 0], by_vote.sum(axis=1))


def likely(count: Counts, seen: Counts) -> Figures:
    """Laplace's rule of succession: (count + 1) / (seen + 2)."""
    return (count + 1.0) / (seen + 2.0)


def geometric_mean(chances: Figures, counted: NDArray[np.bool_] | None = None) -> Figures:
    """Over groups (g, m) for each statement (m,): of all, or of those ``counted`` (g, m).

    NaN where none is counted.
    """
    weights = np.ones(chances.shape) if counted is None else counted.astype(float)
    with np.errstate(invalid="ignore"):
        mean: Figures = np.exp((np.log(chances) * weights).sum(axis=0) / weights.sum(axis=0))
    return mean


def interval(count: Counts, seen: Counts) -> tuple[Figures, Figures]:
    """Wilson's 95% interval of the share ``count`` / ``seen``; 0 to 1 where nobody voted."""
    square = CONFIDENCE_Z**2
    total = seen + square
    middle = (count + square / 2) / total
    reach = (
        CONFIDENCE_Z / total * np.sqrt(count * (seen - count) / np.maximum(seen, 1) + square / 4)
    )
    return np.maximum(0.0, middle - reach), np.minimum(1.0, middle + reach)


def difference(tally: Tally) -> Figures:
    """The most by which two groups differ in agreeing (m,); NaN unless two voted enough."""
    enough = tally.seen >= LEAST_VOTES
    chances = tally.agreement()
    highest = np.where(enough, chances, -np.inf).max(axis=0, initial=-np.inf)
    lowest = np.where(enough, chances, np.inf).min(axis=0, initial=np.inf)
    apart: Figures = np.where(enough.sum(axis=0) > 1, highest - lowest, np.nan)
    return apart


def evenness(everyone: Tally) -> Figures:
    """How evenly all are split, 0 to 1: 1 where half agree and half disagree (m,)."""
    even: Figures = 2 * np.minimum(everyone.agreement(), everyone.opposition())[0]
    return even


def telling(tally: Tally, group: int) -> tuple[Telling, ...]:
    """Up to five statements that most of a group agree or disagree with, and more than others do.

    Both by a test at 95%, one-sided: that more than half of the group do, and that the group does
    more than the others. Those first where likelihood, its ratio to that of the others and both
    tests are together the greatest.
    """
    rest_seen = tally.seen.sum(axis=0) - tally.seen[group]
    found: list[tuple[float, Telling]] = []
    for agrees, counts in ((True, tally.agree), (False, tally.disagree)):
        count, seen = counts[group], tally.seen[group]
        rest = counts.sum(axis=0) - count
        here, there = likely(count, seen), likely(rest, rest_seen)
        ratio = here / there
        majority = (here - 0.5) * 2 * np.sqrt(seen + 2.0)
        more = _more(count + 1.0, seen + 2.0, rest + 1.0, rest_seen + 2.0)
        enough = (seen >= LEAST_VOTES) & (rest_seen >= LEAST_VOTES)
        for at in np.flatnonzero(enough & (majority >= TELLING_Z) & (more >= TELLING_Z)).tolist():
            figure = float(here[at] * ratio[at] * majority[at] * more[at])
            one = Telling(
                statement=at,
                agrees=agrees,
                count=int(count[at]),
                seen=int(seen[at]),
                rest_count=int(rest[at]),
                rest_seen=int(rest_seen[at]),
                ratio=float(ratio[at]),
            )
            found.append((figure, one))
    found.sort(key=lambda one: (-one[0], one[1].statement))
    return tuple(one for _, one in found[:MOST_TELLING])


def _more(count: Any, seen: Any, rest: Any, rest_seen: Any) -> Figures:
    """How far the first share is above the second, in standard errors of a pooled share."""
    pooled = (count + rest) / (seen + rest_seen)
    error = np.sqrt(pooled * (1 - pooled) * (1 / seen + 1 / rest_seen))
    more: Figures = (count / seen - rest / rest_seen) / error
    return more
