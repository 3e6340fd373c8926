"""Who put their name forward, and what they answered for the draw."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
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
    impersonal,
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.panels.rules import ADDRESS_KEPT, ANSWERS_KEPT, Route


class Registration(Partnered, Base):
    """A resident who puts their name forward for a panel.

    ``pool_id`` is who they are in the lottery: a random text that says nothing. ``household`` is
    the same for those who answered one letter.
    """

    __tablename__ = "registration"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        same_partnership("resident_id", "resident"),
        UniqueConstraint("panel_id", "resident_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    resident_id: Mapped[int] = personal(
        DataClass.IDENTITY,
        Basis.PUBLIC_TASK,
        Retention(ANSWERS_KEPT, since="begun_at"),
        BigKey,
        index=True,
    )
    pool_id: Mapped[str] = impersonal(String(22))
    reference: Mapped[str] = impersonal(String(12))
    household: Mapped[str | None] = impersonal(String(40))
    route: Mapped[Route] = one_of(Route)
    begun_at: Mapped[CreatedAt] = mapped_column()
    sent_at: Mapped[Moment | None] = mapped_column()
    withdrawn_at: Mapped[Moment | None] = mapped_column()


class RegistrationAnswer(Partnered, Base):
    """One answer for the draw; it stands only while its consent does."""

    __tablename__ = "registration_answer"
    __table_args__ = (
        same_partnership("registration_id", "registration"),
        same_partnership("consent_id", "consent"),
        UniqueConstraint("registration_id", "feature"),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(BigKey, index=True)
    consent_id: Mapped[int] = mapped_column(BigKey, index=True)
    feature: Mapped[str] = impersonal(String(60))
    value: Mapped[str] = personal(
        DataClass.SPECIAL, Basis.EXPLICIT_CONSENT, Retention(ANSWERS_KEPT, since="answered_at")
    )
    answered_at: Mapped[CreatedAt] = mapped_column()


class SupportNeed(Partnered, Base):
    """What would help somebody take part; for those alone who need to know."""

    __tablename__ = "support_need"
    __table_args__ = (
        same_partnership("registration_id", "registration"),
        same_partnership("consent_id", "consent"),
        UniqueConstraint("registration_id"),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(BigKey)
    consent_id: Mapped[int] = mapped_column(BigKey, index=True)
    needs: Mapped[str] = personal(
        DataClass.SPECIAL, Basis.EXPLICIT_CONSENT, Retention(ADDRESS_KEPT, since="told_at")
    )
    told_at: Mapped[CreatedAt] = mapped_column()
