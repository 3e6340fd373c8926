"""The database's tables."""

from __future__ import annotations

import logging

import click

from engagement.cli.context import application
from engagement.database.errors import DATABASE_UNAVAILABLE, TablesCannotChange, in_one_line
from engagement.database.readiness import newest_migration, present_migration


@click.group()
def db() -> None:
    """Make and change the database's tables."""


@db.command()
def upgrade() -> None:
    """Bring the tables to this version of the product. Safe to run again."""
    with application(needs_tables=False):
        upgrade_tables()


def upgrade_tables() -> None:
    """Bring the tables to this version and say so; one plain line where the database fails."""
    try:
        before = make_tables()
    except DATABASE_UNAVAILABLE as error:
        reason = in_one_line(error)
        raise click.ClickException(f"The database cannot be used: {reason}") from error
    except TablesCannotChange as error:
        raise click.ClickException(f"The tables cannot be changed: {error}") from error
    if before == newest_migration():
        click.echo("The tables are up to date.")
    else:
        click.echo(f"The tables are at {newest_migration()}.")


def make_tables() -> str | None:
    """Bring the tables to this version; returns the revision that they were at."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    before = present_migration()
    if before != newest_migration():
        from engagement.database.migrations import upgrade

        upgrade()
    return before


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION (or `base` for none at all)."""
    from engagement.database import migrations

    with application(needs_tables=False):
        try:
            migrations.downgrade(revision)
        except TablesCannotChange as error:
            raise click.ClickException(f"The tables cannot be changed: {error}") from error
        click.echo(f"The tables are at {present_migration() or 'nothing'}.")
