"""Staff, their grants and second factors, sessions, single-use tokens, interrupted forms."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.accounts.rules import Role, StaffState, TokenPurpose
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

AFTER_LEAVING = Retention(365, since="disabled_at")
AFTER_EXPIRY = Retention(30, since="expires_at")
AFTER_SESSION = Retention(30, since="ends_at")


class Staff(Partnered, Base):
    """A member of staff of one partnership, or of an organisation that works with it."""

    __tablename__ = "staff"
    __table_args__ = (
        keyed(),
        same_partnership("organisation_id", "organisation", ondelete="NO ACTION"),
        UniqueConstraint("partnership_id", "email"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[str] = personal(DataClass.CONTACT, Basis.PUBLIC_TASK, AFTER_LEAVING)
    name: Mapped[str] = personal(DataClass.IDENTITY, Basis.PUBLIC_TASK, AFTER_LEAVING)
    password_hash: Mapped[str | None] = personal(
        DataClass.CREDENTIAL, Basis.PUBLIC_TASK, AFTER_LEAVING
    )
    totp_secret: Mapped[str | None] = personal(
        DataClass.CREDENTIAL, Basis.PUBLIC_TASK, AFTER_LEAVING
    )
    totp_confirmed_at: Mapped[Moment | None] = mapped_column()
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger, info={"personal": None})
    state: Mapped[StaffState] = one_of(StaffState)
    # Empty for the partnership's own staff.
    organisation_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    created_at: Mapped[CreatedAt] = mapped_column()
    disabled_at: Mapped[Moment | None] = mapped_column()


class Grant(Partnered, Base):
    """A role that a member of staff holds: in the whole partnership, or in one programme."""

    __tablename__ = "staff_grant"
    __table_args__ = (
        same_partnership("staff_id", "staff"),
        same_partnership("programme_id", "programme"),
        UniqueConstraint("staff_id", "role", "programme_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(BigKey, index=True)
    role: Mapped[Role] = one_of(Role)
    programme_id: Mapped[int | None] = mapped_column(BigKey, index=True)


class RecoveryCode(Partnered, Base):
    """A code that stands in once for the authenticator app."""

    __tablename__ = "recovery_code"
    __table_args__ = (same_partnership("staff_id", "staff"),)

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(BigKey, index=True)
    code_hash: Mapped[str] = impersonal(String(64))
    used_at: Mapped[Moment | None] = mapped_column()


class SignInSession(Partnered, Base):
    """Somebody is signed in here, until this row says that they are not."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        same_partnership("staff_id", "staff"),
        same_partnership("resident_id", "resident"),
        CheckConstraint("(staff_id IS NULL) <> (resident_id IS NULL)", name="one_holder"),
    )

    id: Mapped[Key]
    token_hash: Mapped[str] = personal(
        DataClass.CREDENTIAL, Basis.PUBLIC_TASK, AFTER_SESSION, String(64), unique=True
    )
    staff_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    resident_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    # Kept here too, so that a page need not look its holder up to say who acts.
    holder_public_id: Mapped[str] = impersonal(String(22))
    started_at: Mapped[CreatedAt] = mapped_column()
    last_seen_at: Mapped[Moment] = mapped_column()
    ends_at: Mapped[Moment] = mapped_column()
    ended_at: Mapped[Moment | None] = mapped_column()


class Token(Partnered, Base):
    """A single-use link or step, kept only as a hash.

    A token without a holder can never be used: it is made for an unknown address, so that the
    answer takes the same work and time.
    """

    __tablename__ = "token"
    __table_args__ = (
        same_partnership("staff_id", "staff"),
        same_partnership("resident_id", "resident"),
    )

    id: Mapped[Key]
    purpose: Mapped[TokenPurpose] = one_of(TokenPurpose)
    token_hash: Mapped[str] = personal(
        DataClass.CREDENTIAL, Basis.PUBLIC_TASK, AFTER_EXPIRY, String(64), unique=True
    )
    staff_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    resident_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    created_at: Mapped[CreatedAt] = mapped_column()
    expires_at: Mapped[Moment] = mapped_column()
    used_at: Mapped[Moment | None] = mapped_column()


class InterruptedForm(Partnered, Base):
    """What somebody typed into a form whose sending met an ended session."""

    __tablename__ = "interrupted_form"
    __table_args__ = (
        same_partnership("staff_id", "staff"),
        same_partnership("resident_id", "resident"),
    )

    id: Mapped[Key]
    staff_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    resident_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    path: Mapped[str] = impersonal()
    fields: Mapped[list[list[str]]] = personal(
        DataClass.WORDS, Basis.PUBLIC_TASK, Retention(1, since="kept_at"), JSON
    )
    kept_at: Mapped[CreatedAt] = mapped_column()
