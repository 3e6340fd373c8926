"""Reads of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engagement.extensions import db
from engagement.messages.models import Message
from engagement.messages.rules import Channel, MessageState


@dataclass(frozen=True)
class MessageRow:
    """A message as the outbox page shows it: never its words."""

    public_id: str
    channel: Channel
    subject: str
    recipient_name: str
    recipient: str
    state: MessageState
    attempts: int
    problem: str
    created_at: datetime
    sent_at: datetime | None
    can_send_again: bool


_COLUMNS = (
    Message.public_id,
    Message.channel,
    Message.subject,
    Message.recipient_name,
    Message.recipient,
    Message.state,
    Message.attempts,
    Message.problem,
    Message.created_at,
    Message.sent_at,
    (Message.state.in_([MessageState.FAILED, MessageState.UNCERTAIN]) & (Message.text != "")).label(
        "can_send_again"
    ),
)


def list_messages(page: int, size: int) -> tuple[list[MessageRow], int]:
    """One page of the outbox, the newest first (``page`` counts from 1), and how many there are."""
    rows = db.session.execute(
        select(*_COLUMNS)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    total = db.session.scalar(select(func.count(Message.id)))
    return [MessageRow(*row) for row in rows], total or 0


def find_message(public_id: str) -> MessageRow | None:
    """One message."""
    row = db.session.execute(select(*_COLUMNS).where(Message.public_id == public_id)).one_or_none()
    return MessageRow(*row) if row else None
