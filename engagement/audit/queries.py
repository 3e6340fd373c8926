"""Reads of the audit chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from engagement.audit.models import AuditEntry, AuditSeal
from engagement.audit.rules import ActorKind, ChainCheck, Fault, Head, Link, seal_digest
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
    return _links(
        select(*_LINK)
        .where(AuditEntry.sequence > after_sequence)
        .order_by(AuditEntry.sequence, AuditEntry.id)
        .limit(limit)
    )


def _links(entries: Select[Any]) -> list[Link]:
    try:
        return [Link(*row) for row in db.session.execute(entries)]
    except (ValueError, LookupError, TypeError):
        # SQLite lets a forger write what is no moment or no JSON: then entry by entry.
        keys = db.session.scalars(entries.with_only_columns(AuditEntry.id)).all()
        return [_link_even_if_unreadable(key) for key in keys]


def _link_even_if_unreadable(key: int) -> Link:
    """The entry, or where it cannot be read one that fails every check in its place."""
    try:
        return Link(*db.session.execute(select(*_LINK).where(AuditEntry.id == key)).one())
    except (ValueError, LookupError, TypeError):
        sequence, previous_hash, entry_hash = db.session.execute(
            select(AuditEntry.sequence, AuditEntry.previous_hash, AuditEntry.entry_hash).where(
                AuditEntry.id == key
            )
        ).one()
        return Link(
            sequence=sequence,
            at=datetime.fromtimestamp(0, UTC),
            actor_kind=ActorKind.SYSTEM,
            actor_id="",
            action="unreadable",
            object_kind="",
            object_id="",
            facts={},
            sealed_digest=None,
            previous_hash=previous_hash,
            entry_hash=entry_hash,
        )


def read_changed_seals() -> list[Fault]:
    """The entries whose sealed words, where they are still kept, are not those of the digest."""
    changed: list[Fault] = []
    after = -(2**62)
    while seals := _read_seals(after):
        changed += [
            Fault(sequence, "the words kept behind it are not those that were sealed")
            for sequence, digest, salt, words in seals
            if seal_digest(salt, words) != digest
        ]
        after = seals[-1][0]
    return changed


def _read_seals(after: int) -> Sequence[Row[int, str | None, str, str]]:
    """The next entries after a place that have sealed words, at most a chunk of them."""
    return db.session.execute(
        select(AuditEntry.sequence, AuditEntry.sealed_digest, AuditSeal.salt, AuditSeal.words)
        .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.sequence > after)
        .order_by(AuditEntry.sequence)
        .limit(CHUNK)
    ).all()


def verify_chain(
    known: Iterable[Head] = (), walked: Callable[[int], object] = lambda count: None
) -> tuple[Head, list[Fault]]:
    """Walk the whole chain of the partnership that is being served.

    ``known`` are heads that were published earlier; ``walked`` is told how many entries were
    checked since it was last told. Returns the head and every fault.
    """
    check = ChainCheck(known=known)
    after = -(2**62)
    while True:
        while links := read_links(after, CHUNK):
            for link in links:
                check.follow(link)
            after = links[-1].sequence
            walked(len(links))
        stored = current_head()
        # An entry may have been added between the walk and the look at the head.
        if not (stored.sequence > check.head.sequence and read_links(after, 1)):
            break
    return check.head, check.finish(stored) + read_changed_seals()


def list_entries(page: int, size: int) -> tuple[list[Link], int]:
    """One page of entries, the newest first (``page`` counts from 1), and how many there are."""
    links = _links(
        select(*_LINK).order_by(AuditEntry.sequence.desc()).limit(size).offset((page - 1) * size)
    )
    total = db.session.scalar(select(func.count(AuditEntry.id)))
    return links, total or 0


def sealed_words(sequence: int) -> str | None:
    """The personal words behind an entry, unless they were erased."""
    return db.session.scalar(
        select(AuditSeal.words)
        .join(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditEntry.sequence == sequence)
    )
