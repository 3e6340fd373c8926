"""A plan changed as little as can be, since people stay away or come late."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engagement.methods.tables.errors import CannotSeat
from engagement.methods.tables.figures import even_share, measure
from engagement.methods.tables.room import Plan, Room
from engagement.methods.tables.round import APART, Integers, Reals, Round, Wishes, wishes_of
from engagement.methods.tables.seat import NOISE_FIRST, NOISE_LAST, exchange, worth_of

BURSTS = 5
_CHANCE = 11


def rebalance(
    room: Room,
    plan: Plan,
    here: Collection[str],
    *,
    start: int = 0,
    checkpoint: Callable[[], None] = lambda: None,
) -> Plan:
    """The plan for those who are ``here`` in round ``start`` (from 0) and all rounds after it.

    ``room`` holds everybody of the plan and who came since. Rounds before ``start`` stay as they
    were. After that, nobody who has a seat leaves it unless tables would differ by more than one
    person, or a group that sits together would not; as few move as that needs. Who needs a seat
    gets one where tables mirror the room best, then where they meet most people. Raises
    ``CannotSeat`` where that is not possible: a new plan is then needed.
    """
    room.check(plan.tables)
    unknown = sorted({*here, *plan.people} - set(room.people))
    if unknown:
        raise CannotSeat([f"{one} is not in the list of people." for one in unknown])
    now = _only(room, here)
    now.check(plan.tables)
    wishes, chance = wishes_of(now), np.random.default_rng(_CHANCE)
    place = {one: number for number, one in enumerate(plan.people)}
    seats = [
        [one[place[who]] if who in place else None for who in room.people] for one in plan.rounds
    ]
    row = {who: number for number, who in enumerate(room.people)}
    mine = np.array([row[who] for who in now.people])
    for number in range(start, len(seats)):
        checkpoint()
        met = np.zeros((len(mine), len(mine)), np.int16)
        for other, given in enumerate(seats):
            if other != number:
                at = np.array([-1 if given[who] is None else given[who] for who in mine])
                met += (at[:, None] == at[None]) & (at[:, None] >= 0)
        held = np.array([-1 if seats[number][who] is None else seats[number][who] for who in mine])
        where, free = _seat_all(wishes, held, plan.tables, worth_of(met))
        new = Round(replace(wishes, stays=~free), where, plan.tables)
        for burst in range(BURSTS):
            new.look_at(worth_of(met))
            exchange(new, NOISE_FIRST * (NOISE_LAST / NOISE_FIRST) ** (burst / BURSTS), chance)
        seats[number] = [None] * len(room.people)
        for who, table in zip(mine, new.where, strict=True):
            seats[number][who] = int(table)
    changed = Plan(tuple(room.people), tuple(tuple(one) for one in seats), plan.tables)
    after = replace(changed, rounds=changed.rounds[start:])
    if measure(room, after).broken:
        raise CannotSeat(["Not everybody's wish can be kept with so few changes. Make a new plan."])
    return changed


def _only(room: Room, here: Collection[str]) -> Room:
    """The room with those alone who are here."""
    there = set(here)
    kept = [number for number, who in enumerate(room.people) if who in there]
    return Room(
        [room.people[number] for number in kept],
        {name: [values[number] for number in kept] for name, values in room.features.items()},
        [[who for who in group if who in there] for group in room.together],
        [[who for who in group if who in there] for group in room.apart],
        {who: table for who, table in room.fixed.items() if who in there},
    )


def _seat_all(
    wishes: Wishes, held: Integers, tables: int, worth: Reals
) -> tuple[Integers, NDArray[np.bool_]]:
    """A seat for everybody, and who may still be exchanged: those who had none, or have to move."""
    where, free = held.copy(), held < 0
    for who, table in wishes.fixed.items():
        where[who], free[who] = table, False
    for block in wishes.blocks:
        # Where most of them sit already, of two such tables the first; or where most room is.
        there = where[block][where[block] >= 0]
        sizes = np.bincount(where[where >= 0], minlength=tables)
        table = int(np.argmax(np.bincount(there)) if len(there) else np.argmin(sizes))
        where[block], free[block] = table, False
    sizes = np.bincount(where[where >= 0], minlength=tables)
    targets = np.full(tables, len(where) // tables)
    # The larger tables are those that have most people now, so that fewest must move.
    targets[np.argsort(-sizes, kind="stable")[: len(where) % tables]] += 1
    movable = ~wishes.stays & ~free
    for table in range(tables):
        for _ in range(max(0, int(sizes[table] - targets[table]))):
            them = np.flatnonzero((where == table) & movable)
            if not len(them):
                raise CannotSeat(
                    [f"Table {table + 1} has too many people who cannot move. Make a new plan."]
                )
            # Who meets fewest people there for the first time.
            leaves = them[np.argmin(worth[np.ix_(them, np.flatnonzero(where == table))].sum(1))]
            where[leaves], free[leaves], movable[leaves] = -1, True, False
    for who in np.flatnonzero(where < 0).tolist():
        where[who] = _best_table(wishes, where, who, tables, worth)
    return where, free


def _best_table(wishes: Wishes, where: Integers, who: int, tables: int, worth: Reals) -> int:
    """Where one more person is least too many of any value, then meets most for the first time."""
    everybody, found = len(where), []
    sizes = np.bincount(where[where >= 0], minlength=tables)
    least, larger = divmod(everybody, tables)
    for table in range(tables):
        if sizes[table] > least or (sizes[table] == least and (sizes > least).sum() >= larger):
            continue
        members = np.flatnonzero(where == table)
        wrong = 0.0
        for feature, column in enumerate(wishes.values[who]):
            there = int((wishes.values[members, feature] == column).sum())
            share = even_share(int(wishes.totals[column]), int(sizes[table]) + 1, everybody)
            wrong += (there >= share[1]) - (there < share[0])
        if wishes.enemies is not None:
            wrong += APART * float(wishes.enemies[who, members].sum())
        found.append((wrong, -float(worth[who, members].sum()), table))
    return min(found)[2]
