"""Migrations: what they make is what the models say, and rows live through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, MetaData, Table, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from engagement import create_app
from engagement.audit.queries import verify_chain
from engagement.config import ROOT, Config
from engagement.database.migrations import downgrade, upgrade
from engagement.database.readiness import newest_migration, present_migration
from engagement.extensions import Base, db
from tests.databases import columns_of, counts, new_database, rows_of, values_of
from tests.factories import World
from tests.factories.everything import fill

_config = AlembicConfig()
_config.set_main_option("script_location", str(ROOT / "migrations"))
SCRIPTS = list(reversed(list(ScriptDirectory.from_config(_config).walk_revisions())))
FORMER = {"panel_meeting": "session"}  # what a table was called in an earlier version
# Made by Alembic itself.
ITS_OWN = {"alembic_version"}


@pytest.fixture
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without a table."""
    with new_database(request.config.getoption("--database"), tmp_path) as url:
        app = create_app(Config(instance_path=tmp_path, database_url=url, secret_key="k" * 32))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def differences(metadata: MetaData = Base.metadata) -> list[object]:
    """What stands between the tables and the models."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_the_migrations_make_what_the_models_say(empty_app: Flask) -> None:
    upgrade()
    assert differences() == []
    assert present_migration() == newest_migration() == SCRIPTS[-1].revision


def test_a_difference_would_be_seen(empty_app: Flask) -> None:
    upgrade()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE resident DROP COLUMN address"))
        connection.execute(text("DROP INDEX ix_resident_email"))
    found = str(differences())
    assert "address" in found
    assert "ix_resident_email" in found
    planned = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(planned)
    Table("later", planned, Column("id", planned.tables["run"].c.id.type, primary_key=True))
    assert "later" in str(differences(planned))


def signature(bind: object) -> dict[str, object]:
    """Tables, columns, keys, constraints and indexes, as the database tells them."""
    inspector = inspect(bind)
    return {
        name: {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in inspector.get_columns(name)
            ),
            "primary key": inspector.get_pk_constraint(name)["name"],
            "foreign keys": sorted(
                (
                    key["name"],
                    key["constrained_columns"],
                    key["referred_columns"],
                    key["options"].get("ondelete"),
                )
                for key in inspector.get_foreign_keys(name)
            ),
            "unique": sorted(
                (key["name"], key["column_names"]) for key in inspector.get_unique_constraints(name)
            ),
            "checks": sorted(str(key["name"]) for key in inspector.get_check_constraints(name)),
            "indexes": sorted(
                (index["name"], index["column_names"])
                for index in inspector.get_indexes(name)
                if not index.get("duplicates_constraint")
            ),
        }
        for name in sorted(set(inspector.get_table_names()) - ITS_OWN)
    }


def test_the_migrations_make_the_very_tables_that_the_models_would(empty_app: Flask) -> None:
    upgrade()
    migrated = signature(db.engine)
    downgrade("base")
    db.create_all()
    assert migrated == signature(db.engine)


def test_every_constraint_has_its_fixed_name(empty_app: Flask) -> None:
    upgrade()
    for table, parts in signature(db.engine).items():
        assert isinstance(parts, dict)
        assert parts["primary key"] == f"pk_{table}"
        for kind, prefix in (
            ("foreign keys", "fk"),
            ("unique", "uq"),
            ("indexes", "ix"),
            ("checks", "ck"),
        ):
            for part in parts[kind]:
                name = part if isinstance(part, str) else part[0]
                assert str(name).startswith(f"{prefix}_{table}_"), (table, kind, part)
            if kind in ("foreign keys", "unique", "indexes"):
                for name, columns, *_ in parts[kind]:
                    assert name == f"{prefix}_{table}_{'_'.join(columns)}"


def test_each_migration_has_a_number_a_purpose_and_a_way_back() -> None:
    for place, script in enumerate(SCRIPTS, 1):
        assert script.revision == f"{place:03}"
        assert Path(script.path).name.startswith(f"{place:03}_")
        assert (script.module.__doc__ or "").strip()
        assert callable(script.module.downgrade)


def _only(columns: list[str], rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """The rows with these columns only."""
    return sorted(({name: row[name] for name in columns} for row in rows), key=str)


@pytest.mark.filled
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.revision)
def test_a_migration_goes_down_and_up_again_with_rows_in_every_table(
    app: Flask, world: World, database_url: str, script: object
) -> None:
    with app.app_context():
        full, tables = counts(database_url), signature(db.engine)
        assert 0 not in full.values()
        below = script.down_revision or "base"  # type: ignore[attr-defined]
        kept_before = {name: values_of(database_url, name) for name in full}
        downgrade(below)
        left = counts(database_url)
        assert {FORMER.get(name, name) for name in left} < set(full)
        for name in set(left) - ITS_OWN - set(FORMER):
            # A column may be gone, or be back; all others hold what they held.
            there = columns_of(database_url, name)
            same = [column for column in kept_before[name][0] if column in there]
            kept_before[name] = _only(same, kept_before[name])
            assert _only(same, values_of(database_url, name)) == kept_before[name], name
        assert present_migration() == script.down_revision  # type: ignore[attr-defined]

        upgrade()
        assert signature(db.engine) == tables
        again = counts(database_url)
        here = {FORMER.get(name, name): count for name, count in left.items()}
        assert again == {name: here.get(name, 0) for name in full} | {"alembic_version": 1}
        for name in set(left) - ITS_OWN - set(FORMER):
            columns = list(kept_before[name][0])
            assert _only(columns, values_of(database_url, name)) == kept_before[name], name
    if "audit_entry" in left:
        for partnership in (world.north, world.south):
            with partnership.inside():
                assert verify_chain()[1] == []
            partnership.resident()
    else:
        World(app).north.resident()


def test_running_a_migration_twice_changes_nothing(
    app: Flask, world: World, database_url: str
) -> None:
    fill(world.north)
    with app.app_context():
        before = rows_of(database_url)
        upgrade()
        assert rows_of(database_url) == before


Replace = Callable[[str, Callable[[], None]], None]


@pytest.fixture
def replace(monkeypatch: pytest.MonkeyPatch) -> Replace:
    """Puts another function in the place of one of the last migration's."""
    original = ScriptDirectory.from_config
    replaced: dict[str, Callable[[], None]] = {}

    def with_replaced(config: AlembicConfig) -> ScriptDirectory:
        scripts = original(config)
        last = scripts.get_revision(SCRIPTS[-1].revision)
        assert last is not None
        for name, function in replaced.items():
            setattr(last.module, name, function)
        return scripts

    monkeypatch.setattr(ScriptDirectory, "from_config", with_replaced)
    return replaced.__setitem__


