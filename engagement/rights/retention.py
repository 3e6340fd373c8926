"""Retention: every personal column is emptied when its declared time has come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, Table, delete, or_, select, update

from engagement.database import clock
from engagement.database.columns import Personal, Retention, Then
from engagement.database.tenancy import FILTERS_ITSELF, current_partnership_id
from engagement.database.transactions import transactional
from engagement.extensions import Base, db

CHUNK = 5_000


@dataclass(frozen=True)
class Rule:
    """A retention rule of one table, and the personal columns that it holds for."""

    table: str
    retention: Retention
    columns: tuple[str, ...]


def declared_columns() -> list[tuple[str, str, Personal]]:
    """Every personal column: table, column, declaration; in the order of the names."""
    found = [
        (table.name, column.name, column.info["personal"])
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.info.get("personal")
    ]
    return sorted(found, key=lambda row: row[:2])


def list_rules() -> list[Rule]:
    """All rules, in the order of their tables and periods."""
    columns: dict[tuple[str, Retention], list[str]] = defaultdict(list)
    for table, column, declared in declared_columns():
        columns[table, declared.retention].append(column)
    rules = [Rule(table, retention, tuple(names)) for (table, retention), names in columns.items()]
    return sorted(rules, key=lambda rule: (rule.table, rule.retention.days, rule.retention.since))


@transactional
def apply_rule(rule: Rule) -> int:
    """Delete or blank up to ``CHUNK`` rows of the partnership being served; returns how many.

    Fewer than ``CHUNK`` means that none is left. Done again, it changes nothing.
    """
    table: Table = Base.metadata.tables[rule.table]
    retention = rule.retention
    due: list[Any] = [
        table.c.partnership_id == current_partnership_id(),
        table.c[retention.since] < clock.now() - timedelta(days=retention.days),
    ]
    if retention.then is Then.BLANK:
        due.append(or_(*(table.c[column].is_not(None) for column in rule.columns)))
    filtered = {FILTERS_ITSELF: True}
    keys = db.session.scalars(
        select(table.c.id).where(*due).limit(CHUNK), execution_options=filtered
    ).all()
    chosen = table.c.id.in_(keys)
    if retention.then is Then.DELETE:
        _let_go(table, select(table.c.id).where(chosen))
        db.session.execute(delete(table).where(chosen), execution_options=filtered)
    else:
        blank = update(table).where(chosen).values(dict.fromkeys(rule.columns))
        db.session.execute(blank, execution_options=filtered)
    return len(keys)


def _let_go(table: Table, keys: Select[Any]) -> None:
    """Empty what refers to rows that are to go and must outlast them, such as a payment's line to
    a seat; ``keys``: of the rows that go."""
    for other in Base.metadata.tables.values():
        for key in other.foreign_key_constraints:
            if key.referred_table is not table or other is table:
                continue
            column = next(one for one in key.column_keys if one != "partnership_id")
            refers = other.c[column].in_(keys)
            if key.ondelete == "CASCADE":
                _let_go(other, select(other.c.id).where(refers))
            elif other.c[column].nullable:
                db.session.execute(
                    update(other).where(refers).values({column: None}),
                    execution_options={FILTERS_ITSELF: True},
                )
