"""Count a ballot again from what was published of it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from engagement.cli.outputs import BAD_INPUT

DIFFERS = 1


@click.command("tally")
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def tally(record: Path) -> None:
    """Count a ballot again from RECORD, the JSON file that is published after a ballot.

    Exit codes: 0 the record says what its figures make, 1 it says otherwise, 2 it is no record.
    """
    from engagement.methods.choice.consent import ConsentCount, Step
    from engagement.methods.choice.record import count_again

    try:
        counted, differ = count_again(json.loads(record.read_text("utf-8-sig")))
    except (ValueError, OSError, RecursionError) as error:
        click.echo(f"{record.name}: {error}", err=True)
        raise SystemExit(BAD_INPUT) from error
    rules = counted.rules
    click.echo(
        f"{counted.votes:,} votes and {counted.abstained:,} abstentions of {rules.roll:,} people; "
        f"quorum {rules.quorum:,}."
    )
    if isinstance(counted, ConsentCount):
        click.echo(", ".join(f"{step.value} {counted.counts[step]:,}" for step in Step))
        share = "nobody" if counted.share is None else f"{float(counted.share):.1%}"
        click.echo(
            f"Live with it or better: {share} of {rules.denominator.value}; "
            f"{float(rules.threshold):.1%} passes. Outcome: {counted.outcome.value}."
        )
    elif counted.has_quorum:
        for place, step in enumerate(counted.order, start=1):
            click.echo(f"{place}. {' = '.join(step)}")
        for one, other in counted.equal:
            click.echo(f"Not told apart: {one}, {other}.")
    else:
        click.echo("Outcome: no quorum.")
    for line in differ:
        click.echo(line, err=True)
    if differ:
        raise SystemExit(DIFFERS)
    click.echo("The record says what its figures make.")
