"""The record of processing and the draft of the impact assessment."""

from __future__ import annotations

from pathlib import Path

import click

from engagement.cli.outputs import whole_folder


@click.group()
def processing() -> None:
    """What is held about people, for what, on which basis and for how long."""


@processing.command()
@click.option(
    "--out",
    default=Path("docs/processing"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write into.",
)
def write(out: Path) -> None:
    """Write the record of processing and a draft of the impact assessment, from the tables."""
    from engagement import create_app
    from engagement.rights.processing import FILES

    create_app()  # so that every table is known
    texts = {name: make() for name, make in FILES.items()}
    with whole_folder(out) as folder:
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    click.echo(f"{', '.join(texts)} written to {out}")
