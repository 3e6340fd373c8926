"""Reads of ballots: where they stand, who may vote, how many have, what was counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, func, select

from engagement.accounts.models import Staff
from engagement.ballots.models import (
    Ballot,
    BallotKey,
    BallotReason,
    BallotVoter,
    StrawVote,
)
from engagement.ballots.rules import Kind, Plan, State, state_of
from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.methods.choice.consent import Step
from engagement.methods.choice.rules import Denominator
from engagement.panels.models import Panel, Registration, Seat
from engagement.panels.rules import SeatState
from engagement.people.models import Resident
from engagement.programmes.models import Activity, Programme
from engagement.programmes.queries import seen_by


@dataclass(frozen=True)
class BallotRow:
    """A ballot as pages show it; see ``models.Ballot``."""

    id: int
    public_id: str
    panel_id: int
    panel: str
    panel_title: str
    programme: str
    programme_public_id: str
    contact_phone: str
    is_published: bool
    kind: Kind
    question: str
    proposal: str
    options: tuple[str, ...]
    share: int
    denominator: Denominator
    quorum: int
    roll: int | None
    opened_at: datetime | None
    closes_at: datetime | None
    tallied_at: datetime | None
    void_at: datetime | None
    void_reason: str
    record: dict[str, Any] | None
    again_of_id: int | None
    state: State

    @property
    def is_secret(self) -> bool:
        """Whether it is a ballot, and no straw poll."""
        return self.kind is not Kind.STRAW


def plan_of(row: Ballot | BallotRow) -> Plan:
    """How a ballot is set up."""
    return Plan(
        row.kind,
        row.question,
        row.proposal,
        tuple(row.options),
        row.share,
        row.denominator,
        row.quorum,
        row.closes_at,
    )


def state_at(row: Ballot | BallotRow, now: datetime) -> State:
    """Where a ballot stands at this moment of the database's clock."""
    return state_of(row.opened_at, row.closes_at, row.tallied_at, row.void_at, now)


_BALLOT = (
    Ballot.id,
    Ballot.public_id,
    Ballot.panel_id,
    Panel.public_id,
    Activity.title,
    Programme.name,
    Programme.public_id,
    Programme.contact_phone,
    and_(Programme.published_at.is_not(None), Activity.published_at.is_not(None)),
    Ballot.kind,
    Ballot.question,
    Ballot.proposal,
    Ballot.options,
    Ballot.share,
    Ballot.denominator,
    Ballot.quorum,
    Ballot.roll,
    Ballot.opened_at,
    Ballot.closes_at,
    Ballot.tallied_at,
    Ballot.void_at,
    Ballot.void_reason,
    Ballot.record,
    Ballot.again_of_id,
    utc_now(),
)


def _ballots(*conditions: ColumnElement[bool]) -> list[BallotRow]:
    rows = db.session.execute(
        select(*_BALLOT)
        .join(Panel, Panel.id == Ballot.panel_id)
        .join(Activity, Activity.id == Panel.activity_id)
        .join(Programme, Programme.id == Activity.programme_id)
        .where(*conditions)
        .order_by(Ballot.id)
    )
    return [_ballot(*row) for row in rows]


def _ballot(*values: Any) -> BallotRow:
    *shown, now = values
    row: BallotRow = cast("Any", BallotRow)(*shown, State.DRAFT)
    return replace(row, options=tuple(row.options), state=state_at(row, now))


def ballots_of(panel_id: int) -> list[BallotRow]:
    """The ballots and straw polls of a panel, the oldest first."""
    return _ballots(Ballot.panel_id == panel_id)


def find_ballot(visible: frozenset[int] | None, public_id: str) -> BallotRow | None:
    """One ballot, where the reader may see its programme."""
    return next(iter(_ballots(Ballot.public_id == public_id, seen_by(visible))), None)


def opened_ballots(panel_id: int) -> list[BallotRow]:
    """The ballots of a panel that everyone may read about: those that were opened."""
    return _ballots(
        Ballot.panel_id == panel_id, Ballot.opened_at.is_not(None), Ballot.kind != Kind.STRAW
    )


def find_opened_ballot(public_id: str) -> BallotRow | None:
    """One ballot that everyone may read about."""
    found = _ballots(
        Ballot.public_id == public_id,
        Ballot.opened_at.is_not(None),
        Ballot.kind != Kind.STRAW,
        Programme.published_at.is_not(None),
        Activity.published_at.is_not(None),
    )
    return next(iter(found), None)


@dataclass(frozen=True)
class Standing:
    """How somebody stands to a ballot; ``voter_id`` is their row of the roll."""

    voter_id: int
    on_paper: bool
    has_voted: bool


