"""Who is not yet reached: in words and figures for staff, in words for everyone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engagement.accounts.rules import Role
from engagement.programmes.queries import find_programme
from engagement.programmes.service import set_places
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.chain import publish
from tests.factories.places import reference_data
from tests.factories.reach import heard, signed_in

Browse = Callable[[], CheckedClient]


@pytest.fixture
def programme(world: World) -> Programme:
    """A published programme of north, about Riverbank."""
    programme = world.north.programme()
    with world.north.inside():
        reference_data()
        publish(programme)
        set_places(None, programme.public_id, ["E06000001"], [])
    return programme


def page_of(programme: Programme) -> str:
    return f"/p/north/facilitate/programmes/{programme.public_id}/not-reached"


def public_page(programme: Programme) -> str:
    return f"/p/north/programmes/{programme.public_id}/not-reached"


def be(world: World, browse: Browse, role: Role) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(role)))


def test_gaps_are_told_in_words_and_figures_with_their_source(
    world: World, browse: Browse, programme: Programme
) -> None:
    with world.north.inside():
        activity = heard(programme, {"E01000001": 30, "E01000003": 90, None: 80})
        for _one in range(12):
            signed_in(activity, {"age": "16-24"})
    page = be(world, browse, Role.FACILITATOR).get(page_of(programme)).text
    assert "212 people have taken part." in page
    assert "Of them about 200 told us nothing about themselves." in page
    assert "People in Mill: a third as many are here as in the area." in page
    assert "Office for National Statistics" in page
    assert "Census" in page
    assert "People in Mill: 25% here, 64% in the area" in page  # for those who listen
    assert "No official figures about this are brought in" in page  # about sex
    assert "An officer can publish it." in page


def test_nobody_yet_and_no_places_are_said(
    world: World, browse: Browse, programme: Programme
) -> None:
    staff = be(world, browse, Role.FACILITATOR)
    assert "Nobody has taken part yet" in staff.get(page_of(programme)).text
    with world.north.inside():
        set_places(None, programme.public_id, ["By the sea"], [])
        heard(programme, {None: 3})
    page = staff.get(page_of(programme)).text
    assert "names no official place" in page
    assert "Told from 20 people on" in page


def test_a_small_number_stands_nowhere_on_the_page(
    world: World, browse: Browse, programme: Programme
) -> None:
    with world.north.inside():
        activity = heard(programme, {"E01000001": 41, "E01000003": 6, None: 30})
        for _one in range(6):
            signed_in(activity, {"age": "16-24", "ethnic-group": "black"})
    page = be(world, browse, Role.FACILITATOR).get(page_of(programme)).text
    assert ">6<" not in page
    assert "> 6 <" not in page
    assert "83 people have taken part." in page


def test_everyone_reads_what_an_officer_published(
    world: World, browse: Browse, programme: Programme
) -> None:
    officer, visitor = be(world, browse, Role.OFFICER), browse()
    assert "Nothing has been published about this yet" in visitor.get(public_page(programme)).text
    with world.north.inside():
        activity = heard(programme, {"E01000003": 3})
    publishing = f"{page_of(programme)}/publish"
    officer.send(publishing, page=page_of(programme))
    assert "So few people took part" in officer.get(page_of(programme)).text
    with world.north.inside():
        heard(programme, {"E01000003": 98}, activity=activity)
    assert officer.send(publishing, page=page_of(programme)).location == page_of(programme)
    told = visitor.get(public_page(programme)).text
    assert "About 100 people had taken part by" in told
    assert "People in Mill: nobody has come yet." in told
    assert "Office for National Statistics" in told
    assert (
        public_page(programme) in visitor.get(public_page(programme)[: -len("/not-reached")]).text
    )
    helper = be(world, browse, Role.FACILITATOR)
    token = helper.token(f"/p/north/facilitate/programmes/{programme.public_id}/cards/table")
    refused = helper.post(publishing, data={"csrf_token": token})
    assert refused.status_code in (403, 404)


@pytest.mark.parametrize(("typed", "kept"), [("3", 3), ("", None)])
def test_an_officer_sets_how_much_one_person_may_say(
    world: World, browse: Browse, programme: Programme, typed: str, kept: int | None
) -> None:
    officer = be(world, browse, Role.OFFICER)
    page = f"/p/north/plan/programmes/{programme.public_id}/taking-part"
    form = {"name": "Waiting", "topic": "fairness", "contact_phone": "01632 960 123"}
    for wrong in ("0", "-1", "many", "1001"):
        assert officer.send(page, form | {"most_per_person": wrong}).status_code == 200
    assert officer.send(page, form | {"most_per_person": typed}).status_code == 303
    with world.north.inside():
        found = find_programme(None, programme.public_id)
        assert found is not None
        assert found.taking.most_per_person == kept
    shown = officer.get(f"/p/north/plan/programmes/{programme.public_id}").text
    assert "Easy read, large print, BSL and translations" in shown
