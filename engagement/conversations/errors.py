"""What can go wrong in open conversations."""

from engagement.documents.sheets import Fault


class UnknownConversation(Exception):
    """There is no such open conversation in this programme."""


class UnknownStatement(Exception):
    """There is no such statement that people can vote on."""


class TakesNoStatements(Exception):
    """The convenors take no statements of residents here."""


class StatementTooLong(Exception):
    """A statement says one thing; the message says how many characters it has."""


class SaidAlready(Exception):
    """The very same statement is in the conversation."""


class SeedsHaveFaults(Exception):
    """Lines that were pasted cannot be taken as they are; nothing was added."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class ReasonToHideNeeded(Exception):
    """Whoever looks later must see why a statement was hidden."""


class UnknownMap(Exception):
    """There is no such map of this conversation."""


class StopLinkRefused(Exception):
    """The link, by which somebody stops being told, is not one of ours, or not whole."""
