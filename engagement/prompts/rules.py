"""What a data card is made from, and in which formats an activity can be worded: pure."""

from __future__ import annotations

from enum import StrEnum


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
