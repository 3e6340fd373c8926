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


class LotteryUnderWay(ValueError):
    """A lottery of this kind is announced and waits for its seed; ``public_id``: which."""

    def __init__(self, public_id: str) -> None:
        super().__init__(public_id)
        self.public_id = public_id


class LotteryOver(ValueError):
    """The lottery was drawn or given up, and waits for no seed."""


class SourceUsed(ValueError):
    """An earlier lottery of the panel named the same source, whose seed may be known; ``number``:
    which lottery."""

    def __init__(self, number: int) -> None:
        super().__init__(f"lottery {number}")
        self.number = number


class NotThatMany(ValueError):
    """More are to be drawn than there are; ``there``: how many there are."""

    def __init__(self, there: int) -> None:
        super().__init__(f"there are {there}")
        self.there = there


class NoPopulation(ValueError):
    """A feature is to look like the area, and no figures of the area are known for it."""


class NobodyToAsk(ValueError):
    """Nobody may be asked now."""
