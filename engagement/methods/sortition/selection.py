"""A whole selection, from the pool to numbered tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from threadpoolctl import threadpool_limits

from engagement.methods.sortition.feasibility import cover
from engagement.methods.sortition.lottery import Lottery
from engagement.methods.sortition.methods import leximin, maximin, nash
from engagement.methods.sortition.pool import Pool, Rules, Targets
from engagement.methods.sortition.problem import pose
from engagement.methods.sortition.tickets import make_tickets

VERSION = "1"
METHODS = {"leximin": leximin, "maximin": maximin, "nash": nash}
SIMPLE = "simple"
NAMES = (*METHODS, SIMPLE)


@dataclass(frozen=True)
class Unstated:
    """How those who left a feature unstated (``people`` of them) fare: their mean chance, beside
    that of everybody who stated it (0 where nobody did)."""

    feature: str
    people: int
    chance: float
    others: float


@dataclass(frozen=True)
class Selection:
    """A lottery over panels, made into equal tickets.

    ``targets``: what the panels meet (none for ``simple``). ``tickets``: for each, the sorted
    ids of whom it draws; seated people are not among them. ``deviation``: how far anybody's share
    of the tickets is from their chance, at most. ``chances``: by id, exactly, of everybody who
    may be drawn. ``barred``: who may not be drawn by a rule, and why. ``impossible``: who is on
    no panel that meets the targets, sorted.
    """

    targets: Targets
    pool: Pool
    rules: Rules
    lottery: Lottery
    tickets: tuple[tuple[str, ...], ...]
    deviation: Fraction
    chances: Mapping[str, Fraction]
    barred: Mapping[str, str]
    impossible: tuple[str, ...]

    def smallest_chance(self) -> float:
        """Of everybody who may be drawn."""
        return float(min(self.chances.values()))

    def gini(self) -> float:
        """How unequal the chances are, 0 (all the same) to 1 (Gini coefficient)."""
        ordered = sorted(map(float, self.chances.values()))
        people, whole = len(ordered), sum(ordered)
        if not whole:
            return 0.0
        ranked = sum(rank * chance for rank, chance in enumerate(ordered, 1))
        return max(0.0, 2 * ranked / (people * whole) - (people + 1) / people)

    def unstated(self) -> tuple[Unstated, ...]:
        """For each feature that somebody left unstated, what that does to chances."""
        found = []
        for place, feature in enumerate(self.pool.features):
            split: dict[bool, list[float]] = {True: [], False: []}
            for person in self.pool:
                if person.id in self.chances:
                    silent = person.answers[place] is None
                    split[silent].append(float(self.chances[person.id]))
            if silent_ones := split[True]:
                found.append(
                    Unstated(feature, len(silent_ones), _mean(silent_ones), _mean(split[False]))
                )
        return tuple(found)


def select(
    targets: Targets,
    pool: Pool,
    size: int,
    *,
    method: str = "leximin",
    rules: Rules | None = None,
    tickets: int = 1000,
    checkpoint: Callable[[], None] = lambda: None,
    progress: Callable[[str], None] = lambda step: None,
) -> Selection:
    """The lottery by which ``size`` people, seated ones included, are drawn from ``pool``.

    ``method``: one of ``NAMES``; ``simple`` heeds households and rules, but no targets. No chance
    is in it but what a fixed seed gives, and no clock: the same input gives the same tickets,
    whatever the order of the people, with one set of libraries. ``checkpoint`` is called between
    steps and may raise to stop; ``progress`` is told what is being done.

    Raises ``SelectionRefused`` (see ``pose``), ``TargetsCannotBeMet`` and ``ValueError`` for an
    unknown method.
    """
    if method not in NAMES:
        raise ValueError(f"method must be one of {', '.join(NAMES)}, not {method}")
    rules = rules or Rules()
    heeded = pool
    if method == SIMPLE:
        targets = Targets(())
        heeded = Pool((), pool.ids, ((),) * len(pool.ids), pool.households)
    # Sums of several threads round differently from those of one.
    with threadpool_limits(limits=1, user_api="blas"):
        progress("Who can be on a panel")
        problem = pose(targets, heeded, size, rules)
        coverage = cover(problem, targets, checkpoint)
        if coverage.impossible.size:
            people = sorted(p for kind in coverage.impossible for p in problem.kinds[kind].members)
            progress(f"On no panel that meets the targets: {', '.join(people)}")
        progress("The fairest chances, and panels that give them")
        lottery = METHODS.get(method, leximin)(problem, coverage, checkpoint)
        lottery = replace(lottery, method=method)
        progress("Tickets")
        made = make_tickets(problem, heeded, lottery, tickets, checkpoint)
    chances = {
        person: chance
        for kind, chance in zip(lottery.kinds, lottery.exact_chances(), strict=True)
        for person in kind.members
    }
    return Selection(
        targets,
        heeded,
        rules,
        lottery,
        made.people,
        made.deviation,
        chances,
        problem.barred,
        tuple(sorted(p for kind in lottery.impossible for p in lottery.kinds[kind].members)),
    )


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0
