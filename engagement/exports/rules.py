"""The priority summary as plain content, and its fingerprint: pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True)
class UsedIn:
    """A paragraph that takes a priority up; ``suggested`` until a person has confirmed it."""

    draft: str
    version: int
    reference: str
    text: str
    relation: str
    suggested: bool


@dataclass(frozen=True)
class Answered:
    """The partnership's answer."""

    answer: str
    reason: str
    owner: str
    due_on: date | None
    progress: str


@dataclass(frozen=True)
class PriorityLine:
    """A priority with its evidence, what became of it, and the address of its page."""

    number: int
    title: str
    statement: str
    themes: tuple[str, ...]
    contributions: int
    participants: int
    quotes: tuple[str, ...]
    used_in: tuple[UsedIn, ...]
    answered: Answered | None
    address: str


@dataclass(frozen=True)
class Summary:
    """What a board gets: every priority, and what the figures stand on.

    ``contributions`` and ``participants`` are of the whole corpus.
    """

    partnership: str
    programme: str
    question: str
    contributions: int
    participants: int
    analysed_on: date | None
    run: str
    method: str
    corpus_fingerprint: str
    priorities: Sequence[PriorityLine]

    def fingerprint(self) -> str:
        """SHA-256 (hexadecimal) over all content, in canonical JSON.

        What only says where and when it was made is left out, so that the same words analysed
        again have the same fingerprint: the run, its day, and the addresses of pages.
        """
        told = asdict(self)
        del told["run"], told["analysed_on"]
        for line in told["priorities"]:
            del line["address"]
        content = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(content.encode()).hexdigest()
