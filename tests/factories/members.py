"""Standing community panels and their members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, insert, select

from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.database import clock
from engagement.database.columns import new_public_id
from engagement.database.tenancy import FILTERS_ITSELF
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.membership import service
from engagement.membership.asking import Question, ask
from engagement.membership.lotteries import LotteryPlan, Strata, announce, enter_seed
from engagement.membership.models import Member
from engagement.membership.queries import find_standing_panel
from engagement.membership.records import DrawnRow, LotteryRow, drawn_of, find_lottery
from engagement.membership.rules import LotteryKind, MemberRole, MemberState
from engagement.panels.models import Panel, Registration, RegistrationAnswer
from engagement.panels.queries import PanelRow
from engagement.panels.registration import begin_registration, keep_answer, send_registration
from engagement.panels.rules import PanelPlan, Recruitment, Route
from engagement.panels.service import change_panel
from engagement.people import service as people
from engagement.people.models import Consent, Resident
from engagement.people.rules import ContactBy, GivenHow
from engagement.programmes.rules import ActivityKind, Topic
from tests.factories import Programme
from tests.factories.panels import PLAN, panel_of

LINK = "https://engagement.test/me"
QUESTION = Question("Three questions about waiting", "What would help you while you wait?")
STANDING = replace(PLAN, recruitment=Recruitment.VOLUNTEER, size=2_000)
AGES = ("16-24", "25-34", "35-49", "50-64", "65-74", "75-plus")
ONE, OTHER = (Actor(ActorKind.STAFF, f"staff-{name}") for name in ("one", "other"))
_numbers = count(1)


@dataclass(frozen=True)
class Joined:
    """A member: their keys, and what they are called."""

    resident_id: int
    member: str
    reference: str


def standing_panel(
    programme: Programme, size: int = 2_000, mark: str = "", plan: PanelPlan = STANDING
) -> str:
    """A published community panel that anybody may join; returns its public id."""
    panel = panel_of(
        programme,
        replace(plan, size=4),
        mark or f"that stands {next(_numbers)}",
        kind=ActivityKind.COMMUNITY_PANEL,
        published=True,
    )
    change_panel(None, panel, replace(plan, size=size))
    return panel


def join(
    panel: str,
    sex: str = "female",
    age: str = "25-34",
    *,
    name: str = "Ada Brown",
    contact_by: ContactBy = ContactBy.EMAIL,
    resident_id: int | None = None,
) -> Joined:
    """Somebody registers for the panel, and so becomes a member or waits."""
    if resident_id is None:
        public_id = people.add_resident(
            name,
            email=f"m{next(_numbers)}@example.net",
            phone="01632 960 777",
            address="7 Mill Lane",
            contact_by=contact_by,
        )
        resident_id = people.resident_key(public_id)
    begin_registration(panel, resident_id, Route.ONLINE)
    for key, value in (("sex", sex), ("age", age), ("own-1", "c1")):
        keep_answer(panel, resident_id, key, value, f"the words about {key}", GivenHow.ONLINE)
    reference = send_registration(panel, resident_id)
    member = db.session.scalars(
        select(Member.public_id)
        .join(Registration, Registration.id == Member.registration_id)
        .where(Registration.reference == reference)
    ).one()
    return Joined(resident_id, member, reference)


def join_many(panel: str, how_many: int, **options: ContactBy) -> list[Joined]:
    """People of both sexes and all ages join, in one transaction."""
    with transaction():
        return [
            join(
                panel,
                ("female", "male")[place % 3 == 0],
                AGES[(place + place // 6) % len(AGES)],
                name=f"Ada {place}",
                **options,
            )
            for place in range(how_many)
        ]


@dataclass(frozen=True)
class SamplePlan:
    """Part of the members, with the seed that draws it."""

    name: str
    purpose: str
    size: int
    seed: str
    strata: Strata = Strata()
    interest: Topic | None = None


def plan_of(kind: LotteryKind, **more: Any) -> LotteryPlan:
    """A lottery whose seed comes from where no other's does."""
    return LotteryPlan(kind, f"round {next(_numbers)} of the beacon", "tomorrow at noon", **more)


def draw_sample(panel: str, plan: SamplePlan) -> str:
    """Announce a lottery for part of the members and draw it; returns its public id."""
    about = {"name": plan.name, "purpose": plan.purpose, "interest": plan.interest}
    announced = plan_of(LotteryKind.SAMPLE, places=plan.size, strata=plan.strata, **about)
    return held(panel, announced, plan.seed)


def rotate(panel: str, leave: int, seed: str) -> str:
    """Announce who leaves, and draw; returns the lottery's public id."""
    return held(panel, plan_of(LotteryKind.ROTATION, places=leave), seed)


def refresh(panel: str, seed: str, strata: Strata) -> str:
    """Announce who gets a place, and draw; returns the lottery's public id."""
    return held(panel, plan_of(LotteryKind.REFRESH, strata=strata), seed)


