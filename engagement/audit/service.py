"""Recording changes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engagement.audit.errors import ActorNotSet
from engagement.audit.models import AuditEntry, AuditHead, AuditSeal
from engagement.audit.rules import START, ActorKind, Head, Link, seal_digest
from engagement.database import clock
from engagement.database.tenancy import current_partnership_id
from engagement.extensions import db


@dataclass(frozen=True)
class Actor:
    """Who makes a change: a kind, and the public id where there is one."""

    kind: ActorKind
    id: str = ""


SYSTEM = Actor(ActorKind.SYSTEM)
OPERATOR = Actor(ActorKind.OPERATOR)
VISITOR = Actor(ActorKind.VISITOR)

_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Record what happens in this block as done by ``actor``."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def act_as(actor: Actor | None) -> None:
    """Record what happens from here on in this request or command as done by ``actor``."""
    _actor.set(actor)


def current_actor() -> Actor:
    """Who is acting. Raises ``ActorNotSet`` where nobody said."""
    actor = _actor.get()
    if actor is None:
        raise ActorNotSet
    return actor


def record(
    action: str,
    object_kind: str,
    object_id: str,
    *,
    facts: dict[str, Any] | None = None,
    sealed: str | None = None,
) -> None:
    """Add an entry to the chain of the partnership that is being served; never commits.

    ``facts`` holds nothing personal. Personal words go into ``sealed``: the chain keeps their
    salted digest, and the words themselves stand apart, where they can be erased. Raises
    ``ActorNotSet``, or ``TenantNotSet`` where no single partnership is being served.
    """
    actor = current_actor()
    current_partnership_id()
    head = _locked_head()
    salt = secrets.token_hex(16)
    link = Link(
        sequence=head.sequence + 1,
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        facts=facts or {},
        sealed_digest=None if sealed is None else seal_digest(salt, sealed),
        previous_hash=head.entry_hash,
    )
    entry_hash = link.computed_hash()
    entry = AuditEntry(**{**vars(link), "entry_hash": entry_hash})
    db.session.add(entry)
    head.sequence, head.entry_hash = link.sequence, entry_hash
    db.session.flush()
    if sealed is not None:
        db.session.add(AuditSeal(entry_id=entry.id, salt=salt, words=sealed))


def _locked_head() -> AuditHead:
    """The head of the chain, which nobody else moves until this transaction ends."""
    # Read anew, whatever this session saw before it waited for the lock.
    query = select(AuditHead).with_for_update().execution_options(populate_existing=True)
    head = db.session.scalars(query).one_or_none()
    if head is not None:
        return head
    try:
        with db.session.begin_nested():
            db.session.add(AuditHead(sequence=START.sequence, entry_hash=START.entry_hash))
    except IntegrityError:
        pass  # somebody else made the first entry just now
    return db.session.scalars(query).one()


def current_head() -> Head:
    """The last link of the chain of the partnership that is being served."""
    row = db.session.execute(select(AuditHead.sequence, AuditHead.entry_hash)).one_or_none()
    return Head(*row) if row else START
