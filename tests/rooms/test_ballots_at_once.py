"""Votes at the same moment: one for each member, and none lost while it is tallied."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from engagement.ballots.errors import BallotState
from engagement.ballots.models import BallotEnvelope
from engagement.ballots.queries import find_ballot
from engagement.ballots.rules import LEAST_VOTES, Vote
from engagement.ballots.service import close_ballot, tally
from engagement.ballots.voting import vote
from engagement.extensions import db
from engagement.methods.choice.consent import Step
from tests.factories import World
from tests.factories.ballots import opened_ballot, seated_panel

AtOnce = Callable[..., list[BaseException]]


def test_fifty_votes_of_one_member_at_once_are_one(world: World, at_once: AtOnce) -> None:
    with world.north.inside():
        panel, residents = seated_panel(world.north.programme(), people=5)
        ballot, _secrets = opened_ballot(panel)

    def press(number: int) -> Callable[[], None]:
        def one() -> None:
            with world.north.inside():
                vote(ballot, residents[0], Vote(list(Step)[number % 5]))

        return one

    assert at_once(*[press(number) for number in range(50)]) == []
    with world.north.inside():
        assert db.session.scalar(select(func.count(BallotEnvelope.id))) == 1


def test_a_vote_that_meets_the_close_is_counted_or_refused(world: World, at_once: AtOnce) -> None:
    with world.north.inside():
        panel, residents = seated_panel(world.north.programme(), people=8)
        ballot, secrets = opened_ballot(panel)
    taken: list[int] = []

    def press(resident: int) -> Callable[[], None]:
        def one() -> None:
            with world.north.inside():
                vote(ballot, resident, Vote(Step.LIKE))
                taken.append(resident)

        return one

    def end() -> None:
        with world.north.inside():
            close_ballot(None, ballot)
            tally(None, ballot, secrets)

    wrong = at_once(*[press(one) for one in residents], end)
    assert {type(one) for one in wrong} <= {BallotState}
    with world.north.inside():
        row = find_ballot(None, ballot)
        assert row is not None
        assert row.record is not None
        assert len(taken) == len(residents) - len(wrong)
        if len(taken) < LEAST_VOTES:
            assert row.record["too_few"]
        else:
            assert row.record["votes"] == len(taken)
