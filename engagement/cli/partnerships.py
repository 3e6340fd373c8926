"""Partnerships."""

from __future__ import annotations

import click

from engagement.cli.context import application
from engagement.cli.inputs import a_name, an_email
from engagement.partnerships.errors import SlugTaken, SlugUnusable
from engagement.partnerships.queries import list_partnerships
from engagement.partnerships.service import create_partnership


@click.group()
def partnerships() -> None:
    """Open and list partnerships."""


@partnerships.command()
@click.argument("slug")
@click.argument("name", callback=a_name)
@click.option("--phone", default="", help="Telephone number for residents.")
@click.option("--email", default="", callback=an_email, help="E-mail address for residents.")
@click.option("--address", default="", help="Postal address for residents.")
def add(slug: str, name: str, phone: str, email: str, address: str) -> None:
    """Open a partnership. SLUG is its short name in addresses, as in /p/SLUG/."""
    with application():
        try:
            create_partnership(slug, name, phone=phone, email=email, address=address)
        except SlugTaken as error:
            raise click.UsageError(f"There is a partnership “{slug}” already.") from error
        except SlugUnusable as error:
            raise click.UsageError(
                f"“{slug}” cannot be used: take lower-case letters, digits and single dashes."
            ) from error
        click.echo(f"Opened {name} at /p/{slug}/. Next: engagement users add")


@partnerships.command("list")
def list_all() -> None:
    """List the partnerships."""
    with application():
        for row in list_partnerships():
            click.echo(f"{row.slug}\t{row.name}")
