"""Worker processes for the partnership being served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engagement.config import Config
from engagement.runs import service
from tests.factories import Partnership, World
from tests.jobs.workshop import Workshop


@pytest.fixture
def partnership(world: World) -> Iterator[Partnership]:
    """A partnership that is being served, by the system."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def workshop(config: Config, partnership: Partnership, tmp_path: Path) -> Iterator[Workshop]:
    """Starts worker processes, none of which outlives the test."""
    folder = tmp_path / "workshop"
    folder.mkdir()
    workshop = Workshop(config, folder)
    yield workshop
    workshop.close()


@pytest.fixture
def ask(partnership: Partnership) -> Callable[..., str]:
    """Asks for a run."""

    def ask(kind: str, arguments: dict[str, Any] | None = None, **options: Any) -> str:
        return service.request_run(kind, arguments or {}, **options)

    return ask
