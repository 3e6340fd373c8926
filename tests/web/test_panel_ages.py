"""The pages of targets of a panel that is not for all ages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engagement.accounts.rules import Role
from engagement.panels import service
from engagement.places.rules import ReferenceKind as K
from engagement.programmes import service as programmes
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.panels import PLAN, panel_of
from tests.factories.places import import_text, reference_data

Browse = Callable[[], CheckedClient]
AREA = "E06000001"


class Desk:
    """A facilitator with a panel whose ages were settled after its targets."""

    def __init__(self, world: World, browse: Browse, *, figures: bool) -> None:
        programme = world.north.programme("Waiting well")
        with world.north.inside():
            if figures:
                reference_data()
                import_text(K.CENSUS_SEX, f"ltla21_code,female,male\n{AREA},510,490\n")
                programmes.set_places(None, programme.public_id, [AREA], [])
            self.panel = panel_of(programme)
            service.change_panel(None, self.panel, replace(PLAN, least_age=30))
        self.browser = browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))
        self.at = f"/p/north/facilitate/panels/{self.panel}/targets"

    def sees(self, page: str = "") -> str:
        """The words of a page of the targets."""
        return " ".join(self.browser.get(f"{self.at}{page}").text.split())


@pytest.fixture
def desk(world: World, browse: Browse) -> Desk:
    """Without imported figures."""
    return Desk(world, browse, figures=False)


def test_targets_that_nobody_of_the_panels_ages_can_fill_stand_out(desk: Desk) -> None:
    said = desk.sees()
    assert "Nobody of the ages that the panel is for can answer: 16 to 24." in said
    assert said.count("Change those targets") == 1


def test_such_a_target_is_refused_at_its_own_field_and_nothing_is_lost(desk: Desk) -> None:
    page = f"{desk.at}/age"
    shown = desk.sees("/age")
    assert "Least seats: Under 16" not in shown, "an answer that nobody gives is not offered"
    fields = {"source": "By hand", "note": "Kept", "least-1": "0", "most-1": "4"}
    # 16 to 24 has a target already, so it is there, the last, to be taken away.
    answer = desk.browser.send(page, {**fields, "least-5": "1", "most-5": "2"})
    assert 'href="#most-5"' in answer.text
    assert "Nobody of the ages that the panel is for can give this answer" in answer.text
    assert "Kept" in answer.text
    assert desk.browser.send(page, fields).status_code == 303
    assert "Change those targets" not in desk.sees()


def test_bands_of_nobody_are_left_out_of_what_is_built_and_it_is_said(desk: Desk) -> None:
    shown = desk.sees("/age/figures")
    assert "Answers that nobody of the ages that the panel is for can give are left out." in shown
    assert "25 to 34" in shown
    assert "16 to 24" not in shown
    assert "are left out" not in desk.sees("/sex/figures")


def test_the_source_beside_the_numbers_says_whom_they_count(world: World, browse: Browse) -> None:
    desk = Desk(world, browse, figures=True)
    assert "; people of all ages" in desk.sees("/sex/figures")
    built = desk.browser.send(f"{desk.at}/sex/figures", {"value": "", "times": "", "reason": ""})
    assert built.status_code == 303
    assert "; people of all ages" in desk.sees()
