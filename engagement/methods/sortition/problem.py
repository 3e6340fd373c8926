"""The draw as arithmetic: kinds of people, and the rows that a panel must meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.lottery import Kind
from engagement.methods.sortition.pool import Answers, Pool, Registrant, Rules, Targets


@dataclass(frozen=True, eq=False)
class Row:
    """A sum over kinds that has to lie between two whole numbers; in words: ``name``."""

    name: str
    least: int
    most: int


@dataclass(frozen=True, eq=False)
class Problem:
    """Panels are whole numbers x, one for each kind, with ``least <= matrix @ x <= most`` by row
    and ``floor <= x <= places`` by kind.

    ``matrix``: 0/1 float array (r, t). Rows in this order: the seats to fill; each target, in
    the order of the targets; each sort of household whose people are of several kinds (as many
    people as there are such households), sorted. ``counts``: int array (t,), people of each kind.
    ``barred``: ids of who cannot be drawn by a rule, with the reason.
    """

    kinds: tuple[Kind, ...]
    rows: tuple[Row, ...]
    matrix: NDArray[np.float64]
    barred: Mapping[str, str]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        return np.array([len(kind.members) for kind in self.kinds], dtype=np.int64)

    @cached_property
    def places(self) -> NDArray[np.int64]:
        return np.array([kind.places for kind in self.kinds], dtype=np.int64)

    @cached_property
    def floor(self) -> NDArray[np.int64]:
        return np.where([kind.must for kind in self.kinds], self.places, 0)

    @cached_property
    def least(self) -> NDArray[np.int64]:
        return np.array([row.least for row in self.rows], dtype=np.int64)

    @cached_property
    def most(self) -> NDArray[np.int64]:
        return np.array([row.most for row in self.rows], dtype=np.int64)

    def allows(self, panel: NDArray[np.int64]) -> bool:
        """Whether ``panel``, whole numbers (t,), meets every row and bound."""
        sums = self.matrix @ panel
        return bool(
            (self.least <= sums).all()
            and (sums <= self.most).all()
            and (self.floor <= panel).all()
            and (panel <= self.places).all()
        )


def pose(targets: Targets, pool: Pool, size: int, rules: Rules | None = None) -> Problem:
    """The problem of drawing ``size`` people, seated ones included, from ``pool``.

    People who cannot be told apart by answers, and whose households are made alike, are of one
    kind: a fair lottery gives them the same chance, so that nothing is lost by counting them.
    Who lives with somebody seated or who must be included is barred.

    Raises ``SelectionRefused``: ids that are not in the pool or in two rules, two of one household
    who have to sit together, seats already beyond the size or a target's most.
    """
    rules = rules or Rules()
    _check_rules(targets, pool, size, rules)
    barred = _bar(pool, rules)
    seated = [person.answers for person in pool if person.id in rules.seated]
    kinds = _sort_into_kinds(pool, rules, barred)
    rows = [Row("seats to fill", size - len(seated), size - len(seated))]
    sums = [np.ones(len(kinds))]
    held = Counter(
        (feature, value)
        for answers in seated
        for feature, value in zip(pool.features, answers, strict=True)
    )
    at = {feature: place for place, feature in enumerate(pool.features)}
    for target in targets.rows:
        have = held[target.feature, target.value]
        rows.append(Row(str(target), max(0, target.least - have), target.most - have))
        place = at[target.feature]
        sums.append(np.array([float(kind.answers[place] == target.value) for kind in kinds]))
    homes = Counter(kind.household for kind in kinds if len(kind.household) > 1)
    for home in sorted((home for home, sorts in homes.items() if sorts > 1), key=_home_key):
        alike = [float(kind.household == home) for kind in kinds]
        rows.append(Row("households", 0, kinds[alike.index(1)].places))
        sums.append(np.array(alike))
    return Problem(tuple(kinds), tuple(rows), np.array(sums), barred)


def _check_rules(targets: Targets, pool: Pool, size: int, rules: Rules) -> None:
    known = set(pool.ids)
    faults = []
    named = {
        "to be included": rules.must_include,
        "to be excluded": rules.excluded,
        "already seated": rules.seated,
    }
    for name, ids in named.items():
        for unknown in sorted(ids - known):
            faults.append(f"“{unknown}” is {name}, but nobody registered under it; correct the id.")
    for who, times in sorted(Counter(who for ids in named.values() for who in ids).items()):
        if times > 1:
            faults.append(f"“{who}” is in two of these rules; leave it in one.")
    homes: dict[str, list[str]] = defaultdict(list)
    held: Counter[tuple[str, str | None]] = Counter()
    for person in pool:
        if person.id in rules.seated | rules.must_include:
            held.update(zip(pool.features, person.answers, strict=True))
            if person.household is not None:
                homes[person.household].append(person.id)
    for home in homes.values():
        if len(home) > 1 and not rules.seated.issuperset(home):
            together = " and ".join(f"“{who}”" for who in sorted(home))
            faults.append(f"{together} are of one household; include one of them at most.")
    if (fixed := len(rules.seated | rules.must_include)) > size:
        faults.append(f"{fixed} people are seated or to be included, but the size is {size}.")
    for target in targets.rows:
        if (have := held[target.feature, target.value]) > target.most:
            faults.append(
                f"{target}: {have} are seated or to be included, but the most is {target.most}."
            )
    if faults:
        raise SelectionRefused([Fault("rules", 0, "", words) for words in faults])


def _bar(pool: Pool, rules: Rules) -> dict[str, str]:
    fixed = rules.seated | rules.must_include
    taken = {person.household for person in pool if person.id in fixed} - {None}
    barred = {}
    for person in pool:
        if person.id in rules.excluded:
            barred[person.id] = "excluded"
        elif person.id in rules.seated:
            barred[person.id] = "already seated"
        elif person.household in taken and person.id not in fixed:
            barred[person.id] = "somebody of the same household has a seat"
    return barred


def _sort_into_kinds(pool: Pool, rules: Rules, barred: Mapping[str, str]) -> list[Kind]:
    people = [person for person in pool if person.id not in barred]
    company: dict[str | None, list[Answers]] = defaultdict(list)
    for person in people:
        company[person.household].append(person.answers)
    homes = {home: tuple(sorted(inside, key=answers_key)) for home, inside in company.items()}
    alike: dict[tuple[Answers, tuple[Answers, ...], bool], list[Registrant]] = defaultdict(list)
    for person in people:
        home = (person.answers,) if person.household is None else homes[person.household]
        alike[person.answers, home, person.id in rules.must_include].append(person)
    return [
        Kind(
            answers,
            home,
            must,
            tuple(sorted(person.id for person in inside)),
            len({person.household or (person.id,) for person in inside}),
        )
        for (answers, home, must), inside in sorted(
            alike.items(),
            key=lambda pair: (answers_key(pair[0][0]), _home_key(pair[0][1]), pair[0][2]),
        )
    ]


def answers_key(answers: Answers) -> tuple[tuple[bool, str], ...]:
    """What answers are sorted by: unstated before stated, then the text."""
    return tuple((answer is not None, answer or "") for answer in answers)


def _home_key(home: tuple[Answers, ...]) -> tuple[tuple[tuple[bool, str], ...], ...]:
    return tuple(map(answers_key, home))
