"""Staff sign in with a password and a code from an app."""

from __future__ import annotations

import time
from collections.abc import Callable

from engagement.accounts.rules import Role
from tests.client import CheckedClient
from tests.factories import World

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
