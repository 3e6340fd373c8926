"""What others say of a deliberation: its overseers, organisers, observers, and its members."""

from __future__ import annotations

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import (
    Basis,
    BigKey,
    CreatedAt,
    DataClass,
    Key,
    PublicId,
    Retention,
    Then,
    impersonal,
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, same_partnership
from engagement.deliberation.plans import Oversight
from engagement.deliberation.rules import EvaluationPart
from engagement.extensions import Base


class OversightSignature(Partnered, Base):
    """What the oversight group says of a part, signed in public by name and organisation."""

    __tablename__ = "oversight_signature"
    __table_args__ = (
        same_partnership("panel_id", "panel"),
        UniqueConstraint("panel_id", "part"),
    )

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(BigKey)
    part: Mapped[Oversight] = one_of(Oversight)
    statement: Mapped[str] = impersonal()
    signed_as: Mapped[str | None] = personal(
        DataClass.IDENTITY,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    created_at: Mapped[CreatedAt] = mapped_column()


class IntegrityStatement(Partnered, Base):
    """What everyone should know who judges a deliberation; the row of the highest key stands, and
    the earlier ones stay to be read. ``by`` is the public id of who wrote it down."""

    __tablename__ = "integrity_statement"
    __table_args__ = (same_partnership("panel_id", "panel"),)

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    paid_by: Mapped[str] = impersonal()
    chose_experts: Mapped[str] = impersonal()
    left_out: Mapped[str] = impersonal()
    by: Mapped[str] = impersonal(String(22), default="")
    created_at: Mapped[CreatedAt] = mapped_column()


class Evaluation(Partnered, Base):
    """What one person answered to the standard items of a part: members before and after,
    organisers, an independent observer.

    ``marks`` are 1 to 5 by item, or for an observer "yes", "partly" or "no". A member answers a
    part once: ``participant_id``. Observers sign. ``by`` is the public id of a member of staff.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        same_partnership("panel_id", "panel"),
        same_partnership("participant_id", "participant"),
        UniqueConstraint("panel_id", "part", "participant_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey)
    part: Mapped[EvaluationPart] = one_of(EvaluationPart)
    participant_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    marks: Mapped[dict[str, str] | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
        JSON(none_as_null=True),
    )
    words: Mapped[str | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    signed_as: Mapped[str | None] = personal(
        DataClass.IDENTITY,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    by: Mapped[str] = impersonal(String(22), default="")
    created_at: Mapped[CreatedAt] = mapped_column()
