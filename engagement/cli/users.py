"""Staff accounts."""

from __future__ import annotations

import click

from engagement.accounts.errors import EmailTaken
from engagement.accounts.rules import Role
from engagement.accounts.service import invite_staff
from engagement.cli.context import application, partnership
from engagement.cli.inputs import a_name, an_email
from engagement.messages.service import absolute_link

ROLES = [role.value.replace(" ", "-") for role in Role]


@click.group()
def users() -> None:
    """Staff accounts; the rest is done on the administrator's pages."""


@users.command()
@click.option("--partnership", "slug", required=True, help="Short name of the partnership.")
@click.option("--email", required=True, callback=an_email, help="E-mail address to sign in with.")
@click.option("--name", required=True, callback=a_name, help="The person's name.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(ROLES),
    default=["administrator"],
    show_default=True,
    help="Role in the whole partnership; may be given several times.",
)
def add(slug: str, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Invite somebody; prints the link by which they open their account."""
    with application(), partnership(slug):
        granted = [(Role(role.replace("-", " ")), None) for role in roles]
        try:
            invitation = invite_staff(
                email,
                name,
                granted,
                lambda token: absolute_link("staff.invitation", slug=slug, token=token),
            )
        except EmailTaken as error:
            raise click.UsageError(f"{email} has an account in {slug} already.") from error
        click.echo(f"Invited {name}. The link works once, for 7 days:\n{invitation.link}")
