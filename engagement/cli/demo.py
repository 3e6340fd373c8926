"""The demonstration: an invented partnership to try things out with."""

from __future__ import annotations

from pathlib import Path

import click
import pyotp
from flask import Flask

from engagement.cli.context import application
from engagement.cli.db import upgrade_tables
from engagement.cli.demonstration import (
    SLUG,
    DemonstrationKept,
    load_demonstration,
    read_kept,
    sign_ins,
)
from engagement.cli.serve import check_serving, run_together
from engagement.config import Config
from engagement.partnerships.queries import find_partnership


@click.group()
def demo() -> None:
    """The demonstration: an invented partnership to try things out with."""


def _kept(app: Flask) -> Path:
    config: Config = app.extensions["engagement"]
    return config.instance_path / "demonstration.json"


def _load(app: Flask) -> None:
    if find_partnership(SLUG) is not None:
        click.echo("The demonstration is loaded.")
        return
    click.echo("Loading the demonstration …")
    load_demonstration(_kept(app))


def _print_sign_ins(app: Flask) -> None:
    try:
        kept = read_kept(_kept(app))
    except DemonstrationKept as error:
        raise click.ClickException(str(error)) from error
    click.echo(sign_ins(app.extensions["engagement"].base_url, kept))


@demo.command()
def load() -> None:
    """Load the demonstration. Run again, it changes nothing and loses nothing."""
    with application() as app:
        _load(app)


@demo.command("sign-ins")
def show_sign_ins() -> None:
    """Print the address and one sign-in for each kind of user."""
    with application() as app:
        _print_sign_ins(app)


@demo.command()
def run() -> None:
    """Make the tables, load the demonstration, print the sign-ins, serve. Stops on Ctrl-C."""
    config = Config.from_environ()
    check_serving(config)
    with application(needs_tables=False) as app:
        upgrade_tables()
        _load(app)
        _print_sign_ins(app)
    run_together(config)


@demo.command()
@click.argument("email")
def code(email: str) -> None:
    """Print the code that EMAIL's authenticator app would show now."""
    with application() as app:
        try:
            kept = read_kept(_kept(app))
        except DemonstrationKept as error:
            raise click.ClickException(str(error)) from error
        if email not in kept.keys:
            raise click.UsageError(f"{email} is none of: {', '.join(kept.keys)}")
        click.echo(pyotp.TOTP(kept.keys[email]).now())
