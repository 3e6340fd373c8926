"""Statements and votes of open conversations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from engagement.audit.queries import list_entries
from engagement.contributions.errors import NotOpen
from engagement.contributions.models import Contribution
from engagement.contributions.rules import State
from engagement.contributions.service import Said
from engagement.conversations.errors import (
    ReasonToHideNeeded,
    SaidAlready,
    SeedsHaveFaults,
    StatementTooLong,
    TakesNoStatements,
    UnknownStatement,
)
from engagement.conversations.models import Statement, Vote
from engagement.conversations.overview import list_statements, standing
from engagement.conversations.queries import (
    ConversationRow,
    OwnPlace,
    StatementToVote,
    find_conversation,
    next_statement,
    own_place,
    own_votes,
)
from engagement.conversations.rules import Stance, Voter
from engagement.conversations.service import (
    add_seeds,
    add_statement,
    change_settings,
    hide_statement,
    show_statement,
)
from engagement.conversations.voting import take_vote_back, vote
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.people.participation import participate
from engagement.programmes.models import Activity, Participant
from engagement.programmes.rules import Status
from tests.factories import Programme, World
from tests.factories.conversations import OWN, SEEDS, conversation, own_statement, statements

AtOnce = Callable[..., list[BaseException]]
ANN, BOB = Voter("ann"), Voter("bob")


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of north."""
    return world.north.programme()


@pytest.fixture
def activity(world: World, programme: Programme) -> str:
    """An open conversation in it, with seeds."""
    with world.north.inside():
        return conversation(programme)


def row_of(programme: Programme, activity: str) -> ConversationRow:
    found = find_conversation(programme.public_id, activity)
    assert found is not None
    return found


def shown_to(
    programme: Programme, activity: str, voter: Voter, *skipped: int
) -> StatementToVote | None:
    here = row_of(programme, activity)
    return next_statement(here, own_place(here, voter), voter, list(skipped))


def counts(public_id: str) -> tuple[int, int, int]:
    row = db.session.execute(
        select(Statement.agree, Statement.disagree, Statement.passed).where(
            Statement.public_id == public_id
        )
    ).one()
    return (row[0], row[1], row[2])


def close(activity: str) -> None:
    with transaction():
        db.session.execute(
            update(Activity)
            .where(Activity.public_id == activity)
            .values(closes_at=clock.now() - timedelta(seconds=1))
        )


