"""Opinion maps beside the reference tool in the same run: time, memory, order of consensus.

Every run is a fresh process with one thread, and peers take turns. Both get the same votes, one of
each person on each statement, since the reference tool (``red-dwarf``) cannot take a later vote
for an earlier one. Seconds are of the processor, from votes in memory to map, groups and figures;
memory is the peak of the process. The tool is in an environment of its own, made by
``make .setup/bench``; where that is missing, only the project's own figures are printed.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from engagement.config import ROOT
from engagement.methods.opinion.figures import count_votes, geometric_mean
from engagement.methods.opinion.grouping import LEAST_PEOPLE
from engagement.methods.opinion.votes import gather_votes

DATA = ROOT.parent / "shared" / "data" / "polis"
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
OURS, PEER = (ROOT / "benchmarks" / f"opinion_{name}.py" for name in ("ours", "peer"))
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
REPEATS, SLOW, PATIENCE = 5, 20.0, 900
GOAL_TIMES, GOAL_MEMORY, GOAL_ORDER = 10.0, 1 / 3, 0.97
# People, statements and the share of votes given, in four planted groups.
BESIDE, ALONE = (10_000, 500, 0.05), (100_000, 1_000, 0.03)
GOAL_SECONDS, GOAL_MEGABYTES = 3.0, 600.0
Arrays = dict[str, NDArray[np.int64]]
Run = dict[str, Any]


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "votes.npz")
        print("opinion: ours and the reference tool, medians of processor seconds, peak MB")
        if not PEER_PYTHON.exists():
            print("  the reference tool is not installed: make .setup/bench")
        for title, votes in _conversations():
            np.savez(path, **votes)
            missed += _compare(title, votes, path)
        np.savez(path, **plant(*ALONE))
        missed += _alone(path)
    return missed


def _conversations() -> Iterator[tuple[str, Arrays]]:
    found = sorted(DATA.glob("*/votes.csv"))
    if not found:
        print(f"  real conversations are missing ({DATA})")
    for path in found:
        yield path.parent.name.split(".")[0], read_latest(path)
    yield "synthetic {:,} x {:,}".format(*BESIDE[:2]), plant(*BESIDE)


def read_latest(path: Path) -> Arrays:
    """The latest vote of each person on each statement, people and statements by number."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    last = {(int(row["voter-id"]), int(row["comment-id"])): int(row["vote"]) for row in rows}
    people, about = np.array(list(last), dtype=np.int64).T
    # Numbered without gaps, so that both know the same people and statements.
    people, about = (np.unique(ids, return_inverse=True)[1] for ids in (people, about))
    return {"people": people, "about": about, "values": np.array(list(last.values()))}


def plant(people: int, statements: int, share: float) -> Arrays:
    """Votes of four groups, each with a leaning of its own on each statement, from a fixed seed."""
    chance = np.random.default_rng(1)
    camp = chance.integers(0, 4, people)
    leaning = chance.normal(0, 1.2, (4, statements)) + chance.normal(0.3, 0.8, statements)
    each = round(share * statements)
    about = np.concatenate([chance.permutation(statements)[:each] for _ in range(people)])
    voters = np.repeat(np.arange(people), each)
    pull = leaning[camp[voters], about] + chance.normal(size=len(voters))
    values = np.where(pull > 0.4, 1, np.where(pull < -0.4, -1, 0))
    order = chance.permutation(len(voters))
    return {"people": voters[order], "about": about[order], "values": values[order]}


