"""Names for themes: the words that set each apart from the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engagement.methods.themes.words import terms

MOST_WORDS = 3


def label_themes(
    texts: Sequence[str], assignment: NDArray[np.int64], most: int = MOST_WORDS
) -> list[tuple[str, ...]]:
    """Label each theme with up to ``most`` words or two-word phrases, the most telling first.

    ``texts``: m distinct passages; ``assignment``: (m,) their themes, 0 to k - 1. A term is worth
    its share of the theme's words times log(1 + A / f): A the mean number of words a theme, f how
    often the term occurs at all; a passage counts a term once. Each term goes to the theme that
    it is worth most to, no stem stands twice in a label, ties go by the alphabet. Terms appear as
    they were most often written, in small letters unless mostly written in capitals.

    Source: class-based TF-IDF, Grootendorst 2022, BERTopic (arXiv:2203.05794).
    Raises ``ValueError`` where ``texts`` and ``assignment`` differ in length.
    """
    if len(texts) != len(assignment):
        raise ValueError("assignment must have one theme for each of texts")
    k = int(assignment.max(initial=-1)) + 1
    counts: list[Counter[str]] = [Counter() for _ in range(k)]
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, theme in zip(texts, assignment.tolist(), strict=True):
        found = set(terms(text))
        counts[theme].update({term.stem for term in found})
        for term in found:
            written[term.stem][term.surface] += 1
    chosen = _choose(_worths(counts), k, most)
    return [tuple(_shown(written[stem]) for stem in stems) for stems in chosen]


def _worths(counts: Sequence[Counter[str]]) -> list[tuple[float, str, int]]:
    """(minus the worth, term, theme), the greatest worth first; terms met once are left out."""
    totals: Counter[str] = Counter()
    for theme in counts:
        totals.update(theme)
    mean = sum(totals.values()) / max(len(counts), 1)
    rarity = {stem: float(np.log1p(mean / total)) for stem, total in totals.items()}
    # Rounded, so that worths that are equal on paper are ties here too.
    return sorted(
        (-round(count / theme.total() * rarity[stem], 12), stem, label)
        for label, theme in enumerate(counts)
        for stem, count in theme.items()
        if totals[stem] > 1
    )


def _choose(worths: Sequence[tuple[float, str, int]], k: int, most: int) -> list[list[str]]:
    chosen: list[list[str]] = [[] for _ in range(k)]
    taken: set[str] = set()
    for so_many in (1, most):  # a first word for everybody comes before anybody's second
        for _worth, stem, theme in worths:
            said = {part for other in chosen[theme] for part in other.split()}
            if len(chosen[theme]) < so_many and stem not in taken and not said & set(stem.split()):
                chosen[theme].append(stem)
                taken.add(stem)
    return chosen


def _shown(surfaces: Counter[str]) -> str:
    """The most frequent way of writing; capitals only where most wrote capitals (GP, A&E)."""
    small: Counter[str] = Counter()
    for surface, count in surfaces.items():
        small[surface.casefold()] += count
    shown = min(small, key=lambda surface: (-small[surface], surface))
    capitals = surfaces[shown.upper()]
    return shown.upper() if 2 * capitals > small[shown] else shown
