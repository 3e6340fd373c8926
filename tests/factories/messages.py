"""Messages for tests of the outbox and of the back ends."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engagement.extensions import db
from engagement.messages.delivery import Envelope
from engagement.messages.models import Message
from engagement.messages.service import queue

LINK = "https://engagement.test/secret-token"


class Memory:
    """A back end that keeps what it is given, or fails as it is told."""

    def __init__(self, *failures: Exception | None) -> None:
        self.delivered: list[Envelope] = []
        self._failures = list(failures)

    def deliver(self, envelope: Envelope) -> None:
        """Take an envelope."""
        failure = self._failures.pop(0) if self._failures else None
        if failure is not None:
            raise failure
        self.delivered.append(envelope)


def write_message(recipient: str | None = "ada@example.net", name: str = "Ada", **more: Any) -> str:
    """Queue a message with a link; returns its public id."""
    public_id = queue("resident_link", recipient, subject="Your link", name=name, link=LINK, **more)
    assert public_id
    return public_id


def message_now(public_id: str) -> Message:
    """A message as it is kept now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Message).where(Message.public_id == public_id)).one()
