"""Who sits at which table in which round, by one command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import click

from engagement.cli.outputs import refuse, whole_folder
from engagement.documents.sheets import NotATable, read_csv, write_csv
from engagement.methods.sortition.errors import Fault
from engagement.methods.tables.errors import CannotSeat
from engagement.methods.tables.room import Room

INFEASIBLE = 3


def _names(context: click.Context, parameter: click.Parameter, value: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))


@click.command("tables")
@click.argument("people", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tables", type=click.IntRange(1, 1_000), required=True, help="How many tables.")
@click.option("--rounds", type=click.IntRange(1, 100), required=True, help="How many rounds.")
@click.option(
    "--features",
    callback=_names,
    default="",
    help="Columns that every table should mirror, with commas between.",
)
@click.option("--together", help="Column: people with the same value share a table in every round.")
@click.option("--apart", help="Column: no two people with the same value share a table.")
@click.option("--fixed", help="Column: the table, from 1, at which somebody stays in every round.")
@click.option(
    "--effort",
    type=click.FloatRange(0.01, 100),
    default=1.0,
    show_default=True,
    help="How long to look for a better plan, in multiples of the usual.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the plan.",
)
def seat_people(
    people: Path,
    tables: int,
    rounds: int,
    features: list[str],
    together: str | None,
    apart: str | None,
    fixed: str | None,
    effort: float,
    out: Path,
) -> None:
    """Seat people at tables: each table mirrors the room, and everybody meets as many as possible.

    PEOPLE is a CSV file with a row for each person and their id in the column “id”, or in the first
    one. An empty cell means that nothing is known, or nothing is asked for. OUT gets tables.csv
    (round, table, id), with rounds and tables counted from 1. The same file gives the same plan.

    Exit codes: 0 done, 2 bad input, 3 the wishes cannot all be kept.
    """
    # numpy and scipy are heavy to load, and only this command and few others need them.
    from engagement.methods.tables.figures import measure
    from engagement.methods.tables.seat import seat

    room = _read(people, features, together, apart, fixed)
    try:
        plan = seat(room, tables, rounds, effort=effort)
    except CannotSeat as error:
        for reason in error.reasons:
            click.echo(reason, err=True)
        click.echo("Nothing was written.", err=True)
        raise SystemExit(INFEASIBLE) from error
    rows = sorted(
        (number + 1, table + 1, who)
        for number, seats in enumerate(plan.rounds)
        for who, table in zip(plan.people, seats, strict=True)
        if table is not None
    )
    with whole_folder(out) as part:
        (part / "tables.csv").write_bytes(write_csv(("round", "table", "id"), rows))
    figures = measure(room, plan)
    click.echo(f"{len(room.people):,} people, {tables:,} tables, {rounds:,} rounds.")
    click.echo(
        f"Pairs who meet: {figures.met:,} of at most {figures.bound:,} ({figures.share:.1%}). "
        f"Everybody meets at least {figures.least_met:,} others."
    )
    if figures.deviations:
        click.echo(
            f"Tables do not all mirror the room: {figures.deviations:,} people too many or too few."
        )
    elif features:
        click.echo("Every table mirrors the room on every feature.")
    click.echo(f"Written to {out}")


def _read(
    path: Path, features: list[str], together: str | None, apart: str | None, fixed: str | None
) -> Room:
    try:
        headings, *rows = read_csv(path.read_bytes())
    except (NotATable, OSError) as error:
        refuse([Fault(path.name, 0, "", str(error))])
    headings = [heading.strip() for heading in headings]
    asked = [*features, *(one for one in (together, apart, fixed) if one)]
    faults = [
        Fault(path.name, 1, name, f"There is no such column. There are: {', '.join(headings)}.")
        for name in asked
        if name not in headings
    ]
    faults += [
        Fault(path.name, 1, name, "This heading is there twice. Give each column its own.")
        for name in dict.fromkeys(headings)
        if name in (*asked, "id") and headings.count(name) > 1
    ]
    if faults:
        refuse(faults)
    of = headings.index("id") if "id" in headings else 0
    people: list[str] = []
    seen: set[str] = set()
    table_of: dict[str, int] = {}
    kept: list[list[str]] = []
    for number, row in enumerate(rows, start=2):
        cells = [cell.strip() for cell in row] + [""] * (len(headings) - len(row))
        if not any(cells):
            continue
        who = cells[of]
        if not who:
            faults.append(Fault(path.name, number, headings[of], "The id is missing. Give one."))
            continue
        if who in seen:
            problem = f"{who} is there already. Give each person one row."
            faults.append(Fault(path.name, number, headings[of], problem))
        if fixed and (cell := cells[headings.index(fixed)]):
            if cell.isdecimal() and int(cell) > 0:
                table_of[who] = int(cell) - 1
            else:
                problem = f"“{cell[:40]}” is no table. Write a number from 1, or leave it empty."
                faults.append(Fault(path.name, number, fixed, problem))
        seen.add(who)
        people.append(who)
        kept.append(cells)
    if not people:
        faults.append(Fault(path.name, 0, "", "There are no people in it. Give each a row."))
    if faults:
        refuse(faults)

    def column(name: str) -> list[str]:
        place = headings.index(name)
        return [cells[place] for cells in kept]

    return Room(
        people,
        {name: column(name) for name in features},
        _groups(people, column, together),
        _groups(people, column, apart),
        table_of,
    )


def _groups(
    people: list[str], column: Callable[[str], list[str]], name: str | None
) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    if name:
        for who, value in zip(people, column(name), strict=True):
            groups[value].append(who)
    groups.pop("", None)
    return list(groups.values())
