"""Standing panels for looking at their pages: nobody yet, many, and a resident in each state."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update

from engagement.audit.service import acting_as
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.membership import service
from engagement.membership.asking import ask
from engagement.membership.lotteries import Strata, announce, enter_seed, give_up
from engagement.membership.models import Member
from engagement.membership.rules import LooksLike, LotteryKind, MemberRole
from engagement.panels.models import Panel
from engagement.panels.registration import withdraw_registration
from engagement.people.rules import ContactBy
from engagement.programmes.rules import Topic
from tests.factories import Partnership, Programme, Resident
from tests.factories.members import (
    LINK,
    ONE,
    QUESTION,
    SamplePlan,
    crowd,
    draw_sample,
    join,
    join_many,
    plan_of,
    refresh,
    rotate,
    standing_panel,
)

Paths = dict[str, list[dict[str, str]]]
OF_PANEL = (
    *("members", "member_profile", "ask_members", "member_asks", "draw_member_sample"),
    *("member_term", "rotate_members", "refresh_members", "member_lotteries"),
)
OWN = ("membership", "membership_often", "membership_interests", "pause_membership")
PLAN = SamplePlan(
    "Focus group on waiting", "To talk about waiting. " * 9, 3, "dice 4 2 6", Strata(("sex",))
)
SURVEY = SamplePlan(
    "Survey", "To ask", 20, "4 2 6", Strata(("sex", "age"), LooksLike.AREA), Topic.WAITING
)


def member_pages(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """The pages of a panel that one person has joined, and of one that nobody has."""
    with place.inside():
        nobody = standing_panel(programme, mark="without members")
        panel = standing_panel(programme, mark="with a member")
        me = join(panel, resident_id=resident.id)
        lottery = draw_sample(panel, SamplePlan("One", "To try it", 1, "4 2 6"))
        asked = ask(None, panel, QUESTION, LINK)
    paths = {f"residents.{page}": [{"panel_id": panel}] for page in OWN}
    for page in OF_PANEL:
        paths[f"facilitators.{page}"] = [{"panel_id": panel}, {"panel_id": nobody}]
    return paths | _within(panel, [me.member], [lottery], [asked])


def every_member_page(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """The same with many members, and for a resident in every state that there is."""
    with place.inside():
        panel = standing_panel(programme, mark="with many")
        me = join(panel, resident_id=resident.id)
        people = join_many(panel, 30)
        crowd(panel, 170)
        service.set_term(None, panel, 24)
        for one in (resident.id, *(one.resident_id for one in people)):
            service.choose_interests(panel, one, list(Topic), "words")
        service.confirm_profile(panel, resident.id)
        for role in MemberRole:
            service.give_role(None, panel, me.member, role)
        join(panel, name="<b>Bo</b> & “Co”", contact_by=ContactBy.POST)
        join(panel, name="Siân", contact_by=ContactBy.PHONE)
        part = draw_sample(panel, PLAN)
        survey = draw_sample(panel, SURVEY)
        service.pause(panel, people[0].resident_id, _later())
        asked = [ask(None, panel, QUESTION, LINK, part), ask(None, panel, QUESTION, LINK)]
        service.leave(panel, people[1].resident_id)
        out = _end_terms(panel)
        waiting = _waiting(panel)
        own = [panel, *_states_of(resident, programme)]
    paths = {f"residents.{page}": [{"panel_id": key} for key in own] for page in OWN}
    for page in OF_PANEL:
        paths[f"facilitators.{page}"] = [{"panel_id": panel}]
    paths["facilitators.members"] += [{"panel_id": key} for key in own[1:]]
    members = [me.member, *(one.member for one in people[:3])]
    return paths | _within(panel, members, [part, survey, out, *waiting], asked)


def _within(panel: str, members: list[str], lotteries: list[str], asked: list[str]) -> Paths:
    """The pages of single members, lotteries and asks; one asks those whom the first drew."""
    here = {"panel_id": panel}
    each = [{**here, "member_id": key} for key in members]
    return {
        "facilitators.member": each,
        "facilitators.member_choices": each,
        "facilitators.pause_member": each[:1],
        "facilitators.member_lottery": [{**here, "lottery_id": key} for key in lotteries],
        "facilitators.ask_drawn": [{**here, "lottery_id": lotteries[0]}],
        "facilitators.member_ask": [{**here, "ask_id": key} for key in asked],
    }


def _later() -> date:
    return clock.day_of(clock.now()) + timedelta(days=40)


def _end_terms(panel: str) -> str:
    """Some members' terms are over, and a lottery lets a few of them leave; its public id."""
    with transaction():
        db.session.execute(
            update(Member)
            .where(Member.id % 5 == 0)
            .values(since=clock.now() - timedelta(days=800))
            .execution_options(synchronize_session=False)
        )
    return rotate(panel, 9, "4 2 6")


def _waiting(panel: str) -> list[str]:
    """A lottery that waits for its seed, one that waits for the second of two, one given up."""
    lost = announce(None, panel, plan_of(LotteryKind.SAMPLE, places=9))
    give_up(None, panel, lost, "The dice were thrown before anybody watched. " * 3)
    half = announce(None, panel, plan_of(LotteryKind.ROTATION, places=3))
    with acting_as(ONE):
        enter_seed(None, panel, half, "4 2 6", LINK)
    return [announce(None, panel, plan_of(LotteryKind.SAMPLE, places=9)), half, lost]


def _states_of(resident: Resident, programme: Programme) -> list[str]:
    """Panels in which a resident waits, pauses, has left, took their name back, or was drawn out;
    one of them was refreshed by a lottery."""
    full = standing_panel(programme, 4)
    first = join_many(full, 4)
    join(full, resident_id=resident.id)
    join_many(full, 3)
    service.leave(full, first[0].resident_id)
    refresh(full, "4 2 6", Strata(("sex",)))
    paused, left, back, over = (standing_panel(programme) for _ in range(4))
    for panel in (paused, left, back, over):
        join(panel, resident_id=resident.id)
    service.pause(paused, resident.id, _later())
    service.leave(left, resident.id)
    withdraw_registration(back, resident.id)
    service.set_term(None, over, 12)
    with transaction():
        db.session.execute(
            update(Member)
            .where(Member.panel_id.in_(select(Panel.id).where(Panel.public_id == over)))
            .values(since=clock.now() - timedelta(days=800))
            .execution_options(synchronize_session=False)
        )
    rotate(over, 1, "4 2 6")
    return [full, paused, left, back, over]
