"""Your data: seen, taken along, corrected, withdrawn, erased; by oneself or with help."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask

from engagement.accounts.rules import Role
from engagement.audit.models import AuditEntry
from engagement.database.columns import DataClass
from engagement.extensions import Base
from engagement.people.models import Consent, Resident
from engagement.people.questions import ETHNIC_GROUP
from engagement.people.rules import GivenHow
from engagement.people.service import answer_question
from engagement.rights.access import is_key
from engagement.rights.ties import reached
from engagement.web.residents.own_data_words import PARTS, WORDS
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.rights import Person, Stage
from tests.web.visits import rows

Browse = Callable[[], CheckedClient]
PAGE = "/p/north/me/data"
ERASE = "/p/north/me/erase"
# Personal columns that the page does not name, and why.
NOT_NAMED = {
    ("safeguarding_note", "note"): "read with a person",
    ("message", "html"): "the same words as its text",
    ("draw_chance", "registration_id"): "a key",
    ("ballot_envelope", "sealed"): "nobody can read it",
}


@pytest.fixture
def stage(world: World) -> Stage:
    """A programme with a conversation and a panel."""
    return Stage(world.north)


@pytest.fixture
def ada(stage: Stage) -> Person:
    """Somebody of whom everything is held."""
    return stage.person("ada", stage.letter())


@pytest.fixture
def browser(world: World, browse: Browse, ada: Person) -> CheckedClient:
    """Ada's browser."""
    return browse().be(world.north.session(ada.resident))


# The words of the page.


def test_every_table_and_personal_column_has_words_on_the_page() -> None:
    named = [table for part in PARTS for table in part.tables]
    assert sorted([*named, "consent"]) == sorted(reached())
    assert len(named) == len(set(named))
    for table in named:
        for column in Base.metadata.tables[table].columns:
            declared = column.info.get("personal")
            if (
                declared
                and declared.data_class is not DataClass.CREDENTIAL
                and not is_key(table, column.name)
                and (table, column.name) not in NOT_NAMED
                and not (column.name == "value" and "*answer" in WORDS[table].columns)
            ):
                assert column.name in WORDS[table].columns, f"{table}.{column.name} has no words"


# Seeing.


def test_all_that_is_held_is_on_the_page_and_codes_are_told_of(
    ada: Person, browser: CheckedClient, stage: Stage
) -> None:
    bo = stage.person("bo", stage.letter())
    page = browser.get(PAGE).text
    hidden = {
        canary
        for canary, (table, column) in ada.canaries.items()
        if "hash" in column or (table, column) in NOT_NAMED or column == "chance"
    }
    assert [one for one in ada.canaries if (one in page) is (one in hidden)] == []
    assert [one for one in bo.canaries if one in page] == []
    assert "We hold one, in a form that nobody can read" in page
    assert "What is your ethnic group?" in page
    assert "Are you waiting for planned care? of north" in page
    for place in ("contact", "about", "said", f"panels/{stage.panel}"):
        assert f'href="/p/north/me/{place}"' in page


def test_one_action_downloads_the_same(ada: Person, browser: CheckedClient) -> None:
    assert "/p/north/me/data/file" in browser.get(PAGE).text
    answer = browser.get("/p/north/me/data/file")
    assert answer.headers["Content-Disposition"] == "attachment; filename=my-data.json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data)["held"]["resident"][0]["name"] in ada.canaries


def test_who_has_told_nothing_sees_that(world: World, browse: Browse) -> None:
    page = browse().be(world.north.session(world.north.resident("", ""))).get(PAGE).text
    assert "There is nothing that you agreed to" in page
    assert "Panels</h2>" not in page


# Withdrawing.


def test_a_consent_is_taken_back_with_one_press(world: World, browse: Browse, app: Flask) -> None:
    bo = world.north.resident("Bo")
    with world.north.inside():
        answer_question(bo.id, ETHNIC_GROUP.key, "black", "The very words", GivenHow.ONLINE)
    browser = browse().be(world.north.session(bo))
    page = browser.get(PAGE).text
    assert "The very words" in page
    found = re.search(r'name="consent"[^>]*value="(\d+)"', page)
    assert found
    for told in ("We have deleted it", "It is not here any more."):
        done = browser.send(f"{PAGE}/withdraw", {"consent": found[1]}, page="/p/north/me/contact")
        page = browser.get(done.location).text
        assert told in page
        assert "There is nothing that you agreed to" in page
    assert "What you agreed to earlier" in page
    assert [one is not None for one in rows(app, Consent.withdrawn_at)[0]] == [True]


@pytest.mark.parametrize("key", ["", "0", "x", "9" * 30, "١"])
def test_a_consent_that_is_not_there_is_no_fault(world: World, browse: Browse, key: str) -> None:
    browser = browse().be(world.north.session(world.north.resident("Bo")))
    done = browser.send(f"{PAGE}/withdraw", {"consent": key}, page="/p/north/me/contact")
    assert "It is not here any more." in browser.get(done.location).text


# Erasing.


def test_whoever_has_read_what_goes_and_stays_is_erased_and_signed_out(
    ada: Person, browser: CheckedClient, app: Flask
) -> None:
    assert ERASE in browser.get(PAGE).text
    page = browser.get(ERASE).text
    assert "A line in our accounts" in page
    assert "Tick the box" in browser.send(ERASE).text
    assert ada.resident.id in [row.id for row in rows(app, Resident.id)]
    done = browser.send(ERASE, {"sure": "yes"})
    assert done.location == "/p/north/deleted"
    last = browser.get(done.location).text
    assert "We have deleted everything about you" in last
    assert "Sign out" not in last
    assert browser.get(PAGE).location == "/p/north/me/enter"
    assert ada.resident.id not in [row.id for row in rows(app, Resident.id)]


def test_the_other_browsers_of_who_was_erased_are_signed_out_too(
    ada: Person, browser: CheckedClient, world: World, browse: Browse
) -> None:
    other = browse().be(world.north.session(ada.resident))
    assert other.get(PAGE).status_code == 200
    browser.send(ERASE, {"sure": "yes"})
    assert other.get(PAGE).location == "/p/north/me/enter"


def test_staff_erase_somebody_who_asks_by_telephone(
    ada: Person, world: World, browse: Browse, app: Flask
) -> None:
    operator = world.north.staff(Role.PHONE_OPERATOR)
    browser = browse().be(world.north.session(operator))
    there = f"/p/north/facilitate/residents/{ada.resident.public_id}"
    assert f"{there}/erase" in browser.get(there).text
    assert "Choose how they asked" in browser.send(f"{there}/erase").text
    done = browser.send(f"{there}/erase", {"asked": "by telephone"})
    assert "Everything about them is deleted." in browser.get(done.location).text
    assert browser.get(there).status_code == 404
    entries = rows(app, AuditEntry.action, AuditEntry.actor_id, AuditEntry.facts)
    erased = [row for row in entries if row.action == "resident.erased"]
    assert [row.actor_id for row in erased] == [operator.public_id]
    assert erased[0].facts["asked"] == "by telephone"
