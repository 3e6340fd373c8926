"""Every column says whether it holds something about a person, and for how long."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from engagement.database.columns import Personal, Retention, UtcDateTime
from engagement.extensions import Base

# Types that hold a key, a count, a choice from a list, or a moment: never somebody's words.
TELLS_NOTHING = (Integer, BigInteger, Boolean, Enum, DateTime)
# Tables of the ground and of the queue, which no room declares.
FREE_NAMES = {"throttle_counter.expires"}


def undeclared(metadata: MetaData) -> list[str]:
    """Columns that could hold something about a person and do not say."""
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if "personal" not in column.info
        and not column.primary_key
        and not column.foreign_keys
        and column.name != "public_id"
        and not _tells_nothing(column)
        and f"{table.name}.{column.name}" not in FREE_NAMES
    ]


def _tells_nothing(column: Column[object]) -> bool:
    kind = column.type
    return isinstance(kind.impl if isinstance(kind, TypeDecorator) else kind, TELLS_NOTHING)


def never_due(metadata: MetaData) -> list[str]:
    """Personal columns whose time is counted from a moment that their table does not have."""
    found = []
    for table in metadata.sorted_tables:
        for column in table.columns:
            declared = column.info.get("personal")
            if declared is None:
                continue
            since = table.columns.get(declared.retention.since)
            if since is None or not isinstance(since.type, UtcDateTime):
                found.append(f"{table.name}.{column.name}: {declared.retention.since}")
    return found


def outside_any_partnership(metadata: MetaData) -> list[str]:
    """Personal columns of tables that belong to no partnership: nobody would delete them."""
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info.get("personal") and "partnership_id" not in table.columns
    ]


def test_every_column_says_whether_it_is_personal() -> None:
    assert undeclared(Base.metadata) == []


def test_every_declaration_is_whole() -> None:
    found = 0
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            declared = column.info.get("personal")
            if declared is not None:
                found += 1
                assert isinstance(declared, Personal)
                assert isinstance(declared.retention, Retention)
                assert declared.retention.days > 0
    assert found > 10


def test_every_personal_column_is_counted_from_a_moment_of_its_own_row() -> None:
    assert never_due(Base.metadata) == []


def test_every_personal_column_belongs_to_a_partnership() -> None:
    assert outside_any_partnership(Base.metadata) == []


def test_a_column_that_does_not_say_is_found() -> None:
    metadata = MetaData()
    example = Base.metadata.tables["staff"].columns["email"].info
    Table(
        "planted",
        metadata,
        Column("id", BigInteger, primary_key=True),
        Column("other_id", ForeignKey("planted.id")),
        Column("public_id", String(22)),
        Column("steps", Integer),
        Column("done", Boolean),
        Column("at", UtcDateTime),
        Column("diagnosis", Text),
        Column("note", String(40), info={"personal": None}),
        Column("email", Text, info=example),
    )
    assert undeclared(metadata) == ["planted.diagnosis"]
    assert never_due(metadata) == ["planted.email: disabled_at"]
    assert outside_any_partnership(metadata) == ["planted.email"]
