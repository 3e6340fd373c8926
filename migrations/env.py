"""How Alembic reaches the database: through the application's own engine."""

from __future__ import annotations

from alembic import context
from flask import current_app

from engagement.database.columns import UtcDateTime
from engagement.extensions import Base


def render_item(kind: str, item: object, context: object) -> str | bool:
    """Write our column types as what they are in the database, so that a migration stands alone."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


database = current_app.extensions["migrate"].db


def run_migrations() -> None:
    """Run the migrations, each in a transaction of its own where the database can."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A table is rebuilt to change it, which must not trip over those that refer to it.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run_migrations()
