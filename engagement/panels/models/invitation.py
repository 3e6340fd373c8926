"""Letters and handed-out codes, and their words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import (
    Basis,
    BigKey,
    CreatedAt,
    DataClass,
    Key,
    Moment,
    PublicId,
    Retention,
    Then,
    impersonal,
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.panels.rules import ADDRESS_KEPT, BatchKind, InvitationState


class InvitationWording(Partnered, Base):
    """The words of a panel's letter in one language, where somebody wrote them."""

    __tablename__ = "invitation_wording"
    __table_args__ = (
        same_partnership("panel_id", "panel"),
        UniqueConstraint("panel_id", "language"),
    )

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(BigKey)
    language: Mapped[str] = impersonal(String(12))
    text: Mapped[str] = impersonal()


class InvitationBatch(Partnered, Base):
    """Letters, or codes to hand out, that were made together."""

    __tablename__ = "invitation_batch"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        UniqueConstraint("panel_id", "number"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[BatchKind] = one_of(BatchKind)
    where: Mapped[str] = impersonal(default="")
    seed: Mapped[str] = impersonal(default="")
    addresses: Mapped[int] = mapped_column(Integer, default=0)
    drawn_by: Mapped[dict[str, Any] | None] = impersonal(JSON)
    created_at: Mapped[CreatedAt] = mapped_column()
    sent_at: Mapped[Moment | None] = mapped_column()
    reminded_at: Mapped[Moment | None] = mapped_column()


class Invitation(Partnered, Base):
    """One letter or handed-out code. The letter is the household, unless it is ``communal``."""

    __tablename__ = "invitation"
    __table_args__ = (
        keyed(),
        same_partnership("batch_id", "invitation_batch"),
        same_partnership("letter_code_id", "letter_code", ondelete="NO ACTION"),
        UniqueConstraint("letter_code_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    batch_id: Mapped[int] = mapped_column(BigKey, index=True)
    letter_code_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(Integer)
    address: Mapped[str | None] = personal(
        DataClass.CONTACT,
        Basis.PUBLIC_TASK,
        Retention(ADDRESS_KEPT, since="created_at", then=Then.BLANK),
    )
    strata: Mapped[dict[str, str] | None] = impersonal(JSON)
    probability: Mapped[str] = impersonal(default="")
    communal: Mapped[bool] = mapped_column(default=False)
    state: Mapped[InvitationState] = one_of(InvitationState)
    created_at: Mapped[CreatedAt] = mapped_column()
