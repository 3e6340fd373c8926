"""The one source of chance: SHA-256 of a seed and a counter, with rejection."""

from __future__ import annotations

import hashlib
from collections.abc import MutableSequence
from typing import Any

BLOCK = 2**64


class Chance:
    """Numbers that follow from ``seed`` alone, the same on every machine and in every language.

    Draw number ``c`` (from 0) is the first 8 bytes, big endian, of
    ``SHA-256(seed ‖ ":" ‖ c in decimal)``, the seed as UTF-8.
    """

    def __init__(self, seed: str) -> None:
        if not seed:
            raise ValueError("a seed cannot be empty")
        self._seed = seed.encode()
        self._counter = 0

    def below(self, bound: int) -> int:
        """A whole number from 0 to ``bound - 1``, each equally likely; ``bound``: 1 to 2**64.

        A draw at or above the largest multiple of ``bound`` is thrown away and the next one
        taken, so that no number comes up more often than another.
        """
        if not 1 <= bound <= BLOCK:
            raise ValueError(f"bound must be 1 to 2**64, not {bound}")
        while True:
            number = self._next()
            if number < BLOCK - BLOCK % bound:
                return number % bound

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Put ``items`` in an order of which each is equally likely (Fisher and Yates)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]

    def _next(self) -> int:
        digest = hashlib.sha256(self._seed + b":%d" % self._counter).digest()
        self._counter += 1
        return int.from_bytes(digest[:8], "big")
