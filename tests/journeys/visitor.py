"""Somebody at a browser of their own, and what every page that they look at must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Response, expect

from tests.client import check_page
from tests.factories import Partnership, Resident, Staff
from tests.journeys.service import Service

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
# What has the focus is called by its label or by its own words.
FOCUSED = """() => {
  const one = document.activeElement
  return (one.labels?.length ? one.labels[0] : one).innerText.replace(/\\s+/g, ' ').trim()
}"""
MOST_TABS = 60
PATIENCE = 20_000  # milliseconds; a machine at its limit is slow, not wrong
LAYOUT_TRIES = 10
WIDE, NARROW = 1280, 320
HEIGHT = 800


class Visitor:
    """A browser with nobody else's cookies. ``page`` is what it shows."""

    def __init__(
        self, browser: Browser, service: Service, place: Partnership, **options: Any
    ) -> None:
        self.service = service
        self.place = place
        self.has_scripts = options.get("java_script_enabled", True)
        self._browser = browser
        options.setdefault("viewport", {"width": WIDE, "height": HEIGHT})
        self.context: BrowserContext = browser.new_context(base_url=service.address, **options)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._watch()

    def _watch(self) -> None:
        def note_request(request: Request) -> None:
            parts = urlsplit(request.url)
            host = f"{parts.scheme}://{parts.netloc}"
            if parts.scheme in {"http", "https", "ws", "wss"} and host != self.service.address:
                self.strangers.append(request.url)

        def note_line(line: Any) -> None:
            # A page that answers 404 or 503 is named in the console too; a part of it may not be.
            is_page = line.location["url"] == self.page.url and "with a status of" in line.text
            if line.type == "error" and not is_page:
                self.complaints.append(line.text)

        self.context.on("request", note_request)
        self.context.on("console", note_line)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def be(self, who: Staff | Resident) -> Visitor:
        """Carry a fresh session of somebody."""
        cookie = self.service.cookie(self.place.session(who))
        self.context.add_cookies(
            [{"name": "session", "value": cookie, "url": self.service.address}]
        )
        return self

    def at(self, path: str) -> str:
        """The path of a page of this partnership."""
        return f"/p/{self.place.slug}/{path}"

    def go(self, path: str = "") -> Page:
        """Open a page of this partnership, or any by its full path or address."""
        self.page.goto(path if path.startswith(("/", "http")) else self.at(path))
        return self.page

    def press(self, name: str) -> None:
        """Press a button, or a link that looks like one."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        button.or_(link).first.click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def enter(self, label: str, text: str) -> None:
        """Type into a field."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        """Tick an answer."""
        self.page.get_by_label(label, exact=True).check()

    def tab_to(self, name: str) -> Locator:
        """Press Tab until what has the focus is called so."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if name == self.page.evaluate(FOCUSED):
                return self.page.locator(":focus")
        raise AssertionError(f"{self.page.url}: {name!r} is not reached by Tab")

    def type_into(self, label: str, text: str) -> None:
        """Reach a field by Tab and type into it."""
        self.tab_to(label)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press_by_key(self, name: str, key: str = "Enter") -> None:
        """Reach a button or link by Tab and press it; it leads to another place."""
        self.tab_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def is_told(self, words: str) -> None:
        """A notice at the head of the page says this."""
        expect(self.page.locator(".nhsuk-notification-banner")).to_contain_text(words)

    @property
    def main(self) -> Locator:
        """The main part of the page."""
        return self.page.locator("main")

    def sees(self, heading: str) -> Visitor:
        """The page has this heading; then everything about it is looked at."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.look()
        return self

    def sees_error(self, words: str) -> Visitor:
        """The form came back with these words, said as forms must say them."""
        summary = self.page.locator(".nhsuk-error-summary")
        expect(summary).to_contain_text(words)
        expect(self.page).to_have_title(re.compile("^Error: "))
        summary.get_by_role("link").first.click()
        self.look()
        return self

    def look(self) -> None:
        """Look the page over. Raises ``AssertionError`` with all that is wrong with it."""
        problems = check(self)
        assert problems == [], f"{self.page.url}: {problems}"

    def with_scanner(self, scan: Callable[[Page], list[str]]) -> list[str]:
        """Scan this page as it stands. The scanner is a script and cannot run where scripts are
        off, so that it gets the same page, without its scripts, in a browser where they are on.
        """
        body = SCRIPT.sub("", self.page.content())
        context = self._browser.new_context(viewport=self.page.viewport_size)
        context.route(
            self.page.url, lambda route: route.fulfill(body=body, content_type="text/html")
        )
        try:
            page = context.new_page()
            page.goto(self.page.url)
            return scan(page)
        finally:
            context.close()

    def close(self) -> None:
        """Close the browser; what it complained of after the last look counts too."""
        complaints = [*self.complaints, *self.strangers]
        self.context.close()
        assert complaints == []


def check(visitor: Visitor) -> list[str]:
    """What is wrong with the page: accessibility, sideways scroll, complaints, strangers, title.

    Where scripts are off, the scan for accessibility is left to ``with_scanner``, which is slow.
    """
    page = visitor.page
    problems = axe(page) if visitor.has_scripts else []
    problems += sideways(page)
    problems += [f"console: {text}" for text in visitor.complaints]
    problems += [f"asked another host: {url}" for url in visitor.strangers]
    if not page.title().strip(" –"):
        problems.append("no title")
    visitor.complaints.clear()
    visitor.strangers.clear()
    return problems


def axe(page: Page) -> list[str]:
    """What axe finds."""
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in Axe().run(page, options=RULES).response["violations"]
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    """The widths at which the page is wider than the window."""
    before = page.viewport_size
    assert before is not None
    problems = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for _ in range(LAYOUT_TRIES):
            found = page.evaluate("document.documentElement.scrollWidth")
            if found <= width:
                break
            page.wait_for_timeout(50)  # the menu's script has not heard of the new width yet
        else:
            problems.append(f"{found} pixels wide in a window of {width}")
    page.set_viewport_size(before)
    return problems


def markup_problems(answer: Response) -> list[str]:
    """What the strict parser finds in a page as it came over the wire."""
    try:
        check_page(answer.text(), answer.headers["content-security-policy"])
    except AssertionError as error:
        return [f"markup: {error}"]
    return []


Open = Callable[..., Visitor]
