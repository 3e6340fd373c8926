"""Fair selection beside the reference tool in the same run, and how it grows with the pool.

Every run is a fresh process with one thread, and peers take turns. Seconds are of the processor,
without imports and reading; those of whole processes stand beside them. The reference tool
(``sortition-algorithms``) and its commercial solver are in an environment of their own, made by
``make bench``; where that is missing, only the project's own figures are printed.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.sortition.pools import DATA, Files, write_grown, write_pools
from engagement.config import ROOT

PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PEER = ROOT / "benchmarks" / "sortition" / "peer.py"
# A peer's run ends after so many processor seconds; a slow one is run once instead of three times.
CAP, SLOW, REPEATS = 600, 20.0, 3
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
GOAL_MAXIMIN, GOAL_LEXIMIN, GOAL_PEOPLE = 1 / 20, 1 / 50, 100
GOAL_SECONDS = {"example_small_20": 0.05, "sf_e_synth_110": 3.0}
GOAL_GROWN, GOAL_MEGABYTES = 60.0, 300.0
# The smallest chance and the Gini coefficient of leximin, as far as known.
KNOWN = {
    "opendlp_monitoring_30": (0.2967, 0.0100),
    "sf_fixture_22": (0.0909, 0.140),
    "diversimax_wide_60": (0.0, 0.2785),
}
GROWTH = (
    *((number, False) for number in (1_000, 2_000, 5_000)),
    *((number, True) for number in (1_000, 2_000, 5_000, 10_000, 20_000)),
)
PARTS = ("cover", "relaxation", "proof", "herding", "balance", "tickets")
Run = dict[str, Any]


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    if not DATA.is_dir():
        print(f"sortition: skipped, the pools are missing ({DATA})")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return _compare(write_pools(folder)) + _grow(folder)


def _compare(pools: dict[str, Files]) -> int:
    with_peer = PEER_PYTHON.exists()
    print("sortition: leximin, certified, and the reference tool; medians")
    if not with_peer:
        print("  the reference tool is not installed: make .setup/bench")
    missed = 0
    for name, files in pools.items():
        runs: dict[str, list[Run]] = {"ours": [], "maximin": [], "leximin": []}
        for _ in range(REPEATS):  # in turn, so that a drifting machine moves all
            for method, done in runs.items():
                if method == "ours":
                    done.append(_ours(files))
                elif with_peer and _again(done):
                    done.append(_peer(method, files))
        print(
            f"{name}: {files.number} people, {files.size} seats, {runs['ours'][0]['kinds']} kinds"
        )
        for method, done in runs.items():
            if done:
                print(f"  {method:10} {_words(done)}")
        missed += _judge(name, files, runs)
    return missed


def _again(done: Sequence[Run]) -> bool:
    return not done or done[-1].get("seconds", CAP) < SLOW


def _ours(files: Files) -> Run:
    command = [sys.executable, "-m", "benchmarks.sortition.ours", *_given(files)]
    printed = subprocess.check_output(command, cwd=ROOT, text=True, env=os.environ | ONE_THREAD)
    answer: Run = json.loads(printed)
    return answer


def _peer(method: str, files: Files) -> Run:
    done = subprocess.run(
        [str(PEER_PYTHON), str(PEER), method, *_given(files), str(CAP)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | ONE_THREAD,
    )
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return {"refused": f">{CAP} s"}
    done.check_returncode()
    answer: Run = json.loads(done.stdout.splitlines()[-1])
    return answer


def _given(files: Files) -> list[str]:
    return [str(files.targets), str(files.people), str(files.size)]


def _words(runs: Sequence[Run]) -> str:
    first = runs[0]
    if "refused" in first:
        return str(first["refused"])
    words = (
        f"{_median(runs, 'seconds'):8.3f} s, process {_median(runs, 'process'):8.3f} s,"
        f" {max(run['peak'] for run in runs):4.0f} MB,"
        f" least {first['chances'][0]:.6f}, Gini {gini(first['chances']):.6f}, {len(runs)} runs"
    )
    if "exact" in first:
        proved = "exact" if first["exact"] else "not proved"
        tickets = statistics.median(run["parts"]["tickets"] for run in runs)
        words += f", {proved}, gap {first['gap']:.0e}, 1,000 tickets {tickets:.3f} s"
    return words


def _judge(name: str, files: Files, runs: dict[str, list[Run]]) -> int:
    """Print each goal as met or missed; returns how many were missed."""
    ours = runs["ours"]
    seconds, chances = _median(ours, "seconds"), ours[0]["chances"]
    goals = [
        ("proved exact", ours[0]["exact"]),
        (f"at most {GOAL_MEGABYTES:.0f} MB", max(run["peak"] for run in ours) <= GOAL_MEGABYTES),
    ]
    if name in GOAL_SECONDS:
        goals.append((f"at most {GOAL_SECONDS[name]} s", seconds <= GOAL_SECONDS[name]))
    if name in KNOWN:
        least, spread = KNOWN[name]
        near = abs(chances[0] - least) < 1e-4 and gini(chances) < spread + 1e-3
        goals.append((f"the known least {least} and Gini {spread}", near))
    for method, share in (("maximin", GOAL_MAXIMIN), ("leximin", GOAL_LEXIMIN)):
        theirs = runs[method]
        if not theirs or theirs[0].get("refused") == "size limit":
            continue
        capped = "refused" in theirs[0]
        ratio = (CAP if capped else _median(theirs, "seconds")) / seconds
        more = "more than " if capped else ""
        if method == "leximin" or files.number >= GOAL_PEOPLE:
            words = f"1/{1 / share:.0f} of its {method} or less: 1/{more}{ratio:.0f}"
            goals.append((words, ratio >= 1 / share))
        if method == "maximin" and not capped:
            goals.append(("its least chance", chances[0] >= theirs[0]["chances"][0] - 1e-6))
    for words, met in goals:
        print(f"    {'met   ' if met else 'MISSED'} {words}")
    return sum(not met for _, met in goals)


def _grow(folder: Path) -> int:
    print("growth: people of sf_e_synth_110 drawn with replacement, whole or each answer apart")
    print(f"  {'people':>7} {'':6} {'kinds':>6} {'panels':>6} {'seconds':>8} {'MB':>5}", end="")
    print("".join(f" {part:>10}" for part in PARTS), f"{'MB':>5}")
    missed = 0
    for number, mixed in GROWTH:
        done = _ours(write_grown(folder, number, mixed=mixed))
        words = "apart" if mixed else "whole"
        print(
            f"  {number:7,} {words:6} {done['kinds']:6,} {done['panels']:6,} {done['seconds']:8.2f}"
            f" {done['peak']:5.0f}"
            + "".join(f" {done['parts'][part]:10.2f}" for part in PARTS)
            + f" {done['peak_tickets']:5.0f} {'exact' if done['exact'] else 'NOT PROVED'}"
        )
        if number <= 5_000:
            met = done["exact"] and done["seconds"] <= GOAL_GROWN and done["peak"] <= GOAL_MEGABYTES
            missed += not met
            if not met:
                print(f"    MISSED {GOAL_GROWN:.0f} s, {GOAL_MEGABYTES:.0f} MB, exact")
    return missed


def gini(chances: Sequence[float]) -> float:
    """Gini coefficient of ``chances``, sorted."""
    number = len(chances)
    ranked = sum((2 * place - number - 1) * chance for place, chance in enumerate(chances, 1))
    return ranked / (number * sum(chances))


def _median(runs: Sequence[Run], what: str) -> float:
    return statistics.median(run[what] for run in runs)
