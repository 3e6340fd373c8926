"""Tables of counts with hidden cells: whether somebody could reckon a hidden one.

A table has one or more parts, each a way of dividing the same people, such as by age and by sex.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from engagement.methods.disclosure.counts import SMALL

NO_BOUND = 10**12
"""More people than any table counts."""


@dataclass(frozen=True)
class Part:
    """One way of dividing people: counts, ``None`` where hidden; ``total`` of them, where told."""

    cells: tuple[int | None, ...]
    total: int | None = None

    @property
    def shown(self) -> int:
        """What the shown cells add up to."""
        return sum(cell for cell in self.cells if cell is not None)

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return self.cells.count(None)


def can_be_reckoned(parts: Sequence[Part], *, small: int = SMALL) -> bool:
    """Whether a hidden count, or one that is left out, follows from what is shown.

    Whoever reckons may know that parts divide the same people, that a hidden count is at least 1,
    and that it is at most ``small`` (or, where others were hidden to protect it, that it may be
    more). A few who are in no cell at all (1 to ``small``) are a hidden count too. Parts that
    cannot divide the same people are looked at each by itself. Any three are looked at together.
    """
    return any(
        _together(some, small)
        for size in range(1, min(3, len(parts)) + 1)
        for some in combinations(parts, size)
    )


def _together(parts: Sequence[Part], small: int) -> bool:
    told = {part.total for part in parts if part.total is not None}
    summed = {part.shown for part in parts if not part.hidden}
    if any(1 <= total - shown <= small for total in told for shown in summed):
        return True
    totals = told | {part.shown for part in parts if not part.hidden and part.total is None}
    hiding = [part for part in parts if part.hidden]
    if not hiding or len(totals) > 1:
        return False
    return any(_one_way(hiding, totals, most) for most in (small, NO_BOUND))


def _one_way(hiding: Sequence[Part], totals: set[int], most: int) -> bool:
    """Whether some hidden count, all being from 1 to ``most``, can have one value only."""
    lowest = max(part.shown + part.hidden for part in hiding)
    highest = min(part.shown + part.hidden * most for part in hiding)
    for total in totals:
        lowest, highest = max(lowest, total), min(highest, total)
    if lowest != highest:
        return False  # no total fits, so they are no such parts; or several do
    rests = [(part.hidden, lowest - part.shown) for part in hiding]
    return any(hidden == 1 or rest in (hidden, hidden * most) for hidden, rest in rests)
