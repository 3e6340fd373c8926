"""The content of every table, to tell whether anything was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import Column, Row, Table, select

from engagement.extensions import Base, db

# What may change although nobody asked for a change: that a session, or a worker, is alive.
OVERLOOKED = {"sign_in_session": {"last_seen_at"}, "worker": {"last_seen"}}

Snapshot = Mapping[str, tuple[int, str]]


def take_snapshot(app: Flask) -> Snapshot:
    """For each table the number of its rows, and a hash of their content in any order."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: _content(connection.execute(select(*_kept(table))).all())
            for table in Base.metadata.tables.values()
        }


def _kept(table: Table) -> list[Column[Any]]:
    overlooked = OVERLOOKED.get(table.name, set())
    return [column for column in table.columns if column.name not in overlooked]


def _content(rows: Iterable[Row[Any]]) -> tuple[int, str]:
    lines = sorted(repr(tuple(row)) for row in rows)
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def changed_tables(before: Snapshot, after: Snapshot, *, but: str = "") -> list[str]:
    """The tables that differ, each with how many rows it had and has; one may be left out."""
    return [
        f"{name} ({before[name][0]} → {after[name][0]} rows)"
        for name in sorted(before)
        if name != but and before[name] != after[name]
    ]
