"""The first stage of a selection by one command: which addresses get a letter."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any

import click

from engagement.cli.inputs import a_name
from engagement.cli.outputs import refuse, whole_folder
from engagement.documents.sheets import Cell, LongTable, NotATable, open_csv, write_csv
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.letters import (
    NAME,
    VERSION,
    Address,
    Mailing,
    Stratum,
    draw_letters,
)
from engagement.methods.sortition.reading import POSTCODES, STREETS, TOWNS, fold

PROBABILITY = "inclusion_probability"
NOT_A_PERSONS = (
    "inclusion_probability is the chance of an address of a letter, before the seed was known. It "
    "is not a person's: the people at one address share its letter."
)
LOOK_EVERY = 20_000  # rows
Progress = Callable[[int], object]
"""Is told how many bytes of the file have been read."""
_BOOST = re.compile(r"\s*([^=]+?)\s*=\s*(.*?)\s*:\s*([0-9]{1,4}(?:\.[0-9]{1,3})?)\s*")
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("invite-lottery")
@click.option("--addresses", type=_file, required=True, help="CSV file, one address a row.")
@click.option("--letters", type=click.IntRange(min=1), required=True, help="How many to send.")
@click.option("--seed", required=True, callback=a_name, help="Decides the draw; publish it.")
@click.option("--strata", default="", help="Columns to draw evenly over, such as decile,ward.")
@click.option(
    "--boost",
    "boosts",
    multiple=True,
    metavar="COLUMN=VALUE:TIMES",
    help="How many times the usual chance, such as decile=1:3; may be repeated.",
)
@click.option("--address-columns", default="", help="What makes an address, if not the usual.")
@click.option(
    "--previous",
    type=_file,
    multiple=True,
    help="CSV file of addresses invited before, which are left out; may be repeated.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for letters.csv and invite.json.",
)
def invite_lottery(addresses: Path, letters: int, seed: str, out: Path, **options: Any) -> None:
    """Draw the addresses that get a letter, exactly as many as asked for.

    Each stratum gets its share, and a boost gives some addresses several times the chance of
    others. The same seed and addresses give the same letters, in whatever order the rows stand.

    OUT/letters.csv holds the rows drawn, with the chance that each address had; OUT/invite.json
    how it was drawn, with every stratum. Both are written, or neither. The chance is that of an
    address and not of a person: the people at one address share its letter.
    """
    try:
        size = addresses.stat().st_size
        with click.progressbar(length=size, label="addresses", file=sys.stderr) as bar:
            done = _draw(
                addresses, letters, seed, out, lambda at: bar.update(at - bar.pos), **options
            )
            bar.update(size - bar.pos)
    except SelectionRefused as error:
        refuse(error.faults)
    for line in done:
        click.echo(line)


@dataclass(frozen=True)
class _Plan:
    """Where in the file the address and the strata stand, and which strata are boosted."""

    headings: Sequence[str]
    address: Sequence[int]
    strata: Sequence[int]
    boosts: Mapping[tuple[str, str], Fraction]

    def under(self, places: Sequence[int]) -> list[str]:
        return [self.headings[at] for at in places]


def _draw(
    path: Path,
    letters: int,
    seed: str,
    out: Path,
    progress: Progress,
    *,
    previous: Sequence[Path],
    boosts: Sequence[str],
    **columns: str,
) -> list[str]:
    """Draw and write; returns what to say."""
    with _readable(path) as source:
        plan = _plan(source, boosts, **columns)
        mailing = draw_letters(
            _addresses(source, plan.address, plan.strata, progress),
            letters,
            seed,
            name=source.name,
            columns=plan.under(plan.strata),
            boosts=plan.boosts,
            invited=_invited(previous, plan.under(plan.address)),
        )
        table = write_csv([*plan.headings, PROBABILITY], _letters(source, plan, mailing))
    addresses = sum(stratum.addresses for stratum in mailing.strata)
    notes = [NOT_A_PERSONS, *_notes(plan, mailing)]
    record = {
        "method": NAME,
        "version": VERSION,
        "seed": seed,
        "letters": letters,
        "addresses": addresses,
        "file": {"name": source.name, "sha256": source.sha256},
        "letters_sha256": sha256(table).hexdigest(),
        "address_columns": plan.under(plan.address),
        "strata_columns": plan.under(plan.strata),
        "boosts": [
            {"column": column, "value": value, "times": str(times)}
            for (column, value), times in plan.boosts.items()
        ],
        "rows_merged": mailing.merged,
        "invited_before": mailing.invited,
        "strata": [_shown(stratum) for stratum in mailing.strata],
        "notes": notes,
    }
    with whole_folder(out) as part:
        (part / "letters.csv").write_bytes(table)
        (part / "invite.json").write_text(
            json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    said = f"{letters:,} letters to {addresses:,} addresses in {len(mailing.strata):,} strata"
    return [f"{said}, written to {out}", *(f"Note: {note}" for note in notes)]


@contextmanager
def _readable(path: Path) -> Iterator[LongTable]:
    """A file whose faults are told as those of a selection."""
    try:
        with open_csv(path) as table:
            yield table
    except NotATable as error:
        raise SelectionRefused([Fault(path.name, 0, "", str(error))]) from error


def _plan(source: LongTable, boosts: Sequence[str], *, strata: str, address_columns: str) -> _Plan:
    headings = _headings(source)
    faults: list[Fault] = []

    def find(wanted: str) -> int:
        found = _find(headings, wanted)
        if isinstance(found, int):
            return found
        faults.append(Fault(source.name, 1, wanted, found))
        return 0

    weights: dict[tuple[str, str], Fraction] = {}
    boosted = []
    for boost in boosts:
        if (parts := _BOOST.fullmatch(boost)) is None or not Fraction(parts[3]):
            words = f"“{boost}” is no boost; write it as decile=1:3, at most 9999 times"
            faults.append(Fault("--boost", 0, "", words))
            continue
        boosted.append(find(parts[1]))
        key = headings[boosted[-1]], parts[2]
        if any(key[0] == column and fold(key[1]) == fold(value) for column, value in weights):
            faults.append(Fault("--boost", 0, "", f"{key[0]}={key[1]} is given twice; keep one"))
        weights[key] = Fraction(parts[3])
    places = [*dict.fromkeys([*map(find, _names(strata)), *boosted])]
    address = [find(name) for name in _names(address_columns)]
    if isinstance(_find(headings, PROBABILITY), int):
        words = "is where the chance will stand; rename this column"
        faults.append(Fault(source.name, 1, PROBABILITY, words))
    if faults:
        raise SelectionRefused(faults)
    return _Plan(headings, address or _guess_address(headings, places), places, weights)


def _headings(source: LongTable) -> list[str]:
    headings = [heading.strip() for heading in next(source.rows())[1]]
    if not any(headings):
        words = "is blank; write the headings of the columns here"
        raise SelectionRefused([Fault(source.name, 1, "", words)])
    return headings


def _find(headings: Sequence[str], wanted: str) -> int | str:
    """Where a column stands, or what is wrong."""
    found = [at for at, heading in enumerate(headings) if _key(heading) == _key(wanted)]
    if len(found) == 1:
        return found[0]
    problem = "is the heading of two columns" if found else "is no heading of this file"
    return f"{problem}; name a column as its first row does"


def _guess_address(headings: Sequence[str], strata: Sequence[int]) -> list[int]:
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


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _addresses(
    source: LongTable,
    address: Sequence[int],
    strata: Sequence[int],
    progress: Progress = lambda position: None,
) -> Iterator[Address]:
    faults = []
    rows = source.rows()
    width = len(next(rows)[1])
    texts, values = _cells(address), _cells(strata)
    for number, cells in rows:
        if len(cells) != width:
            if any(map(str.strip, cells[width:])):
                words = "has more cells than there are headings; look for a stray comma"
                faults.append(Fault(source.name, number, "", words))
                continue
            cells = [*cells, *[""] * width]
        text = " ".join(texts(cells))
        if text.isspace() and not any(map(str.strip, cells)):
            continue
        if number % LOOK_EVERY == 0:
            progress(source.position)
        yield number, text, values(cells)
    if faults:
        raise SelectionRefused(faults)


def _cells(places: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """What takes the cells at ``places`` out of a row."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple([cells[at] for at in places])


