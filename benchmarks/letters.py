"""Draw letters for a million made-up addresses, as the command line does.

A fresh process reads the file twice, draws 30,000 letters in 70 strata with the two most deprived
deciles boosted, and writes them. Seconds are of the processor, memory the peak of the process, both
with the interpreter and all imports.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ADDRESSES, LETTERS = 1_000_000, 30_000
GOAL_SECONDS, GOAL_MEGABYTES = 10.0, 500.0
WORDS = "--strata ward --boost imd_decile=1:3 --boost imd_decile=2:3 --seed benchmark".split()

WHOLE_RUN = """
import resource, sys
from engagement.cli import engagement
engagement(["invite-lottery", *sys.argv[1:]], standalone_mode=False)
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "addresses.csv")
        given = ["--addresses", str(folder / "addresses.csv"), "--letters", str(LETTERS)]
        done = subprocess.run(
            [sys.executable, "-c", WHOLE_RUN, *given, *WORDS, "--out", str(folder / "out")],
            capture_output=True,
            text=True,
            check=True,
        )
        record = json.loads((folder / "out" / "invite.json").read_text())
    cpu, peak = map(float, done.stdout.splitlines()[-1].split())
    seconds, megabytes = cpu < GOAL_SECONDS, peak < GOAL_MEGABYTES
    print(f"letters: {LETTERS:,} to {record['addresses']:,}, {len(record['strata'])} strata")
    print(f"{'processor time':28} {cpu:6.2f} s {'met' if seconds else 'MISSED':>10}")
    print(f"{'peak memory':28} {peak:5.0f} MB {'met' if megabytes else 'MISSED':>10}")
    return (not seconds) + (not megabytes)


def _write(path: Path) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write("uprn_of_parent,address_line_1,address_line_2,postcode,imd_decile,ward\n")
        for house in range(ADDRESSES):
            street, postcode = f"{house % 200} High Street {house // 200}", f"AB{house % 90}"
            stream.write(
                f"{house},{street},Some Town,{postcode} {house % 9}CD,"
                f"{house % 10 + 1},Ward {house % 7}\n"
            )
