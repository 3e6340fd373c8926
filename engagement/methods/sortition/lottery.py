"""What a method finds: a lottery over panels, with what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Kind:
    """People whom a fair lottery cannot tell apart.

    ``answers`` by feature, None unstated; ``household``: the sorted answers of everybody in such a
    household who may be drawn (one tuple for who has no such company); ``must``: has to be
    on the panel. ``members``: ids, sorted; ``places``: how many of them can sit together at most,
    which is the number of their households.
    """

    answers: tuple[str | None, ...]
    household: tuple[tuple[str | None, ...], ...]
    must: bool
    members: tuple[str, ...]
    places: int


@dataclass(frozen=True)
class Stage:
    """One level of the proof that no lottery is better.

    ``level``: the chance that the kinds first held to it here have, exactly. ``kinds``: their
    numbers. ``prices``: a multiplier for each row of the problem (see ``certificate``).
    """

    level: Fraction
    kinds: tuple[int, ...]
    prices: tuple[Fraction, ...]


@dataclass(frozen=True)
class Lottery:
    """A probability distribution over feasible panels.

    ``kinds`` (t of them) and ``panels`` (each t whole numbers: how many people of each kind);
    ``weights``: a whole number for each panel, its probability times their sum.
    ``impossible``: numbers of the kinds that integer programming shows to be on no panel.
    ``exact``: proved to be what ``method`` promises; ``gap``: how far a better lottery could at
    most be ahead at any person's chance, 0 to 1. ``stages``: the proof in exact arithmetic, where
    there is one; without it the proof is by integer programming.
    """

    method: str
    size: int
    kinds: tuple[Kind, ...]
    panels: tuple[tuple[int, ...], ...]
    weights: tuple[int, ...]
    exact: bool
    gap: float
    stages: tuple[Stage, ...] = ()
    impossible: tuple[int, ...] = ()

    def exact_chances(self) -> tuple[Fraction, ...]:
        """For each kind, the chance of each of its people, without rounding."""
        whole = sum(self.weights)
        return tuple(
            Fraction(
                sum(w * p[kind] for w, p in zip(self.weights, self.panels, strict=True)),
                whole * len(self.kinds[kind].members),
            )
            for kind in range(len(self.kinds))
        )
