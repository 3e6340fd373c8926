"""A panel drawn by lot by one command, and seats that fell empty filled again."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from engagement.cli.draw_files import (
    COMMITMENT,
    Bound,
    Notes,
    drawn_words,
    lottery_words,
    write_bound,
    write_drawn,
    write_people,
)
from engagement.cli.outputs import refuse, whole_folder
from engagement.documents.sheets import NotATable, read_csv
from engagement.methods.disclosure.counts import NEAREST, SMALL
from engagement.methods.sortition.commitment import Draw, commit, salts_needed
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.packs import Seed
from engagement.methods.sortition.pool import Pool, Rules, Targets
from engagement.methods.sortition.reading import Registered, read_pool, read_targets
from engagement.panels.rules import withheld_counts

INFEASIBLE = 3
METHODS = ("leximin", "maximin", "nash", "simple")
TYPED = "typed in with the command"
OWN = "made by the command from the computer's own source of chance"
Command = TypeVar("Command", bound=Callable[..., Any])
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def a_seed(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A text in one line, or nothing."""
    if value is not None and (not value.strip() or not value.isprintable()):
        raise click.BadParameter("write it in one line; it cannot be empty.")
    return value


def ids(context: click.Context, parameter: click.Parameter, value: str) -> frozenset[str]:
    """Ids with commas between, or @FILE with one on each line."""
    if value.startswith("@"):
        try:
            parts = Path(value[1:]).read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise click.BadParameter(f"{value[1:]} cannot be read as a text.") from error
    else:
        parts = value.split(",")
    return frozenset(part.strip() for part in parts if part.strip())


def inputs(command: Command) -> Command:
    """The options that say who registered for what."""
    for option in (
        click.option("--communal", type=_file, help="Addresses, one a line, of hostels and such."),
        click.option("--by-address", is_flag=True, help="One of each address at most."),
        click.option(
            "--household-columns",
            default="",
            metavar="A,B",
            help="One at most of those who agree in all these columns.",
        ),
        click.option("--id-column", help="The column that tells people apart, if not guessed."),
        click.option("--size", type=click.IntRange(1, 100_000), required=True, help="Seats."),
        click.option("--people", type=_file, required=True, help="CSV file of registrants."),
        click.option("--targets", type=_file, required=True, help="CSV file of targets."),
    ):
        command = option(command)
    return command


def outputs(command: Command) -> Command:
    """The options that say how to draw, and where to."""
    for option in (
        click.option(
            "--out",
            type=click.Path(file_okay=False, path_type=Path),
            required=True,
            help="Folder for the files.",
        ),
        click.option(
            "--tickets",
            type=click.IntRange(1, 100_000),
            default=1000,
            show_default=True,
            help="How many equal tickets the seed picks from.",
        ),
        click.option(
            "--small",
            type=click.IntRange(2, 1000),
            default=SMALL,
            show_default=True,
            help="Counts of registrants from 1 to this are not published.",
        ),
        click.option(
            "--round-to",
            type=click.IntRange(1, 1000),
            default=NEAREST,
            show_default=True,
            help="The other counts are rounded to the nearest of this.",
        ),
        click.option("--seed", callback=a_seed, help="Picks the ticket; made up where not given."),
        click.option(
            "--commit-only",
            is_flag=True,
            help="Bind the draw to its root, and wait for a seed from --seed-source.",
        ),
        click.option(
            "--seed-source",
            callback=a_seed,
            help="The public source that will give the seed, so that it can give one only.",
        ),
    ):
        command = option(command)
    return command


@click.command("select")
@inputs
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="leximin",
    show_default=True,
    help="leximin is the fairest; maximin and nash are for comparison, simple heeds no targets.",
)
@click.option("--must-include", callback=ids, default="", metavar="IDS", help="On every panel.")
@click.option("--exclude", callback=ids, default="", metavar="IDS", help="On no panel.")
@outputs
def select_panel(must_include: frozenset[str], exclude: frozenset[str], **options: Any) -> None:
    """Draw a panel that meets the targets, as fairly as can be, and prove it.

    IDS are ids with commas between, or @FILE with one on each line.

    OUT gets selection.json (everybody's chance, and who is drawn), panel.csv, and the proof:
    commitment.json, public.zip for everyone, auditor.zip for a named auditor only, people.zip
    with one file for each registrant and nobody else. All are written, or none. The seed picks one
    of the tickets and does nothing else.

    Drawn at once, nobody can tell whether it was drawn once only. To let others trust it, draw with
    --commit-only and a --seed-source such as a numbered round of a beacon that is still to come:
    OUT then gets commitment.json, to be published, with auditor.zip, people.zip and bound.json.
    When the source has given the seed, `engagement reveal OUT --seed SEED` draws from what is kept.

    Exit codes: 0 drawn or bound, 2 bad input, 3 no panel meets the targets (with what would have to
    give).
    """
    _carry_out(Rules(must_include=must_include, excluded=exclude), **options)


@click.command("replace")
@inputs
@click.option("--seated", callback=ids, required=True, metavar="IDS", help="Who holds a seat.")
@click.option("--gone", callback=ids, default="", metavar="IDS", help="Who declined or left.")
@outputs
def replace_seats(seated: frozenset[str], gone: frozenset[str], **options: Any) -> None:
    """Fill the seats that fell empty, by the same lottery among those who are left.

    What the people in their seats have already met counts towards the targets; the rest is drawn
    so that the whole panel of SIZE meets them. IDS are ids with commas between, or @FILE with one
    on each line. Files and exit codes are those of `engagement select`, but no count of registrants
    is published: beside those of the first draw, they would tell who came and went.
    """
    _carry_out(Rules(seated=seated, excluded=gone), method="leximin", **options)


