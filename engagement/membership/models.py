"""Members of standing panels, what they chose, when they were asked, and lotteries among them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.database.columns import (
    Basis,
    BigKey,
    CreatedAt,
    DataClass,
    Key,
    Moment,
    Personal,
    PublicId,
    Retention,
    Then,
    impersonal,
    one_of,
    personal,
)
from engagement.database.tenancy import Partnered, keyed, same_partnership
from engagement.extensions import Base
from engagement.membership.rules import (
    AT_FIRST,
    CONTACTS_KEPT,
    PAUSES_KEPT,
    PREFERENCES_KEPT,
    LeftBy,
    LotteryKind,
    LotteryState,
    MemberRole,
    MemberState,
)
from engagement.people.rules import ContactBy
from engagement.programmes.rules import Topic

_INTERESTS = Personal(
    DataClass.SPECIAL, Basis.EXPLICIT_CONSENT, Retention(PREFERENCES_KEPT, since="told_at")
)
_CONTACTS = Personal(
    DataClass.BEHAVIOUR, Basis.PUBLIC_TASK, Retention(CONTACTS_KEPT, since="contacted_at")
)


class Membership(Partnered, Base):
    """What staff settle for the members of a panel; without a term, members stay."""

    __tablename__ = "membership"
    __table_args__ = (same_partnership("panel_id", "panel"), UniqueConstraint("panel_id"))

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(BigKey)
    term_months: Mapped[int | None] = mapped_column(Integer)


class Member(Partnered, Base):
    """Somebody who registered for a standing panel. Who they are, the registration tells.

    ``since``: when their present membership began, empty while they wait. ``paused_until``: the
    first day on which they may be asked again. ``confirmed_at``: when they last looked at their
    answers and said that they are right.
    """

    __tablename__ = "member"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        same_partnership("registration_id", "registration"),
        UniqueConstraint("registration_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    registration_id: Mapped[int] = mapped_column(BigKey)
    state: Mapped[MemberState] = one_of(MemberState)
    most_a_month: Mapped[int] = mapped_column(Integer, default=AT_FIRST)
    paused_until: Mapped[date | None] = personal(
        DataClass.BEHAVIOUR,
        Basis.PUBLIC_TASK,
        Retention(PAUSES_KEPT, since="paused_at", then=Then.BLANK),
        Date,
    )
    paused_at: Mapped[Moment | None] = mapped_column()
    joined_at: Mapped[CreatedAt] = mapped_column()
    since: Mapped[Moment | None] = mapped_column()
    confirmed_at: Mapped[Moment | None] = mapped_column()
    left_at: Mapped[Moment | None] = mapped_column()
    left_by: Mapped[LeftBy | None] = one_of(LeftBy)


class MemberInterest(Partnered, Base):
    """A topic that a member wants to be asked about. It may hint at their health, so it stands only
    while its consent does."""

    __tablename__ = "member_interest"
    __table_args__ = (
        same_partnership("member_id", "member"),
        same_partnership("consent_id", "consent"),
        UniqueConstraint("member_id", "topic"),
    )

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(BigKey)
    consent_id: Mapped[int] = mapped_column(BigKey, index=True)
    topic: Mapped[Topic] = one_of(Topic, info={"personal": _INTERESTS})
    told_at: Mapped[CreatedAt] = mapped_column()


class MemberRoleHeld(Partnered, Base):
    """What a member does for the others. In a table of its own, which no lottery reads."""

    __tablename__ = "member_role"
    __table_args__ = (
        same_partnership("member_id", "member"),
        UniqueConstraint("member_id", "role"),
    )

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(BigKey)
    role: Mapped[MemberRole] = one_of(MemberRole)
    given_at: Mapped[CreatedAt] = mapped_column()


class MemberLottery(Partnered, Base):
    """A lottery among members, or among those who wait.

    ``seed_source``: where the seed comes from, named before it is known. ``places``: how many were
    drawn; before that, how many are to be. ``rules``: features, interest, whom it is to look like.
    ``facts``: the strata as they may be shown, with small counts hidden.
    """

    __tablename__ = "member_lottery"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        UniqueConstraint("panel_id", "number"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey)
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[LotteryKind] = one_of(LotteryKind)
    state: Mapped[LotteryState] = one_of(LotteryState)
    name: Mapped[str] = impersonal()
    purpose: Mapped[str] = impersonal(default="")
    seed_source: Mapped[str] = impersonal()
    seed_due: Mapped[str] = impersonal()
    seed: Mapped[str] = impersonal(default="")
    seed_entered_by: Mapped[str] = impersonal(String(22), default="")
    seed_entered_at: Mapped[Moment | None] = mapped_column()
    places: Mapped[int] = mapped_column(Integer)
    rules: Mapped[dict[str, Any]] = impersonal(JSON)
    facts: Mapped[dict[str, Any]] = impersonal(JSON)
    announced_at: Mapped[CreatedAt] = mapped_column()
    drawn_at: Mapped[Moment | None] = mapped_column()
    given_up_at: Mapped[Moment | None] = mapped_column()
    given_up_reason: Mapped[str] = impersonal(default="")


class LotteryMember(Partnered, Base):
    """A member whom a lottery drew, with the chance that they had, as a fraction."""

    __tablename__ = "lottery_member"
    __table_args__ = (
        same_partnership("lottery_id", "member_lottery"),
        same_partnership("member_id", "member"),
        UniqueConstraint("lottery_id", "member_id"),
    )

    id: Mapped[Key]
    lottery_id: Mapped[int] = mapped_column(BigKey)
    member_id: Mapped[int] = mapped_column(BigKey, index=True)
    probability: Mapped[str] = personal(
        DataClass.SPECIAL,
        Basis.EXPLICIT_CONSENT,
        Retention(PREFERENCES_KEPT, since="kept_at"),
        String(60),
    )
    kept_at: Mapped[CreatedAt] = mapped_column()


class MemberAsk(Partnered, Base):
    """Something that members were asked: the words, and how many were left out for which reason."""

    __tablename__ = "member_ask"
    __table_args__ = (
        keyed(),
        same_partnership("panel_id", "panel"),
        same_partnership("lottery_id", "member_lottery", ondelete="NO ACTION"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    panel_id: Mapped[int] = mapped_column(BigKey, index=True)
    lottery_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    title: Mapped[str] = impersonal()
    words: Mapped[str] = impersonal()
    left_out: Mapped[dict[str, int]] = impersonal(JSON)
    asked_at: Mapped[CreatedAt] = mapped_column()


class MemberContact(Partnered, Base):
    """Somebody was asked something, and by which way: what the limit on contacts counts."""

    __tablename__ = "member_contact"
    __table_args__ = (
        same_partnership("ask_id", "member_ask"),
        same_partnership("member_id", "member"),
        UniqueConstraint("ask_id", "member_id"),
    )

    id: Mapped[Key]
    ask_id: Mapped[int] = mapped_column(BigKey)
    member_id: Mapped[int] = mapped_column(BigKey, index=True)
    contact_by: Mapped[ContactBy] = one_of(ContactBy, info={"personal": _CONTACTS})
    contacted_at: Mapped[CreatedAt] = mapped_column()
