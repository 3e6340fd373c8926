"""The database's tables."""

from __future__ import annotations

import logging

import click
from flask import Flask
from flask_migrate import downgrade as migrate_down
from flask_migrate import upgrade as migrate_up

from engagement.cli.context import application
from engagement.database.errors import DATABASE_UNAVAILABLE, in_one_line
from engagement.database.readiness import newest_migration, present_migration


@click.group()
def db() -> None:
    """Make and change the database's tables."""


@db.command()
def upgrade() -> None:
    """Bring the tables to this version of the product. Safe to run again."""
    with application(needs_tables=False) as app:
        upgrade_tables(app)


def upgrade_tables(app: Flask) -> None:
    """Bring the tables to this version and say so; one plain line where the database fails."""
    try:
        before = make_tables(app)
    except DATABASE_UNAVAILABLE as error:
        reason = in_one_line(error)
        raise click.ClickException(f"The database cannot be used: {reason}") from error
    if before == newest_migration():
        click.echo("The tables are up to date.")
    else:
        click.echo(f"The tables are at {newest_migration()}.")


def make_tables(app: Flask) -> str | None:
    """Bring the tables to this version; returns the revision that they were at."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    before = present_migration()
    if before != newest_migration():
        migrate_up(directory=app.extensions["migrate"].directory)
    return before


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION (or `base` for none at all)."""
    with application(needs_tables=False) as app:
        migrate_down(directory=app.extensions["migrate"].directory, revision=revision)
        click.echo(f"The tables are at {present_migration() or 'nothing'}.")
