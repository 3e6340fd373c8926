"""The time: always the database's clock, read in one place, so that servers cannot disagree."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engagement.extensions import db

LONDON = ZoneInfo("Europe/London")


class utc_now(FunctionElement[datetime]):  # noqa: N801 - reads as a function in SQL
    """The database's present moment, as an SQL expression."""

    inherit_cache = True
    name = "utc_now"

    def __init__(self) -> None:
        # Imported here because the column types need this expression for their defaults.
        from engagement.database.columns import UtcDateTime

        self.type = UtcDateTime()
        super().__init__()


@compiles(utc_now, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return "clock_timestamp()"


@compiles(utc_now, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    # The same text that a stored moment has, so that the two compare.
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


def now() -> datetime:
    """Ask the database for the present moment (aware, UTC)."""
    return db.session.execute(select(utc_now())).scalar_one()


def day_of(moment: datetime) -> date:
    """The day that it is in London at this moment."""
    return moment.astimezone(LONDON).date()


def start_of(day: date) -> datetime:
    """The moment at which a day begins in London."""
    return datetime.combine(day, time(), LONDON)
