"""What the tests of rooms share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.threads import run_at_once


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[BaseException]]:
    """Runs functions in threads of their own that start together; returns what they raised."""
    return lambda *acts, **options: run_at_once(app, *acts, **options)
