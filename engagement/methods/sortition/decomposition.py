"""Making a target out of whole panels: a lottery whose mean is the target.

Panels are made by herding (Welling 2009): each is worth the most to whoever the panels so far owe
most, so that their plain mean is close to the target. Then one least-squares step, shortened where
a weight would turn negative and repeated, moves the weights so that the mean is the target to the
last digit. That takes one panel more than the target's face has dimensions, and a few to spare: by
the spectrum of random matrices about a dozen, whatever the dimension. In many dimensions a fifth
more are made: then conjugate gradients need few steps, and no equations of cubic cost are solved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.linear import Floats
from engagement.methods.sortition.panels import Panel, PanelMaker
from engagement.methods.sortition.problem import Problem

CLOSE = 1e-10
NOISE = 0.02
# Panels beyond the dimension: the more there are, the less the weights have to change.
SPARE = (12, 16, 24, 32, 48, 64)
MOST_MISSES = 12
MOST_STEPS = 8
# Beyond so many dimensions panels are cheaper to make than equations to solve, and to spare are
# these numbers out of so many for each dimension.
MANY, SPARE_IN = 1000, 60
REFINEMENTS = 3
NEARER, ROUNDING = 1e-6, 1e-14
MOST_GRADIENTS = 2_000
MOST_GUIDED = 200


@dataclass(frozen=True, eq=False)
class Mixture:
    """Panels (each int array (t,)) and their probabilities (float array)."""

    panels: list[Panel]
    weights: Floats


@dataclass(frozen=True, eq=False)
class OutOfReach:
    """The target is no lottery's mean. ``panels`` were made on the way; ``proved``: false where
    the search ended without proof."""

    panels: list[Panel]
    proved: bool


def decompose(
    problem: Problem,
    places: NDArray[np.int64],
    target: Floats,
    known: list[Panel],
    checkpoint: Callable[[], None],
) -> Mixture | OutOfReach:
    """A lottery whose mean is ``target`` (float array (t,), seats of each kind).

    ``known``: panels made earlier, used where they lie on the target's face. Chance comes from
    a fixed seed and effort is in counts, so that the same problem gives the same lottery.
    """
    search = _Search(problem, places, target, known, checkpoint)
    dimension = search.maker.dimension
    for spare in SPARE:
        more = spare if dimension <= MANY else spare * dimension // SPARE_IN
        search.herd(dimension + 1 + more)
        if (weights := search.balance()) is not None:
            return search.mixture(weights)
    return search.guide()


class _Search:
    def __init__(
        self,
        problem: Problem,
        places: NDArray[np.int64],
        target: Floats,
        known: list[Panel],
        checkpoint: Callable[[], None],
    ) -> None:
        self.problem, self.places, self.target = problem, places, target
        self.checkpoint = checkpoint
        self.maker = PanelMaker(problem, places, target)
        self.chance = np.random.Generator(np.random.PCG64(0))
        self.panels: list[Panel] = []
        self.times: list[int] = []
        self._place: dict[bytes, int] = {}
        self._owed = np.zeros(len(target))
        for panel in known:
            if self.maker.holds(panel):
                self.add(panel)

    def add(self, panel: Panel) -> bool:
        """Keep ``panel``; false where it was there already."""
        self._owed += self.target - panel
        place = self._place.setdefault(panel.tobytes(), len(self.panels))
        if place < len(self.panels):
            self.times[place] += 1
            return False
        self.panels.append(panel)
        self.times.append(1)
        return True

    def herd(self, enough: int) -> None:
        """Make panels one after the other until there are ``enough``, or no new ones come."""
        misses = 0
        while len(self.panels) < enough and misses < MOST_MISSES:
            self.checkpoint()
            owed = self._owed + self.target
            scale = np.abs(owed).max() or 1.0
            panel = self.maker.dive_roughly(owed / scale + NOISE * self.chance.random(len(owed)))
            misses += panel is None or not self.add(panel)

    def balance(self) -> Floats | None:
        """Weights, none negative, with which the mean of the panels is the target; None where a
        few steps from even weights do not lead there."""
        if not self.panels:
            return None
        sums = _Sums(self.panels, self.maker.free)
        aim = np.append(self.target[self.maker.free], 1.0)
        weights = np.array(self.times, dtype=np.float64)
        weights /= weights.sum()
        for _ in range(MOST_STEPS):
            change = (_equations if len(aim) <= MANY else _gradients)(sums, weights)
            step = change(aim - sums.of(weights))
            falling = step < 0
            room = float((weights[falling] / -step[falling]).min(initial=np.inf))
            if room > 1:
                weights = weights + step
                for _ in range(REFINEMENTS):
                    weights = weights + change(aim - sums.of(weights))
                off = np.abs(sums.of(weights) - aim) / self._people()
                return weights if off.max() < CLOSE and weights.min() >= 0 else None
            weights = weights + 0.95 * room * step
        return None

    def _people(self) -> Floats:
        return np.append(self.problem.counts[self.maker.free], 1.0)

    def mixture(self, weights: Floats) -> Mixture:
        used = np.flatnonzero(weights > 0)
        return Mixture([self.panels[place] for place in used], weights[used])

    def guide(self) -> Mixture | OutOfReach:
        """Panels towards what the others leave open, until the target is reached or shown to be
        out of reach: no panel lies further in the direction from their hull to the target."""
        # Only here, and seldom: the import takes longer than most selections.
        from scipy.optimize import nnls

        if not self.panels:
            if (panel := self.maker.any()) is None:
                return OutOfReach([], proved=True)
            self.add(panel)
        people = self._people()
        for _ in range(MOST_GUIDED):
            self.checkpoint()
            made = np.array(self.panels, dtype=np.float64)[:, self.maker.free]
            sums = np.vstack([made.T, np.ones(len(made))]) / people[:, None]
            aim = np.append(self.target[self.maker.free], 1.0) / people
            try:
                weights, _ = nnls(sums, aim, maxiter=50 * len(made) + 1000)
            except RuntimeError:
                break
            left = aim - sums @ weights
            if np.abs(left).max() < CLOSE:
                return self.mixture(weights / weights.sum())
            toward = np.zeros(len(self.target))
            toward[self.maker.free] = left[:-1] / people[:-1]
            toward /= np.abs(toward).max() or 1.0
            if not self._toward(toward):
                panel, bound = self.maker.best(toward)
                if panel is None or bound < toward @ self.target - 1e-7:
                    return OutOfReach(self.panels, proved=True)
                if not self.add(panel):
                    break
        return OutOfReach(self.panels, proved=False)

    def _toward(self, toward: Floats) -> bool:
        """Add panels beyond the hull in a direction; whether there were any."""
        most = max(float(toward @ panel) for panel in self.panels)
        found = False
        tries = max(6, ceil(0.04 * self.maker.dimension))
        noise = 0.3 * float(np.abs(toward).mean())
        for turn in range(tries):
            blur = noise * self.chance.standard_normal(len(toward)) if turn else 0.0
            panel = self.maker.dive(toward + blur)
            if panel is not None and toward @ panel > most + 1e-9:
                found |= self.add(panel)
        return found


class _Sums:
    """What weights of panels add up to: seats of each of the ``free`` kinds, and the weights
    themselves; a matrix (r, n) kept as the list of seats of each panel, which are equally many."""

    def __init__(self, panels: list[Panel], free: NDArray[np.intp]) -> None:
        self.rows = len(free) + 1
        self._panels, self._free = panels, free
        kinds = np.arange(self.rows)
        self._seats = np.array(
            [np.repeat(kinds, np.append(panel[free], 1)) for panel in panels], dtype=np.int32
        )

    def of(self, weights: Floats) -> Floats:
        """The sums (r,) of ``weights`` (n,)."""
        each = np.repeat(weights, self._seats.shape[1])
        sums: Floats = np.bincount(self._seats.ravel(), each, self.rows).astype(np.float64)
        return sums

    def across(self, prices: Floats) -> Floats:
        """What each panel (n,) costs at ``prices`` (r,)."""
        costs: Floats = prices[self._seats].sum(axis=1)
        return costs

    def matrix(self) -> Floats:
        made = np.array([panel[self._free] for panel in self._panels], dtype=np.float64)
        return np.vstack([made.T, np.ones(len(made))])


def _equations(sums: _Sums, weights: Floats) -> Callable[[Floats], Floats]:
    """Gives the smallest relative change of ``weights`` (n,) that adds to their sums what is left
    (r,), nearly; from the normal equations with a touch of ridge, as rows depend on each other."""
    scaled = sums.matrix() * weights
    square = scaled @ scaled.T
    square[np.diag_indices_from(square)] += 1e-11 * float(np.trace(square)) / len(square)
    inverse = np.linalg.inv(square)

    def change(left: Floats) -> Floats:
        return weights * (scaled.T @ (inverse @ left))

    return change


def _gradients(sums: _Sums, weights: Floats) -> Callable[[Floats], Floats]:
    """As ``_equations``, by conjugate gradients (Hestenes and Stiefel 1952)."""
    squares = weights**2
    scale = np.maximum(sums.of(squares), squares.min())

    def change(left: Floats) -> Floats:
        prices = np.zeros(sums.rows)
        rest = left.copy()
        way = rest / scale
        length = rest @ way
        enough = max(NEARER * np.abs(left).max(), ROUNDING)
        for _ in range(MOST_GRADIENTS):
            if np.abs(rest).max() <= enough or length <= 0:
                break
            gain = sums.of(squares * sums.across(way))
            share = length / (way @ gain)
            prices += share * way
            rest -= share * gain
            before, length = length, rest @ (rest / scale)
            way = rest / scale + length / before * way
        return squares * sums.across(prices)

    return change
