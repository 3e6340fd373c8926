"""Guessing is slowed down, and nobody is locked out by somebody else's guesses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from limits import RateLimitItem, parse
from sqlalchemy import text

from engagement import create_app
from engagement.accounts.rules import Role
from engagement.config import Config
from engagement.extensions import db
from engagement.messages.models import Message
from engagement.people.service import issue_letter_codes
from engagement.web import throttling
from tests.client import CheckedClient
from tests.factories import PASSWORD, World
from tests.web.visits import CODE, SIGN_IN, code_of, enter_password, rows, sign_in

Browse = Callable[[], CheckedClient]
RESET = "/p/north/staff/reset"
ENTER = "/p/north/me/enter"
LINK = "/p/north/me/link"


def guess(browser: CheckedClient, email: str, **options: Any) -> int:
    """Try a wrong password; the answer's status."""
    return browser.send(SIGN_IN, {"email": email, "password": "wrong guess"}, **options).status_code


def allow(
    monkeypatch: pytest.MonkeyPatch, *, strangers: int = 5, known: int = 5, network: int = 1000
) -> None:
    """Smaller limits, so that they are reached soon; what is told apart stays as it is."""
    limits: dict[str, RateLimitItem] = {
        "STRANGERS_LIMIT": parse(f"{strangers} per 15 minutes"),
        "KNOWN_DEVICE_LIMIT": parse(f"{known} per 15 minutes"),
        "NETWORK_LIMIT": parse(f"{network} per 10 minutes"),
    }
    for name, limit in limits.items():
        monkeypatch.setattr(throttling, name, limit)


def test_twenty_wrong_guesses_at_an_account_are_enough(world: World, browse: Browse) -> None:
    """The limit as it is, with nothing made smaller."""
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    assert [guess(browser, officer.email) for _ in range(22)] == [200] * 20 + [429] * 2


def test_strangers_guesses_do_not_lock_out_a_browser_that_is_known(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch)
    officer = world.north.staff(Role.OFFICER)
    known = browse()
    sign_in(app, known, officer)
    known.send("/p/north/sign-out", page="/p/north/staff/account")
    stranger = browse()
    while guess(stranger, officer.email) != 429:
        pass
    assert enter_password(stranger, officer).status_code == 429
    assert sign_in(app, known, officer).location == "/p/north/staff/"


def test_a_known_browser_cannot_guess_for_ever_either(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, known=4)
    officer = world.north.staff(Role.OFFICER)
    thief = browse()
    sign_in(app, thief, officer)
    assert [guess(thief, officer.email) for _ in range(5)] == [200] * 4 + [429]


def test_being_known_for_one_account_helps_with_no_other(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, known=1000)
    mine, theirs = world.north.staff(Role.OFFICER), world.north.staff(Role.OFFICER)
    browser = browse()
    sign_in(app, browser, mine)
    assert [guess(browser, theirs.email) for _ in range(6)][-1] == 429


