"""Invented conversations with known groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engagement.methods.opinion.votes import Votes, gather_votes


def planted(
    sizes: Sequence[int], statements: int = 60, share: float = 0.5, *, seed: int = 1
) -> tuple[Votes, NDArray[np.int64]]:
    """Votes of groups of these sizes, each with a leaning of its own, and the group of each person.

    Two fifths of the statements are agreed on by all, the others not by one group or more; a share
    of all votes is given.
    """
    chance = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    leaning = chance.choice((-1.0, 1.0), size=(len(sizes), statements)) * 1.5
    leaning[np.arange(statements) % len(sizes), range(statements)] = -1.5
    leaning[:, : 2 * statements // 5] = 1.5
    given = chance.random((len(truth), statements)) < share
    people, about = np.nonzero(given)
    pull = leaning[truth[people], about] + chance.normal(size=len(people))
    values = np.where(pull > 0.4, 1, np.where(pull < -0.4, -1, 0))
    return (
        gather_votes(names(len(truth)), names(statements), people, about, values),
        truth,
    )


def names(count: int) -> list[str]:
    """Ids from 0."""
    return [str(number) for number in range(count)]


def whole(matrix: Sequence[Sequence[int | None]]) -> Votes:
    """Votes of a small matrix, ``None`` where somebody did not vote."""
    given = [
        (row, column, vote)
        for row, votes in enumerate(matrix)
        for column, vote in enumerate(votes)
        if vote is not None
    ]
    people, about, values = np.array(given, dtype=np.int64).reshape(-1, 3).T
    width = len(matrix[0]) if matrix else 0
    return gather_votes(names(len(matrix)), names(width), people, about, values)