def test_a_migration_that_fails_leaves_nothing_of_itself(
    empty_app: Flask, replace: Replace
) -> None:
    whole, before_last = SCRIPTS[-1].module.upgrade, str(SCRIPTS[-1].down_revision)

    def fail_at_the_end() -> None:
        whole()
        op.execute("SELECT * FROM no_such_table")

    upgrade(before_last)
    tables = signature(db.engine)
    replace("upgrade", fail_at_the_end)
    with pytest.raises(DBAPIError, match="no_such_table"):
        upgrade()
    db.session.remove()
    assert signature(db.engine) == tables
    assert present_migration() == before_last
    replace("upgrade", whole)
    upgrade()
    assert differences() == []


def test_a_rebuilt_table_keeps_the_rows_that_refer_to_it(
    app: Flask, world: World, database_url: str, replace: Replace
) -> None:
    fill(world.north)
    kept = counts(database_url)

    def rebuild() -> None:
        with op.batch_alter_table("resident", recreate="auto") as table:
            table.alter_column("phone", new_column_name="telephone")
        with op.batch_alter_table("resident", recreate="auto") as table:
            table.alter_column("telephone", new_column_name="phone")

    replace("downgrade", rebuild)
    with app.app_context():
        downgrade(str(SCRIPTS[-1].down_revision))
        assert counts(database_url) == kept
        # And from then on the database guards its references again.
        with db.engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text("UPDATE consent SET resident_id = 999"))


def test_references_are_guarded_again_after_a_migration_that_failed(
    app: Flask, world: World, replace: Replace
) -> None:
    fill(world.north)
    replace("downgrade", lambda: op.execute("SELECT * FROM no_such_table"))
    with app.app_context():
        with pytest.raises(DBAPIError):
            downgrade(str(SCRIPTS[-1].down_revision))
        db.session.remove()
        with db.engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text("UPDATE consent SET resident_id = 999"))
