"""What a statement may be, and what a vote says: pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST_STATEMENT = 300
"""Most characters of a statement: it says one thing, to read on a small telephone."""
MOST_SEEDS = 500
"""Most statements that are pasted at once."""
PRIME = 2**31 - 1
TELL_PURPOSE = "tell somebody what came of a conversation"
MAP_PURPOSE = "see what unites and divides groups of people in conversations"
"""What somebody agrees to whose answers about themselves a map may use."""


class Stance(StrEnum):
    """What somebody says about a statement."""

    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"  # noqa: S105 - no password

    @property
    def value_kept(self) -> int:
        """As it is kept: 1, -1 or 0."""
        return {"agree": 1, "disagree": -1, "pass": 0}[self.value]


BY_VALUE = {stance.value_kept: stance for stance in Stance}
COUNTED_IN = {1: "agree", -1: "disagree", 0: "passed"}
"""The column of a statement that counts votes of each value."""


def one_line(text: str) -> str:
    """A statement as it is kept: in one line, single spaces."""
    return " ".join(text.split())


def mixing(key: str) -> tuple[int, int]:
    """Numbers (a, b) by which a(x) + b modulo ``PRIME`` puts statements in an order of one's own.

    ``key`` is a hash in hexadecimal digits, at least 32. a is from 1 to PRIME - 1, b from 0.
    Two different statements rarely share a place (Carter and Wegman 1979, universal hashing).
    """
    return int(key[:16], 16) % (PRIME - 1) + 1, int(key[16:32], 16) % PRIME


@dataclass(frozen=True)
class Voter:
    """Whoever votes: the random token of a browser, or the key of a resident who is signed in.

    The token is not looked at where there is a resident.
    """

    browser: str = ""
    resident_id: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is anybody at all who may have voted."""
        return bool(self.browser) or self.resident_id is not None
