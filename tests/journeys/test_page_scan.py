"""The scan that every journey relies on finds the flaws that are planted for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from tests.journeys.visitor import Open, Visitor, axe, check

FLAWS = {
    "a picture without words": ("</main>", '<img src="/favicon.ico"></main>', "image-alt"),
    "text too pale": ("</h1>", '</h1><font color="#dddddd">pale</font>', "color-contrast"),
    "a field without a label": ("</main>", '<input name="x"></main>', "label"),
    "a style in the page": ("</main>", '<p style="color: red">x</p></main>', "console"),
    "a script without its nonce": ("</main>", "<script>1</script></main>", "console"),
    "a broken script": ("</main>", '<script src="/no.js"></script></main>', "console"),
    "something from elsewhere": (
        "</main>",
        '<img alt="" src="http://localhost:9/x.png"></main>',
        "asked another host",
    ),
    "something too wide": (
        "</main>",
        f'<pre class="wide">{"wide" * 500}</pre></main>',
        "pixels wide in a window of 320",
    ),
    "no title": ("<title>", "<title></title><title>", "no title"),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_the_scan_finds_a_planted_flaw(open_browser: Open, flaw: str) -> None:
    before, after, found = FLAWS[flaw]
    visitor = open_browser()
    visitor.context.route("**/p/*/", _replacing(before, after))
    visitor.go()
    assert any(found in problem for problem in check(visitor))


def test_the_scan_finds_planted_flaws_where_scripts_are_off(open_browser: Open) -> None:
    visitor = open_browser(scripts=False)
    for flaw in ("a picture without words", "something too wide"):
        before, after, found = FLAWS[flaw]
        visitor.context.route("**/p/*/", _replacing(before, after))
        visitor.go()
        problems = [*check(visitor), *visitor.with_scanner(axe)]
        assert any(found in problem for problem in problems)


@pytest.mark.parametrize("path", ["", "me/enter", "contact", "staff/sign-in"])
def test_pages_are_accessible_where_scripts_are_off(open_browser: Open, path: str) -> None:
    visitor = open_browser(scripts=False)
    visitor.go(path)
    assert visitor.with_scanner(axe) == []


def _replacing(before: str, after: str) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        response = route.fetch()
        text = response.text()
        assert before in text
        route.fulfill(response=response, body=text.replace(before, after, 1))

    return answer


def test_a_page_without_flaws_passes(open_browser: Open) -> None:
    visitor: Visitor = open_browser()
    visitor.go()
    assert check(visitor) == []
