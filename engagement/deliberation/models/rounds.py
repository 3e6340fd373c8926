"""Rounds: what they ask, what members read for them, ask and answer, and what they brought."""

from __future__ import annotations

from sqlalchemy import JSON, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.contributions.asked import Asked
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
from engagement.deliberation.plans import RoundKind
from engagement.extensions import Base
from engagement.sessions.models import Paper


class Round(Partnered, Base):
    """A step of a deliberation. ``missing`` is what was not there when it opened all the same, and
    ``reason`` why it did; everyone can read both. ``cards`` are data cards by public id."""

    __tablename__ = "round"
    __table_args__ = (keyed(), same_partnership("panel_id", "panel"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[RoundKind] = one_of(RoundKind)
    title: Mapped[str] = impersonal()
    prompt: Mapped[str] = impersonal(default="")
    outputs: Mapped[list[str]] = impersonal(JSON, default=list)
    cards: Mapped[list[str]] = impersonal(JSON, default=list)
    missing: Mapped[list[str]] = impersonal(JSON, default=list)
    reason: Mapped[str] = impersonal(default="")
    opened_at: Mapped[Moment | None] = mapped_column()
    closed_at: Mapped[Moment | None] = mapped_column()


class RoundOutput(Partnered, Base):
    """What a round brought, under the name of what it had to bring."""

    __tablename__ = "round_output"
    __table_args__ = (
        same_partnership("round_id", "round"),
        UniqueConstraint("round_id", "name"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(BigKey)
    name: Mapped[str] = impersonal(String(300))
    text: Mapped[str] = impersonal()
    created_at: Mapped[CreatedAt] = mapped_column()


class RoundPaper(Paper, Partnered, Base):
    """A paper of evidence for a round."""

    __tablename__ = "round_paper"
    __table_args__ = (keyed(), same_partnership("round_id", "round"))

    round_id: Mapped[int] = mapped_column(BigKey, index=True)


class RoundQuestion(Asked, Partnered, Base):
    """A question that a member asks the experts of a round."""

    __tablename__ = "round_question"
    __table_args__ = (
        keyed(),
        same_partnership("round_id", "round"),
        same_partnership("contribution_id", "contribution"),
        same_partnership("with_id", "round_question", ondelete="NO ACTION"),
        UniqueConstraint("contribution_id"),
    )

    round_id: Mapped[int] = mapped_column(BigKey, index=True)


class RoundTask(Partnered, Base):
    """Something that members answer in their own words and time, while the round is open."""

    __tablename__ = "round_task"
    __table_args__ = (keyed(), same_partnership("round_id", "round"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    round_id: Mapped[int] = mapped_column(BigKey, index=True)
    text: Mapped[str] = impersonal()


class RoundAnswer(Partnered, Base):
    """What a member answered to a task: a contribution, shown to the others under a pseudonym that
    the member keeps through all rounds of the panel."""

    __tablename__ = "round_answer"
    __table_args__ = (
        same_partnership("task_id", "round_task"),
        same_partnership("contribution_id", "contribution"),
        UniqueConstraint("contribution_id"),
    )

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(BigKey, index=True)
    contribution_id: Mapped[int] = mapped_column(BigKey)
    pseudonym: Mapped[str] = impersonal(String(60))
