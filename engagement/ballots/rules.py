"""What a ballot asks, when it can open, and what a vote on it may be: pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engagement.methods.choice.consent import Step
from engagement.methods.choice.rules import Denominator

LONGEST_QUESTION = 300
LONGEST_PROPOSAL = 5_000
LONGEST_OPTION = 200
LONGEST_REASON = 500
"""Most characters of a reason, so that every envelope has one length."""
MOST_OPTIONS = 12
LEAST_VOTES = 5
"""Fewest votes that are counted, or shown of a straw poll as it runs: fewer tell too much."""
DEFAULT_SHARE = 80
"""The share, in whole percent, of members who can live with it that passes."""
CONVENORS = 2


class Kind(StrEnum):
    """How people vote."""

    CONSENT = "consent"
    RANKING = "ranking"
    STRAW = "straw poll"


class State(StrEnum):
    """Where a ballot stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    TALLIED = "tallied"
    VOID = "void"


class Lack(StrEnum):
    """What a ballot lacks before it can open."""

    OPTIONS = "options"
    PEOPLE = "people"
    KEYS = "keys"
    CLOSE = "close"
    QUORUM = "quorum"


@dataclass(frozen=True)
class Plan:
    """A ballot as it is set up.

    ``proposal`` are the words voted on, ``options`` what is ranked or chosen from. ``share`` is in
    whole percent (1 to 100), ``quorum`` a number of ballots (0 or more).
    """

    kind: Kind
    question: str
    proposal: str = ""
    options: tuple[str, ...] = ()
    share: int = DEFAULT_SHARE
    denominator: Denominator = Denominator.VOTES
    quorum: int = 0
    closes_at: datetime | None = None


def state_of(
    opened_at: datetime | None,
    closes_at: datetime | None,
    tallied_at: datetime | None,
    void_at: datetime | None,
    now: datetime,
) -> State:
    """Where a ballot stands at this moment of the database's clock."""
    if void_at is not None:
        return State.VOID
    if tallied_at is not None:
        return State.TALLIED
    if opened_at is None:
        return State.DRAFT
    return State.CLOSED if closes_at is not None and closes_at <= now else State.OPEN


def lacks(plan: Plan, people: int, keys: int, now: datetime) -> list[Lack]:
    """What a ballot lacks before it can open, with so many people and keys."""
    secret = plan.kind is not Kind.STRAW
    checks = {
        Lack.OPTIONS: plan.kind is not Kind.CONSENT and len(plan.options) < 2,
        Lack.PEOPLE: people < (LEAST_VOTES if secret else 1),
        Lack.QUORUM: plan.quorum > people,
        Lack.CLOSE: plan.closes_at is None or plan.closes_at <= now,
        Lack.KEYS: secret and keys < CONVENORS,
    }
    return [lack for lack, missing in checks.items() if missing]


@dataclass(frozen=True)
class Vote:
    """A vote: a step of consent, or options in steps, the best first; neither is an abstention.

    ``reason`` is in the voter's own words.
    """

    step: Step | None = None
    ranking: tuple[tuple[str, ...], ...] = ()
    reason: str = ""

    def fits(self, kind: Kind, options: Sequence[str]) -> bool:
        """Whether a ballot of this kind, with these options, takes it."""
        ranked = [option for step in self.ranking for option in step]
        if len(self.reason) > LONGEST_REASON or any(not step for step in self.ranking):
            return False
        if kind is Kind.CONSENT:
            return not ranked
        known = set(ranked) <= set(options) and len(set(ranked)) == len(ranked)
        return self.step is None and known and (kind is Kind.RANKING or len(ranked) <= 1)

    def packed(self, options: Sequence[str]) -> bytes:
        """The vote as bytes, of one length for every vote on a ballot with these options."""
        told: dict[str, Any] = {
            "step": self.step.value if self.step else None,
            "ranking": [[options.index(one) for one in step] for step in self.ranking],
            "reason": self.reason,
        }
        content = json.dumps(told, ensure_ascii=False).encode()
        return content.ljust(_LENGTH, b" ")

    @classmethod
    def unpacked(cls, content: bytes, options: Sequence[str]) -> Vote:
        """The vote in these bytes."""
        told = json.loads(content)
        return cls(
            Step(told["step"]) if told["step"] else None,
            tuple(tuple(options[one] for one in step) for step in told["ranking"]),
            told["reason"],
        )


# A reason of the widest characters, escaped quotes counted twice, and a full ranking.
_LENGTH = 4 * LONGEST_REASON + 2 * LONGEST_REASON + 200
