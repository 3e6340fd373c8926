"""Reads of the audit chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import func, select

from engagement.audit.models import AuditEntry, AuditSeal
from engagement.audit.rules import ChainCheck, Fault, Head, Link
from engagement.audit.service import current_head
from engagement.extensions import db

_LINK = (
    AuditEntry.sequence,
    AuditEntry.at,
    AuditEntry.actor_kind,
    AuditEntry.actor_id,
    AuditEntry.action,
    AuditEntry.object_kind,
    AuditEntry.object_id,
    AuditEntry.facts,
    AuditEntry.sealed_digest,
    AuditEntry.previous_hash,
    AuditEntry.entry_hash,
)
CHUNK = 2_000


def read_links(after_sequence: int, limit: int) -> list[Link]:
    """The next ``limit`` entries after a sequence number, in order."""
    rows = db.session.execute(
        select(*_LINK)
        .where(AuditEntry.sequence > after_sequence)
        .order_by(AuditEntry.sequence, AuditEntry.id)
        .limit(limit)
    )
    return [Link(*row) for row in rows]


def verify_chain(
    known: Iterable[Head] = (), walked: Callable[[int], object] = lambda count: None
) -> tuple[Head, list[Fault]]:
    """Walk the whole chain of the partnership that is being served.

    ``known`` are heads that were published earlier; ``walked`` is told how many entries were
    checked since it was last told. Returns the head and every fault.
    """
    stored = current_head()
    check = ChainCheck(known=known)
    after = -(2**62)
    while links := read_links(after, CHUNK):
        for link in links:
            check.follow(link)
        after = links[-1].sequence
        walked(len(links))
    return check.head, check.finish(stored)


def list_entries(page: int, size: int) -> tuple[list[Link], int]:
    """One page of entries, the newest first (``page`` counts from 1), and how many there are."""
    rows = db.session.execute(
        select(*_LINK).order_by(AuditEntry.sequence.desc()).limit(size).offset((page - 1) * size)
    )
    total = db.session.scalar(select(func.count(AuditEntry.id)))
    return [Link(*row) for row in rows], total or 0


def sealed_words(sequence: int) -> str | None:
    """The personal words behind an entry, unless they were erased."""
    return db.session.scalar(
        select(AuditSeal.words)
        .join(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditEntry.sequence == sequence)
    )
