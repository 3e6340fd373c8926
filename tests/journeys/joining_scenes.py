"""Panels as those who join them see them: in every state that a resident can be in with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from engagement.database import clock
from engagement.extensions import db
from engagement.panels import registration, service
from engagement.panels.joining import Caller, begin_by_phone, find_letter
from engagement.panels.models import Registration
from engagement.panels.queries import find_panel
from engagement.panels.registration import WHERE
from engagement.panels.rules import PanelPlan, Recruitment, Route
from engagement.people import service as people
from engagement.people.questions import PREFER_NOT_TO_SAY
from engagement.people.rules import GivenHow
from engagement.programmes.rules import ActivityKind
from tests.factories import Partnership, Programme, Resident
from tests.factories.panels import PLAN, letters_for, panel_of, register
from tests.factories.places import reference_data

Paths = dict[str, list[dict[str, str]]]
OPEN = replace(PLAN, recruitment=Recruitment.VOLUNTEER)
LONG = replace(
    PLAN,
    remit=f"{PLAN.remit}\n" * 4,
    eligibility="You wait for planned care.\nYou live or work here.",
    least_age=16,
    most_age=110,
)
ANSWERS = (("sex", "female"), ("age", "25-34"), ("own-1", "c1"))


def joining_pages(place: Partnership, resident: Resident) -> Paths:
    """The pages of a panel that somebody has begun with, and of one for which they have sent."""
    programme = place.programme("Panels to join")
    with place.inside():
        reference_data()
        begun = panel_of(programme, OPEN, published=True, where=True)
        registration.begin_registration(begun, resident.id, Route.ONLINE)
        people.answer_question(resident.id, "sex", "male", "words", GivenHow.ONLINE)
        sent = panel_of(programme, OPEN, published=True)
        send(sent, resident)
        by_letter = panel_of(programme, published=True)
        call, called = _calls(by_letter)
    here = {"panel_id": begun}
    return {
        "public.panel": [here, {"panel_id": by_letter}],
        "public.join_panel": [here],
        "residents.panel": [here, {"panel_id": sent}, {"panel_id": by_letter}],
        "residents.panel_known": [here],
        "residents.panel_question": [{**here, "key": key} for key in ("age", "sex", WHERE)],
        "residents.panel_support": [here],
        "residents.panel_check": [here, {"panel_id": sent}],
        "residents.panel_receipt": [{"panel_id": sent}],
        "facilitators.register_caller": [{"panel_id": by_letter}],
        "facilitators.caller_registration": [{"panel_id": by_letter, "registration_id": call}],
        "facilitators.caller_receipt": [{"panel_id": by_letter, "registration_id": called}],
        "facilitators.resident_panels": [{"public_id": resident.public_id}],
    }


def every_joining_page(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """The same with long texts, and a panel in each state that a resident can be in with it."""
    paths = joining_pages(place, resident)
    with place.inside():
        random = panel_of(programme, LONG, "in long words", published=True)
        states = [panel_of(programme, OPEN, published=True) for _ in range(4)]
        unsent, late, back, community = states[0], states[1], states[2], _community(programme)
        registration.begin_registration(unsent, resident.id, Route.ONLINE)
        for panel in (unsent, late):
            _close(panel, OPEN)
        send(back, resident)
        registration.withdraw_registration(back, resident.id)
        planned = panel_of(programme, replace(LONG, remit="Later?"), published=True)
        send(community, resident)
        call, called = _calls(random)
    for key in (random, unsent, late, back, community, planned):
        paths["residents.panel"].append({"panel_id": key})
        paths["public.panel"].append({"panel_id": key})
    paths["residents.panel_receipt"].append({"panel_id": community})
    paths["residents.panel_check"].append({"panel_id": community})
    paths["facilitators.register_caller"] += [{"panel_id": key} for key in (random, late)]
    paths["facilitators.caller_registration"] += [
        {"panel_id": random, "registration_id": key} for key in (call, called)
    ]
    return paths


def _community(programme: Programme) -> str:
    plan = replace(LONG, registration_closes_at=clock.now() + timedelta(days=30))
    kind = ActivityKind.COMMUNITY_PANEL
    return panel_of(programme, plan, "that stands", kind=kind, published=True, where=True)


def _close(panel: str, plan: PanelPlan) -> None:
    past = clock.now() - timedelta(seconds=1)
    service.change_panel(None, panel, replace(plan, registration_closes_at=past))


def send(panel: str, resident: Resident, answers: Sequence[tuple[str, str]] = ANSWERS) -> str:
    """A resident registers for an open panel; returns the reference."""
    registration.begin_registration(panel, resident.id, Route.ONLINE)
    for key, value in answers:
        registration.keep_answer(panel, resident.id, key, value, "words", GivenHow.ONLINE)
    registration.keep_place(panel, resident.id, None, "words", GivenHow.ONLINE)
    needs = "Getting there: a lift, a taxi or fares\nComes with me: my son\nNo strip lights"
    registration.keep_needs(panel, resident.id, needs, "words", GivenHow.ONLINE)
    return registration.send_registration(panel, resident.id)


def _calls(panel: str) -> tuple[str, str]:
    """The public ids of a registration begun on the telephone, and of one that is sent."""
    mine, other = letters_for(panel, 2)
    call = begin_by_phone(None, panel, mine.code, Caller("Siân", "01632 960 777"))
    who = register(panel, other, age=PREFER_NOT_TO_SAY, needs="A hearing loop")
    found = find_panel(None, panel)
    assert found is not None
    assert find_letter(found.id, other.code) is not None
    called = db.session.scalars(
        select(Registration.public_id).where(Registration.resident_id == who.resident_id)
    ).one()
    return call, called