@dataclass(frozen=True)
class Given:
    """What the files hold."""

    targets: Targets
    registered: Registered


def read_inputs(
    targets: Path,
    people: Path,
    size: int,
    id_column: str | None,
    household_columns: str,
    by_address: bool,
    communal: Path | None,
) -> Given:
    """Read the files; raises ``SelectionRefused`` with all that is wrong with them."""
    aims = read_targets(_rows(targets), targets.name, size)
    lines = communal.read_bytes().decode("utf-8-sig", "replace") if communal else ""
    columns = [name.strip() for name in household_columns.split(",") if name.strip()]
    return Given(
        aims,
        read_pool(
            _rows(people),
            people.name,
            aims,
            id_column=id_column,
            household_columns=columns,
            by_address=by_address,
            communal=[line for line in lines.splitlines() if line.strip()],
        ),
    )


def _rows(path: Path) -> list[list[str]]:
    try:
        return read_csv(path.read_bytes())
    except (NotATable, OSError) as error:
        raise SelectionRefused([Fault(path.name, 0, "", str(error))]) from error


def _carry_out(
    rules: Rules,
    *,
    seed: str | None,
    commit_only: bool,
    seed_source: str | None,
    out: Path,
    **options: Any,
) -> None:
    if commit_only and (seed is not None or seed_source is None):
        raise click.UsageError("--commit-only needs a --seed-source, and takes no --seed.")
    if seed_source is not None and not commit_only:
        raise click.UsageError("--seed-source goes with --commit-only.")
    source = seed_source or (TYPED if seed is not None else OWN)
    bound = _bind(rules, source, **options)
    with whole_folder(out) as part:
        write_people(part, bound)
        if commit_only:
            write_bound(part, bound)
        else:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            picks = Seed(seed or secrets.token_hex(16), source, now, root_first=False)
            click.echo(drawn_words(write_drawn(part, bound, picks)))
    for line in lottery_words(bound.notes.facts):
        click.echo(line)
    click.echo(f"Root of the commitment: {bound.commitment.root}")
    click.echo(f"Written to {out}")
    if commit_only:
        click.echo(f"Publish {COMMITMENT} now, before there is a seed, and no other file. Then:")
        click.echo(f"engagement reveal {out} --seed SEED")


def _bind(
    rules: Rules,
    source: str,
    *,
    size: int,
    method: str,
    tickets: int,
    small: int,
    round_to: int,
    **files: Any,
) -> Bound:
    """Work the lottery out and bind it to its root; ends the command where that cannot be."""
    # The solver is heavy to load, and no other command needs it.
    from engagement.methods.sortition.feasibility import TargetsCannotBeMet
    from engagement.methods.sortition.selection import VERSION, select

    try:
        given = read_inputs(size=size, **files)
        began = time.process_time()
        selection = select(
            given.targets,
            given.registered.pool,
            size,
            method=method,
            rules=rules,
            tickets=tickets,
            progress=lambda step: click.echo(f"{step} …", err=True),
        )
    except SelectionRefused as error:
        refuse(error.faults)
    except TargetsCannotBeMet as error:
        click.echo(str(error), err=True)
        click.echo("Nothing was written.", err=True)
        sys.exit(INFEASIBLE)
    spent = time.process_time() - began
    draw = Draw(
        selection.targets,
        selection.pool,
        rules,
        selection.lottery,
        selection.tickets,
        VERSION,
        source,
        withheld=_withheld(selection.pool, small, later=bool(rules.seated)),
        rounded_to=round_to,
    )
    salts = salts_needed(len(draw.pool.ids), len(draw.tickets))
    pool = given.registered.pool
    chances = {
        person: float(selection.chances.get(person, person in rules.seated)) for person in pool.ids
    }
    facts = {
        "method": method,
        "size": size,
        "certified": selection.lottery.exact,
        "gap": selection.lottery.gap,
        "min_probability": selection.smallest_chance(),
        "gini": selection.gini(),
        "cpu_seconds": round(spent, 3),
        "seated": sorted(rules.seated),
        "tickets": len(selection.tickets),
        "ticket_deviation": float(selection.deviation),
        "panels": len(selection.lottery.panels),
        "on_no_panel": list(selection.impossible),
        "barred": dict(selection.barred),
        "unstated": [vars(effect) for effect in selection.unstated()],
        "notes": list(given.registered.notes),
        "probabilities": chances,
    }
    rows = {
        person.id: [row, *(answer or "" for answer in person.answers)]
        for person, row in zip(pool, given.registered.rows, strict=True)
    }
    return Bound(
        commit(draw, [secrets.token_bytes(16) for _ in range(salts)]),
        Notes(
            facts,
            ["id", "row", *pool.features, "chance"],
            {person: [person, *row, chances[person]] for person, row in rows.items()},
        ),
    )


def _withheld(pool: Pool, small: int, *, later: bool) -> frozenset[tuple[str, str | None]]:
    """What is not published of who registered; of a draw after the first, nothing is."""
    counts = pool.counts()
    if later:
        return frozenset((feature, value) for feature, found in counts.items() for value in found)
    return withheld_counts(counts, small)
