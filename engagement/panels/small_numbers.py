"""Counts of people as this installation may show them: its own bounds for what is small."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from engagement.config import Config
from engagement.methods.disclosure.counts import ShownCounts, shown_counts


def bounds() -> tuple[int, int]:
    """Up to which count a star stands, and to what the others are rounded."""
    config: Config = current_app.extensions["engagement"]
    return config.small_counts, config.round_counts_to


def shown(counts: Sequence[int]) -> ShownCounts:
    """The table as it may be shown; see ``shown_counts``."""
    small, nearest = bounds()
    return shown_counts(counts, small=small, nearest=nearest)
