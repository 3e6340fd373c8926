"""One run of the project's own leximin: ``ours.py TARGETS.csv PEOPLE.csv SIZE``.

Prints one line of JSON: processor seconds of the selection (after imports and reading), of its
parts, of the tickets and of the process before them; peak memory before and after the tickets; the
size of the problem, the certified gap, and everybody's chances, sorted.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from engagement.methods.sortition import decomposition, methods
from engagement.methods.sortition.feasibility import cover
from engagement.methods.sortition.problem import pose
from engagement.methods.sortition.reading import read_pool, read_targets
from engagement.methods.sortition.tickets import make_tickets

PARTS: Counter[str] = Counter()


def main() -> None:
    """Select once."""
    targets_file, people_file, size = sys.argv[1:]
    targets = read_targets(_rows(targets_file), "targets", int(size))
    pool = read_pool(_rows(people_file), "people", targets, id_column="person").pool
    for place, function, part in (
        (methods, "solve_relaxation", "relaxation"),
        (methods, "prove", "proof"),
        (methods, "_certify", "proof"),
        (decomposition._Search, "herd", "herding"),
        (decomposition._Search, "balance", "balance"),
    ):
        setattr(place, function, _clock(getattr(place, function), part))
    before = _seconds()
    problem = pose(targets, pool, int(size))
    coverage = _clock(cover, "cover")(problem, targets, lambda: None)
    lottery = methods.leximin(problem, coverage)
    seconds, process, peak = _seconds() - before, _seconds(), _peak()
    tickets = _clock(make_tickets, "tickets")(problem, pool, lottery, 1000)
    chances = sorted(
        float(chance)
        for kind, chance in zip(lottery.kinds, lottery.exact_chances(), strict=True)
        for _ in kind.members
    )
    print(
        json.dumps(
            {
                "seconds": seconds,
                "process": process,
                "peak": peak,
                "peak_tickets": _peak(),
                "parts": PARTS,
                "kinds": len(problem.kinds),
                "panels": len(lottery.panels),
                "gap": lottery.gap,
                "exact": lottery.exact,
                "off": float(tickets.deviation * 1000),
                "chances": chances,
            }
        )
    )


def _rows(path: str) -> list[list[str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _clock(function: Callable[..., Any], part: str) -> Callable[..., Any]:
    def clocked(*given: Any) -> Any:
        before = _seconds()
        try:
            return function(*given)
        finally:
            PARTS[part] += _seconds() - before

    return clocked


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
