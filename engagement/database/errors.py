"""What can go wrong below every room, under names that doors may catch."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree


class TablesCannotChange(Exception):
    """The tables cannot be brought to the wanted revision; the message says why."""


# The database does not answer, is locked, or has no room; or its connections are all in use.
DATABASE_UNAVAILABLE = (OperationalError, NoConnectionFree)


def in_one_line(error: BaseException) -> str:
    """What the database said, in one line and without the statement."""
    return " ".join(str(error.__cause__ or error).split())
