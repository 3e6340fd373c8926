"""The demonstration: an invented partnership to try things out with."""

from __future__ import annotations

import click
import pyotp

from engagement.cli.context import application, partnership
from engagement.cli.demonstration import (
    SLUG,
    DemonstrationKept,
    load_demonstration,
    read_kept,
    sign_ins,
)
from engagement.database.readiness import database_problem
from engagement.partnerships.queries import find_partnership


@click.group()
def demo() -> None:
    """The demonstration: an invented partnership to try things out with."""


def _stop_unless_ready() -> None:
    if problem := database_problem():
        raise click.ClickException(problem)


@demo.command()
def load() -> None:
    """Load the demonstration. Run again, it changes nothing and loses nothing."""
    with application() as app:
        _stop_unless_ready()
        kept = app.extensions["engagement"].instance_path / "demonstration.json"
        if find_partnership(SLUG) is None:
            load_demonstration(kept)
            click.echo("Loaded the demonstration.")
        else:
            click.echo("The demonstration is loaded.")


@demo.command("sign-ins")
def show_sign_ins() -> None:
    """Print the address and one sign-in for each kind of user."""
    with application() as app:
        _stop_unless_ready()
        config = app.extensions["engagement"]
        try:
            kept = read_kept(config.instance_path / "demonstration.json")
        except DemonstrationKept as error:
            raise click.ClickException(str(error)) from error
        with partnership(SLUG):
            click.echo(sign_ins(config.base_url, kept))


@demo.command()
@click.argument("email")
def code(email: str) -> None:
    """Print the code that EMAIL's authenticator app would show now."""
    with application() as app:
        try:
            kept = read_kept(app.extensions["engagement"].instance_path / "demonstration.json")
        except DemonstrationKept as error:
            raise click.ClickException(str(error)) from error
        if email not in kept.keys:
            raise click.UsageError(f"{email} is none of: {', '.join(kept.keys)}")
        click.echo(pyotp.TOTP(kept.keys[email]).now())
