"""Names of people in a text, by what stands beside them: titles, kinship, given names, capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from engagement.methods.disclosure.names import (
    CHARITIES,
    DOUBTFUL,
    GIVEN,
    MIDWAY,
    NOT_NAMES,
    PATRONS,
    PEOPLE,
    PLACES,
    RELATIONS,
    SURNAMES,
    TITLES,
)

N_ = str  # marks a sentence for the catalogue of translations

_MARK = "\u0300-\u036f"
_WORD = re.compile(rf"[^\W\d_][\w{_MARK}]*(?:['-][^\W\d_][\w{_MARK}]*)*")
_GAP = re.compile(r"\.?[ \t]{1,3}|,[ \t]")
_SAID_TO = re.compile(
    r"\b(?:spoke (?:to|with)|talked to|met|seen by|saw|told by|treated by|thanks to|thank you,? to|"
    r"looked after by|cared for by|helped by|signed|regards|yours sincerely|work with|works with|"
    r"live with|lives with|my name is|name is|name was|i am called|call me|i'm|i am),? $",
    re.IGNORECASE,
)
_SELF = re.compile(r"\b(?:my name is|name is|name was|i am called|call me),? $", re.IGNORECASE)
_BEFORE_RELATIONS = frozenset(
    """
    my our his her their your lovely the a old elderly social support door late wonderful step key
    """.split()
)
_LOWER_TITLES = frozenset(("mr", "mrs"))


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    begins: bool
    """Whether a sentence begins with it, so that its capital says nothing."""

    @property
    def low(self) -> str:
        return self.text.lower().removesuffix("'s")

    @property
    def given(self) -> str:
        """The word, or the first of two joined ones, as the list of given names spells it."""
        first = self.low.partition("-")[0]
        return "".join(
            c for c in unicodedata.normalize("NFKD", first) if not unicodedata.combining(c)
        )

    @property
    def capital(self) -> bool:
        """Written as a name is: one capital and then small letters, or ``McKay``, ``O'Brien``."""
        return self.text[0].isupper() and not self.text.isupper() and len(self.text) > 1

    @property
    def name_end(self) -> int:
        return self.end - 2 if self.text.lower().endswith("'s") else self.end


