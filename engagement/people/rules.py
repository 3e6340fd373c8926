"""What holds for residents: pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class ContactBy(StrEnum):
    """How a resident wants to hear from us."""

    NOBODY = "do not contact me"
    EMAIL = "email"
    PHONE = "phone"
    POST = "post"


class GivenHow(StrEnum):
    """By which way a consent was given."""

    ONLINE = "online"
    PHONE = "phone"
    PAPER = "paper"


LETTER_CODE_LIFE = timedelta(days=120)
MEMBER_CODE_LIFE = timedelta(days=3 * 365)
SHORTEST_RETURN_WORD = 4
LONGEST_RETURN_WORD = 100
PROFILE_PURPOSE = "see who is taking part, and who is not"


def normal_return_word(typed: str) -> str:
    """A return word as it is compared: small letters, single spaces."""
    return " ".join(typed.casefold().split())
