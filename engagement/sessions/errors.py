"""What can go wrong with sessions."""

from __future__ import annotations

from collections.abc import Sequence

from engagement.documents.sheets import Fault


class UnknownSession(LookupError):
    """There is no such session, or the reader may not see it."""


class UnknownItem(LookupError):
    """The session has no such item on its agenda, paper, question or helper."""


class SessionStands(ValueError):
    """The session was called off, or is over: what was wanted is for one that is to come."""


class ChangedMeanwhile(ValueError):
    """Somebody else changed it since this form was opened; nothing of it was saved."""


class NotHeldYet(ValueError):
    """The day of the session has not come, so nobody can have been there."""


class SomebodyCame(ValueError):
    """A session to which somebody came stays: what they are paid hangs on it."""


class NotOpenToAsk(ValueError):
    """No question can be sent to this session: it is not in public, called off, or has begun."""


class PaidAlready(ValueError):
    """Lines were paid already; ``references`` are what they were paid under."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__(", ".join(references))
        self.references = tuple(references)


class UnknownLine(LookupError):
    """The panel has no such line to pay."""


class NothingToPay(ValueError):
    """There is no fee, or the member wants none."""


class ReferencesHaveFaults(ValueError):
    """A table of references cannot be taken; ``faults`` say what is wrong where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)
