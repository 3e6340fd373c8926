"""Rankings by ``pref_voting``, for the benchmark beside ours.

Run in the environment of the benchmarks: reads profiles as JSON, prints who wins each as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pref_voting.margin_based_methods import beat_path, beat_path_defeat
from pref_voting.profiles import Profile


def main(path: str) -> None:
    """Print for each profile its winners, who is put before whom, and the seconds of all."""
    given = json.loads(Path(path).read_text())
    profiles = [Profile(ballots) for ballots in given]
    beat_path(profiles[0])  # what is compiled at the first call is not counted
    start = time.process_time()
    winners = [[int(one) for one in beat_path(profile)] for profile in profiles]
    seconds = time.process_time() - start
    before = [
        sorted([int(one), int(other)] for one, other in beat_path_defeat(profile).edges())
        for profile in profiles
    ]
    print(json.dumps({"winners": winners, "before": before, "seconds": seconds}))


main(sys.argv[1])
