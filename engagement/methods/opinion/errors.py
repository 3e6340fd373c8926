"""What can be wrong with what an opinion map is given."""

from __future__ import annotations

from collections.abc import Sequence

from engagement.methods.sortition.errors import Fault

__all__ = ["Fault", "OpinionRefused", "TooFewPeople"]


class OpinionRefused(ValueError):
    """The input cannot be used; ``faults`` holds everything that is wrong with it, in order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class TooFewPeople(ValueError):
    """Of ``needed`` people only ``found`` voted."""

    def __init__(self, found: int, needed: int) -> None:
        super().__init__(found, needed)
        self.found, self.needed = found, needed

    def __str__(self) -> str:
        people = "1 person" if self.found == 1 else f"{self.found} people"
        return (
            f"{people} voted; an opinion map needs at least {self.needed}, since it could tell who "
            "of fewer said what"
        )
