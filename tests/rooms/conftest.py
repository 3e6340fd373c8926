"""What the tests of rooms share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engagement.database import transactions
from tests.threads import run_at_once


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads on one file and a busy machine: nobody is to give up waiting for the lock."""
    monkeypatch.setattr(transactions, "BUSY_SECONDS", 60)


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[BaseException]]:
    """Runs functions in threads of their own that start together; returns what they raised."""
    return lambda *acts, **options: run_at_once(app, *acts, **options)
