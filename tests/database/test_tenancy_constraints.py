"""The database itself keeps the rows of one partnership together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, text
from sqlalchemy.exc import IntegrityError

from engagement.database.tenancy import Partnered
from engagement.database.transactions import with_write_lock
from engagement.extensions import Base, db
from tests.factories.everything import Both

OWNED = {m.class_.__tablename__ for m in Base.registry.mappers if issubclass(m.class_, Partnered)}
REFERENCES = sorted(
    (
        constraint
        for name in OWNED
        for constraint in Base.metadata.tables[name].foreign_key_constraints
        if constraint.referred_table.name in OWNED
    ),
    key=lambda constraint: str(constraint.name),
)
# Those that keep the row which they refer to from being deleted, and may be empty.
KEEPING = [
    constraint
    for constraint in REFERENCES
    if constraint.ondelete == "NO ACTION"
    and constraint.table.columns[constraint.column_keys[1]].nullable
]


@pytest.fixture(autouse=True)
def in_shared_app(shared: Both) -> Iterator[None]:
    """Inside the shared application, where nothing is kept."""
    with shared.app.app_context():
        yield


def test_every_reference_between_rows_of_partnerships_carries_the_partnership() -> None:
    assert len(REFERENCES) > 10
    assert [
        constraint.name
        for constraint in REFERENCES
        if constraint.column_keys[0] != "partnership_id" or len(constraint.column_keys) != 2
    ] == []


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: str(reference.name))
def test_a_row_cannot_refer_to_a_row_of_another_partnership(
    reference: ForeignKeyConstraint, shared: Both
) -> None:
    table, column = reference.table.name, reference.column_keys[1]
    south, north = shared.world.south.id, shared.world.north.id
    with with_write_lock(), db.engine.connect() as connection:
        parents = f"SELECT max(id) FROM {reference.referred_table.name} WHERE partnership_id = :of"
        foreign = connection.execute(text(parents), {"of": north}).scalar_one()
        own = connection.execute(text(parents), {"of": south}).scalar_one()
        assert foreign
        assert own
        child = connection.execute(
            text(
                f"SELECT id FROM {table} WHERE partnership_id = :south"
                f" ORDER BY CASE WHEN {column} IS NULL THEN 1 ELSE 0 END LIMIT 1"
            ),
            {"south": south},
        ).scalar_one()
        unique = [c for c in reference.table.constraints if isinstance(c, UniqueConstraint)]
        if any(column in c.columns for c in unique):
            # Two rows under one parent may have to differ: these would be refused for that first.
            # What would keep a row from being deleted lets go of it.
            for other in KEEPING:
                if other is not reference:
                    held = f"UPDATE {other.table.name} SET {other.column_keys[1]} = NULL"
                    connection.execute(text(held))
            connection.execute(text(f"DELETE FROM {table} WHERE id <> :child"), {"child": child})
        change = text(f"UPDATE {table} SET {column} = :parent WHERE id = :child")
        connection.execute(change, {"parent": own, "child": child})
        with pytest.raises(IntegrityError, match=r"(?i)foreign key") as refused:
            connection.execute(change, {"parent": foreign, "child": child})
        connection.rollback()
    if db.engine.dialect.name == "postgresql":
        assert str(reference.name) in str(refused.value)


def test_a_partnership_that_goes_takes_all_its_rows_and_no_others(shared: Both) -> None:
    with with_write_lock(), db.engine.connect() as connection:
        before = {
            name: connection.execute(
                text(f"SELECT count(*) FROM {name} WHERE partnership_id = :north"),
                {"north": shared.world.north.id},
            ).scalar_one()
            for name in OWNED
        }
        connection.execute(
            text("DELETE FROM partnership WHERE id = :south"), {"south": shared.world.south.id}
        )
        after = {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in OWNED
        }
        connection.rollback()
    assert after == before
