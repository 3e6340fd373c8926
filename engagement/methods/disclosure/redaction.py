"""Taking passages out of a text: a mark stands where each was, and nothing of it is left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engagement.methods.disclosure.plain import plain


@dataclass(frozen=True)
class Cut:
    """``text[start:end]`` (code points) is to give way to ``mark``."""

    start: int
    end: int
    mark: str


def take_out(text: str, cuts: Iterable[Cut]) -> tuple[str, tuple[Cut, ...]]:
    """The text with every cut made, and the cuts as they were made: in order, none overlapping.

    Cuts that touch each other or overlap are made as one, under the mark of the first of them.
    Raises ``ValueError`` for a cut outside the text, or of nothing.
    """
    made: list[Cut] = []
    for cut in sorted(cuts, key=lambda one: (one.start, -one.end)):
        if not 0 <= cut.start < cut.end <= len(text):
            raise ValueError(f"no passage from {cut.start} to {cut.end}")
        if made and cut.start <= made[-1].end:
            last = made.pop()
            cut = Cut(last.start, max(last.end, cut.end), last.mark)
        made.append(cut)
    parts, at = [], 0
    for cut in made:
        parts += [text[at : cut.start], cut.mark]
        at = cut.end
    return "".join([*parts, text[at:]]), tuple(made)


def moved(place: int, cuts: Sequence[Cut], *, is_end: bool = False) -> int:
    """Where a place of the text before stands after ``cuts``, which ``take_out`` made.

    A place within a cut goes before its mark, or after it where it ends a passage.
    """
    shift = 0
    for cut in cuts:
        if place <= cut.start:
            break
        if place < cut.end:
            return cut.start + shift + (len(cut.mark) if is_end else 0)
        shift += len(cut.mark) - (cut.end - cut.start)
    return place + shift


def find_passages(text: str, words: str, mark: str) -> list[Cut]:
    """A cut wherever these words stand in a text, whatever their capitals and white space.

    Characters that nobody sees are looked past, in the text and in the words.
    """
    sought = plain(words).text.split()
    if not sought:
        return []
    seen = plain(text)
    pattern = re.compile(r"\s+".join(re.escape(word) for word in sought), re.IGNORECASE)
    return [Cut(*seen.back(*match.span()), mark) for match in pattern.finditer(seen.text)]
