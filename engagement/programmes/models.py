"""The programme: one engagement exercise of a partnership."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import CreatedAt, Key, PublicId, impersonal
from engagement.database.tenancy import Partnered, keyed
from engagement.extensions import Base


class Programme(Partnered, Base):
    """One engagement exercise: its name and the question that it asks."""

    __tablename__ = "programme"
    __table_args__ = (keyed(),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = impersonal()
    question: Mapped[str] = impersonal()
    created_at: Mapped[CreatedAt] = mapped_column()
