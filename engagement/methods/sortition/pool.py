"""What a selection begins with: targets, the people who may be drawn, and rules about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Answers = tuple[str | None, ...]


@dataclass(frozen=True)
class Target:
    """The least and the most seats for people who share one value of a feature.

    ``least_flex`` to ``most_flex`` is how far an organiser is willing to go when the targets
    cannot all be met; by default, any number.
    """

    feature: str
    value: str
    least: int
    most: int
    least_flex: int = 0
    most_flex: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            raise ValueError(
                f"{self.feature}, {self.value}: the least seats ({self.least}) must be 0 or more, "
                f"and at most the most seats ({self.most})"
            )

    def __str__(self) -> str:
        return f"{self.feature} {self.value}"


@dataclass(frozen=True)
class Targets:
    """All targets of a panel; ``features`` in order of first mention."""

    rows: tuple[Target, ...]
    features: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if len({(row.feature, row.value) for row in self.rows}) < len(self.rows):
            raise ValueError("a value of a feature has two targets")
        object.__setattr__(self, "features", tuple(dict.fromkeys(r.feature for r in self.rows)))


class Registrant(NamedTuple):
    """One person of a pool."""

    id: str
    answers: Answers
    household: str | None


@dataclass(frozen=True)
class Pool:
    """The registrants.

    ``ids``: n different texts. ``answers``: for each person one value for each feature, in the
    order of ``features``; None is unstated. ``households``: who cannot sit together shares a
    text; None lives alone, or where nobody else registered.
    """

    features: tuple[str, ...]
    ids: tuple[str, ...]
    answers: tuple[Answers, ...]
    households: tuple[str | None, ...]

    def __post_init__(self) -> None:
        if len(set(self.ids)) < len(self.ids):
            raise ValueError("two registrants have the same id")
        if not len(self.ids) == len(self.answers) == len(self.households):
            raise ValueError("ids, answers and households differ in number")
        if any(len(answers) != len(self.features) for answers in self.answers):
            raise ValueError("a registrant has not one answer for each feature")

    def __iter__(self) -> Iterator[Registrant]:
        return map(Registrant, self.ids, self.answers, self.households)

    def counts(self) -> dict[str, Counter[str | None]]:
        """For each feature, how many gave each answer; None is unstated."""
        return {
            feature: Counter(answers[place] for answers in self.answers)
            for place, feature in enumerate(self.features)
        }


@dataclass(frozen=True)
class Rules:
    """Who has to be, cannot be, or already is on the panel: ids of the pool.

    ``seated`` people hold a seat: they count towards size, targets and their household, and are
    not drawn again. ``excluded`` people are left out altogether.
    """

    must_include: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    seated: frozenset[str] = frozenset()
