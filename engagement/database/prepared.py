"""Statements that are made once, for the steps that many people take at the same time.

To build a statement anew and to send it through the ORM takes longer than its answer. These run
past the ORM, and what it checks holds here too: only rows of the partnership that is being served
are read and changed, and only a use case writes. Objects that were read before do not know of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, Insert, Row, insert
from sqlalchemy.dialects import postgresql, sqlite

from engagement.database.tenancy import Partnered, current_partnership_id, filtered
from engagement.database.transactions import require_transaction
from engagement.extensions import db


def read(statement: Executable, /, **values: object) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows that a statement finds, with these values for its parameters."""
    return _run(filtered(statement), values).all()


def write(statement: Executable, /, **values: object) -> CursorResult[*tuple[Any, ...]]:
    """Update or delete rows; gives what the statement returns."""
    return _run(filtered(statement), values)


def add(model: type[Partnered], /, **values: object) -> int:
    """Add one row to the partnership that is being served; returns its key."""
    made = _run(_insert(cast("Any", model)), {**values, "partnership_id": current_partnership_id()})
    return int(cast("Any", made.inserted_primary_key)[0])


def add_once(model: type[Partnered], /, **values: object) -> int | None:
    """Add one row unless there is one that it may not stand beside; returns its key, or ``None``.

    Two that are sent at once wait for each other: one of them is added.
    """
    dialect = db.session.connection().dialect.name
    values = {**values, "partnership_id": current_partnership_id()}
    made = _run(_insert_once(cast("Any", model), dialect), values)
    return cast("int | None", made.scalar())


@cache
def _insert(model: Any) -> Insert:
    return insert(model.__table__)


@cache
def _insert_once(model: Any, dialect: str) -> Executable:
    table = model.__table__
    of_dialect = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return of_dialect(table).on_conflict_do_nothing().returning(table.c.id)


def _run(statement: Executable, values: dict[str, object]) -> CursorResult[*tuple[Any, ...]]:
    if statement.is_dml:
        require_transaction()
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)
