"""Panels with features, targets, letters and people who registered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from flask import current_app
from sqlalchemy import func, select

from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.jobs.execution import carry_out
from engagement.panels.audits import agree_to_audit, sign_statement, take_auditor_pack
from engagement.panels.draw_queries import find_draw
from engagement.panels.draws import enter_seed, prepare_draw, publish_commitment
from engagement.panels.invitations import Drawn, Letter, make_letters
from engagement.panels.queries import find_panel
from engagement.panels.registration import (
    begin_registration,
    keep_answer,
    keep_needs,
    send_registration,
)
from engagement.panels.rules import AuditFinding, PanelPlan, Recruitment, Route
from engagement.panels.seat_queries import seats_of
from engagement.panels.seats import answer_offer
from engagement.panels.service import (
    OwnWording,
    TargetPlan,
    add_feature,
    add_own_feature,
    change_panel,
    open_panel,
    set_targets,
)
from engagement.partnerships.rules import OrganisationKind
from engagement.partnerships.service import add_organisation
from engagement.people import service as people
from engagement.people.models import Resident
from engagement.people.rules import GivenHow
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from tests.factories import Programme
from tests.factories.chain import publish

REMIT = "What would make waiting for planned care easier to live with, within today’s budget?"
PLAN = PanelPlan(
    Recruitment.RANDOM,
    REMIT,
    size=4,
    payment="£150 for the whole panel, and your fares.",
    support="An interpreter, a sitter, a lift.",
    other_formats="Call us for large print, easy read or another language.",
)
_numbers = count(1)


def panel_of(
    programme: Programme,
    plan: PanelPlan = PLAN,
    mark: str = "",
    *,
    kind: ActivityKind = ActivityKind.CITIZENS_PANEL,
    published: bool = False,
    where: bool = False,
) -> str:
    """A panel balanced by sex, age and a question of its own; returns its public id.

    ``published``: everyone may see it, and its programme. ``where``: it is balanced by where
    people live too.
    """
    key = programme.public_id
    name = f"Healthwatch {mark or next(_numbers)}"
    programmes.set_convenors(None, key, [add_organisation(name, OrganisationKind.HEALTHWATCH)])
    title = f"Panel on waiting {mark}".strip()
    activity = programmes.add_activity(
        None, key, ActivityPlan(kind, title, offline_routes="Call us, or answer by post.")
    )
    if published:
        publish(programme)
        programmes.publish_activity(None, key, activity)
    panel = open_panel(None, key, activity, plan)
    add_feature(None, panel, "sex")
    size, quarter, half = plan.size, plan.size // 4, plan.size // 2
    targets = [
        TargetPlan("female", quarter, size - quarter, 5100),
        TargetPlan("male", quarter, size - quarter, 4900),
    ]
    set_targets(None, panel, "sex", targets, "Census 2021")
    add_feature(None, panel, "age")
    bands = ("16-24", "25-34", "35-49", "50-64", "65-plus")
    most = max(2, -(-size // len(bands)))
    ages = [TargetPlan(band, 0, most, 2000) for band in bands]
    set_targets(None, panel, "age", ages, "Census 2021")
    if where:
        add_feature(None, panel, "place")
        add_feature(None, panel, "deprivation")
    own = add_own_feature(
        None,
        panel,
        OwnWording(
            f"Are you waiting for planned care? {mark}".strip(),
            "So that people who wait are heard.",
            ("Yes", "No"),
        ),
    )
    waits = [TargetPlan("c1", half, size), TargetPlan("c2", 0, half)]
    set_targets(None, panel, own, waits, "NHS England, waiting times, March 2026")
    return panel


@dataclass(frozen=True)
class Registrant:
    """Somebody who registered: their key, and what they came in with."""

    resident_id: int
    letter: Letter
    word: str
    reference: str


def letters_for(panel: str, how_many: int) -> list[Letter]:
    """A batch of letters to made-up addresses."""
    addresses = [
        Drawn(f"{next(_numbers)} Example Street", {"decile": "1"}, "1/20") for _ in range(how_many)
    ]
    return make_letters(None, panel, addresses, seed="dice 4 2 6", addresses=how_many * 20)[1]


def register(
    panel: str,
    letter: Letter,
    sex: str = "female",
    age: str = "25-34",
    waits: str = "c1",
    *,
    word: str = "",
    needs: str = "",
) -> Registrant:
    """Somebody answers a letter."""
    word = word or f"heron {next(_numbers)}"
    resident = begin_as(letter, word)
    begin_registration(panel, resident, Route.ONLINE)
    for key, value in (("sex", sex), ("age", age), ("own-1", waits)):
        keep_answer(panel, resident, key, value, f"the words about {key}", GivenHow.ONLINE)
    if needs:
        keep_needs(panel, resident, needs, "the words about support", GivenHow.ONLINE)
    return Registrant(resident, letter, word, send_registration(panel, resident))


def begin_as(letter: Letter, word: str) -> int:
    """Somebody comes in with a letter for the first time; their key."""
    people.begin_from_letter(letter.code, word)
    # Who has just begun: to ask for them by their word would take as long as signing in.
    return db.session.scalars(select(func.max(Resident.id))).one()


def pool_of(panel: str, how_many: int = 16) -> list[Registrant]:
    """People of both sexes and all ages who answer a letter each."""
    ages = ("16-24", "25-34", "35-49", "50-64", "65-74", "75-plus")
    with transaction():  # one for all: a disk is slow to say that it has each
        return [
            register(
                panel,
                letter,
                ("female", "male")[place % 2],
                ages[place % 6],
                ("c1", "c2")[place % 3 == 0],
            )
            for place, letter in enumerate(letters_for(panel, how_many))
        ]


def drawn_panel(
    programme: Programme, mark: str = "", people: int = 4, *, published: bool = False
) -> tuple[str, str]:
    """A panel whose people registered, that was drawn, with its seats offered; the public ids of
    panel and draw."""
    plan = replace(PLAN, size=people // 2)
    panel = panel_of(programme, plan, mark, published=published)
    letters = letters_for(panel, people)
    register(panel, letters[0], needs=f"A hearing loop {mark}".strip())
    for place, letter in enumerate(letters[1:], 1):
        waits = ("c1", "c2")[place % 3 == 0]
        age = ("16-24", "25-34", "35-49", "50-64")[place % 4]
        register(panel, letter, ("female", "male")[place % 2], age, waits)
    return panel, draw_of(panel, plan)


def draw_of(panel: str, plan: PanelPlan = PLAN) -> str:
    """A draw of a panel, drawn, with its seats offered, of those who registered and some more;
    its public id. Registration is open again afterwards."""
    if plan is PLAN:
        pool_of(panel, 4)
    change_panel(None, panel, replace(plan, registration_closes_at=clock.now()))
    source = f"round {next(_numbers)} of a public beacon"
    draw = prepare_draw(None, panel, source, "3 March, 14:00", tickets=10)
    run = find_draw(None, draw)
    assert run is not None
    carry_out(current_app._get_current_object(), run.run_public_id)  # type: ignore[attr-defined]
    publish_commitment(None, draw)
    for name in ("one", "other"):
        with acting_as(Actor(ActorKind.STAFF, name)):
            enter_seed(None, draw, "4 2 6 1")
    change_panel(None, panel, plan)
    return draw


def take_seats(panel: str) -> list[str]:
    """Everybody who was drawn says yes; the public ids of their seats."""
    found = find_panel(None, panel)
    assert found is not None
    seats = seats_of(found.id)
    for seat in seats:
        answer_offer(panel, seat.resident_id, accept=True, by=Route.PHONE)
    return [seat.public_id for seat in seats]


def audited(draw: str, signed_as: str) -> None:
    """An auditor agrees, takes the rows of a draw, and signs that all is well."""
    with acting_as(Actor(ActorKind.STAFF, "auditor")):
        agree_to_audit(None, draw, "I keep the rows to myself.")
        take_auditor_pack(None, draw)
        sign_statement(None, draw, AuditFinding.SOUND, "I checked every ticket.", signed_as)
