"""The first stage of a selection by one command: which addresses get a letter."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from engagement.cli.inputs import a_name
from engagement.cli.outputs import refuse, whole_folder
from engagement.documents.sheets import Cell, LongTable, NotATable, open_csv, write_csv
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.letters import NAME, VERSION, Mailing, draw_letters
from engagement.panels.addresses import (
    PROBABILITY,
    ListPlan,
    Progress,
    find_column,
    headings_of,
    notes_on,
    plan_list,
    read_addresses,
    shown_stratum,
)

NOT_A_PERSONS = (
    "inclusion_probability is the chance of an address of a letter, before the seed was known. It "
    "is not a person's: the people at one address share its letter."
)
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


def _draw(
    path: Path,
    letters: int,
    seed: str,
    out: Path,
    progress: Progress,
    *,
    previous: Sequence[Path],
    boosts: Sequence[str],
    strata: str,
    address_columns: str,
) -> list[str]:
    """Draw and write; returns what to say."""
    with _readable(path) as source:
        plan = plan_list(
            source, boosts, strata=_names(strata), address_columns=_names(address_columns)
        )
        mailing = draw_letters(
            read_addresses(source, plan.address, plan.strata, progress),
            letters,
            seed,
            name=source.name,
            columns=plan.under(plan.strata),
            boosts=plan.boosts,
            invited=_invited(previous, plan.under(plan.address)),
        )
        table = write_csv([*plan.headings, PROBABILITY], _letters(source, plan, mailing))
    addresses = sum(stratum.addresses for stratum in mailing.strata)
    notes = [NOT_A_PERSONS, *notes_on(plan, mailing)]
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
        "strata": [shown_stratum(stratum) for stratum in mailing.strata],
        "notes": notes,
    }
    with whole_folder(out) as part:
        (part / "letters.csv").write_bytes(table)
        (part / "invite.json").write_text(
            json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    said = f"{letters:,} letters to {addresses:,} addresses in {len(mailing.strata):,} strata"
    return [f"{said}, written to {out}", *(f"Note: {note}" for note in notes)]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


@contextmanager
def _readable(path: Path) -> Iterator[LongTable]:
    """A file whose faults are told as those of a selection."""
    try:
        with open_csv(path) as table:
            yield table
    except NotATable as error:
        raise SelectionRefused([Fault(path.name, 0, "", str(error))]) from error


def _invited(files: Sequence[Path], columns: Sequence[str]) -> Iterator[str]:
    """The addresses of earlier letters, under the same headings."""
    for path in files:
        with _readable(path) as source:
            found = [find_column(headings_of(source), column) for column in columns]
            places = [at for at in found if isinstance(at, int)]
            if len(places) < len(found):
                raise SelectionRefused(
                    [
                        Fault(source.name, 1, column, at)
                        for column, at in zip(columns, found, strict=True)
                        if isinstance(at, str)
                    ]
                )
            for _, text, _ in read_addresses(source, places, ()):
                yield text


def _letters(source: LongTable, plan: ListPlan, mailing: Mailing) -> Iterator[list[Cell]]:
    """The rows drawn, each with the chance that its address had."""
    chances = [f"{float(stratum.probability):.10g}" for stratum in mailing.strata]
    drawn = zip(mailing.rows.tolist(), mailing.stratum_of.tolist(), strict=True)
    wanted, stratum = next(drawn)
    width = len(plan.headings)
    for number, cells in source.rows():
        if number == wanted:
            yield [*cells[:width], *[""] * (width - len(cells)), chances[stratum]]
            wanted, stratum = next(drawn, (0, 0))
