"""The URL map as tests read it: every route, its rule, its parameters, its addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.routing import Rule as UrlRule
from werkzeug.test import TestResponse

from engagement.web.access import Rule, Who, rule_of

BASE_URL = "https://engagement.test"
PARAMETER = re.compile(r"(?:([^/<>]+)/)?<(?:[a-z]+:)?([a-z_]+)>")
READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Route:
    """One route. ``parameters`` maps each but the slug to its place in the registry of samples,
    such as ``residents/<public_id>``: what stands before it says what it is.
    """

    endpoint: str
    rule: UrlRule
    access: Rule | None
    methods: frozenset[str]
    parameters: Mapping[str, str]

    @property
    def is_partnerships(self) -> bool:
        """Whether it lies in a partnership's part of the site."""
        return "slug" in self.rule.arguments

    @property
    def is_for_anyone(self) -> bool:
        """Whether everybody is let in, signed in or not."""
        return self.access is not None and self.access.who is Who.ANYONE

    def address(self, slug: str, values: Mapping[str, str]) -> str:
        """Its path with these values; ``slug`` is used where it has one."""
        given = {**values, "slug": slug} if self.is_partnerships else dict(values)
        built = self.rule.build(given, append_unknown=False)
        assert built is not None, f"{self.rule.rule} cannot be built from {sorted(given)}"
        return built[1]


def list_routes(app: Flask) -> list[Route]:
    """All routes, by their rule."""
    return [
        Route(
            endpoint=rule.endpoint,
            rule=rule,
            access=rule_of(app, rule.endpoint),
            methods=frozenset(rule.methods or ()),
            parameters=_parameters(rule.rule),
        )
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    ]


def _parameters(rule: str) -> dict[str, str]:
    return {
        name: f"{before or ''}/<{name}>"
        for before, name in PARAMETER.findall(rule)
        if name != "slug"
    }


class Visitor:
    """A browser without the checks of pages, for thousands of requests; it sends valid forms."""

    def __init__(self, app: Flask, token: str | None = None, **session: str) -> None:
        self._client = FlaskClient(app, app.response_class, use_cookies=True)
        with app.test_request_context(base_url=BASE_URL):
            from flask import session as made

            self.csrf_token = generate_csrf()
            session["csrf_token"] = made["csrf_token"]
        if token:
            session["token"] = token
        with self._client.session_transaction(base_url=BASE_URL) as kept:
            kept.update(session)

    def ask(
        self, method: str, path: str, data: Mapping[str, str] | None = None, **options: object
    ) -> TestResponse:
        """Send a request; what changes something carries a valid token and says where it is."""
        form = None
        if method not in READ_ONLY:
            form = {"csrf_token": self.csrf_token, **(data or {})}
        options.setdefault("headers", {"Referer": f"{BASE_URL}{path}"})
        return self._client.open(
            path,
            method=method,
            data=form,
            base_url=BASE_URL,
            buffered=True,
            **options,  # type: ignore[arg-type]
        )


def page_of(answer: TestResponse) -> str:
    """The text of an answer that is a page; nothing of a file."""
    return answer.text if answer.mimetype == "text/html" else ""
