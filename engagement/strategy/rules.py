"""How a draft falls into paragraphs, what a link means, and what an answer can be: pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Relation(StrEnum):
    """What a paragraph does with a priority."""

    ADOPTS = "adopts"
    ADOPTS_IN_PART = "adopts in part"
    MENTIONS = "mentions"
    CONTRADICTS = "contradicts"


class Answer(StrEnum):
    """How the partnership answers a priority."""

    ACCEPTED = "accepted"
    IN_PART = "accepted in part"
    DECLINED = "declined"


@dataclass(frozen=True)
class Passage:
    """A paragraph as a draft holds it.

    ``reference`` numbers it by section and place, such as "3.2"; ``heading`` is the nearest
    heading above it.
    """

    reference: str
    heading: str
    text: str


_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_RULE = re.compile(r"(\*\s*){3,}|(-\s*){3,}|(_\s*){3,}")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+")


def split_markdown(text: str) -> list[Passage]:
    """The paragraphs of a Markdown text, in order; a list item is a paragraph of its own.

    Headings are no paragraphs but name those below them. The first level that occurs more than
    once, or else the topmost, gives the numbers of the sections; what stands before the first
    section is section 0.
    """
    blocks = _blocks(text)
    levels = [level for level, _ in blocks if level]
    once = {level for level in levels if levels.count(level) == 1 and level == min(levels)}
    several = [level for level in levels if level not in once]
    section_level = min(several or levels, default=0)
    section = place = 0
    heading = ""
    passages: list[Passage] = []
    for level, words in blocks:
        if level:
            heading = words
            if level <= section_level and level not in once - {section_level}:
                section, place = section + 1, 0
            continue
        place += 1
        passages.append(Passage(f"{section}.{place}", heading, words))
    return passages


def _blocks(text: str) -> list[tuple[int, str]]:
    """Headings with their level, and paragraphs with level 0."""
    blocks: list[tuple[int, str]] = []
    open_block: list[str] = []

    def close() -> None:
        if open_block:
            blocks.append((0, " ".join(" ".join(open_block).split())))
            open_block.clear()

    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        stripped = line.strip().lstrip(">").strip()
        heading = _HEADING.match(stripped)
        if not stripped or _RULE.fullmatch(stripped):
            close()
        elif heading:
            close()
            blocks.append((len(heading[1]), heading[2]))
        elif _ITEM.match(stripped):
            close()
            open_block.append(_ITEM.sub("", stripped, count=1))
        else:
            open_block.append(stripped)
    close()
    return [(level, words) for level, words in blocks if words]


_WORD = re.compile(r"[^\W\d_]{3,}")


def suggest_links(
    paragraphs: Mapping[str, str], priorities: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Pairs of a paragraph and a priority that have at least one word in common.

    ``paragraphs`` maps ids to texts, ``priorities`` ids to the words that tell them apart. Words
    count by their first five letters, so that "wait" and "waiting" meet; from three letters on.
    """
    return [
        (paragraph, priority)
        for paragraph, text in paragraphs.items()
        for priority, words in priorities.items()
        if _beginnings(text) & _beginnings(words)
    ]


def _beginnings(text: str) -> set[str]:
    return {word[:5] for word in _WORD.findall(text.casefold())}


LEAST_ALIKE = 0.6
"""From which share of common characters on a changed paragraph is still the same one."""


def carry_over(before: Sequence[tuple[int, str]], after: Sequence[str]) -> list[int | None]:
    """Which earlier paragraph each of a new version is; ``None`` for a new one.

    ``before`` pairs keys with texts. The same words are the same paragraph wherever they stand;
    of the others, the most alike first, by the ratio of Ratcliff and Obershelp, from 0.6 on.
    """
    free = dict(before)
    found: list[int | None] = [None] * len(after)
    for place, text in enumerate(after):
        same = next((key for key, words in free.items() if words == text), None)
        if same is not None:
            found[place] = same
            del free[same]
    pairs = []
    for place, text in enumerate(after):
        if found[place] is not None:
            continue
        matcher = SequenceMatcher(a="", b=text, autojunk=False)
        for key, words in free.items():
            matcher.set_seq1(words)
            if matcher.quick_ratio() >= LEAST_ALIKE and matcher.ratio() >= LEAST_ALIKE:
                pairs.append((-matcher.ratio(), place, key))
    for _, place, key in sorted(pairs):
        if found[place] is None and key in free:
            found[place] = key
            del free[key]
    return found
