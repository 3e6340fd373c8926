"""One run of the project's own opinion map: ``opinion_ours.py VOTES.npz``.

Prints one line of JSON: processor seconds of matrix, map, groups and figures (after imports and
reading), of the stability of the groups, and of the process; peak memory of all; consensus by
statement and sizes of groups.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import numpy as np

from engagement.methods.opinion.find import find_opinions
from engagement.methods.opinion.stability import measure_stability
from engagement.methods.opinion.votes import gather_votes


def main() -> None:
    """Make a map once."""
    content = np.load(sys.argv[1])
    people, about, values = (content[name] for name in ("people", "about", "values"))
    persons, statements = (
        [str(number) for number in range(int(places.max()) + 1)] for places in (people, about)
    )
    read = _peak()
    before = _seconds()
    opinions = find_opinions(gather_votes(persons, statements, people, about, values))
    seconds = _seconds() - before
    stability = measure_stability(opinions)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "whole": _seconds() - before,
                "process": _seconds(),
                "read": read,
                "peak": _peak(),
                "sizes": opinions.sizes,
                "stability": stability.mean if stability else None,
                "consensus": dict(
                    zip(opinions.votes.statements, opinions.consensus.tolist(), strict=True)
                ),
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
