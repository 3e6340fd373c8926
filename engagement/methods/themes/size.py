"""How much is enough to group, and into how many themes."""

from __future__ import annotations

from math import sqrt

LEAST_POINTS, LEAST_DISTINCT = 20, 10
LEAST_THEMES, MOST_THEMES = 2, 60
USUAL_THEMES = 12


def choose_theme_count(n_points: int) -> int:
    """How many themes to look for among ``n_points`` distinct points: 2 to 12.

    A rule of thumb: the square root of the number of points, and twelve from 140 points on. On
    labelled NHS comments agreement hardly changes between 10 and 24 themes, and twelve fit on a
    page. Raises ``ValueError`` where ``n_points`` is negative.
    """
    if n_points < 0:
        raise ValueError(f"n_points must be 0 or more, not {n_points}")
    return min(USUAL_THEMES, max(LEAST_THEMES, round(sqrt(n_points))))
