"""Panels for looking at their pages: with nothing, with a pool, with a draw that cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from engagement.panels import desk
from engagement.panels.feasibility import Giving, Rehearsal, request_test_draw
from engagement.panels.queries import find_panel
from engagement.panels.registration import withdraw_registration
from engagement.panels.rules import PanelPlan, Recruitment
from engagement.panels.service import add_feature, open_panel
from engagement.people.rules import ContactBy
from engagement.people.service import change_own_details
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan, add_activity
from engagement.runs import service as runs
from tests.factories import Partnership, Programme
from tests.factories.panels import PLAN, letters_for, panel_of, pool_of, register

Paths = dict[str, list[dict[str, str]]]
VOLUNTEERS = PanelPlan(
    Recruitment.VOLUNTEER,
    "What would make waiting easier?",
    size=9,
    eligibility="You are on a waiting list for planned care.",
    starts_on=date(2026, 9, 1),
    ends_on=date(2026, 10, 1),
    least_age=16,
    most_age=110,
    registration_closes_at=datetime(2100, 1, 1, tzinfo=UTC),
)
WORKER = "worker-of-panels"
TRIED = (
    Rehearsal(16, 4, kinds=12, feasible=True, smallest=0.05, greatest=1.0, nowhere=2, exact=True),
    Rehearsal(16, 4, kinds=12, giving=(Giving("Sex", "Male", 3, 4, 1, 4),)),
    Rehearsal(2, 4, too_few=True),
)


def planned_panels(place: Partnership, programme: Programme) -> Paths:
    """The pages of a programme without a panel, of an activity without one, of a panel without
    anything, and of one that nobody has registered for."""
    with place.inside():
        own = panel_of(programme)
        kind = ActivityKind.COMMUNITY_PANEL
        waits = add_activity(None, programme.public_id, ActivityPlan(kind, "Waits"))
        activity = add_activity(None, programme.public_id, ActivityPlan(kind, "Standing panel"))
        empty = open_panel(None, programme.public_id, activity, VOLUNTEERS)
        add_feature(None, own, "tenure")
        left = panel_of(programme, mark="that somebody left")
        person = _begin_only(left)
        none = place.programme("Without panels")
        run = request_test_draw(None, own)
    paths = _paths(own, person, run)
    paths["facilitators.panels"] = [{"public_id": key.public_id} for key in (programme, none)]
    paths["facilitators.person"] = [{"panel_id": left, "registration_id": person}]
    paths["facilitators.open_panel"] = [{"public_id": programme.public_id, "activity_id": waits}]
    for endpoint in ("panel", "change_panel", "targets", "add_own_feature", "pool", "people"):
        paths[f"facilitators.{endpoint}"].append({"panel_id": empty})
    paths["facilitators.build_targets"].append({"panel_id": own, "feature": "tenure"})
    return paths


def full_panels(place: Partnership, programme: Programme) -> Paths:
    """The pages of a panel with a pool in which something is amiss, tried with each outcome."""
    with place.inside():
        panel = panel_of(programme, replace(PLAN, eligibility="You live here. " * 20), "in full")
        people = pool_of(panel)
        (letter,) = letters_for(panel, 1)
        for word in ("one", "other"):
            twice = register(panel, letter, word=f"{word} heron")
            change_own_details(
                twice.resident_id, "Ada Brown", "", "01632 960 001", "", ContactBy.PHONE
            )
        withdraw_registration(panel, people[0].resident_id)
        found = find_panel(None, panel)
        assert found is not None
        registered = desk.people_of(found.id)
        tried = [_tried(panel, one) for one in TRIED]
        failed = request_test_draw(None, panel)
        runs.begin_run(failed, WORKER)
        runs.fail_run(failed, WORKER, "The reckoning did not come to an end.")
        plan = ActivityPlan(ActivityKind.CITIZENS_PANEL, "Another panel")
        another = {"activity_id": add_activity(None, programme.public_id, plan)}
    paths = _paths(panel, registered[0].public_id, tried[0])
    paths["facilitators.open_panel"] = [{"public_id": programme.public_id, **another}]
    paths["facilitators.panels"] = [{"public_id": programme.public_id}]
    paths["facilitators.person"].append(
        {"panel_id": panel, "registration_id": registered[-1].public_id}
    )
    paths["facilitators.test_draw"] = [
        {"panel_id": panel, "run_id": run} for run in (*tried, failed)
    ]
    return paths


def _begin_only(panel: str) -> str:
    """Somebody who begins to register, and takes their name back."""
    who = register(panel, letters_for(panel, 1)[0])
    withdraw_registration(panel, who.resident_id)
    found = find_panel(None, panel)
    assert found is not None
    return desk.people_of(found.id)[0].public_id


def _tried(panel: str, outcome: Rehearsal) -> str:
    run = request_test_draw(None, panel)
    runs.begin_run(run, WORKER)
    runs.complete_step(run, WORKER, 0, "Trying", outcome.as_result)
    runs.finish_run(run, WORKER)
    return run


def _paths(panel: str, person: str, run: str) -> Paths:
    here = {"panel_id": panel}
    endpoints = ("panel", "change_panel", "targets", "add_own_feature", "pool", "people")
    return {
        **{f"facilitators.{endpoint}": [here] for endpoint in endpoints},
        "facilitators.set_targets": [{**here, "feature": key} for key in ("age", "own-1")],
        "facilitators.build_targets": [{**here, "feature": "sex"}],
        "facilitators.person": [{**here, "registration_id": person}],
        "facilitators.test_draw": [{**here, "run_id": run}],
    }