def _invited(files: Sequence[Path], columns: Sequence[str]) -> Iterator[str]:
    """The addresses of earlier letters, under the same headings."""
    for path in files:
        with _readable(path) as source:
            found = [_find(_headings(source), column) for column in columns]
            places = [at for at in found if isinstance(at, int)]
            if len(places) < len(found):
                raise SelectionRefused(
                    [
                        Fault(source.name, 1, column, at)
                        for column, at in zip(columns, found, strict=True)
                        if isinstance(at, str)
                    ]
                )
            for _, text, _ in _addresses(source, places, ()):
                yield text


def _letters(source: LongTable, plan: _Plan, mailing: Mailing) -> Iterator[list[Cell]]:
    """The rows drawn, each with the chance that its address had."""
    chances = [f"{float(stratum.probability):.10g}" for stratum in mailing.strata]
    drawn = zip(mailing.rows.tolist(), mailing.stratum_of.tolist(), strict=True)
    wanted, stratum = next(drawn)
    width = len(plan.headings)
    for number, cells in source.rows():
        if number == wanted:
            yield [*cells[:width], *[""] * (width - len(cells)), chances[stratum]]
            wanted, stratum = next(drawn, (0, 0))


def _shown(stratum: Stratum) -> dict[str, Any]:
    return {
        "values": list(stratum.values),
        "addresses": stratum.addresses,
        "times": str(stratum.weight),
        "letters": stratum.letters,
        "letters_expected": str(stratum.expected),
        "probability": float(stratum.probability),
        "probability_exact": str(stratum.probability),
    }


def _notes(plan: _Plan, mailing: Mailing) -> Iterator[str]:
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
