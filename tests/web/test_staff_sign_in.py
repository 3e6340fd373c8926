"""Staff sign in with a password and a code from an app."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask

from engagement.accounts.models import SignInSession, Token
from engagement.accounts.rules import TOKEN_LIFE, Role, TokenPurpose
from engagement.accounts.service import disable_staff, invite_staff, renew_recovery_codes
from tests.client import CheckedClient
from tests.factories import PASSWORD, Staff, World
from tests.past import move_back
from tests.web.visits import (
    CODE,
    SIGN_IN,
    code_of,
    counted,
    enter_password,
    rows,
    same_page,
    session_of,
    sign_in,
    token_of,
)

Browse = Callable[[], CheckedClient]


def test_a_password_and_then_a_code_open_the_door_of_ones_role(
    world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    answer = browser.send(
        "/p/north/staff/sign-in", {"email": officer.email, "password": officer.password}
    )
    assert answer.location == "/p/north/staff/code"
    code = officer.app.at(int(time.time()) + 30)
    assert browser.send("/p/north/staff/code", {"code": code}).location == "/p/north/staff/"
    assert browser.get("/p/north/staff/").location == "/p/north/plan/"
    assert "Programmes" in browser.get("/p/north/plan/").text


@pytest.mark.parametrize(
    ("role", "door"),
    [
        (Role.FACILITATOR, "/p/north/facilitate/"),
        (Role.PHONE_OPERATOR, "/p/north/facilitate/"),
        (Role.SAFEGUARDING_LEAD, "/p/north/facilitate/"),
        (Role.OFFICER, "/p/north/plan/"),
        (Role.BOARD_MEMBER, "/p/north/plan/"),
        (Role.ADMINISTRATOR, "/p/north/admin/"),
    ],
)
def test_each_role_has_a_door(world: World, browse: Browse, role: Role, door: str) -> None:
    browser = browse().be(world.north.session(world.north.staff(role)))
    assert browser.get("/p/north/staff/").location == door
    assert browser.get(door).status_code == 200


def test_somebody_without_a_role_is_told_so(world: World, browse: Browse) -> None:
    browser = browse().be(world.north.session(world.north.staff()))
    assert "You have no role yet" in browser.get("/p/north/staff/").text


def _wrong_password(world: World) -> tuple[str, str]:
    return world.north.staff(Role.OFFICER).email, "not the right one"


def _unknown_address(world: World) -> tuple[str, str]:
    return "nobody@north.example", PASSWORD


def _closed_account(world: World) -> tuple[str, str]:
    staff = world.north.staff(Role.OFFICER)
    with world.north.inside():
        disable_staff(staff.public_id)
    return staff.email, PASSWORD


def _account_not_opened_yet(world: World) -> tuple[str, str]:
    with world.north.inside():
        invite_staff("new@north.example", "New", [], lambda token: token)
    return "new@north.example", PASSWORD


def _account_of_another_partnership(world: World) -> tuple[str, str]:
    return world.south.staff(Role.OFFICER).email, PASSWORD


def test_nothing_tells_why_somebody_is_not_let_in(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the words, not the status, and not the work, which is what the time comes from."""
    browse().send(SIGN_IN, {"email": "first@north.example", "password": "x"})
    seen = []
    for account in (
        _wrong_password,
        _unknown_address,
        _closed_account,
        _account_not_opened_yet,
        _account_of_another_partnership,
    ):
        email, password = account(world)
        browser = browse()
        form = {"csrf_token": browser.token(SIGN_IN), "email": email, "password": password}
        with counted(app, monkeypatch) as cost:
            answer = browser.post(SIGN_IN, data=form)
        seen.append((same_page(answer, email), cost))
    assert "they do not match" in seen[0][0][2]
    assert all(one == seen[0] for one in seen), [cost for _, cost in seen]
    assert seen[0][1]["passwords"] == 1


