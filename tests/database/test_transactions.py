"""Use cases and their transactions."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from engagement.accounts.models import Staff
from engagement.accounts.rules import StaffState
from engagement.database import clock, tenancy, transactions
from engagement.database.errors import DATABASE_UNAVAILABLE
from engagement.database.transactions import (
    JoinedUseCaseFailed,
    WriteOutsideTransaction,
    separate_write,
    transaction,
    transactional,
)
from engagement.extensions import db
from engagement.partnerships.models import Partnership
from engagement.partnerships.service import create_partnership
from engagement.runs.models import Worker
from tests.databases import do, undone
from tests.factories import World

AtOnce = Callable[..., list[BaseException]]


def slugs_seen_from_outside(url: str) -> list[str]:
    """The slugs that another connection sees."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.execute(text("SELECT slug FROM partnership ORDER BY slug")))
    engine.dispose()
    return [slug for (slug,) in found]


@contextmanager
def listening(name: str) -> Iterator[list[str]]:
    """Note each event of the engine; a statement with its text."""
    heard: list[str] = []

    def hear(*values: object) -> None:
        heard.append(str(values[2]) if name == "before_cursor_execute" else name)

    event.listen(db.engine, name, hear)
    try:
        yield heard
    finally:
        event.remove(db.engine, name, hear)


@transactional
def open_two(first: str, second: str) -> None:
    create_partnership(first, first)
    create_partnership(second, second)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_the_outermost_use_case_commits_once_for_all(in_app: Flask, database_url: str) -> None:
    with listening("commit") as commits:
        with transaction():
            open_two("a", "b")
            create_partnership("c", "c")
            assert commits == []
            assert slugs_seen_from_outside(database_url) == []
        assert commits == ["commit"]
    assert slugs_seen_from_outside(database_url) == ["a", "b", "c"]


