"""Which partnership's rows may be seen: one filter on every query, one check on every write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ClauseElement,
    ForeignKey,
    ForeignKeyConstraint,
    Table,
    UniqueConstraint,
    bindparam,
    event,
    inspect,
)
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    scoped_session,
    with_loader_criteria,
)
from sqlalchemy.sql.visitors import iterate

from engagement.database.columns import BigKey

EVERYWHERE = 0
FILTERS_ITSELF = "filters_itself"
_scope: ContextVar[int | None] = ContextVar("partnership", default=None)


class TenantNotSet(DontWrapMixin, Exception):
    """A query for a partnership's rows ran before anyone said which partnership."""


class ForeignTenant(Exception):
    """A row of one partnership was about to be written while serving another."""


class Partnered:
    """A row that belongs to one partnership and is invisible to every other."""

    __abstract__ = True

    partnership_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("partnership.id", ondelete="CASCADE")
    )


def keyed() -> UniqueConstraint:
    """The key that rows of the same partnership refer to; see ``same_partnership``."""
    return UniqueConstraint("partnership_id", "id")


def same_partnership(column: str, table: str, *, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    """Hold ``column`` to a row of ``table`` that belongs to the same partnership."""
    return ForeignKeyConstraint(
        ["partnership_id", column],
        [f"{table}.partnership_id", f"{table}.id"],
        ondelete=ondelete,
    )


def current_partnership_id() -> int:
    """The key of the partnership that is being served.

    Raises ``TenantNotSet`` where none is.
    """
    scope = _scope.get()
    if not scope:
        raise TenantNotSet("no partnership is being served")
    return scope


# Made once; the partnership's key is looked up anew each time that a statement runs, and where
# none is served, only a statement that needs it fails: at whatever depth the table stands.
_own_key = bindparam("own_partnership", callable_=current_partnership_id, type_=BigKey)
_OWN_ROWS = with_loader_criteria(
    Partnered, lambda table: table.partnership_id == _own_key, include_aliases=True
)


# Statements that are made once are told once, so that the database's own cache knows them again.
_told: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def _own_rows(statement: Any) -> Any:
    """The statement, looking at the rows of the partnership that is served only."""
    told = _told.get(statement)
    if told is None:
        told = _told[statement] = statement.options(_OWN_ROWS)
    return told


def filtered(statement: Any) -> Any:
    """The statement as the filter lets it run, for who sends it past the session.

    Raises ``ForeignTenant`` for one that no filter could hold: that inserts, or names no classes.
    """
    if _scope.get() == EVERYWHERE:
        return statement
    names_classes = statement._propagate_attrs.get("compile_state_plugin") == "orm"
    if statement.is_insert or not names_classes:
        raise ForeignTenant("past the session, only what names classes is read, changed or deleted")
    return _own_rows(statement)


@contextmanager
def serving(partnership_id: int) -> Iterator[None]:
    """See and write this partnership's rows only."""
    token = _scope.set(partnership_id)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def everywhere() -> Iterator[None]:
    """See the rows of all partnerships: for the nightly jobs and the operator's commands."""
    with serving(EVERYWHERE):
        yield


def serve(partnership_id: int | None) -> None:
    """Set the partnership for the rest of this request or command; ``None`` sets none."""
    _scope.set(partnership_id)


def guard_session(session: scoped_session[Any]) -> None:
    """Filter every query, and check every write, by the partnership that is being served."""

    @event.listens_for(session, "do_orm_execute")
    def _execute(state: ORMExecuteState) -> None:
        if _scope.get() == EVERYWHERE:
            return
        if not state.is_orm_statement:
            _check_bare_tables(state)
        elif state.is_insert:
            if any(issubclass(mapper.class_, Partnered) for mapper in state.all_mappers):
                raise ForeignTenant(
                    "insert a partnership's rows as objects, so that each is checked"
                )
        else:
            state.statement = _own_rows(state.statement)

    @event.listens_for(session, "before_flush")
    def _flush(session: Session, context: object, instances: object) -> None:
        scope = _scope.get()
        for row in [*session.new, *session.dirty, *session.deleted]:
            if not isinstance(row, Partnered) or scope == EVERYWHERE:
                continue
            if scope is None:
                raise TenantNotSet(f"no partnership is being served: {type(row).__name__}")
            if getattr(row, "partnership_id", None) is None:
                row.partnership_id = scope
            elif row.partnership_id != scope or _was_moved(row):
                raise ForeignTenant(type(row).__name__)


def _was_moved(row: Partnered) -> bool:
    state = inspect(row)
    return bool(state.persistent and state.attrs.partnership_id.history.has_changes())


def _check_bare_tables(state: ORMExecuteState) -> None:
    """A statement on a table without its class is not filtered: it must say that it does so."""
    if state.execution_options.get(FILTERS_ITSELF):
        return
    for part in iterate(cast(ClauseElement, state.statement)):
        if isinstance(part, Table) and "partnership_id" in part.columns:
            raise ForeignTenant(f"{part.name} was named without its class, past the filter")
