"""Which partnership's rows may be seen: one filter on every query, one check on every write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint, bindparam, event
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    scoped_session,
    with_loader_criteria,
)

from engagement.database.columns import BigKey

EVERYWHERE = 0
_scope: ContextVar[int | None] = ContextVar("partnership", default=None)


class TenantNotSet(Exception):
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


# Made once; the partnership's key is looked up anew each time that a statement runs.
_own_key = bindparam("own_partnership", callable_=_scope.get, type_=BigKey)
_OWN_ROWS = with_loader_criteria(
    Partnered, lambda table: table.partnership_id == _own_key, include_aliases=True
)


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


def current_partnership_id() -> int:
    """The key of the partnership that is being served.

    Raises ``TenantNotSet`` where none is.
    """
    scope = _scope.get()
    if not scope:
        raise TenantNotSet("no partnership is being served")
    return scope


def guard_session(session: scoped_session[Any]) -> None:
    """Filter every query, and check every write, by the partnership that is being served."""

    @event.listens_for(session, "do_orm_execute")
    def _execute(state: ORMExecuteState) -> None:
        scope = _scope.get()
        if scope == EVERYWHERE:
            return
        owned = any(issubclass(mapper.class_, Partnered) for mapper in state.all_mappers)
        if scope is None:
            if owned:
                raise TenantNotSet(f"no partnership is being served: {state.statement}")
            return
        if state.is_insert:
            if owned:
                raise ForeignTenant(
                    "insert a partnership's rows as objects, so that each is checked"
                )
            return
        state.statement = state.statement.options(_OWN_ROWS)

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
            elif row.partnership_id != scope:
                raise ForeignTenant(type(row).__name__)
