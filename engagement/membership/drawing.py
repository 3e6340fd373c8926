"""Drawing among members by a seed: who is drawn, what that changes for them, what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy import select, update

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.many import insert_many
from engagement.extensions import db
from engagement.membership.errors import NotThatMany
from engagement.membership.facts import facts_of
from engagement.membership.frames import Frame, frame_of
from engagement.membership.models import LotteryMember, Member, MemberLottery, Membership
from engagement.membership.rules import (
    LeftBy,
    LooksLike,
    LotteryKind,
    LotteryState,
    MemberState,
)
from engagement.membership.service import members_of
from engagement.messages.bulk import Addressee, queue_many
from engagement.methods.sortition.strata import NAME, VERSION, Drawn, draw_members
from engagement.panels.models import Panel, Registration
from engagement.people.models import Resident
from engagement.people.rules import ContactBy
from engagement.programmes.rules import Topic

METHOD = f"{NAME} {VERSION}"


def frame_for(panel: Panel, lottery: MemberLottery) -> tuple[Frame, int]:
    """Whom a lottery is held among as things stand now, and how many it draws of them.

    Raises ``NotThatMany`` or ``NoPopulation`` where it cannot be held.
    """
    rules, places = lottery.rules, lottery.places
    if lottery.kind is LotteryKind.ROTATION:
        frame = due_of(panel.id)
        places = min(places, len(frame.people))
    elif lottery.kind is LotteryKind.REFRESH:
        frame = frame_of(panel.id, MemberState.WAITING, rules["features"])
        places = min(panel.size - members_of(panel.id), len(frame.people))
    else:
        interest = Topic(rules["interest"]) if rules["interest"] else None
        frame = frame_of(panel.id, MemberState.MEMBER, rules["features"], interest=interest)
    if not 1 <= places <= len(frame.people):
        raise NotThatMany(len(frame.people))
    frame.weights(LooksLike(rules["looks_like"]))
    return frame, places


def draw_now(panel: Panel, lottery: MemberLottery, link: str) -> None:
    """Draw by the seed that was entered. Raises as ``frame_for`` does.

    Who gets a place or leaves, and wants e-mail, is told so, with ``link`` to their membership.
    """
    frame, places = frame_for(panel, lottery)
    weights = frame.weights(LooksLike(lottery.rules["looks_like"]))
    drawn = draw_members(frame.people, places, lottery.seed, weights=weights)
    if lottery.kind is LotteryKind.ROTATION:
        _change(frame, drawn, state=MemberState.LEFT, left_by=LeftBy.ROTATION, left=True)
    elif lottery.kind is LotteryKind.REFRESH:
        _change(frame, drawn, state=MemberState.MEMBER, left_by=None, left=False)
    _keep(lottery, drawn, frame)
    told = _who_want_email(frame, drawn)
    if lottery.kind is LotteryKind.ROTATION:
        subject = gettext("Your term on the panel is over")
        queue_many("member_term_over", told, subject=subject, link=link)
    elif lottery.kind is LotteryKind.REFRESH:
        subject = gettext("You have a place on the panel")
        queue_many("member_has_place", told, subject=subject, link=link)


def due_of(panel_id: int) -> Frame:
    """The members whose term is over; nobody where there are no terms."""
    months = term_of(panel_id)
    if months is None:
        return Frame({}, {}, ())
    return frame_of(panel_id, MemberState.MEMBER, term_over=(months, clock.now()))


def term_of(panel_id: int) -> int | None:
    """How many months a membership lasts, where that is settled."""
    return db.session.scalar(select(Membership.term_months).where(Membership.panel_id == panel_id))


def _change(
    frame: Frame, drawn: Drawn, *, state: MemberState, left_by: LeftBy | None, left: bool
) -> None:
    # Before anything is recorded: who waits for a member must not hold the chain's lock.
    now = clock.now()
    db.session.execute(
        update(Member)
        .where(Member.id.in_([frame.keys[name] for name in drawn.chosen]))
        .values(
            state=state,
            since=None if left else now,
            left_at=now if left else None,
            left_by=left_by,
            paused_until=None,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _who_want_email(frame: Frame, drawn: Drawn) -> list[Addressee]:
    """Those who were drawn and want e-mail. To tell them is no question, and counts as none."""
    rows = db.session.execute(
        select(Resident.id, Resident.name, Resident.email)
        .join(Registration, Registration.resident_id == Resident.id)
        .join(Member, Member.registration_id == Registration.id)
        .where(
            Member.id.in_([frame.keys[name] for name in drawn.chosen]),
            Resident.contact_by == ContactBy.EMAIL,
            Resident.email != "",
        )
        .order_by(Registration.pool_id)
    )
    return [Addressee(row.email, row.name, row.id) for row in rows]


def _keep(lottery: MemberLottery, drawn: Drawn, frame: Frame) -> None:
    """Keep whom a lottery drew and with what chance; the chain gets what may be shown, and a digest
    of the exact numbers."""
    facts = facts_of(drawn, LooksLike(lottery.rules["looks_like"]))
    used = {"method": METHOD, "features": [row.feature.key for row in frame.features]}
    lottery.rules = {**lottery.rules, **used}
    lottery.places, lottery.facts = len(drawn.chosen), facts
    lottery.state, lottery.drawn_at = LotteryState.DRAWN, clock.now()
    insert_many(
        LotteryMember,
        [
            {"lottery_id": lottery.id, "member_id": frame.keys[name], "probability": str(chance)}
            for name, chance in drawn.chosen.items()
        ],
    )
    told = {"kind": lottery.kind, "seed": lottery.seed, "places": lottery.places, **facts}
    told["rules"] = lottery.rules
    record("members.drawn", "lottery", lottery.public_id, facts=told, sealed=_exact(drawn))


def _exact(drawn: Drawn) -> str:
    rows: Sequence[Any] = [
        [list(one.values), one.people, one.places, str(one.expected)] for one in drawn.strata
    ]
    return json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
