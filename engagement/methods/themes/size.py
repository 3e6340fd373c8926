"""How much is enough to group, and into how many themes."""

from __future__ import annotations

LEAST_POINTS, LEAST_DISTINCT = 20, 10
LEAST_THEMES, MOST_THEMES = 2, 60
USUAL_THEMES, POINTS_A_THEME = 12, 25


def choose_theme_count(n_points: int) -> int:
    """How many themes to look for among ``n_points`` distinct points: 2 to 12.

    A rule of thumb: one theme for every 25 points, and twelve from 300 points on. On labelled
    NHS comments agreement hardly changes between 10 and 24 themes, and twelve fit on a page.
    Raises ``ValueError`` where ``n_points`` is negative.
    """
    if n_points < 0:
        raise ValueError(f"n_points must be 0 or more, not {n_points}")
    return min(USUAL_THEMES, max(LEAST_THEMES, n_points // POINTS_A_THEME))
