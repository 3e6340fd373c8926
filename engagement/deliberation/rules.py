"""Where a recommendation stands and what is voted on; made-up names; evaluation: pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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


# Made-up names, under which members read each other

_COLOURS = (
    *("Amber", "Ash", "Blue", "Bronze", "Copper", "Coral", "Golden", "Green", "Grey", "Indigo"),
    *("Ivory", "Jade", "Lilac", "Olive", "Pearl", "Plum", "Red", "Rose", "Russet", "Sandy"),
    *("Silver", "Teal", "Violet", "White"),
)
_BIRDS = (
    *("Avocet", "Bittern", "Bunting", "Curlew", "Dipper", "Dunlin", "Falcon", "Finch", "Gannet"),
    *("Goldcrest", "Goose", "Grebe", "Harrier", "Heron", "Kestrel", "Kingfisher", "Lapwing"),
    *("Linnet", "Martin", "Merlin", "Nightjar", "Nuthatch", "Osprey", "Owl", "Petrel", "Pipit"),
    *("Plover", "Puffin", "Redstart", "Robin", "Sandpiper", "Siskin", "Skylark", "Starling"),
    *("Swallow", "Swan", "Swift", "Tern", "Thrush", "Wagtail", "Warbler", "Wren"),
)
NAMES = len(_COLOURS) * len(_BIRDS)


def made_up_name(number: int, taken: Collection[str]) -> str:
    """A name such as "Amber Heron" that nobody has: the one of this number, or the next free one.

    Once all are taken they begin again with a number, such as "Amber Heron 2".
    """
    for step in range(len(taken) + 1):
        again, place = divmod(step, NAMES)
        bird, colour = divmod((number + place) % NAMES, len(_COLOURS))
        name = f"{_COLOURS[colour]} {_BIRDS[bird]}" + (f" {again + 1}" if again else "")
        if name not in taken:
            return name
    raise AssertionError("one name more than are taken was tried")


# Evaluation


class EvaluationPart(StrEnum):
    """Who evaluates, and when."""

    BEFORE = "members before"
    AFTER = "members after"
    ORGANISER = "organisers"
    OBSERVER = "independent observer"


MEMBERS = (EvaluationPart.BEFORE, EvaluationPart.AFTER)
MARKS = ("1", "2", "3", "4", "5")
"""From "disagree strongly" to "agree strongly"."""
CHECKS = ("yes", "partly", "no")
"""What an observer says of an item of the checklist."""
_OF_MEMBERS = ("information", "voice", "respect", "influence", "fatigue", "trust")
ITEMS: dict[EvaluationPart, tuple[str, ...]] = {
    EvaluationPart.BEFORE: _OF_MEMBERS,
    EvaluationPart.AFTER: _OF_MEMBERS,
    EvaluationPart.ORGANISER: (
        *("recruitment", "time", "balance", "independence", "support", "commitment"),
    ),
    EvaluationPart.OBSERVER: (
        *("open question", "each side", "all heard", "no steering", "time to weigh"),
        *("own words", "record", "dissent"),
    ),
}
"""The standard items of each part: the same for members before and after."""
LEAST_REPLIES = 5
"""From so many replies on, how they fall is shown; never crossed with anything."""


def marks_of(part: EvaluationPart) -> tuple[str, ...]:
    """What can be said of an item."""
    return CHECKS if part is EvaluationPart.OBSERVER else MARKS


def cleaned(part: EvaluationPart, marks: Mapping[str, str]) -> dict[str, str]:
    """The marks that the part has, of the items that it has; an item may be left out."""
    allowed = marks_of(part)
    return {item: marks[item] for item in ITEMS[part] if marks.get(item) in allowed}


def asked_now(closed: Sequence[bool]) -> EvaluationPart | None:
    """Which part members answer now; ``closed`` says of each round that was opened whether it is
    closed, and false of each that was not.

    The first until a round is closed, the second once the last but one is; none in between. Where
    there is one round alone the second begins when it is closed.
    """
    if not any(closed):
        return EvaluationPart.BEFORE
    return EvaluationPart.AFTER if all(closed[:-1]) else None
