"""The front of the method: votes in, map, groups and figures out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from engagement.methods.opinion.errors import TooFewPeople
from engagement.methods.opinion.figures import (
    LEAST_VOTES,
    count_votes,
    difference,
    evenness,
    geometric_mean,
    telling,
)
from engagement.methods.opinion.grouping import LEAST_PEOPLE, Grouping, choose_groups
from engagement.methods.opinion.mapping import draw_map
from engagement.methods.opinion.results import Declared, Division, Opinions
from engagement.methods.opinion.votes import Votes

NAME = "Principal components and k-means of votes, consensus as a geometric mean over groups"
VERSION = "1"
THREADS = ThreadpoolController()
"""Sums of several threads differ in the last digit from run to run: these are held to one."""
ENOUGH_VOTES = 7
"""Whoever voted on fewer statements is on no map, since their place would say little."""


def find_opinions(
    votes: Votes,
    declared: Sequence[Declared] = (),
    *,
    checkpoint: Callable[[], None] = lambda: None,
) -> Opinions:
    """The map of people by their votes, opinion groups on it, and figures of each statement.

    People are grouped who voted on at least seven statements, or on all where there are fewer.
    No group has fewer than eight people; one group, or none where fewer than eight voted
    enough, is an answer. ``declared``: what people said of themselves, under up to some headings,
    in the order of ``votes.participants``. ``checkpoint`` is called between steps and may raise.

    The same votes give the same answer, whatever the order they came in, the hash seed or the
    number of threads, on one machine with one set of libraries. Raises ``TooFewPeople`` where
    fewer than eight people voted.
    """
    seen = votes.seen()
    if (found := int((seen > 0).sum())) < LEAST_PEOPLE:
        raise TooFewPeople(found, LEAST_PEOPLE)
    with THREADS.limit(limits=1):
        checkpoint()
        drawn = draw_map(votes)
        checkpoint()
        enough = enough_votes(votes)
        grouped = np.flatnonzero(seen >= enough)
        grouping = _no_groups()
        labels = np.full(len(seen), -1)
        if len(grouped) >= LEAST_PEOPLE:
            grouping = choose_groups(drawn.points[grouped])
            labels[grouped] = grouping.labels
        checkpoint()
    count = len(grouping.centres)
    apart = int(((seen > 0) & (labels < 0)).sum())
    # So few would be told by the votes of all less those of the groups.
    few_apart = count > 0 and apart < LEAST_PEOPLE
    everyone = count_votes(votes, np.where(few_apart & (labels < 0), -1, 0), 1)
    by_group = count_votes(votes, labels, count)
    base = by_group if count else everyone
    consensus = geometric_mean(base.agreement())
    divisions, means = [], [consensus]
    for division, mean in (_divide(votes, one) for one in declared):
        divisions.append(division)
        means.append(mean)
    stacked = np.array(means)
    return Opinions(
        votes=votes,
        least_votes=enough,
        points=drawn.points,
        explained=drawn.explained,
        labels=labels,
        sizes=tuple(np.bincount(grouping.labels, minlength=count).tolist()),
        centres=grouping.centres,
        silhouettes=grouping.silhouettes,
        apart=apart,
        everyone=everyone,
        by_group=by_group,
        consensus=consensus,
        opposition=geometric_mean(base.opposition()),
        bridging=geometric_mean(np.nan_to_num(stacked, nan=1.0), ~np.isnan(stacked)),
        difference=difference(by_group),
        evenness=evenness(everyone),
        telling=tuple(telling(by_group, group) for group in range(count if count > 1 else 0)),
        divisions=tuple(divisions),
    )


def enough_votes(votes: Votes) -> int:
    """On how many statements somebody must have voted to be grouped."""
    return max(1, min(ENOUGH_VOTES, len(votes.statements)))


def _no_groups() -> Grouping:
    return Grouping(np.empty(0, dtype=np.int64), np.empty((0, 2)), ())


def _divide(votes: Votes, declared: Declared) -> tuple[Division, NDArray[np.float64]]:
    """A heading as it may be told, and the geometric mean of agreement over its groups (m,).

    A statement on which fewer than eight of a group voted is reckoned without that group, so that
    no figure tells of fewer; NaN where that leaves no group.
    """
    if len(declared.values) != len(votes.participants):
        raise ValueError(f"“{declared.heading}” must hold a value, or None, for each participant")
    voted = (votes.seen() > 0).tolist()
    sizes = Counter(
        value for value, has in zip(declared.values, voted, strict=True) if has and value
    )
    counted = sorted(value for value, size in sizes.items() if size >= LEAST_PEOPLE)
    number = {value: at for at, value in enumerate(counted)}
    labels = np.array([number.get(value or "", -1) for value in declared.values], dtype=np.int64)
    tally = count_votes(votes, labels, len(counted))
    mean = geometric_mean(tally.agreement(), tally.seen >= LEAST_VOTES)
    division = Division(declared.heading, tuple(counted), len(counted) < len(sizes))
    return division, mean
