"""What is known about a stored file, apart from its bytes."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import CreatedAt, Key, Moment, PublicId, impersonal
from engagement.database.tenancy import Partnered
from engagement.extensions import Base


class StoredFile(Partnered, Base):
    """One stored file: made by ``made_by`` (a run's public id), deleted after ``expires_at``."""

    __tablename__ = "stored_file"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    made_by: Mapped[str] = impersonal(String(22), index=True)
    name: Mapped[str] = impersonal()
    media_type: Mapped[str] = impersonal()
    size: Mapped[int] = mapped_column(BigInteger, info={"personal": None})
    sha256: Mapped[str] = impersonal(String(64))
    created_at: Mapped[CreatedAt] = mapped_column()
    expires_at: Mapped[Moment] = mapped_column()
