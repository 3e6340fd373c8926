"""Panels with features, targets, letters and people who registered."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from engagement.panels.invitations import Drawn, Letter, make_letters
from engagement.panels.registration import (
    begin_registration,
    keep_answer,
    keep_needs,
    send_registration,
)
from engagement.panels.rules import PanelPlan, Recruitment, Route
from engagement.panels.service import (
    OwnWording,
    TargetPlan,
    add_feature,
    add_own_feature,
    open_panel,
    set_targets,
)
from engagement.partnerships.rules import OrganisationKind
from engagement.partnerships.service import add_organisation
from engagement.people import service as people
from engagement.people.rules import GivenHow
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from tests.factories import Programme

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


def panel_of(programme: Programme, plan: PanelPlan = PLAN, mark: str = "") -> str:
    """A panel balanced by sex, age and a question of its own; returns its public id."""
    key = programme.public_id
    name = f"Healthwatch {mark or next(_numbers)}"
    programmes.set_convenors(None, key, [add_organisation(name, OrganisationKind.HEALTHWATCH)])
    activity = programmes.add_activity(
        None, key, ActivityPlan(ActivityKind.CITIZENS_PANEL, f"Panel on waiting {mark}".strip())
    )
    panel = open_panel(None, key, activity, plan)
    add_feature(None, panel, "sex")
    targets = [TargetPlan("female", 1, 3, 5100), TargetPlan("male", 1, 3, 4900)]
    set_targets(None, panel, "sex", targets, "Census 2021")
    add_feature(None, panel, "age")
    bands = ("16-24", "25-34", "35-49", "50-64", "65-plus")
    set_targets(None, panel, "age", [TargetPlan(band, 0, 2, 2000) for band in bands], "Census 2021")
    own = add_own_feature(
        None,
        panel,
        OwnWording(
            f"Are you waiting for planned care? {mark}".strip(),
            "So that people who wait are heard.",
            ("Yes", "No"),
        ),
    )
    waits = [TargetPlan("c1", 2, 4), TargetPlan("c2", 0, 2)]
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
    people.begin_from_letter(letter.code, word)
    resident = people.resident_of_letter(letter.code, word)
    begin_registration(panel, resident, Route.ONLINE)
    for key, value in (("sex", sex), ("age", age), ("own-1", waits)):
        keep_answer(panel, resident, key, value, f"the words about {key}", GivenHow.ONLINE)
    if needs:
        keep_needs(panel, resident, needs, "the words about support", GivenHow.ONLINE)
    return Registrant(resident, letter, word, send_registration(panel, resident))


def pool_of(panel: str, how_many: int = 16) -> list[Registrant]:
    """People of both sexes and all ages who answer a letter each."""
    ages = ("16-24", "25-34", "35-49", "50-64", "65-74", "75-plus")
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
