"""Invitations, passwords, and what happens when one is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask

from engagement.accounts.models import Staff as StaffTable
from engagement.accounts.models import Token
from engagement.accounts.rules import TOKEN_LIFE, Role, StaffState, TokenPurpose
from engagement.accounts.service import (
    disable_staff,
    enable_staff,
    invite_again,
    invite_staff,
    remove_second_factor,
    send_password_reset,
)
from engagement.messages.models import Message
from engagement.messages.rules import MessageState
from tests.client import CheckedClient
from tests.factories import PASSWORD, World
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
)

Browse = Callable[[], CheckedClient]
NEW = "three dry otters"
RESET = "/p/north/staff/reset"


def invitation(world: World, email: str = "new@north.example", name: str = "Noor New") -> str:
    """The address that an invitation's e-mail names."""
    with world.north.inside():
        return invite_staff(email, name, [(Role.OFFICER, None)], _at("invitation")).link


def reset_link(world: World, email: str) -> str:
    """The address that the e-mail about a new password names."""
    links: list[str] = []

    def link_to(token: str) -> str:
        links.append(_at("reset")(token))
        return links[0]

    with world.north.inside():
        send_password_reset(email, link_to)
    return links[0]


def _at(page: str) -> Callable[[str], str]:
    return lambda token: f"/p/north/staff/{page}/{token}"


def test_an_invitation_opens_an_account_step_by_step(
    app: Flask, world: World, browse: Browse
) -> None:
    link, browser = invitation(world), browse()
    assert "Noor New" in browser.get(link).text
    assert browser.send(link, {"new_password": NEW}).location == CODE
    page = browser.get(CODE).text
    assert "<svg" in page
    secret = page.partition('<code class="app-key">')[2].partition("</code>")[0]
    app_on_phone = pyotp.TOTP(secret.replace(" ", ""))
    answer = browser.send(CODE, {"code": app_on_phone.now()})
    assert answer.text.count('<code class="app-key">') == 10
    assert browser.get("/p/north/plan/").status_code == 200


def test_opening_the_link_does_not_use_it_up(world: World, browse: Browse) -> None:
    link = invitation(world)
    for _ in range(3):
        assert browse().get(link).status_code == 200
        assert browse().head(link).status_code == 200
    assert browse().send(link, {"new_password": NEW}).location == CODE


def test_an_invitation_works_once(world: World, browse: Browse) -> None:
    link, browser = invitation(world), browse()
    form = {"csrf_token": browser.token(link), "new_password": NEW}
    assert browser.post(link, data=form).location == CODE
    for answer in (browse().get(link), browser.post(link, data=form)):
        assert answer.status_code == 404
        assert "does not work any more" in answer.text


def test_a_password_that_is_refused_does_not_use_the_invitation_up(
    world: World, browse: Browse
) -> None:
    link = invitation(world)
    assert browse().send(link, {"new_password": "short"}).status_code == 200
    assert browse().send(link, {"new_password": NEW}).location == CODE


def test_an_invitation_works_for_seven_days(app: Flask, world: World, browse: Browse) -> None:
    link = invitation(world)
    move_back(app, Token.expires_at, TOKEN_LIFE[TokenPurpose.INVITATION])
    assert browse().get(link).status_code == 404


def test_a_new_invitation_replaces_the_old_one(app: Flask, world: World, browse: Browse) -> None:
    old = invitation(world)
    (row,) = rows(app, StaffTable.public_id)
    with world.north.inside():
        new = invite_again(row[0], _at("invitation")).link
    assert browse().get(old).status_code == 404
    assert browse().get(new).status_code == 200


def test_an_invitation_to_an_account_that_was_closed_opens_nothing(
    app: Flask, world: World, browse: Browse
) -> None:
    link, browser = invitation(world), browse()
    token = browser.token(link)
    (row,) = rows(app, StaffTable.public_id)
    with world.north.inside():
        disable_staff(row[0])
    answer = browser.post(link, data={"csrf_token": token, "new_password": NEW})
    assert answer.status_code == 404
    assert rows(app, StaffTable.state, StaffTable.password_hash) == [(StaffState.DISABLED, None)]


