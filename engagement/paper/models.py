"""Batches of forms on paper, the forms, and what was typed of each until both agree."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, BigInteger, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.contributions.rules import Speaker
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
from engagement.paper.rules import FormState, Outcome


class PaperBatch(Partnered, Base):
    """Forms that were made together for one activity."""

    __tablename__ = "paper_batch"
    __table_args__ = (keyed(), same_partnership("activity_id", "activity"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    activity_id: Mapped[int] = mapped_column(BigKey, index=True)
    made_by: Mapped[str] = impersonal(String(22), default="")
    created_at: Mapped[CreatedAt] = mapped_column()


class PaperForm(Partnered, Base):
    """One form. Its code names the paper and nobody.

    ``decided`` says for each field that was typed differently whose was right: the first, the
    second or neither; ``decided_by`` is the public id of who decided. ``late_reason`` is why a
    form that came after the close is taken.
    """

    __tablename__ = "paper_form"
    __table_args__ = (
        keyed(),
        same_partnership("batch_id", "paper_batch"),
        UniqueConstraint("partnership_id", "code"),
        UniqueConstraint("batch_id", "number"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    batch_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[str] = impersonal(String(9))
    state: Mapped[FormState] = one_of(FormState, default=FormState.PRINTED)
    late_reason: Mapped[str] = impersonal(default="")
    decided: Mapped[dict[str, str]] = impersonal(JSON, default=dict)
    decided_by: Mapped[str] = impersonal(String(22), default="")
    returned_at: Mapped[Moment | None] = mapped_column()
    done_at: Mapped[Moment | None] = mapped_column()


class PaperEntry(Partnered, Base):
    """What one person typed of a form; it is deleted once the form is done with.

    ``typed_by`` is the public id of a member of staff.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        same_partnership("form_id", "paper_form"),
        UniqueConstraint("form_id", "turn"),
        UniqueConstraint("form_id", "typed_by"),
    )

    id: Mapped[Key]
    form_id: Mapped[int] = mapped_column(BigKey)
    turn: Mapped[int] = mapped_column(BigInteger)
    typed_by: Mapped[str] = impersonal(String(22), default="")
    outcome: Mapped[Outcome] = one_of(Outcome)
    words: Mapped[str] = personal(
        DataClass.WORDS, Basis.PUBLIC_TASK, Retention(365, since="created_at")
    )
    place: Mapped[str] = impersonal()
    speaker: Mapped[Speaker] = one_of(Speaker)
    may_quote: Mapped[bool] = mapped_column()
    said_on: Mapped[date | None] = impersonal(Date)
    created_at: Mapped[CreatedAt] = mapped_column()
