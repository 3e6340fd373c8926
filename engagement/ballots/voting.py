"""Voting: by a member online, or by a slip of paper that staff type in."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, select

from engagement.audit.service import VISITOR, acting_as, record
from engagement.ballots.errors import (
    BadVote,
    BallotState,
    NotOnRoll,
    OnPaper,
    SlipUsed,
    UnknownBallot,
    UnknownSlip,
)
from engagement.ballots.models import Ballot, BallotEnvelope, BallotKey, BallotVoter, StrawVote
from engagement.ballots.queries import ballot_for, find_ballot, state_at
from engagement.ballots.rules import Kind, State, Vote
from engagement.ballots.sealing import seal
from engagement.ballots.service import slip_hash
from engagement.contributions.rules import clean
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.service import Visible


@transactional
def vote(public_id: str, resident_id: int, cast: Vote) -> None:
    """Take a member's vote, in the place of an earlier one of theirs.

    Raises ``NotOnRoll``, ``OnPaper``, ``BadVote``, or ``BallotState`` where it is not open.
    """
    found = ballot_for(public_id, resident_id)
    if found is None:
        raise NotOnRoll(public_id)
    ballot = _open(public_id)
    voter = _voter(BallotVoter.id == found[1].voter_id)
    if voter is None:
        raise NotOnRoll(public_id)
    if voter.on_paper:
        raise OnPaper(public_id)
    with acting_as(VISITOR):  # the chain of records never tells who voted
        _take(ballot, voter, cast)


@transactional
def vote_by_slip(
    visible: Visible, public_id: str, code: str, cast: Vote, *, again: bool = False
) -> None:
    """Type in a vote from a slip; with ``again`` in the place of what was typed in before.

    Raises ``UnknownBallot``, ``UnknownSlip``, ``SlipUsed``, ``BadVote`` or ``BallotState``.
    """
    if find_ballot(visible, public_id) is None:
        raise UnknownBallot(public_id)
    ballot = _open(public_id)
    voter = _voter(
        (BallotVoter.ballot_id == ballot.id) & (BallotVoter.slip_hash == slip_hash(public_id, code))
    )
    if voter is None:
        raise UnknownSlip(public_id)
    if voter.has_voted and not again:
        raise SlipUsed(public_id)
    _take(ballot, voter, cast)


def _open(public_id: str) -> Ballot:
    """The ballot, held open until the vote is in: a tally waits for it."""
    ballot = db.session.scalars(
        select(Ballot).where(Ballot.public_id == public_id).with_for_update(read=True)
    ).one()
    state = state_at(ballot, clock.now())
    if state is not State.OPEN:
        raise BallotState(state)
    return ballot


def _voter(condition: ColumnElement[bool]) -> BallotVoter | None:
    """A row of the roll; two votes at once from it wait for each other."""
    return db.session.scalars(select(BallotVoter).where(condition).with_for_update()).one_or_none()


def _take(ballot: Ballot, voter: BallotVoter, cast: Vote) -> None:
    cast = replace(cast, reason=clean(cast.reason))
    if not cast.fits(ballot.kind, ballot.options):
        raise BadVote(ballot.public_id)
    if ballot.kind is Kind.STRAW:
        _take_straw(voter, cast)
    else:
        publics = db.session.scalars(
            select(BallotKey.public_key)
            .where(BallotKey.ballot_id == ballot.id)
            .order_by(BallotKey.number)
        ).all()
        sealed = seal(cast.packed(ballot.options), publics)
        there = db.session.scalars(
            select(BallotEnvelope).where(BallotEnvelope.voter_id == voter.id)
        ).one_or_none()
        if there is None:
            db.session.add(BallotEnvelope(voter_id=voter.id, sealed=sealed))
        else:
            there.sealed = sealed
    voter.has_voted = True
    record("ballot.vote taken", "ballot", ballot.public_id)


def _take_straw(voter: BallotVoter, cast: Vote) -> None:
    choice = cast.ranking[0][0] if cast.ranking else ""
    there = db.session.scalars(
        select(StrawVote).where(StrawVote.voter_id == voter.id)
    ).one_or_none()
    if there is None:
        db.session.add(StrawVote(voter_id=voter.id, choice=choice))
    else:
        there.choice = choice
