"""Everything that is held about somebody is found, and nothing about anybody else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    select,
)

from engagement.database.columns import DataClass
from engagement.extensions import Base, db
from engagement.messages.models import Message
from engagement.people import service as people
from engagement.people.models import Resident
from engagement.people.rules import ContactBy
from engagement.rights.access import (
    HELD,
    LINK,
    READ_WITH_A_PERSON,
    is_key,
    is_secret,
    own_data,
    own_file,
)
from engagement.rights.held import held_about
from engagement.rights.ties import HOUSEHOLD, NOT_ABOUT_RESIDENTS, reached, ties
from tests.factories import World
from tests.factories.everything import fill
from tests.factories.rights import Person, Stage, plant_address


def personal_tables(metadata: MetaData = Base.metadata) -> set[str]:
    """The tables with a personal column."""
    return {
        table.name
        for table in metadata.tables.values()
        if any(column.info.get("personal") for column in table.columns)
    }


def forgotten(metadata: MetaData) -> set[str]:
    """Tables with personal columns that are neither on the way nor said to be about others."""
    return personal_tables(metadata) - set(reached()) - set(NOT_ABOUT_RESIDENTS)


def test_no_table_with_something_personal_is_forgotten() -> None:
    assert forgotten(Base.metadata) == set()
    assert all(NOT_ABOUT_RESIDENTS.values())
    assert set(NOT_ABOUT_RESIDENTS) <= personal_tables()
    assert not set(NOT_ABOUT_RESIDENTS) & set(reached())


def test_a_table_that_nobody_thought_of_is_found() -> None:
    planned = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(planned)
    example = planned.tables["resident"].c.name.info
    Table("diary", planned, Column("id", Integer), Column("words", Text, info=example))
    assert forgotten(planned) == {"diary"}


def test_a_new_table_that_refers_to_a_registration_is_on_the_way() -> None:
    reached.cache_clear()
    ties.cache_clear()
    table = Table(
        "planted",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        Column("partnership_id", Integer),
        Column("registration_id", Integer),
        ForeignKeyConstraint(
            ["partnership_id", "registration_id"],
            ["registration.partnership_id", "registration.id"],
        ),
    )
    try:
        assert "planted" in reached()
    finally:
        Base.metadata.remove(table)
        reached.cache_clear()
        ties.cache_clear()


@dataclass
class Four:
    """Ada and Bo of one household, Cy of the same partnership, Dee of another."""

    stage: Stage
    ada: Person
    bo: Person
    cy: Person
    dee: Person

    def rows_of(self, person: Person) -> set[tuple[str, int]]:
        """The rows that are found to be about somebody, of tables with something personal."""
        with self.stage.place.inside():
            return {
                (row.table, row.values["id"])
                for row in held_about(person.resident.id)
                if row.table in personal_tables() - set(HOUSEHOLD)
            }

    def file_of(self, person: Person) -> str:
        place = self.stage.place
        with place.inside():
            return own_file(person.resident.id).decode()


@pytest.fixture
def four(world: World) -> Four:
    """Four people with a canary in everything that is held about them."""
    north, south = Stage(world.north), Stage(world.south)
    ours, theirs = north.letter(), north.letter()
    four = Four(
        north,
        north.person("ada", ours),
        north.person("bo", ours),
        north.person("cyril", theirs),
        south.person("dorothy", south.letter()),
    )
    plant_address(world.north, ours, "canary-home")
    plant_address(world.north, theirs, "canary-other-home")
    return four


def secret_columns() -> set[tuple[str, str]]:
    """Columns that are never shown, as their declarations say."""
    return {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if (declared := column.info.get("personal")) and declared.data_class is DataClass.CREDENTIAL
    } | READ_WITH_A_PERSON


def test_all_of_a_persons_are_found_and_nobody_elses(four: Four) -> None:
    named = {"ada": four.ada, "bo": four.bo, "cyril": four.cy}
    secret = secret_columns()
    for name, person in named.items():
        tables = {table for table, _ in person.rows}
        # The household's letter was there before, and its address was planted apart.
        assert tables == personal_tables() - set(NOT_ABOUT_RESIDENTS) - set(HOUSEHOLD)
        assert four.rows_of(person) == person.rows
        found = four.file_of(person)
        for canary, where in person.canaries.items():
            assert (canary in found) is (where not in secret), where
        for other in (one for one in (four.ada, four.bo, four.cy, four.dee) if one is not person):
            assert [canary for canary in other.canaries if canary in found] == [], name
        assert ("canary-home" in found) is (name != "cyril")
        assert ("canary-other-home" in found) is (name == "cyril")


def test_a_row_of_every_table_is_there_with_what_it_is_about(four: Four) -> None:
    held: dict[str, list[dict[str, Any]]] = json.loads(four.file_of(four.ada))["held"]
    assert set(held) == set(reached()) - {"point"}
    assert held["registration"][0]["about"] == "Panel on waiting of north"
    assert held["contribution"][0]["about"] == "Waiting well"
    assert held["attendance"][0]["about"] == "First session"
    questions = {row["question_in_words"] for row in held["registration_answer"]}
    assert "Are you waiting for planned care? of north" in questions


def test_codes_and_links_are_told_of_and_not_shown(four: Four) -> None:
    found = four.file_of(four.ada)
    held = json.loads(found)["held"]
    assert held["member_code"][0]["code_hash"] == HELD
    assert held["resident"][0]["return_word_hash"] == HELD
    assert held["sign_in_session"][-1]["token_hash"] == HELD
    for table, rows in held.items():
        for row in rows:
            for column, value in row.items():
                if column.endswith("_hash"):
                    assert value in (None, HELD), (table, column)
    assert is_secret("participant", "token_hash")
    assert not any(is_key(table, column) for table, rows in held.items() for column in rows[0])


def test_a_link_in_a_message_lets_nobody_in(world: World) -> None:
    ada = world.north.resident("Ada", "ada@example.net")
    with world.north.inside():
        people.send_link("ada@example.net", lambda token: f"https://engagement.test/in/{token}")
        found = own_file(ada.id).decode()
    assert LINK in found
    assert "https://" not in found


def test_every_message_to_a_resident_names_them(world: World) -> None:
    """Whoever queues a message to a resident says whose it is: only so is it shown and erased."""
    fill(world.north)
    with world.north.inside():
        nameless = db.session.execute(
            select(Message.template)
            .join(Resident, Resident.email == Message.recipient)
            .where(Message.resident_id.is_(None), Resident.email != "")
        ).all()
        assert nameless == []
        named = select(func.count(Message.id)).where(Message.resident_id.is_not(None))
        assert (db.session.scalar(named) or 0) >= 2


def test_who_gives_somebody_elses_address_sees_none_of_their_messages(world: World) -> None:
    world.north.resident("Ada", "ada@example.net")
    eve = world.north.resident("Eve")
    with world.north.inside():
        people.send_link("ada@example.net", lambda token: f"https://engagement.test/in/{token}")
        people.change_own_details(eve.id, "Ada", "ada@example.net", "", "", ContactBy.EMAIL)
        assert own_data(eve.id).of("message") == []


def test_somebody_of_another_partnership_is_nobody_here(four: Four, world: World) -> None:
    with world.south.inside():
        assert own_data(four.ada.resident.id).rows == []
