"""Shells to run commands in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    """A shell on a database that has its tables and no rows."""
    return Shell(
        tmp_path, {"ENGAGEMENT_DATABASE_URL": database_url, "ENGAGEMENT_SECRET_KEY": "k" * 32}
    )


@pytest.fixture
def fresh(tmp_path: Path) -> Shell:
    """A shell where nothing has been set up."""
    return Shell(tmp_path / "fresh")


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that something else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]
