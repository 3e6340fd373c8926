"""Tickets name people who can sit together, as often as their chance says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.config import ROOT
from engagement.methods.sortition.errors import SelectionRefused
from engagement.methods.sortition.feasibility import TargetsCannotBeMet
from engagement.methods.sortition.lottery import Lottery
from engagement.methods.sortition.packs import pick_ticket
from engagement.methods.sortition.pool import Pool
from engagement.methods.sortition.tickets import Tickets, make_tickets
from tests.methods.sortition.instances import (
    REAL,
    SEATS,
    Instance,
    instances,
    people,
    real,
    repeatably,
    select,
    targets,
)

needs_files = pytest.mark.skipif(not REAL.is_dir(), reason=f"no files at {REAL}")
MANY = 1000
PICKS = 100_000


def check(instance: Instance, lottery: Lottery, made: Tickets, count: int) -> None:
    """Every ticket is a panel of named people, and the deviation is what a recount finds."""
    pool, rules = instance.pool, instance.rules
    person = {who.id: who for who in pool}
    held = sorted(rules.seated)
    assert len(made.people) == count
    for ticket in set(made.people):
        assert list(ticket) == sorted(set(ticket))
        assert not rules.seated.intersection(ticket)
        assert not rules.excluded.intersection(ticket)
        assert rules.must_include <= set(ticket)
        panel = [*ticket, *held]
        assert len(panel) == instance.size
        taken = {person[who].household for who in held} - {None}
        homes = [home for who in ticket if (home := person[who].household)]
        assert len(set(homes)) == len(homes)
        assert not taken.intersection(homes)
        for row in instance.targets.rows:
            at = pool.features.index(row.feature)
            inside = sum(person[who].answers[at] == row.value for who in panel)
            assert row.least <= inside <= row.most
    times = Counter(who for ticket in made.people for who in ticket)
    assert made.deviation == max(
        (
            abs(Fraction(times[who], count) - chance)
            for kind, chance in zip(lottery.kinds, lottery.exact_chances(), strict=True)
            for who in kind.members
        ),
        default=Fraction(0),
    )


@cache
def real_tickets(name: str) -> tuple[Instance, Lottery, Tickets]:
    instance = real(name)
    problem, lottery = select(instance)
    return instance, lottery, make_tickets(problem, instance.pool, lottery, MANY)


@needs_files
@pytest.mark.parametrize("name", SEATS)
def test_everybody_is_on_tickets_as_often_as_their_chance_says(name: str) -> None:
    instance, lottery, made = real_tickets(name)
    check(instance, lottery, made, MANY)
    assert made.deviation <= Fraction(105, 100) / MANY


@repeatably(60)
@given(instances(features=(1, 3), slack=2, homes=4, unstated=True, ruled=True), st.integers(1, 60))
def test_tickets_of_small_pools_heed_every_rule(instance: Instance, count: int) -> None:
    try:
        problem, lottery = select(instance)
    except (SelectionRefused, TargetsCannotBeMet):
        assume(False)
    made = make_tickets(problem, instance.pool, lottery, count)
    check(instance, lottery, made, count)


def test_real_households_never_sit_together() -> None:
    chance = np.random.default_rng(2)
    answers = [(chance.choice(["x", "y"]), chance.choice(["p", "q"])) for _ in range(80)]
    homes = [f"home {number}" for number in chance.integers(0, 30, 80)]
    rows = targets(("a", "x", 4, 6), ("a", "y", 4, 6), ("b", "p", 3, 7), ("b", "q", 3, 7))
    instance = Instance(rows, people([tuple(map(str, who)) for who in answers], homes), 10)
    problem, lottery = select(instance)
    made = make_tickets(problem, instance.pool, lottery, 400)
    check(instance, lottery, made, 400)


def test_one_ticket_is_a_panel_too() -> None:
    instance = Instance(targets(("a", "x", 1, 2)), people([("x",)] * 3 + [("y",)] * 3), 3)
    problem, lottery = select(instance)
    check(instance, lottery, make_tickets(problem, instance.pool, lottery, 1), 1)


def test_no_tickets_at_all_are_refused() -> None:
    instance = Instance(targets(("a", "x", 1, 2)), people([("x",)] * 3), 1)
    problem, lottery = select(instance)
    with pytest.raises(ValueError, match="at least one ticket"):
        make_tickets(problem, instance.pool, lottery, 0)


@needs_files
def test_picks_by_many_seeds_come_as_often_as_the_chances_say() -> None:
    _, lottery, made = real_tickets("opendlp_monitoring_30")
    picked = Counter(pick_ticket(f"seed {number}", MANY) for number in range(PICKS))
    assert min(picked) == 0
    assert max(picked) == MANY - 1
    expected = PICKS / MANY
    worst = sum((picked[ticket] - expected) ** 2 / expected for ticket in range(MANY))
    # 999 degrees of freedom: nearly normal, with mean 999 and standard deviation 44.7.
    assert abs(worst - 999) < 4 * 44.7
    times: Counter[str] = Counter()
    for ticket, often in picked.items():
        for who in made.people[ticket]:
            times[who] += often
    for kind, chance in zip(lottery.kinds, map(float, lottery.exact_chances()), strict=True):
        allowed = float(made.deviation) + 4.5 * (chance * (1 - chance) / PICKS) ** 0.5
        assert all(abs(times[who] / PICKS - chance) <= allowed for who in kind.members)


def mixed(pool: Pool) -> Pool:
    order = np.random.default_rng(11).permutation(len(pool.ids))
    return Pool(
        pool.features,
        *(
            tuple(column[place] for place in order)
            for column in (pool.ids, pool.answers, pool.households)
        ),
    )


@needs_files
def test_people_in_another_order_are_on_the_same_tickets() -> None:
    instance, _, made = real_tickets("opendlp_monitoring_30")
    again = instance._replace(pool=mixed(instance.pool))
    problem, lottery = select(again)
    assert make_tickets(problem, again.pool, lottery, MANY) == made


SCRIPT = """
import hashlib, json
from engagement.methods.sortition.tickets import make_tickets
from tests.methods.sortition.instances import people, select, targets, Instance
answers = [("xyz"[n % 3], "pqr"[n * n % 7 % 3], "uv"[n // 5 % 2]) for n in range(40)]
rows = [("a", v, 2, 4) for v in "xyz"] + [("b", v, 0, 5) for v in "pqr"]
rows += [("c", v, 3, 5) for v in "uv"]
homes = [f"home {n % 9}" if n % 4 == 0 else None for n in range(40)]
instance = Instance(targets(*rows), people(answers, homes), 8)
problem, lottery = select(instance)
print(json.dumps([make_tickets(problem, instance.pool, lottery, 200).people, lottery.weights]))
"""


def test_the_tickets_are_the_same_in_every_process() -> None:
    made = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "12345")
    ]
    assert made[0] == made[1]
    assert len(json.loads(made[0])[0]) == 200
