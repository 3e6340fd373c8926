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
