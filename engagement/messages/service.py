"""Use cases of messages: queueing them, delivering them, noting what came back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import current_app, render_template
from sqlalchemy import ColumnElement, select, update

from engagement.audit.service import record
from engagement.config import Config
from engagement.database import clock, tenancy
from engagement.database.tenancy import current_partnership_id
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.messages.delivery import BackEnd, Envelope
from engagement.messages.errors import CannotDeliver, MayHaveArrived, UnknownMessage
from engagement.messages.models import Message
from engagement.messages.rules import (
    CUT_OFF_AFTER,
    MOST_ATTEMPTS,
    Channel,
    MessageState,
    wait_before,
)
from engagement.partnerships.queries import partnership_by_key

log = structlog.get_logger(__name__)


def absolute_link(endpoint: str, **values: str) -> str:
    """The full address of a page, for a message.

    It is built from the configured address, never from what a request said its host was.
    """
    config: Config = current_app.extensions["engagement"]
    base = urlsplit(config.base_url)
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


@transactional
def queue(
    template: str,
    recipient: str | None,
    *,
    subject: str,
    name: str = "",
    channel: Channel = Channel.EMAIL,
    resident_id: int | None = None,
    **context: Any,
) -> str | None:
    """Put a message into the outbox; never commits by itself. Returns its public id.

    ``template`` names ``email/<template>.txt`` and ``.html``; ``context`` is what they show;
    ``resident_id``: the key of the resident whom it is for.
    Without a recipient the message is written and dropped, so that an answer to an unknown
    address takes the same work.
    """
    config: Config = current_app.extensions["engagement"]
    shown = {
        "subject": subject,
        "name": name,
        "service_name": config.service_name,
        "partnership": partnership_by_key(current_partnership_id()),
        **context,
    }
    message = Message(
        channel=channel,
        template=template,
        resident_id=resident_id,
        recipient=recipient or "",
        recipient_name=name,
        subject=subject,
        text=render_template(f"email/{template}.txt", **shown),
        html=render_template(f"email/{template}.html", **shown),
        state=MessageState.QUEUED,
        due_at=clock.now(),
    )
    if recipient is None:
        message.state, message.text, message.html = MessageState.FAILED, "", ""
        message.problem = "nobody has this address"
    db.session.add(message)
    db.session.flush()
    record(f"message.{message.state.value}", "message", message.public_id, facts={"of": template})
    return message.public_id


def deliver_due(back_end: BackEnd, limit: int = 100) -> int:
    """Deliver up to ``limit`` messages that are due, of all partnerships; returns how many left.

    Each is marked before it goes and after: one that was cut off in between becomes
    "uncertain" and is for a person to decide, so that nothing is ever sent twice.
    """
    with tenancy.everywhere():
        _mark_cut_off()
        due = db.session.scalars(
            select(Message.id)
            .where(Message.state == MessageState.QUEUED, Message.due_at <= clock.utc_now())
            .order_by(Message.due_at, Message.id)
            .limit(limit)
        ).all()
        return sum(_deliver(message_id, back_end) for message_id in due)


def _deliver(message_id: int, back_end: BackEnd) -> bool:
    envelope = _take(message_id)
    if envelope is None:
        return False
    try:
        back_end.deliver(envelope)
    except CannotDeliver as problem:
        _note_failure(message_id, problem)
        log.warning("message not delivered", message=envelope.public_id, problem=str(problem))
        return False
    except MayHaveArrived:
        _note_uncertain(Message.id == message_id)
        log.warning("message cut off", message=envelope.public_id)
        return False
    _note_sent(message_id)
    return True


@transactional
def _take(message_id: int) -> Envelope | None:
    taken = db.session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == MessageState.QUEUED)
        .values(
            state=MessageState.SENDING,
            attempts=Message.attempts + 1,
            tried_at=clock.utc_now(),
        )
        .returning(
            Message.public_id,
            Message.channel,
            Message.recipient,
            Message.recipient_name,
            Message.subject,
            Message.text,
            Message.html,
            Message.created_at,
        )
    ).one_or_none()
    return Envelope(*tuple(taken)) if taken else None


@transactional
def _note_sent(message_id: int) -> None:
    db.session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(state=MessageState.SENT, sent_at=clock.utc_now(), text="", html="", problem="")
    )


@transactional
def _note_failure(message_id: int, problem: CannotDeliver) -> None:
    message = db.session.scalars(select(Message).where(Message.id == message_id)).one_or_none()
    if message is None:  # it was for somebody who was erased meanwhile
        return
    message.problem = str(problem)
    if problem.for_good or message.attempts >= MOST_ATTEMPTS:
        message.state = MessageState.FAILED
    else:
        message.state = MessageState.QUEUED
        message.due_at = clock.now() + wait_before(message.attempts + 1)


@transactional
def _mark_cut_off() -> None:
    _note_uncertain(Message.tried_at < clock.now() - CUT_OFF_AFTER)


@transactional
def _note_uncertain(which: ColumnElement[bool]) -> None:
    db.session.execute(
        update(Message)
        .where(Message.state == MessageState.SENDING, which)
        .values(
            state=MessageState.UNCERTAIN,
            problem="cut off while it was being sent; it may or may not have arrived",
        )
    )


@transactional
def note_bounce(public_id: str, problem: str) -> None:
    """Note that a sent message came back. Raises ``UnknownMessage``."""
    message = _message(public_id, MessageState.SENT, MessageState.UNCERTAIN)
    message.state, message.problem = MessageState.BOUNCED, problem.strip()
    record("message.bounced", "message", public_id)


@transactional
def send_again(public_id: str) -> None:
    """Queue a message once more, by a person's decision. Raises ``UnknownMessage``.

    Only one whose words are still there can go again: a sent one has been emptied.
    """
    message = _message(public_id, MessageState.FAILED, MessageState.UNCERTAIN)
    if not message.text:
        raise UnknownMessage(public_id)
    message.state, message.attempts, message.problem = MessageState.QUEUED, 0, ""
    message.due_at = clock.now()
    record("message.queued again", "message", public_id)


def _message(public_id: str, *states: MessageState) -> Message:
    message = db.session.scalars(
        select(Message).where(Message.public_id == public_id, Message.state.in_(states))
    ).one_or_none()
    if message is None:
        raise UnknownMessage(public_id)
    return message