def ballots_for(
    resident_id: int, *conditions: ColumnElement[bool]
) -> list[tuple[BallotRow, Standing]]:
    """The ballots and straw polls on whose roll a resident is, the newest first."""
    rows = db.session.execute(
        select(*_BALLOT, BallotVoter.id, BallotVoter.on_paper, BallotVoter.has_voted)
        .join(Panel, Panel.id == Ballot.panel_id)
        .join(Activity, Activity.id == Panel.activity_id)
        .join(Programme, Programme.id == Activity.programme_id)
        .join(BallotVoter, BallotVoter.ballot_id == Ballot.id)
        .join(Seat, Seat.id == BallotVoter.seat_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(
            Registration.resident_id == resident_id,
            Seat.state == SeatState.ACCEPTED,
            *conditions,
        )
        .order_by(Ballot.id.desc())
    )
    return [(_ballot(*row[:-3]), Standing(*row[-3:])) for row in rows]


def ballot_for(public_id: str, resident_id: int) -> tuple[BallotRow, Standing] | None:
    """One ballot on whose roll a resident is."""
    return next(iter(ballots_for(resident_id, Ballot.public_id == public_id)), None)


@dataclass(frozen=True)
class Turnout:
    """How many have voted: members online, and slips typed in of those that were made."""

    online: int
    slips: int
    slips_made: int

    @property
    def votes(self) -> int:
        """Votes that are in."""
        return self.online + self.slips


def turnout_of(ballot_id: int) -> Turnout:
    """How many have voted on a ballot."""
    is_slip = BallotVoter.slip_hash.is_not(None)
    row = db.session.execute(
        select(
            func.count().filter(~is_slip & BallotVoter.has_voted),
            func.count().filter(is_slip & BallotVoter.has_voted),
            func.count().filter(is_slip),
        ).where(BallotVoter.ballot_id == ballot_id)
    ).one()
    return Turnout(*row)


@dataclass(frozen=True)
class Convenor:
    """Who made a key of a ballot."""

    number: int
    staff: str
    name: str


def convenors_of(ballot_id: int) -> list[Convenor]:
    """Who made the keys of a ballot."""
    rows = db.session.execute(
        select(BallotKey.number, BallotKey.staff, func.coalesce(Staff.name, ""))
        .outerjoin(Staff, Staff.public_id == BallotKey.staff)
        .where(BallotKey.ballot_id == ballot_id)
        .order_by(BallotKey.number)
    )
    return [Convenor(*row) for row in rows]


def members_of(panel_id: int) -> int:
    """How many have taken a seat on a panel now."""
    return (
        db.session.scalar(
            select(func.count()).where(Seat.panel_id == panel_id, Seat.state == SeatState.ACCEPTED)
        )
        or 0
    )


@dataclass(frozen=True)
class VoterRow:
    """A member on the roll; what they voted stands nowhere."""

    seat: str
    reference: str
    name: str
    on_paper: bool
    has_voted: bool


def voters_of(ballot_id: int) -> list[VoterRow]:
    """The members on the roll of a ballot, by reference."""
    rows = db.session.execute(
        select(
            Seat.public_id,
            Registration.reference,
            Resident.name,
            BallotVoter.on_paper,
            BallotVoter.has_voted,
        )
        .join(Seat, Seat.id == BallotVoter.seat_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .where(BallotVoter.ballot_id == ballot_id, Seat.state == SeatState.ACCEPTED)
        .order_by(Registration.reference)
    )
    return [VoterRow(*row) for row in rows]


@dataclass(frozen=True)
class ReasonRow:
    """A reason, and whether everyone may read it."""

    public_id: str
    step: Step | None
    text: str
    is_shown: bool


def reasons_of(ballot_id: int, *, shown_only: bool = False) -> list[ReasonRow]:
    """The reasons that voters gave, in no order that tells anything."""
    conditions: list[ColumnElement[bool]] = [
        BallotReason.ballot_id == ballot_id,
        BallotReason.text.is_not(None),
    ]
    if shown_only:
        conditions.append(BallotReason.is_shown.is_(True))
    rows: Any = db.session.execute(
        select(BallotReason.public_id, BallotReason.step, BallotReason.text, BallotReason.is_shown)
        .where(*conditions)
        .order_by(BallotReason.public_id)
    )
    return [ReasonRow(*row) for row in rows]


def straw_counts(ballot_id: int) -> Counter[str]:
    """How many chose what in a straw poll so far."""
    rows: Any = db.session.execute(
        select(StrawVote.choice, func.count())
        .join(BallotVoter, BallotVoter.id == StrawVote.voter_id)
        .where(BallotVoter.ballot_id == ballot_id)
        .group_by(StrawVote.choice)
    )
    return Counter(dict(rows.all()))
