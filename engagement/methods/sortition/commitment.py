"""What binds a draw before it can be known: every fact of it as a salted leaf of one tree."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from engagement.methods.sortition.lottery import Lottery
from engagement.methods.sortition.merkle import Tree
from engagement.methods.sortition.pool import Pool, Rules, Targets

PARTS = ("draw", "targets", "counts", "rules", "portfolio", "certificate")
SALT_BYTES = 16

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Draw:
    """Everything that is settled before the seed.

    ``lottery.size``: the seats that it fills, beside those already held. ``tickets``: m tuples of
    ids, who is drawn with each.
    ``version``: of the method. ``seed_source``: the public source, named so closely that it can
    give one seed only, such as a numbered round of a beacon that is still to come.
    ``target_sources``: where each target's figures are from, in the order of ``targets.rows``.
    ``withheld``: features and values (None for unstated) whose count is not to be published; the
    others are rounded to the nearest ``rounded_to``, 1 for as they are.

    Raises ``ValueError`` where these do not fit together.
    """

    targets: Targets
    pool: Pool
    rules: Rules
    lottery: Lottery
    tickets: Sequence[Sequence[str]]
    version: str
    seed_source: str
    target_sources: Sequence[str] = ()
    withheld: frozenset[tuple[str, str | None]] = frozenset()
    rounded_to: int = 1

    def __post_init__(self) -> None:
        known = set(self.pool.ids)
        seats = self.lottery.size
        if not self.tickets:
            raise ValueError("a draw needs at least one ticket")
        for number, people in enumerate(self.tickets):
            if len(set(people)) != len(people) or len(people) != seats:
                raise ValueError(f"ticket {number} does not name {seats} different people")
            if not known.issuperset(people):
                raise ValueError(f"ticket {number} names somebody who is not in the pool")
        if any(not known.issuperset(kind.members) for kind in self.lottery.kinds):
            raise ValueError("the lottery has somebody who is not in the pool")
        if self.target_sources and len(self.target_sources) != len(self.targets.rows):
            raise ValueError("target_sources must have one text for each target, or none at all")
        if not self.seed_source.strip():
            raise ValueError("a draw has to name the source of its seed")


@dataclass(frozen=True)
class Commitment:
    """The salted records of a draw, in the order of the leaves, and their tree.

    First one record for each of ``PARTS``, then one for each registrant, by id, then one for each
    ticket, by number.
    """

    records: tuple[Record, ...]
    tree: Tree = field(repr=False, compare=False)

    @property
    def root(self) -> str:
        """The root, in hexadecimal: what is published before the seed."""
        return self.tree.root.hex()

    @property
    def registrants(self) -> int:
        """How many people are in the pool."""
        return int(self.records[0]["registrants"])

    @property
    def tickets(self) -> int:
        """How many tickets there are."""
        return int(self.records[0]["tickets"])

    def ticket(self, number: int) -> int:
        """The place of ticket ``number`` (from 0) among the records."""
        if not 0 <= number < self.tickets:
            raise IndexError(f"there are {self.tickets} tickets, and no number {number}")
        return len(PARTS) + self.registrants + number

    def person(self, name: str) -> int:
        """The place of a registrant among the records; ``KeyError`` where nobody has this id."""
        first = len(PARTS)
        for place in range(first, first + self.registrants):
            if self.records[place]["id"] == name:
                return place
        raise KeyError(name)

    def open(self, place: int) -> dict[str, Any]:
        """One record with the path that leads from it to the root."""
        path = [step.hex() for step in self.tree.path(place)]
        return {"record": dict(self.records[place]), "path": path}


def salts_needed(registrants: int, tickets: int) -> int:
    """How many salts ``commit`` takes."""
    return len(PARTS) + registrants + tickets


def commit(draw: Draw, salts: Sequence[bytes]) -> Commitment:
    """Bind all of ``draw`` to one root.

    ``salts``: ``salts_needed`` texts of 16 random bytes, each different, that nobody could guess:
    a hash of answers without them could be guessed by trying all answers.

    Raises ``ValueError`` where the salts are not that.
    """
    parts = [
        _describe_draw(draw),
        _list_targets(draw),
        _count_answers(draw),
        _list_rules(draw),
        _describe_portfolio(draw),
        _describe_proof(draw.lottery),
    ]
    records = [{"part": part, **what} for part, what in zip(PARTS, parts, strict=True)]
    records += _list_people(draw)
    records += [
        {"part": "ticket", "number": number, "people": sorted(people)}
        for number, people in enumerate(draw.tickets)
    ]
    if len(salts) != len(records) or len(set(salts)) != len(salts):
        raise ValueError(f"a commitment needs {len(records)} different salts")
    if any(len(salt) != SALT_BYTES for salt in salts):
        raise ValueError(f"each salt must have {SALT_BYTES} bytes")
    for record, salt in zip(records, salts, strict=True):
        record["salt"] = salt.hex()
    return Commitment(tuple(records), Tree([encode(record) for record in records]))


def encode(record: Record) -> bytes:
    """A record as the bytes that are hashed: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(
        record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def _describe_draw(draw: Draw) -> dict[str, Any]:
    return {
        "method": draw.lottery.method,
        "version": draw.version,
        "size": draw.lottery.size + len(draw.rules.seated),
        "seated": len(draw.rules.seated),
        "registrants": len(draw.pool.ids),
        "tickets": len(draw.tickets),
        "features": list(draw.pool.features),
        "seed_source": draw.seed_source,
    }


def _list_targets(draw: Draw) -> dict[str, Any]:
    sources = draw.target_sources or [""] * len(draw.targets.rows)
    return {
        "rows": [
            {
                "feature": row.feature,
                "value": row.value,
                "least": row.least,
                "most": row.most,
                "source": source,
            }
            for row, source in zip(draw.targets.rows, sources, strict=True)
        ]
    }


def _count_answers(draw: Draw) -> dict[str, Any]:
    """One feature at a time: each value with a target, then any other, then unstated."""
    rows, step = [], draw.rounded_to
    for feature, found in draw.pool.counts().items():
        values = [row.value for row in draw.targets.rows if row.feature == feature]
        values += sorted(value for value in found if value is not None and value not in values)
        for value in (*values, None):
            near = (2 * found[value] + step) // (2 * step) * step
            shown = None if (feature, value) in draw.withheld else near
            rows.append({"feature": feature, "value": value, "registered": shown})
    return {"rounded_to": step, "rows": rows}


def _list_rules(draw: Draw) -> dict[str, Any]:
    return {
        "must_include": sorted(draw.rules.must_include),
        "excluded": sorted(draw.rules.excluded),
        "seated": sorted(draw.rules.seated),
        "households": _share_homes(draw.pool),
    }


def _share_homes(pool: Pool) -> list[list[str]]:
    """Who lives together, without saying where."""
    homes: dict[str, list[str]] = {}
    for person, home in zip(pool.ids, pool.households, strict=True):
        if home is not None:
            homes.setdefault(home, []).append(person)
    return sorted(sorted(ids) for ids in homes.values() if len(ids) > 1)


def _describe_portfolio(draw: Draw) -> dict[str, Any]:
    return {
        "kinds": [
            {
                "answers": list(kind.answers),
                "household": [list(answers) for answers in kind.household],
                "must": kind.must,
                "members": list(kind.members),
                "places": kind.places,
            }
            for kind in draw.lottery.kinds
        ],
        "panels": [list(map(int, panel)) for panel in draw.lottery.panels],
        "weights": list(map(int, draw.lottery.weights)),
    }


def _describe_proof(lottery: Lottery) -> dict[str, Any]:
    return {
        "exact": lottery.exact,
        "gap": _write(Fraction(lottery.gap)),
        "impossible": sorted(map(int, lottery.impossible)),
        "stages": [
            {
                "level": _write(stage.level),
                "kinds": list(map(int, stage.kinds)),
                "prices": [_write(price) for price in stage.prices],
            }
            for stage in lottery.stages
        ],
    }


def _list_people(draw: Draw) -> list[dict[str, Any]]:
    pool, rules = draw.pool, draw.rules
    kind_of = {name: k for k, kind in enumerate(draw.lottery.kinds) for name in kind.members}
    chances = draw.lottery.exact_chances()
    named = Counter(name for people in draw.tickets for name in people)
    sharing = {name for names in _share_homes(pool) for name in names}
    people = []
    for number, (name, answers) in enumerate(sorted(zip(pool.ids, pool.answers, strict=True))):
        kind = kind_of.get(name)
        people.append(
            {
                "part": "person",
                "number": number,
                "id": name,
                "answers": dict(zip(pool.features, answers, strict=True)),
                "shares_household": name in sharing,
                "standing": _standing(name, kind, rules),
                "kind": kind,
                "chance": _write(Fraction(0) if kind is None else chances[kind]),
                "tickets": named[name],
            }
        )
    return people


def _standing(name: str, kind: int | None, rules: Rules) -> str:
    if name in rules.seated:
        return "already seated"
    if name in rules.must_include:
        return "must be included"
    return "may be drawn" if kind is not None else "left out by a rule"


def _write(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"
