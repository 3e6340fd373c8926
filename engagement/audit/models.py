"""Audit entries, the head of each partnership's chain, and what erasure may remove."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.audit.rules import ActorKind
from engagement.database.columns import (
    Basis,
    BigKey,
    CreatedAt,
    DataClass,
    Key,
    Moment,
    Retention,
    impersonal,
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base


class AuditEntry(Partnered, Base):
    """One change of state. Holds no personal text: only ids, facts and salted digests."""

    __tablename__ = "audit_entry"
    __table_args__ = (keyed(), UniqueConstraint("partnership_id", "sequence"))

    id: Mapped[Key]
    sequence: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[Moment] = mapped_column()
    actor_kind: Mapped[ActorKind] = one_of(ActorKind)
    actor_id: Mapped[str] = impersonal()
    action: Mapped[str] = impersonal()
    object_kind: Mapped[str] = impersonal()
    object_id: Mapped[str] = impersonal()
    facts: Mapped[dict[str, Any]] = impersonal(JSON)
    sealed_digest: Mapped[str | None] = impersonal(String(64))
    previous_hash: Mapped[str] = impersonal(String(64))
    entry_hash: Mapped[str] = impersonal(String(64))


class AuditHead(Partnered, Base):
    """The last link of a partnership's chain; locked while the next one is made."""

    __tablename__ = "audit_head"
    __table_args__ = (UniqueConstraint("partnership_id"),)

    id: Mapped[Key]
    sequence: Mapped[int] = mapped_column(BigInteger)
    entry_hash: Mapped[str] = impersonal(String(64))


class AuditSeal(Partnered, Base):
    """The personal words behind a sealed digest, with its salt; may be erased."""

    __tablename__ = "audit_seal"
    __table_args__ = (same_partnership("entry_id", "audit_entry"),)

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(BigKey, index=True)
    created_at: Mapped[CreatedAt] = mapped_column()
    salt: Mapped[str] = impersonal(String(32))
    words: Mapped[str] = personal(
        DataClass.BEHAVIOUR, Basis.PUBLIC_TASK, Retention(730, since="created_at")
    )
