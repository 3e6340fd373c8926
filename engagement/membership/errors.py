"""What can go wrong with the members of a standing panel."""

from __future__ import annotations


class UnknownMember(LookupError):
    """There is no such member, or it is not the asker's to see."""


class UnknownLottery(LookupError):
    """There is no such lottery of this panel."""


class NotAStandingPanel(LookupError):
    """There is no such community panel, or it is not the asker's to see."""


class NotAMember(ValueError):
    """Whoever left, or took their name back, cannot do this: they come back first."""


class DayHasCome(ValueError):
    """A pause must end on a day that is still to come."""


class NotThatMany(ValueError):
    """More are to be drawn than there are; ``there``: how many there are."""

    def __init__(self, there: int) -> None:
        super().__init__(f"there are {there}")
        self.there = there


class NoPopulation(ValueError):
    """A feature is to look like the area, and no figures of the area are known for it."""


class NobodyToAsk(ValueError):
    """Nobody may be asked now."""
