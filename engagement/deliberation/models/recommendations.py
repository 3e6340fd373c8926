"""Recommendations: words, sources, ballots and dissent."""

from __future__ import annotations

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import BigKey, CreatedAt, Key, PublicId, impersonal
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base


class Recommendation(Partnered, Base):
    """What a panel recommends. ``drafted_by`` says where it came from, such as "Table 3"."""

    __tablename__ = "recommendation"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        same_partnership("merged_into_id", "recommendation", ondelete="NO ACTION"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    merged_into_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    drafted_by: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()


class RecommendationWording(Partnered, Base):
    """One wording of a recommendation; the one of the highest number stands.

    ``why`` it was changed; ``by`` is the public id of the member of staff who wrote it down.
    """

    __tablename__ = "recommendation_wording"
    __table_args__ = (
        same_partnership("recommendation_id", "recommendation"),
        UniqueConstraint("recommendation_id", "number"),
    )

    id: Mapped[Key]
    recommendation_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = impersonal()
    text: Mapped[str] = impersonal()
    why: Mapped[str] = impersonal(default="")
    by: Mapped[str] = impersonal(String(22), default="")
    created_at: Mapped[CreatedAt] = mapped_column()


class Expectation(Partnered, Base):
    """What the panel expects to happen, under a recommendation."""

    __tablename__ = "expectation"
    __table_args__ = (keyed(), same_partnership("recommendation_id", "recommendation"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    recommendation_id: Mapped[int] = mapped_column(BigKey, index=True)
    text: Mapped[str] = impersonal()


class RecommendationSource(Partnered, Base):
    """A contribution that a recommendation rests on, or one of its expectations."""

    __tablename__ = "recommendation_source"
    __table_args__ = (
        same_partnership("recommendation_id", "recommendation"),
        same_partnership("expectation_id", "expectation"),
        same_partnership("contribution_id", "contribution"),
        UniqueConstraint("recommendation_id", "contribution_id"),
    )

    id: Mapped[Key]
    recommendation_id: Mapped[int] = mapped_column(BigKey)
    expectation_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    contribution_id: Mapped[int] = mapped_column(BigKey, index=True)


class RecommendationBallot(Partnered, Base):
    """A ballot on a recommendation. A ballot that runs another again is its ballot too."""

    __tablename__ = "recommendation_ballot"
    __table_args__ = (
        same_partnership("recommendation_id", "recommendation"),
        same_partnership("ballot_id", "ballot"),
        UniqueConstraint("ballot_id"),
    )

    id: Mapped[Key]
    recommendation_id: Mapped[int] = mapped_column(BigKey, index=True)
    ballot_id: Mapped[int] = mapped_column(BigKey)


class MinorityStatement(Partnered, Base):
    """What members who do not agree say, in their own words, beside a recommendation."""

    __tablename__ = "minority_statement"
    __table_args__ = (same_partnership("recommendation_id", "recommendation"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    recommendation_id: Mapped[int] = mapped_column(BigKey, index=True)
    text: Mapped[str] = impersonal()
    created_at: Mapped[CreatedAt] = mapped_column()
