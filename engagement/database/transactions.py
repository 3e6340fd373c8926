"""Use cases and their transactions: the outermost opens and commits, the inner ones join."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.orm import ORMExecuteState, Session, scoped_session

from engagement.extensions import db

P = ParamSpec("P")
R = TypeVar("R")

BUSY_SECONDS = 5
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_broken: ContextVar[bool] = ContextVar("broken", default=False)


class WriteOutsideTransaction(Exception):
    """Something tried to write to the database outside a use case."""


class JoinedUseCaseFailed(Exception):
    """An inner use case failed and its caller went on; nothing was kept."""


@contextmanager
def transaction() -> Iterator[None]:
    """Open a transaction, or join the one that is open; only the outermost commits.

    SQLite takes its write lock at the start, so that a use case never reads what another is
    about to change. When an inner use case fails, the whole is rolled back.
    """
    if _writing.get():
        try:
            yield
        except BaseException:
            _broken.set(True)
            raise
        return
    session = db.session()
    session.flush()  # refuses what was changed outside a use case
    session.expire_all()  # so that no row of before is taken for what the row says now
    reading = session.connection() if session.in_transaction() else None
    writing, broken = _writing.set(True), _broken.set(False)
    try:
        if reading is not None:
            _begin(reading)  # on the connection that the reads before had, not on another
        yield
        if _broken.get():
            raise JoinedUseCaseFailed
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(writing)
        _broken.reset(broken)


def transactional(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run a use case in a transaction of its own, or in its caller's."""

    @functools.wraps(use_case)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return use_case(*args, **kwargs)

    return wrapped


@contextmanager
def separate_write() -> Iterator[Connection]:
    """A short write of its own, kept whatever becomes of the caller's; never inside a use case."""
    if _writing.get():
        raise WriteOutsideTransaction("a separate write cannot run inside a use case")
    db.session.commit()
    with with_write_lock(), db.engine.begin() as connection:
        yield connection


@contextmanager
def with_write_lock() -> Iterator[None]:
    """Let the transactions that begin in this block take SQLite's write lock at once."""
    writing = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(writing)


def prepare_engine(engine: Engine) -> None:
    """Begin transactions in use cases only; SQLite's pragmas; no values in PostgreSQL's errors.

    Outside a use case each query reads what is committed, and costs one way to the database and
    back: nothing begins, and nothing ends.
    """
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        _prepare_postgresql(engine)

    @event.listens_for(engine, "begin")
    def _when_needed(connection: Connection) -> None:
        if _writing.get():
            _begin(connection)


def _begin(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if on_sqlite else "BEGIN")


def _prepare_sqlite(engine: Engine) -> None:

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(engine: Engine) -> None:

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: object) -> None:
        connection.autocommit = True  # BEGIN is ours, above

    @event.listens_for(engine, "handle_error")
    def _handle(context: ExceptionContext) -> None:
        # An error's details go: PostgreSQL quotes the row there, whatever parameters we hide.
        error, outer = context.original_exception, context.sqlalchemy_exception
        plain = getattr(getattr(error, "diag", None), "message_primary", None)
        if plain is None or outer is None:
            return
        outer.args = (str(outer.args[0]).replace(str(error), plain), *outer.args[1:])
        error.args = (plain,)


def require_transaction() -> None:
    """Raises ``WriteOutsideTransaction`` outside a use case."""
    if not _writing.get():
        raise WriteOutsideTransaction("only a use case may write; mark it @transactional")


def guard_session(session: scoped_session[Any]) -> None:
    """Refuse writes outside a use case."""

    @event.listens_for(session, "before_flush")
    def _flush(session: Session, context: object, instances: object) -> None:
        if not _writing.get() and (session.new or session.dirty or session.deleted):
            raise WriteOutsideTransaction("only a use case may write; mark it @transactional")

    @event.listens_for(session, "do_orm_execute")
    def _execute(state: ORMExecuteState) -> None:
        if not _writing.get() and (state.is_insert or state.is_update or state.is_delete):
            raise WriteOutsideTransaction("only a use case may write; mark it @transactional")
