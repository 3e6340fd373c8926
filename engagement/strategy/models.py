"""Drafts of a strategy, their paragraphs through all versions, links to priorities, responses."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import (
    BigKey,
    CreatedAt,
    Key,
    Moment,
    PublicId,
    impersonal,
    one_of,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.strategy.rules import Answer, Relation


class Draft(Partnered, Base):
    """A strategy that a programme feeds, as a draft in versions."""

    __tablename__ = "draft"
    __table_args__ = (keyed(), same_partnership("programme_id", "programme"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    programme_id: Mapped[int] = mapped_column(BigKey, index=True)
    title: Mapped[str] = impersonal()
    created_at: Mapped[CreatedAt] = mapped_column()
    published_at: Mapped[Moment | None] = mapped_column()


class DraftVersion(Partnered, Base):
    """One version of a draft, as it was imported."""

    __tablename__ = "draft_version"
    __table_args__ = (
        keyed(),
        same_partnership("draft_id", "draft"),
        UniqueConstraint("draft_id", "number"),
    )

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(BigKey, index=True)
    number: Mapped[int] = mapped_column(BigInteger)
    file_name: Mapped[str] = impersonal()
    sha256: Mapped[str] = impersonal(String(64))
    created_at: Mapped[CreatedAt] = mapped_column()


class Paragraph(Partnered, Base):
    """The unit of a draft; it keeps its id through all versions."""

    __tablename__ = "paragraph"
    __table_args__ = (keyed(), same_partnership("draft_id", "draft"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    draft_id: Mapped[int] = mapped_column(BigKey, index=True)


class ParagraphText(Partnered, Base):
    """A paragraph as one version has it; ``place`` is its place in the version, from 1."""

    __tablename__ = "paragraph_text"
    __table_args__ = (
        same_partnership("paragraph_id", "paragraph"),
        same_partnership("version_id", "draft_version"),
        UniqueConstraint("version_id", "place"),
        UniqueConstraint("paragraph_id", "version_id"),
    )

    id: Mapped[Key]
    paragraph_id: Mapped[int] = mapped_column(BigKey, index=True)
    version_id: Mapped[int] = mapped_column(BigKey, index=True)
    place: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = impersonal()
    heading: Mapped[str] = impersonal()
    text: Mapped[str] = impersonal()


class ParagraphLink(Partnered, Base):
    """What a paragraph does with a priority; ``suggested`` until a person has confirmed it."""

    __tablename__ = "paragraph_link"
    __table_args__ = (
        same_partnership("paragraph_id", "paragraph"),
        same_partnership("priority_id", "priority"),
        UniqueConstraint("paragraph_id", "priority_id"),
    )

    id: Mapped[Key]
    paragraph_id: Mapped[int] = mapped_column(BigKey, index=True)
    priority_id: Mapped[int] = mapped_column(BigKey, index=True)
    relation: Mapped[Relation] = one_of(Relation)
    suggested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt] = mapped_column()


class Response(Partnered, Base):
    """The partnership's answer to a priority: yes, partly or no, why, who, and by when."""

    __tablename__ = "response"
    __table_args__ = (
        same_partnership("priority_id", "priority"),
        UniqueConstraint("priority_id"),
    )

    id: Mapped[Key]
    priority_id: Mapped[int] = mapped_column(BigKey)
    answer: Mapped[Answer] = one_of(Answer)
    reason: Mapped[str] = impersonal()
    owner: Mapped[str] = impersonal()
    due_on: Mapped[date | None] = impersonal(Date)
    progress: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()
    changed_at: Mapped[CreatedAt] = mapped_column()


class RecommendationResponse(Partnered, Base):
    """Who must answer a recommendation that a panel agreed on, by when, and what they answer.

    ``answer`` is empty until they do, and ``answered_at`` with it.
    """

    __tablename__ = "recommendation_response"
    __table_args__ = (
        same_partnership("recommendation_id", "recommendation"),
        UniqueConstraint("recommendation_id"),
    )

    id: Mapped[Key]
    recommendation_id: Mapped[int] = mapped_column(BigKey)
    owner: Mapped[str] = impersonal()
    due_on: Mapped[date] = impersonal(Date)
    answer: Mapped[Answer | None] = one_of(Answer)
    reason: Mapped[str] = impersonal(default="")
    progress: Mapped[str] = impersonal(default="")
    answered_at: Mapped[Moment | None] = mapped_column()
    changed_at: Mapped[CreatedAt] = mapped_column()
