"""Consent: passes at exactly its threshold, of exactly whom the rules say."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engagement.methods.choice.consent import Step, count_consent
from engagement.methods.choice.rules import Denominator, Outcome, Rules

GLAD, SAD = Step.LIVE_WITH, Step.LAMENT


def test_it_passes_at_its_threshold_and_not_below() -> None:
    rules = Rules(roll=24)
    assert count_consent([GLAD] * 16 + [SAD] * 4, rules).outcome is Outcome.PASSED
    assert count_consent([GLAD] * 15 + [SAD] * 4, rules).outcome is Outcome.FAILED
    thirds = Rules(roll=9, threshold=Fraction(2, 3))
    assert count_consent([GLAD] * 6 + [SAD] * 3, thirds).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("denominator", "share", "outcome"),
    [
        (Denominator.VOTES, Fraction(8, 9), Outcome.PASSED),
        (Denominator.BALLOTS, Fraction(8, 10), Outcome.PASSED),
        (Denominator.ROLL, Fraction(8, 12), Outcome.FAILED),
    ],
)
def test_of_whom_the_share_is(denominator: Denominator, share: Fraction, outcome: Outcome) -> None:
    ballots = [Step.LOVE, Step.LIKE, *[GLAD] * 6, SAD, None]
    counted = count_consent(ballots, Rules(roll=12, denominator=denominator))
    assert (counted.share, counted.outcome) == (share, outcome)
    assert (counted.votes, counted.abstained, counted.consenting) == (9, 1, 8)


def test_without_a_quorum_nothing_is_decided() -> None:
    rules = Rules(roll=24, quorum=16)
    assert count_consent([GLAD] * 15, rules).outcome is Outcome.NO_QUORUM
    assert count_consent([GLAD] * 15 + [None], rules).outcome is Outcome.PASSED


@pytest.mark.parametrize("denominator", Denominator)
def test_where_nobody_chose_nothing_passes(denominator: Denominator) -> None:
    rules = Rules(roll=3, denominator=denominator)
    assert count_consent([None, None], rules).outcome is Outcome.FAILED
    assert count_consent([], rules).outcome is Outcome.FAILED


def test_more_ballots_than_people_are_refused() -> None:
    with pytest.raises(ValueError, match="3 ballots of 2 people"):
        count_consent([GLAD, SAD, None], Rules(roll=2))


@pytest.mark.parametrize(
    "wrong",
    [
        {"roll": 0},
        {"roll": 2, "quorum": 3},
        {"roll": 2, "quorum": -1},
        {"roll": 2, "threshold": Fraction(0)},
        {"roll": 2, "threshold": Fraction(9, 8)},
    ],
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Rules(**wrong)  # type: ignore[arg-type]
