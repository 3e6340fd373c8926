"""Seats: offered to whom the lottery drew, accepted or declined in one step, given up again."""

from __future__ import annotations

from sqlalchemy import select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.errors import SeatDecided, UnknownSeat
from engagement.panels.models import Panel, Registration, Seat
from engagement.panels.queries import find_panel
from engagement.panels.rules import Route, SeatState, seat_now
from engagement.panels.service import Visible

# What becomes of a seat whose holder takes their name back.
LET_GO = {SeatState.OFFERED: SeatState.DECLINED, SeatState.ACCEPTED: SeatState.LEFT}
PAID = (SeatState.ACCEPTED, SeatState.LEFT)


@transactional
def answer_offer(panel_public_id: str, resident_id: int, *, accept: bool, by: Route) -> bool:
    """Take a seat that is offered, or decline it; whether that is new.

    The same answer twice changes nothing. Raises ``UnknownSeat``, or ``SeatDecided`` where it was
    answered otherwise or its time is over.
    """
    seat = own_seat_to_change(panel_public_id, resident_id)
    wanted = SeatState.ACCEPTED if accept else SeatState.DECLINED
    state = seat_now(seat.state, seat.deadline_at, clock.now())
    if state is wanted:
        return False
    if state is not SeatState.OFFERED:
        raise SeatDecided(state)
    _decide(seat, wanted, by)
    return True


@transactional
def leave_seat(panel_public_id: str, resident_id: int, *, by: Route) -> bool:
    """Give a seat up that was accepted; whether that is new. Raises ``UnknownSeat`` or
    ``SeatDecided``."""
    seat = own_seat_to_change(panel_public_id, resident_id)
    if seat.state is SeatState.LEFT:
        return False
    if seat.state is not SeatState.ACCEPTED:
        raise SeatDecided(seat_now(seat.state, seat.deadline_at, clock.now()))
    _decide(seat, SeatState.LEFT, by)
    return True


@transactional
def let_seat_go(registration_id: int, *, by: Route) -> None:
    """Give up whatever seat a registrant has who takes their name back."""
    seat = db.session.scalars(
        select(Seat).where(Seat.registration_id == registration_id).with_for_update()
    ).one_or_none()
    if seat is not None and seat.state in LET_GO:
        _decide(seat, LET_GO[seat.state], by)


@transactional
def lapse_offers(visible: Visible, panel_public_id: str) -> int:
    """Note which offers were not answered in time, so that their seats can be drawn again.

    Returns how many. Raises ``UnknownSeat`` where there is no such panel.
    """
    panel = find_panel(visible, panel_public_id)
    if panel is None:
        raise UnknownSeat(panel_public_id)
    seats = db.session.scalars(
        select(Seat)
        .where(
            Seat.panel_id == panel.id,
            Seat.state == SeatState.OFFERED,
            Seat.deadline_at <= clock.utc_now(),
        )
        .with_for_update()
    ).all()
    for seat in seats:
        seat.state, seat.decided_at = SeatState.LAPSED, clock.now()
        record("seat.lapsed", "seat", seat.public_id)
    return len(seats)


def _decide(seat: Seat, state: SeatState, by: Route) -> None:
    seat.state, seat.decided_at, seat.decided_by = state, clock.now(), by
    record(f"seat.{state}", "seat", seat.public_id, facts={"by": by})


def own_seat_to_change(panel_public_id: str, resident_id: int) -> Seat:
    """A resident's seat on a panel, to change it. Raises ``UnknownSeat``."""
    seat: Seat | None = db.session.scalars(
        select(Seat)
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(Panel.public_id == panel_public_id, Registration.resident_id == resident_id)
        .with_for_update(of=Seat)
    ).one_or_none()
    if seat is None:
        raise UnknownSeat(panel_public_id)
    return seat
