"""Erasures, which are applied again after a copy was restored."""

from __future__ import annotations

import os
from pathlib import Path

import click

from engagement.cli.context import application
from engagement.cli.outputs import OutputRefused, refuse
from engagement.rights.again import apply_erasures, list_erasures, read_erasures
from engagement.rights.errors import ListHasFaults


@click.group()
def erasures() -> None:
    """Who was erased, by random ids alone.

    A restored copy holds again whoever was erased after it was made. Keep the list apart from the
    copies, and apply it before anybody comes in.
    """


@erasures.command("list")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, a line for each person.",
)
def write_list(out: Path) -> None:
    """Write the list of everybody who was erased, of all partnerships."""
    with application():
        found = list_erasures()
    unfinished = out.with_name(f".{out.name}.part")
    try:
        unfinished.write_text("".join(f"{one.line()}\n" for one in found), encoding="utf-8")
        os.replace(unfinished, out)
    except OSError as error:
        raise OutputRefused(f"{out} cannot be written: {error.strerror or error}.") from error
    click.echo(f"{len(found)} erasures written to {out}")


@erasures.command("apply")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def apply_list(file: Path) -> None:
    """Erase again whoever is on a list and in the database. Twice changes nothing."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file} cannot be read as text: {error}.") from error
    with application():
        try:
            people = read_erasures(lines)
        except ListHasFaults as error:
            refuse(error.args[0])
        again = apply_erasures(people)
    click.echo(f"{len(people)} on the list, {again} of them erased again")
