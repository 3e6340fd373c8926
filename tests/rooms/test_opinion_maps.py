"""Maps of opinions made of a programme's votes, and conversations that were held with Polis."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text, update

from engagement.audit.queries import list_entries
from engagement.cli import engagement
from engagement.config import ROOT
from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel, State
from engagement.conversations.errors import UnknownMap
from engagement.conversations.importing import Imported, Table, import_polis
from engagement.conversations.maps import (
    FILE,
    MAP_PURPOSE,
    find_opinions_of,
    publish_map,
    request_map,
    request_maps_of_closed,
)
from engagement.conversations.models import GroupSeen, MapPlace, OpinionMap, Statement, Vote
from engagement.conversations.overview import latest_map, standing
from engagement.conversations.queries import choosing, find_conversation, own_place
from engagement.conversations.rules import Stance, Voter
from engagement.conversations.service import hide_statement
from engagement.conversations.voting import vote
from engagement.database import clock
from engagement.database.tenancy import filtered
from engagement.database.transactions import transaction
from engagement.documents.sheets import open_csv
from engagement.extensions import db
from engagement.files.service import files_of, read_kept
from engagement.jobs.kinds import KINDS
from engagement.methods.opinion.errors import OpinionRefused, TooFewPeople
from engagement.people.consents import give_consent
from engagement.people.models import Resident as People
from engagement.people.questions import SEX
from engagement.people.rules import ContactBy, GivenHow
from engagement.people.service import add_resident, answer_question, resident_key
from engagement.programmes.models import Activity, Participant
from engagement.rights.erasure import erase_resident
from engagement.runs.models import Run
from tests.factories import Programme, World
from tests.factories.chain import open_conversation, publish
from tests.factories.conversations import conversation, mapped, statements, two_camps

POLIS = ROOT.parent / "shared" / "data" / "polis"
REAL = "brexit-consensus"
COMMENTS = (
    "timestamp,comment-id,author-id,moderated,is-seed,comment-body\n"
    "1500282615559,0,7,1,true,Buses should run at night\n"
    "1500282615560,1,2,0,false,Fares are too high\n"
    "1500282615561,2,3,-1,false,Buy my tickets\n"
)
VOTES = (
    "timestamp,comment-id,voter-id,vote\n1,0,2,1\n2,0,3,-1\n3,1,2,1\n4,1,3,0\n5,0,2,-1\n6,2,3,1\n"
)


@pytest.fixture
def programme(world: World) -> Programme:
    """A published programme of north."""
    programme = world.north.programme()
    with world.north.inside():
        publish(programme)
    return programme


@pytest.fixture
def served(world: World) -> Iterator[None]:
    """North is being served."""
    with world.north.inside():
        yield


def table(name: str, content: str) -> Table:
    rows = [line.split(",") for line in content.splitlines()]
    return Table(name, list(enumerate(rows, 1)))


def take(
    programme: Programme, activity: str, votes: str = VOTES, comments: str = COMMENTS
) -> Imported:
    return import_polis(
        None,
        programme.public_id,
        activity,
        table("votes.csv", votes),
        table("comments.csv", comments),
    )


def activity_key(activity: str) -> int:
    return db.session.scalars(select(Activity.id).where(Activity.public_id == activity)).one()


@pytest.mark.usefixtures("served")
def test_a_polis_export_becomes_statements_contributions_people_and_votes(
    programme: Programme,
) -> None:
    activity = open_conversation(programme)
    done = take(programme, activity)
    assert done == Imported(
        statements=3, people=3, votes=5, changed=0, held=1, rejected=1, replaced=1
    )
    rows = db.session.scalars(select(Statement).order_by(Statement.number)).all()
    assert [(row.text, row.agree, row.disagree, row.passed) for row in rows] == [
        ("Buses should run at night", 0, 2, 0),
        ("", 1, 0, 1),
        ("", 1, 0, 0),
    ]
    said = db.session.scalars(select(Contribution).order_by(Contribution.id)).all()
    assert [(one.text, one.state) for one in said] == [
        ("Fares are too high", State.PUBLISHED),
        ("Buy my tickets", State.HELD),
    ]
    assert said[0].channel is Channel.IMPORTED
    assert str(said[0].said_on) == "2017-07-17"
    assert rows[2].hidden_at is not None


@pytest.mark.usefixtures("served")
def test_the_same_export_again_adds_nothing_and_a_later_one_what_is_new(
    programme: Programme,
) -> None:
    activity = open_conversation(programme)
    take(programme, activity)
    assert take(programme, activity) == Imported(replaced=1)
    later = VOTES + "7,0,3,1\n8,1,9,1\n9,3,9,1\n"
    more = COMMENTS + "1500282615562,3,9,1,false,Trams too\n"
    done = take(programme, activity, later, more)
    assert (done.statements, done.people, done.votes, done.changed) == (1, 1, 2, 1)
    row = db.session.scalars(select(Statement).where(Statement.source_ref == "0")).one()
    assert (row.agree, row.disagree, row.passed) == (1, 1, 0)
    assert db.session.scalar(select(func.count(Vote.id))) == 7


@pytest.mark.usefixtures("served")
def test_all_that_is_wrong_with_both_files_is_told_and_nothing_is_taken(
    programme: Programme,
) -> None:
    activity = open_conversation(programme)
    votes = VOTES + "7,0,3,maybe\n8,9,3,1\nx,1,3,1\n"
    with pytest.raises(OpinionRefused) as caught:
        take(programme, activity, votes, COMMENTS + "1,4,2,1,false, \n1,0,2,1,false,Twice\n")
    told = "\n".join(map(str, caught.value.faults))
    for where in ("comments.csv, row 6", "votes.csv, row 8", "votes.csv, row 10"):
        assert where in told
    with pytest.raises(OpinionRefused, match=r"statement “9” is not in comments\.csv"):
        take(programme, activity, VOTES + "8,9,3,1\n")
    with pytest.raises(OpinionRefused, match=r"comments\.csv, row 5: has no words"):
        take(programme, activity, VOTES, COMMENTS + "1,4,2,1,false, \n")
    assert db.session.scalar(select(func.count(Statement.id))) == 0
    assert db.session.scalar(select(func.count(Participant.id))) == 0
    take(programme, activity)
    with pytest.raises(OpinionRefused, match="has other words"):
        take(programme, activity, VOTES, COMMENTS.replace("too high", "too low"))


@pytest.mark.usefixtures("served")
def test_a_map_is_made_of_the_votes_and_the_same_votes_make_the_same_map(
    programme: Programme,
) -> None:
    activity = conversation(programme, *(f"Say {number}" for number in range(9)))
    keys = statements(activity_key(activity))
    two_camps(activity, keys)
    first = find_opinions_of(activity, lambda *_: None)
    mapped(activity)
    row = latest_map(activity_key(activity))
    assert row is not None
    assert (row.people, row.statements, row.votes, row.groups) == (24, 9, 24 * 9, 2)
    assert {group["size"] for group in row.shown["groups"]} == {12}
    assert row.shown["lists"]["agree"]
    assert row.drawing.startswith("<svg")
    (kept,) = files_of(row.run)
    assert kept.name == FILE
    assert json.loads(read_kept(kept))["groups"][0]["size"] == 12
    assert db.session.scalar(select(func.count(MapPlace.id))) == 24
    assert db.session.scalar(select(func.count(GroupSeen.id))) == 2 * 9
    again = find_opinions_of(activity, lambda *_: None)
    assert again.fingerprint == first.fingerprint == row.fingerprint
    assert (again.record, again.drawing) == (first.record, first.drawing)
    entries = [entry for entry in list_entries(1, 5)[0] if entry.action == "opinions.mapped"]
    assert entries[0].facts["votes"] == row.fingerprint
    mapped(activity)
    assert db.session.scalar(select(func.count(MapPlace.id))) == 24  # of the latest map alone
    assert db.session.scalar(select(func.count(OpinionMap.id))) == 2


@pytest.mark.usefixtures("served")
def test_what_nobody_is_shown_is_in_no_map(programme: Programme) -> None:
    activity = conversation(programme, *(f"Say {number}" for number in range(9)))
    keys = statements(activity_key(activity))
    two_camps(activity, keys)
    hide_statement(None, programme.public_id, activity, keys[0], "Said twice.")
    found = find_opinions_of(activity, lambda *_: None).record
    assert found["statements"] == 8
    assert 1 not in {one["statement_id"] for one in found["consensus"]}


@pytest.mark.usefixtures("served")
def test_too_few_people_make_no_map(programme: Programme) -> None:
    activity = conversation(programme)
    two_camps(activity, statements(activity_key(activity)), people=7)
    with pytest.raises(TooFewPeople):
        find_opinions_of(activity, lambda *_: None)
    assert "opinions" in KINDS


def _declare(activity: str, *, agreed: bool) -> None:
    keys = statements(activity_key(activity))
    for number in range(16):
        key = resident_key(add_resident("", contact_by=ContactBy.NOBODY))
        answer_question(
            key, SEX.key, ("female", "male")[number % 2], "What is your sex?", GivenHow.ONLINE
        )
        if agreed:
            with transaction():
                give_consent(key, MAP_PURPOSE, SEX.wording, "the words", GivenHow.ONLINE)
        for one in keys:
            vote(activity, one, Stance.AGREE, Voter("", key))


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("agreed", [True, False])
def test_what_people_told_of_themselves_is_used_only_where_they_agreed_to_that(
    programme: Programme, agreed: bool
) -> None:
    activity = conversation(programme, *(f"Say {number}" for number in range(9)))
    _declare(activity, agreed=agreed)
    found = find_opinions_of(activity, lambda *_: None).record
    divided = [{"heading": "sex", "counted": ["female", "male"], "left_out": False}]
    assert found["declared"] == (divided if agreed else [])
    with transaction():
        db.session.execute(text("UPDATE consent SET withdrawn_at = given_at"))
    assert find_opinions_of(activity, lambda *_: None).record["declared"] == []
    assert db.session.scalar(select(func.count(People.id))) == 16


@pytest.mark.usefixtures("served")
def test_who_is_erased_stays_counted_and_is_in_no_map_to_come(
    world: World, programme: Programme
) -> None:
    activity = conversation(programme, *(f"Say {number}" for number in range(9)))
    keys = statements(activity_key(activity))
    two_camps(activity, keys, people=16)
    resident = world.north.resident()
    for one in keys:
        vote(activity, one, Stance.AGREE, Voter("", resident.id))
    mapped(activity)
    before = standing(activity_key(activity)).votes
    erase_resident(resident.id)
    assert standing(activity_key(activity)).votes == before == 17 * 9
    assert find_opinions_of(activity, lambda *_: None).record["participants"] == 16
    emptied = db.session.scalars(select(Vote).where(Vote.value.is_(None))).all()
    assert len(emptied) == 9
    places = db.session.scalars(select(MapPlace.opinion_group)).all()
    assert places.count(None) == 1


@pytest.mark.usefixtures("served")
def test_ones_own_group_decides_what_comes_next(programme: Programme) -> None:
    activity = conversation(programme, *(f"Say {number}" for number in range(12)))
    keys = statements(activity_key(activity))
    two_camps(activity, keys[:9])
    # Of the last two, one was answered by one camp alone, though by fewer people.
    for person in range(0, 24, 2):
        vote(activity, keys[9], Stance.AGREE, Voter(f"browser {person}"))
    for person in range(1, 24, 2):
        vote(activity, keys[10], Stance.AGREE, Voter(f"browser {person}"))
        vote(activity, keys[11], Stance.AGREE, Voter(f"browser {person}"))
    for person in range(3):
        vote(activity, keys[9], Stance.PASS, Voter(f"new {person}"))
    mapped(activity)
    here = find_conversation(programme.public_id, activity)
    assert here is not None
    for person, expected in ((0, {keys[10], keys[11]}), (1, {keys[9]})):
        voter = Voter(f"browser {person}")
        own = own_place(here, voter)
        assert own.group is not None
        first = db.session.execute(choosing(here, own, voter, [])).first()
        assert first is not None
        assert first[0] in expected


@pytest.mark.usefixtures("served")
def test_the_map_is_asked_for_by_staff_and_once_by_the_close(programme: Programme) -> None:
    activity = conversation(programme)
    request_maps_of_closed()
    run = request_map(None, programme.public_id, activity)
    two_camps(activity, statements(activity_key(activity)), people=2)
    request_maps_of_closed()
    assert db.session.scalars(select(Run.public_id)).all() == [run]
    with transaction():
        db.session.execute(update(Activity).values(closes_at=clock.now()))
    request_maps_of_closed()
    request_maps_of_closed()
    runs = db.session.scalars(select(Run).where(Run.public_id != run)).all()
    assert [(one.kind, one.arguments["activity"]) for one in runs] == [("opinions", activity)]


@pytest.mark.usefixtures("served")
def test_everyone_sees_a_map_once_it_is_published(programme: Programme) -> None:
    activity = conversation(programme, *(f"Say {number}" for number in range(9)))
    two_camps(activity, statements(activity_key(activity)))
    key = mapped(activity)
    assert latest_map(activity_key(activity), published=True) is None
    with pytest.raises(UnknownMap):
        publish_map(None, programme.public_id, activity, "nothing")
    publish_map(None, programme.public_id, activity, key)
    publish_map(None, programme.public_id, activity, key)
    shown = latest_map(activity_key(activity), published=True)
    assert shown is not None
    assert shown.public_id == key


def _explained(world: World, activity: str, programme: Programme) -> str:
    here = find_conversation(programme.public_id, activity)
    assert here is not None
    voter = Voter("browser 1")
    own = own_place(here, voter)
    assert own.group is not None
    statement = filtered(choosing(here, own, voter, [1]))
    connection = db.session.connection()
    compiled = statement.compile(connection, compile_kwargs={"render_postcompile": True})
    verb = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    processors = compiled._bind_processors
    given = {
        name: processors[name](value) if name in processors else value
        for name, value in compiled.params.items()
    }
    values = (
        tuple(given[name] for name in compiled.positiontup or ()) if compiled.positional else given
    )
    rows = connection.exec_driver_sql(f"{verb} {compiled}", values)
    return "\n".join(str(row) for row in rows)


@pytest.mark.usefixtures("served")
def test_the_next_statement_is_found_without_reading_the_votes_of_others(
    world: World, programme: Programme
) -> None:
    activity = conversation(programme, *(f"Say {number}" for number in range(60)))
    keys = db.session.scalars(select(Statement.id)).all()
    two_camps(activity, statements(activity_key(activity))[:9])
    mapped(activity)
    here = world.north.id
    with transaction():
        for start in range(150):
            participant = Participant(programme_id=programme.id, kind="imported")
            db.session.add(participant)
            db.session.flush()
            db.session.add_all(
                Vote(statement_id=key, participant_id=participant.id, value=start % 3 - 1)
                for key in keys
            )
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    plan = _explained(world, activity, programme)
    assert "vote" in plan, here
    assert "Seq Scan on vote" not in plan, plan
    assert "SCAN vote" not in plan, plan


@pytest.mark.skipif(not POLIS.is_dir(), reason="the real conversations are not here")
@pytest.mark.usefixtures("served")
def test_a_real_conversation_gives_the_same_map_as_the_command(
    programme: Programme, tmp_path: Path
) -> None:
    activity = open_conversation(programme)
    folder = POLIS / REAL
    with open_csv(folder / "votes.csv") as votes, open_csv(folder / "comments.csv") as comments:
        done = import_polis(
            None,
            programme.public_id,
            activity,
            Table("votes.csv", votes.rows()),
            Table("comments.csv", comments.rows()),
        )
    assert (done.statements, done.rejected) == (50, 0)
    waiting = set(
        db.session.scalars(
            select(Statement.source_ref)
            .join(Contribution, Contribution.id == Statement.contribution_id)
            .where(Contribution.state == State.HELD)
        )
    )
    ours = find_opinions_of(activity, lambda *_: None).record
    theirs = _by_command(folder, tmp_path, waiting)
    number_of = dict(db.session.execute(select(Statement.number, Statement.source_ref)).all())
    for name in ("participants", "grouped", "statements", "votes", "stability", "silhouettes"):
        assert ours[name] == theirs[name], name
    assert [one["size"] for one in ours["groups"]] == [one["size"] for one in theirs["groups"]]
    for mine, other in zip(ours["consensus"], theirs["consensus"], strict=True):
        assert int(number_of[mine["statement_id"]] or -1) == other["statement_id"]
        for name in ("score", "bridging", "difference", "seen", "agree", "groups"):
            assert mine[name] == other[name]


def _by_command(folder: Path, out: Path, left_out: set[str | None]) -> dict[str, object]:
    """What the command makes of the files, without the statements that wait for a moderator."""
    import csv

    marked = out / "comments.csv"
    with (folder / "comments.csv").open(newline="") as source, marked.open("w", newline="") as to:
        rows = csv.DictReader(source)
        writer = csv.DictWriter(to, rows.fieldnames or [])
        writer.writeheader()
        for row in rows:
            writer.writerow(row | ({"moderated": -1} if row["comment-id"] in left_out else {}))
    command = ["opinion", str(folder / "votes.csv"), "--comments", str(marked)]
    done = CliRunner().invoke(engagement, [*command, "--out", str(out / "map")])
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads((out / "map" / "opinion.json").read_text())
    return found
