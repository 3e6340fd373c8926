"""Lotteries among members: part of them for a survey or a group, who leaves, who gets a place.

Each is announced, with where its seed will come from, before anybody can know the seed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engagement.audit.service import current_actor, record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.membership.drawing import METHOD, draw_now, frame_for
from engagement.membership.errors import (
    LotteryOver,
    LotteryUnderWay,
    SourceUsed,
    UnknownLottery,
)
from engagement.membership.models import MemberLottery
from engagement.membership.rules import MOST_FEATURES, LooksLike, LotteryKind, LotteryState
from engagement.membership.service import standing_panel
from engagement.panels.errors import SamePerson, SeedsDiffer
from engagement.panels.models import Panel
from engagement.panels.service import Visible
from engagement.programmes.rules import Topic


@dataclass(frozen=True)
class Strata:
    """How those who are drawn are spread: over which features, and whom they are to look like."""

    features: tuple[str, ...] = ()
    looks_like: LooksLike = LooksLike.PEOPLE


@dataclass(frozen=True)
class LotteryPlan:
    """What a lottery is to decide, and where its seed will come from, and when, in words.

    ``places``: how many it draws; of those whose term is over at most so many; of those who wait
    as many as find a place. ``name``, ``purpose``, ``interest``: of part of the members.
    """

    kind: LotteryKind
    seed_source: str
    seed_due: str
    places: int = 0
    strata: Strata = Strata()
    name: str = ""
    purpose: str = ""
    interest: Topic | None = None


@transactional
def announce(visible: Visible, panel_public_id: str, plan: LotteryPlan) -> str:
    """Announce a lottery, before its seed can be known; returns its public id.

    Raises ``NotAStandingPanel``, ``LotteryUnderWay`` where one of its kind waits for its seed,
    ``SourceUsed``, and ``NotThatMany`` or ``NoPopulation`` where it could not be held now.
    """
    panel = standing_panel(visible, panel_public_id)
    earlier = db.session.scalars(
        select(MemberLottery).where(MemberLottery.panel_id == panel.id)
    ).all()
    for one in earlier:
        if one.kind is plan.kind and one.state is LotteryState.ANNOUNCED:
            raise LotteryUnderWay(one.public_id)
        # Also of one that was given up: its seed may be known.
        if _folded(one.seed_source) == _folded(plan.seed_source):
            raise SourceUsed(one.number)
    lottery = MemberLottery(
        panel_id=panel.id,
        number=max((one.number for one in earlier), default=0) + 1,
        kind=plan.kind,
        state=LotteryState.ANNOUNCED,
        name=plan.name,
        purpose=plan.purpose,
        seed_source=plan.seed_source.strip(),
        seed_due=plan.seed_due.strip(),
        seed="",
        seed_entered_by="",
        places=plan.places,
        rules={
            "method": METHOD,
            "features": list(plan.strata.features[:MOST_FEATURES]),
            "looks_like": plan.strata.looks_like,
            "interest": plan.interest,
        },
        facts={},
        given_up_reason="",
    )
    frame, lottery.places = frame_for(panel, lottery)
    lottery.rules["features"] = [row.feature.key for row in frame.features]
    if plan.kind is LotteryKind.ROTATION:
        lottery.places = plan.places
    db.session.add(lottery)
    db.session.flush()
    source = {"seed_source": lottery.seed_source, "seed_due": lottery.seed_due}
    told = {"kind": plan.kind, "rules": lottery.rules, **source}
    record("members.lottery announced", "lottery", lottery.public_id, facts=told)
    return lottery.public_id


def _folded(source: str) -> str:
    return "".join(sign for sign in source.casefold() if sign.isalnum())


@transactional
def enter_seed(
    visible: Visible, panel_public_id: str, lottery_public_id: str, seed: str, link: str
) -> bool:
    """Enter the seed as the source gave it; true where that draws.

    Part of the members is drawn at once. Who leaves and who gets a place is drawn when a second
    member of staff has entered the same; ``link``: to their membership, for those who are told.
    Raises ``NotAStandingPanel``, ``UnknownLottery``, ``LotteryOver``, ``SamePerson``,
    ``SeedsDiffer``: what the first entered stands; and ``NotThatMany`` or ``NoPopulation`` where
    things have changed so that it cannot be held.
    """
    panel, lottery = _announced(visible, panel_public_id, lottery_public_id)
    actor, seed = current_actor().id, seed.strip()
    if not lottery.seed:
        lottery.seed, lottery.seed_entered_by = seed, actor
        lottery.seed_entered_at = clock.now()
        if lottery.kind is not LotteryKind.SAMPLE:
            record("members.seed entered", "lottery", lottery.public_id)
            return False
    elif lottery.seed_entered_by == actor:
        raise SamePerson(lottery_public_id)
    elif lottery.seed != seed:
        raise SeedsDiffer(lottery_public_id)
    draw_now(panel, lottery, link)
    return True


@transactional
def give_up(visible: Visible, panel_public_id: str, lottery_public_id: str, reason: str) -> None:
    """End a lottery that is not drawn yet; it stays in the list with its reason.

    Raises ``NotAStandingPanel``, ``UnknownLottery`` or ``LotteryOver``.
    """
    _, lottery = _announced(visible, panel_public_id, lottery_public_id)
    lottery.state, lottery.given_up_at = LotteryState.GIVEN_UP, clock.now()
    lottery.given_up_reason = reason.strip()
    told = {"reason": lottery.given_up_reason, "seed_entered": bool(lottery.seed)}
    record("members.lottery given up", "lottery", lottery.public_id, facts=told)


def _announced(
    visible: Visible, panel_public_id: str, lottery_public_id: str
) -> tuple[Panel, MemberLottery]:
    """The panel, locked, and a lottery of it that waits for its seed."""
    panel = standing_panel(visible, panel_public_id)
    lottery = db.session.scalars(
        select(MemberLottery)
        .where(MemberLottery.panel_id == panel.id, MemberLottery.public_id == lottery_public_id)
        .with_for_update()
    ).one_or_none()
    if lottery is None:
        raise UnknownLottery(lottery_public_id)
    if lottery.state is not LotteryState.ANNOUNCED:
        raise LotteryOver(lottery_public_id)
    return panel, lottery
