"""From small areas that stand out to a conversation for the people there, in one step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engagement.accounts.rules import Role
from engagement.places.formats import DOMAINS as IMPORTED
from engagement.places.rules import ReferenceKind
from engagement.programmes.queries import activities_of
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import publish_activity, set_places
from engagement.prompts.queries import around
from engagement.web.officers.outliers import DOMAINS
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.chain import publish
from tests.factories.places import import_text, reference_data

Browse = Callable[[], CheckedClient]
TYPED = {
    "areas": ["E01000002", "E01000001"],
    "reason": "people there live shorter lives",
    "title": "What shortens lives?",
    "prompt": "What makes it hard to stay well?",
    "offline_routes": "Call 01632 960 123.",
}


@pytest.fixture
def programme(world: World) -> Programme:
    """A published programme of north, about Riverbank."""
    programme = world.north.programme()
    with world.north.inside():
        reference_data()
        publish(programme)
        set_places(None, programme.public_id, ["E06000001"], [])
    return programme


@pytest.fixture
def officer(world: World, browse: Browse) -> CheckedClient:
    """The browser of an officer who is signed in."""
    return browse().be(world.north.session(world.north.staff(Role.OFFICER)))


def page_of(programme: Programme) -> str:
    return f"/p/north/plan/programmes/{programme.public_id}/outliers"


def test_an_officer_opens_a_conversation_for_small_areas_in_one_step(
    world: World, browse: Browse, programme: Programme, officer: CheckedClient
) -> None:
    page = page_of(programme)
    shown = officer.get(page).text
    assert shown.index("Riverbank 001A") < shown.index("Riverbank 001C")
    assert "Millbrook 001A" not in shown  # it lies elsewhere
    assert officer.send(page, TYPED).status_code == 303
    with world.north.inside():
        made = activities_of(programme.id)[-1]
        assert made.kind is ActivityKind.OPEN_CONVERSATION
        audience = around([made.id])[made.id].audience
        assert audience is not None
        assert audience.codes == ("E01000001", "E01000002")
        assert audience.reason == TYPED["reason"]
        publish_activity(None, programme.public_id, made.public_id)
    public = browse().get(f"/p/north/programmes/{programme.public_id}").text
    assert (
        "We would most like to hear from people in Riverbank 001A, Riverbank 001B, because people"
        " there live shorter lives."
    ) in public


def test_areas_reason_and_words_are_needed_and_others_areas_refused(
    world: World, programme: Programme, officer: CheckedClient
) -> None:
    page = page_of(programme)
    wrong = officer.send(page, {"prompt": ""}).text
    for told in ("Choose the areas", "Say why you want to hear", "Enter a title", "Enter what"):
        assert told in wrong
    forged = officer.send(page, TYPED | {"areas": ["E01000004"]})
    assert forged.status_code == 200
    assert officer.get(f"{page}?by=nonsense").status_code == 404
    with world.north.inside():
        assert TYPED["title"] not in [one.title for one in activities_of(programme.id)]


def test_areas_stand_out_by_a_domain_or_an_indicator(
    world: World, programme: Programme, officer: CheckedClient
) -> None:
    page = page_of(programme)
    assert "Riverbank 001A" in officer.get(f"{page}?by=income").text
    assert "No such figures about small areas" in officer.get(f"{page}?by=crime").text
    with world.north.inside():
        import_values()
    assert "Emergency stays" in officer.get(page).text
    highest = officer.get(f"{page}?by=indicator:emergency stays").text
    assert highest.index("Riverbank 001C") < highest.index("Riverbank 001A")
    assert "95 per 1,000 (2023)" in highest
    lowest = officer.get(f"{page}?by=indicator:emergency stays&end=lowest").text
    assert lowest.index("Riverbank 001A") < lowest.index("Riverbank 001C")


def import_values() -> None:
    rows = "".join(
        f'E0100000{place},emergency stays,{year},"per 1,000",{value}\n'
        for place, year, value in ((1, 2023, 40), (3, 2023, 95), (1, 2020, 200))
    )
    import_text(ReferenceKind.INDICATORS, f"area_code,indicator,period,unit,value\n{rows}")


def test_a_programme_without_places_is_told_what_to_do(
    world: World, programme: Programme, officer: CheckedClient
) -> None:
    with world.north.inside():
        set_places(None, programme.public_id, ["By the sea"], [])
    assert "names no official place yet" in officer.get(page_of(programme)).text


def test_every_domain_that_is_imported_has_a_name() -> None:
    assert set(IMPORTED) <= set(DOMAINS)
