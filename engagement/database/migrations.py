"""Changing the database's tables.

Apart from the rest, because Alembic takes long to import and the web never needs it.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from engagement.config import ROOT
from engagement.database.errors import TablesCannotChange


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def upgrade(revision: str = "head") -> None:
    """Bring the tables of the present application up to a revision.

    Raises ``TablesCannotChange``.
    """
    try:
        command.upgrade(_config(), revision)
    except CommandError as error:
        raise TablesCannotChange(str(error)) from error


def downgrade(revision: str) -> None:
    """Take the tables of the present application back to a revision; ``base`` leaves none.

    Raises ``TablesCannotChange``.
    """
    try:
        command.downgrade(_config(), revision)
    except CommandError as error:
        raise TablesCannotChange(str(error)) from error
