"""Use cases of those who hold a ballot: set up, keys, opening, paper, tally, void."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, select

from engagement.accounts.credentials import keyed_hash, new_code, normalise_code
from engagement.audit.service import record
from engagement.ballots.errors import (
    BallotState,
    HasKey,
    HasVoted,
    NotReady,
    UnknownBallot,
    WrongKey,
)
from engagement.ballots.models import (
    Ballot,
    BallotEnvelope,
    BallotKey,
    BallotReason,
    BallotVoter,
    CountedVote,
    StrawVote,
)
from engagement.ballots.queries import (
    find_ballot,
    members_of,
    plan_of,
    state_at,
    straw_counts,
)
from engagement.ballots.rules import (
    CONVENORS,
    LEAST_VOTES,
    Kind,
    Plan,
    State,
    Vote,
    lacks,
)
from engagement.ballots.sealing import new_secret, public_half, read_secret, unseal
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.methods.choice.consent import count_consent
from engagement.methods.choice.ranking import count_ranking
from engagement.methods.choice.record import record_of
from engagement.methods.choice.rules import Rules
from engagement.panels.models import Seat
from engagement.panels.rules import SeatState
from engagement.panels.service import Visible, panel_to_change


def _fill(ballot: Ballot, plan: Plan) -> None:
    ballot.kind, ballot.question, ballot.proposal = plan.kind, plan.question, plan.proposal
    ballot.options = list(plan.options) if plan.kind is not Kind.CONSENT else []
    ballot.share, ballot.denominator = plan.share, plan.denominator
    ballot.quorum, ballot.closes_at = plan.quorum, plan.closes_at


@transactional
def draft_ballot(visible: Visible, panel_public_id: str, plan: Plan) -> str:
    """Set a ballot up for a panel; returns its public id. Raises ``UnknownPanel``."""
    panel = panel_to_change(visible, panel_public_id)
    ballot = Ballot(panel_id=panel.id)
    _fill(ballot, plan)
    db.session.add(ballot)
    db.session.flush()
    record("ballot.drafted", "ballot", ballot.public_id, facts={"kind": plan.kind})
    return ballot.public_id


@transactional
def change_ballot(visible: Visible, public_id: str, plan: Plan) -> None:
    """Set a ballot up otherwise, before it opens. Raises ``UnknownBallot`` or ``BallotState``."""
    ballot = ballot_in(visible, public_id, State.DRAFT)
    _fill(ballot, plan)
    record("ballot.changed", "ballot", public_id)


@transactional
def remove_ballot(visible: Visible, public_id: str) -> None:
    """Remove a ballot that never opened. Raises ``UnknownBallot`` or ``BallotState``."""
    db.session.delete(ballot_in(visible, public_id, State.DRAFT))
    record("ballot.removed", "ballot", public_id)


@transactional
def make_key(visible: Visible, public_id: str, staff: str) -> str:
    """Make a convenor's key; returns the secret half, which is kept nowhere.

    ``staff`` is the public id of the convenor. Raises ``UnknownBallot``, ``BallotState``, or
    ``HasKey`` where they have one or both are made.
    """
    ballot = ballot_in(visible, public_id, State.DRAFT)
    made = _keys(ballot.id)
    if ballot.kind is Kind.STRAW or len(made) >= CONVENORS or staff in [k.staff for k in made]:
        raise HasKey(public_id)
    secret, public = new_secret()
    number = len(made) + 1
    db.session.add(BallotKey(ballot_id=ballot.id, number=number, staff=staff, public_key=public))
    record("ballot.key made", "ballot", public_id, facts={"number": number})
    return secret


@transactional
def open_ballot(visible: Visible, public_id: str) -> None:
    """Open a ballot to everybody who has a seat now.

    Raises ``UnknownBallot``, ``BallotState``, or ``NotReady`` with the first thing that it lacks.
    """
    ballot = ballot_in(visible, public_id, State.DRAFT)
    people = members_of(ballot.panel_id)
    if missing := lacks(plan_of(ballot), people, len(_keys(ballot.id)), clock.now()):
        raise NotReady(missing[0])
    seats = db.session.scalars(
        select(Seat.id)
        .where(Seat.panel_id == ballot.panel_id, Seat.state == SeatState.ACCEPTED)
        .order_by(Seat.id)
    ).all()
    db.session.add_all(BallotVoter(ballot_id=ballot.id, seat_id=seat) for seat in seats)
    ballot.opened_at, ballot.roll = clock.now(), len(seats)
    record("ballot.opened", "ballot", public_id, facts={"roll": len(seats)})


@transactional
def vote_on_paper(visible: Visible, public_id: str, seats: Sequence[str]) -> list[str]:
    """Put these members, by their seats, down for paper; returns a new code for each slip.

    The codes come in no order that tells whose they are, and are kept nowhere. Who is down for
    paper already gets no other. Raises ``UnknownBallot``, ``BallotState``, or ``HasVoted`` where
    one has voted online.
    """
    ballot = ballot_in(visible, public_id, State.OPEN)
    voters = db.session.scalars(
        select(BallotVoter)
        .join(Seat, Seat.id == BallotVoter.seat_id)
        .where(
            BallotVoter.ballot_id == ballot.id,
            Seat.public_id.in_(seats),
            BallotVoter.on_paper.is_(False),
        )
        .order_by(BallotVoter.id)
        .with_for_update(of=BallotVoter)
    ).all()
    if any(voter.has_voted for voter in voters):
        raise HasVoted(public_id)
    codes = [new_code() for _voter in voters]
    for voter in voters:
        voter.on_paper = True
    db.session.add_all(
        BallotVoter(ballot_id=ballot.id, slip_hash=slip_hash(ballot.public_id, code))
        for code in codes
    )
    record("ballot.slips made", "ballot", public_id, facts={"slips": len(codes)})
    return codes


def slip_hash(ballot: str, code: str) -> str:
    """What is kept of a slip's code."""
    return keyed_hash("slip of a ballot", f"{ballot} {normalise_code(code)}")


