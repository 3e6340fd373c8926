"""How people hear of a draw, and targets of a panel that is not for all ages, to be looked at."""

from __future__ import annotations

from dataclasses import replace

from engagement.panels.service import change_panel
from engagement.people.rules import ContactBy
from engagement.people.service import change_own_details
from tests.factories import Partnership, Programme
from tests.factories.panels import PLAN, draw_of, letters_for, panel_of, register
from tests.journeys.draw_scenes import Paths

AGES = ("16-24", "25-34", "35-49", "50-64", "75-plus")


def told_pages(place: Partnership, programme: Programme) -> Paths:
    """The seats of a panel whose people want to hear by every way; targets that nobody fills."""
    with place.inside():
        panel = panel_of(programme, replace(PLAN, size=8))
        for number, letter in enumerate(letters_for(panel, 12)):
            who = register(panel, letter, ("female", "male")[number % 2], AGES[number % 5])
            way = list(ContactBy)[number % 4]
            where = f"{number} Mill Lane\nRiverbank"
            change_own_details(who.resident_id, "Ann", "ann@example.net", "01", where, way)
        draw_of(panel, replace(PLAN, size=8))
        grown = panel_of(programme)
        change_panel(None, grown, replace(PLAN, least_age=30, most_age=49))
    age = {"panel_id": grown, "feature": "age"}
    return {
        "facilitators.seats": [{"panel_id": panel}],
        "facilitators.targets": [{"panel_id": grown}],
        "facilitators.set_targets": [age],
        "facilitators.build_targets": [age],
    }
