"""How a message moves from the outbox to its reader: pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    LETTER = "letter"


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    UNCERTAIN = "uncertain"


MOST_ATTEMPTS = 6
# A message found this long in "sending" was cut off in the middle: nobody can know whether it
# left, and sending it twice is worse than asking a person.
CUT_OFF_AFTER = timedelta(minutes=5)


def wait_before(attempt: int) -> timedelta:
    """How long to wait before attempt number ``attempt`` (from 2 on): 1, 4, 16, 64 … minutes."""
    return timedelta(minutes=4 ** (attempt - 2))