@transactional
def close_ballot(visible: Visible, public_id: str) -> None:
    """Close a ballot at this moment, before its time. Raises ``UnknownBallot``, ``BallotState``."""
    ballot = ballot_in(visible, public_id, State.OPEN)
    ballot.closes_at = clock.now()
    record("ballot.closed early", "ballot", public_id)


@transactional
def tally(visible: Visible, public_id: str, typed: Sequence[str] = ()) -> None:
    """Open every envelope, count, write down what is published, delete the envelopes: all or none.

    With fewer than ``rules.LEAST_VOTES`` votes a count would tell who voted how, so there is none.
    ``typed``: the convenors' secrets, in any order; a straw poll needs none. Raises
    ``UnknownBallot``, ``BallotState``, or ``WrongKey`` with the number (from 1) of a wrong one.
    """
    ballot = ballot_in(visible, public_id, State.CLOSED)
    now = clock.now()
    if ballot.kind is Kind.STRAW:
        ballot.record = {"kind": ballot.kind.value, "counts": dict(straw_counts(ballot.id))}
        _drop(StrawVote, ballot.id)
    else:
        votes, left = _opened(ballot, _secrets(ballot, typed))
        if len(votes) < LEAST_VOTES:
            ballot.record = {"kind": ballot.kind.value, "too_few": True, "left": left}
        else:
            _keep(ballot, votes)
            ballot.record = _record(ballot, votes) | {
                "proposal": ballot.proposal,
                "left": left,
                "opened_at": ballot.opened_at.isoformat() if ballot.opened_at else None,
                "tallied_at": now.isoformat(),
            }
        _drop(BallotEnvelope, ballot.id)
    ballot.tallied_at = now
    record("ballot.tallied", "ballot", public_id, facts={"kind": ballot.kind})


def _secrets(ballot: Ballot, typed: Sequence[str]) -> list[bytes]:
    """The secrets in the order of their keys. Raises ``WrongKey``."""
    numbers = {key.public_key: key.number for key in _keys(ballot.id)}
    found: dict[int, bytes] = {}
    for place, text in enumerate(typed, start=1):
        secret = read_secret(text)
        number = numbers.get(public_half(secret)) if secret else None
        if secret is None or number is None or number in found:
            raise WrongKey(place)
        found[number] = secret
    if len(found) < CONVENORS:
        raise WrongKey(len(found) + 1)
    return [found[number] for number in sorted(found)]


