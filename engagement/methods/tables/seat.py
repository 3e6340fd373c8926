"""A plan of tables: every table mirrors the room, and people meet as many others as they can.

The search moves one person of every table at a time: they stand up, and the cheapest way of seating
them again, one at each table, is an assignment problem that is solved exactly. What a person costs
at a table is known without looking at the others who stand, since no two of them sit down at the
same one. Many such exchanges, with less and less noise on the costs, make the plan: a very large
neighbourhood (Ahuja and others, *A survey of very large-scale neighborhood search techniques*,
2002) in an annealing schedule. Deviations from even shares count above all meetings.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from engagement.methods.tables.errors import CannotSeat
from engagement.methods.tables.figures import measure
from engagement.methods.tables.room import Plan, Room
from engagement.methods.tables.round import Integers, Reals, Round, Wishes, wishes_of

EXCHANGES = 600
"""For each round and each seat at a table, at an effort of 1."""
BURST = 200
"""Exchanges in one round before another round is looked at."""
NOISE_FIRST, NOISE_LAST = 0.4, 0.1
"""In pairs who meet."""
AGAIN = -0.02
"""What meeting once more is worth, for each time before; the first time is worth 1."""
_CHANCE = 7


def seat(
    room: Room,
    tables: int,
    rounds: int,
    *,
    effort: float = 1.0,
    checkpoint: Callable[[], None] = lambda: None,
) -> Plan:
    """Seat everybody at one of ``tables`` tables, numbered from 0, in each of ``rounds`` rounds.

    Tables differ by one person at most. The same people in the same order give the same plan.
    ``effort`` is in multiples of about two seconds for 100 people, ten tables and five rounds.
    ``checkpoint`` is called every two hundred exchanges, and may raise. Raises ``CannotSeat``
    where the wishes cannot all be kept, and ``ValueError`` for no round or no effort.
    """
    if rounds < 1 or effort <= 0:
        raise ValueError("there must be a round, and effort above 0")
    room.check(tables)
    wishes, chance = wishes_of(room), np.random.default_rng(_CHANCE)
    plans = [Round(wishes, _first_seats(wishes, tables, chance), tables) for _ in range(rounds)]
    _improve(plans, wishes, tables, effort, chance, checkpoint)
    seats = tuple(tuple(int(table) for table in one.where) for one in plans)
    plan = Plan(tuple(room.people), seats, tables)
    if measure(room, plan).broken:
        raise CannotSeat(["Not everybody who is to sit apart can. Take some of the wishes away."])
    return plan


def _first_seats(wishes: Wishes, tables: int, chance: np.random.Generator) -> Integers:
    """Everybody at some table: who stays first, then groups, then all others by chance."""
    everybody = len(wishes.values)
    free = np.full(tables, everybody // tables)
    free[: everybody % tables] += 1
    where = np.full(everybody, -1)
    for one, table in wishes.fixed.items():
        where[one] = table
        free[table] -= 1
    if (free < 0).any():
        crowded = ", ".join(str(table + 1) for table in np.flatnonzero(free < 0))
        raise CannotSeat([f"More people are to stay at table {crowded} than it has seats."])
    for block in sorted(wishes.blocks, key=len, reverse=True):
        held = where[block][where[block] >= 0]
        unseated = block[where[block] < 0]
        fitting = np.flatnonzero(free >= len(unseated))
        table = held[0] if len(held) else chance.choice(fitting) if len(fitting) else -1
        if table < 0 or free[table] < len(unseated):
            raise CannotSeat(["The groups that sit together do not fit the tables. Take one away."])
        where[unseated] = table
        free[table] -= len(unseated)
    rest = np.flatnonzero(where < 0)
    where[chance.permutation(rest)] = np.repeat(np.arange(tables), free)
    return where


def _improve(
    plans: list[Round],
    wishes: Wishes,
    tables: int,
    effort: float,
    chance: np.random.Generator,
    checkpoint: Callable[[], None],
) -> None:
    everybody = len(wishes.values)
    met = np.zeros((everybody, everybody), np.int16)
    for one in plans:
        met += one.together()
    sizes = np.bincount(plans[0].where)
    # Every pair both ways round, and everybody with themselves.
    most = everybody + min(everybody * (everybody - 1), len(plans) * int(sizes @ (sizes - 1)))
    bursts = max(1, round(EXCHANGES * effort * len(plans) * everybody / tables / BURST))
    for burst in range(bursts):
        checkpoint()
        noise = NOISE_FIRST * (NOISE_LAST / NOISE_FIRST) ** (burst / bursts)
        one = plans[burst % len(plans)]
        met -= one.together()
        one.look_at(worth_of(met))
        _exchange_blocks(one, wishes, noise, chance)
        exchange(one, noise, chance)
        met += one.together()
        if np.count_nonzero(met) == most and not any(round_.wrong for round_ in plans):
            return


def worth_of(met: NDArray[np.int16]) -> Reals:
    """What it is worth that two people share a table in a round, by how often they do in others."""
    worth = np.where(met == 0, np.float32(1), AGAIN * met.astype(np.float32))
    np.fill_diagonal(worth, 0)
    return worth


def exchange(one: Round, noise: float, chance: np.random.Generator) -> None:
    """A burst of exchanges of one person of each table, with noise on the costs."""
    width = len(one.open)
    if width < 2:
        return
    picks = (chance.random((BURST, width)) * one.seats).astype(np.int64)
    # The noise of a Gumbel makes the cheapest a draw in proportion to exp(-cost / noise).
    noises = (noise * chance.gumbel(size=(BURST, width, width))).astype(np.float32)
    for pick, shift in zip(picks, noises, strict=True):
        people, costs = one.costs(pick)
        _, to = linear_sum_assignment(costs - shift)
        if (to != np.arange(width)).any():
            one.exchange(people, pick, to)


def _exchange_blocks(one: Round, wishes: Wishes, noise: float, chance: np.random.Generator) -> None:
    """Let groups that sit together change places with others as large, or with single people."""
    movable = [
        block for block in wishes.blocks if not any(int(who) in wishes.fixed for who in block)
    ]
    for place, block in enumerate(movable):
        table = int(chance.integers(one.tables))
        if table == one.where[block[0]]:
            continue
        singles = np.flatnonzero((one.where == table) & ~wishes.stays)
        alike = [
            other
            for other in movable[place + 1 :]
            if len(other) == len(block) and one.where[other[0]] == table
        ]
        if alike:
            other = alike[0]
        elif len(singles) >= len(block):
            other = chance.choice(singles, len(block), replace=False)
        else:
            continue
        one.swap_groups(block, other, noise * float(chance.exponential()))
    one.look_at(one._gain)
