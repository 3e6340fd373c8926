"""Ranking: options in an order that a group prefers, by the method of Schulze.

Markus Schulze, *A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
single-winner election method*, Social Choice and Welfare 36 (2011). An option stands before another
where its strongest path of majorities beats the way back; a majority is as strong as the people
who prefer it (winning votes). What the method leaves equal stays equal: there is no tie-break.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from engagement.methods.choice.rules import Rules

Ballot = Sequence[Sequence[str]]
"""Options in steps, the best first; those of a step are equal, those left out equal and last."""


TOP = 5
"""How many options are told apart as those that stand first."""


@dataclass(frozen=True)
class RankingCount:
    """A count. ``pairwise[i][j]``: people who prefer option ``i`` to option ``j``.

    ``votes``: people who ranked at least one option; ``abstained``: all others with a ballot.
    """

    rules: Rules
    options: tuple[str, ...]
    pairwise: tuple[tuple[int, ...], ...]
    votes: int
    abstained: int

    @property
    def has_quorum(self) -> bool:
        """Whether enough ballots are in for the order to be a result."""
        return self.rules.has_quorum(self.votes, self.abstained)

    @property
    def paths(self) -> NDArray[np.int64]:
        """The strength of the strongest path from each option to each other, in people, or 0."""
        prefer = np.array(self.pairwise, np.int64).reshape(len(self.options), -1)
        strength = np.where(prefer > prefer.T, prefer, 0)
        for through in range(len(self.options)):
            around = np.minimum.outer(strength[:, through], strength[through])
            strength = np.maximum(strength, around)
        np.fill_diagonal(strength, 0)
        return strength

    @property
    def order(self) -> tuple[tuple[str, ...], ...]:
        """The options by how many the method puts before them, the fewest first.

        What it puts before another always stands before it. Two that it leaves equal stand on one
        step, in the order of the ballot, unless one of them is beaten by more: see ``equal``.
        """
        beaten_by = self._before.sum(axis=0)
        return tuple(
            tuple(self.options[place] for place in np.flatnonzero(beaten_by == step))
            for step in sorted(set(beaten_by.tolist()))
        )

    @property
    def top(self) -> tuple[str, ...]:
        """The options that stand first, step by step, until there are five: more where the last of
        them share a step."""
        first: list[str] = []
        for step in self.order:
            if len(first) >= TOP:
                break
            first.extend(step)
        return tuple(first)

    @property
    def equal(self) -> tuple[tuple[str, str], ...]:
        """The pairs of options of which the method puts neither before the other."""
        before = self._before
        return tuple(
            (self.options[one], self.options[other])
            for one, other in combinations(range(len(self.options)), 2)
            if not before[one, other] and not before[other, one]
        )

    @property
    def _before(self) -> NDArray[np.bool_]:
        paths = self.paths
        return np.greater(paths, paths.T)

    @property
    def condorcet(self) -> str | None:
        """The option that a majority prefers to each other one, if there is one."""
        prefer = np.array(self.pairwise, np.int64).reshape(len(self.options), -1)
        wins = (prefer > prefer.T).sum(axis=1)
        found = np.flatnonzero(wins == len(self.options) - 1)
        return self.options[int(found[0])] if len(found) else None


def count_ranking(options: Sequence[str], ballots: Iterable[Ballot], rules: Rules) -> RankingCount:
    """Count ballots; an empty one is an abstention.

    Raises ``ValueError`` for fewer than two options, one that is there twice, a ballot that names
    another or one twice, and more ballots than people.
    """
    if len(options) < 2 or len(set(options)) < len(options):
        raise ValueError("there must be at least two options, each once")
    place = {option: number for number, option in enumerate(options)}
    pairwise = np.zeros((len(options), len(options)), np.int64)
    votes = abstained = 0
    for ballot in ballots:
        ranked = [option for step in ballot for option in step]
        if unknown := [option for option in ranked if option not in place]:
            raise ValueError(f"{unknown[0]} is not an option")
        if len(set(ranked)) < len(ranked):
            raise ValueError("a ballot names an option twice")
        if not ranked:
            abstained += 1
            continue
        votes += 1
        rank = np.full(len(options), len(ballot), np.int64)
        for step, equal in enumerate(ballot):
            rank[[place[option] for option in equal]] = step
        pairwise += rank[:, None] < rank[None]
    rules.base(votes, abstained)
    rows = tuple(tuple(row) for row in pairwise.tolist())
    return RankingCount(rules, tuple(options), rows, votes, abstained)
