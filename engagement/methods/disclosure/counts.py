"""Counts of people that may be shown: small ones hidden, the others rounded, none to be reckoned.

A table is a list of counts that add up to a total, such as the members of a panel by their answers
to one question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALL, NEAREST = 7, 5


@dataclass(frozen=True)
class ShownCounts:
    """A table as it may be shown: ``None`` stands for a count that is hidden.

    ``total`` is rounded; where it is ``None``, nobody may be told the total, not even roughly.
    """

    cells: tuple[int | None, ...]
    total: int | None

    def share(self, place: int) -> float | None:
        """A count's part of the total (0 to 1), from what is shown and nothing else."""
        count = self.cells[place]
        if count is None or not self.total:
            return None
        return min(1.0, count / self.total)


def shown_count(count: int, *, small: int = SMALL, nearest: int = NEAREST) -> int | None:
    """One count by itself: hidden from 1 to ``small``, else to the ``nearest``, nought as it is."""
    if 1 <= count <= small:
        return None
    return (2 * count + nearest) // (2 * nearest) * nearest


def shown_counts(
    counts: Sequence[int], *, small: int = SMALL, nearest: int = NEAREST
) -> ShownCounts:
    """The table as it may be shown.

    Where one count alone would be hidden, the one after it is hidden too, since the others and the
    total would tell it; and where those hidden could only all be one, or all be ``small``, so is
    another. Whoever knows this rule and the true total then still cannot tell any hidden count.
    Where nothing is left to hide that would help, the total is not told either.
    Raises ``ValueError`` for a count below nought, and for a ``small`` that tells itself.
    """
    if small < 2:
        raise ValueError("hide counts of at least 1 and 2: else a star means one person")
    if any(count < 0 for count in counts):
        raise ValueError("a count of people cannot be below nought")
    hidden = {place for place, count in enumerate(counts) if 1 <= count <= small}
    # The next ones in the table, whatever their size: to choose by size would tell about sizes. A
    # nought only where nothing else is left to hide.
    first = min(hidden, default=0)
    others = sorted(
        (place for place in range(len(counts)) if place not in hidden),
        key=lambda place: (counts[place] == 0, (place - first) % len(counts)),
    )
    while hidden and not _are_open(counts, hidden, small) and others:
        hidden.add(others.pop(0))
    total = shown_count(sum(counts), small=small, nearest=nearest)
    if hidden and not _are_open(counts, hidden, small):
        total = None
    cells = (
        None if place in hidden else shown_count(count, small=small, nearest=nearest)
        for place, count in enumerate(counts)
    )
    return ShownCounts(tuple(cells), total)


def _are_open(counts: Sequence[int], hidden: set[int], small: int) -> bool:
    """Whether what is shown leaves more than one possibility for each hidden count."""
    if len(hidden) < 2:
        return False
    of_these = [counts[place] for place in hidden]
    return len(hidden) < sum(of_these) and not all(count == small for count in of_these)
