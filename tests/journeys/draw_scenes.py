"""Draws for looking at their pages: none yet, and one in each state; seats and results."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app

from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.database import clock
from engagement.jobs.execution import carry_out
from engagement.panels import draws
from engagement.panels.draw_queries import find_draw
from engagement.panels.makeup import publish_makeup
from engagement.panels.rules import MakeupMoment, PanelPlan, Recruitment, Route
from engagement.panels.seats import answer_offer
from engagement.panels.service import TargetPlan, change_panel, set_targets
from tests.factories import Partnership, Programme, Resident
from tests.factories.panels import (
    PLAN,
    audited,
    letters_for,
    panel_of,
    pool_of,
    register,
    take_seats,
)
from tests.journeys.joining_scenes import send

Paths = dict[str, list[dict[str, str]]]
OPEN = replace(PLAN, recruitment=Recruitment.VOLUNTEER)


def no_draws(place: Partnership, programme: Programme) -> Paths:
    """The pages of a panel without a draw, and of one that is being prepared."""
    with place.inside():
        panel = panel_of(programme, published=True)
        other = panel_of(programme, published=True)
        waits = _prepare(other, PLAN, worked=False)
    here = {"panel_id": panel}
    return {
        **{f"facilitators.{name}": [here] for name in ("draws", "seats", "makeup", "reach")},
        "public.draw": [here],
        "facilitators.draw": [{"panel_id": other, "draw_id": waits}],
        "residents.result": [here],
    }


def every_draw(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """A draw in each state; a resident who is drawn, who has taken a seat, and who is not drawn."""
    with place.inside():
        ready, failed, void, committed, drawn = (
            panel_of(programme, published=True) for _ in range(5)
        )
        for panel in (ready, failed, void, committed, drawn):
            pool_of(panel, 8)
        set_targets(
            None, failed, "age", [TargetPlan("16-24", 4, 4), TargetPlan("65-plus", 0, 4)], "none"
        )
        made = {panel: _prepare(panel, PLAN) for panel in (ready, failed, void, committed, drawn)}
        for panel in (void, committed, drawn):
            draws.publish_commitment(None, made[panel])
        draws.void_draw(None, made[void], "Two letters were lost on the way. " * 4)
        _seed(made[committed], "one")
        _seed(made[drawn], "one", "other")
        asked, taken, spare = (drawn_with(resident, programme, seats) for seats in (4, 4, 2))
        answer_offer(taken, resident.id, accept=True, by=Route.ONLINE)
        take_seats(taken)
        publish_makeup(None, taken, MakeupMoment.CONFIRMED)
        publish_makeup(None, taken, MakeupMoment.ENDED)
        audited(made[drawn], "Ann Auditor, Healthwatch " + "of the two towns and the valley " * 4)
    every = [*made, asked, taken, spare]
    return {
        "facilitators.draws": [{"panel_id": panel} for panel in every],
        "facilitators.draw": [{"panel_id": panel, "draw_id": made[panel]} for panel in made],
        "facilitators.seats": [{"panel_id": panel} for panel in (drawn, taken)],
        "facilitators.makeup": [{"panel_id": panel} for panel in (drawn, taken)],
        "facilitators.reach": [{"panel_id": panel} for panel in (drawn, taken)],
        "public.draw": [{"panel_id": panel} for panel in every],
        "residents.result": [{"panel_id": panel} for panel in (asked, taken, spare, committed)],
    }


def _prepare(panel: str, plan: PanelPlan, *, worked: bool = True) -> str:
    change_panel(None, panel, replace(plan, registration_closes_at=clock.now()))
    draw = draws.prepare_draw(None, panel, "round 4512006 of a public beacon", "3 March, 14:00")
    found = find_draw(None, draw)
    assert found is not None
    if worked:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        carry_out(app, found.run_public_id)
    return draw


def _seed(draw: str, *names: str) -> None:
    for name in names:
        with acting_as(Actor(ActorKind.STAFF, name)):
            draws.enter_seed(None, draw, "4 2 6 1 3")


def drawn_with(resident: Resident, programme: Programme, seats: int) -> str:
    """A panel drawn from four who registered, this resident among them: of four seats they have
    one for certain, of two none, since there is none for their age."""
    plan = replace(OPEN, size=seats)
    panel = panel_of(programme, plan, published=True)
    if seats == 2:
        bands = {"25-34": 0, "35-49": 2, "50-64": 2}
        ages = [TargetPlan(band, 0, most) for band, most in bands.items()]
        set_targets(None, panel, "age", ages, "Census 2021")
    for letter, sex in zip(letters_for(panel, 3), ("male", "male", "female"), strict=True):
        register(panel, letter, sex, "35-49" if sex == "male" else "50-64")
    send(panel, resident)
    draw = _prepare(panel, plan)
    draws.publish_commitment(None, draw)
    _seed(draw, "one", "other")
    return panel
