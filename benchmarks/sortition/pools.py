"""The pools that selections are measured on: shared ones, and larger ones resampled from one."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

from engagement.config import ROOT

DATA = ROOT.parent / "shared" / "data" / "sortition"
SIZES = {
    "example_small_20": 20,
    "opendlp_monitoring_30": 30,
    "sf_fixture_22": 22,
    "diversimax_wide_60": 60,
    "diversimax_exact_60": 60,
    "sf_e_synth_110": 110,
}
GROWN = "sf_e_synth_110"


@dataclass(frozen=True)
class Files:
    """Where the targets and the people of a pool are, and how many people that is."""

    targets: Path
    people: Path
    size: int
    number: int


def write_pools(folder: Path) -> dict[str, Files]:
    """The shared pools as the reference tool reads them: everybody with a number in a column
    ``person``, the targets under “feature, value”."""
    return {
        name: _write(name, rows, folder / f"{name}.csv")
        for name, rows in ((name, _people(name)) for name in SIZES)
    }


def write_grown(folder: Path, number: int, *, mixed: bool) -> Files:
    """``number`` people drawn with replacement from one pool: whole, so that the kinds stay the
    same, or ``mixed``, each answer from somebody else, so that kinds are many. Seats and targets
    stay. The same people each time."""
    chance = random.Random(1)
    rows = _people(GROWN)
    if mixed:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        people = [
            {name: chance.choice(column) for name, column in columns.items()} for _ in range(number)
        ]
    else:
        people = [chance.choice(rows) for _ in range(number)]
    return _write(GROWN, people, folder / f"grown_{number}_{mixed}.csv")


def _people(name: str) -> list[dict[str, str]]:
    with (DATA / name / "respondents.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(name: str, people: list[dict[str, str]], path: Path) -> Files:
    targets = path.with_suffix(".targets.csv")
    with (DATA / name / "categories.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows[0][:2] = ["feature", "value"]
    with targets.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["person", *people[0]])
        writer.writeheader()
        writer.writerows({**row, "person": str(place)} for place, row in enumerate(people, 1))
    return Files(targets, path, SIZES[name], len(people))
