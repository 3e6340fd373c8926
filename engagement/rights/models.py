"""Who was erased."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import CreatedAt, Key, impersonal
from engagement.database.tenancy import Partnered
from engagement.extensions import Base


class Erasure(Partnered, Base):
    """Somebody was erased: the random id that they had, and when; nothing else.

    A copy from before holds them still. This tells whom to erase again.
    """

    __tablename__ = "erasure"

    id: Mapped[Key]
    public_id: Mapped[str] = impersonal(String(22), unique=True)
    erased_at: Mapped[CreatedAt] = mapped_column()
