"""Voting on statements: one vote for each statement and participant, a later one replaces it.

A vote is not in the chain of records: the chain cannot be erased, and a million entries would bury
the others. Each map notes the fingerprint of the votes that it was made of.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select, update

from engagement.contributions.errors import NotOpen
from engagement.conversations.errors import UnknownStatement
from engagement.conversations.models import Statement, Vote
from engagement.conversations.queries import token_hash, votable, with_contribution
from engagement.conversations.rules import COUNTED_IN, Stance, Voter
from engagement.database import clock, prepared
from engagement.database.transactions import transactional
from engagement.people.participation import participate
from engagement.programmes.models import Activity, Programme
from engagement.programmes.rules import ActivityKind, ParticipantKind, Status, status_of
from engagement.programmes.service import add_participant

_ASKED = (
    with_contribution(
        select(
            Statement.id,
            votable,
            Activity.programme_id,
            Programme.published_at,
            Programme.closed_at,
            Activity.published_at,
            Activity.opens_at,
            Activity.closes_at,
            clock.utc_now(),
        )
    )
    .join(Activity, Activity.id == Statement.activity_id)
    .join(Programme, Programme.id == Activity.programme_id)
    .where(
        Activity.public_id == bindparam("activity"),
        Activity.kind == ActivityKind.OPEN_CONVERSATION,
        Statement.public_id == bindparam("statement"),
    )
)
_THERE = (
    select(Vote.id, Vote.value)
    .where(
        Vote.participant_id == bindparam("participant"), Vote.statement_id == bindparam("statement")
    )
    .with_for_update()
)
_CHANGE = (
    update(Vote)
    .where(Vote.id == bindparam("vote"))
    .values(value=bindparam("new"), given_at=clock.utc_now())
)
_COUNT = (
    update(Statement)
    .where(Statement.id == bindparam("statement"))
    .values(
        {name: getattr(Statement, name) + bindparam(f"more_{name}") for name in COUNTED_IN.values()}
    )
)
_TAKE_BACK = delete(Vote).where(Vote.id == bindparam("vote"))


@transactional
def vote(activity_public_id: str, statement_public_id: str, stance: Stance, voter: Voter) -> None:
    """Take a vote on a statement that people can vote on, in the place of an earlier one.

    Sent twice it counts once, whatever was sent at the same moment. Raises ``NotOpen`` before the
    conversation opens and after it closed, by the database's clock, or ``UnknownStatement``.
    """
    statement, programme = _open_statement(activity_public_id, statement_public_id)
    participant = _participant(programme, voter)
    value = stance.value_kept
    added = prepared.add_once(Vote, statement_id=statement, participant_id=participant, value=value)
    if added is not None:
        _count(statement, None, value)
        return
    ((key, before),) = prepared.read(_THERE, participant=participant, statement=statement)
    if before != value:
        prepared.write(_CHANGE, vote=key, new=value)
        _count(statement, before, value)


@transactional
def take_vote_back(activity_public_id: str, statement_public_id: str, voter: Voter) -> None:
    """Delete one's vote on a statement, as long as the conversation is open; none is no fault.

    Raises ``NotOpen`` or ``UnknownStatement``.
    """
    statement, programme = _open_statement(activity_public_id, statement_public_id)
    participant = _participant(programme, voter)
    for key, before in prepared.read(_THERE, participant=participant, statement=statement):
        prepared.write(_TAKE_BACK, vote=key)
        _count(statement, before, None)


def _open_statement(activity: str, public_id: str) -> tuple[int, int]:
    """The keys of a statement and its programme."""
    rows = prepared.read(_ASKED, activity=activity, statement=public_id)
    if not rows:
        raise UnknownStatement(public_id)
    statement, may_vote, programme, published_at, closed_at, *times = rows[0]
    states = status_of(published_at, None, closed_at, times[-1]), status_of(*times)
    if states != (Status.OPEN, Status.OPEN):
        raise NotOpen(activity)
    if not may_vote:
        raise UnknownStatement(public_id)
    return statement, programme


def _participant(programme_id: int, voter: Voter) -> int:
    if voter.resident_id is not None:
        return participate(voter.resident_id, programme_id)
    token = token_hash(programme_id, voter.browser)
    return add_participant(programme_id, ParticipantKind.BROWSER, token)


def _count(statement: int, before: int | None, after: int | None) -> None:
    more: dict[str, Any] = {f"more_{name}": 0 for name in COUNTED_IN.values()}
    if before is not None:
        more[f"more_{COUNTED_IN[before]}"] -= 1
    if after is not None:
        more[f"more_{COUNTED_IN[after]}"] += 1
    prepared.write(_COUNT, statement=statement, **more)
