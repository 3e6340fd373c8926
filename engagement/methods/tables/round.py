"""One round in arrays: who sits where, and what an exchange between tables would change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagement.methods.tables.figures import even_share
from engagement.methods.tables.room import Room

Integers = NDArray[np.int64]
Reals = NDArray[np.float32]

APART = 10
"""What two who are to be apart and are not count, in people too many or too few at a table."""
DEVIATION = 1_000
"""What one person too many or too few counts, in pairs who meet: more than all pairs of a table."""


@dataclass(frozen=True)
class Wishes:
    """A room in arrays, the same in every round.

    ``values``: for each person and feature the column of its value; the last column is of the
    empty one. ``totals``: people by column. ``enemies``: who is to be apart, people by people.
    ``blocks``: the people of each group that sits together. ``stays``: who is moved by no exchange
    of single people, because they are in a block or stay at a table.
    """

    values: Integers
    totals: Integers
    enemies: Reals | None
    blocks: tuple[Integers, ...]
    stays: NDArray[np.bool_]
    fixed: dict[int, int]


def wishes_of(room: Room) -> Wishes:
    """The arrays of a room."""
    number = {one: place for place, one in enumerate(room.people)}
    columns = [
        (name, value)
        for name, values in room.features.items()
        for value in sorted(set(values))
        if value
    ]
    place = {key: column for column, key in enumerate(columns)}
    empty = len(place)
    values = np.full((len(room.people), len(room.features)), empty, np.int64)
    for feature, (name, given) in enumerate(room.features.items()):
        values[:, feature] = [place.get((name, value), empty) for value in given]
    enemies = None
    if any(len(set(group)) > 1 for group in room.apart):
        enemies = np.zeros((len(number), len(number)), np.float32)
        for group in room.apart:
            foes = [number[one] for one in dict.fromkeys(group)]
            enemies[np.ix_(foes, foes)] = 1
        np.fill_diagonal(enemies, 0)
    blocks = tuple(np.array([number[one] for one in block]) for block in room.blocks())
    fixed = {number[one]: table for one, table in room.fixed.items()}
    stays = np.zeros(len(number), bool)
    for them in (*blocks, np.array(list(fixed), np.int64)):
        stays[them] = True
    return Wishes(
        values, np.bincount(values.ravel(), minlength=empty + 1), enemies, blocks, stays, fixed
    )


class Round:
    """Who sits where in one round, everybody at one of the tables."""

    def __init__(self, wishes: Wishes, where: Integers, tables: int) -> None:
        self.wishes, self.where, self.tables = wishes, where, tables
        sizes = np.bincount(where, minlength=tables)
        everybody = len(where)
        shares = [
            [even_share(int(people), int(size), everybody) for people in wishes.totals]
            for size in sizes
        ]
        self.least, self.most = (np.array(shares)[:, :, side] for side in (0, 1))
        # Who has no value is wanted nowhere and too many nowhere.
        self.least[:, -1], self.most[:, -1] = 0, everybody
        self.counts = np.zeros_like(self.least)
        np.add.at(self.counts, (where[:, None], wishes.values), 1)
        self._weigh()

    @property
    def wrong(self) -> int:
        """How many people are too many or too few of any value at any table, or not apart."""
        beyond = np.maximum(self.counts - self.most, self.least - self.counts).clip(min=0)
        foes = self.wishes.enemies
        return int(beyond.sum()) + (0 if foes is None else int((foes * self.together()).sum()))

    def together(self) -> NDArray[np.bool_]:
        """Which people share a table, themselves included."""
        return np.equal(self.where[:, None], self.where[None])

    def look_at(self, gain: Reals) -> None:
        """Reckon with what pairs are worth now, and who can be exchanged."""
        self._gain = gain
        at = (self.where[:, None] == np.arange(self.tables)).astype(np.float32)
        self._worth = gain @ at
        enemies = self.wishes.enemies
        self._foes = None if enemies is None else enemies @ at
        movable = [
            np.flatnonzero((self.where == table) & ~self.wishes.stays)
            for table in range(self.tables)
        ]
        self.open = np.array(
            [table for table in range(self.tables) if len(movable[table])], np.int64
        )
        self.seats = np.array([len(movable[table]) for table in self.open], np.int64)
        self._movable = np.zeros((len(self.open), max(self.seats, default=0)), np.int64)
        for row, table in enumerate(self.open):
            self._movable[row, : self.seats[row]] = movable[table]

    def costs(self, picks: Integers) -> tuple[Integers, Reals]:
        """The people in these seats, one of each open table, and what each costs at each of those
        tables once all of them have stood up."""
        people = self._movable[np.arange(len(picks)), picks]
        values, tables = self.wishes.values[people], self.open
        more = self._up[tables][:, values].transpose(1, 0, 2)
        fewer = self._down[tables[:, None], values]
        differ = values[:, None, :] != values[None]
        wrong = ((more + fewer) * differ).sum(2).astype(np.float32)
        if self._foes is not None and self.wishes.enemies is not None:
            foes = self._foes[people][:, tables] - self.wishes.enemies[people[:, None], people]
            wrong += APART * foes
        worth = self._worth[people][:, tables] - self._gain[people[:, None], people]
        return people, DEVIATION * wrong - worth

    def exchange(self, people: Integers, picks: Integers, to: Integers) -> None:
        """Seat these people at the open tables ``to``, each in the seat that was picked there."""
        moved = np.flatnonzero(to != np.arange(len(to)))
        them, old, new = people[moved], self.open[moved], self.open[to[moved]]
        self._move(them, old, new)
        self._movable[to[moved], picks[to[moved]]] = them

    def _move(self, people: Integers, old: Integers, new: Integers) -> None:
        values = self.wishes.values[people]
        np.add.at(self.counts, (old[:, None], values), -1)
        np.add.at(self.counts, (new[:, None], values), 1)
        self._weigh()
        self.where[people] = new
        for worth, of in ((self._worth, self._gain), (self._foes, self.wishes.enemies)):
            if worth is not None and of is not None:
                for one, out, into in zip(people, old, new, strict=True):
                    worth[:, out] -= of[:, one]
                    worth[:, into] += of[:, one]

    def swap_groups(self, one: Integers, other: Integers, allowed: float) -> bool:
        """Let two groups of one size, each at a table, change places, where that costs no more
        than ``allowed``."""
        here, there = self.where[one[0]], self.where[other[0]]
        before = self._cost_of(here, there)
        people = np.concatenate([one, other])
        old = self.where[people]
        new = np.concatenate([np.full(len(one), there), np.full(len(other), here)])
        self._move(people, old, new)
        if self._cost_of(here, there) <= before + allowed:
            return True
        self._move(people, new, old)
        return False

    def _cost_of(self, *tables: int) -> float:
        cost = 0.0
        for table in tables:
            members = np.flatnonzero(self.where == table)
            counts = self.counts[table]
            wrong = np.maximum(counts - self.most[table], 0) + np.maximum(
                self.least[table] - counts, 0
            )
            cost += DEVIATION * float(wrong.sum()) - float(self._worth[members, table].sum()) / 2
            if self._foes is not None:
                cost += DEVIATION * APART * float(self._foes[members, table].sum()) / 2
        return cost

    def _weigh(self) -> None:
        """What one more, and one fewer, of each value at each table changes in deviations."""
        self._up = np.where(self.counts >= self.most, 1, np.where(self.counts < self.least, -1, 0))
        self._down = np.where(
            self.counts <= self.least, 1, np.where(self.counts > self.most, -1, 0)
        )
