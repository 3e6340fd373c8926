"""One run of the reference tool, in the environment that holds it; never imported by the project.

``peer.py maximin|leximin TARGETS.csv PEOPLE.csv SIZE CAP`` prints one line of JSON: processor
seconds of the selection (after imports and reading) and of the process, peak memory, everybody's
chances, sorted. The tool is GPL-3 and its leximin needs a commercial solver, here under the size
limit of its free licence. One thread throughout; after CAP processor seconds the process ends.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from pathlib import Path

import highspy
from sortition_algorithms import CSVFileDataSource, SelectionData, Settings
from sortition_algorithms.committee_generation import (
    find_distribution_leximin,
    find_distribution_maximin,
)


def main() -> None:
    """Select once."""
    method, targets, people, size, cap = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(cap), int(cap) + 5))
    nowhere = Path("/dev/null")
    data = SelectionData(
        CSVFileDataSource(
            features_file=Path(targets),
            people_file=Path(people),
            already_selected_file=None,
            selected_file=nowhere,
            remaining_file=nowhere,
        )
    )
    features, _ = data.load_features(int(size))
    settings = Settings(id_column="person", columns_to_keep=[], random_number_seed=1)
    pool, _ = data.load_people(settings, features)
    find = {"maximin": find_distribution_maximin, "leximin": find_distribution_leximin}[method]
    before = _seconds()
    try:
        panels, weights, _ = find(features, pool, int(size), [])
    except Exception as stopped:
        if "size-limited license" not in str(stopped):
            raise
        print(json.dumps({"refused": "size limit"}))
        return
    seconds = _seconds() - before
    chances = Counter(dict.fromkeys(pool, 0.0))
    for panel, weight in zip(panels, weights, strict=True):
        for person in panel:
            chances[person] += weight
    print(
        json.dumps(
            {
                "seconds": seconds,
                "process": _seconds(),
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "chances": sorted(chances.values()),
            }
        )
    )


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class _OneThread(highspy.Highs):
    """A solver as the tool makes it, but of one thread."""

    def __init__(self) -> None:
        super().__init__()
        self.setOptionValue("threads", 1)


if __name__ == "__main__":
    highspy.Highs = _OneThread
    if sys.argv[1] == "leximin":
        import gurobipy

        gurobipy.setParam("OutputFlag", 0)
        gurobipy.setParam("Threads", 1)
    main()
