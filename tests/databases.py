"""Databases for tests that need one of their own making, and a look into one past the service."""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import create_engine, inspect, text

from engagement.database.transactions import transaction

SERVER = "ENGAGEMENT_TEST_POSTGRESQL"


class _Undone(Exception):
    """Ends a use case that is not to be kept."""


@contextmanager
def undone() -> Iterator[None]:
    """A use case that is taken back at its end."""
    with suppress(_Undone), transaction():
        yield
        raise _Undone


def do(*acts: Callable[[], object]) -> None:
    """Do these things in one use case."""
    with transaction():
        for act in acts:
            act()


@contextmanager
def new_database(kind: str, folder: Path, template: str | None = None) -> Iterator[str]:
    """The address of a fresh database of a kind, dropped at the end.

    ``template`` is one to copy (a path or a database's name); without it the new one is empty.
    """
    if kind == "sqlite":
        path = folder / f"{uuid.uuid4().hex}.sqlite"
        if template:
            shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    name = f"own_{uuid.uuid4().hex}"
    _on_server(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield os.environ[SERVER].replace("/postgres?", f"/{name}?")
    finally:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(statement: str) -> None:
    engine = create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def counts(url: str) -> dict[str, int]:
    """How many rows each table has."""
    engine = create_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        found = {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in names
        }
    engine.dispose()
    return found


def everything_in(url: str) -> bytes:
    """All that a database holds: SQLite's own bytes, or the text of every row of PostgreSQL."""
    if url.startswith("sqlite"):
        path = Path(unquote(url.removeprefix("sqlite:///")))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()
    return rows_of(url).encode()


def columns_of(url: str, table: str) -> list[str]:
    """The names of a table's columns."""
    engine = create_engine(url)
    names = [column["name"] for column in inspect(engine).get_columns(table)]
    engine.dispose()
    return names


def values_of(url: str, table: str) -> list[dict[str, object]]:
    """The rows of a table, each as a mapping from column to value, in the order of their texts."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [
            dict(row) for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
        ]
    engine.dispose()
    return sorted(rows, key=str)


def rows_of(url: str, *tables: str) -> str:
    """The rows of the named tables as text, of all tables where none is named."""
    engine = create_engine(url)
    with engine.connect() as connection:
        lines = [
            f"{name}: {tuple(row)}"
            for name in tables or inspect(connection).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{name}"'))
        ]
    engine.dispose()
    return "\n".join(lines)
