"""What can go wrong with a run."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree


class RunNotFound(Exception):
    """The partnership that is being served has no run with this id."""


class RunHasEnded(Exception):
    """The run is over and cannot be cancelled any more."""


class RunCannotBeRepeated(Exception):
    """Only a run that failed or was cancelled can be asked for again."""


class MoveNotAllowed(Exception):
    """A run cannot go from its present state to this one."""


class ResultCannotBeKept(Exception):
    """A step's result is not plain JSON."""


class RunWasCancelled(Exception):
    """Somebody asked for the run to be cancelled; the step in hand is given up."""


class RunTakenOver(Exception):
    """Another worker has the run now; whatever this one holds of it is void."""


class StepCannotBeDone(Exception):
    """A step met something that its reader can mend, said in plain words.

    The words are shown on the page of the run: a sentence of the interface, in English, as it
    stands in the catalogue of translations, and nothing personal.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def may_pass(error: BaseException) -> bool:
    """Whether trying again may help: the database was away, busy or out of connections."""
    if isinstance(error, OperationalError | InterfaceError | NoConnectionFree):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated
