"""From probabilities to people: equal tickets, of which a public seed picks one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.linear import Floats
from engagement.methods.sortition.lottery import Kind, Lottery
from engagement.methods.sortition.panels import Panel, PanelMaker
from engagement.methods.sortition.pool import Pool
from engagement.methods.sortition.problem import Problem

# A share further off than one ticket counts this much more than one that is nearer.
PENALTY = 20.0
MOST_SWAPS = 5_000
MOST_DIVES = 250


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
    chances = lottery.exact_chances()
    share = _Share(problem, lottery, chances, tickets)
    share.share_out()
    share.swap(checkpoint)
    share.mend(checkpoint)
    seats = _Seats(lottery.kinds, pool)
    people = [
        seats.fill(panel)
        for panel, times in sorted(
            (tuple(share.panel(place).tolist()), times)
            for place, times in enumerate(share.times)
            if times
        )
        for _ in range(times)
    ]
    deviation = max(
        (
            abs(Fraction(seats.taken[person], tickets) - chance)
            for kind, chance in zip(lottery.kinds, chances, strict=True)
            for person in kind.members
        ),
        default=Fraction(0),
    )
    return Tickets(tuple(sorted(people)), deviation)


class _Share:
    """Which panel is on how many tickets (``times``), and what each kind is still owed."""

    def __init__(
        self, problem: Problem, lottery: Lottery, chances: tuple[Fraction, ...], tickets: int
    ) -> None:
        # Each panel as the list of the kinds on its seats, which are equally many.
        kinds = np.arange(len(lottery.kinds))
        self._seats = np.array([np.repeat(kinds, panel) for panel in lottery.panels])
        self.tickets = tickets
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
        squares = np.array([(self.panel(place) ** 2).sum() for place in range(len(self._seats))])
        weighed = np.array(
            [weight * self.tickets // self._whole for weight in self._weights], dtype=np.int64
        )
        owed = self._due - self._sums(weighed)
        for _ in range(self.tickets - int(weighed.sum())):
            chosen = int((self._worth(owed) - squares / 2).argmax())
            weighed[chosen] += 1
            owed -= self.panel(chosen)
        rounds, more = divmod(self.tickets, len(self._seats))
        evenly = rounds + (np.arange(len(self._seats)) < more)
        self.times, self.owed = min(
            ((times.tolist(), self._due - self._sums(times)) for times in (weighed, evenly)),
            key=lambda way: float((way[1] ** 2).sum()),
        )

    def swap(self, checkpoint: Callable[[], None]) -> None:
        """Exchange panels on single tickets while that lessens the sum of squares owed."""
        panels = np.array(
            [self.panel(place) for place in range(len(self._seats))], dtype=np.float32
        )
        products = panels @ panels.T
        del panels
        times = np.array(self.times)
        squares = np.diag(products).astype(np.float64)
        worth = self._worth(self.owed)
        for _ in range(MOST_SWAPS):
            checkpoint()
            # Taking panel a off a ticket and putting b on changes the sum by this.
            used = np.flatnonzero(times)
            change = (squares + 2 * worth)[used, None] + (squares - 2 * worth)[None, :]
            change -= 2 * products[used]
            a, b = divmod(int(change.argmin()), len(times))
            if change[a, b] > -1e-9:
                break
            times[used[a]] -= 1
            times[b] += 1
            worth += products[used[a]] - products[b]
        self.times = times.tolist()
        self.owed = self._due - self._sums(times)

    def mend(self, checkpoint: Callable[[], None]) -> None:
        """Put newly made panels on tickets, while somebody's share is off by more than one."""
        turn = 0
        for _ in range(MOST_DIVES):
            checkpoint()
            now = self._cost(self.owed).sum()
            if not self._beyond(self.owed).any() or turn >= len(self._seats):
                return
            worth = self._worth(self._cost(self.owed + 0.5) - self._cost(self.owed - 0.5))
            worth[np.array(self.times) == 0] = np.inf
            chosen = int(np.argsort(worth, kind="stable")[turn])
            without: Floats = self.owed + self.panel(chosen)
            gain = self._cost(without) - self._cost(without - 1)
            panel = self._maker.dive_roughly(gain / np.abs(gain).max())
            if panel is None or self._cost(without - panel).sum() > now - 1e-9:
                turn += 1
                continue
            turn = 0
            self.times[chosen] -= 1
            self._seats = np.vstack([self._seats, np.repeat(np.arange(len(panel)), panel)])
            self.times.append(1)
            self.owed = without - panel

    def panel(self, place: int) -> Panel:
        """How many of each kind sit on a panel."""
        return np.bincount(self._seats[place], minlength=len(self._due))

    def _worth(self, prices: Floats) -> Floats:
        """What each panel is worth at ``prices`` of the kinds."""
        worth: Floats = prices[self._seats].sum(axis=1)
        return worth

    def _sums(self, times: NDArray[np.int64]) -> Floats:
        """The seats of each kind, with panels so many ``times``."""
        every = np.repeat(times, self._seats.shape[1])
        return np.bincount(self._seats.ravel(), every, len(self._due)).astype(np.float64)

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
