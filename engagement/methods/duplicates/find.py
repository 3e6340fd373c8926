"""Groups of texts that are nearly the same.

A text is taken as its set of runs of five characters, after case, forms of one letter, spaces and
characters of no width are made alike. Two texts are alike by what their sets have in common: the
Jaccard index, from 0 to 1. Pairs worth a look are found by MinHash with bands (Broder, *On the
resemblance and containment of documents*, 1997), and every one of them is then reckoned exactly, so
that no pair below the threshold is ever joined. Above it a pair can be missed: at 0.7, the
threshold unless another is given, one in about 240; at 0.8, one in 38,000.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

THRESHOLD = 0.7
RUN = 5
BANDS, ROWS = 20, 4
"""80 smallest values of a text, in 20 bands of four: a band that agrees makes a pair."""
FEATURES = 2**22
_PRIME = (1 << 31) - 1
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACE = re.compile(r"\s+")
_EDGE = "\x02\x02"

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Alike:
    """Texts that are nearly the same, by their places, the first one first.

    ``likeness`` is the least, from the threshold to 1, by which any of them is like one of the
    others; ``exact`` says whether all are the same words but for case and spaces.
    """

    places: tuple[int, ...]
    likeness: float
    exact: bool


def near_duplicates(texts: Sequence[str], threshold: float = THRESHOLD) -> list[Alike]:
    """The groups of two texts or more that are alike, in the order of their first text.

    ``threshold`` is the least Jaccard index of two texts that are joined, above 0 and up to 1; who
    is like one of a group is in it. Texts without a letter or a digit are in no group. The same
    texts in the same order give the same groups. Raises ``ValueError`` for another threshold.
    """
    if not 0 < threshold <= 1:
        raise ValueError("the threshold must be above 0 and at most 1")
    plain = [_plain(text) for text in texts]
    # The same words are looked at once, however many sent them.
    of: dict[str, list[int]] = {}
    for place, text in enumerate(plain):
        if text:
            of.setdefault(text, []).append(place)
    words = list(of)
    pairs = _pairs(words, threshold) if len(words) > 1 else []
    parent = list(range(len(words)))
    for one, other, _ in pairs:
        _join(parent, one, other)
    members: dict[int, list[int]] = {}
    for number in range(len(words)):
        members.setdefault(_root(parent, number), []).append(number)
    best = [0.0] * len(words)
    for one, other, likeness in pairs:
        best[one], best[other] = max(best[one], likeness), max(best[other], likeness)
    found = []
    for numbers in members.values():
        places = sorted(place for number in numbers for place in of[words[number]])
        if len(places) > 1:
            exact = len(numbers) == 1
            likeness = 1.0 if exact else min(best[number] for number in numbers)
            found.append(Alike(tuple(places), likeness, exact))
    return sorted(found, key=lambda alike: alike.places)


def _plain(text: str) -> str:
    """A text as it is compared; empty where it has no letter and no digit."""
    alike = unicodedata.normalize("NFKC", _NO_WIDTH.sub("", text)).casefold()
    alike = _SPACE.sub(" ", alike).strip()
    return alike if any(character.isalnum() for character in alike) else ""


def _pairs(words: Sequence[str], threshold: float) -> list[tuple[int, int, float]]:
    """Pairs of words by their numbers that are alike, and how much."""
    runs = _runs(words)
    sizes = np.diff(runs.indptr)
    candidates = _candidates(_smallest(runs))
    if not len(candidates):
        return []
    found: list[tuple[int, int, float]] = []
    for start in range(0, len(candidates), 100_000):
        one, other = candidates[start : start + 100_000].T
        common = runs[one].multiply(runs[other]).sum(axis=1)
        likeness = common / (sizes[one] + sizes[other] - common)
        for place in np.flatnonzero(likeness >= threshold - 1e-9):
            found.append((int(one[place]), int(other[place]), float(likeness[place])))
    return found


def _runs(words: Sequence[str]) -> csr_array:
    """Which runs of characters each text has: texts by runs, of ones."""
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import HashingVectorizer

    vectors = HashingVectorizer(
        analyzer="char",
        ngram_range=(RUN, RUN),
        n_features=FEATURES,
        binary=True,
        norm=None,
        alternate_sign=False,
        lowercase=False,
        dtype=np.float32,
    )
    # What is shorter than a run is padded, so that every text has one.
    runs = csr_array(vectors.transform([f"{_EDGE}{text}{_EDGE}" for text in words]))
    runs.sort_indices()
    return runs


def _smallest(runs: csr_array) -> Integers:
    """For each text the smallest value of its runs under 80 fixed mixings: its signature."""
    # Fixed odd multipliers and shifts; no two mixings alike.
    steps = np.arange(1, BANDS * ROWS + 1, dtype=np.int64)
    factors = (steps * 1_540_483_477 + 40_503) % _PRIME | 1
    shifts = (steps * 668_265_263 + 374_761_393) % _PRIME
    # Neighbouring numbers of runs are mixed first, so that a mixing is not a mere turn.
    runs_of = runs.indices.astype(np.int64)
    mixed = ((runs_of ^ (runs_of >> 7)) * 2_654_435_761 + 97) % _PRIME
    starts = runs.indptr[:-1].astype(np.int64)
    signature = np.empty((len(starts), len(steps)), np.int64)
    for column, (factor, shift) in enumerate(zip(factors, shifts, strict=True)):
        signature[:, column] = np.minimum.reduceat((mixed * factor + shift) % _PRIME, starts)
    return signature


def _candidates(signature: Integers) -> Integers:
    """Pairs of texts that agree in a band, each once; in a band, each with the first that does.

    Texts that agree in a band are joined through the first, not each with each: ten thousand copies
    with a word changed make ten thousand pairs, not fifty million.
    """
    pairs = []
    for band in range(BANDS):
        part = np.ascontiguousarray(signature[:, band * ROWS : (band + 1) * ROWS])
        _, group = np.unique(part.view([("", part.dtype)] * ROWS).ravel(), return_inverse=True)
        order = np.argsort(group, kind="stable")
        ordered = group[order]
        begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        first = np.repeat(order[begins], np.diff(np.r_[begins, len(ordered)]))
        follows = np.r_[-1, order[:-1]]
        begun = np.zeros(len(order), bool)
        begun[begins] = True
        # With the first of its group, and with the one before it: a chain that no step leaves.
        for partner in (first, follows):
            keep = ~begun & (partner != order)
            pairs.append(np.stack((partner[keep], order[keep]), axis=1))
    found = np.sort(np.concatenate(pairs), axis=1)
    return np.unique(found, axis=0)


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _join(parent: list[int], one: int, other: int) -> None:
    one, other = sorted((_root(parent, one), _root(parent, other)))
    parent[other] = one
