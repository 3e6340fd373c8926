"""What a resident says while signed in is theirs to read, to take back, and to have forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engagement.contributions.models import Contribution
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.programmes.models import Programme
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.chain import open_conversation, publish

Browse = Callable[[], CheckedClient]
WORDS = "I rang four times and nobody could tell me"
ANSWER = {"words": WORDS, "may_quote": "no"}


@pytest.fixture
def say(world: World) -> str:
    """The address of the form of an open conversation."""
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
        activity = open_conversation(programme)
    return f"/p/north/programmes/{programme.public_id}/say/{activity}"


@pytest.fixture
def ada(world: World, browse: Browse) -> CheckedClient:
    """The browser of a resident who is signed in."""
    return browse().be(world.north.session(world.north.resident("Ada")))


def test_what_is_said_while_signed_in_is_on_ones_own_pages(
    world: World, browse: Browse, ada: CheckedClient, say: str
) -> None:
    assert "on your pages" in ada.get(say).text
    assert "Nothing yet" in ada.get("/p/north/me/").text
    sent = ada.send(say, ANSWER)
    assert sent.status_code == 303
    assert "/p/north/me/said" in ada.get(sent.location).text
    assert "1 answer" in ada.get("/p/north/me/").text
    assert WORDS in ada.get("/p/north/me/said").text
    other = browse().be(world.north.session(world.north.resident("Bo")))
    assert WORDS not in other.get("/p/north/me/said").text


def test_what_is_said_without_signing_in_is_nobodys(
    browse: Browse, ada: CheckedClient, say: str
) -> None:
    stranger = browse()
    assert "you need no account" in stranger.get(say).text.lower()
    thanks = stranger.get(stranger.send(say, ANSWER).location).text
    assert "/p/north/me/said" not in thanks
    assert WORDS not in ada.get("/p/north/me/said").text


def test_an_answer_is_taken_back_once(ada: CheckedClient, say: str) -> None:
    ada.send(say, ANSWER)
    page = ada.get("/p/north/me/said").text
    found = re.search(r'name="contribution"[^>]*value="([^"]+)"', page)
    assert found
    for told in ("We have deleted your words.", "It is not here any more."):
        done = ada.send(
            "/p/north/me/said/take-back", {"contribution": found[1]}, page="/p/north/me/contact"
        )
        page = ada.get(done.location).text
        assert told in page
        assert WORDS not in page


def test_it_is_forgotten_whose_the_answers_are(ada: CheckedClient, say: str) -> None:
    ada.send(say, ANSWER)
    done = ada.send("/p/north/me/said/forget", page="/p/north/me/said")
    page = ada.get(done.location).text
    assert "We have forgotten which answers are yours." in page
    assert WORDS not in page


def test_a_form_sent_twice_is_taken_once(world: World, browse: Browse, say: str) -> None:
    """A double press makes one answer; other words from the same page make another."""
    stranger = browse()
    page = stranger.get(say).text
    token = re.search(r'name="once" value="([^"]+)"', page)
    assert token
    for words in (WORDS, WORDS, f"{WORDS} twice", WORDS):
        sent = stranger.send(say, {**ANSWER, "words": words, "once": token[1]})
        assert sent.status_code == 303
    assert stranger.send(say, ANSWER).status_code == 303  # the same words on another day
    with world.north.inside():
        assert sorted(one.text for one in db.session.query(Contribution)) == [
            WORDS,
            WORDS,
            f"{WORDS} twice",
        ]


def test_one_person_says_no_more_than_a_programme_lets_them(
    world: World, browse: Browse, say: str
) -> None:
    with world.north.inside(), transaction():
        db.session.query(Programme).one().most_per_person = 2
    stranger = browse()
    for words in ("One thing", "Another thing"):
        assert stranger.send(say, {**ANSWER, "words": words}).status_code == 303
    third = stranger.send(say, {**ANSWER, "words": "A third thing"})
    assert "the most that one person may send here" in third.text
    assert "A third thing" in third.text
    assert browse().send(say, ANSWER).status_code == 303
    with world.north.inside():
        assert db.session.query(Contribution).count() == 3
