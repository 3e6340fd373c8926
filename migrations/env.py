"""How Alembic reaches the database: through the application's own engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from engagement.database.columns import UtcDateTime
from engagement.database.transactions import with_write_lock
from engagement.extensions import Base, db


def render_item(kind: str, item: object, context: object) -> str | bool:
    """Write our column types as what they are in the database, so that a migration stands alone."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def run_migrations() -> None:
    """Run the migrations, all in one transaction: they are made whole, or not at all."""
    with (
        db.engine.connect() as connection,
        rebuilding(connection),
        with_write_lock(),
        connection.begin(),
    ):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table to change it, which must not delete the rows that refer to it.

    It heeds the switch outside a transaction only: hence past SQLAlchemy, which would open one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite = connection.connection.driver_connection
    assert sqlite is not None
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


run_migrations()
