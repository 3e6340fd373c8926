"""Retention: what is held about people goes when its declared time has come, and not before."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, Table, func, or_, select, text, update

from engagement.accounts import service as accounts
from engagement.audit.queries import verify_chain
from engagement.audit.service import SYSTEM, acting_as
from engagement.database import clock
from engagement.database.columns import Then
from engagement.database.tenancy import TenantNotSet, everywhere
from engagement.extensions import Base, db
from engagement.jobs import retention as job
from engagement.jobs.execution import Execution
from engagement.jobs.kinds import KINDS
from engagement.rights import retention
from engagement.rights.retention import CHUNK, Rule, apply_rule, declared_columns, list_rules
from engagement.runs.queries import get_run
from engagement.runs.rules import RunState
from engagement.runs.service import request_run
from engagement.sessions.models import Attendance
from tests.databases import counts, rows_of
from tests.factories import Partnership, World
from tests.factories.everything import Filled, Template, fill

RULES = list_rules()
TABLES = sorted({rule.table for rule in RULES})
A_MINUTE = timedelta(minutes=1)


def table_of(rule: Rule) -> Table:
    """The table that a rule is about."""
    return Base.metadata.tables[rule.table]


def close_accounts(partnership: Partnership) -> None:
    """Close every account of a partnership, so that the time of leaving is known."""
    with partnership.inside():
        for public_id in db.session.execute(
            text("SELECT public_id FROM staff WHERE partnership_id = :id"), {"id": partnership.id}
        ).scalars():
            accounts.disable_staff(public_id)


@pytest.fixture
def filled(filled_database: Template, world: World) -> Filled:
    """What is in south; both partnerships have rows in every table, and every account is closed."""
    for partnership in (world.north, world.south):
        close_accounts(partnership)
    return filled_database.south


def begin(rule: Rule, app: Flask, ago: timedelta, *which: ColumnElement[bool]) -> None:
    """Let the period of rows have begun some time ago, where it has begun at all."""
    table = table_of(rule)
    since = table.c[rule.retention.since]
    with app.app_context():
        moment = clock.now() - ago
        with db.engine.begin() as connection:
            connection.execute(
                update(table).where(since.is_not(None), *which).values({since.name: moment})
            )


def let_pass(app: Flask, more: timedelta) -> None:
    """Let every row be as old as its period and some time more (or less)."""
    for rule in RULES:
        begin(rule, app, timedelta(days=rule.retention.days) + more)


def held(rule: Rule, partnership: Partnership) -> int:
    """How many rows of a partnership hold what the rule is about, with its time begun."""
    table = table_of(rule)
    with db.engine.connect() as connection:
        return (
            connection.scalar(
                select(func.count())
                .select_from(table)
                .where(
                    table.c.partnership_id == partnership.id,
                    table.c[rule.retention.since].is_not(None),
                    or_(*(table.c[column].is_not(None) for column in rule.columns)),
                )
            )
            or 0
        )


def apply_all(partnership: Partnership) -> dict[str, int]:
    """Apply every rule until none is left; how many rows each table lost."""
    done: dict[str, int] = {}
    with partnership.inside():
        for rule in RULES:
            while (rows := apply_rule(rule)) > 0:
                done[rule.table] = done.get(rule.table, 0) + rows
    return done


def test_every_personal_column_falls_under_a_rule() -> None:
    declared = {(table, column) for table, column, _ in declared_columns()}
    assert declared == {(rule.table, column) for rule in RULES for column in rule.columns}
    assert len(declared) >= 20
    for rule in RULES:
        assert rule.retention.since in table_of(rule).c
        assert rule.retention.days > 0
        blanked = [table_of(rule).c[column] for column in rule.columns]
        assert rule.retention.then is not Then.BLANK or all(one.nullable for one in blanked)


@pytest.mark.filled
def test_after_its_period_nothing_personal_is_left_and_a_second_time_changes_nothing(
    app: Flask, world: World, filled: Filled, database_url: str
) -> None:
    with app.app_context():
        before = {rule: (held(rule, world.north), held(rule, world.south)) for rule in RULES}
        assert all(north and south for north, south in before.values()), before
        let_pass(app, A_MINUTE)
        done = apply_all(world.north)
        assert {rule: held(rule, world.north) for rule in RULES} == dict.fromkeys(RULES, 0)
        assert set(done) <= set(TABLES)
        assert {rule: held(rule, world.south) for rule in RULES} == {
            rule: south for rule, (_, south) in before.items()
        }
        kept = rows_of(database_url)
        assert apply_all(world.north) == {}
        assert rows_of(database_url) == kept
        apply_all(world.south)
    left = rows_of(database_url)
    assert [word for word in filled.words if word in left] == []


@pytest.mark.filled
def test_what_is_within_its_period_stays(
    app: Flask, world: World, filled: Filled, database_url: str
) -> None:
    with app.app_context():
        let_pass(app, -timedelta(hours=1))
        kept = rows_of(database_url)
        assert apply_all(world.north) == {}
        assert rows_of(database_url) == kept


@pytest.mark.filled
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.table}.{rule.retention.since}")
def test_only_rows_whose_own_time_has_come_go(
    app: Flask, world: World, filled: Filled, rule: Rule
) -> None:
    table = table_of(rule)
    with app.app_context(), db.engine.connect() as connection:
        own = table.c.partnership_id == world.north.id
        old = connection.scalar(select(func.min(table.c.id)).where(own))
    begin(rule, app, timedelta(days=rule.retention.days) + A_MINUTE, table.c.id == old)
    with app.app_context():
        before = held(rule, world.north)
    with world.north.inside():
        assert apply_rule(rule) == 1
        assert apply_rule(rule) == 0
    with app.app_context():
        assert held(rule, world.north) == before - 1


@pytest.mark.filled
def test_a_payment_outlasts_the_registration_of_who_was_paid(
    app: Flask, world: World, filled: Filled
) -> None:
    """What is kept for longer does not hold back what is kept for shorter."""
    registered = next(rule for rule in RULES if rule.table == "registration")
    begin(registered, app, timedelta(days=registered.retention.days) + A_MINUTE)
    lines = select(Attendance.pence, Attendance.seat_id).order_by(Attendance.id)
    with world.north.inside():
        before = db.session.execute(lines).all()
        assert all(line.seat_id for line in before)
        apply_all(world.north)
        assert db.session.execute(lines).all() == [(line.pence, None) for line in before]
        assert before


def test_an_account_that_is_open_and_a_period_that_has_not_begun_stay(
    app: Flask, world: World
) -> None:
    somebody = fill(world.north).staff
    with app.app_context():
        let_pass(app, timedelta(days=10_000))
        apply_all(world.north)
        assert somebody.email in rows_of(str(db.engine.url.render_as_string(False)), "staff")


@pytest.mark.filled
def test_erased_entries_leave_the_chain_whole(app: Flask, world: World, filled: Filled) -> None:
    let_pass(app, A_MINUTE)
    apply_all(world.north)
    for partnership in (world.north, world.south):
        with partnership.inside():
            head, faults = verify_chain()
            assert head.sequence > 10
            assert faults == []


def test_a_rule_needs_a_partnership(app: Flask) -> None:
    with app.app_context(), everywhere(), pytest.raises(TenantNotSet):
        apply_rule(RULES[0])


# As the run of every night.


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> int:
    """Two rows a step, so that a rule takes several."""
    monkeypatch.setattr(retention, "CHUNK", 2)
    monkeypatch.setattr(job, "CHUNK", 2)
    return 2


def carry_out(app: Flask, partnership: Partnership) -> dict[str, int]:
    """Ask for the run and do its steps one by one; returns its result."""
    with partnership.inside():
        public_id = request_run("retention", {})
    execution = Execution(app, KINDS, "hand", public_id, stop=Event(), halt=Event())
    assert execution.begin()
    while execution.advance():
        pass
    with partnership.inside():
        run = get_run(public_id)
        assert (run.run.state, run.run.failure) == (RunState.FINISHED, "")
        assert run.run.steps_done == run.run.steps_total == len(run.steps)
        assert isinstance(run.result, dict)
        return run.result


@pytest.mark.filled
def test_the_nightly_run_does_it_step_by_step(
    app: Flask, world: World, filled: Filled, small_chunks: int
) -> None:
    let_pass(app, A_MINUTE)
    with app.app_context(), acting_as(SYSTEM):
        before = {rule: held(rule, world.south) for rule in RULES}
        result = carry_out(app, world.north)
        assert {rule: held(rule, world.north) for rule in RULES} == dict.fromkeys(RULES, 0)
        assert {rule: held(rule, world.south) for rule in RULES} == before
        assert max(result.values()) > small_chunks
        assert set(result) <= set(TABLES)
        assert carry_out(app, world.north) == {}
        with world.north.inside():
            assert verify_chain()[1] == []


def test_a_full_chunk_is_followed_by_another_step_of_the_same_rule(
    app: Flask, world: World, small_chunks: int, database_url: str
) -> None:
    for _ in range(5):
        world.north.resident()
    let_pass(app, A_MINUTE)
    with app.app_context():
        assert carry_out(app, world.north) == {"resident": 5}
    assert counts(database_url)["resident"] == 0


def test_a_chunk_is_small_enough_for_every_database() -> None:
    assert CHUNK < 32_000
