"""What may be shown of a lottery among members."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from engagement.membership.rules import LooksLike
from engagement.methods.sortition.strata import Drawn
from engagement.panels.small_numbers import bounds, shown


def facts_of(drawn: Drawn, looks_like: LooksLike) -> dict[str, Any]:
    """What anybody may see of who had which chance: nothing that tells how many few people are.

    ``people``: how many there were, rounded. ``chance``: of everybody, where all had the same.
    ``strata``: ``values`` are those of the features, in their order; a hidden number is ``None``.
    Of fewer people than it takes for all strata to be large there are no strata: that they are all
    hidden, and how many people there are, could tell them. How many places strata got follows from
    their people, so that it is hidden where any stratum is.
    """
    counts = [stratum.people for stratum in drawn.strata]
    total = shown([sum(counts)]).total
    shared = looks_like is LooksLike.PEOPLE and total is not None
    chance = _rounded(Fraction(len(drawn.chosen), sum(counts))) if shared else None
    facts: dict[str, Any] = {"people": total, "chance": chance, "strata": []}
    if sum(counts) <= bounds()[0] * len(counts):
        return facts
    people = shown(counts).cells
    places = shown([stratum.places for stratum in drawn.strata]).cells
    chances = [chance] * len(counts) if shared else _chances(drawn, people)
    for at, stratum in enumerate(drawn.strata):
        told = places[at] if all(people) else None
        row = {"people": people[at], "places": told, "chance": chances[at]}
        facts["strata"].append({"values": list(stratum.values), **row})
    return facts


def _chances(drawn: Drawn, people: Sequence[int | None]) -> list[float | None]:
    """The chances of strata that differ, as they may be shown.

    Each tells the people of its stratum, and several together those of the others: all are hidden
    where one stratum is, and else reckoned from the rounded numbers of people.
    """
    open_ = all(people)
    return [
        min(1.0, _rounded(stratum.expected / count)) if open_ and count else None
        for stratum, count in zip(drawn.strata, people, strict=True)
    ]


def _rounded(chance: Fraction) -> float:
    return float(f"{float(chance):.3g}")
