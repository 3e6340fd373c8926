"""Who takes part beside who lives there: how shares compare, how active the few are: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST_EXPECTED = 8
"""So many people of a group would be there, at least, if it came as often as it lives there."""
MOST_ACTIVE = 0.05
"""Which part of the people is looked at for how much of all they say."""


class Size(StrEnum):
    """How many of a group take part, beside how many live there."""

    NOBODY = "nobody"
    FAR_FEWER = "far fewer"
    THIRD = "a third"
    HALF = "half"
    FEWER = "fewer"
    ALIKE = "alike"
    MORE = "more"


GAPS = (Size.NOBODY, Size.FAR_FEWER, Size.THIRD, Size.HALF, Size.FEWER)
"""The sizes of groups that are not yet reached."""
_UP_TO = (
    (0.0, Size.NOBODY),
    (0.28, Size.FAR_FEWER),
    (0.42, Size.THIRD),
    (0.6, Size.HALF),
    (0.8, Size.FEWER),
    (1.25, Size.ALIKE),
)


@dataclass(frozen=True)
class Compared:
    """A group's part (0 to 1) of the people here, and of those who live there; ``None`` where it
    cannot be told. ``size`` is ``None`` too where so few are to be expected that chance decides."""

    here: float | None
    there: float | None
    size: Size | None


def compare(
    shown: Sequence[int | None], told: int | None, living: Sequence[int | None]
) -> list[Compared]:
    """Compare groups of people here with those who live there.

    ``shown`` are counts as they may be shown, ``told`` all who said to which group they belong,
    as that may be shown; ``living`` how many of each live there, ``None`` where nobody knows. Only
    what is shown is reckoned with, so that nothing is told beside it.
    """
    known = [place for place, count in enumerate(living) if count is not None]
    whole = sum(living[place] or 0 for place in known)
    apart = [shown[place] for place in range(len(shown)) if living[place] is None]
    people = None
    if told is not None and None not in apart:
        people = told - sum(count or 0 for count in apart)
    found = []
    for place, count in enumerate(shown):
        lives = living[place]
        there = lives / whole if lives is not None and whole else None
        here = min(1.0, count / people) if people and count is not None and there else None
        size = None
        if here is not None and there and people and there * people >= FEWEST_EXPECTED:
            size = size_of(here / there)
        found.append(Compared(here, there, size))
    return found


def size_of(ratio: float) -> Size:
    """How many there are beside what would be even; ``ratio`` is 0 or more."""
    return next((size for most, size in _UP_TO if ratio <= most), Size.MORE)


@dataclass(frozen=True)
class Activity:
    """How much the most active say: so many ``people`` made this ``share`` (0 to 1) of all."""

    people: int
    share: float


def most_active(made: Mapping[int, int]) -> Activity | None:
    """The most active 5% (at least one person) and their share of all contributions.

    ``made`` says how many people made how many: people by number of contributions, from 1 on.
    ``None`` while there are fewer than 20 people.
    """
    people = sum(made.values())
    if people * MOST_ACTIVE < 1:
        return None
    top = left = round(people * MOST_ACTIVE)
    said = 0
    for number in sorted(made, reverse=True):
        taken = min(left, made[number])
        said, left = said + taken * number, left - taken
    return Activity(top, said / sum(number * count for number, count in made.items()))
