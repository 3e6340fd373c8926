"""Runs, the steps that they have finished, and the workers that carry them out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import (
    BigKey,
    CreatedAt,
    Key,
    Moment,
    PublicId,
    UtcDateTime,
    impersonal,
    one_of,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.runs.rules import RunState


class Run(Partnered, Base):
    """One piece of background work. Its public id is also the id of its durable workflow."""

    __tablename__ = "run"
    __table_args__ = (keyed(), UniqueConstraint("partnership_id", "request_key"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = impersonal()
    arguments: Mapped[dict[str, Any]] = impersonal(JSON)
    state: Mapped[RunState] = one_of(RunState, default=RunState.REQUESTED, index=True)
    request_key: Mapped[str | None] = impersonal()
    requested_by: Mapped[str] = impersonal()
    requested_at: Mapped[CreatedAt] = mapped_column()
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worker_id: Mapped[str | None] = impersonal()
    # How often a worker took it up since its last finished step.
    attempts: Mapped[int] = impersonal(Integer, default=0)
    steps_done: Mapped[int] = impersonal(Integer, default=0)
    steps_total: Mapped[int] = impersonal(Integer, default=0)
    part_done: Mapped[int] = impersonal(Integer, default=0)
    part_total: Mapped[int] = impersonal(Integer, default=0)
    note: Mapped[str] = impersonal(default="")
    failure: Mapped[str] = impersonal(default="")
    result: Mapped[Any] = impersonal(JSON(none_as_null=True), nullable=True)


class RunStep(Partnered, Base):
    """A finished step, written in the transaction of its own effects: it is never done again."""

    __tablename__ = "run_step"
    __table_args__ = (UniqueConstraint("run_id", "number"), same_partnership("run_id", "run"))

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = impersonal(Integer)
    name: Mapped[str] = impersonal()
    result: Mapped[Any] = impersonal(JSON, nullable=False)
    finished_at: Mapped[Moment] = mapped_column()


class Worker(Base):
    """A job worker and when it last said that it lives."""

    __tablename__ = "worker"

    worker_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    started_at: Mapped[Moment] = mapped_column()
    last_seen: Mapped[Moment] = mapped_column()
