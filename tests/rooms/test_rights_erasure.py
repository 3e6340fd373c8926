"""Whoever is erased is nowhere any more; what was counted stays counted, also after a restore."""

from __future__ import annotations

import io
import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import func, make_url, select

from engagement.audit.models import AuditEntry
from engagement.audit.queries import verify_chain
from engagement.audit.rules import Head
from engagement.audit.service import current_head
from engagement.config import Config
from engagement.contributions.models import Contribution
from engagement.contributions.queries import all_contributions
from engagement.contributions.rules import State
from engagement.exports.service import make_summary
from engagement.extensions import Base, db
from engagement.files.models import StoredFile
from engagement.insight.queries import list_priorities, list_themes
from engagement.insight.service import PriorityPlan, make_priority
from engagement.messages.delivery import make_back_end
from engagement.messages.service import deliver_due, queue
from engagement.panels.draw_queries import find_draw
from engagement.panels.models import Seat
from engagement.panels.rules import DrawState
from engagement.people import service as people
from engagement.people.models import Resident
from engagement.programmes.queries import find_programme
from engagement.rights.again import apply_erasures, list_erasures, read_erasures
from engagement.rights.erasure import blanked, erase_resident, goes, stays
from engagement.rights.errors import ListHasFaults
from engagement.rights.held import held_about
from engagement.rights.models import Erasure
from engagement.rights.ties import HOUSEHOLD, SEALS, reached
from engagement.sessions.models import Attendance
from tests.databases import everything_in, new_database
from tests.factories import World
from tests.factories.chain import keep_two_themes
from tests.factories.rights import Stage, plant_address

NAME = "adalovelacewashere"


