"""The look in a real browser: accessibility, narrow screens, and the end of the session."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import WSGIRequestHandler, make_server

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
ADDRESSES = [
    "/kit",
    "/kit?state=filled",
    "/kit?state=error",
    "/kit?nhs",
    "/layout/public",
    "/layout/resident?as=resident",
    "/layout/officer?as=staff",
    "/error/404",
    "/error/500",
]
STAFF_PAGE = "/layout/admin?as=staff"


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any, **__: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where the small application answers."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def opened(browser: Browser, width: int = 1280, **options: Any) -> tuple[Page, list[str]]:
    """A new page, and what its console complains of."""
    page = browser.new_context(viewport={"width": width, "height": 800}, **options).new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    return page, complaints


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", ADDRESSES)
def test_pages_are_accessible_and_never_scroll_sideways(
    browser: Browser, address: str, path: str, width: int
) -> None:
    page, complaints = opened(browser, width)
    page.goto(address + path)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("scripts", ["off", "lost on the way"])
@pytest.mark.parametrize("path", ["/kit?state=error", STAFF_PAGE])
def test_pages_do_not_scroll_sideways_without_scripts(
    browser: Browser, address: str, path: str, scripts: str
) -> None:
    page, _ = opened(browser, 320, java_script_enabled=scripts != "off")
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.context.close()


def test_the_error_summary_takes_the_focus_and_leads_to_the_input(
    browser: Browser, address: str
) -> None:
    page, _ = opened(browser)
    page.goto(address + "/kit?state=error")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Date of the meeting must include a year").click()
    expect(page.locator("#meeting-year")).to_be_focused()
    page.context.close()


def test_prefer_not_to_say_clears_the_other_answers(browser: Browser, address: str) -> None:
    page, _ = opened(browser)
    page.goto(address + "/kit?state=filled")
    ways = page.get_by_role("group", name="How could you take part?")
    expect(ways.get_by_label("Online")).to_be_checked()
    ways.get_by_label("Prefer not to say").check()
    expect(ways.get_by_label("Online")).not_to_be_checked()
    page.context.close()


@pytest.fixture
def waiting(browser: Browser, address: str) -> Iterator[Page]:
    """A page of a session of 30 minutes, with a clock that can be put forward."""
    page, _ = opened(browser)
    page.clock.install()
    page.goto(address + STAFF_PAGE)
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    yield page
    page.context.close()


def test_the_end_of_the_session_is_announced_at_least_two_minutes_before(waiting: Page) -> None:
    waiting.clock.fast_forward("27:25")
    expect(waiting.get_by_role("status")).to_be_empty()
    waiting.clock.fast_forward("00:10")
    expect(waiting.get_by_role("status")).to_contain_text("about 2 minutes")
    expect(waiting.get_by_role("button", name="Stay signed in")).to_be_in_viewport()
    found = Axe().run(waiting, options=RULES).response["violations"]
    assert found == []
    waiting.clock.fast_forward("02:40")
    expect(waiting.get_by_role("status")).to_contain_text("You have been signed out")
    expect(waiting.get_by_role("button", name="Stay signed in")).to_be_hidden()


def test_one_press_keeps_the_session_and_gives_the_focus_back(waiting: Page) -> None:
    asked: list[str | None] = []

    def answer(route: Route) -> None:
        asked.append(route.request.headers.get("x-csrftoken"))
        route.continue_()

    waiting.route("**/session", answer)
    waiting.get_by_role("link", name="A link").focus()
    waiting.clock.fast_forward("28:00")
    waiting.get_by_role("button", name="Stay signed in").click()
    expect(waiting.get_by_role("status")).to_contain_text("still signed in")
    expect(waiting.get_by_role("link", name="A link")).to_be_focused()
    assert len(asked) == 1
    assert re.fullmatch(r"[\w.-]{20,}", asked[0] or "")
    waiting.clock.fast_forward("20:00")
    expect(waiting.get_by_role("button", name="Stay signed in")).to_be_hidden()


def test_a_lost_connection_can_be_tried_again(waiting: Page) -> None:
    waiting.route("**/session", lambda route: route.abort())
    waiting.clock.fast_forward("28:00")
    waiting.get_by_role("button", name="Stay signed in").click()
    expect(waiting.get_by_role("status")).to_contain_text("could not reach")
    waiting.unroute("**/session")
    waiting.get_by_role("button", name="Stay signed in").click()
    expect(waiting.get_by_role("status")).to_contain_text("still signed in")


def test_another_tab_keeps_the_session_open(waiting: Page, address: str) -> None:
    waiting.clock.fast_forward("28:00")
    expect(waiting.get_by_role("button", name="Stay signed in")).to_be_visible()
    other = waiting.context.new_page()
    other.goto(address + STAFF_PAGE)
    expect(waiting.get_by_role("button", name="Stay signed in")).to_be_hidden()
