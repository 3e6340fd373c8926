"""Text as a finder reads it: without characters that nobody sees, and with a way back to places.

Someone may write ``07700<zero width space>900123``, full-width digits, or an accent as a character
of its own; whoever looks for a number or a name must find it, and whoever takes it out must take
all of it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_SAME = str.maketrans(
    "\u2018\u2019\u02bc\u2032\u2010\u2011\u2012\u2013\u2212\u00a0", "''''-----\u0020"
)


@dataclass(frozen=True)
class Plain:
    """``text`` to search in; ``starts`` and ``ends`` are each character's place in the original.

    Places count Unicode code points, as Python does.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` (not empty) stands in the original, marks and all."""
        return self.starts[start], self.ends[end - 1]


def plain(text: str) -> Plain:
    """A text to search in: each letter with its marks as one character, one kind of quote and dash.

    Characters without a look of their own (zero width, direction, soft hyphen, variation) are left
    out of ``text`` and belong to the character before them.
    """
    found: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    while place < len(text):
        start = place
        place += 1
        while place < len(text) and _belongs(text[place]):
            place += 1
        seen = "".join(char for char in text[start:place] if not _unseen(char))
        if not seen:  # at the very beginning: nothing before it to belong to
            continue
        for char in _as_one(seen):
            found.append(char)
            starts.append(start)
            ends.append(place)
    return Plain("".join(found), tuple(starts), tuple(ends))


def _unseen(char: str) -> bool:
    return not char.isascii() and (
        unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f" or char == "\u034f"
    )


def _belongs(char: str) -> bool:
    return not char.isascii() and (unicodedata.combining(char) != 0 or _unseen(char))


def _as_one(seen: str) -> str:
    """The cluster as one character where there is one, as it is otherwise."""
    if seen.isascii():
        return seen
    one = unicodedata.normalize("NFKC", seen).translate(_SAME)
    return one if len(one) == 1 else seen.translate(_SAME)
