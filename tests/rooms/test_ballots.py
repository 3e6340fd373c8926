"""Ballots: rules before the opening, one vote each, and nobody's vote to be read, ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from engagement.ballots.errors import (
    BadVote,
    BallotState,
    HasKey,
    HasVoted,
    NotOnRoll,
    NotReady,
    OnPaper,
    SlipUsed,
    UnknownBallot,
    UnknownSlip,
    WrongKey,
)
from engagement.ballots.models import (
    Ballot,
    BallotEnvelope,
    BallotReason,
    BallotVoter,
    CountedVote,
    StrawVote,
)
from engagement.ballots.queries import (
    ballots_for,
    find_ballot,
    find_opened_ballot,
    reasons_of,
    straw_counts,
    turnout_of,
    voters_of,
)
from engagement.ballots.rules import LONGEST_REASON, Kind, State, Vote
from engagement.ballots.sealing import new_secret
from engagement.ballots.service import (
    change_ballot,
    close_ballot,
    declare_void,
    draft_ballot,
    make_key,
    open_ballot,
    remove_ballot,
    run_again,
    show_reason,
    tally,
    vote_on_paper,
)
from engagement.ballots.voting import vote, vote_by_slip
from engagement.database import clock
from engagement.extensions import Base, db
from engagement.methods.choice.consent import Step
from engagement.methods.choice.record import count_again
from engagement.panels.rules import Route
from engagement.panels.seats import leave_seat
from engagement.rights.erasure import erase_resident
from tests.databases import values_of
from tests.factories import World
from tests.factories.ballots import (
    CONSENT,
    RANKING,
    STRAW,
    close,
    keyed_ballot,
    opened_ballot,
    seated_panel,
    tallied_ballot,
    voted_ballot,
)

GLAD, AGAINST = Vote(Step.LIKE), Vote(Step.LOATHE, reason="It costs too much to ring everybody")


@pytest.fixture
def panel(world: World) -> tuple[str, list[int]]:
    """A panel of six members."""
    with world.north.inside():
        return seated_panel(world.north.programme())


def record_of(ballot: str) -> dict[str, Any]:
    row = find_ballot(None, ballot)
    assert row is not None
    assert row.record is not None
    return row.record


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_from_the_draft_to_a_record_that_anybody_counts_again(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot, secrets = opened_ballot(panel[0], replace(CONSENT, quorum=4))
        for resident in panel[1][:3]:
            vote(ballot, resident, Vote(Step.LOATHE))
        for resident in panel[1][:3]:  # a change of mind
            vote(ballot, resident, GLAD)
        vote(ballot, panel[1][3], Vote(Step.LIVE_WITH))
        vote(ballot, panel[1][4], AGAINST)
        assert turnout_of(find_ballot(None, ballot).id).votes == 5  # type: ignore[union-attr]
        close(ballot)
        tally(None, ballot, [secrets[1].lower(), secrets[0].replace("-", " ")])
        record = record_of(ballot)
        assert record["counts"] == {
            "love": 0,
            "like": 3,
            "live with": 1,
            "lament": 0,
            "loathe": 1,
        }
        assert (record["share"], record["outcome"]) == ("4/5", "passed")
        assert record["rules"] == {
            "roll": 6,
            "quorum": 4,
            "threshold": "4/5",
            "denominator": "votes",
        }
        assert count_again(record)[1] == []
        assert count(BallotEnvelope) == 0
        assert count(CountedVote) == 5


def test_a_ranking_is_counted_by_pairs_and_nobodys_ranking_is_published(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot, secrets = opened_ballot(panel[0], RANKING)
        for resident in panel[1][:5]:
            vote(ballot, resident, Vote(ranking=(("Letters",), ("Calls", "A desk"))))
        vote(ballot, panel[1][5], Vote())
        close(ballot)
        tally(None, ballot, secrets)
        record = record_of(ballot)
        assert record["order"] == [["Letters"], ["Calls", "A desk"], ["A web page"]]
        assert record["top"] == ["Letters", "Calls", "A desk", "A web page"]
        assert (record["votes"], record["abstained"]) == (5, 1)
        assert count_again(record)[1] == []
        assert len(count_again(record | {"top": ["A desk"]})[1]) == 1
        del record["top"]  # as in records of before
        assert count_again(record)[1] == []
        assert "ranking" not in {key for key in record if key != "kind"}


def test_it_opens_only_with_all_that_it_needs(world: World, panel: tuple[str, list[int]]) -> None:
    with world.north.inside():
        soon = clock.now() + timedelta(days=1)
        small = seated_panel(world.north.programme(), people=4)[0]
        for where, plan, keys, missing in (
            (panel[0], replace(RANKING, options=("One",), closes_at=soon), 2, "options"),
            (small, replace(CONSENT, closes_at=soon), 2, "people"),
            (panel[0], replace(CONSENT, closes_at=soon, quorum=7), 2, "quorum"),
            (panel[0], CONSENT, 2, "close"),
            (panel[0], replace(CONSENT, closes_at=clock.now()), 2, "close"),
            (panel[0], replace(CONSENT, closes_at=soon), 1, "keys"),
        ):
            ballot = draft_ballot(None, where, plan)
            for number in range(keys):
                make_key(None, ballot, f"convenor {number}")
            with pytest.raises(NotReady, match=missing):
                open_ballot(None, ballot)
        ready, _secrets = keyed_ballot(panel[0])
        open_ballot(None, ready)
        for again in (open_ballot, remove_ballot):
            with pytest.raises(BallotState, match="open"):
                again(None, ready)
        with pytest.raises(BallotState):
            change_ballot(None, ready, CONSENT)


def test_a_key_is_for_one_convenor_and_there_are_two(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot = draft_ballot(None, panel[0], CONSENT)
        make_key(None, ballot, "one")
        with pytest.raises(HasKey):
            make_key(None, ballot, "one")
        make_key(None, ballot, "two")
        with pytest.raises(HasKey):
            make_key(None, ballot, "three")
        straw = draft_ballot(None, panel[0], STRAW)
        with pytest.raises(HasKey):
            make_key(None, straw, "one")


def test_the_tally_waits_for_the_close_and_both_secrets(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot, secrets = voted_ballot(*panel)
        with pytest.raises(BallotState, match="open"):
            tally(None, ballot, secrets)
        close_ballot(None, ballot)
        other, mistyped = new_secret()[0], secrets[0][:-1] + ("0" if secrets[0][-1] != "0" else "1")
        for typed, number in (
            ([], "1"),
            (secrets[:1], "2"),
            ([secrets[0], secrets[0]], "2"),
            ([other, secrets[1]], "1"),
            ([mistyped, secrets[1]], "1"),
            ([secrets[0], ""], "2"),
        ):
            with pytest.raises(WrongKey, match=number):
                tally(None, ballot, typed)
        assert count(BallotEnvelope) == 6
        assert count(CountedVote) == 0
        tally(None, ballot, secrets)
        with pytest.raises(BallotState, match="tallied"):
            tally(None, ballot, secrets)
        with pytest.raises(BallotState):
            vote(ballot, panel[1][0], GLAD)


def test_only_the_roll_votes_once_each_while_it_is_open(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        late = seated_panel(world.north.programme(), people=1)[1]
        ballot, _secrets = opened_ballot(panel[0])
        stranger = world.north.resident().id
        for outside in (stranger, *late):
            with pytest.raises(NotOnRoll):
                vote(ballot, outside, GLAD)
        for wrong in (
            Vote(ranking=(("Calls",),)),
            Vote(Step.LIKE, reason="w" * (LONGEST_REASON + 1)),
        ):
            with pytest.raises(BadVote):
                vote(ballot, panel[1][0], wrong)
        vote(ballot, panel[1][0], GLAD)
        leave_seat(panel[0], panel[1][0], by=Route.ONLINE)
        with pytest.raises(NotOnRoll):
            vote(ballot, panel[1][0], GLAD)
        close(ballot)
        with pytest.raises(BallotState, match="closed"):
            vote(ballot, panel[1][1], GLAD)
        with pytest.raises(NotOnRoll):
            vote("no such ballot", panel[1][1], GLAD)


def test_who_leaves_takes_the_vote_along_and_the_roll_stays(world: World) -> None:
    with world.north.inside():
        panel = seated_panel(world.north.programme(), people=7)
        ballot, secrets = voted_ballot(*panel)
        leave_seat(panel[0], panel[1][0], by=Route.PHONE)
        erase_resident(panel[1][1])
        close(ballot)
        tally(None, ballot, secrets)
        record = record_of(ballot)
        assert (record["rules"]["roll"], record["left"], record["votes"]) == (7, 2, 5)
        assert record["counts"]["loathe"] == 0


def test_fewer_than_five_votes_are_not_counted(world: World, panel: tuple[str, list[int]]) -> None:
    with world.north.inside():
        ballot, secrets = opened_ballot(panel[0])
        for resident in panel[1][:4]:
            vote(ballot, resident, AGAINST)
        close(ballot)
        tally(None, ballot, secrets)
        assert record_of(ballot) == {"kind": "consent", "too_few": True, "left": 0}
        assert [count(table) for table in (BallotEnvelope, CountedVote, BallotReason)] == [0] * 3


def test_on_paper_and_not_online(world: World, panel: tuple[str, list[int]]) -> None:
    with world.north.inside():
        ballot, secrets = opened_ballot(panel[0])
        seats = [row.seat for row in voters_of(find_ballot(None, ballot).id)]  # type: ignore[union-attr]
        own = {row.id: row for row in db.session.scalars(select(BallotVoter))}
        assert len(own) == len(seats) == 6
        codes = vote_on_paper(None, ballot, seats[:2])
        assert len(set(codes)) == 2
        assert vote_on_paper(None, ballot, seats[:2]) == []
        online = []
        for resident in panel[1]:
            try:
                vote(ballot, resident, GLAD)
                online.append(resident)
            except OnPaper:
                continue
        assert len(online) == 4
        with pytest.raises(HasVoted):
            vote_on_paper(None, ballot, seats)
        vote_by_slip(None, ballot, codes[0].lower(), Vote(Step.LOVE))
        with pytest.raises(SlipUsed):
            vote_by_slip(None, ballot, codes[0], AGAINST)
        vote_by_slip(None, ballot, codes[0], Vote(Step.LAMENT), again=True)
        with pytest.raises(UnknownSlip):
            vote_by_slip(None, ballot, "AAAAA-AAAAA", GLAD)
        turnout = turnout_of(find_ballot(None, ballot).id)  # type: ignore[union-attr]
        assert (turnout.online, turnout.slips, turnout.slips_made) == (4, 1, 2)
        # nothing tells which slip is whose
        slips = db.session.scalars(
            select(BallotVoter).where(BallotVoter.slip_hash.is_not(None))
        ).all()
        assert all(slip.seat_id is None for slip in slips)
        close(ballot)
        tally(None, ballot, secrets)
        assert record_of(ballot)["counts"]["lament"] == 1
        assert record_of(ballot)["votes"] == 5


def dump() -> dict[str, list[dict[str, object]]]:
    """Every row of every table, as a copy of the database has it."""
    url = db.engine.url.render_as_string(hide_password=False)
    return {name: values_of(url, name) for name in Base.metadata.tables}


def test_copies_of_the_database_before_and_after_each_vote_link_nothing(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot, secrets = opened_ballot(panel[0])
        dumps = [dump()]
        cast = [Vote(step) for step in (*Step, None)]
        for resident, one in zip(panel[1], cast, strict=True):
            vote(ballot, resident, one)
            dumps.append(dump())
        lengths = set()
        for before, after in pairwise(dumps):
            changed = {
                name: [row for row in rows if row not in before[name]]
                for name, rows in after.items()
            }
            (envelope,) = changed.pop("ballot_envelope")
            lengths.add(len(str(envelope["sealed"])))
            # what changed beside the envelope tells that somebody voted, and not what
            told = str(changed)
            assert "has_voted" in told
            assert not [step for step in Step if f"'{step.value}'" in told]
        assert len(lengths) == 1  # nor does the length of the envelope
        close(ballot)
        tally(None, ballot, secrets)
        last = dump()
        assert last["ballot_envelope"] == []
        columns = {name for row in last["counted_vote"] for name in row}
        assert columns == {"id", "ballot_id", "partnership_id", "step", "ranking"}
        steps = [str(row["step"]) for row in last["counted_vote"]]
        assert sorted(steps) == sorted(str(one.step and one.step.value) for one in cast)


def test_the_counted_votes_stand_in_an_order_of_chance(world: World) -> None:
    with world.north.inside():
        orders = set()
        for _ in range(6):
            ballot = tallied_ballot(*seated_panel(world.north.programme(), people=5))
            key = db.session.scalar(select(Ballot.id).where(Ballot.public_id == ballot))
            orders.add(
                tuple(
                    db.session.scalars(
                        select(CountedVote.step)
                        .where(CountedVote.ballot_id == key)
                        .order_by(CountedVote.id)
                    )
                )
            )
        assert len(orders) > 1  # all six alike would come once in 3,125 runs


def test_reasons_are_nobodys_and_shown_one_by_one(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot = tallied_ballot(*panel, reason="Nobody asked the deaf")
        row = find_ballot(None, ballot)
        assert row is not None
        (reason,) = reasons_of(row.id)
        assert (reason.step, reason.text) == (Step.LOATHE, "Nobody asked the deaf")
        assert reasons_of(row.id, shown_only=True) == []
        show_reason(None, ballot, reason.public_id, shown=True)
        assert len(reasons_of(row.id, shown_only=True)) == 1
        show_reason(None, ballot, reason.public_id, shown=False)
        assert reasons_of(row.id, shown_only=True) == []
        with pytest.raises(UnknownBallot):
            show_reason(None, ballot, "none", shown=True)
        assert count(BallotReason) == 1


def test_a_lost_secret_makes_it_void_and_it_is_run_again(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot, _secrets = voted_ballot(*panel)
        close(ballot)
        declare_void(None, ballot, "A convenor lost their secret.")
        assert count(BallotEnvelope) == 0
        row = find_ballot(None, ballot)
        assert row is not None
        assert (row.state, row.void_reason) == (State.VOID, "A convenor lost their secret.")
        again = find_ballot(None, run_again(None, ballot))
        assert again is not None
        assert (again.again_of_id, again.state, again.proposal) == (
            row.id,
            State.DRAFT,
            row.proposal,
        )
        assert again.closes_at is None
        with pytest.raises(BallotState):
            declare_void(None, ballot, "twice")


def test_a_straw_poll_changes_and_is_no_result(world: World, panel: tuple[str, list[int]]) -> None:
    with world.north.inside():
        poll, _none = opened_ballot(panel[0], STRAW)
        vote(poll, panel[1][0], Vote(ranking=(("Tea",),)))
        vote(poll, panel[1][0], Vote(ranking=(("Coffee",),)))
        vote(poll, panel[1][1], Vote())
        with pytest.raises(BadVote):
            vote(poll, panel[1][1], Vote(ranking=(("Tea",), ("Coffee",))))
        row = find_ballot(None, poll)
        assert row is not None
        assert row.kind is Kind.STRAW
        assert straw_counts(row.id) == {"Coffee": 1, "": 1}
        close(poll)
        tally(None, poll)
        assert record_of(poll) == {"kind": "straw poll", "counts": {"Coffee": 1, "": 1}}
        assert count(StrawVote) == 0
        assert find_opened_ballot(poll) is None


def test_what_is_of_another_programme_or_partnership_is_not_here(
    world: World, panel: tuple[str, list[int]]
) -> None:
    with world.north.inside():
        ballot, _secrets = opened_ballot(panel[0])
        assert find_ballot(frozenset(), ballot) is None
        with pytest.raises(UnknownBallot):
            close_ballot(frozenset(), ballot)
        assert [one.public_id for one, _own in ballots_for(panel[1][0])] == [ballot]
        assert ballots_for(world.north.resident().id) == []
    with world.south.inside():
        assert find_ballot(None, ballot) is None
        with pytest.raises(UnknownBallot):
            close_ballot(None, ballot)
