"""Consent: how gladly each member lives with a proposal, on five steps, and whether it passes.

The steps are those of facilitators who look for agreement and not for a majority: who can live with
a proposal consents to it, though they may not like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from engagement.methods.choice.rules import Outcome, Rules


class Step(StrEnum):
    """From the most glad to the least."""

    LOVE = "love"
    LIKE = "like"
    LIVE_WITH = "live with"
    LAMENT = "lament"
    LOATHE = "loathe"


CONSENTS = frozenset({Step.LOVE, Step.LIKE, Step.LIVE_WITH})


@dataclass(frozen=True)
class ConsentCount:
    """A count: people by step, all five there, and who abstained."""

    rules: Rules
    counts: Mapping[Step, int]
    abstained: int

    @property
    def votes(self) -> int:
        """People who chose a step."""
        return sum(self.counts.values())

    @property
    def consenting(self) -> int:
        """People who can live with it, or better."""
        return sum(self.counts[step] for step in CONSENTS)

    @property
    def share(self) -> Fraction | None:
        """Who can live with it or better, of the rules' denominator; ``None`` of nobody."""
        base = self.rules.base(self.votes, self.abstained)
        return Fraction(self.consenting, base) if base else None

    @property
    def outcome(self) -> Outcome:
        """Whether it passes. Where nobody voted, nothing does."""
        if not self.rules.has_quorum(self.votes, self.abstained):
            return Outcome.NO_QUORUM
        share = self.share
        passed = share is not None and self.votes > 0 and share >= self.rules.threshold
        return Outcome.PASSED if passed else Outcome.FAILED


def count_consent(ballots: Iterable[Step | None], rules: Rules) -> ConsentCount:
    """Count ballots, each a step or ``None`` for an abstention.

    Raises ``ValueError`` where there are more of them than people.
    """
    found = Counter(ballots)
    abstained = found.pop(None, 0)
    counted = ConsentCount(rules, {step: found[step] for step in Step}, abstained)
    rules.base(counted.votes, abstained)
    return counted
