"""Asking members: nobody more often than they chose, and never while they pause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.many import insert_many
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.membership.errors import NobodyToAsk, UnknownLottery
from engagement.membership.models import (
    LotteryMember,
    Member,
    MemberAsk,
    MemberContact,
    MemberLottery,
)
from engagement.membership.rules import (
    LeftOut,
    MemberState,
    Standing,
    left_out,
    month_of,
)
from engagement.membership.service import standing_panel
from engagement.messages.bulk import Addressee, queue_many
from engagement.panels.models import Registration
from engagement.panels.service import Visible
from engagement.people.models import Resident
from engagement.people.rules import ContactBy


@dataclass(frozen=True)
class Reach:
    """Who may be asked now, and how many are left out for which reason.

    ``people``: for each member's key how they are reached.
    """

    people: dict[int, ContactBy]
    addressees: tuple[Addressee, ...]
    left_out: dict[LeftOut, int]

    @property
    def by_way(self) -> dict[ContactBy, int]:
        """How many are asked by which way."""
        counts = Counter(self.people.values())
        return {way: counts[way] for way in ContactBy if counts[way]}


@dataclass(frozen=True)
class Question:
    """What is asked: a line that says what it is about, and the words of the message."""

    title: str
    words: str


def reach_of(panel_id: int, lottery_id: int | None, now: datetime) -> Reach:
    """Who may be asked at a moment: of all members, or of those whom a lottery drew."""
    first, last = month_of(now)
    asked = (
        select(MemberContact.member_id, func.count().label("asked"))
        .join(Member, Member.id == MemberContact.member_id)
        .where(
            Member.panel_id == panel_id,
            MemberContact.contacted_at >= first,
            MemberContact.contacted_at < last,
        )
        .group_by(MemberContact.member_id)
        .subquery()
    )
    people = (
        select(
            Member.id,
            Resident.id.label("resident_id"),
            Member.state,
            Member.paused_until,
            Member.most_a_month,
            func.coalesce(asked.c.asked, 0).label("asked"),
            Resident.id.label("resident_id"),
            Resident.name,
            Resident.contact_by,
            Resident.email,
            (Resident.email != "").label("has_email"),
            (Resident.phone != "").label("has_phone"),
            (Resident.address != "").label("has_address"),
        )
        .join(Registration, Registration.id == Member.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(asked, asked.c.member_id == Member.id)
        .where(Member.panel_id == panel_id)
        .order_by(Registration.pool_id)
    )
    if lottery_id is None:
        people = people.where(Member.state == MemberState.MEMBER)
    else:
        people = people.join(LotteryMember, LotteryMember.member_id == Member.id).where(
            LotteryMember.lottery_id == lottery_id
        )
    today = clock.day_of(now)
    found: dict[int, ContactBy] = {}
    addressees: list[Addressee] = []
    reasons: Counter[LeftOut] = Counter()
    for row in db.session.execute(people):
        ways = {
            ContactBy.EMAIL: row.has_email,
            ContactBy.PHONE: row.has_phone,
            ContactBy.POST: row.has_address,
        }
        reachable = bool(ways.get(row.contact_by))
        who = Standing(row.state, row.paused_until, row.most_a_month, row.asked, reachable)
        reason = left_out(who, today)
        if reason is not None:
            reasons[reason] += 1
            continue
        found[row.id] = row.contact_by
        if row.contact_by is ContactBy.EMAIL:
            addressees.append(Addressee(row.email, row.name, row.resident_id))
    return Reach(found, tuple(addressees), {one: reasons[one] for one in LeftOut if reasons[one]})


@transactional
def ask(
    visible: Visible, panel_public_id: str, question: Question, link: str, lottery: str = ""
) -> str:
    """Ask all members who may be asked, or those of them whom a lottery drew (its public id).

    Each of them is noted as asked; who chose e-mail gets one at once, and the others are listed for
    letters and calls. ``link``: where members change what they chose. Returns the public id of what
    was asked. Two at once wait for each other, so that nobody is asked too often. Raises
    ``NotAStandingPanel``, ``UnknownLottery`` or ``NobodyToAsk``.
    """
    panel = standing_panel(visible, panel_public_id)
    lottery_id = None
    if lottery:
        lottery_id = db.session.scalar(
            select(MemberLottery.id).where(
                MemberLottery.panel_id == panel.id, MemberLottery.public_id == lottery
            )
        )
        if lottery_id is None:
            raise UnknownLottery(lottery)
    now = clock.now()
    reach = reach_of(panel.id, lottery_id, now)
    if not reach.people:
        raise NobodyToAsk
    row = MemberAsk(
        panel_id=panel.id,
        lottery_id=lottery_id,
        title=question.title,
        words=question.words,
        left_out={reason.value: count for reason, count in reach.left_out.items()},
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    insert_many(MemberContact, _contacts(row.id, reach.people.items(), now))
    queue_many(
        "member_asked", reach.addressees, subject=question.title, words=question.words, link=link
    )
    record(
        "members.asked",
        "ask",
        row.public_id,
        facts={"asked": len(reach.people), "left_out": row.left_out},
    )
    return row.public_id


def _contacts(
    ask_id: int, people: Iterable[tuple[int, ContactBy]], now: datetime
) -> Sequence[dict[str, object]]:
    return [
        {"ask_id": ask_id, "member_id": member, "contact_by": way, "contacted_at": now}
        for member, way in people
    ]
