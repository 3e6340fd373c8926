"""Where a recommendation stands, and what is voted on: pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from engagement.ballots.rules import State
from engagement.methods.choice.rules import Outcome

LONGEST_TITLE = 200
LONGEST_TEXT = 3_000
LONGEST_EXPECTATION = 500
MOST_EXPECTATIONS = 10
LONGEST_STATEMENT = 2_000


class Stage(StrEnum):
    """Where a recommendation stands."""

    DRAFT = "draft"
    MERGED = "merged"
    VOTING = "put to the vote"
    AGREED = "agreed"
    NOT_AGREED = "not agreed"


CHANGEABLE = (Stage.DRAFT, Stage.NOT_AGREED)
"""Where its words can still be changed."""


def stage_of(*, merged: bool, ballot: State | None, record: dict[str, Any] | None) -> Stage:
    """Where it stands, from its last ballot. Without a result it is a draft again."""
    if merged:
        return Stage.MERGED
    if ballot in (State.DRAFT, State.OPEN, State.CLOSED):
        return Stage.VOTING
    outcome = (record or {}).get("outcome") if ballot is State.TALLIED else None
    return {
        Outcome.PASSED.value: Stage.AGREED,
        Outcome.FAILED.value: Stage.NOT_AGREED,
    }.get(outcome or "", Stage.DRAFT)


def proposal_of(text: str, expectations: Sequence[str], heading: str) -> str:
    """The words that are voted on: the recommendation, and under a heading what it expects."""
    if not expectations:
        return text
    return "\n".join([text, "", heading, *(f"• {one}" for one in expectations)])
