"""What the tests of the database ground share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from engagement import create_app
from engagement.config import Config
from engagement.database import transactions
from engagement.extensions import db
from tests.databases import counts, new_database
from tests.factories import World
from tests.factories.everything import Both, fill
from tests.threads import run_at_once


@pytest.fixture(scope="module")
def shared(
    request: pytest.FixtureRequest, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """One filled database for a whole module."""
    folder: Path = tmp_path_factory.mktemp("shared")
    with new_database(request.config.getoption("--database"), folder, migrated) as url:
        app = create_app(
            Config(
                instance_path=folder,
                database_url=url,
                secret_key="only-for-tests-only-for-tests-only-for-tests",
                base_url="https://engagement.test",
                password_memory_kib=8,
            )
        )
        world = World(app)
        shared = Both(app, url, world, fill(world.north), fill(world.south))
        before = counts(url)
        yield shared
        assert counts(url) == before, "a test changed the shared rows"
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads on one file and a busy machine: nobody is to give up waiting for the lock."""
    monkeypatch.setattr(transactions, "BUSY_SECONDS", 60)


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[BaseException]]:
    """Runs functions in threads of their own that start together; returns what they raised."""

    return lambda *acts, **options: run_at_once(app, *acts, **options)
