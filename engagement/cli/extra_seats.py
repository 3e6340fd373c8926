"""How many people to seat beyond the size of a panel, since some will leave."""

from __future__ import annotations

import re
import sys
from typing import Any

import click

from engagement.cli.inputs import a_name
from engagement.cli.outputs import refuse
from engagement.cli.select import INFEASIBLE, inputs, read_inputs
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.pool import Targets
from engagement.methods.sortition.reading import fold

_SHARE = re.compile(r"\s*([^=]+?)\s*=\s*(.*?)\s*:\s*([01]|0?\.[0-9]{1,4})\s*")


@click.command("extra-seats")
@inputs
@click.option(
    "--drop-out",
    "drop_outs",
    multiple=True,
    required=True,
    metavar="FEATURE=VALUE:SHARE",
    help="The share who will leave, such as age=16-29:0.25; may be repeated.",
)
@click.option("--most", type=click.IntRange(0, 100), default=8, show_default=True)
@click.option("--trials", type=click.IntRange(10, 10_000), default=200, show_default=True)
@click.option("--seed", default="0", show_default=True, callback=a_name)
def extra_seats(size: int, drop_outs: tuple[str, ...], most: int, **options: Any) -> None:
    """Estimate how many more seats to offer, or people to hold ready, at first.

    For each number of extra seats: the estimated chance that those who stay hold a whole panel of
    SIZE that meets every target, with its standard error. Nothing is drawn and nothing is written.
    """
    from engagement.methods.sortition.replacement import foresee

    trials, seed = options.pop("trials"), options.pop("seed")
    try:
        given = read_inputs(size=size, **options)
        shares = _shares(drop_outs, given.targets)
        click.echo("extra seats  chance that targets are met")
        for prospect in foresee(
            given.targets,
            given.registered.pool,
            size,
            shares,
            seed,
            most_extra=most,
            trials=trials,
        ):
            if prospect.targets is None:
                click.echo(f"{prospect.extra:11}  no panel of {size + prospect.extra} can be drawn")
                if not prospect.extra:
                    sys.exit(INFEASIBLE)
            else:
                click.echo(f"{prospect.extra:11}  {prospect.chance:.2f} ± {prospect.error:.2f}")
    except SelectionRefused as error:
        refuse(error.faults)


def _shares(drop_outs: tuple[str, ...], targets: Targets) -> dict[tuple[str, str], float]:
    known = {
        (fold(target.feature), fold(target.value)): (target.feature, target.value)
        for target in targets.rows
    }
    shares, faults = {}, []
    for text in drop_outs:
        if (parts := _SHARE.fullmatch(text)) is None:
            words = f"“{text}” is no drop-out; write it as age=16-29:0.25, from 0 to 1"
        elif (key := known.get((fold(parts[1]), fold(parts[2])))) is None:
            words = f"“{parts[1]}={parts[2]}” has no target; write it as the targets do"
        elif key in shares:
            words = f"{parts[1]}={parts[2]} is given twice; keep one"
        else:
            shares[key] = float(parts[3])
            continue
        faults.append(Fault("--drop-out", 0, "", words))
    if faults:
        raise SelectionRefused(faults)
    return shares
