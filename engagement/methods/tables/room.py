"""Who is in the room, what tables should mirror, and who must or must not sit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from engagement.methods.tables.errors import CannotSeat

Groups = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Room:
    """People by their ids, each once, in any order.

    ``features``: for each feature the value of every person, in the order of ``people``; an empty
    value is counted nowhere (an interpreter, say). ``together``: groups that share a table in every
    round, such as a member and their interpreter; ``apart``: groups of whom no two ever do.
    ``fixed``: the table, from 0, at which somebody stays in every round, such as its host.
    """

    people: Sequence[str]
    features: Mapping[str, Sequence[str]] = field(default_factory=dict)
    together: Groups = ()
    apart: Groups = ()
    fixed: Mapping[str, int] = field(default_factory=dict)

    def blocks(self) -> list[list[str]]:
        """The groups that share a table, joined where somebody is in two of them."""
        blocks: list[list[str]] = []
        for group in self.together:
            joined = list(dict.fromkeys(group))
            for block in [one for one in blocks if not set(one).isdisjoint(joined)]:
                blocks.remove(block)
                joined = list(dict.fromkeys([*block, *joined]))
            if len(joined) > 1:
                blocks.append(joined)
        return blocks

    def check(self, tables: int) -> None:
        """Raises ``CannotSeat`` with everything that cannot be at this many tables."""
        reasons = [*self._misnamed(tables), *self._too_few(tables)]
        if not reasons:
            reasons = [*self._contradictions(tables)]
        if reasons:
            raise CannotSeat(reasons)

    def _misnamed(self, tables: int) -> list[str]:
        twice = [one for one, times in Counter(self.people).items() if times > 1]
        reasons = [f"{one} is in the list more than once." for one in twice]
        here = set(self.people)
        named = dict.fromkeys(chain(*self.together, *self.apart, self.fixed))
        reasons += [f"{one} is not in the list of people." for one in named if one not in here]
        for name, values in self.features.items():
            if len(values) != len(self.people):
                reasons.append(f"{name} has {len(values)} values for {len(self.people)} people.")
        for one, table in self.fixed.items():
            if not 0 <= table < tables:
                reasons.append(f"{one} is to stay at table {table + 1}, and there are {tables}.")
        return reasons

    def _too_few(self, tables: int) -> list[str]:
        if tables < 1:
            return ["There must be at least one table."]
        if len(self.people) < tables:
            return [f"{len(self.people)} people cannot fill {tables} tables."]
        return []

    def _contradictions(self, tables: int) -> list[str]:
        reasons = []
        most = -(-len(self.people) // tables)
        block_of = {one: block for block in self.blocks() for one in block}
        for block in self.blocks():
            if len(block) > most:
                reasons.append(
                    f"{_names(block)} are to sit together, and a table has {most} seats."
                )
            if len({self.fixed[one] for one in block if one in self.fixed}) > 1:
                reasons.append(f"{_names(block)} are to sit together and to stay apart.")
        for group in self.apart:
            for one in group:
                if any(other != one and other in block_of.get(one, ()) for other in group):
                    reasons.append(f"{one} is to sit both with and apart from somebody.")
            at = Counter(self.fixed[one] for one in set(group) if one in self.fixed)
            reasons += [
                f"{_names(group)} are to be apart, and two of them stay at table {table + 1}."
                for table, times in at.items()
                if times > 1
            ]
            if len(set(group)) > tables:
                reasons.append(f"{_names(group)} are to be apart, and there are {tables} tables.")
        return reasons


@dataclass(frozen=True)
class Plan:
    """For each round the table, from 0, of every person, in the order of ``people``.

    ``None`` where somebody is not there in that round.
    """

    people: Sequence[str]
    rounds: tuple[tuple[int | None, ...], ...]
    tables: int


def _names(people: Sequence[str]) -> str:
    return ", ".join(people)
