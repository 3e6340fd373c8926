"""The same message to many: thousands in a few seconds, where ``service.queue`` takes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app

from engagement.audit.service import record
from engagement.config import Config
from engagement.database import clock
from engagement.database.many import insert_many
from engagement.database.tenancy import current_partnership_id
from engagement.database.transactions import transactional
from engagement.messages.models import Message
from engagement.messages.rules import Channel, MessageState
from engagement.partnerships.queries import partnership_by_key


@dataclass(frozen=True)
class Addressee:
    """Somebody who gets the message: their e-mail address, what they may be called, and their key
    where they are a resident."""

    email: str
    name: str = ""
    resident_id: int | None = None


@transactional
def queue_many(
    template: str, addressees: Sequence[Addressee], *, subject: str, **context: Any
) -> int:
    """Put an e-mail to each into the outbox, as ``service.queue`` does; returns how many.

    Templates and what they show are looked up once, and the chain of records has one entry for
    all of them. Never commits by itself.
    """
    if not addressees:
        return 0
    config: Config = current_app.extensions["engagement"]
    shown: dict[str, Any] = {"subject": subject, "service_name": config.service_name, **context}
    current_app.update_template_context(shown)
    shown["partnership"] = partnership_by_key(current_partnership_id())
    text, html = (
        current_app.jinja_env.get_template(f"email/{template}.{kind}") for kind in ("txt", "html")
    )
    now = clock.now()
    insert_many(
        Message,
        (
            {
                "channel": Channel.EMAIL,
                "template": template,
                "resident_id": one.resident_id,
                "recipient": one.email,
                "recipient_name": one.name,
                "subject": subject,
                "text": text.render(shown, name=one.name),
                "html": html.render(shown, name=one.name),
                "state": MessageState.QUEUED,
                "due_at": now,
            }
            for one in addressees
        ),
    )
    record("messages.queued", "message", "", facts={"of": template, "count": len(addressees)})
    return len(addressees)
