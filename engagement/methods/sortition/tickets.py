"""From probabilities to people: equal tickets, of which a public seed picks one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np

from engagement.methods.sortition.linear import Floats
from engagement.methods.sortition.lottery import Kind, Lottery
from engagement.methods.sortition.panels import Panel, PanelMaker
from engagement.methods.sortition.pool import Pool
from engagement.methods.sortition.problem import Problem

# A share further off than one ticket counts this much more than one that is nearer.
PENALTY = 20.0
MOST_SWAPS = 5_000
MOST_DIVES = 150


@dataclass(frozen=True)
class Tickets:
    """``people``: for each ticket (m of them) the sorted ids of who is on it, seated people left
    out. ``deviation``: how far anybody's share of the tickets is from their exact chance, at
    most; exact, 0 to 1."""

    people: tuple[tuple[str, ...], ...]
    deviation: Fraction


def make_tickets(
    problem: Problem,
    pool: Pool,
    lottery: Lottery,
    tickets: int = 1000,
    checkpoint: Callable[[], None] = lambda: None,
) -> Tickets:
    """``tickets`` equal tickets, 1 or more, on which everybody is nearly as often as their exact
    chance says: mostly to within one ticket.

    Panels are shared out over the tickets so that little is owed to anybody, and exchanged while
    that brings the shares nearer. Seats go around among people of one kind, whose order follows
    from a hash of their ids. The same lottery gives the same tickets.
    """
    if tickets < 1:
        raise ValueError("there must be at least one ticket")
    share = _Share(problem, lottery, tickets)
    share.share_out()
    share.swap(checkpoint)
    share.mend(checkpoint)
    seats = _Seats(lottery.kinds, pool)
    people = [
        seats.fill(panel)
        for panel, times in sorted(
            (tuple(panel.tolist()), times)
            for panel, times in zip(share.panels, share.times, strict=True)
        )
        for _ in range(times)
    ]
    deviation = max(
        (
            abs(Fraction(seats.taken[person], tickets) - chance)
            for kind, chance in zip(lottery.kinds, lottery.exact_chances(), strict=True)
            for person in kind.members
        ),
        default=Fraction(0),
    )
    return Tickets(tuple(sorted(people)), deviation)


class _Share:
    """Which panel is on how many tickets (``times``), and what each kind is still owed."""

    def __init__(self, problem: Problem, lottery: Lottery, tickets: int) -> None:
        self.panels: list[Panel] = [np.array(panel, dtype=np.int64) for panel in lottery.panels]
        self.tickets = tickets
        chances = lottery.exact_chances()
        due = [
            chance * len(kind.members) * tickets
            for chance, kind in zip(chances, lottery.kinds, strict=True)
        ]
        self._due = np.array([float(seats) for seats in due])
        self._weights, self._whole = lottery.weights, sum(lottery.weights)
        self.times: list[int] = []
        self.owed = self._due
        # With seats between these, nobody's share is off by more than one ticket.
        limits = [
            len(kind.members) * np.array([ceil(chance * tickets) - 1, floor(chance * tickets) + 1])
            for chance, kind in zip(chances, lottery.kinds, strict=True)
        ]
        self._low = np.array([float(s - low) for s, (low, _) in zip(due, limits, strict=True)])
        self._high = np.array([float(high - s) for s, (_, high) in zip(due, limits, strict=True)])
        places = problem.places.copy()
        places[list(lottery.impossible)] = 0
        self._maker = PanelMaker(problem, places, self._due / tickets)

    def share_out(self) -> None:
        """Panels on tickets by the better of two ways: as the lottery weighs them, the tickets
        left over going to the panels to which most is owed; or each equally often, in the order
        in which herding made them."""
        panels = np.array(self.panels, dtype=np.float64)
        squares = (panels**2).sum(axis=1) / 2
        weighed = [weight * self.tickets // self._whole for weight in self._weights]
        owed = self._due - np.array(weighed) @ panels
        for _ in range(self.tickets - sum(weighed)):
            chosen = int((panels @ owed - squares).argmax())
            weighed[chosen] += 1
            owed -= panels[chosen]
        rounds, more = divmod(self.tickets, len(panels))
        evenly = [rounds + (place < more) for place in range(len(panels))]
        self.times, self.owed = min(
            ((times, self._due - np.array(times) @ panels) for times in (weighed, evenly)),
            key=lambda way: float((way[1] ** 2).sum()),
        )

    def swap(self, checkpoint: Callable[[], None]) -> None:
        """Exchange panels on single tickets while that lessens the sum of squares owed."""
        panels = np.array(self.panels, dtype=np.float64)
        times = np.array(self.times)
        products = panels @ panels.T
        squares = np.diag(products)
        worth = panels @ self.owed
        for _ in range(MOST_SWAPS):
            checkpoint()
            # Taking panel a off a ticket and putting b on changes the sum by this.
            off = np.where(times > 0, squares + 2 * worth, np.inf)
            change = off[:, None] + (squares - 2 * worth)[None, :] - 2 * products
            a, b = divmod(int(change.argmin()), len(times))
            if change[a, b] > -1e-9:
                break
            times[a] -= 1
            times[b] += 1
            worth += products[a] - products[b]
        self.owed += (np.array(self.times) - times) @ panels
        self.times = times.tolist()

    def mend(self, checkpoint: Callable[[], None]) -> None:
        """Put newly made panels on tickets, while somebody's share is off by more than one."""
        turn = 0
        for _ in range(MOST_DIVES):
            checkpoint()
            now = self._cost(self.owed).sum()
            if not self._beyond(self.owed).any() or turn >= len(self.panels):
                return
            slope = self._cost(self.owed + 0.5) - self._cost(self.owed - 0.5)
            worth = np.array(self.panels) @ slope
            worth[np.array(self.times) == 0] = np.inf
            chosen = int(np.argsort(worth, kind="stable")[turn])
            without: Floats = self.owed + self.panels[chosen]
            gain = self._cost(without) - self._cost(without - 1)
            panel = self._maker.dive(gain / np.abs(gain).max())
            if panel is None or self._cost(without - panel).sum() > now - 1e-9:
                turn += 1
                continue
            turn = 0
            self.times[chosen] -= 1
            self.panels.append(panel)
            self.times.append(1)
            self.owed = without - panel

    def _cost(self, owed: Floats) -> Floats:
        cost: Floats = owed**2 + PENALTY * self._beyond(owed) ** 2
        return cost

    def _beyond(self, owed: Floats) -> Floats:
        """How many seats too few or too many a kind has for all shares to be within a ticket."""
        beyond: Floats = np.maximum(0, np.maximum(owed - self._low, -owed - self._high) - 1e-9)
        return beyond


class _Seats:
    """Puts names to seats, evenly: whoever has been on the fewest tickets goes next, and one of
    each household at most. ``taken``: on how many tickets each person is."""

    def __init__(self, kinds: tuple[Kind, ...], pool: Pool) -> None:
        homes = {person.id: person.household or f"alone:{person.id}" for person in pool}
        self.taken: Counter[str] = Counter()
        self._home = {person: homes[person] for kind in kinds for person in kind.members}
        self._members = [
            sorted(kind.members, key=lambda person: hashlib.sha256(person.encode()).digest())
            for kind in kinds
        ]

    def fill(self, panel: tuple[int, ...]) -> tuple[str, ...]:
        people: list[str] = []
        homes: set[str] = set()
        for kind, seats in enumerate(panel):
            if not seats:
                continue
            waiting = sorted(self._members[kind], key=self.taken.__getitem__)
            for person in waiting:
                if not seats:
                    break
                if self._home[person] not in homes:
                    homes.add(self._home[person])
                    people.append(person)
                    seats -= 1
        self.taken.update(people)
        return tuple(sorted(people))
