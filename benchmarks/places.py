"""Import all of England's small areas with deprivation and the census, on SQLite.

A fresh process makes a database and imports the lookup of the 33,755 LSOAs, the Index of Multiple
Deprivation and the census files, as the command line does: each checked, then stored. Then it
imports a made-up postcode file of the real one's size. Seconds are wall and processor time; memory
is the peak of the process, with all that it has loaded.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from engagement import create_app
from engagement.config import ROOT, Config
from engagement.database.migrations import upgrade
from engagement.places.rules import ReferenceKind
from engagement.places.service import import_reference

FOLDER = ROOT.parent / "shared" / "data" / "places"
GOAL_SECONDS, GOAL_MEGABYTES = 15.0, 300.0
FILES = {
    ReferenceKind.SMALL_AREAS: "lookup_lsoa21.csv",
    ReferenceKind.DEPRIVATION: "imd2025_lsoa21.csv",
    ReferenceKind.CENSUS_AGE: "census2021_age_lsoa21.csv",
    ReferenceKind.CENSUS_SEX: "census2021_ltla21.csv",
    ReferenceKind.CENSUS_ETHNIC_GROUP: "census2021_ethnicity_lsoa21.csv",
    ReferenceKind.CENSUS_DISABILITY: "census2021_disability_lsoa21.csv",
    ReferenceKind.CENSUS_TENURE: "census2021_tenure_lsoa21.csv",
}
# As many as the United Kingdom has had, a third of them no longer in use.
POSTCODES = 2_700_000
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    if not FOLDER.is_dir():
        print(f"places: skipped, the reference data is not in {FOLDER}")
        return 0
    figures = json.loads(
        subprocess.check_output([sys.executable, "-m", "benchmarks.places"], cwd=ROOT, text=True)
    )
    for what, (wall, cpu) in figures["seconds"].items():
        print(f"{what:28} {wall:6.2f} s, {cpu:6.2f} s of CPU")
    wall = sum(figures["seconds"][kind][0] for kind in FILES)
    seconds, megabytes = wall < GOAL_SECONDS, figures["megabytes"] < GOAL_MEGABYTES
    print(f"{'England, all of it':28} {wall:6.2f} s {'met' if seconds else 'MISSED':>42}")
    print(
        f"{'peak memory':28} {figures['megabytes']:4.0f} MB {'met' if megabytes else 'MISSED':>43}"
    )
    print(f"{'peak memory with postcodes':28} {figures['with postcodes']:4.0f} MB")
    return (not seconds) + (not megabytes)


def measure() -> dict[str, object]:
    """Import each file in this process; seconds of each, and the peak of memory in MB."""
    seconds: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        postcodes = _postcodes(folder / "postcodes.csv")
        app = create_app(Config.from_environ({"ENGAGEMENT_INSTANCE_PATH": name}))
        with app.app_context():
            upgrade()
            for kind, file in FILES.items():
                seconds[kind] = _timed(kind, FOLDER / file)
            peak = _peak()
            seconds[ReferenceKind.POSTCODES] = _timed(ReferenceKind.POSTCODES, postcodes)
    return {"seconds": seconds, "megabytes": peak, "with postcodes": _peak()}


def _timed(kind: ReferenceKind, path: Path) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    import_reference(kind, path)
    return time.perf_counter() - wall, time.process_time() - cpu


def _peak() -> float:
    import resource

    assert psutil.LINUX  # where the peak is told in kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _postcodes(path: Path) -> Path:
    """A file as large as the National Statistics Postcode Lookup, of postcodes in order."""
    with (FOLDER / "lookup_lsoa21.csv").open(encoding="utf-8") as stream:
        areas = [line.partition(",")[0] for line in stream][1:]
    blank = "," * 30
    with path.open("w", encoding="utf-8") as stream:
        others = "".join(f",other{number}" for number in range(30))
        stream.write(f"pcd7,pcd8,pcds,dointr,doterm,lsoa21cd{others}\n")
        for number in range(POSTCODES):
            rest, last = divmod(number, len(LETTERS))
            rest, before = divmod(rest, len(LETTERS))
            rest, digit = divmod(rest, 10)
            area, district = divmod(rest, 100)
            outward = f"{LETTERS[area // len(LETTERS)]}{LETTERS[area % len(LETTERS)]}{district}"
            code = f"{outward} {digit}{LETTERS[before]}{LETTERS[last]}"
            ended = "" if number % 3 else "199606"
            lsoa = areas[number * len(areas) // POSTCODES]
            stream.write(f'"{code}","{code}","{code}","198001","{ended}","{lsoa}"{blank}\n')
    return path


if __name__ == "__main__":
    print(json.dumps(measure()))
