"""A panel drawn by lot by one command, and seats that fell empty filled again."""

from __future__ import annotations

import io
import json
import secrets
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from engagement.cli.outputs import refuse, whole_folder
from engagement.documents.sheets import NotATable, read_csv, write_csv
from engagement.methods.sortition.commitment import Commitment, Draw, commit, salts_needed
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.packs import (
    Seed,
    pick_ticket,
    write_auditor_pack,
    write_commitment,
    write_person,
    write_public_pack,
)
from engagement.methods.sortition.pool import Rules, Targets
from engagement.methods.sortition.reading import Registered, read_pool, read_targets
from engagement.panels.verifiers import verifiers

INFEASIBLE = 3
METHODS = ("leximin", "maximin", "nash", "simple")
TYPED = "typed in with the command"
OWN = "made by the command from the computer's own source of chance"
MOST_NAMED = 20
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
        click.option("--seed", callback=a_seed, help="Picks the ticket; made up where not given."),
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
    of the tickets and does nothing else; to let others trust it, publish commitment.json first.

    Exit codes: 0 drawn, 2 bad input, 3 no panel meets the targets (with what would have to give).
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
    on each line. Files and exit codes are those of `engagement select`.
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
    rules: Rules, *, size: int, method: str, seed: str | None, tickets: int, out: Path, **files: Any
) -> None:
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
    source = TYPED if seed is not None else OWN
    draw = Draw(
        selection.targets,
        selection.pool,
        rules,
        selection.lottery,
        selection.tickets,
        VERSION,
        source,
    )
    salts = salts_needed(len(draw.pool.ids), len(draw.tickets))
    bound = commit(draw, [secrets.token_bytes(16) for _ in range(salts)])
    seed = seed if seed is not None else secrets.token_hex(16)
    ticket = pick_ticket(seed, len(draw.tickets))
    panel = selection.tickets[ticket]
    record: dict[str, Any] = {
        "method": method,
        "size": size,
        "seed": seed,
        "certified": selection.lottery.exact,
        "gap": selection.lottery.gap,
        "min_probability": selection.smallest_chance(),
        "gini": selection.gini(),
        "cpu_seconds": round(spent, 3),
        "panel": list(panel),
        "seated": sorted(rules.seated),
        "tickets": len(selection.tickets),
        "ticket": ticket,
        "ticket_deviation": float(selection.deviation),
        "panels": len(selection.lottery.panels),
        "root": bound.root,
        "seed_source": source,
        "on_no_panel": list(selection.impossible),
        "barred": dict(selection.barred),
        "unstated": [vars(effect) for effect in selection.unstated()],
        "notes": list(given.registered.notes),
        "probabilities": {
            person: float(selection.chances.get(person, person in rules.seated))
            for person in given.registered.pool.ids
        },
    }
    check, audit = verifiers()
    when = Seed(seed, source, datetime.now(UTC).isoformat(timespec="seconds"))
    with whole_folder(out) as part:
        (part / "selection.json").write_text(
            json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (part / "panel.csv").write_bytes(_panel(given, panel, record["probabilities"]))
        (part / "commitment.json").write_bytes(write_commitment(bound))
        (part / "public.zip").write_bytes(write_public_pack(bound, when, check))
        (part / "auditor.zip").write_bytes(write_auditor_pack(bound, when, check, audit))
        (part / "people.zip").write_bytes(_people(bound, draw.pool.ids))
    for line in _summary(record, out):
        click.echo(line)


def _panel(given: Given, panel: tuple[str, ...], chances: dict[str, float]) -> bytes:
    pool = given.registered.pool
    drawn = set(panel)
    return write_csv(
        ["id", "row", *pool.features, "chance"],
        [
            [person.id, row, *(answer or "" for answer in person.answers), chances[person.id]]
            for person, row in zip(pool, given.registered.rows, strict=True)
            if person.id in drawn
        ],
    )


def _people(bound: Commitment, people: tuple[str, ...]) -> bytes:
    """One file for each registrant, numbered as ``index.csv`` says, since ids may hold anything."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        names = [f"{number:06}.json" for number in range(1, len(people) + 1)]
        index = write_csv(["id", "file"], zip(people, names, strict=True))
        pack.writestr(zipfile.ZipInfo("index.csv"), index)
        for person, name in zip(people, names, strict=True):
            pack.writestr(zipfile.ZipInfo(name), write_person(bound, person))
    return content.getvalue()


def _summary(record: dict[str, Any], out: Path) -> Iterator[str]:
    drawn = len(record["panel"])
    last = record["tickets"] - 1
    yield f"{drawn} people drawn by ticket number {record['ticket']}, of 0 to {last}."
    yield (
        f"The smallest chance is {record['min_probability']:.4f}; "
        f"the chances differ by a Gini of {record['gini']:.4f}."
    )
    if record["method"] in ("leximin", "simple"):
        yield (
            "Proved: no lottery is fairer."
            if record["certified"]
            else f"Nearly proved: a fairer lottery could be ahead by {record['gap']:.1e} at most."
        )
    if nobody := record["on_no_panel"]:
        named = ", ".join(nobody[:MOST_NAMED])
        more = f" and {len(nobody) - MOST_NAMED} more" if len(nobody) > MOST_NAMED else ""
        yield f"On no panel that meets the targets: {named}{more}."
    for effect in record["unstated"]:
        yield (
            f"{effect['feature']}: {effect['people']} left it unstated; their chance is "
            f"{effect['chance']:.4f} on average, the others’ {effect['others']:.4f}."
        )
    for note in record["notes"]:
        yield f"Note: {note}"
    yield f"Root of the commitment: {record['root']}"
    yield f"Written to {out}"
