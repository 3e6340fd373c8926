"""Whether the database can be served from."""

from __future__ import annotations

from functools import cache

from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from engagement.config import ROOT
from engagement.extensions import db


@cache
def newest_migration() -> str | None:
    """The revision that this version of the code expects."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()


def present_migration() -> str | None:
    """The revision that the database's tables are at."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def database_problem() -> str | None:
    """Why the database cannot be served from, in words; ``None`` when it can."""
    try:
        present = present_migration()
    except SQLAlchemyError:
        return "the database does not answer"
    if present != newest_migration():
        return "the database's tables are not those of this version: run 'engagement db upgrade'"
    return None
