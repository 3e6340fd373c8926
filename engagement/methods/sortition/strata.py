"""A lottery among people who are known: so many of each stratum, with the chance of each person.

For parts of a standing panel: who is asked, who gets a free place, who leaves when their time is
over. Unlike a panel's draw it has no seats for single features, but strata that do not overlap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engagement.methods.sortition.chance import BLOCK, Chance
from engagement.methods.sortition.letters import allocate, round_together

NAME, VERSION = "Stratified lottery of members", "1"
PARTS = 10**9  # expected places are whole numbers of so many parts: exact, and small enough
ROUNDS = 100

Values = tuple[str | None, ...]
"""What somebody answered to each question of the strata; ``None`` is not said."""


@dataclass(frozen=True)
class Stratum:
    """People who gave the same answers, and so have the same chance.

    ``expected``: places on average over all seeds; ``places``: with this seed, which is
    ``expected`` rounded down or up.
    """

    values: Values
    people: int
    expected: Fraction
    places: int

    @property
    def probability(self) -> Fraction:
        """The chance of each of these people before the seed is known: 0 to 1."""
        return self.expected / self.people


@dataclass(frozen=True)
class Drawn:
    """Who was drawn: ids, sorted, each with the chance that it had; and the strata, sorted."""

    chosen: Mapping[str, Fraction]
    strata: tuple[Stratum, ...]


def draw_members(
    people: Mapping[str, Values],
    places: int,
    seed: str,
    *,
    weights: Mapping[Values, Fraction] | None = None,
) -> Drawn:
    """Draw exactly ``places`` of ``people`` (ids, with their values).

    The places of each stratum are in proportion to its people times its weight (over 0, by default
    1), but no stratum gets more than it has people. What is left of the whole numbers goes by the
    seed, to each stratum with a chance as large as its remainder: always to the largest remainder
    would leave small strata without any chance. The number of a person is the first draw of
    ``Chance(seed + ":" + id)``, and the lowest numbers of a stratum get its places. So the same
    seed and people give the same people, in whatever order they come.

    Raises ``ValueError`` unless 1 <= places <= the number of people, and for a weight that is not
    over 0.
    """
    if not 1 <= places <= len(people):
        raise ValueError(f"{places} places cannot go to {len(people)} people")
    counts = Counter(people.values())
    order = sorted(counts, key=_sorting)
    given = [Fraction(1) if weights is None else weights[values] for values in order]
    if any(weight <= 0 for weight in given):
        raise ValueError("a weight must be over 0: leave people out to give them no chance")
    expected = _in_parts(allocate([counts[values] for values in order], given, places), places)
    shares = round_together(expected, Chance(seed))
    strata = tuple(
        Stratum(values, counts[values], expects, share)
        for values, expects, share in zip(order, expected, shares, strict=True)
    )
    numbered: dict[Values, list[tuple[int, str]]] = {values: [] for values in order}
    for name, values in people.items():
        numbered[values].append((Chance(f"{seed}:{name}").below(BLOCK), name))
    chosen = {
        name: stratum.probability
        for stratum in strata
        for _, name in sorted(numbered[stratum.values])[: stratum.places]
    }
    return Drawn(dict(sorted(chosen.items())), strata)


def fit_to_margins(
    counts: Mapping[Values, int], margins: Sequence[Mapping[str, int]]
) -> dict[Values, Fraction]:
    """Weights under which people look, in each feature, as a population does.

    ``margins``: for each feature, how many of the population have each value. Those who did not
    say, or said what the population does not have, keep their part; among the others each value
    gets its part of the population (Deming and Stephan 1940: one feature after the other, so many
    times until they settle). A value that nobody has is left to the others.
    """
    weights = dict.fromkeys(sorted(counts, key=_sorting), 1.0)
    for _ in range(ROUNDS):
        for place, margin in enumerate(margins):
            held: dict[str, float] = {}
            for values, weight in weights.items():
                value = values[place]
                if value is not None and margin.get(value, 0) > 0:
                    held[value] = held.get(value, 0.0) + weight * counts[values]
            whole = sum(margin[value] for value in held)
            stated = sum(held.values())
            for values in weights:
                value = values[place]
                if value is not None and value in held:
                    weights[values] *= margin[value] / whole * stated / held[value]
    return {values: max(Fraction(weight), Fraction(1, PARTS)) for values, weight in weights.items()}


def _sorting(values: Values) -> tuple[tuple[bool, str], ...]:
    return tuple((value is not None, value or "") for value in values)


def _in_parts(expected: Sequence[Fraction], places: int) -> list[Fraction]:
    """The same in whole parts; those that lose most by it get the parts that are over."""
    parts = [(one * PARTS).__floor__() for one in expected]
    lost = sorted(range(len(parts)), key=lambda at: (parts[at] - expected[at] * PARTS, at))
    for at in lost[: places * PARTS - sum(parts)]:
        parts[at] += 1
    return [Fraction(part, PARTS) for part in parts]
