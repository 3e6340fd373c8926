"""Intervals for a share and for the change from one share to another, at 95%.

Robert Newcombe, Statistics in Medicine 17 (1998), pages 857 to 890: *Two-sided confidence intervals
for the single proportion*, *Interval estimation for the difference between independent proportions*
and *Improved confidence intervals for the difference between binomial proportions based on paired
data*. All rest on Wilson's score interval, so that they hold for few people and for shares near
none or all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A share, or a change of one, with the ends of its interval; all from -1 to 1."""

    value: float
    low: float
    high: float


def wilson(count: int, people: int) -> Estimate:
    """The share of ``count`` in ``people``. Raises ``ValueError`` for nobody, or more than all."""
    if people < 1 or not 0 <= count <= people:
        raise ValueError(f"{count} of {people} is no share")
    share, square = count / people, Z * Z
    middle = 2 * count + square
    reach = Z * sqrt(square + 4 * count * (1 - share))
    below = 2 * (people + square)
    return Estimate(share, max(0.0, (middle - reach) / below), min(1.0, (middle + reach) / below))


def change_of_others(before: tuple[int, int], after: tuple[int, int]) -> Estimate:
    """The change between different people: each a count and how many people it is of."""
    old, new = wilson(*before), wilson(*after)
    change = new.value - old.value
    low = sqrt((new.value - new.low) ** 2 + (old.high - old.value) ** 2)
    high = sqrt((new.high - new.value) ** 2 + (old.value - old.low) ** 2)
    return Estimate(change, max(-1.0, change - low), min(1.0, change + high))


def change_of_the_same(both: int, gone: int, come: int, neither: int) -> Estimate:
    """The change among the same people: chose it both times, before only, after only, never."""
    people = both + gone + come + neither
    old, new = wilson(both + gone, people), wilson(both + come, people)
    change = new.value - old.value
    together = _correlation(both, gone, come, neither)
    below = (new.value - new.low, old.high - old.value)
    above = (new.high - new.value, old.value - old.low)
    low = sqrt(max(0.0, below[0] ** 2 - 2 * together * below[0] * below[1] + below[1] ** 2))
    high = sqrt(max(0.0, above[0] ** 2 - 2 * together * above[0] * above[1] + above[1] ** 2))
    return Estimate(change, max(-1.0, change - low), min(1.0, change + high))


def _correlation(both: int, gone: int, come: int, neither: int) -> float:
    """How far one answer goes with the other, corrected for chance where they do (method 10)."""
    margins = (both + gone) * (come + neither) * (both + come) * (gone + neither)
    if not margins:
        return 0.0
    people = both + gone + come + neither
    product = both * neither - gone * come
    corrected = max(product - people / 2, 0.0) if product > 0 else float(product)
    return corrected / sqrt(margins)
