"""A test client that checks every page it gets, and sends forms as a browser would."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BASE_URL = "https://engagement.test"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
NONCE = re.compile(r"'nonce-([^']+)'")
# What the strict parser reports although the living standard allows it.
ALLOWED = {"unexpected-end-tag-in-special-element"}
# Digests of pages that were right: the parser is slow, and many tests open the same ones.
_right: set[bytes] = set()


class CheckedClient(FlaskClient):
    """Speaks https, follows the rules of forms, and refuses a page that is not right."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", BASE_URL)
        kwargs.setdefault("buffered", True)  # so that files are closed
        response = super().open(*args, **kwargs)
        check_response(response)
        return response

    def token(self, path: str) -> str:
        """The form token of a page."""
        found = TOKEN.search(self.get(path).text)
        assert found, f"{path} has no form"
        return found.group(1)

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Open a page, fill in its form and send it; ``page`` names the page with the form."""
        page = kwargs.pop("page", path)
        form = {"csrf_token": self.token(page), **(data or {})}
        headers = {"Referer": f"{BASE_URL}{page}", **kwargs.pop("headers", {})}
        return self.post(path, data=form, headers=headers, **kwargs)

    def be(self, token: str) -> CheckedClient:
        """Carry the token of a session that was started for somebody."""
        with self.session_transaction(base_url=BASE_URL) as session:
            session["token"] = token
        return self


def check_response(response: TestResponse) -> None:
    """Headers on everything; on a page also its title, its markup and its scripts' nonce."""
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["Strict-Transport-Security"]
    assert headers["Cache-Control"]
    if response.mimetype != "text/html" or not response.text.startswith("<!doctype"):
        return
    assert headers["Cache-Control"] == "no-store"
    check_page(response.text, policy)


def check_page(text: str, policy: str) -> None:
    """One page: valid HTML, a title, one main heading, unique ids, nonces, nothing inline.

    One that differs from a right one in the values of nonce and form token only is right too.
    """
    nonce = NONCE.search(policy)
    same = TOKEN.sub("token", text.replace(nonce[1], "nonce") if nonce else text)
    digest = hashlib.sha256(same.encode()).digest()
    if digest not in _right:
        _parse(text, policy)
        _right.add(digest)


def _parse(text: str, policy: str) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(text)
    errors = [(place, code) for place, code, _ in parser.errors if code not in ALLOWED]
    lines = text.splitlines()
    assert not errors, [(code, lines[place[0] - 1][:160]) for place, code in errors]
    title = page.findtext("head/title") or ""
    assert title.strip()
    assert len(page.findall(".//h1")) == 1, f"{title}: {len(page.findall('.//h1'))} h1"
    ids = [node.get("id") for node in page.iter() if node.get("id")]
    assert len(ids) == len(set(ids)), f"{title}: an id occurs twice"
    for node in page.iter():
        inline = [name for name in node.attrib if name.startswith("on") or name == "style"]
        assert not inline, f"{title}: {inline}"
    for script in page.iter("script"):
        nonce = script.get("nonce")
        assert nonce, f"{title}: a script without its nonce"
        assert f"'nonce-{nonce}'" in policy
    if page.findall(".//div[@data-module='nhsuk-error-summary']"):
        assert title.startswith("Error:"), title
    assert "hard to reach" not in text.lower()