def held(panel: str, plan: LotteryPlan, seed: str) -> str:
    """Announce a lottery and draw it, by as many members of staff as it takes."""
    made = announce(None, panel, plan)
    for actor in (ONE, OTHER):
        with acting_as(actor):
            if enter_seed(None, panel, made, seed, LINK):
                break
    return made


def full_membership(programme: Programme, mark: str) -> str:
    """A panel with something in every table of members; returns its public id."""
    panel = standing_panel(programme, mark=mark)
    first, second, _ = join_many(panel, 3)
    service.set_term(None, panel, 24)
    service.give_role(None, panel, first.member, MemberRole.CHAMPION)
    for one in (first, second):
        service.choose_interests(panel, one.resident_id, [Topic.WAITING], "the words on interests")
    plan = SamplePlan(f"Group {mark}", "To talk about waiting", 2, "dice 4 2 6", Strata(("sex",)))
    lottery = draw_sample(panel, plan)
    question = replace(QUESTION, title=f"{QUESTION.title} {mark}")
    ask(None, panel, question, LINK, lottery)
    ask(None, panel, question, LINK)
    service.pause(panel, first.resident_id, clock.day_of(clock.now()) + timedelta(days=9))
    return panel


def crowd(panel: str, how_many: int, *, state: MemberState = MemberState.MEMBER) -> None:
    """Members by the thousand, written straight into the tables: nine of ten want e-mail."""
    panel_id = db.session.scalars(select(Panel.id).where(Panel.public_id == panel)).one()
    with transaction():
        first = (db.session.scalar(select(func.max(Resident.id))) or 0) + 1
        keys = range(first, first + how_many)
        here = db.session.scalars(select(Panel.partnership_id).where(Panel.id == panel_id)).one()
        now = clock.now()
        base = {"partnership_id": here}
        _put(
            Resident,
            [
                {
                    **base,
                    "id": key,
                    "public_id": new_public_id(),
                    "name": f"Rae Long-Surname {key}",
                    "email": f"somebody.{key}@example.net",
                    "phone": "01632 960 777",
                    "address": f"{key} Mill Lane\nRiverbank",
                    "contact_by": (ContactBy.PHONE, ContactBy.POST)[key % 2]
                    if key % 10 == 0
                    else ContactBy.EMAIL,
                }
                for key in keys
            ],
        )
        begun = (db.session.scalar(select(func.max(Registration.id))) or 0) + 1
        _put(
            Registration,
            [
                {
                    **base,
                    "id": begun + place,
                    "public_id": new_public_id(),
                    "panel_id": panel_id,
                    "resident_id": key,
                    "pool_id": new_public_id(),
                    "reference": f"CR{place:06}",
                    "route": Route.ONLINE,
                    "sent_at": now,
                }
                for place, key in enumerate(keys)
            ],
        )
        agreed = (db.session.scalar(select(func.max(Consent.id))) or 0) + 1
        _put(
            Consent,
            [
                {
                    **base,
                    "id": agreed + place,
                    "resident_id": key,
                    "purpose": "draw",
                    "wording": "sex/1",
                    "wording_text": "What is your sex?",
                    "given_how": GivenHow.ONLINE,
                }
                for place, key in enumerate(keys)
            ],
        )
        _put(
            RegistrationAnswer,
            [
                {
                    **base,
                    "registration_id": begun + place,
                    "consent_id": agreed + place,
                    "feature": feature,
                    "value": values[place * step // 7 % len(values)],
                }
                for place in range(how_many)
                for step, (feature, values) in enumerate(_ANSWERS.items(), 3)
            ],
        )
        _put(
            Member,
            [
                {
                    **base,
                    "public_id": new_public_id(),
                    "panel_id": panel_id,
                    "registration_id": begun + place,
                    "state": state,
                    "since": now if state is MemberState.MEMBER else None,
                }
                for place in range(how_many)
            ],
        )
        _mind_keys()


_ANSWERS: dict[str, Sequence[str]] = {
    "sex": ("female", "male"),
    "age": AGES,
    "own-1": ("c1", "c2"),
}


def _put(model: type, rows: list[dict[str, object]]) -> None:
    table = model.__table__  # type: ignore[attr-defined]
    db.session.execute(insert(table), rows, execution_options={FILTERS_ITSELF: True})


def _mind_keys() -> None:
    """Let PostgreSQL go on after the keys that were given by hand."""
    if db.engine.dialect.name != "postgresql":
        return
    for model in (Resident, Registration, Consent):
        name = model.__table__.name
        key = func.pg_get_serial_sequence(name, "id")
        last = db.session.scalar(select(func.max(model.id)))
        db.session.scalar(select(func.setval(key, last)))


def row_of(panel: str) -> PanelRow:
    """A standing panel as its pages show it."""
    found = find_standing_panel(None, panel)
    assert found is not None
    return found


def lottery_of(panel: str, public_id: str) -> tuple[LotteryRow, list[DrawnRow]]:
    """A lottery among a panel's members, and whom it drew."""
    found = find_lottery(row_of(panel).id, public_id)
    assert found is not None
    return found, drawn_of(found.id)
