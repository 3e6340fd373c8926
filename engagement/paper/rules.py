"""Codes of forms on paper, and what two people typed differently: pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from engagement.accounts.credentials import CODE_ALPHABET, normalise_code
from engagement.contributions.rules import Speaker
from engagement.programmes.rules import ActivityKind

KINDS = (
    ActivityKind.OPEN_CONVERSATION,
    ActivityKind.SESSION_SERIES,
    ActivityKind.DRAFT_CONSULTATION,
)
"""The activities that are answered by a form on paper."""
MOST_FORMS = 500
"""Most forms of one batch."""
ILLEGIBLE = "[illegible]"
"""What stands for a word that cannot be read."""
CODE_LETTERS = 8
_SPACE = re.compile(r"\s+")


class FormState(StrEnum):
    """Where a form stands. ``TYPED_TWICE``: the two differ, and somebody decides."""

    PRINTED = "printed"
    TYPED_ONCE = "typed once"
    TYPED_TWICE = "typed twice"
    AGREED = "agreed"
    BLANK = "blank"
    SPOILED = "spoiled"
    TAKEN_BACK = "taken back"


class Outcome(StrEnum):
    """What is on a form that came back."""

    FILLED = "filled in"
    BLANK = "blank"
    SPOILED = "spoiled"


@dataclass(frozen=True)
class Typed:
    """What somebody typed of a form. ``said_on`` is empty where the form does not say."""

    outcome: Outcome = Outcome.FILLED
    words: str = ""
    place: str = ""
    speaker: Speaker = Speaker.RESIDENT
    may_quote: bool = False
    said_on: date | None = None


def make_code(choose: Callable[[str], str]) -> str:
    """A code for a form, of seven letters that ``choose`` picks and one that proves them."""
    letters = [choose(CODE_ALPHABET) for _place in range(CODE_LETTERS - 1)]
    proof = CODE_ALPHABET[_times(_remainder(letters))]
    return normalise_code("".join([*letters, proof]))


def is_code(typed: str) -> bool:
    """Whether a typed code can be one: one wrong letter, or two that changed places, is noticed."""
    letters = normalise_code(typed).replace("-", "")
    fits = len(letters) == CODE_LETTERS and all(letter in CODE_ALPHABET for letter in letters)
    return fits and _remainder(letters) == 0


def _remainder(letters: str | list[str]) -> int:
    """The letters as a polynomial over the field of 32 elements, at a generator of it."""
    value = 0
    for letter in letters:
        value = _times(value) ^ CODE_ALPHABET.index(letter)
    return value


def _times(value: int) -> int:
    """Five bits, times x, modulo x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def same_words(first: str, second: str) -> bool:
    """Whether two texts are the same but for spaces and line ends."""
    return _SPACE.sub(" ", first).strip() == _SPACE.sub(" ", second).strip()


def differing(first: Typed, second: Typed) -> list[str]:
    """The names of what two people typed differently, in the order of the form.

    Where both say that a form is blank or spoiled, the rest does not matter.
    """
    if first.outcome == second.outcome != Outcome.FILLED:
        return []
    found = []
    for one in fields(Typed):
        mine, theirs = getattr(first, one.name), getattr(second, one.name)
        alike = same_words(mine, theirs) if type(mine) is str else mine == theirs
        if not alike:
            found.append(one.name)
    return found


@dataclass(frozen=True)
class Piece:
    """A run of words; ``differs`` where the other text has something else here."""

    words: str
    differs: bool


def compared(first: str, second: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, with the words that only one of them has marked."""
    mine, theirs = first.split(), second.split()
    here: list[Piece] = []
    there: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        differs = kind != "equal"
        if i2 > i1:
            here.append(Piece(" ".join(mine[i1:i2]), differs))
        if j2 > j1:
            there.append(Piece(" ".join(theirs[j1:j2]), differs))
    return here, there
