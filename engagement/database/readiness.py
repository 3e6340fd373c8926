"""Whether the database can be served from."""

from __future__ import annotations

from functools import cache

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from engagement.config import ROOT
from engagement.extensions import db


@cache
def newest_migration() -> str:
    """The revision that this version of the code expects."""
    return max(file.name for file in (ROOT / "migrations/versions").glob("[0-9]*.py"))[:3]


def present_migration() -> str | None:
    """The revision that the database's tables are at."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def database_problem() -> str | None:
    """Why the database cannot be served from, in words; ``None`` when it can."""
    try:
        present = present_migration()
    except SQLAlchemyError:
        return "the database does not answer"
    if present != newest_migration():
        return "the database's tables are not those of this version: run 'engagement db upgrade'"
    return None
