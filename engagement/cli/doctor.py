"""Is everything set up, and if not: what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click

from engagement import create_app
from engagement.config import BrokenSetting, Config

SECRETS = {"ENGAGEMENT_SECRET_KEY", "ENGAGEMENT_SMTP_PASSWORD"}
LEAST_FREE_BYTES = 500 * 1024 * 1024


@click.command()
@click.option("--settings", is_flag=True, help="Also list every setting with its value.")
def doctor(settings: bool) -> None:
    """Check the set-up and say what to mend. Exit 0 when all is well, 1 when not."""
    try:
        config = Config.from_environ()
    except BrokenSetting as error:
        click.echo(f"✗ settings: {error}")
        sys.exit(1)
    if settings:
        _list_settings(config)
    app = create_app(config)
    well = True
    with app.app_context():
        for name, check in CHECKS.items():
            problem = check(config)
            well = well and problem is None
            click.echo(f"✓ {name}" if problem is None else f"✗ {name}: {problem}")
    sys.exit(0 if well else 1)


def _list_settings(config: Config) -> None:
    for name, _default, _about in Config.table():
        value = getattr(config, name.removeprefix("ENGAGEMENT_").lower())
        secret = name in SECRETS or (name.endswith("DATABASE_URL") and "@" in str(value))
        click.echo(f"{name}={'(set, not shown)' if secret and value else value}")


def _python(config: Config) -> str | None:
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return None
    return f"this is Python {sys.version_info[0]}.{sys.version_info[1]}; use 3.11, 3.12 or 3.13"


def _front_end(config: Config) -> str | None:
    from engagement.web.kit.assets import assets_problem

    return assets_problem()


def _database(config: Config) -> str | None:
    from engagement.database.readiness import database_problem

    return database_problem()


def _folder(folder: Path) -> str | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"{folder} cannot be made ({error.strerror})"
    if not os.access(folder, os.W_OK):
        return f"{folder} cannot be written: give this user the right, or set another folder"
    return None


def _space(config: Config) -> str | None:
    try:
        free = shutil.disk_usage(config.instance_path).free
    except OSError as error:
        return f"{config.instance_path} cannot be looked at ({error.strerror})"
    if free >= LEAST_FREE_BYTES:
        return None
    return f"only {free // 1024 // 1024} MB are free for {config.instance_path}: make room"


def _worker(config: Config) -> str | None:
    from engagement.database.readiness import database_problem
    from engagement.runs.queries import list_workers

    if database_problem():
        return "cannot be seen until the database is ready"
    if any(worker.lives for worker in list_workers()):
        return None
    return "no job worker is alive: start one with 'engagement worker'"


CHECKS: dict[str, Callable[[Config], str | None]] = {
    "Python": _python,
    "front end": _front_end,
    "instance folder": lambda config: _folder(config.instance_path),
    "files folder": lambda config: _folder(config.files_path),
    "mail folder": lambda config: _folder(config.mail_path),
    "free space": _space,
    "database": _database,
    "job worker": _worker,
}
