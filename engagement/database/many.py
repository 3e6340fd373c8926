"""Many rows at once, without an object for each: for letters by the ten thousand.

What objects are checked for holds here by the statement itself: rows are written into the
partnership that is being served, and only its rows are changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update

from engagement.database.tenancy import FILTERS_ITSELF, Partnered, current_partnership_id
from engagement.extensions import db

_FILTERED = {FILTERS_ITSELF: True}


def insert_many(
    model: type[Partnered], rows: Iterable[Mapping[str, Any]], *, keys: bool = False
) -> list[int]:
    """Insert rows of one kind, each with the same columns; with ``keys`` returns their keys, in
    order, which takes several times as long.
    """
    here = current_partnership_id()
    given = [{**row, "partnership_id": here} for row in rows]
    if not given:
        return []
    table = _table(model)
    if not keys:
        db.session.execute(insert(table), given, execution_options=_FILTERED)
        return []
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, given, execution_options=_FILTERED))


def update_many(model: type[Partnered], values: Mapping[int, Mapping[str, Any]]) -> None:
    """Change the same columns of many rows, each to values of its own; ``values``: by their keys.

    Objects of these rows that were read before do not know of it.
    """
    if not values:
        return
    table = _table(model)
    columns = next(iter(values.values()))
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_key"), table.c.partnership_id == bindparam("here"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    here = current_partnership_id()
    given = [
        {"row_key": key, "here": here, **{f"new_{name}": new for name, new in row.items()}}
        for key, row in values.items()
    ]
    db.session.flush()
    db.session.connection().execute(statement, given)


def _table(model: type[Partnered]) -> Table:
    return cast("Table", cast("Any", model).__table__)
