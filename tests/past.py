"""Time that has passed: stored moments are moved back, since the database's clock cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute

from engagement.extensions import db


def move_back(
    app: Flask,
    column: InstrumentedAttribute[Any],
    by: timedelta,
    *where: ColumnElement[bool],
) -> int:
    """Move the moments of a column into the past, in every row or those ``where``; how many."""
    table = column.class_.__table__
    with app.app_context(), db.engine.begin() as connection:
        rows = connection.execute(
            select(table.c.id, table.c[column.key]).where(column.is_not(None), *where)
        ).all()
        for key, moment in rows:
            connection.execute(
                update(table).where(table.c.id == key).values({column.key: moment - by})
            )
    return len(rows)
