"""Lists of addresses: where the address stands in them, what makes strata, what is boosted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import Any

from engagement.documents.sheets import LongTable
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.letters import Address, Mailing, Stratum
from engagement.methods.sortition.reading import POSTCODES, STREETS, TOWNS, fold

PROBABILITY = "inclusion_probability"
LOOK_EVERY = 20_000  # rows
Progress = Callable[[int], object]
"""Is told how many bytes of the file have been read."""
_BOOST = re.compile(r"\s*([^=]+?)\s*=\s*(.*?)\s*:\s*([0-9]{1,4}(?:\.[0-9]{1,3})?)\s*")


@dataclass(frozen=True)
class ListPlan:
    """Where in the file the address and the strata stand, and which strata are boosted."""

    headings: Sequence[str]
    address: Sequence[int]
    strata: Sequence[int]
    boosts: Mapping[tuple[str, str], Fraction]

    def under(self, places: Sequence[int]) -> list[str]:
        return [self.headings[at] for at in places]


def plan_list(
    source: LongTable,
    boosts: Sequence[str],
    *,
    strata: Sequence[str],
    address_columns: Sequence[str],
    boosts_from: str = "--boost",
) -> ListPlan:
    """Find the columns that are named, and read boosts such as decile=1:3.

    Without ``address_columns`` the usual ones are taken. ``boosts_from``: what faults call the
    place where boosts were given. Raises ``SelectionRefused`` with all faults, or ``NotATable``.
    """
    headings = headings_of(source)
    faults: list[Fault] = []

    def find(wanted: str) -> int:
        found = find_column(headings, wanted)
        if isinstance(found, int):
            return found
        faults.append(Fault(source.name, 1, wanted, found))
        return 0

    weights: dict[tuple[str, str], Fraction] = {}
    boosted = []
    for boost in boosts:
        if (parts := _BOOST.fullmatch(boost)) is None or not Fraction(parts[3]):
            words = f"“{boost}” is no boost; write it as decile=1:3, at most 9999 times"
            faults.append(Fault(boosts_from, 0, "", words))
            continue
        boosted.append(find(parts[1]))
        key = headings[boosted[-1]], parts[2]
        if any(key[0] == column and fold(key[1]) == fold(value) for column, value in weights):
            faults.append(Fault(boosts_from, 0, "", f"{key[0]}={key[1]} is given twice; keep one"))
        weights[key] = Fraction(parts[3])
    places = [*dict.fromkeys([*map(find, strata), *boosted])]
    address = [find(name) for name in address_columns]
    if isinstance(find_column(headings, PROBABILITY), int):
        words = "is where the chance will stand; rename this column"
        faults.append(Fault(source.name, 1, PROBABILITY, words))
    if faults:
        raise SelectionRefused(faults)
    return ListPlan(headings, address or guess_address(headings, places), places, weights)


def headings_of(source: LongTable) -> list[str]:
    """The first row. Raises ``SelectionRefused`` where it is blank."""
    headings = [heading.strip() for heading in next(source.rows())[1]]
    if not any(headings):
        words = "is blank; write the headings of the columns here"
        raise SelectionRefused([Fault(source.name, 1, "", words)])
    return headings


def find_column(headings: Sequence[str], wanted: str) -> int | str:
    """Where a column stands, or what is wrong."""
    found = [at for at, heading in enumerate(headings) if _key(heading) == _key(wanted)]
    if len(found) == 1:
        return found[0]
    problem = "is the heading of two columns" if found else "is no heading of this file"
    return f"{problem}; name a column as its first row does"


def guess_address(headings: Sequence[str], strata: Sequence[int]) -> list[int]:
    """The unique property reference, or street and place, or all that makes no strata."""
    keys = [_key(heading) for heading in headings]
    if keys.count("uprn") == 1:
        return [keys.index("uprn")]
    streets, codes, towns = (
        [at for at, key in enumerate(keys) if key in usual] for usual in (STREETS, POSTCODES, TOWNS)
    )
    if streets and (codes or towns):
        return [*streets, *(codes or towns)]
    return [at for at in range(len(keys)) if at not in strata]


def _key(heading: str) -> str:
    return fold(heading).replace("_", "")


def read_addresses(
    source: LongTable,
    address: Sequence[int],
    strata: Sequence[int],
    progress: Progress = lambda position: None,
    faults: list[Fault] | None = None,
) -> Iterator[Address]:
    """The number, address and strata of each row that has any.

    What is wrong with rows is added to ``faults`` where that is given; otherwise the last step
    raises ``SelectionRefused`` with all of it.
    """
    found: list[Fault] = [] if faults is None else faults
    rows = source.rows()
    width = len(next(rows)[1])
    texts, values = _cells(address), _cells(strata)
    for number, cells in rows:
        if len(cells) != width:
            if any(map(str.strip, cells[width:])):
                words = "has more cells than there are headings; look for a stray comma"
                found.append(Fault(source.name, number, "", words))
                continue
            cells = [*cells, *[""] * width]
        text = " ".join(texts(cells))
        if not text.strip():
            if any(map(str.strip, cells)):
                words = "has no address; write it, or take the row out"
                found.append(Fault(source.name, number, "", words))
            continue
        if number % LOOK_EVERY == 0:
            progress(source.position)
        yield number, text, values(cells)
    if found and faults is None:
        raise SelectionRefused(found)


def _cells(places: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """What takes the cells at ``places`` out of a row."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple([cells[at] for at in places])


def shown_stratum(stratum: Stratum) -> dict[str, Any]:
    """A stratum as it is published, with the chance of its addresses."""
    return {
        "values": list(stratum.values),
        "addresses": stratum.addresses,
        "times": str(stratum.weight),
        "letters": stratum.letters,
        "letters_expected": str(stratum.expected),
        "probability": float(stratum.probability),
        "probability_exact": str(stratum.probability),
    }


def notes_on(plan: ListPlan, mailing: Mailing) -> Iterator[str]:
    """What else is to be said of a lottery of addresses."""
    yield "An address is told by: " + ", ".join(plan.under(plan.address)) + "."
    if mailing.merged:
        yield f"{mailing.merged:,} rows have the address of an earlier row, and count once."
    if mailing.invited:
        yield (
            f"{mailing.invited:,} rows were invited before and are left out; the chances are among "
            "the others."
        )
    if sure := sum(stratum.addresses for stratum in mailing.strata if stratum.probability == 1):
        yield f"{sure:,} addresses are certain of a letter."
    for place, column in enumerate(plan.under(plan.strata)):
        blank = sum(s.addresses for s in mailing.strata if not s.values[place])
        if blank:
            yield f"{blank:,} addresses have no “{column}” and are drawn as strata of their own."
