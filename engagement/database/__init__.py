"""The ground under every room: transactions, tenancy, columns, the clock, the throttle."""

from __future__ import annotations

from flask import Flask

from engagement.database import tenancy, transactions
from engagement.extensions import db

transactions.guard_session(db.session)
tenancy.guard_session(db.session)


def init_database(app: Flask) -> None:
    """Prepare the application's engine: SQLite's pragmas and write locks."""
    with app.app_context():
        transactions.prepare_engine(db.engine)
