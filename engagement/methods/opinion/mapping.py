"""The map: the two directions in which people's votes differ the most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagement.methods.opinion.votes import Votes

DIMENSIONS = 2
WIDTH = 4
"""Directions that a step of the search adds."""
MOST_DIRECTIONS = 160
PRECISION = 1e-7
_NOTHING = 1e-12
_CHANCE = 20


@dataclass(frozen=True, eq=False)
class Map:
    """Where n people stand, by what they said about m statements.

    ``points`` (n, 2). ``loadings`` (m, 2): how far agreeing with a statement moves somebody.
    ``explained`` (2,): the share of all differences between votes that each direction shows,
    nought where votes do not differ in a further direction.
    """

    points: NDArray[np.float64]
    loadings: NDArray[np.float64]
    explained: NDArray[np.float64]


def draw_map(votes: Votes, *, precision: float = PRECISION) -> Map:
    """Principal components of the votes, a vote not given being the mean of those who gave one.

    A person who saw few of the m statements would stand near the middle for that alone, so points
    are moved out by the square root of m over the statements seen. The largest loading of each
    direction is positive. ``precision``: the error of a direction, compared with the strongest, at
    which the search ends.
    """
    people, statements = len(votes.participants), len(votes.statements)
    counts = np.bincount(votes.columns, minlength=statements)
    sums = np.bincount(votes.columns, weights=votes.values, minlength=statements)
    means = sums / np.maximum(counts, 1)
    # Seen votes less their mean: whoever did not vote stands at nought, and columns add up to it.
    centred = csr_array(
        (votes.values - means[votes.columns], votes.columns, votes.starts),
        shape=(people, statements),
    )
    loadings, strengths = _strongest(centred, precision)
    largest = np.abs(loadings).argmax(axis=0) if statements else np.zeros(DIMENSIONS, dtype=int)
    loadings = loadings * np.where(loadings[largest, range(DIMENSIONS)] < 0, -1.0, 1.0)
    total = float((centred.data**2).sum())
    points = (centred @ loadings) * np.sqrt(statements / np.maximum(votes.seen(), 1))[:, None]
    return Map(points, loadings, strengths / total if total > _NOTHING else np.zeros(DIMENSIONS))


def _strongest(matrix: Any, precision: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two strongest right singular vectors (m, 2) of a sparse matrix, and their squares (2,).

    Block Lanczos from a fixed start: each step adds directions that the matrix and its transpose
    make of the last ones, until what is left over no longer matters.
    """
    size = matrix.shape[1]
    most = min(size, MOST_DIRECTIONS)
    loadings, strengths = np.zeros((size, DIMENSIONS)), np.zeros(DIMENSIONS)
    scale = float((matrix.data**2).sum())
    if scale <= _NOTHING or not most:
        return loadings, strengths
    flipped = matrix.T
    basis, images = np.empty((size, most)), np.empty((size, most))
    start = np.random.default_rng(_CHANCE).standard_normal((size, min(WIDTH, most)))
    block, used = np.linalg.qr(start)[0], 0
    while block.shape[1]:
        now = used + block.shape[1]
        basis[:, used:now] = block
        images[:, used:now] = flipped @ (matrix @ block)
        spanned = basis[:, :now]
        values, vectors = np.linalg.eigh(spanned.T @ images[:, :now])
        best = vectors[:, ::-1][:, :DIMENSIONS]
        top = values[::-1][:DIMENSIONS]
        errors = images[:, :now] @ best - (spanned @ best) * top
        if np.sqrt((errors**2).sum()) <= precision * top[0]:
            break
        block = _fresh(images[:, used:now], spanned, scale)[:, : most - now]
        used = now
    found = top > _NOTHING * scale
    loadings[:, : len(top)] = (spanned @ best) * found
    strengths[: len(top)] = top * found
    return loadings, strengths


def _fresh(
    block: NDArray[np.float64], basis: NDArray[np.float64], scale: float
) -> NDArray[np.float64]:
    """What ``block`` adds to the directions of ``basis``, orthonormal; none where it adds none."""
    for _ in range(2):  # once leaves rounding behind
        block = block - basis @ (basis.T @ block)
        block, left = np.linalg.qr(block)
        block = block[:, np.abs(left.diagonal()) > _NOTHING * scale]
        scale = 1.0
    return block
