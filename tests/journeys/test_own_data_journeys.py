"""Somebody looks at all that is held about them, takes one consent back, and is erased."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.factories import Partnership
from tests.journeys.own_data_scenes import somebody_full
from tests.journeys.visitor import Open


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_from_seeing_everything_to_being_erased(
    open_browser: Open, place: Partnership, scripts: bool
) -> None:
    resident = somebody_full(place)
    me = open_browser(scripts=scripts, viewport={"width": 320, "height": 640})
    me.be(resident)
    me.go("me/")
    me.follow("See, download or delete everything that we hold about you")
    me.sees("Your data")
    with me.page.expect_download() as downloading:
        me.page.get_by_role("button", name="Download everything").click()
    assert downloading.value.suggested_filename == "my-data.json"
    buttons = me.page.get_by_role("button", name="Take it back")
    standing = buttons.count()
    assert standing > 3
    buttons.first.click()
    me.sees("Your data")
    expect(buttons).to_have_count(standing - 1)
    me.follow("Have everything about you deleted")
    me.sees("Delete everything about you").press("Delete everything about me")
    me.sees_error("Tick the box")
    me.page.get_by_label("Yes, delete everything about me").check()
    me.press("Delete everything about me")
    me.sees("We have deleted everything about you")
    me.go("me/data")
    me.sees("Enter your code")
