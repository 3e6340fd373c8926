"""Headers on everything that is answered, and a page of our own for everything that goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from engagement import create_app
from engagement.accounts import credentials
from engagement.accounts.rules import Role
from engagement.config import Config
from engagement.extensions import db
from engagement.web import throttling
from engagement.web.access import anyone
from tests.client import CheckedClient
from tests.factories import World

Browse = Callable[[], CheckedClient]

EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
SIGN_IN = "/p/north/staff/sign-in"
WRONG = {"email": "nobody@north.example", "password": "not the password"}


@pytest.fixture
def config(config: Config) -> Config:
    """Requests may be small only, so that too much is soon reached."""
    return replace(config, max_upload_mb=1)


@contextmanager
def no_database(app: Flask) -> Iterator[None]:
    """The database does not answer."""

    def refuse(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        raise OperationalError(statement, None, Exception("connection refused"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def _found(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/p/north/")


def _home_of_all(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/")


def _moved(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/p/north")


def _sent_to_sign_in(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/p/north/admin/")


def _style(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/static/build/app.css")


def _no_style(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/static/build/none.css")


def _health(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/healthz")


def _not_found(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/p/north/nowhere")


def _not_for_reading(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/p/north/sign-out")


def _without_token(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.post(SIGN_IN, data=WRONG)


def _too_large(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.post(SIGN_IN, data={"email": "x" * 1_100_000})


def _too_many(app: Flask, browser: CheckedClient) -> TestResponse:
    return [browser.send(SIGN_IN, WRONG) for _ in range(2)][-1]


def _broken(app: Flask, browser: CheckedClient) -> TestResponse:
    return browser.get("/broken")


def _unavailable(app: Flask, browser: CheckedClient) -> TestResponse:
    with no_database(app):
        return browser.get("/p/north/")


def _too_busy(app: Flask, browser: CheckedClient) -> TestResponse:
    with credentials._hashing, credentials._hashing:
        return browser.send(SIGN_IN, WRONG)


@pytest.mark.own_app
@pytest.mark.parametrize(
    ("happens", "status", "title"),
    [
        (_found, 200, None),
        (_home_of_all, 200, None),
        (_moved, 308, None),
        (_sent_to_sign_in, 303, None),
        (_style, 200, None),
        (_health, 200, None),
        (_not_found, 404, "Page not found"),
        (_no_style, 404, "Page not found"),
        (_not_for_reading, 405, "Page not found"),
        (_without_token, 400, "We could not read what was sent"),
        (_too_large, 413, "That is too large to send"),
        (_too_many, 429, "Too many tries"),
        (_broken, 500, "Sorry, something went wrong"),
        (_unavailable, 503, "Sorry, the service is not available"),
        (_too_busy, 503, "Sorry, the service is not available"),
    ],
    ids=lambda value: value.__name__.strip("_").replace("_", " ") if callable(value) else "",
)
def test_every_answer_has_its_headers_and_every_error_its_page(
    app: Flask,
    world: World,
    browse: Browse,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Flask, CheckedClient], TestResponse],
    status: int,
    title: str | None,
) -> None:
    def broken() -> str:
        raise ValueError

    app.add_url_rule("/broken", "broken", anyone(broken))
    monkeypatch.setattr(throttling, "STRANGERS_LIMIT", parse("1 per 15 minutes"))
    monkeypatch.setattr(credentials, "HASHING_WAIT_SECONDS", 0.01)
    answer = happens(app, browse())
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXACTLY} == EXACTLY
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    if title:
        assert f"<title>{title} – " in answer.text
        assert "nhsuk-header" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    if status >= 400:
        assert f"<code>{answer.headers['X-Request-Id']}</code>" in answer.text


def test_an_error_says_what_may_be_done_and_when(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _not_for_reading(app, browse()).headers["Allow"] in ("OPTIONS, POST", "POST, OPTIONS")
    assert _unavailable(app, browse()).headers["Retry-After"] == "10"
    monkeypatch.setattr(throttling, "STRANGERS_LIMIT", parse("1 per 15 minutes"))
    assert int(_too_many(app, browse()).headers["Retry-After"]) == 15 * 60


@pytest.mark.own_app
def test_a_missing_header_is_found(app: Flask, world: World, browse: Browse) -> None:
    inner = app.wsgi_app

    def without(environ: Any, start: Any) -> Any:
        def start_without(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [h for h in headers if h[0] != "X-Content-Type-Options"], *more)

        return inner(environ, start_without)

    app.wsgi_app = without  # type: ignore[method-assign]
    with pytest.raises(KeyError):
        browse().get("/p/north/")


def test_each_page_has_a_nonce_of_its_own(world: World, browse: Browse) -> None:
    browser = browse()
    policies = {browser.get("/p/north/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_styles_are_kept_for_ever_under_their_hash_and_pages_never(
    world: World, browse: Browse
) -> None:
    browser = browse()
    (address,) = {
        part.split('"')[0]
        for part in browser.get("/p/north/").text.split('href="')
        if part.startswith("/static/build/app.css")
    }
    assert "immutable" in browser.get(address).headers["Cache-Control"]
    assert browser.get("/static/build/app.css").headers["Cache-Control"] == "public, max-age=300"
    assert browser.get("/favicon.ico").status_code == 200
    for path in ("/p/north/", "/p/north/me/enter", SIGN_IN):
        assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_nothing_outside_the_folder_of_styles_is_served(world: World, browse: Browse) -> None:
    browser = browse()
    for path in (
        "/static/../pyproject.toml",
        "/static/%2e%2e/pyproject.toml",
        "/static/build/..%2f..%2fpyproject.toml",
        "/static/build/../../instance/secret_key",
        "/static//etc/passwd",
        "/static/build/%00.css",
        "/static/build",
    ):
        assert browser.get(path, follow_redirects=True).status_code == 404, path


def test_no_page_asks_another_site_for_anything(world: World, browse: Browse) -> None:
    officer = world.north.staff(*Role)
    for browser, path in (
        (browse(), "/p/north/"),
        (browse(), "/kit"),
        (browse().be(world.north.session(officer)), "/p/north/admin/"),
    ):
        page = browser.get(path).text
        for start in ('src="http', "src='http", 'href="//', 'src="//', "@import", "url(http"):
            assert start not in page


def test_over_plain_http_nothing_is_promised_that_cannot_hold(config: Config, world: World) -> None:
    app = create_app(replace(config, base_url="http://127.0.0.1:8000"))
    answer = app.test_client().get("/p/north/staff/sign-in")
    assert "Strict-Transport-Security" not in answer.headers
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "Secure" not in cookie
    with app.app_context():
        db.engine.dispose()


def test_where_a_request_says_it_is_sent_to_changes_no_address(
    world: World, browse: Browse
) -> None:
    answer = browse().get(
        "/p/north/admin/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert answer.location == "/p/north/staff/sign-in"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_service_says_that_it_is_well(world: World, browse: Browse, path: str) -> None:
    assert browse().get(path).status_code == 200


def test_without_a_database_the_service_lives_but_is_not_ready(app: Flask, browse: Browse) -> None:
    with no_database(app):
        assert browse().get("/healthz").status_code == 200
        answer = browse().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "problems": ["the database does not answer"]}


def test_with_older_tables_the_service_is_not_ready(app: Flask, browse: Browse) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '001'"))
    answer = browse().get("/readyz")
    assert answer.status_code == 503
    assert "engagement db upgrade" in answer.json["problems"][0]


def test_when_the_database_is_back_everything_is(app: Flask, world: World, browse: Browse) -> None:
    officer = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    token = officer.token("/p/north/staff/account")
    with no_database(app):
        assert officer.get("/p/north/plan/").status_code == 503
        answer = officer.post("/p/north/stay", data={"csrf_token": token})
        assert answer.status_code == 503
    assert officer.get("/p/north/plan/").status_code == 200


def test_a_page_beyond_the_last_or_no_number_is_not_there(world: World, browse: Browse) -> None:
    officer = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    for page in ("2", "0", "-1", "x", "", "1e9", "９", "1" * 30):
        assert officer.get(f"/p/north/plan/?page={page}").status_code == 404, page
    assert officer.get("/p/north/plan/?page=1").status_code == 200


def test_the_kit_refuses_nothing_that_an_address_may_say(browse: Browse) -> None:
    for state in ("", "empty", "error", "full", "<script>alert(1)</script>", "%00"):
        answer = browse().get("/kit", query_string={"state": state})
        assert answer.status_code in (200, 404), state
        assert "<script>alert" not in answer.text
