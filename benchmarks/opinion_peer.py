"""One run of the reference tool, in the environment that holds it; never imported by the project.

``opinion_peer.py VOTES.npz`` prints one line of JSON: processor seconds of its
pipeline (after imports and reading) and of the process, peak memory, its consensus by statement,
sizes of its groups, and everybody's group.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from reddwarf.implementations.polis import run_pipeline


def main() -> None:
    """Make a map once."""
    warnings.simplefilter("ignore")
    content = np.load(sys.argv[1])
    votes = [
        {"participant_id": person, "statement_id": statement, "vote": float(vote), "modified": at}
        for at, (person, statement, vote) in enumerate(
            zip(*(content[name].tolist() for name in ("people", "about", "values")), strict=True)
        )
    ]
    before = _seconds()
    found = run_pipeline(votes=votes, random_state=1)
    seconds = _seconds() - before
    labels = found.participants_df["cluster_id"].dropna()
    print(
        json.dumps(
            {
                "seconds": seconds,
                "process": _seconds(),
                "peak": _peak(),
                "sizes": sorted(Counter(map(int, labels)).values(), reverse=True),
                "labels": {str(person): int(label) for person, label in labels.items()},
                "consensus": {
                    str(statement): score
                    for statement, score in found.group_aware_consensus["agree"].items()
                },
            }
        )
    )


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    """Megabytes of this program alone; what ``resource`` tells counts who started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
