"""Rankings beside ``pref_voting``: the same winners, the same order, and the time of both.

Random ballots of 3 to 60 people on 3 to 12 options, many of them with ties and circles. The peer is
in the environment that ``make .setup/bench`` makes. Seconds are of the processor, from ballots to
the order.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.opinion import ONE_THREAD, PEER_PYTHON
from engagement.config import ROOT
from engagement.methods.choice.ranking import RankingCount, count_ranking
from engagement.methods.choice.rules import Rules

PEER = ROOT / "benchmarks" / "choice_peer.py"
PROFILES = 1_000
Profile = list[list[int]]


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    profiles = list(_random())
    start = time.process_time()
    counts = [_count(profile) for profile in profiles]
    orders = [count.order for count in counts]
    seconds = time.process_time() - start
    circles = sum(count.condorcet is None for count in counts)
    print(f"choice: {PROFILES:,} rankings in {seconds:.2f} s, {circles} without a plain winner")
    if not PEER_PYTHON.exists():
        print("choice: the peer is not installed: make .setup/bench")
        return 0
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "profiles.json")
        path.write_text(json.dumps(profiles))
        command = [str(PEER_PYTHON), str(PEER), str(path)]
        environ = {**ONE_THREAD, "HOME": name, "MPLCONFIGDIR": name}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    theirs = json.loads(done.stdout)
    first = sum(
        sorted(map(int, order[0])) == sorted(winners)
        for order, winners in zip(orders, theirs["winners"], strict=True)
    )
    whole = sum(
        _before(count) == before for count, before in zip(counts, theirs["before"], strict=True)
    )
    missed = (first < PROFILES) + (whole < PROFILES)
    print(f"choice: same winners {first:,}, same order {whole:,} of {PROFILES:,}")
    print(f"choice: the peer's winners alone in {theirs['seconds']:.2f} s")
    return missed


def _random() -> list[Profile]:
    chance = np.random.default_rng(5)
    profiles = []
    for _ in range(PROFILES):
        people, options = int(chance.integers(3, 61)), int(chance.integers(3, 13))
        profiles.append([chance.permutation(options).tolist() for _ in range(people)])
    return profiles


def _count(profile: Profile) -> RankingCount:
    options = [str(number) for number in range(len(profile[0]))]
    ballots = [[(str(option),) for option in ballot] for ballot in profile]
    return count_ranking(options, ballots, Rules(roll=len(profile)))


def _before(count: RankingCount) -> list[list[int]]:
    paths = count.paths
    return np.argwhere(paths > paths.T).tolist()