def all_bytes(url: str, folder: Path) -> bytes:
    """What is in the database, once it was tidied, and in every file beside it."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(unquote(url.removeprefix("sqlite:///")))) as connection:
            connection.execute("VACUUM")
    held = everything_in(url)
    return held + b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the libraries and the application log."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def stage(world: World) -> Stage:
    """A programme in north with a conversation and a panel."""
    return Stage(world.north)


def published(stage: Stage) -> list[object]:
    """The figures of a programme as everyone sees them."""
    draw = find_draw(None, stage.draw)
    assert draw is not None
    themes = [(one.title, one.reach) for one in list_themes(stage.programme.id)]
    priorities = [(one.title, one.reach) for one in list_priorities(stage.programme.id)]
    return [themes, priorities, draw.facts, draw.registrants, draw.ticket]


def counted(stage: Stage) -> None:
    """Find themes in what was said, put a priority on them, and write the files about it."""
    key = stage.programme.public_id
    keep_two_themes(stage.programme)
    themes = [theme.public_id for theme in list_themes(stage.programme.id)]
    make_priority(None, key, PriorityPlan("Be told what happens", "", themes))
    programme = find_programme(None, key)
    assert programme is not None
    make_summary(programme, lambda public_id: f"https://engagement.test/{public_id}")


# What goes and what stays.


def test_every_table_on_the_way_goes_or_stays_without_the_person() -> None:
    assert goes() | set(stays()) | {SEALS} == set(reached())
    for name in stays():
        table = Base.metadata.tables[name]
        assert all(table.c[column].nullable for column in blanked(name)), name
        for key in table.foreign_key_constraints:
            if key.referred_table.name in goes():
                left = set(key.column_keys) - {"partnership_id"} - set(blanked(name))
                assert left == set(), f"{name} refers to {key.referred_table.name} for good"


def test_nothing_of_an_erased_person_is_found_anywhere(
    app: Flask,
    world: World,
    stage: Stage,
    database_url: str,
    tmp_path: Path,
    log: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    letter = stage.letter()
    ada = stage.person(NAME, letter)
    cy = stage.person("cyril", stage.letter())
    plant_address(world.north, letter, "canary-of-her-home")
    with world.north.inside():
        counted(stage)
        assert stage.programme.public_id in {
            row.made_by for row in db.session.scalars(select(StoredFile))
        }
        figures, head = published(stage), current_head()
        kept = held_about(cy.resident.id)
    before = all_bytes(database_url, tmp_path)
    canaries = {*ada.words, "canary-of-her-home", NAME, ada.resident.public_id}
    assert [one for one in canaries if one.encode() not in before] == []

    with world.north.inside():
        erase_resident(ada.resident.id)
        assert held_about(ada.resident.id) == []
        assert published(stage) == figures
        assert held_about(cy.resident.id) == kept
        assert verify_chain([Head(head.sequence, head.entry_hash)])[1] == []
        gone = db.session.scalars(
            select(AuditEntry.object_id).where(AuditEntry.action == "resident.erased")
        ).all()
        assert gone == [ada.resident.public_id]
        db.session.remove()
        db.engine.dispose()
    after = all_bytes(database_url, tmp_path)
    canaries -= {ada.resident.public_id}  # it stands in the chain, and leads to nobody
    said = log.getvalue() + "".join(capfd.readouterr())
    assert [one for one in canaries if one.encode() in after or one in said] == []
    assert [one for one in cy.words if one.encode() not in after] == []


def test_words_go_and_stay_counted_but_are_in_no_analysis(stage: Stage, world: World) -> None:
    ada = stage.person("ada", stage.letter())
    stage.person("bo", stage.letter())
    with world.north.inside():
        counted(stage)
        assert len(all_contributions(stage.programme.id)) == 2
        erase_resident(ada.resident.id)
        row = db.session.scalars(
            select(Contribution).where(Contribution.erased_at.is_not(None))
        ).one()
        assert (row.text, row.translation, row.state) == (None, None, State.PUBLISHED)
        assert [one.text for one in all_contributions(stage.programme.id)] != [None]
        assert len(all_contributions(stage.programme.id)) == 1
        assert sum(one.reach.contributions for one in list_themes(stage.programme.id)) == 2
        (priority,) = list_priorities(stage.programme.id)
        assert (priority.reach.contributions, priority.reach.participants) == (2, 2)


def test_a_payment_stays_in_the_accounts_without_the_person(stage: Stage, world: World) -> None:
    ada = stage.person("ada", stage.letter())
    with world.north.inside():
        before = db.session.scalar(select(func.count(Seat.id)))
        erase_resident(ada.resident.id)
        line = db.session.scalars(select(Attendance)).one()
        assert (line.seat_id, line.pence, line.reference) == (None, 2500, "V 17")
        assert db.session.scalar(select(func.count(Seat.id))) == (before or 0) - 1


def test_a_draw_under_way_is_void_and_a_drawn_one_stands(stage: Stage, world: World) -> None:
    ada = stage.person("ada", stage.letter())
    draw = stage.draw_under_way()
    with world.north.inside():
        erase_resident(ada.resident.id)
        found, drawn = find_draw(None, draw), find_draw(None, stage.draw)
        assert found is not None
        assert drawn is not None
        assert (found.state, drawn.state) == (DrawState.VOID, DrawState.DRAWN)


def test_the_others_of_a_household_keep_what_is_theirs(stage: Stage, world: World) -> None:
    letter = stage.letter()
    ada, bo = stage.person("ada", letter), stage.person("bo", letter)
    plant_address(world.north, letter, "their home")
    with world.north.inside():
        addresses = lambda: [  # noqa: E731
            row.values["address"] for row in held_about(bo.resident.id) if row.table == "invitation"
        ]
        erase_resident(ada.resident.id)
        assert addresses() == ["their home"]
        kept = {row.table for row in held_about(bo.resident.id)}
        assert kept >= set(HOUSEHOLD) | {"seat", "consent", "contribution", "message"}


def test_messages_to_an_address_go_unless_it_is_somebody_elses_too(
    stage: Stage, world: World, database_url: str
) -> None:
    ada = world.north.resident("Ada", "shared@example.net")
    bo = world.north.resident("Bo", "shared@example.net")
    with world.north.inside():
        queue("resident_link", "shared@example.net", subject="News", name="", link="x")
        count = lambda: everything_in(database_url).count(b"shared@example.net")  # noqa: E731
        erase_resident(ada.id)
        assert count() >= 2
        erase_resident(bo.id)
        assert count() == 0


def test_what_was_written_instead_of_sent_is_deleted(app: Flask, world: World) -> None:
    """Where messages are files, for trying things out."""
    config: Config = app.extensions["engagement"]
    ada = world.north.resident("Ada", "ada@example.net")
    world.north.resident("Bo", "bo@example.net")
    with world.north.inside():
        for email in ("ada@example.net", "bo@example.net"):
            people.send_link(email, lambda token: f"https://engagement.test/{token}")
        assert deliver_due(make_back_end(config)) == 2
        erase_resident(ada.id)
    (left,) = config.mail_path.glob("*.eml")
    assert "bo@example.net" in left.read_text()


def test_two_presses_at_once_erase_once(
    world: World, stage: Stage, at_once: Callable[..., list[BaseException]]
) -> None:
    ada = stage.person("ada", stage.letter())
    presses = [lambda: erase_resident(ada.resident.id)] * 3
    assert at_once(*presses, partnership_id=world.north.id) == []
    with world.north.inside():
        erased = select(func.count(AuditEntry.id)).where(AuditEntry.action == "resident.erased")
        assert db.session.scalar(erased) == 1
        assert verify_chain()[1] == []


def test_somebody_who_did_nothing_is_erased_too(world: World) -> None:
    ada = world.north.resident()
    with world.north.inside():
        erase_resident(ada.id, asked="by telephone")
        facts = db.session.scalars(
            select(AuditEntry.facts).where(AuditEntry.action == "resident.erased")
        ).one()
        assert facts == {"contributions": 0, "asked": "by telephone"}
        assert db.session.scalars(select(Resident)).all() == []
        assert db.session.scalars(select(Erasure.public_id)).one() == ada.public_id


# After a restore.


def copy_of(app: Flask, kind: str, url: str, folder: Path) -> Iterator[str]:
    """A copy of a database as it is now."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    everything_in(url)  # folds SQLite's log into its file
    template = (
        unquote(url.removeprefix("sqlite:///")) if kind == "sqlite" else make_url(url).database
    )
    assert template is not None
    with new_database(kind, folder, template) as copy:
        yield copy