def test_people_answer_one_statement_after_the_other(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        seen = []
        while (one := shown_to(programme, activity, ANN)) is not None:
            assert one.left == len(SEEDS) - len(seen)
            seen.append(one.text)
            vote(activity, one.public_id, Stance.AGREE, ANN)
        assert sorted(seen) == sorted(SEEDS)
        assert own_place(row_of(programme, activity), ANN).answered == len(SEEDS)
        mine, total = own_votes(row_of(programme, activity), ANN, 1, 3)
        assert (len(mine), total) == (3, len(SEEDS))
        assert mine[0].text == seen[-1]
        assert own_votes(row_of(programme, activity), BOB, 1, 3) == ([], 0)


def test_a_later_vote_takes_the_place_of_the_first_and_counts_follow(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        key = statements(row_of(programme, activity).id)[0]
        steps = [
            (Stance.AGREE, (1, 0, 0)),
            (Stance.AGREE, (1, 0, 0)),
            (Stance.DISAGREE, (0, 1, 0)),
            (Stance.PASS, (0, 0, 1)),
        ]
        for stance, expected in steps:
            vote(activity, key, stance, ANN)
            assert counts(key) == expected
        vote(activity, key, Stance.PASS, BOB)
        assert counts(key) == (0, 0, 2)
        take_vote_back(activity, key, ANN)
        take_vote_back(activity, key, ANN)
        assert counts(key) == (0, 0, 1)
        assert db.session.scalar(select(func.count(Vote.id))) == 1


def test_votes_sent_at_once_are_one_vote(
    world: World, programme: Programme, activity: str, at_once: AtOnce
) -> None:
    with world.north.inside():
        key = statements(row_of(programme, activity).id)[0]

    def send(stance: Stance, voter: Voter) -> Callable[[], None]:
        def act() -> None:
            with world.north.inside():
                vote(activity, key, stance, voter)

        return act

    acts = [send(list(Stance)[number % 3], ANN) for number in range(12)]
    acts += [send(Stance.AGREE, Voter(f"other {number}")) for number in range(8)]
    assert at_once(*acts) == []
    with world.north.inside():
        assert db.session.scalar(select(func.count(Vote.id))) == 9
        assert db.session.scalar(select(func.count(Participant.id))) == 9
        kept = db.session.scalars(select(Vote.value)).all()
        assert counts(key) == (kept.count(1), kept.count(-1), kept.count(0))


def test_after_the_close_nothing_is_counted(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        key = statements(row_of(programme, activity).id)[0]
        vote(activity, key, Stance.AGREE, ANN)
        close(activity)
        assert row_of(programme, activity).status is Status.CLOSED
        for act in (
            lambda: vote(activity, key, Stance.DISAGREE, ANN),
            lambda: vote(activity, key, Stance.AGREE, BOB),
            lambda: take_vote_back(activity, key, ANN),
            lambda: own_statement(activity),
        ):
            with pytest.raises(NotOpen):
                act()
        assert counts(key) == (1, 0, 0)


def test_a_statement_of_another_conversation_takes_no_vote_here(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        other = conversation(world.north.programme("Other"))
        key = statements(row_of(programme, activity).id)[0]
        with pytest.raises(UnknownStatement):
            vote(other, key, Stance.AGREE, ANN)


def test_a_statement_of_ones_own_is_a_contribution_that_others_vote_on(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        said = own_statement(activity, browser="ann")
        row = db.session.scalars(select(Contribution)).one()
        assert (row.public_id, row.text, row.state) == (said, OWN, State.PUBLISHED)
        (statement,) = db.session.scalars(select(Statement).where(Statement.contribution_id > 0))
        assert statement.text == ""
        assert counts(statement.public_id) == (1, 0, 0)  # who says it agrees
        assert statement.number == len(SEEDS) + 1
        vote(activity, statement.public_id, Stance.DISAGREE, BOB)
        assert counts(statement.public_id) == (1, 1, 0)
        with pytest.raises(SaidAlready):
            own_statement(activity, OWN.upper(), "bob")


@pytest.mark.parametrize("state", [State.HELD, State.WITHDRAWN])
def test_what_is_held_or_taken_back_is_shown_to_nobody_and_its_votes_stay(
    world: World, programme: Programme, activity: str, state: State
) -> None:
    with world.north.inside():
        own_statement(activity)
        key = statements(row_of(programme, activity).id)[-1]
        vote(activity, key, Stance.DISAGREE, ANN)
        with transaction():
            db.session.execute(update(Contribution).values(state=state))
        seen = set()
        for number in range(1, 9):
            one = shown_to(programme, activity, Voter(f"new {number}"))
            assert one is not None
            seen.add(one.text)
        assert OWN not in seen
        with pytest.raises(UnknownStatement):
            vote(activity, key, Stance.AGREE, BOB)
        assert counts(key) == (1, 1, 0)
        assert own_votes(row_of(programme, activity), ANN, 1, 10)[1] == 0
        rows, _ = list_statements(row_of(programme, activity).id, 1, 50)
        assert (rows[-1].text, rows[-1].shown) == ("", False)


def test_what_may_name_somebody_waits_before_others_see_it(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        own_statement(activity, "Dr Jane Smith of 07700 900123 never rang")
        assert standing(row_of(programme, activity).id).waiting == 1
        assert standing(row_of(programme, activity).id).shown == len(SEEDS)
        assert db.session.scalar(select(func.count(Vote.id))) == 0


def test_a_statement_sent_twice_is_one(world: World, activity: str) -> None:
    said = Said(OWN, "Riverbank", may_quote=True)
    with world.north.inside():
        first = add_statement(activity, said, ANN, once="form")
        assert add_statement(activity, said, ANN, once="form") == first
        assert db.session.scalar(select(func.count(Contribution.id))) == 1


def test_a_statement_says_one_thing(world: World, programme: Programme, activity: str) -> None:
    with world.north.inside():
        with pytest.raises(StatementTooLong):
            own_statement(activity, "x" * 301)
        own_statement(activity, "Two\n lines \t are one")
        rows, _ = list_statements(row_of(programme, activity).id, 1, 50)
        assert rows[-1].text == "Two lines are one"


def test_convenors_say_whether_residents_add_statements(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        change_settings(None, programme.public_id, activity, takes_statements=False)
        with pytest.raises(TakesNoStatements):
            own_statement(activity)
        change_settings(None, programme.public_id, activity, takes_statements=True)
        own_statement(activity)


def test_all_faults_of_pasted_lines_are_told_and_none_is_taken(
    world: World, programme: Programme, activity: str
) -> None:
    lines = ["One thing", "", "one  THING", SEEDS[0], "y" * 301, "Fine"]
    with world.north.inside():
        with pytest.raises(SeedsHaveFaults) as caught:
            add_seeds(None, programme.public_id, activity, lines)
        assert [fault.row for fault in caught.value.faults] == [3, 4, 5]
        assert len(statements(row_of(programme, activity).id)) == len(SEEDS)
        assert add_seeds(None, programme.public_id, activity, ["  A  b ", "", "c"]) == 2
        entry = list_entries(1, 1)[0][0]
        assert (entry.action, entry.facts["texts"]) == ("statements.seeded", ["A b", "c"])
        with pytest.raises(SeedsHaveFaults):
            add_seeds(None, programme.public_id, activity, [" ", ""])


def test_a_hidden_statement_is_shown_to_nobody_until_it_is_shown_again(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        key = statements(row_of(programme, activity).id)[0]
        vote(activity, key, Stance.AGREE, ANN)
        with pytest.raises(ReasonToHideNeeded):
            hide_statement(None, programme.public_id, activity, key, " ")
        hide_statement(None, programme.public_id, activity, key, "It is said twice.")
        with pytest.raises(UnknownStatement):
            vote(activity, key, Stance.AGREE, BOB)
        rows, _ = list_statements(row_of(programme, activity).id, 1, 50)
        assert (rows[0].hidden_reason, rows[0].shown, rows[0].agree) == (
            "It is said twice.",
            False,
            1,
        )
        show_statement(None, programme.public_id, activity, key)
        vote(activity, key, Stance.AGREE, BOB)
        assert counts(key) == (2, 0, 0)


def test_statements_with_the_fewest_votes_come_first_and_ties_in_an_order_of_ones_own(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        keys = statements(row_of(programme, activity).id)
        for number, key in enumerate(keys[1:], 1):
            for person in range(number):
                vote(activity, key, Stance.PASS, Voter(f"early {person}"))
        first = shown_to(programme, activity, ANN)
        assert first is not None
        assert first.public_id == keys[0]
        again = shown_to(programme, activity, ANN, first.number)
        assert again is not None
        assert again.public_id == keys[1]


def test_everybody_has_an_order_of_their_own(world: World, programme: Programme) -> None:
    with world.north.inside():
        activity = conversation(programme, *(f"Say {number}" for number in range(20)))
        first = [shown_to(programme, activity, Voter(f"new {number}")) for number in range(30)]
        again = [shown_to(programme, activity, Voter(f"new {number}")) for number in range(30)]
        assert first == again
        assert len({one.text for one in first if one}) > 8


def test_a_resident_votes_as_the_same_participant_everywhere(
    world: World, programme: Programme, activity: str
) -> None:
    resident = world.north.resident()
    voter = Voter("a browser", resident.id)
    with world.north.inside():
        key = statements(row_of(programme, activity).id)[0]
        vote(activity, key, Stance.AGREE, voter)
        vote(activity, key, Stance.DISAGREE, Voter("another browser", resident.id))
        assert counts(key) == (0, 1, 0)
        assert own_place(row_of(programme, activity), voter) == OwnPlace(
            participate(resident.id, programme.id), None, None, 1
        )


def test_nobody_of_another_partnership_sees_or_votes(
    app: Flask, world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        key = statements(row_of(programme, activity).id)[0]
    with world.south.inside():
        assert find_conversation(programme.public_id, activity) is None
        with pytest.raises(UnknownStatement):
            vote(activity, key, Stance.AGREE, ANN)
