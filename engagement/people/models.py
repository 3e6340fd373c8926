"""Residents, the codes that let them in, their consents and answers, and whom they took part as."""

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
    Then,
    impersonal,
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.people.rules import ContactBy, GivenHow

AFTER_LAST_SEEN = Retention(3 * 365, since="last_active_at")


class LetterCode(Partnered, Base):
    """The code in a letter, kept only as a hash.

    Every adult of the household may begin with it, each with a return word of their own.
    """

    __tablename__ = "letter_code"
    __table_args__ = (keyed(), same_partnership("programme_id", "programme"))

    id: Mapped[Key]
    code_hash: Mapped[str | None] = personal(
        DataClass.CREDENTIAL,
        Basis.PUBLIC_TASK,
        Retention(365, since="expires_at", then=Then.BLANK),
        String(64),
        unique=True,
    )
    programme_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    issued_at: Mapped[CreatedAt] = mapped_column()
    expires_at: Mapped[Moment] = mapped_column()
    revoked_at: Mapped[Moment | None] = mapped_column()


class Resident(Partnered, Base):
    """A person who takes part. No name, address or e-mail is needed."""

    __tablename__ = "resident"
    __table_args__ = (
        keyed(),
        same_partnership("letter_code_id", "letter_code", ondelete="NO ACTION"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = personal(DataClass.IDENTITY, Basis.CONSENT, AFTER_LAST_SEEN, default="")
    email: Mapped[str] = personal(
        DataClass.CONTACT, Basis.CONSENT, AFTER_LAST_SEEN, default="", index=True
    )
    phone: Mapped[str] = personal(DataClass.CONTACT, Basis.CONSENT, AFTER_LAST_SEEN, default="")
    address: Mapped[str] = personal(DataClass.CONTACT, Basis.CONSENT, AFTER_LAST_SEEN, default="")
    contact_by: Mapped[ContactBy] = one_of(ContactBy, default=ContactBy.NOBODY)
    letter_code_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    return_word_hash: Mapped[str | None] = personal(
        DataClass.CREDENTIAL, Basis.PUBLIC_TASK, AFTER_LAST_SEEN
    )
    created_at: Mapped[CreatedAt] = mapped_column()
    last_active_at: Mapped[CreatedAt] = mapped_column()


class MemberCode(Partnered, Base):
    """A resident's own code, kept only as a hash: opens their pages until it is revoked."""

    __tablename__ = "member_code"
    __table_args__ = (same_partnership("resident_id", "resident"),)

    id: Mapped[Key]
    code_hash: Mapped[str] = personal(
        DataClass.CREDENTIAL,
        Basis.PUBLIC_TASK,
        Retention(365, since="expires_at"),
        String(64),
        unique=True,
    )
    resident_id: Mapped[int] = mapped_column(BigKey, index=True)
    issued_at: Mapped[CreatedAt] = mapped_column()
    expires_at: Mapped[Moment] = mapped_column()
    revoked_at: Mapped[Moment | None] = mapped_column()


class Consent(Partnered, Base):
    """What somebody agreed to: purpose, the exact words shown, when and how."""

    __tablename__ = "consent"
    __table_args__ = (keyed(), same_partnership("resident_id", "resident"))

    id: Mapped[Key]
    resident_id: Mapped[int] = mapped_column(BigKey, index=True)
    purpose: Mapped[str] = impersonal()
    wording: Mapped[str] = impersonal()
    wording_text: Mapped[str] = impersonal()
    given_how: Mapped[GivenHow] = one_of(GivenHow)
    given_at: Mapped[CreatedAt] = mapped_column()
    withdrawn_at: Mapped[Moment | None] = mapped_column()


class ProfileAnswer(Partnered, Base):
    """One answer about oneself; it stands only while its consent does."""

    __tablename__ = "profile_answer"
    __table_args__ = (
        same_partnership("resident_id", "resident"),
        same_partnership("consent_id", "consent"),
        UniqueConstraint("resident_id", "question"),
    )

    id: Mapped[Key]
    resident_id: Mapped[int] = mapped_column(BigKey, index=True)
    consent_id: Mapped[int] = mapped_column(BigKey, index=True)
    question: Mapped[str] = impersonal()
    value: Mapped[str] = personal(
        DataClass.SPECIAL, Basis.EXPLICIT_CONSENT, Retention(3 * 365, since="answered_at")
    )
    answered_at: Mapped[CreatedAt] = mapped_column()


class ParticipantLink(Partnered, Base):
    """Which resident a participant of a programme is.

    Nothing else tells. Once the row is erased, what the participant said is nobody's.
    """

    __tablename__ = "participant_link"
    __table_args__ = (
        same_partnership("participant_id", "participant"),
        same_partnership("resident_id", "resident"),
        UniqueConstraint("participant_id"),
    )

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(BigKey)
    resident_id: Mapped[int] = personal(
        DataClass.IDENTITY,
        Basis.PUBLIC_TASK,
        Retention(3 * 365, since="linked_at"),
        BigKey,
        index=True,
    )
    linked_at: Mapped[CreatedAt] = mapped_column()
