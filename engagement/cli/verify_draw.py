"""The proof of a draw, checked."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from engagement.methods.sortition import audit_draw, verify_draw

MARKS = {True: "ok", False: "FAILED", None: "note"}


def a_root(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A SHA-256 in hexadecimal, or nothing."""
    if value is not None and not re.fullmatch("[0-9a-f]{64}", value.strip().lower()):
        raise click.BadParameter("a root is 64 digits from 0 to 9 and a to f.")
    return value


@click.command("verify-draw")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", callback=a_root, help="The root that was published before the draw.")
def check_draw(file: Path, root: str | None) -> None:
    """Check the proof of a draw: public.zip, auditor.zip, commitment.json or person.json.

    Exit 0 when all holds, 1 when a check failed, 2 when FILE is none of these.
    """
    try:
        with file.open("rb") as pack:
            read = verify_draw.read(pack.read(verify_draw.MOST_BYTES + 1))
    except (OSError, verify_draw.NotAPack) as problem:
        raise click.UsageError(f"{file.name} cannot be checked: {problem}.") from problem
    lines = verify_draw.verify(read, audit_draw.CHECKS, root)
    for holds, words in lines:
        click.echo(f"{MARKS[holds]:8}{words}")
    sys.exit(1 if any(holds is False for holds, _ in lines) else 0)
