"""How an audit chain is linked and checked: pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

FIRST_HASH = "0" * 64
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


class ActorKind(StrEnum):
    """Who made a change."""

    STAFF = "staff"
    RESIDENT = "resident"
    VISITOR = "visitor"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True)
class Link:
    """One entry as it enters its hash."""

    sequence: int
    at: datetime
    actor_kind: ActorKind
    actor_id: str
    action: str
    object_kind: str
    object_id: str
    facts: dict[str, Any]
    sealed_digest: str | None
    previous_hash: str
    entry_hash: str = ""

    def computed_hash(self) -> str:
        """SHA-256 (hexadecimal) over every field but the hash itself, in canonical JSON."""
        return hashlib.sha256(
            json.dumps(
                [
                    self.sequence,
                    self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                    self.actor_kind.value,
                    self.actor_id,
                    self.action,
                    self.object_kind,
                    self.object_id,
                    self.facts,
                    self.sealed_digest,
                    self.previous_hash,
                ],
                ensure_ascii=True,
                sort_keys=True,
                separators=(",", ":"),
            ).encode()
        ).hexdigest()


@dataclass(frozen=True)
class Head:
    """The last link of a chain: its number and hash. Published, it betrays a cut tail."""

    sequence: int
    entry_hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.entry_hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read ``NUMBER:HASH``; raises ``ValueError`` in words that say what is expected."""
        written = _HEAD.fullmatch(text.strip().lower())
        if written is None:
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
        return cls(int(written[1]), written[2])


START = Head(0, FIRST_HASH)


@dataclass(frozen=True)
class Fault:
    """Where a chain does not hold, in words."""

    sequence: int
    problem: str


def seal_digest(salt: str, words: str) -> str:
    """The salted digest that stands in an entry for personal words."""
    return hashlib.sha256(f"{salt}:{words}".encode()).hexdigest()


class ChainCheck:
    """Walks a chain link by link, in order of sequence, collecting every fault.

    ``known`` are heads that were published earlier: the chain must still pass through them.
    """

    def __init__(self, start: Head = START, known: Iterable[Head] = ()) -> None:
        self.head = start
        self.faults: list[Fault] = []
        self._known: dict[int, set[str]] = defaultdict(set)
        for head in known:
            self._known[head.sequence].add(head.entry_hash)

    def follow(self, link: Link) -> None:
        """Check the next link against the one before it and against its own hash."""
        expected = self.head.sequence + 1
        if link.sequence != expected:
            self._fault(link.sequence, f"entry {expected} should stand here: missing or moved")
        if link.previous_hash != self.head.entry_hash:
            self._fault(link.sequence, "does not follow from the entry before it")
        if link.computed_hash() != link.entry_hash:
            self._fault(link.sequence, "was changed after it was written")
        if self._known.pop(link.sequence, set()) - {link.entry_hash}:
            self._fault(link.sequence, "is not the entry whose hash was published")
        self.head = Head(link.sequence, link.entry_hash)

    def finish(self, stored: Head) -> list[Fault]:
        """End the walk: the stored head and every published one must have been passed."""
        if stored != self.head:
            self._fault(stored.sequence, "the stored head is not the last entry: the tail was cut")
        for sequence in sorted(self._known):
            if sequence > self.head.sequence:
                self._fault(sequence, "was published as a head and is gone: the tail was cut")
        return self.faults

    def _fault(self, sequence: int, problem: str) -> None:
        self.faults.append(Fault(sequence, problem))