@pytest.mark.parametrize("value", ["", "x", "e30.x.y", "a" * 3000])
def test_a_device_cookie_that_was_made_up_helps_nobody(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    allow(monkeypatch, known=1000)
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    browser.set_cookie("__Host-device", value, domain="engagement.test", secure=True)
    assert [guess(browser, officer.email) for _ in range(6)][-1] == 429


def test_a_device_is_known_in_its_own_partnership_only(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, strangers=3, known=1000)
    browser = browse()
    sign_in(app, browser, world.north.staff(Role.OFFICER))
    page = "/p/south/staff/sign-in"
    form = {"email": "staff1@north.example", "password": "wrong"}
    assert [browser.send(page, form).status_code for _ in range(4)] == [200] * 3 + [429]


def test_an_address_in_other_letters_is_the_same_account(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, strangers=3)
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    tries = [officer.email, officer.email.upper(), f" {officer.email}", officer.email.title()]
    assert [guess(browser, email) for email in tries] == [200, 200, 200, 429]


def test_an_unknown_account_is_throttled_like_a_known_one(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, strangers=3)
    browser = browse()
    assert [guess(browser, "nobody@north.example") for _ in range(4)] == [200, 200, 200, 429]


def test_codes_from_the_app_are_counted_with_the_passwords(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, strangers=4)
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    enter_password(browser, officer)
    answers = [browser.send(CODE, {"code": f"00000{n}"}).status_code for n in range(4)]
    assert answers == [200, 200, 200, 429]
    assert browser.send(CODE, {"code": code_of(app, officer)}).status_code == 429


def test_links_by_e_mail_cannot_be_asked_for_without_end(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, strangers=3)
    for page, email in ((RESET, "a@north.example"), (LINK, "b@north.example")):
        answers = [browse().send(page, {"email": email}).status_code for _ in range(4)]
        assert answers == [303, 303, 303, 429], page


@pytest.mark.parametrize("page", [SIGN_IN, RESET, ENTER, LINK, "/p/north/me/begin"])
def test_a_network_is_throttled_at_every_way_in(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    allow(monkeypatch, strangers=1000, network=3)
    with world.north.inside():
        (code,) = issue_letter_codes(1)
    browser = browse()
    with browser.session_transaction(base_url="https://engagement.test") as session:
        session["letter_code"] = code
    here, there = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    answers = [browser.send(page, environ_overrides=here).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert browser.send(page, environ_overrides=there).status_code == 200
    assert browser.get(page, environ_overrides=here).status_code == 200


def test_a_full_hall_behind_one_address_comes_in(world: World, browse: Browse) -> None:
    """A hundred people with a hundred letters, in ten minutes, with the limits as they are."""
    with world.north.inside():
        codes = issue_letter_codes(100)
    browser = browse()
    token = browser.token(ENTER)
    for code in codes:
        form = {"csrf_token": token, "code": code}
        assert browser.post(ENTER, data=form).status_code == 303


def test_one_half_of_an_ipv6_address_is_one_network(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, network=2)
    browser = browse()
    answers = [
        browser.send(ENTER, environ_overrides={"REMOTE_ADDR": address}).status_code
        for address in ("2001:db8::1", "2001:db8::2:3", "2001:db8:0:0:ffff::", "2001:db8:0:1::1")
    ]
    assert answers == [200, 200, 429, 200]


def test_what_a_visitor_says_about_their_address_is_believed_of_a_proxy_only(
    config: Config, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, network=2)
    browser = browse()
    answers = [
        browser.send(ENTER, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
        for n in range(3)
    ]
    assert answers == [200, 200, 429]
    behind = create_app(replace(config, trusted_proxies=1))
    behind.test_client_class = CheckedClient
    proxied = behind.test_client()
    assert isinstance(proxied, CheckedClient)
    answers = [
        proxied.send(ENTER, headers={"X-Forwarded-For": f"{n}.9.9.9, 198.51.100.9"}).status_code
        for n in range(3)
    ]
    assert answers == [200, 200, 429]
    with behind.app_context():
        db.engine.dispose()


def test_all_processes_count_together(
    config: Config, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, strangers=4)
    officer = world.north.staff(Role.OFFICER)
    second = create_app(config)
    second.test_client_class = CheckedClient
    one, other = browse(), second.test_client()
    assert isinstance(other, CheckedClient)
    answers = [guess(browser, officer.email) for browser in (one, other, one, other, one, other)]
    assert answers == [200] * 4 + [429] * 2
    with second.app_context():
        db.engine.dispose()


def test_what_is_refused_does_no_work(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the limit no password is checked, and no message is written."""
    allow(monkeypatch, strangers=1)
    officer = world.north.staff(Role.OFFICER)
    before = len(rows(app, Message.id))
    assert [browse().send(RESET, {"email": officer.email}).status_code for _ in range(3)] == [
        303,
        429,
        429,
    ]
    assert len(rows(app, Message.id)) == before + 1
    assert enter_password(browse(), officer, PASSWORD).status_code == 429


def test_reading_is_never_throttled(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, strangers=1, known=1, network=1)
    browser = browse()
    assert {browser.get(SIGN_IN).status_code for _ in range(5)} == {200}


def test_when_the_window_has_passed_one_may_try_again(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, strangers=2)
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    assert [guess(browser, officer.email) for _ in range(3)] == [200, 200, 429]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE throttle_counter SET expires = expires - 900"))
    assert enter_password(browser, officer).location == CODE


def test_the_counters_name_nobody(app: Flask, world: World, browse: Browse) -> None:
    guess(browse(), "nobody@north.example", environ_overrides={"REMOTE_ADDR": "192.0.2.77"})
    with app.app_context(), db.engine.connect() as connection:
        stored = repr(connection.execute(text("SELECT * FROM throttle_counter")).all())
    assert len(stored) > 100
    assert "nobody" not in stored
    assert "192.0.2" not in stored