def test_closing_an_account_that_is_being_opened_stops_it(
    app: Flask, world: World, browse: Browse
) -> None:
    link, browser = invitation(world), browse()
    browser.send(link, {"new_password": NEW})
    assert "QR" in browser.get(CODE).text
    (row,) = rows(app, StaffTable.public_id)
    with world.north.inside():
        disable_staff(row[0])
    assert browser.get(CODE).location == SIGN_IN


def test_a_lost_phone_means_starting_anew_and_a_step_taken_before_leads_nowhere(
    app: Flask, world: World, browse: Browse
) -> None:
    officer, thief = world.north.staff(Role.OFFICER), browse()
    enter_password(thief, officer)
    with world.north.inside():
        remove_second_factor(officer.public_id, _at("invitation"))
    assert thief.get(CODE).location == SIGN_IN
    assert enter_password(thief, officer).status_code == 200


def test_a_closed_account_that_is_opened_again_keeps_its_second_factor(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    with world.north.inside():
        disable_staff(officer.public_id)
        enable_staff(officer.public_id, _at("invitation"))
    assert sign_in(app, browse(), officer).location == "/p/north/staff/"


EASILY_GUESSED = [
    ("", "Enter a new password"),
    ("x7$kQ2z", "8 characters or more"),
    ("🦔🦡🦫🦝🦨🦩🦚", "8 characters or more"),
    ("x" * 257, "256 characters or fewer"),
    ("password", "attackers try first"),
    ("PASSWORD", "attackers try first"),
    ("football", "attackers try first"),
    ("baseball1", "attackers try first"),
    ("11111111", "attackers try first"),
    ("abababab", "attackers try first"),
    ("new@north.example", "attackers try first"),
    ("New@North.Example", "attackers try first"),
    ("Noor New", "attackers try first"),
    (" " * 12, "attackers try first"),
]


def test_a_password_that_is_easily_guessed_is_refused_in_words(
    app: Flask, world: World, browse: Browse
) -> None:
    link, browser = invitation(world), browse()
    for password, problem in EASILY_GUESSED:
        answer = browser.send(link, {"new_password": password})
        assert answer.status_code == 200
        assert problem in answer.text, password
        (field,) = re.findall('<input[^>]*name="new_password"[^>]*>', answer.text)
        assert "value=" not in field
    assert rows(app, StaffTable.password_hash) == [(None,)]


ANY_CHARACTERS = [
    "correct horse",
    "x7$kQ2zw",
    "  spaces before and after  ",
    "ŵylan ạ̈ 漢字 ελληνικά",
    "🦔 🦡 🦫 🦝 🦨 🦩 🦚 🦜",
    "a" * 60 + "bcde",
    "<script>alert(1)</script>",
    "'; DROP TABLE staff; --",
    "no\ttabs\tat\tall",
    "0123456789" * 20 + "🦔" * 56,
]


def test_any_characters_will_do_and_all_of_them_count(
    app: Flask, world: World, browse: Browse
) -> None:
    for number, password in enumerate(ANY_CHARACTERS):
        email = f"new{number}@north.example"
        link, browser = invitation(world, email), browse()
        assert browser.send(link, {"new_password": password}).location == CODE, password
        for typed, right in ((password, True), (password[:-1], False), (password + "x", False)):
            answer = browser.send(SIGN_IN, {"email": email, "password": typed})
            assert (answer.location == CODE) is right, typed


def test_the_two_questions_about_a_password_may_be_pasted_into(
    world: World, browse: Browse
) -> None:
    page = browse().get(invitation(world)).text
    assert 'autocomplete="new-password"' in page
    assert "onpaste" not in page
    assert 'type="password"' in page
    assert "maxlength" not in page


def test_a_new_password_by_link_keeps_the_second_factor_and_ends_every_session(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    signed_in = browse().be(world.north.session(officer))
    factor = rows(app, StaffTable.totp_secret, StaffTable.totp_confirmed_at)
    link = reset_link(world, officer.email)
    answer = browse().send(link, {"new_password": NEW})
    assert answer.location == SIGN_IN
    assert rows(app, StaffTable.totp_secret, StaffTable.totp_confirmed_at) == factor
    assert signed_in.get("/p/north/plan/").location == SIGN_IN
    assert enter_password(browse(), officer, PASSWORD).status_code == 200
    browser = browse()
    assert enter_password(browser, officer, NEW).location == CODE
    assert "token" not in session_of(browser)
    assert browser.send(CODE, {"code": code_of(app, officer)}).location == "/p/north/staff/"


def test_a_link_for_a_new_password_works_once_and_not_by_opening_it(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    link, browser = reset_link(world, officer.email), browse()
    for _ in range(3):
        assert browse().get(link).status_code == 200
    form = {"csrf_token": browser.token(link), "new_password": NEW}
    assert browser.post(link, data=form).location == SIGN_IN
    assert browser.post(link, data={**form, "new_password": PASSWORD}).status_code == 404
    assert enter_password(browse(), officer, NEW).location == CODE


def test_a_link_for_a_new_password_works_for_an_hour_and_until_the_next(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    first, second = (reset_link(world, officer.email) for _ in range(2))
    assert browse().get(first).status_code == 404
    assert browse().get(second).status_code == 200
    move_back(app, Token.expires_at, TOKEN_LIFE[TokenPurpose.PASSWORD_RESET])
    assert browse().get(second).status_code == 404


def test_a_link_for_a_new_password_dies_with_the_account_and_with_another_change(
    app: Flask, world: World, browse: Browse
) -> None:
    officer, other = world.north.staff(Role.OFFICER), world.north.staff(Role.OFFICER)
    link, changed = reset_link(world, officer.email), reset_link(world, other.email)
    with world.north.inside():
        disable_staff(officer.public_id)
    assert browse().get(link).status_code == 404
    browser = browse().be(world.north.session(other))
    form = {"password": PASSWORD, "new_password": NEW}
    assert browser.send("/p/north/staff/account/password", form).status_code == 303
    assert browse().get(changed).status_code == 404


def test_nothing_tells_whether_an_address_has_an_account(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, closed = world.north.staff(Role.OFFICER), world.north.staff(Role.OFFICER)
    with world.north.inside():
        disable_staff(closed.public_id)
    invitation(world)
    browse().send(RESET, {"email": "first@north.example"})
    seen = []
    for email in (officer.email, "nobody@north.example", closed.email, "new@north.example"):
        browser = browse()
        form = {"csrf_token": browser.token(RESET), "email": email}
        with counted(app, monkeypatch) as cost:
            answer = browser.post(RESET, data=form)
        page = same_page(browser.get(answer.location), email)
        seen.append((same_page(answer, email), page, cost))
    assert all(one == seen[0] for one in seen), [cost for *_, cost in seen]
    assert seen[0][0][0] == 303
    to = rows(app, Message.recipient, Message.state, Message.template)
    asked = [row for row in to if row[2] == "password_reset"]
    queued = [row[0] for row in asked if row[1] is MessageState.QUEUED]
    assert queued == [officer.email]
    assert len(asked) == 5


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    here, elsewhere = (browse().be(world.north.session(officer)) for _ in range(2))
    page = "/p/north/staff/account/password"
    refused = here.send(page, {"password": "wrong", "new_password": NEW})
    assert "not your present password" in refused.text
    assert (
        "attackers try first"
        in here.send(page, {"password": PASSWORD, "new_password": officer.email}).text
    )
    assert elsewhere.get("/p/north/plan/").status_code == 200
    assert here.send(page, {"password": PASSWORD, "new_password": NEW}).status_code == 303
    assert here.get("/p/north/plan/").status_code == 200
    assert elsewhere.get("/p/north/plan/").location == SIGN_IN
    assert enter_password(browse(), officer, PASSWORD).status_code == 200
    assert enter_password(browse(), officer, NEW).location == CODE


def test_new_recovery_codes_need_the_password_and_replace_the_old_ones(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse().be(world.north.session(officer))
    page = "/p/north/staff/account/recovery-codes"
    assert "not your present password" in browser.send(page, {"password": "wrong"}).text
    old, new = (browser.send(page, {"password": PASSWORD}).text for _ in range(2))
    code = old.partition('<code class="app-key">')[2].partition("</code>")[0]
    assert len(code) == 11
    assert code not in new
    thief = browse()
    enter_password(thief, officer)
    assert thief.send(CODE, {"code": code}).status_code == 200


def test_no_password_stands_in_the_database(app: Flask, world: World, browse: Browse) -> None:
    world.north.staff(Role.OFFICER)
    ((stored,),) = rows(app, StaffTable.password_hash)
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored
