"""Sessions, their agendas, papers, and questions sent beforehand."""

from __future__ import annotations

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.contributions.asked import Asked
from engagement.database.columns import BigKey, CreatedAt, Key, Moment, PublicId, impersonal, one_of
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.sessions.rules import Mode


class Session(Partnered, Base):
    """An occasion on which people meet; see ``rules.SessionPlan``.

    ``revision`` grows with every change that a calendar must know. ``people_counted``: how many
    came, where nobody is named. ``item_id`` is what the desk is at, since ``item_at``;
    ``paused_at``: its timer stands still since then. ``closed_at``: the tables have written.
    """

    __tablename__ = "session"
    __table_args__ = (
        keyed(),
        same_partnership("activity_id", "activity"),
        same_partnership("venue_id", "venue", ondelete="NO ACTION"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    activity_id: Mapped[int] = mapped_column(BigKey, index=True)
    venue_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    title: Mapped[str] = impersonal()
    starts_at: Mapped[Moment] = mapped_column()
    ends_at: Mapped[Moment] = mapped_column()
    mode: Mapped[Mode] = one_of(Mode)
    joining_link: Mapped[str] = impersonal(default="")
    joining_phone: Mapped[str] = impersonal(default="")
    fee_pence: Mapped[int] = mapped_column(Integer, default=0)
    is_open: Mapped[bool] = mapped_column(default=False)
    record_link: Mapped[str] = impersonal(default="")
    people_counted: Mapped[int | None] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    called_off_at: Mapped[Moment | None] = mapped_column()
    called_off_why: Mapped[str] = impersonal(default="")
    item_id: Mapped[int | None] = mapped_column(BigKey)
    item_at: Mapped[Moment | None] = mapped_column()
    paused_at: Mapped[Moment | None] = mapped_column()
    closed_at: Mapped[Moment | None] = mapped_column()
    created_at: Mapped[CreatedAt] = mapped_column()


class AgendaItem(Partnered, Base):
    """An item of an agenda; see ``rules.ItemPlan``. ``version`` grows with every change, so that
    two who change it at once do not overwrite each other."""

    __tablename__ = "agenda_item"
    __table_args__ = (keyed(), same_partnership("session_id", "session"))

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(BigKey, index=True)
    place: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = impersonal()
    minutes: Mapped[int] = mapped_column(Integer)
    prompt: Mapped[str] = impersonal(default="")
    at_tables: Mapped[bool] = mapped_column(default=False)
    moves: Mapped[bool] = mapped_column(default=False)
    tag: Mapped[str] = impersonal(String(60), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)


class Paper:
    """The columns of a paper: in plain words, with the full one behind, as a link or a stored file.
    ``made_by`` says who made it, and who paid them where that matters."""

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    title: Mapped[str] = impersonal()
    made_by: Mapped[str] = impersonal()
    plain: Mapped[str] = impersonal()
    link: Mapped[str] = impersonal(default="")
    created_at: Mapped[CreatedAt] = mapped_column()


class SessionPaper(Paper, Partnered, Base):
    """A paper for a session."""

    __tablename__ = "session_paper"
    __table_args__ = (keyed(), same_partnership("session_id", "session"))

    session_id: Mapped[int] = mapped_column(BigKey, index=True)


class SessionQuestion(Asked, Partnered, Base):
    """A question that somebody sent for a session beforehand."""

    __tablename__ = "session_question"
    __table_args__ = (
        keyed(),
        same_partnership("session_id", "session"),
        same_partnership("contribution_id", "contribution"),
        same_partnership("with_id", "session_question", ondelete="NO ACTION"),
        UniqueConstraint("contribution_id"),
    )

    session_id: Mapped[int] = mapped_column(BigKey, index=True)