def _compare(title: str, votes: Arrays, path: Path) -> int:
    ours: list[Run] = []
    theirs: list[Run] = []
    for _ in range(REPEATS):  # in turn, so that a drifting machine moves both
        ours.append(_run(sys.executable, OURS, path))
        if PEER_PYTHON.exists() and (not theirs or theirs[-1]["seconds"] < SLOW):
            theirs.append(_run(str(PEER_PYTHON), PEER, path))
    count = int(votes["people"].max()) + 1, int(votes["about"].max()) + 1
    print(f"{title}: {count[0]:,} people, {count[1]:,} statements, {len(votes['values']):,} votes")
    print(
        f"    ours      {_median(ours, 'seconds'):8.4f} s, with stability"
        f" {_median(ours, 'whole'):.4f} s, process {_median(ours, 'process'):.2f} s,"
        f" {_peak(ours):.0f} MB, groups {ours[0]['sizes']}, stability {ours[0]['stability']:.2f}"
    )
    if not theirs:
        return 0
    print(
        f"    reference {_median(theirs, 'seconds'):8.4f} s, process"
        f" {_median(theirs, 'process'):.2f} s, {_peak(theirs):.0f} MB, groups {theirs[0]['sizes']}"
    )
    times = _median(theirs, "seconds") / _median(ours, "seconds")
    whole = _median(theirs, "seconds") / _median(ours, "whole")
    memory = _peak(ours) / _peak(theirs)
    consensus = theirs[0]["consensus"]
    own = _order(ours[0]["consensus"], consensus)
    same = _order(_with_groups_of(theirs[0]["labels"], votes), consensus)
    small = min(theirs[0]["sizes"]) < LEAST_PEOPLE
    print(f"    order of consensus with the reference's own groups {same:.4f}")
    return (
        _judge(f"{times:.1f} times as fast ({whole:.1f} with stability)", times >= GOAL_TIMES)
        + _judge(f"{memory:.2f} of its memory", memory <= GOAL_MEMORY)
        + _judge(
            f"order of consensus, each with its own groups {own:.4f}"
            + (f", of which the reference has one below {LEAST_PEOPLE} people" if small else ""),
            own >= GOAL_ORDER,
        )
    )


def _alone(path: Path) -> int:
    runs = [_run(sys.executable, OURS, path) for _ in range(3)]
    people, statements, share = ALONE
    seconds, peak = _median(runs, "whole"), _peak(runs)
    print(f"synthetic {people:,} x {statements:,} at {share:.0%}: groups {runs[0]['sizes']}")
    return _judge(
        f"{seconds:.2f} s with stability ({_median(runs, 'seconds'):.2f} without)",
        seconds <= GOAL_SECONDS,
    ) + _judge(f"{peak:.0f} MB ({runs[0]['read']:.0f} to hold the votes)", peak <= GOAL_MEGABYTES)


def _with_groups_of(labels: dict[str, int], votes: Arrays) -> dict[str, float]:
    """Our consensus, were its groups ours."""
    people, about = votes["people"], votes["about"]
    ids, statements = (
        [str(number) for number in range(int(of.max()) + 1)] for of in (people, about)
    )
    gathered = gather_votes(ids, statements, people, about, votes["values"])
    given = np.array([labels.get(person, -1) for person in gathered.participants])
    tally = count_votes(gathered, given, int(given.max()) + 1)
    means = geometric_mean(tally.agreement()).tolist()
    return dict(zip(gathered.statements, means, strict=True))


def _order(one: dict[str, float], other: dict[str, float]) -> float:
    return float(spearmanr([one[key] for key in other], list(other.values())).statistic)


def _run(python: str, script: Path, path: Path) -> Run:
    environ = os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT)}
    printed = subprocess.check_output(
        [python, "-W", "ignore", str(script), str(path)],
        cwd=ROOT,
        text=True,
        env=environ,
        timeout=PATIENCE,
    )
    answer: Run = json.loads(printed.splitlines()[-1])
    return answer


def _median(runs: Sequence[Run], figure: str) -> float:
    return statistics.median(run[figure] for run in runs)


def _peak(runs: Sequence[Run]) -> float:
    return max(run["peak"] for run in runs)


def _judge(words: str, met: bool) -> int:
    print(f"    {words}: {'met' if met else 'MISSED'}")
    return not met


if __name__ == "__main__":
    sys.exit(run())
