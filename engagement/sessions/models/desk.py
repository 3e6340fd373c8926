"""What tables write down during a session, and the scribes who write it."""

from __future__ import annotations

from sqlalchemy import JSON, Integer, String, UniqueConstraint
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
    Then,
    impersonal,
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.sessions.rules import NoteKind


class TableScribe(Partnered, Base):
    """A code for the evening: whoever has it writes for one table, until it expires or is ended.

    ``token_hash`` recognises the browser that came with the code; a code typed in again takes the
    table over, as when a telephone died.
    """

    __tablename__ = "table_scribe"
    __table_args__ = (
        keyed(),
        same_partnership("session_id", "session"),
        UniqueConstraint("partnership_id", "code_hash"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(BigKey, index=True)
    table_number: Mapped[int] = mapped_column(Integer)
    code_hash: Mapped[str] = impersonal(String(64))
    expires_at: Mapped[Moment] = mapped_column()
    seen_at: Mapped[Moment | None] = mapped_column()
    created_at: Mapped[CreatedAt] = mapped_column()


class TableNote(Partnered, Base):
    """What a table wrote down. Once the session is closed it is a contribution, and the words are
    there and no longer here.

    ``key`` is made by the scribe's device, so that a note sent twice is one. ``agreed_at``: the
    table said yes to these words. ``item_id`` is what the agenda was at; ``factors`` are
    what was said to make a difference besides health care.
    """

    __tablename__ = "table_note"
    __table_args__ = (
        keyed(),
        same_partnership("session_id", "session"),
        same_partnership("item_id", "agenda_item", ondelete="NO ACTION"),
        same_partnership("contribution_id", "contribution"),
        UniqueConstraint("session_id", "key"),
        UniqueConstraint("contribution_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(BigKey)
    table_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    kind: Mapped[NoteKind] = one_of(NoteKind)
    key: Mapped[str] = impersonal(String(64))
    text: Mapped[str | None] = personal(
        DataClass.WORDS,
        Basis.PUBLIC_TASK,
        Retention(6 * 365, since="created_at", then=Then.BLANK),
    )
    speaker: Mapped[Speaker] = one_of(Speaker, default=Speaker.RESIDENT)
    tag: Mapped[str] = impersonal(String(60), default="")
    factors: Mapped[list[str]] = impersonal(JSON, default=list)
    agreed_at: Mapped[Moment | None] = mapped_column()
    contribution_id: Mapped[int | None] = mapped_column(BigKey)
    created_at: Mapped[CreatedAt] = mapped_column()
    changed_at: Mapped[Moment] = mapped_column()
