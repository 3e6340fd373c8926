"""A session lasts as long as its holder's roles allow, and ends at the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from engagement.accounts.models import SignInSession
from engagement.accounts.rules import (
    NO_ROLE_LIMIT,
    RESIDENT_LIMIT,
    ROLE_LIMITS,
    Role,
    SessionLimit,
    session_limit,
)
from engagement.accounts.service import disable_staff, enable_staff, grant_role, withdraw_role
from engagement.accounts.sessions import SEEN_EVERY
from engagement.people.service import issue_member_code
from tests.client import CheckedClient
from tests.factories import Partnership, Resident, Staff, World
from tests.past import move_back
from tests.web.visits import SIGN_IN, rows, session_of, token_of

Browse = Callable[[], CheckedClient]
A_MINUTE = timedelta(minutes=1)
ACCOUNT = "/p/north/staff/account"
HOME = "/p/north/me/"


def _resident(north: Partnership) -> Resident:
    return north.resident()


HOLDERS: list[tuple[str, Callable[[Partnership], Staff | Resident], SessionLimit, str]] = [
    *(
        (role.value, lambda north, role=role: north.staff(role), limit, ACCOUNT)
        for role, limit in ROLE_LIMITS.items()
    ),
    ("nobody", lambda north: north.staff(), NO_ROLE_LIMIT, ACCOUNT),
    (
        "officer and administrator",
        lambda north: north.staff(Role.OFFICER, Role.ADMINISTRATOR),
        ROLE_LIMITS[Role.ADMINISTRATOR],
        ACCOUNT,
    ),
    ("resident", _resident, RESIDENT_LIMIT, HOME),
]


@pytest.mark.parametrize(
    ("name", "holder", "limit", "page"), HOLDERS, ids=[name for name, *_ in HOLDERS]
)
def test_the_limits_are_those_of_the_strictest_role(
    app: Flask,
    world: World,
    browse: Browse,
    name: str,
    holder: Callable[[Partnership], Staff | Resident],
    limit: SessionLimit,
    page: str,
) -> None:
    who = holder(world.north)
    for column, longest in (
        (SignInSession.last_seen_at, limit.idle),
        (SignInSession.ends_at, limit.absolute),
    ):
        browser = browse().be(world.north.session(who))
        move_back(app, column, longest - A_MINUTE)
        assert browser.get(page).status_code == 200, column
        move_back(app, column, longest if column is SignInSession.last_seen_at else 2 * A_MINUTE)
        assert browser.get(page).status_code == 303, column


def test_no_use_keeps_a_session_beyond_its_absolute_end(
    app: Flask, world: World, browse: Browse
) -> None:
    limit = ROLE_LIMITS[Role.FACILITATOR]
    browser = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
    step = limit.idle - 2 * A_MINUTE
    passed = timedelta(0)
    while passed + step < limit.absolute:
        passed += step
        move_back(app, SignInSession.last_seen_at, step)
        move_back(app, SignInSession.ends_at, step)
        assert browser.send("/p/north/stay", page=ACCOUNT).status_code == 200
    move_back(app, SignInSession.ends_at, step)
    assert browser.get(ACCOUNT).location == SIGN_IN


def test_use_and_staying_extend_a_session(app: Flask, world: World, browse: Browse) -> None:
    limit = ROLE_LIMITS[Role.OFFICER]
    browser = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    token = browser.token(ACCOUNT)
    almost = limit.idle - A_MINUTE
    move_back(app, SignInSession.last_seen_at, almost)
    answer = browser.post("/p/north/stay", data={"csrf_token": token})
    assert answer.json == {"status": "ok"}
    move_back(app, SignInSession.last_seen_at, almost)
    assert browser.get(ACCOUNT).status_code == 200
    move_back(app, SignInSession.last_seen_at, almost)
    assert browser.get(ACCOUNT).status_code == 200


def test_staying_takes_the_token_in_a_header_too(world: World, browse: Browse) -> None:
    browser = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    token = browser.token(ACCOUNT)
    assert browser.post("/p/north/stay", headers={"X-CSRFToken": token}).status_code == 200
    assert browser.post("/p/north/stay").status_code == 400


def test_staying_does_not_wake_a_session_that_has_ended(
    app: Flask, world: World, browse: Browse
) -> None:
    browser = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    token = browser.token(ACCOUNT)
    move_back(app, SignInSession.last_seen_at, ROLE_LIMITS[Role.OFFICER].idle)
    assert browser.post("/p/north/stay", data={"csrf_token": token}).status_code == 303
    assert browser.get(ACCOUNT).location == SIGN_IN


def test_a_page_viewed_again_at_once_writes_nothing(
    app: Flask, world: World, browse: Browse
) -> None:
    browser = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    before = rows(app, SignInSession.last_seen_at)
    browser.get(ACCOUNT)
    assert rows(app, SignInSession.last_seen_at) == before
    move_back(app, SignInSession.last_seen_at, SEEN_EVERY + A_MINUTE)
    browser.get(ACCOUNT)
    assert rows(app, SignInSession.last_seen_at)[-1] > before[-1]


def test_the_page_says_how_long_the_session_lasts(app: Flask, world: World, browse: Browse) -> None:
    limit = ROLE_LIMITS[Role.OFFICER]
    browser = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    page = browser.get(ACCOUNT).text
    assert f'data-idle-seconds="{int(limit.idle.total_seconds())}"' in page
    assert 'data-extend-url="/p/north/stay"' in page
    move_back(app, SignInSession.ends_at, limit.absolute - 10 * A_MINUTE)
    left = browser.get(ACCOUNT).text.partition('data-idle-seconds="')[2].partition('"')[0]
    assert 500 < int(left) <= 600


def test_signing_out_ends_the_session_at_the_server(world: World, browse: Browse) -> None:
    officer = world.north.staff(Role.OFFICER)
    token = world.north.session(officer)
    browser, other = browse().be(token), browse().be(world.north.session(officer))
    answer = browser.send("/p/north/sign-out", page=ACCOUNT)
    assert answer.location == "/p/north/signed-out"
    assert "token" not in session_of(browser)
    assert browse().be(token).get(ACCOUNT).location == SIGN_IN
    assert other.get(ACCOUNT).status_code == 200


def test_a_resident_signs_out_at_the_server_too(world: World, browse: Browse) -> None:
    token = world.north.session(world.north.resident())
    browse().be(token).send("/p/north/sign-out", page=HOME)
    assert browse().be(token).get(HOME).location == "/p/north/me/enter"


def test_signing_out_twice_or_too_late_is_no_error(
    app: Flask, world: World, browse: Browse
) -> None:
    browser = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    form = {"csrf_token": browser.token(ACCOUNT)}
    move_back(app, SignInSession.last_seen_at, ROLE_LIMITS[Role.OFFICER].idle)
    assert browser.post("/p/north/sign-out", data=form).location == "/p/north/signed-out"
    assert browser.get("/p/north/signed-out").status_code == 200


def test_nobody_is_signed_out_by_a_link(world: World, browse: Browse) -> None:
    browser = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    assert browser.get("/p/north/sign-out").status_code == 405
    assert browser.get(ACCOUNT).status_code == 200


def test_one_can_sign_out_everywhere_else(world: World, browse: Browse) -> None:
    officer, colleague = world.north.staff(Role.OFFICER), world.north.staff(Role.OFFICER)
    here, there, theirs = (
        browse().be(world.north.session(who)) for who in (officer, officer, colleague)
    )
    assert here.send(f"{ACCOUNT}/sign-out-elsewhere", page=ACCOUNT).location == ACCOUNT
    assert here.get(ACCOUNT).status_code == 200
    assert there.get(ACCOUNT).location == SIGN_IN
    assert theirs.get(ACCOUNT).status_code == 200


def test_closing_an_account_ends_its_sessions_at_once_and_for_good(
    world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse().be(world.north.session(officer))
    assert browser.get(ACCOUNT).status_code == 200
    with world.north.inside():
        disable_staff(officer.public_id)
    assert browser.get(ACCOUNT).location == SIGN_IN
    with world.north.inside():
        enable_staff(officer.public_id, lambda token: token)
    assert browser.get(ACCOUNT).location == SIGN_IN


def test_a_role_that_is_taken_away_or_given_counts_from_the_next_page(
    world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse().be(world.north.session(officer))
    assert browser.get("/p/north/plan/").status_code == 200
    with world.north.inside():
        withdraw_role(officer.public_id, Role.OFFICER)
    assert browser.get("/p/north/plan/").status_code == 404
    with world.north.inside():
        grant_role(officer.public_id, Role.FACILITATOR)
    assert browser.get("/p/north/facilitate/").status_code == 200


def test_a_stricter_role_shortens_a_session_that_is_open(
    app: Flask, world: World, browse: Browse
) -> None:
    officer = world.north.staff(Role.OFFICER)
    browser = browse().be(world.north.session(officer))
    with world.north.inside():
        grant_role(officer.public_id, Role.ADMINISTRATOR)
    move_back(app, SignInSession.last_seen_at, ROLE_LIMITS[Role.ADMINISTRATOR].idle)
    assert browser.get(ACCOUNT).location == SIGN_IN


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "0", "None", "é", "' OR 1=1 --"])
def test_a_token_that_was_never_given_is_nobodys(world: World, browse: Browse, token: str) -> None:
    assert browse().be(token).get(ACCOUNT).location == SIGN_IN


def test_a_cookie_that_was_touched_is_nobodys(world: World, browse: Browse) -> None:
    browser = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    cookie = browser.get_cookie("__Host-session", domain="engagement.test")
    assert cookie is not None
    for touched in (cookie.value[:-1], "x" + cookie.value[1:], "", "....", cookie.value * 2):
        thief = browse()
        thief.set_cookie("__Host-session", touched, domain="engagement.test", secure=True)
        assert thief.get(ACCOUNT).location == SIGN_IN


def test_a_token_in_an_address_or_a_header_signs_nobody_in(world: World, browse: Browse) -> None:
    token = world.north.session(world.north.staff(Role.OFFICER))
    headers = {"Authorization": f"Bearer {token}", "X-Session": token}
    answer = browse().get(f"{ACCOUNT}?token={token}&session={token}", headers=headers)
    assert answer.location == SIGN_IN


def test_the_limits_are_what_we_promise() -> None:
    """A change here is a change of the privacy notice and of the record of processing."""
    assert session_limit(frozenset()) == NO_ROLE_LIMIT
    assert session_limit(frozenset(Role)) == SessionLimit(15 * A_MINUTE, timedelta(hours=8))
    assert all(limit.absolute <= timedelta(hours=12) for limit in ROLE_LIMITS.values())
    assert all(limit.idle >= 15 * A_MINUTE for limit in [*ROLE_LIMITS.values(), RESIDENT_LIMIT])


def test_two_people_on_one_machine_do_not_meet(world: World, browse: Browse) -> None:
    """The second signs in where the first forgot to sign out."""
    first, second = world.north.resident("Ada"), world.north.resident("Bea")
    with world.north.inside():
        code = issue_member_code(second.public_id)
    browser = browse().be(world.north.session(first))
    before = token_of(browser)
    assert browser.send("/p/north/me/enter", {"code": code}).location == HOME
    assert token_of(browser) != before
    page = browser.get("/p/north/me/contact").text
    assert "Bea" in page
    assert "Ada" not in page
