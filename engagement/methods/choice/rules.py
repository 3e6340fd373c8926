"""What is fixed before a ballot opens: who may vote, how many must, and what passes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Denominator(StrEnum):
    """Of whom a share is."""

    VOTES = "votes"  # of those who chose something
    BALLOTS = "ballots"  # of those and who abstained
    ROLL = "roll"  # of everybody who may vote


class Outcome(StrEnum):
    """What a count comes to."""

    PASSED = "passed"
    FAILED = "failed"
    NO_QUORUM = "no quorum"


@dataclass(frozen=True)
class Rules:
    """The rules of one ballot.

    ``roll``: people who may vote, 1 or more. ``quorum``: ballots that must be in, abstentions among
    them, 0 to ``roll``. ``threshold``: the least share that passes, above 0 and up to 1, exact.
    Raises ``ValueError`` for others.
    """

    roll: int
    quorum: int = 0
    threshold: Fraction = Fraction(4, 5)
    denominator: Denominator = Denominator.VOTES

    def __post_init__(self) -> None:
        if self.roll < 1:
            raise ValueError("somebody must be able to vote")
        if not 0 <= self.quorum <= self.roll:
            raise ValueError(f"the quorum must be from 0 to {self.roll}")
        if not 0 < self.threshold <= 1:
            raise ValueError("the threshold must be above 0 and up to 1")

    def base(self, votes: int, abstained: int) -> int:
        """Of how many people a share is. Raises ``ValueError`` for more ballots than people."""
        if votes + abstained > self.roll:
            raise ValueError(f"there are {votes + abstained} ballots of {self.roll} people")
        return {
            Denominator.VOTES: votes,
            Denominator.BALLOTS: votes + abstained,
            Denominator.ROLL: self.roll,
        }[self.denominator]

    def has_quorum(self, votes: int, abstained: int) -> bool:
        """Whether enough ballots are in."""
        return votes + abstained >= self.quorum
