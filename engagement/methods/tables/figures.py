"""How good a plan is: who meets, how well tables mirror the room, which wishes it keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from engagement.methods.tables.room import Plan, Room


@dataclass(frozen=True)
class Figures:
    """``met``: pairs of people who share a table at least once; ``bound``: more cannot, and maybe
    fewer. ``deviations``: people too many or too few at a table, of any value of a feature, by
    whole people from its even share; summed over tables and rounds. ``broken``: wishes of sitting
    together, apart, or at a table that a round does not keep.
    """

    met: int
    bound: int
    deviations: int
    broken: int
    least_met: int
    most_often: int

    @property
    def share(self) -> float:
        """Pairs who meet, as a share of the bound, 0 to 1."""
        return self.met / self.bound if self.bound else 1.0


def measure(room: Room, plan: Plan) -> Figures:
    """The figures of a plan, reckoned from the plan alone."""
    times: Counter[tuple[int, int]] = Counter()
    bound = deviations = broken = 0
    for seats in plan.rounds:
        tables: list[list[int]] = [[] for _ in range(plan.tables)]
        for number, table in enumerate(seats):
            if table is not None:
                tables[table].append(number)
        for members in tables:
            times.update(combinations(members, 2))
            bound += len(members) * (len(members) - 1) // 2
        deviations += _deviations(room, tables)
        broken += _broken(room, dict(zip(plan.people, seats, strict=True)))
    here = [
        n for n in range(len(plan.people)) if any(seats[n] is not None for seats in plan.rounds)
    ]
    met_by = Counter(number for pair in times for number in pair)
    return Figures(
        met=len(times),
        bound=min(bound, len(here) * (len(here) - 1) // 2),
        deviations=deviations,
        broken=broken,
        least_met=min((met_by[number] for number in here), default=0),
        most_often=max(times.values(), default=0),
    )


def even_share(people: int, seats: int, everybody: int) -> tuple[int, int]:
    """The fewest and the most of these people at a table of so many seats, if shared evenly."""
    return people * seats // everybody, -(-people * seats // everybody)


def _deviations(room: Room, tables: list[list[int]]) -> int:
    everybody, found = sum(map(len, tables)), 0
    for values in room.features.values():
        total = Counter(values[number] for members in tables for number in members)
        for members in tables:
            there = Counter(values[number] for number in members)
            for value, people in total.items():
                if value:
                    least, most = even_share(people, len(members), everybody)
                    found += max(least - there[value], there[value] - most, 0)
    return found


def _broken(room: Room, table_of: dict[str, int | None]) -> int:
    def seated(group: Iterable[str]) -> list[int]:
        return [table for one in group if (table := table_of[one]) is not None]

    apart = (seated(set(group)) for group in room.apart)
    return (
        sum(len(set(seated(block))) > 1 for block in room.blocks())
        + sum(len(tables) - len(set(tables)) for tables in apart)
        + sum(table_of[one] not in (None, table) for one, table in room.fixed.items())
    )