def test_an_address_may_be_typed_in_capitals_and_with_spaces(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    answer = browse().send(
        SIGN_IN, {"email": f" {officer.email.upper()} ", "password": officer.password}
    )
    assert answer.location == CODE


def test_a_password_alone_opens_nothing(world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    enter_password(browser, officer)
    assert "token" not in session_of(browser)
    assert browser.get("/p/north/plan/").location == SIGN_IN


def test_a_code_without_the_password_opens_nothing(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    assert browser.get(CODE).location == SIGN_IN
    form = {"csrf_token": browser.token(SIGN_IN), "code": code_of(app, officer)}
    assert browser.post(CODE, data=form).location == SIGN_IN


def test_a_code_works_once(app: Flask, world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    first, second = browse(), browse()
    for browser in (first, second):
        enter_password(browser, officer)
    code = code_of(app, officer)
    # The second password step replaced the first.
    assert first.get(CODE).location == SIGN_IN
    assert second.send(CODE, {"code": code}).location == "/p/north/staff/"
    enter_password(first, officer)
    answer = first.send(CODE, {"code": code})
    assert answer.status_code == 200
    assert "was used already" in answer.text
    assert "token" not in session_of(first)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda staff: staff.app.at(int(time.time()) - 300),
        lambda staff: staff.app.at(int(time.time()) + 300),
        lambda staff: staff.app.at(int(time.time()))[:5],
        lambda staff: staff.app.at(int(time.time())) + "0",
        lambda staff: staff.app.at(int(time.time())).translate(
            {ord("0") + n: chr(0x0660 + n) for n in range(10)}
        ),
        lambda staff: "",
        lambda staff: "000000" if staff.app.at(int(time.time())) != "000000" else "111111",
        lambda staff: "' OR 1=1 --",
    ],
    ids=["old", "of the future", "short", "long", "other digits", "empty", "guessed", "hostile"],
)
def test_a_wrong_code_is_refused(
    app: Flask, world: World, browse: Browse, wrong: Callable[[Staff], str]
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    enter_password(browser, officer)
    code_of(app, officer)
    answer = browser.send(CODE, {"code": wrong(officer)})
    assert answer.status_code == 200
    assert answer.text.partition("<title>")[2].startswith("Error:")
    assert "token" not in session_of(browser)


def test_a_code_may_be_typed_with_a_space(app: Flask, world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    enter_password(browser, officer)
    code = code_of(app, officer)
    assert browser.send(CODE, {"code": f"{code[:3]} {code[3:]}"}).location == "/p/north/staff/"


def test_a_recovery_code_stands_in_once(app: Flask, world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    with world.north.inside():
        first, second, *_ = renew_recovery_codes(officer.id, PASSWORD)
    for code, lets_in in ((first, True), (first, False), (second.lower(), True)):
        browser = browse()
        enter_password(browser, officer)
        answer = browser.send(CODE, {"code": code})
        assert (answer.location == "/p/north/staff/") is lets_in
    page = browse().be(world.north.session(officer)).get("/p/north/staff/account").text
    assert ">8" in page.replace("\n", "").replace(" ", "")


def test_the_second_step_waits_ten_minutes_and_no_longer(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    enter_password(browser, officer)
    move_back(app, Token.expires_at, TOKEN_LIFE[TokenPurpose.SECOND_FACTOR])
    assert browser.get(CODE).location == SIGN_IN
    assert "took too long" in browser.get(SIGN_IN).text


def test_an_account_closed_between_the_steps_stays_closed(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    enter_password(browser, officer)
    with world.north.inside():
        disable_staff(officer.public_id)
    assert browser.get(CODE).location == SIGN_IN


def test_a_step_that_was_taken_cannot_be_taken_again(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser, thief = browse(), browse()
    enter_password(browser, officer)
    with thief.session_transaction(base_url="https://engagement.test") as stolen:
        stolen.update(session_of(browser))
    assert browser.send(CODE, {"code": code_of(app, officer)}).location == "/p/north/staff/"
    assert thief.get(CODE).location == SIGN_IN


def test_signing_in_gives_a_new_session_and_drops_what_was_there(
    app: Flask, world: World, browse: Browse
) -> None:
    officer, other = world.north.staff(Role.OFFICER), world.north.staff(Role.OFFICER)
    planted = world.north.session(other)
    browser = browse().be(planted)
    with browser.session_transaction(base_url="https://engagement.test") as session:
        session["planted"] = "by somebody else"
    enter_password(browser, officer)
    assert {"planted", "csrf_token", "second_step"} <= set(session_of(browser))
    browser.send(CODE, {"code": code_of(app, officer)})
    assert set(session_of(browser)) == {"token"}
    assert token_of(browser) != planted
    assert browse().be(planted).get("/p/north/plan/").status_code == 200


def test_the_cookies_can_be_read_by_nobody_else(app: Flask, world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    answer = sign_in(app, browser, officer)
    cookies = {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"__Host-session", "__Host-device"}
    for cookie in cookies.values():
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert not any(part.startswith("Domain") for part in parts)
    # The session's cookie goes when the browser is closed; the device's tells only that it is
    # known.
    assert "Expires" not in cookies["__Host-session"]
    assert officer.email not in "".join(cookies.values())


def test_a_session_is_stored_only_as_a_hash(app: Flask, world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    sign_in(app, browser, officer)
    for (stored,) in rows(app, SignInSession.token_hash):
        assert re.fullmatch("[0-9a-f]{64}", stored)
        assert token_of(browser) not in stored


def test_one_goes_on_where_one_was_asked_to_sign_in(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    assert browser.get("/p/north/plan/programmes/new").location == SIGN_IN
    assert sign_in(app, browser, officer).location == "/p/north/plan/programmes/new"


def test_one_never_goes_on_to_an_address_that_takes_forms_only(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse().be(world.north.session(officer))
    form = {"csrf_token": browser.token("/p/north/plan/programmes/new")}
    move_back(app, SignInSession.ends_at, 100 * TOKEN_LIFE[TokenPurpose.INVITATION])
    for path in ("/p/north/stay", "/p/north/staff/account/sign-out-elsewhere"):
        assert browser.post(path, data=form).status_code == 303
    answer = sign_in(app, browser, officer)
    assert answer.location == "/p/north/staff/"


@pytest.mark.parametrize("name", ["next", "after", "url", "redirect", "return_to"])
def test_nobody_can_say_where_one_goes_after_signing_in(
    app: Flask, world: World, browse: Browse, name: str
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse()
    evil = f"?{name}=https://evil.example/"
    form = {
        "csrf_token": browser.token(SIGN_IN + evil),
        "email": officer.email,
        "password": officer.password,
        name: "https://evil.example/",
    }
    assert browser.post(SIGN_IN + evil, data=form).location == CODE
    answer = browser.send(CODE, {"code": code_of(app, officer), name: "//evil.example"})
    assert answer.location == "/p/north/staff/"


def test_south_does_not_know_who_signed_in_at_north(
    app: Flask, world: World, browse: Browse
) -> None:
    browser = browse()
    sign_in(app, browser, world.north.staff(*Role))
    assert browser.get("/p/north/admin/").status_code == 200
    assert browser.get("/p/south/admin/").location == "/p/south/staff/sign-in"
