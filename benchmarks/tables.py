"""Tables beside a constraint solver in the same run: pairs who meet, as a share of the bound.

100 people, ten tables, five rounds, four features; then the same with people who stay together or
apart. The solver (CP-SAT of ``ortools``, one thread, in the environment that ``make .setup/bench``
makes) holds the same shares and meets as many as it can in its time. Seconds are of the processor.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.opinion import ONE_THREAD, PEER_PYTHON
from engagement.config import ROOT
from engagement.methods.tables.figures import Figures, measure
from engagement.methods.tables.room import Plan, Room
from engagement.methods.tables.seat import seat
from tests.methods.tables.rooms import a_room

PEER = ROOT / "benchmarks" / "tables_peer.py"
TABLES, ROUNDS = 10, 5
GOALS = ((1.0, 2.0, 0.92), (5.0, 10.0, 0.93))
"""Effort, most processor seconds, least share of the bound."""
PATIENCE = 33


def run() -> int:
    """Print the figures; returns how many goals were missed."""
    room = a_room(100)
    missed = 0
    for effort, most, least in GOALS:
        seconds, figures = _ours(room, effort)
        met = seconds <= most and figures.share >= least and not figures.deviations
        missed += not met
        _tell(f"ours, effort {effort:g}", seconds, figures, "met" if met else "MISSED")
    wishes = a_room(
        100,
        together=[(f"p{number}", f"p{number + 1}") for number in range(0, 10, 2)],
        apart=[("p20", "p21"), ("p22", "p23", "p24")],
        fixed={"p30": 0, "p31": 1},
    )
    seconds, figures = _ours(wishes, 1.0)
    kept = not figures.broken and not figures.deviations
    missed += not kept
    _tell("ours, with ten wishes", seconds, figures, "met" if kept else "MISSED")
    print("tables: more people and tables, effort 1")
    for people, tables in ((24, 4), (200, 20), (500, 50)):
        seconds, figures = _ours(a_room(people), 1.0, tables)
        _tell(f"{people} at {tables}", seconds, figures, "")
    if not PEER_PYTHON.exists():
        print("tables: the solver is not installed: make .setup/bench")
        return missed
    found = _peer(room)
    if found is None:
        print(f"tables: the solver, {PATIENCE} s: no plan")
    else:
        _tell("the solver", found[0], found[1], "")
    return missed


def _ours(room: Room, effort: float, tables: int = TABLES) -> tuple[float, Figures]:
    start = time.process_time()
    plan = seat(room, tables, ROUNDS, effort=effort)
    return time.process_time() - start, measure(room, plan)


def _peer(room: Room) -> tuple[float, Figures] | None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "room.json")
        asked = {
            "people": len(room.people),
            "tables": TABLES,
            "rounds": ROUNDS,
            "features": list(room.features.values()),
        }
        path.write_text(json.dumps(asked))
        command = [str(PEER_PYTHON), str(PEER), str(path), str(PATIENCE)]
        done = subprocess.run(command, env=ONE_THREAD, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    if answer["plan"] is None:
        return None
    plan = Plan(room.people, tuple(map(tuple, answer["plan"])), TABLES)
    return answer["seconds"], measure(room, plan)


def _tell(name: str, seconds: float, figures: Figures, goal: str) -> None:
    print(
        f"tables: {name:22} {seconds:6.2f} s  {figures.share:6.1%} of the bound  "
        f"{figures.deviations} deviations  {figures.broken} wishes broken  {goal}".rstrip()
    )
