"""What can go wrong with recommendations."""


class UnknownRecommendation(Exception):
    """There is no such recommendation, expectation or statement here."""


class Locked(Exception):
    """The words were agreed, or are put to the vote, or stand in another; they stay as they are."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the words; the message is the number of the wording that stands."""


class UnknownContribution(Exception):
    """No contribution of the programme has this reference; the message is the reference."""


class CannotMerge(Exception):
    """A recommendation is not merged into itself, nor into one that is merged."""


class UnknownRound(Exception):
    """There is no such round here."""


class RoundStands(Exception):
    """The round was opened, or is closed: this cannot be done any more."""


class OutputsMissing(Exception):
    """What must be there before a round opens is missing; ``names`` says what."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class Signed(Exception):
    """The oversight group has signed this part already."""


class NoSeat(Exception):
    """Whoever takes part has no seat on the panel now."""


class NotAsked(Exception):
    """This part of the evaluation is not asked now."""