def find_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and reason of each passage that may be somebody's name; titles are part of it."""
    words = [_word(text, match) for match in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        found = _name_at(text, words, at)
        if found is None:
            at += 1
            continue
        first, last, why = found
        yield words[first].start, words[last].name_end, why
        at = last + 1


def _word(text: str, match: re.Match[str]) -> _Word:
    before = text[: match.start()].rstrip(" \t\"'(*-")
    begins = not before or before[-1] in ".!?:;\n\u2022\u2026"
    return _Word(match[0], match.start(), match.end(), begins)


def _name_at(text: str, words: list[_Word], at: int) -> tuple[int, int, str] | None:
    """First and last word of a name that begins with word ``at``, and why it is one."""
    word, before = words[at], words[at - 1] if at else None
    if word.low in TITLES and _titled(text, words, at):
        return at, _capitals_from(text, words, at + 1, 2), N_("A title and a name")
    if before is not None and before.low in PATRONS and not _related(text, words, at):
        return None
    if _related(text, words, at) and _may_be_name(word):
        last = _capitals_from(text, words, at, 2)
        if last == at and word.given in GIVEN and _surname_after(text, words, at):
            last = at + 1
        if not _of_place(text, words, last):
            return at, last, N_("A name after a word for somebody")
    if word.given in GIVEN and (word.text[0].isupper() or _surname_after(text, words, at)):
        last = at if word.text.isupper() else _capitals_from(text, words, at, 2)
        if last == at and _surname_after(text, words, at):
            last = at + 1
        if not _of_place(text, words, last) and not _of_charity(words, at):
            return at, last, N_("A common given name")
    if not word.capital or word.low in NOT_NAMES:
        return None
    last = _capitals_from(text, words, at, 2)
    two = last > at
    if _of_charity(words, at):
        return None
    alone = word.low in MIDWAY and not word.begins
    if (alone or (two and word.low in DOUBTFUL)) and not _of_place(text, words, last):
        return at, last, N_("A common given name")
    said_to = _SAID_TO.search(text[: word.start][-40:])
    told = said_to and (two or _SELF.search(text[: word.start][-40:]) or word.low in DOUBTFUL)
    if told and not _of_place(text, words, last):
        return at, last, N_("Capitals after words that stand before names")
    return None


def _joined(text: str, words: list[_Word], at: int) -> bool:
    """Whether word ``at`` follows the one before with nothing but a space (or an initial's dot)."""
    if not 0 < at < len(words):
        return False
    gap = text[words[at - 1].end : words[at].start]
    return gap in (" ", "  ", "-", "\u00a0") or (gap == ". " and len(words[at - 1].text) <= 2)


def _capitals_from(text: str, words: list[_Word], at: int, most: int) -> int:
    """The last of up to ``most`` more words that read as one name with word ``at``."""
    last = at
    for place in range(at + 1, min(at + 1 + most, len(words))):
        word = words[place]
        initial = len(word.text) == 1 and word.text.isupper() and word.text != "I"
        same_case = word.capital or initial or (words[at].text.isupper() and word.text.isupper())
        if not _joined(text, words, place) or not same_case or word.low in NOT_NAMES:
            break
        last = place
        if word.text.lower().endswith("'s"):
            break
    return last


def _may_be_name(word: _Word) -> bool:
    if word.given in GIVEN:
        return True
    return word.capital and word.low not in NOT_NAMES and word.low not in TITLES


def _titled(text: str, words: list[_Word], at: int) -> bool:
    """Whether word ``at`` is a title with a name after it."""
    if at + 1 >= len(words):
        return False
    title, name = words[at], words[at + 1]
    gap = text[title.end : name.start]
    if gap not in (" ", ". ", "  ", "."):
        return False
    if name.low in NOT_NAMES or name.low in TITLES or name.low in PLACES:
        return False
    if name.low in PEOPLE or len(name.text) < 2:
        return False
    if name.capital or (title.text.isupper() and name.text.isupper()):
        # "Sister Mary" and "a nurse Mary", but not "Ward Sister. Mary's"
        return not (
            gap.startswith(".") and title.low not in ("mr", "mrs", "ms", "dr", "prof", "rev")
        )
    return title.low in _LOWER_TITLES or (title.low == "dr" and name.low in SURNAMES)


def _related(text: str, words: list[_Word], at: int) -> bool:
    """Whether "my neighbour", "a nurse called" or the like stands before word ``at``."""
    if at < 2:
        return False
    before, two_before = words[at - 1], words[at - 2]
    gap = text[before.end : words[at].start]
    if gap not in (" ", ", ", " (", "  "):
        return False
    if before.low in ("called", "named"):
        return two_before.low in PEOPLE
    if before.low in ("is", "was") and two_before.low == "name":
        return True
    kin = before.low in RELATIONS and not before.text.isupper()
    return kin and two_before.low in _BEFORE_RELATIONS


def _of_charity(words: list[_Word], at: int) -> bool:
    """Whether it is Marie Curie, Sue Ryder or the like, who nurse many."""
    return at + 1 < len(words) and (words[at].low, words[at + 1].low) in CHARITIES


def _surname_after(text: str, words: list[_Word], at: int) -> bool:
    return _joined(text, words, at + 1) and words[at + 1].low in SURNAMES


def _of_place(text: str, words: list[_Word], last: int) -> bool:
    """Whether a passage that ends with word ``last`` names a place: "Elizabeth Hospital"."""
    if words[last].low in PLACES:
        return True
    if not _joined(text, words, last + 1) or words[last + 1].low not in PLACES:
        return False
    return words[last + 1].text[0].isupper() or not words[last].text.lower().endswith("'s")
