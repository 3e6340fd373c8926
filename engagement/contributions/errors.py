"""What can go wrong with contributions."""

from datetime import date

from engagement.documents.sheets import Fault


class NothingSaid(Exception):
    """A contribution needs words."""


class TooLong(Exception):
    """The words are more than one contribution may have; the message says how many."""


class SaidEnough(Exception):
    """This participant has made as many contributions here as one may; ``most`` is how many."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class NotOpen(Exception):
    """The activity takes no contributions at this moment."""


class NotThisDay(Exception):
    """A diary is not kept for this day; ``first`` and ``last`` are the days that it is kept for."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"{first} to {last}")
        self.first = first
        self.last = last


class NotAgreed(Exception):
    """Nobody writes down what somebody says without their word that they agree."""


class TakenOtherwise(Exception):
    """Other words were taken under this key; ``receipt`` is their reference."""

    def __init__(self, receipt: str) -> None:
        super().__init__()
        self.receipt = receipt


class UnknownReceipt(Exception):
    """No words belong to this reference, or no longer."""


class FileUnreadable(Exception):
    """The file is not a table that can be read; the message says why."""


class FileHasFaults(Exception):
    """Rows of the file cannot be taken as they are; nothing was imported."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class ImportedAlready(Exception):
    """This very file is in the corpus of this programme already."""


class UnknownImport(Exception):
    """There is no such file waiting here; it may have waited too long."""


class UnknownContribution(Exception):
    """There is no such contribution of this person."""


class ReasonNeeded(Exception):
    """Whoever said it is told why: a decision to hold or withdraw needs a reason."""


class NothingChosen(Exception):
    """No passage was chosen to be taken out."""


class PassageNotThere(Exception):
    """These words, which were to be taken out, do not stand in the contribution."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class ChangedMeanwhile(Exception):
    """The words are not those any more that were looked at."""


class CannotAppeal(Exception):
    """There is no decision here to disagree with, or somebody did so already."""


class UnknownAppeal(Exception):
    """There is no such appeal that waits for an answer."""


class DecidedByYourself(Exception):
    """Somebody else than the first decider answers an appeal, where there is somebody else."""
