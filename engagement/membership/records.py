"""Reads of what was asked of members, and of the lotteries among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engagement.extensions import db
from engagement.membership.models import (
    LotteryMember,
    Member,
    MemberAsk,
    MemberContact,
    MemberLottery,
)
from engagement.membership.rules import LeftOut, LotteryKind, LotteryState, MemberState
from engagement.panels.models import Registration
from engagement.people.models import Resident
from engagement.people.rules import ContactBy


@dataclass(frozen=True)
class AskRow:
    """Something that members were asked; ``asked``: how many were."""

    id: int
    public_id: str
    title: str
    words: str
    left_out: dict[LeftOut, int]
    asked_at: datetime
    asked: int
    lottery: str | None
    lottery_name: str | None


def _asks(*conditions: ColumnElement[bool]) -> list[AskRow]:
    counted = (
        select(func.count())
        .where(MemberContact.ask_id == MemberAsk.id)
        .correlate(MemberAsk)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            MemberAsk.id,
            MemberAsk.public_id,
            MemberAsk.title,
            MemberAsk.words,
            MemberAsk.left_out,
            MemberAsk.asked_at,
            counted.label("asked"),
            MemberLottery.public_id.label("lottery"),
            MemberLottery.name,
        )
        .outerjoin(MemberLottery, MemberLottery.id == MemberAsk.lottery_id)
        .where(*conditions)
        .order_by(MemberAsk.id.desc())
    )
    return [
        AskRow(
            row.id,
            row.public_id,
            row.title,
            row.words,
            {LeftOut(reason): count for reason, count in row.left_out.items()},
            row.asked_at,
            row.asked,
            row.lottery,
            row.name,
        )
        for row in rows
    ]


def asks_of(panel_id: int) -> list[AskRow]:
    """What the members of a panel were asked, the newest first."""
    return _asks(MemberAsk.panel_id == panel_id)


def find_ask(panel_id: int, public_id: str) -> AskRow | None:
    """One thing that the members of a panel were asked."""
    return next(iter(_asks(MemberAsk.panel_id == panel_id, MemberAsk.public_id == public_id)), None)


@dataclass(frozen=True)
class ToReach:
    """Somebody who was asked and gets no e-mail: whom to call or write to."""

    reference: str
    name: str
    contact_by: ContactBy
    phone: str
    address: str


def to_reach(ask_id: int) -> list[ToReach]:
    """Who is to get a call or a letter about something that was asked, calls first."""
    rows = db.session.execute(
        select(
            Registration.reference,
            Resident.name,
            MemberContact.contact_by,
            Resident.phone,
            Resident.address,
        )
        .join(Member, Member.id == MemberContact.member_id)
        .join(Registration, Registration.id == Member.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .where(MemberContact.ask_id == ask_id, MemberContact.contact_by != ContactBy.EMAIL)
        .order_by(MemberContact.contact_by, Registration.reference)
    )
    return [ToReach(*row) for row in rows]


@dataclass(frozen=True)
class LotteryRow:
    """A lottery among members, with what may be shown of it."""

    id: int
    public_id: str
    number: int
    kind: LotteryKind
    name: str
    purpose: str
    state: LotteryState
    seed_source: str
    seed_due: str
    seed: str
    seed_entered_by: str
    places: int
    rules: dict[str, Any]
    facts: dict[str, Any]
    announced_at: datetime
    drawn_at: datetime | None
    given_up_at: datetime | None
    given_up_reason: str


_LOTTERY = tuple(getattr(MemberLottery, name) for name in LotteryRow.__dataclass_fields__)


def lotteries_of(panel_id: int) -> list[LotteryRow]:
    """The lotteries among the members of a panel, the newest first."""
    rows = db.session.execute(
        select(*_LOTTERY)
        .where(MemberLottery.panel_id == panel_id)
        .order_by(MemberLottery.number.desc())
    )
    return [LotteryRow(*row) for row in rows]


def samples_of(panel_ids: Sequence[int]) -> list[tuple[int, LotteryRow]]:
    """The parts of the members of these panels that were drawn, with the key of the panel."""
    rows = db.session.execute(
        select(MemberLottery.panel_id, *_LOTTERY)
        .where(
            MemberLottery.panel_id.in_(panel_ids),
            MemberLottery.kind == LotteryKind.SAMPLE,
            MemberLottery.drawn_at.is_not(None),
        )
        .order_by(MemberLottery.number.desc())
    )
    return [(panel_id, LotteryRow(*row)) for panel_id, *row in rows]


def find_lottery(panel_id: int, public_id: str) -> LotteryRow | None:
    """One lottery among the members of a panel."""
    row = db.session.execute(
        select(*_LOTTERY).where(
            MemberLottery.panel_id == panel_id, MemberLottery.public_id == public_id
        )
    ).one_or_none()
    return LotteryRow(*row) if row else None


@dataclass(frozen=True)
class DrawnRow:
    """Whom a lottery drew, and how they stand now.

    ``probability``: the exact chance they had, for analyses here. It is on no page and in no file.
    """

    member: str
    reference: str
    probability: Fraction
    state: MemberState
    contact_by: ContactBy


def drawn_of(lottery_id: int) -> list[DrawnRow]:
    """Whom a lottery drew, by reference."""
    rows = db.session.execute(
        select(
            Member.public_id,
            Registration.reference,
            LotteryMember.probability,
            Member.state,
            Resident.contact_by,
        )
        .join(Member, Member.id == LotteryMember.member_id)
        .join(Registration, Registration.id == Member.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .where(LotteryMember.lottery_id == lottery_id)
        .order_by(Registration.reference)
    )
    return [
        DrawnRow(row.public_id, row.reference, Fraction(row.probability), row.state, row.contact_by)
        for row in rows
    ]
