"""The audit chain."""

from __future__ import annotations

import sys

import click

from engagement.audit.queries import verify_chain
from engagement.audit.rules import Head
from engagement.audit.service import current_head
from engagement.cli.context import application, partnership
from engagement.partnerships.queries import list_partnerships


@click.group()
def audit() -> None:
    """The chain of records of every change."""


@audit.command()
@click.option("--partnership", "slug", help="Short name of one partnership; all without it.")
@click.option(
    "--head",
    "heads",
    multiple=True,
    help="A head published earlier, NUMBER:HASH; the chain must still pass through it.",
)
def verify(slug: str | None, heads: tuple[str, ...]) -> None:
    """Walk the chain from its first entry. Exit 0 when it holds, 1 when it does not."""
    try:
        known = [Head.parse(head) for head in heads]
    except ValueError as error:
        raise click.UsageError(f"--head: {error}") from error
    if known and slug is None:
        raise click.UsageError("--head belongs to one partnership: name it with --partnership.")
    broken = False
    with application():
        for one in [slug] if slug else [row.slug for row in list_partnerships()]:
            with (
                partnership(one),
                click.progressbar(
                    length=current_head().sequence, label=one, file=sys.stderr
                ) as progress,
            ):
                head, faults = verify_chain(known, progress.update)
            broken = broken or bool(faults)
            if not faults:
                click.echo(f"{one}: holds, {head.sequence} entries, head {head}")
            for fault in faults:
                click.echo(f"{one}: entry {fault.sequence}: {fault.problem}")
    sys.exit(1 if broken else 0)
