"""The partnership: an Integrated Care Partnership, the tenant of everything else."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import CreatedAt, Key, PublicId, impersonal
from engagement.extensions import Base


class Partnership(Base):
    """An Integrated Care Partnership and how residents reach it without a computer."""

    __tablename__ = "partnership"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = impersonal(unique=True)
    name: Mapped[str] = impersonal()
    phone: Mapped[str] = impersonal(default="")
    email: Mapped[str] = impersonal(default="")
    address: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()
