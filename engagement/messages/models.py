"""The outbox."""

from __future__ import annotations

from sqlalchemy import Integer
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
from engagement.database.tenancy import Partnered, same_partnership
from engagement.extensions import Base
from engagement.messages.rules import Channel, MessageState

HALF_A_YEAR = Retention(182, since="created_at")


class Message(Partnered, Base):
    """One e-mail or letter. Its words are emptied once it has left: they may hold a link.

    ``resident_id``: whom it is for, where that is a resident. An address tells nobody apart: two
    may share one, and anybody may give another's as theirs.
    """

    __tablename__ = "message"
    __table_args__ = (same_partnership("resident_id", "resident"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    channel: Mapped[Channel] = one_of(Channel)
    template: Mapped[str] = impersonal()
    resident_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    recipient: Mapped[str] = personal(DataClass.CONTACT, Basis.PUBLIC_TASK, HALF_A_YEAR)
    recipient_name: Mapped[str] = personal(DataClass.IDENTITY, Basis.PUBLIC_TASK, HALF_A_YEAR)
    subject: Mapped[str] = impersonal()
    text: Mapped[str] = personal(DataClass.WORDS, Basis.PUBLIC_TASK, HALF_A_YEAR)
    html: Mapped[str] = personal(DataClass.WORDS, Basis.PUBLIC_TASK, HALF_A_YEAR)
    state: Mapped[MessageState] = one_of(MessageState, index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0, info={"personal": None})
    problem: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()
    due_at: Mapped[Moment] = mapped_column()
    tried_at: Mapped[Moment | None] = mapped_column()
    sent_at: Mapped[Moment | None] = mapped_column()
