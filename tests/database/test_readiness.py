"""Whether the database can be served from, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from engagement import create_app
from engagement.config import Config
from engagement.database.migrations import downgrade, upgrade
from engagement.database.readiness import database_problem, newest_migration, present_migration
from engagement.extensions import db
from tests.databases import new_database

SAYS_WHAT_TO_DO = "the database's tables are not those of this version: run 'engagement db upgrade'"


@contextmanager
def app_on(url: str, folder: Path) -> Iterator[Flask]:
    """Inside an application on a database."""
    app = create_app(Config(instance_path=folder, database_url=url, secret_key="k" * 32))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_tables_of_another_version_are_named_with_what_to_do(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kind = request.config.getoption("--database")
    with new_database(kind, tmp_path) as url, app_on(url, tmp_path):
        assert present_migration() is None
        assert database_problem() == SAYS_WHAT_TO_DO
        upgrade()
        assert present_migration() == newest_migration()
        assert database_problem() is None
        downgrade("-1")
        assert database_problem() == SAYS_WHAT_TO_DO
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '999'"))
        assert database_problem() == SAYS_WHAT_TO_DO


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/nowhere/engagement.sqlite",
        "postgresql://nobody:hunter22@127.0.0.1:1/nothing",
        "postgresql://nobody@/nothing?host=/nowhere",
    ],
)
def test_a_database_that_does_not_answer_is_said_so(url: str, tmp_path: Path) -> None:
    with app_on(url, tmp_path):
        assert database_problem() == "the database does not answer"
