"""Themes: what a corpus of short passages is about, repeatably and without a network.

``split_points`` finds the passages of a contribution, ``find_themes`` groups passages,
``match_themes`` carries the names of an earlier run over to a later one. Importing this package
is cheap: numpy, scipy, scikit-learn and nltk come only when a method runs.
"""

from engagement.methods.themes.errors import (
    NothingInCommon,
    TooFewDistinctPoints,
    TooFewPoints,
)
from engagement.methods.themes.find import find_themes
from engagement.methods.themes.matching import match_themes
from engagement.methods.themes.points import Span, split_points
from engagement.methods.themes.results import MethodCard, Theme, Themes
from engagement.methods.themes.size import (
    LEAST_DISTINCT,
    LEAST_POINTS,
    LEAST_THEMES,
    MOST_THEMES,
    choose_theme_count,
)

__all__ = [
    "LEAST_DISTINCT",
    "LEAST_POINTS",
    "LEAST_THEMES",
    "MOST_THEMES",
    "MethodCard",
    "NothingInCommon",
    "Span",
    "Theme",
    "Themes",
    "TooFewDistinctPoints",
    "TooFewPoints",
    "choose_theme_count",
    "find_themes",
    "match_themes",
    "split_points",
]