def _opened(ballot: Ballot, secrets_: Sequence[bytes]) -> tuple[list[Vote], int]:
    """The votes in an order of chance, and how many members left while it ran."""
    rows = db.session.execute(
        select(BallotEnvelope.sealed, BallotVoter.seat_id, Seat.state)
        .join(BallotVoter, BallotVoter.id == BallotEnvelope.voter_id)
        .outerjoin(Seat, Seat.id == BallotVoter.seat_id)
        .where(BallotVoter.ballot_id == ballot.id)
    ).all()
    stay = [row.sealed for row in rows if row.seat_id is None or row.state is SeatState.ACCEPTED]
    votes = [Vote.unpacked(unseal(sealed, secrets_), ballot.options) for sealed in stay]
    secrets.SystemRandom().shuffle(votes)
    still = db.session.scalars(
        select(BallotVoter.id)
        .join(Seat, Seat.id == BallotVoter.seat_id)
        .where(BallotVoter.ballot_id == ballot.id, Seat.state == SeatState.ACCEPTED)
    ).all()
    return votes, (ballot.roll or 0) - len(still)


def _keep(ballot: Ballot, votes: Sequence[Vote]) -> None:
    db.session.add_all(
        CountedVote(
            ballot_id=ballot.id, step=vote.step, ranking=[list(step) for step in vote.ranking]
        )
        for vote in votes
    )
    reasons = [vote for vote in votes if vote.reason]
    secrets.SystemRandom().shuffle(reasons)
    db.session.add_all(
        BallotReason(ballot_id=ballot.id, step=vote.step, text=vote.reason) for vote in reasons
    )


def _record(ballot: Ballot, votes: Sequence[Vote]) -> dict[str, Any]:
    rules = Rules(ballot.roll or 0, ballot.quorum, Fraction(ballot.share, 100), ballot.denominator)
    if ballot.kind is Kind.CONSENT:
        return record_of(count_consent([vote.step for vote in votes], rules), ballot.question)
    rankings = [vote.ranking for vote in votes]
    return record_of(count_ranking(ballot.options, rankings, rules), ballot.question)


def _drop(table: type[BallotEnvelope] | type[StrawVote], ballot_id: int) -> None:
    of_ballot = select(BallotVoter.id).where(BallotVoter.ballot_id == ballot_id)
    db.session.execute(delete(table).where(table.voter_id.in_(of_ballot)))


@transactional
def declare_void(visible: Visible, public_id: str, reason: str) -> None:
    """Declare void what was opened and not tallied; its envelopes are deleted unopened.

    Raises ``UnknownBallot`` or ``BallotState``.
    """
    ballot = ballot_in(visible, public_id, State.OPEN, State.CLOSED)
    ballot.void_at, ballot.void_reason = clock.now(), reason.strip()
    _drop(BallotEnvelope, ballot.id)
    _drop(StrawVote, ballot.id)
    record("ballot.declared void", "ballot", public_id, facts={"reason": ballot.void_reason})


@transactional
def run_again(visible: Visible, public_id: str) -> str:
    """Set up anew what was declared void, in the same words; returns the new public id.

    Raises ``UnknownBallot`` or ``BallotState``.
    """
    void = ballot_in(visible, public_id, State.VOID)
    again = Ballot(panel_id=void.panel_id, again_of_id=void.id)
    _fill(again, replace(plan_of(void), closes_at=None))
    db.session.add(again)
    db.session.flush()
    record("ballot.drafted", "ballot", again.public_id, facts={"again_of": public_id})
    return again.public_id


@transactional
def show_reason(visible: Visible, public_id: str, reason: str, *, shown: bool) -> None:
    """Show a reason to everyone, or no longer. Raises ``UnknownBallot`` or ``BallotState``."""
    ballot = ballot_in(visible, public_id, State.TALLIED)
    row = db.session.scalars(
        select(BallotReason).where(
            BallotReason.ballot_id == ballot.id, BallotReason.public_id == reason
        )
    ).one_or_none()
    if row is None:
        raise UnknownBallot(reason)
    row.is_shown = shown
    record("ballot.reason shown" if shown else "ballot.reason hidden", "ballot", public_id)


def ballot_in(visible: Visible, public_id: str, *states: State) -> Ballot:
    """A ballot in one of these states, to change it. Raises ``UnknownBallot``, ``BallotState``."""
    if find_ballot(visible, public_id) is None:
        raise UnknownBallot(public_id)
    ballot = db.session.scalars(
        select(Ballot).where(Ballot.public_id == public_id).with_for_update()
    ).one()
    state = state_at(ballot, clock.now())
    if state not in states:
        raise BallotState(state)
    return ballot


def _keys(ballot_id: int) -> Sequence[BallotKey]:
    return db.session.scalars(
        select(BallotKey).where(BallotKey.ballot_id == ballot_id).order_by(BallotKey.number)
    ).all()