def test_a_failing_use_case_keeps_nothing(in_app: Flask, database_url: str) -> None:
    with pytest.raises(ZeroDivisionError):
        do(lambda: open_two("a", "b"), lambda: 1 // 0)
    with pytest.raises(KeyboardInterrupt):
        do(lambda: create_partnership("c", "c"), interrupt)
    assert slugs_seen_from_outside(database_url) == []
    create_partnership("d", "d")
    assert slugs_seen_from_outside(database_url) == ["d"]


def test_an_inner_failure_dooms_the_whole_even_when_caught(
    in_app: Flask, database_url: str
) -> None:
    def go_on_regardless() -> None:
        with suppress(ZeroDivisionError):
            do(lambda: create_partnership("b", "b"), lambda: 1 // 0)

    with pytest.raises(JoinedUseCaseFailed):
        do(
            lambda: create_partnership("a", "a"),
            go_on_regardless,
            lambda: create_partnership("c", "c"),
        )
    assert slugs_seen_from_outside(database_url) == []
    create_partnership("d", "d")  # and the next use case is not doomed
    assert slugs_seen_from_outside(database_url) == ["d"]


def test_a_commit_that_fails_is_told(in_app: Flask, database_url: str) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.add_all([Partnership(slug="a", name="a"), Partnership(slug="a", name="b")])
    assert slugs_seen_from_outside(database_url) == []


WRITES: dict[str, Callable[[], object]] = {
    "an object": lambda: (db.session.add(Partnership(slug="x", name="x")), db.session.flush()),
    "a commit": lambda: (db.session.add(Partnership(slug="x", name="x")), db.session.commit()),
    "a query that flushes": lambda: (
        db.session.add(Partnership(slug="x", name="x")),
        db.session.scalars(select(Partnership)).all(),
    ),
    "a change": lambda: (
        setattr(db.session.scalars(select(Partnership)).one(), "name", "changed"),
        db.session.flush(),
    ),
    "a deletion": lambda: (
        db.session.delete(db.session.scalars(select(Partnership)).one()),
        db.session.flush(),
    ),
    "an insert": lambda: db.session.execute(insert(Partnership).values(slug="x", name="x")),
    "an update": lambda: db.session.execute(update(Partnership).values(name="changed")),
    "a delete": lambda: db.session.execute(delete(Partnership)),
    "a table's update": lambda: db.session.execute(
        update(Partnership.__table__).values(name="changed")
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_write_outside_a_use_case_is_refused(
    in_app: Flask, database_url: str, write: Callable[[], object]
) -> None:
    create_partnership("kept", "kept")
    with pytest.raises(WriteOutsideTransaction):
        write()
    db.session.rollback()
    assert slugs_seen_from_outside(database_url) == ["kept"]
    assert db.session.scalar(select(Partnership.name)) == "kept"


def test_the_same_writes_pass_inside_a_use_case(in_app: Flask) -> None:
    for name, write in WRITES.items():
        if name == "a commit":
            continue
        with undone():
            create_partnership("kept", "kept")
            write()


def test_a_use_case_takes_the_write_lock_at_its_start_and_a_read_does_not(in_app: Flask) -> None:
    on_sqlite = db.engine.dialect.name == "sqlite"
    with listening("before_cursor_execute") as statements:
        db.session.scalars(select(Partnership.id)).all()
        with transaction():
            db.session.scalars(select(Partnership.id)).all()
    begins = [statement for statement in statements if statement.startswith("BEGIN")]
    assert begins == ["BEGIN IMMEDIATE" if on_sqlite else "BEGIN"]


def test_a_read_before_a_use_case_does_not_make_a_stale_write(
    in_app: Flask, at_once: AtOnce
) -> None:
    create_partnership("a", "0")

    @transactional
    def count_up() -> None:
        row = db.session.scalars(select(Partnership)).one()
        row.name = str(int(row.name) + 1)

    held = db.session.scalars(select(Partnership)).one()
    assert held.name == "0"
    assert at_once(count_up) == []
    count_up()
    assert db.session.scalar(select(Partnership.name)) == "2"


def test_two_use_cases_at_once_lose_no_update(in_app: Flask, at_once: AtOnce) -> None:
    create_partnership("a", "0")

    def count_ten() -> None:
        for _ in range(10):
            with transaction():
                row = db.session.scalars(select(Partnership).with_for_update()).one()
                row.name = str(int(row.name) + 1)

    assert at_once(count_ten, count_ten, count_ten) == []
    assert db.session.scalar(select(Partnership.name)) == "30"


def test_a_read_does_not_wait_for_a_use_case(in_app: Flask, at_once: AtOnce) -> None:
    create_partnership("a", "a")
    names: list[str | None] = []
    with transaction():
        db.session.execute(update(Partnership).values(name="b"))
        assert at_once(lambda: names.append(db.session.scalar(select(Partnership.name)))) == []
    assert names == ["a"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_database_that_stays_locked_is_an_error_that_doors_know(
    app: Flask, at_once: AtOnce, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with app.app_context():
        if db.engine.dialect.name != kind:
            pytest.skip("PostgreSQL waits for single rows only")
        db.engine.dispose()
        monkeypatch.setattr(transactions, "BUSY_SECONDS", 0)
        with transaction():
            create_partnership("a", "a")
            raised = at_once(lambda: create_partnership("b", "b"))
    assert [type(error) in DATABASE_UNAVAILABLE for error in raised] == [True]


def test_a_separate_write_is_kept_whatever_becomes_of_what_follows(
    in_app: Flask, database_url: str
) -> None:
    def write(name: str) -> None:
        with separate_write() as connection:
            connection.execute(
                insert(Worker.__table__).values(
                    worker_id=name, started_at=clock.utc_now(), last_seen=clock.utc_now()
                )
            )

    def fail() -> None:
        with separate_write() as connection:
            connection.execute(delete(Worker.__table__))
            raise ZeroDivisionError

    write("kept")
    with pytest.raises(WriteOutsideTransaction, match="inside a use case"):
        do(lambda: write("refused"))
    with pytest.raises(ZeroDivisionError):
        fail()
    assert db.session.scalars(select(Worker.worker_id)).all() == ["kept"]
    create_partnership("after", "after")  # neither leaves the next use case in its hold
    assert slugs_seen_from_outside(database_url) == ["after"]


def test_sqlite_keeps_what_it_was_told_to_keep(in_app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("these are settings of SQLite")
    with db.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def _clash() -> str:
    """Force an error of the database over a personal value; returns all that a log would show."""

    def add() -> None:
        db.session.add(Staff(email="wren@example.net", name="Ada", state=StaffState.ACTIVE))

    with pytest.raises(IntegrityError) as caught:
        do(add, add, db.session.flush)
    error = caught.value
    return "".join([str(error), repr(error), *traceback.format_exception(error)])


def test_an_error_of_the_database_names_no_value(in_app: Flask, world: World) -> None:
    with tenancy.serving(world.north.id):
        assert "wren@" not in _clash()
        assert "uq_staff_partnership_id_email" in _clash() or "staff.email" in _clash()


def test_without_that_care_the_value_would_be_named(in_app: Flask, world: World) -> None:
    db.engine.hide_parameters = False
    with tenancy.serving(world.north.id):
        assert "wren@" in _clash()
