"""What a data card tells, and in which formats an activity can be worded: pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

LONGEST_TITLE = 150
LONGEST_WORDS = 600
MOST_FIGURES = 30
"""Most figures on one card."""


class CardOrigin(StrEnum):
    """Where the figure of a data card comes from."""

    REFERENCE = "imported reference data"
    TABLE = "uploaded table"


class WordingFormat(StrEnum):
    """A form in which an activity is worded beside the plain one."""

    TRANSLATION = "translation"
    EASY_READ = "easy read"
    LARGE_PRINT = "large print"
    BSL = "British Sign Language"


@dataclass(frozen=True)
class Figure:
    """One figure: whose, how much (``None``: hidden), of what.

    ``group`` is what it is one part of, such as “age”; empty for a figure by itself.
    """

    name: str
    value: float | None
    unit: str
    group: str = ""

    def plain(self) -> dict[str, Any]:
        """The figure as it is stored."""
        return asdict(self)


@dataclass(frozen=True)
class CardWords:
    """What a person writes on a card; the figures and their source are never typed."""

    title: str
    plain_words: str
    caveat: str

    def clean(self) -> CardWords:
        """The words without needless white space."""
        return CardWords(*(text.strip() for text in (self.title, self.plain_words, self.caveat)))


def number_text(value: float | None) -> str:
    """A number as it is written: 1,234 or 81.5; a hidden one is a star."""
    if value is None:
        return "*"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def figure_text(figure: Figure) -> str:
    """A figure with its unit: 81.5 years, 12%."""
    number = number_text(figure.value)
    return f"{number}%" if figure.unit == "%" else f"{number} {figure.unit}".strip()


def is_web_address(text: str) -> bool:
    """Whether this is the whole address of something on the web, sent safely."""
    parts = urlsplit(text)
    return parts.scheme == "https" and "." in parts.netloc and not re.search(r"\s", text)
