"""Lotteries among members: part of them for a survey or a group, who leaves, who gets a place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select, update

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.many import insert_many
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.membership.errors import NotThatMany
from engagement.membership.frames import Frame, frame_of
from engagement.membership.models import LotteryMember, Member, MemberLottery, Membership
from engagement.membership.rules import (
    MOST_FEATURES,
    LeftBy,
    LooksLike,
    LotteryKind,
    MemberState,
)
from engagement.membership.service import members_of, standing_panel
from engagement.messages.bulk import Addressee, queue_many
from engagement.methods.sortition.strata import NAME, VERSION, Drawn, draw_members
from engagement.panels.models import Panel, Registration
from engagement.panels.service import Visible
from engagement.panels.small_numbers import bounds, shown
from engagement.people.models import Resident
from engagement.people.rules import ContactBy
from engagement.programmes.rules import Topic


@dataclass(frozen=True)
class Strata:
    """How those who are drawn are spread: over which features, and whom they are to look like."""

    features: tuple[str, ...] = ()
    looks_like: LooksLike = LooksLike.PEOPLE


@dataclass(frozen=True)
class SamplePlan:
    """A part of the members: what for, how many, how spread, who care about what."""

    name: str
    purpose: str
    size: int
    seed: str
    strata: Strata = Strata()
    interest: Topic | None = None


@transactional
def draw_sample(visible: Visible, panel_public_id: str, plan: SamplePlan) -> str:
    """Draw part of the members, and keep it; returns its public id.

    Raises ``NotAStandingPanel``, ``NotThatMany`` or ``NoPopulation``.
    """
    panel = standing_panel(visible, panel_public_id)
    frame = frame_of(
        panel.id,
        MemberState.MEMBER,
        plan.strata.features[:MOST_FEATURES],
        interest=plan.interest,
    )
    drawn = _draw(frame, plan.size, plan.seed, plan.strata.looks_like)
    rules = {**_rules(frame, plan.strata), "interest": plan.interest}
    return _keep(panel, LotteryKind.SAMPLE, plan.seed, drawn, frame, rules, plan.name, plan.purpose)


@transactional
def rotate(visible: Visible, panel_public_id: str, leave: int, seed: str, link: str) -> str:
    """Let members leave whose term is over: as many as are due, or whom a lottery picks of them.

    ``leave``: how many; more than are due: all who are. Who wants e-mail is told so, with ``link``
    to their membership. Returns the lottery's public id. Raises ``NotAStandingPanel``, or
    ``NotThatMany`` where nobody's term is over.
    """
    panel = standing_panel(visible, panel_public_id)
    frame = due_of(panel.id)
    drawn = _draw(frame, min(leave, len(frame.people)), seed, LooksLike.PEOPLE)
    _change(frame, drawn, state=MemberState.LEFT, left_by=LeftBy.ROTATION, left=True)
    made = _keep(panel, LotteryKind.ROTATION, seed, drawn, frame, _rules(frame, Strata()))
    told, subject = _who_want_email(frame, drawn), gettext("Your term on the panel is over")
    queue_many("member_term_over", told, subject=subject, link=link)
    return made


@transactional
def refresh(visible: Visible, panel_public_id: str, seed: str, strata: Strata, link: str) -> str:
    """Give the free places to some of those who wait; returns the lottery's public id.

    Who wants e-mail is told so, with ``link`` to their membership. Raises ``NotAStandingPanel``,
    ``NoPopulation``, or ``NotThatMany`` where no place is free or nobody waits.
    """
    panel = standing_panel(visible, panel_public_id)
    frame = frame_of(panel.id, MemberState.WAITING, strata.features[:MOST_FEATURES])
    places = min(panel.size - members_of(panel.id), len(frame.people))
    drawn = _draw(frame, places, seed, strata.looks_like)
    _change(frame, drawn, state=MemberState.MEMBER, left_by=None, left=False)
    made = _keep(panel, LotteryKind.REFRESH, seed, drawn, frame, _rules(frame, strata))
    told, subject = _who_want_email(frame, drawn), gettext("You have a place on the panel")
    queue_many("member_has_place", told, subject=subject, link=link)
    return made


def due_of(panel_id: int) -> Frame:
    """The members whose term is over; nobody where there are no terms."""
    months = term_of(panel_id)
    if months is None:
        return Frame({}, {}, ())
    return frame_of(panel_id, MemberState.MEMBER, term_over=(months, clock.now()))


def term_of(panel_id: int) -> int | None:
    """How many months a membership lasts, where that is settled."""
    return db.session.scalar(select(Membership.term_months).where(Membership.panel_id == panel_id))


def _draw(frame: Frame, places: int, seed: str, looks_like: LooksLike) -> Drawn:
    if not 1 <= places <= len(frame.people):
        raise NotThatMany(len(frame.people))
    return draw_members(frame.people, places, seed, weights=frame.weights(looks_like))


def _rules(frame: Frame, strata: Strata) -> dict[str, Any]:
    return {
        "method": f"{NAME} {VERSION}",
        "features": [row.feature.key for row in frame.features],
        "looks_like": strata.looks_like,
    }


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


def _keep(
    panel: Panel,
    kind: LotteryKind,
    seed: str,
    drawn: Drawn,
    frame: Frame,
    rules: dict[str, Any],
    name: str = "",
    purpose: str = "",
) -> str:
    """Keep a lottery, whom it drew and with what chance; the chain gets what may be shown, and a
    digest of the exact numbers."""
    number = db.session.scalar(
        select(func.coalesce(func.max(MemberLottery.number), 0) + 1).where(
            MemberLottery.panel_id == panel.id
        )
    )
    facts = facts_of(drawn, LooksLike(rules["looks_like"]))
    row = MemberLottery(
        panel_id=panel.id,
        number=number,
        kind=kind,
        name=name,
        purpose=purpose,
        seed=seed,
        places=len(drawn.chosen),
        rules=rules,
        facts=facts,
    )
    db.session.add(row)
    db.session.flush()
    insert_many(
        LotteryMember,
        [
            {"lottery_id": row.id, "member_id": frame.keys[name], "probability": str(chance)}
            for name, chance in drawn.chosen.items()
        ],
    )
    told = {"kind": kind, "seed": seed, "places": row.places, "rules": rules, **facts}
    record("members.drawn", "lottery", row.public_id, facts=told, sealed=_exact(drawn))
    return row.public_id


def facts_of(drawn: Drawn, looks_like: LooksLike) -> dict[str, Any]:
    """What anybody may see of who had which chance: nothing that tells how many few people are.

    ``people``: how many there were, rounded. ``chance``: of everybody, where all had the same.
    ``strata``: ``values`` are those of the features, in their order; a hidden number is ``None``.
    Of fewer people than it takes for all strata to be large there are no strata: that they are all
    hidden, and how many people there are, could tell them. How many places strata got follows from
    their people, so that it is hidden where any stratum is.
    """
    counts = [stratum.people for stratum in drawn.strata]
    total = shown([sum(counts)]).total
    shared = looks_like is LooksLike.PEOPLE and total is not None
    chance = _rounded(Fraction(len(drawn.chosen), sum(counts))) if shared else None
    facts: dict[str, Any] = {"people": total, "chance": chance, "strata": []}
    if sum(counts) <= bounds()[0] * len(counts):
        return facts
    people = shown(counts).cells
    places = shown([stratum.places for stratum in drawn.strata]).cells
    chances = [chance] * len(counts) if shared else _chances(drawn, people)
    for at, stratum in enumerate(drawn.strata):
        told = places[at] if all(people) else None
        row = {"people": people[at], "places": told, "chance": chances[at]}
        facts["strata"].append({"values": list(stratum.values), **row})
    return facts


def _chances(drawn: Drawn, people: Sequence[int | None]) -> list[float | None]:
    """The chances of strata that differ, as they may be shown.

    Each tells the people of its stratum, and several together those of the others: all are hidden
    where one stratum is, and else reckoned from the rounded numbers of people.
    """
    open_ = all(people)
    return [
        min(1.0, _rounded(stratum.expected / count)) if open_ and count else None
        for stratum, count in zip(drawn.strata, people, strict=True)
    ]


def _rounded(chance: Fraction) -> float:
    return float(f"{float(chance):.3g}")


def _exact(drawn: Drawn) -> str:
    rows: Sequence[Any] = [
        [list(one.values), one.people, one.places, str(one.expected)] for one in drawn.strata
    ]
    return json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
