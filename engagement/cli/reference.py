"""Reference data: official lists of places and figures about them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engagement.cli.context import application
from engagement.places.errors import FileNeeded, FileRefused
from engagement.places.formats import FORMATS
from engagement.places.queries import reference_sets
from engagement.places.reading import STEPS
from engagement.places.rules import ReferenceKind
from engagement.places.service import Told, import_reference

BAD_INPUT = 2
KINDS = [kind.value for kind in ReferenceKind]


@click.group()
def reference() -> None:
    """Official lists of England's places and figures about them, for every partnership."""


@reference.command("import")
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS, case_sensitive=False))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--title", help="What to call it; indicators are kept apart by their titles.")
@click.option("--publisher", help="Whose figures these are, if not the usual publisher's.")
@click.option("--vintage", help="How old the figures are, such as “May 2025”.")
@click.option("--licence", help="On what terms they may be used, if not the usual ones.")
@click.option("--attribution", help="What must be said wherever they are shown.")
@click.option("--partial", is_flag=True, help="The file covers a part of England, on purpose.")
def import_(
    kind: str,
    file: Path | None,
    title: str | None,
    publisher: str | None,
    vintage: str | None,
    licence: str | None,
    attribution: str | None,
    partial: bool,
) -> None:
    """Import a file in place of the earlier one of its kind, whole or not at all.

    `engagement reference kinds` says which file each KIND takes. Without FILE, icbs imports the
    table of the 42 integrated care boards that comes with the product. A file with faults imports
    nothing; every fault is named with its row and column, and the exit code is 2.

    On SQLite nobody else can write while a file is stored. That is a second or two, but half a
    minute for the postcodes of England: import those at a quiet hour.
    """
    told = Told(title, publisher, vintage, licence, attribution)
    with application():
        try:
            with click.progressbar(length=STEPS, label=kind, file=sys.stderr) as progress:
                done = import_reference(
                    ReferenceKind(kind), file, told=told, partial=partial, progress=progress.update
                )
        except FileNeeded as error:
            raise click.UsageError(f"Name the file to import for {kind}.") from error
        except FileRefused as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            if error.more:
                click.echo(f"and {error.more:,} more faults", err=True)
            click.echo("Nothing was imported.", err=True)
            sys.exit(BAD_INPUT)
        click.echo(f"{done.kind}: {done.rows:,} rows of “{done.title}”, SHA-256 {done.sha256}")
        for reason, count in done.left_out.items():
            click.echo(f"{count:,} rows left out: {reason}")
        for warning in done.warnings:
            click.echo(f"Note: {warning}")


@reference.command("list")
def list_() -> None:
    """Show what is imported: whose, how old, on what terms, with its fingerprint."""
    with application():
        sets = reference_sets()
        for row in sets:
            part = ", a part of England" if row.partial else ""
            click.echo(f"{row.kind}: {row.title}, {row.vintage}{part}")
            click.echo(f"    {row.publisher}; {row.licence}; {row.row_count:,} rows")
            click.echo(f"    {row.file_name}, {row.imported_at:%Y-%m-%d}, SHA-256 {row.sha256}")
        if not sets:
            click.echo("Nothing is imported yet. Begin with: engagement reference import icbs")


@reference.command()
def kinds() -> None:
    """Show which file each kind takes, and where its publisher offers it."""
    for kind in ReferenceKind:
        click.echo(kind.value)
        for form in FORMATS:
            if form.kind is kind:
                click.echo(f"    {form.file}: {form.where}")
