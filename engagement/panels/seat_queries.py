"""Reads of seats: whose they are, what was answered, and whom to call about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, and_, func, literal, select

from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.panels.models import Panel, Registration, Seat, SupportNeed
from engagement.panels.rules import PayBy, Route, SeatState, seat_now
from engagement.people.models import Resident
from engagement.people.rules import ContactBy
from engagement.programmes.models import Activity, Programme
from engagement.programmes.queries import seen_by

_OFFERED = and_(Seat.state == SeatState.OFFERED, Seat.deadline_at > utc_now())
_ACCEPTED = Seat.state == SeatState.ACCEPTED


@dataclass(frozen=True)
class SeatRow:
    """A seat of a panel."""

    public_id: str
    registration_id: int
    resident_id: int
    reference: str
    state: SeatState
    offered_at: datetime
    deadline_at: datetime
    decided_at: datetime | None
    decided_by: Route | None
    pay_by: PayBy | None


def _seats(*conditions: ColumnElement[bool]) -> list[SeatRow]:
    rows = db.session.execute(
        select(
            Seat.public_id,
            Seat.registration_id,
            Registration.resident_id,
            Registration.reference,
            Seat.state,
            Seat.offered_at,
            Seat.deadline_at,
            Seat.decided_at,
            Seat.decided_by,
            Seat.pay_by,
            utc_now(),
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .where(*conditions)
        .order_by(Registration.reference)
    )
    return [_seat(*row) for row in rows]


def _seat(*values: Any) -> SeatRow:
    *shown, now = values
    row: SeatRow = cast("Any", SeatRow)(*shown)
    return replace(row, state=seat_now(row.state, row.deadline_at, now))


def seats_of(panel_id: int) -> list[SeatRow]:
    """The seats of a panel, by reference."""
    return _seats(Seat.panel_id == panel_id)


def find_seat(panel_id: int, public_id: str) -> SeatRow | None:
    """One seat of a panel."""
    return next(iter(_seats(Seat.panel_id == panel_id, Seat.public_id == public_id)), None)


def own_seat(panel_id: int, resident_id: int) -> SeatRow | None:
    """A resident's seat on a panel."""
    found = _seats(Seat.panel_id == panel_id, Registration.resident_id == resident_id)
    return found[0] if found else None


@dataclass(frozen=True)
class SeatedOn:
    """A panel on which somebody has a seat now; ``seat`` is the public id of theirs."""

    seat: str
    panel_id: int
    public_id: str
    title: str
    programme_id: int


def seated_on(resident_id: int) -> list[SeatedOn]:
    """The panels on which a resident has a seat now."""
    rows = db.session.execute(
        select(Seat.public_id, Panel.id, Panel.public_id, Activity.title, Activity.programme_id)
        .join(Panel, Panel.id == Seat.panel_id)
        .join(Activity, Activity.id == Panel.activity_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(Registration.resident_id == resident_id, _ACCEPTED)
        .order_by(Seat.id)
    )
    return [SeatedOn(*row) for row in rows]


@dataclass(frozen=True)
class PanelToCall:
    """A panel with somebody to call: how many offers are open, how many seats are taken."""

    public_id: str
    title: str
    programme: str
    offered: int
    accepted: int


def panels_to_call(visible: frozenset[int] | None) -> list[PanelToCall]:
    """The panels, of programmes that the reader may see, whose members may have to be called."""
    offered, accepted = (func.sum(state.cast(Integer)) for state in (_OFFERED, _ACCEPTED))
    rows = db.session.execute(
        select(Panel.public_id, Activity.title, Programme.name, offered, accepted)
        .join(Activity, Activity.id == Panel.activity_id)
        .join(Programme, Programme.id == Activity.programme_id)
        .join(Seat, Seat.panel_id == Panel.id)
        .where(_OFFERED | _ACCEPTED, seen_by(visible))
        .group_by(Panel.id, Panel.public_id, Activity.title, Programme.name)
        .order_by(Panel.id)
    )
    return [PanelToCall(*row) for row in rows]


@dataclass(frozen=True)
class CallRow:
    """Somebody to call about their seat, and no more about them than that needs.

    ``needs``: what helps them take part; empty for whoever may not see it.
    """

    public_id: str
    resident_id: int
    reference: str
    name: str
    phone: str
    email: str
    contact_by: ContactBy
    state: SeatState
    deadline_at: datetime
    decided_at: datetime | None
    pay_by: PayBy | None
    needs: str


def calls_of(panel_id: int, *, with_needs: bool) -> list[CallRow]:
    """Whom to call: who has not answered, the soonest deadline first; then who has a seat.

    ``with_needs`` adds what helps those take part who have one.
    """
    rows = db.session.execute(
        select(
            Seat.public_id,
            Registration.resident_id,
            Registration.reference,
            Resident.name,
            Resident.phone,
            Resident.email,
            Resident.contact_by,
            Seat.state,
            Seat.deadline_at,
            Seat.decided_at,
            Seat.pay_by,
            SupportNeed.needs,
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(
            SupportNeed,
            and_(SupportNeed.registration_id == Registration.id, literal(with_needs)),
        )
        .where(Seat.panel_id == panel_id, _OFFERED | _ACCEPTED)
        .order_by(Registration.reference)
    ).all()
    found = [_call(*row) for row in rows]
    waiting = [one for one in found if one.state is SeatState.OFFERED]
    seated = [one for one in found if one.state is SeatState.ACCEPTED]
    return [*sorted(waiting, key=lambda one: one.deadline_at), *seated]


def _call(*values: Any) -> CallRow:
    *shown, needs = values
    row: CallRow = cast("Any", CallRow)(*shown, needs or "")
    return row if row.state is SeatState.ACCEPTED else replace(row, needs="")
