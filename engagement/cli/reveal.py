"""The seed of a draw that was bound before, and with it the panel."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from engagement.cli.draw_files import NotBound, drawn_words, lottery_words, read_bound, write_drawn
from engagement.cli.outputs import BAD_INPUT, whole_folder
from engagement.cli.select import a_seed
from engagement.methods.sortition.packs import Seed


@click.command("reveal")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seed", callback=a_seed, required=True, help="What the source gave.")
def reveal(folder: Path, seed: str) -> None:
    """Draw the panel that FOLDER was bound to, once the seed is known.

    FOLDER is that of `engagement select --commit-only` or `engagement replace --commit-only`. The
    seed picks one of its tickets, and nothing is worked out again. FOLDER gets the rest of the
    files; a draw that has its seed cannot be given another.

    Exit codes: 0 drawn, 2 where FOLDER holds no draw that waits for its seed.
    """
    try:
        bound = read_bound(folder)
    except NotBound as problem:
        click.echo(f"{folder} cannot be drawn: {problem}", err=True)
        click.echo("Nothing was written.", err=True)
        sys.exit(BAD_INPUT)
    source = bound.commitment.records[0]["seed_source"]
    when = Seed(seed, source, datetime.now(UTC).isoformat(timespec="seconds"))
    with whole_folder(folder) as part:
        facts = write_drawn(part, bound, when)
    click.echo(drawn_words(facts))
    for line in lottery_words(facts):
        click.echo(line)
    click.echo(f"Root of the commitment: {facts['root']}")
    click.echo(f"Written to {folder}")
