"""What stands in the corpus: said in a role, found by staff, put beside its meaning in English."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.contributions.rules import HARM, Speaker, State
from engagement.contributions.service import Said, speak
from engagement.contributions.translating import translate
from engagement.database.transactions import transaction
from engagement.extensions import db
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.chain import SAID, chain, open_conversation, publish

Browse = Callable[[], CheckedClient]
WORDS = "Der letzte Bus fährt um fünf"
ANSWER = {"words": WORDS, "may_quote": "no"}
FOR_OTHERS = {
    "speaker": "organisation",
    "speaks_for": "Riverbank Carers",
    "asked_people": "40",
    "asked_how": "at two coffee mornings",
}


@pytest.fixture
def programme(world: World) -> Programme:
    """A published programme of north."""
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
    return programme


@pytest.fixture
def activity(world: World, programme: Programme) -> str:
    """An open conversation in it."""
    with world.north.inside():
        return open_conversation(programme)


@pytest.fixture
def officer(world: World, browse: Browse) -> CheckedClient:
    """The browser of an officer who is signed in."""
    return browse().be(world.north.session(world.north.staff(Role.OFFICER)))


def only(world: World) -> Contribution:
    with world.north.inside():
        return db.session.scalars(select(Contribution)).one()


@pytest.mark.parametrize("role", [role for role in Speaker if role.value not in FOR_OTHERS])
def test_everyone_says_in_which_role_they_speak(
    world: World, browse: Browse, programme: Programme, activity: str, role: Speaker
) -> None:
    say = f"/p/north/programmes/{programme.public_id}/say/{activity}"
    behalf = {**FOR_OTHERS, "speaker": role.value}
    assert browse().send(say, ANSWER | behalf).status_code == 303
    row = only(world)
    assert row.speaker is role
    speaks_for_others = role in (Speaker.ORGANISATION, Speaker.CAMPAIGN)
    told = (row.speaks_for, row.asked_people, row.asked_how)
    asked = ("Riverbank Carers", 40, "at two coffee mornings")
    assert told == (asked if speaks_for_others else ("", None, ""))


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ({"speaks_for": ""}, "Enter the name of the organisation"),
        ({"asked_people": ""}, "Enter how many people it asked"),
        ({"asked_people": "many"}, "must be a whole number"),
        ({"asked_people": "-3"}, "must be 0 or more"),
        ({"asked_how": " "}, "Enter how it asked them"),
        ({"speaker": "expert"}, "Choose from the answers on the page"),
    ],
)
def test_who_speaks_for_others_says_whom_it_asked_and_how(
    browse: Browse, programme: Programme, activity: str, missing: dict[str, str], told: str
) -> None:
    say = f"/p/north/programmes/{programme.public_id}/say/{activity}"
    page = browse().send(say, ANSWER | FOR_OTHERS | missing).text
    assert told in page
    assert WORDS in page
    assert "Riverbank Carers" in page or "speaks_for" in missing


def test_without_a_word_about_it_somebody_is_a_resident(
    world: World, browse: Browse, programme: Programme, activity: str
) -> None:
    browse().send(f"/p/north/programmes/{programme.public_id}/say/{activity}", ANSWER)
    assert only(world).speaker is Speaker.RESIDENT


def test_an_officer_finds_one_reads_all_about_it_and_adds_what_it_means(
    world: World, officer: CheckedClient, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        said = speak(activity, Said(WORDS, "Riverbank", may_quote=True), "b")
        speak(activity, Said("Who can wait that long?", "", may_quote=True), "c")
    everything = f"/p/north/plan/programmes/{programme.public_id}/contributions"
    assert "2 contributions" in officer.get(everything).text
    found = officer.get(f"{everything}?words=Bus&role=resident&channel=online").text
    assert WORDS in found
    assert "that long" not in found
    assert "Nothing here is like that" in officer.get(f"{everything}?state=held").text
    assert WORDS in officer.get(f"{everything}?state=nonsense&words=letzte").text
    one = f"{everything}/one/{said}"
    meaning = "The last bus goes at five"
    assert officer.send(one, {"language": "pl", "translation": meaning}).status_code == 303
    page = officer.get(one).text
    for told in (WORDS, meaning, "Riverbank", "Online", "Resident", 'lang="pl"'):
        assert told in page
    assert meaning in officer.get(everything).text
    assert "Choose from the answers" in officer.send(one, {"language": "tlh"}).text


def test_everyone_reads_what_words_in_another_language_mean(
    world: World, browse: Browse, programme: Programme
) -> None:
    with world.north.inside():
        laid = chain(programme)
        translate(programme.id, laid.contribution, "cy", "I rang four times")
    address = f"/p/north/programmes/{programme.public_id}/words/{laid.contribution}"
    page = browse().get(address).text
    for told in (SAID, 'lang="cy"', "translated by a person", "I rang four times"):
        assert told in page


def test_words_that_may_tell_of_harm_are_not_on_an_officers_page(
    world: World, officer: CheckedClient, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        said = speak(activity, Said(WORDS, "Riverbank", may_quote=True), "b")
    with world.north.inside(), transaction():
        row = db.session.scalars(select(Contribution)).one()
        row.state, row.concerns = State.HELD, [HARM]
    everything = f"/p/north/plan/programmes/{programme.public_id}/contributions"
    for address in (everything, f"{everything}/one/{said}"):
        page = officer.get(address).text
        assert WORDS not in page
        assert "may tell of harm" in page
    assert "1 is held back" in officer.get(everything).text