@pytest.fixture
def restored(app: Flask, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[object]:
    """Copies the database, and later lets the application go on with the copy."""
    kind = request.config.getoption("--database")
    made: list[Iterator[str]] = []
    (tmp_path / "copies").mkdir()

    class Restore:
        url = ""

        def copy(self, url: str) -> None:
            made.append(copy_of(app, kind, url, tmp_path / "copies"))
            self.url = next(made[-1])

        def go_on_with_it(self) -> None:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
                db.engine.url = make_url(self.url)

    yield Restore()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    for one in made:
        next(one, None)


def test_the_erased_stay_erased_after_a_restore(
    app: Flask, world: World, stage: Stage, database_url: str, tmp_path: Path, restored: object
) -> None:
    ada, bo = stage.person(NAME, stage.letter()), stage.person("bo", stage.letter())
    restored.copy(database_url)  # type: ignore[attr-defined]
    with world.north.inside():
        erase_resident(ada.resident.id)
        lines = [one.line() for one in list_erasures()]
    assert len(lines) == 1

    restored.go_on_with_it()  # type: ignore[attr-defined]
    with world.north.inside():
        assert held_about(ada.resident.id) != []
        assert list_erasures() == []
        assert apply_erasures(read_erasures(lines)) == 1
        assert [one.line() for one in list_erasures()] == lines
        assert verify_chain()[1] == []
        head = current_head()
        assert apply_erasures(read_erasures(lines)) == 0
        assert current_head() == head
        assert [one.line() for one in list_erasures()] == lines
        assert held_about(bo.resident.id) != []
        db.session.remove()
        db.engine.dispose()
    left = all_bytes(restored.url, tmp_path / "files")  # type: ignore[attr-defined]
    assert [one for one in {*ada.words, NAME} if one.encode() in left] == []
    assert [one for one in bo.words if one.encode() not in left] == []


def test_who_is_not_in_the_copy_stays_on_the_list(world: World) -> None:
    line = (
        '{"partnership": "south", "resident": "abcdefghijklmnopqrstuv",'
        ' "erased_at": "2026-03-04T09:30:00+00:00"}'
    )
    with world.north.inside():
        for _ in range(2):
            assert apply_erasures(read_erasures([line])) == 0
        assert [one.line() for one in list_erasures()] == [line]


def test_all_that_is_wrong_with_a_list_is_said_with_its_row(world: World) -> None:
    good = (
        '{"partnership": "north", "resident": "abcdefghijklmnopqrstuv",'
        ' "erased_at": "2026-03-04T09:30:00+00:00"}'
    )
    lines = [
        good,
        "",
        "north,abc",
        "[]",
        good.replace("north", "east"),
        good.replace("abcdef", "ab"),
        good.replace("+00:00", ""),
        good.replace("2026-03", "soon"),
    ]
    with world.north.inside():
        with pytest.raises(ListHasFaults) as caught:
            read_erasures(lines)
        assert [re.match(r"row (\d):", fault)[1] for fault in caught.value.args[0]] == list(
            "345678"
        )  # type: ignore[index]
        assert list_erasures() == []
