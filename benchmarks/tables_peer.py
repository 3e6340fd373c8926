"""Seats by a constraint solver (OR-tools' CP-SAT), for the benchmark beside ours.

Run in the environment of the benchmarks: reads a room from a file of JSON, prints a plan as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import combinations
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model


def main(path: str, seconds: float) -> None:
    """Solve and print the seats of each round, and the processor seconds."""
    room: dict[str, Any] = json.loads(Path(path).read_text())
    people, tables, rounds = room["people"], room["tables"], room["rounds"]
    start = time.process_time()
    model = cp_model.CpModel()
    at = [
        [[model.new_bool_var("") for _ in range(tables)] for _ in range(people)]
        for _ in range(rounds)
    ]
    size = people // tables
    for seats in at:
        for one in seats:
            model.add_exactly_one(one)
        for table in range(tables):
            model.add(sum(one[table] for one in seats) == size)
            for values in room["features"]:
                for value in set(values):
                    them = [number for number, own in enumerate(values) if own == value]
                    least, most = len(them) * size // people, -(-len(them) * size // people)
                    model.add_linear_constraint(
                        sum(seats[number][table] for number in them), least, most
                    )
    met = []
    for one, other in combinations(range(people), 2):
        pair = model.new_bool_var("")
        shared = []
        for seats in at:
            for table in range(tables):
                both = model.new_bool_var("")
                model.add_implication(both, seats[one][table])
                model.add_implication(both, seats[other][table])
                shared.append(both)
        model.add_bool_or([*shared, pair.negated()])
        met.append(pair)
    model.maximize(sum(met))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    plan = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        plan = [
            [next(t for t in range(tables) if solver.value(one[t])) for one in seats]
            for seats in at
        ]
    print(json.dumps({"plan": plan, "seconds": time.process_time() - start}))


main(sys.argv[1], float(sys.argv[2]))
