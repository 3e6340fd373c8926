"""What every journey stands on: a real server, a real browser, a partnership of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.factories import Partnership
from tests.journeys.service import Service, running_service
from tests.journeys.visitor import Open, Visitor


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The server of this test process."""
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture
def place(service: Service) -> Partnership:
    """A new, empty partnership."""
    return service.place()


@pytest.fixture
def open_browser(browser: Browser, service: Service, place: Partnership) -> Iterator[Open]:
    """Open browsers in this partnership; at the end nothing may have gone wrong in any."""
    before = len(service.failures())
    opened: list[Visitor] = []

    def open_one(*, scripts: bool = True, **options: Any) -> Visitor:
        visitor = Visitor(browser, service, place, java_script_enabled=scripts, **options)
        opened.append(visitor)
        return visitor

    yield open_one
    for visitor in opened:
        visitor.close()
    assert service.failures()[before:] == []
