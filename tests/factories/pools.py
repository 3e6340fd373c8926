"""People of a real pool who register for a panel of ours, and official figures of England."""

from __future__ import annotations

import csv
from pathlib import Path

from engagement.config import ROOT
from engagement.database.transactions import transaction
from engagement.panels.invitations import Letter
from engagement.panels.registration import begin_registration, keep_answer, send_registration
from engagement.panels.rules import Route
from engagement.panels.service import OwnWording, TargetPlan, add_own_feature, set_targets
from engagement.people import service as people
from engagement.people.questions import PREFER_NOT_TO_SAY
from engagement.people.rules import ContactBy, GivenHow
from engagement.places.rules import ReferenceKind
from engagement.places.service import import_reference
from tests.factories.panels import Registrant, begin_as, letters_for

DATA = ROOT.parent / "shared" / "data"
POOLS, PLACES = DATA / "sortition", DATA / "places"
# Answers of ours that those of the pool are taken for; each second one where there are two.
SEX = {"Female": "female", "Male": "male"}
AGE = {
    "16-29": ("16-24", "25-34"),
    "30-44": ("25-34", "35-49"),
    "45-59": ("35-49", "50-64"),
    "60+": ("65-74", "75-plus"),
}
LEVEL = "edu_level"


def import_england() -> None:
    """The official figures that targets are built from, in the order in which they build up."""
    kinds = ReferenceKind
    for kind, name in (
        (kinds.ICBS, None),
        (kinds.LOCAL_AUTHORITIES, "ltla24.csv"),
        (kinds.SMALL_AREAS, "lookup_lsoa21.csv"),
        (kinds.DEPRIVATION, "imd2025_lsoa21.csv"),
        (kinds.CENSUS_AGE, "census2021_age_lsoa21.csv"),
        (kinds.CENSUS_SEX, "census2021_ltla21.csv"),
        (kinds.CENSUS_ETHNIC_GROUP, "census2021_ethnicity_lsoa21.csv"),
        (kinds.CENSUS_DISABILITY, "census2021_disability_lsoa21.csv"),
        (kinds.CENSUS_TENURE, "census2021_tenure_lsoa21.csv"),
    ):
        import_reference(kind, PLACES / name if name else None)


def add_level_of_education(panel: str, pool: str) -> str:
    """The question of a pool that none of ours asks, with its own targets; returns its key."""
    rows = [row for row in _rows(POOLS / pool / "categories.csv") if row["feature"] == LEVEL]
    wording = OwnWording(
        "What is your highest qualification?",
        "So that people of every schooling are heard.",
        tuple(row["value"] for row in rows),
    )
    key = add_own_feature(None, panel, wording)
    plans = [
        TargetPlan(f"c{number}", int(row["min_flex"]), int(row["max_flex"]))
        for number, row in enumerate(rows, start=1)
    ]
    set_targets(None, panel, key, plans, f"The pool {pool}, as far as its targets may give")
    return key


def register_pool(panel: str, pool: str, level: str) -> list[Registrant]:
    """Everybody of a pool answers a letter each."""
    choices = [
        row["value"] for row in _rows(POOLS / pool / "categories.csv") if row["feature"] == LEVEL
    ]
    rows = _rows(POOLS / pool / "respondents.csv")
    with transaction():
        letters = letters_for(panel, len(rows))
        return [
            _register(
                panel,
                letter,
                f"Resident {number}",
                {
                    "sex": SEX.get(row["Gender"], PREFER_NOT_TO_SAY),
                    "age": AGE[row["age_bracket"]][number % 2],
                    level: f"c{choices.index(row[LEVEL]) + 1}",
                },
            )
            for number, (letter, row) in enumerate(zip(letters, rows, strict=True))
        ]


def _register(panel: str, letter: Letter, name: str, answers: dict[str, str]) -> Registrant:
    word = f"word of {name}"
    resident = begin_as(letter, word)
    people.change_own_details(resident, name, "", "01632 960 002", "", ContactBy.PHONE)
    begin_registration(panel, resident, Route.ONLINE)
    for key, value in answers.items():
        keep_answer(panel, resident, key, value, f"the words about {key}", GivenHow.ONLINE)
    return Registrant(resident, letter, word, send_registration(panel, resident))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
