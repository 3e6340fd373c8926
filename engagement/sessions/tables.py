"""Use cases of table plans: made, changed as little as can be; who sits together or apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.methods.tables.figures import measure
from engagement.methods.tables.room import Plan, Room
from engagement.panels.errors import UnknownSeat
from engagement.panels.models import Panel, Registration, RegistrationAnswer, Seat
from engagement.panels.queries import features_of
from engagement.panels.rules import SeatState
from engagement.panels.service import Visible
from engagement.people.models import Resident
from engagement.sessions.errors import UnknownItem
from engagement.sessions.models import Session, TablePin, TablePinSeat, TablePlan, TableSeat
from engagement.sessions.queries import ItemRow, SessionRow
from engagement.sessions.rules import PinKind
from engagement.sessions.service import part_of, session_to_change

PEOPLE_AT_FULL_EFFORT = 100
"""With more people than these the search takes fewer steps for each, so that it ends in time."""


@dataclass(frozen=True)
class SeatedRow:
    """A member, and their table in every round, from 1; ``None`` where they are not there."""

    seat: str
    reference: str
    name: str
    tables: tuple[int | None, ...]


@dataclass(frozen=True)
class PlanRow:
    """A table plan and who sits where."""

    tables: int
    rounds: int
    features: tuple[str, ...]
    figures: dict[str, Any]
    made_at: datetime
    people: tuple[SeatedRow, ...]

    def at(self, table: int, number: int) -> list[SeatedRow]:
        """Who sits at a table in a round, both from 1."""
        return [one for one in self.people if one.tables[number - 1] == table]


@dataclass(frozen=True)
class PinRow:
    """Members who sit together or apart."""

    public_id: str
    kind: PinKind
    people: tuple[SeatedRow, ...]


def table_plan_of(session_id: int) -> PlanRow | None:
    """The table plan of a session, where one was made."""
    rows = db.session.execute(
        select(
            TablePlan, Seat.public_id, Registration.reference, Resident.name, TableSeat.table_number
        )
        .join(TableSeat, TableSeat.plan_id == TablePlan.id)
        .join(Seat, Seat.id == TableSeat.seat_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .where(TablePlan.session_id == session_id)
        .order_by(Registration.reference, TableSeat.round)
    ).all()
    if not rows:
        return None
    plan: TablePlan = rows[0][0]
    people: dict[tuple[str, str, str], list[int | None]] = {}
    for _, key, reference, name, table in rows:
        people.setdefault((key, reference, name), []).append(table)
    return PlanRow(
        plan.tables,
        plan.rounds,
        tuple(plan.features),
        plan.figures,
        plan.made_at,
        tuple(SeatedRow(*who, tuple(tables)) for who, tables in people.items()),
    )


def pins_of(session_id: int) -> list[PinRow]:
    """Who is to sit together or apart at a session."""
    rows = db.session.execute(
        select(
            TablePin.public_id, TablePin.kind, Seat.public_id, Registration.reference, Resident.name
        )
        .join(TablePinSeat, TablePinSeat.pin_id == TablePin.id)
        .join(Seat, Seat.id == TablePinSeat.seat_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .where(TablePin.session_id == session_id)
        .order_by(TablePin.id, Registration.reference)
    )
    found: dict[tuple[str, PinKind], list[SeatedRow]] = {}
    for public_id, kind, key, reference, name in rows:
        found.setdefault((public_id, kind), []).append(SeatedRow(key, reference, name, ()))
    return [PinRow(*pin, tuple(people)) for pin, people in found.items()]


def people_at(session: SessionRow, table: int, agenda: Sequence[ItemRow]) -> list[str]:
    """The names of those who sit at a table now, by what the agenda is at; none without a plan."""
    plan = table_plan_of(session.id)
    if plan is None:
        return []
    at = next((item.place for item in agenda if item.id == session.item_id), 0)
    number = sum(item.moves for item in agenda if item.place <= at) or 1
    seated = plan.at(table, min(number, plan.rounds))
    return [one.name or one.reference for one in seated]


@transactional
def plan_tables(
    visible: Visible, session: str, tables: int, rounds: int, features: Sequence[str] = ()
) -> None:
    """Seat the members who have a seat now at ``tables`` tables in each of ``rounds`` rounds, so
    that each table mirrors the room by ``features``; an earlier plan is replaced.

    Raises ``UnknownSession``, or ``CannotSeat`` with the reasons.
    """
    # Imported here because other pages need none of its libraries.
    from engagement.methods.tables.seat import seat

    row = session_to_change(visible, session)
    room, keys = _room(row, features)
    effort = min(1.0, PEOPLE_AT_FULL_EFFORT / max(len(room.people), 1))
    made = seat(room, tables, rounds, effort=effort)
    _keep(row, room, made, features, keys)
    facts = {"tables": tables, "rounds": rounds, "people": len(room.people)}
    record("session.tables planned", "session", session, facts=facts)


@transactional
def rebalance_tables(
    visible: Visible, session: str, here: Collection[str], from_round: int = 1
) -> int:
    """Change the plan as little as can be for those who are here, by their seats, from a round
    (from 1) on; returns how many who were here already change their table.

    Raises ``UnknownSession``, ``UnknownItem`` where there is no plan, ``UnknownSeat``, or
    ``CannotSeat``: then a new plan is needed.
    """
    # Imported here because other pages need none of its libraries.
    from engagement.methods.tables.rebalance import rebalance

    row = session_to_change(visible, session)
    known = table_plan_of(row.id)
    if known is None or not 1 <= from_round <= known.rounds:
        raise UnknownItem(session)
    planned = [one.seat for one in known.people]
    room, keys = _room(row, known.features, also=planned)
    if unknown := set(here) - set(room.people):
        raise UnknownSeat(min(unknown))
    before = Plan(
        planned,
        tuple(
            tuple(
                None if (table := one.tables[number]) is None else table - 1 for one in known.people
            )
            for number in range(known.rounds)
        ),
        known.tables,
    )
    after = rebalance(room, before, here, start=from_round - 1)
    _keep(row, room, after, known.features, keys)
    seats = [
        dict(zip(plan.people, plan.rounds[from_round - 1], strict=True)) for plan in (before, after)
    ]
    moved = sum(
        seats[0][one] is not None
        and seats[1].get(one) is not None
        and seats[0][one] != seats[1][one]
        for one in planned
    )
    facts = {"here": len(set(here)), "from_round": from_round, "moved": moved}
    record("session.tables balanced", "session", session, facts=facts)
    return moved


def _room(
    row: Session, features: Sequence[str], also: Sequence[str] = ()
) -> tuple[Room, dict[str, int]]:
    """Who may sit, by the public ids of their seats, and the keys of these."""
    people = db.session.execute(
        select(Seat.id, Seat.public_id, Seat.registration_id, Panel.id.label("panel"))
        .join(Panel, Panel.id == Seat.panel_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(
            Panel.activity_id == row.activity_id,
            (Seat.state == SeatState.ACCEPTED) | Seat.public_id.in_(also),
        )
        .order_by(Registration.reference)
    ).all()
    keys = {one.public_id: one.id for one in people}
    known = features_of(people[0].panel) if people else []
    given: dict[tuple[int, str], str] = {
        (registration, feature): value
        for registration, feature, value in db.session.execute(
            select(
                RegistrationAnswer.registration_id,
                RegistrationAnswer.feature,
                RegistrationAnswer.value,
            ).where(
                RegistrationAnswer.registration_id.in_([one.registration_id for one in people]),
                RegistrationAnswer.feature.in_(features),
            )
        )
    }
    wanted = [one.feature for one in known if one.feature.key in features]
    values = {
        feature.key: [
            feature.target_of(given.get((one.registration_id, feature.key), "")) or ""
            for one in people
        ]
        for feature in wanted
    }
    groups: dict[PinKind, list[list[str]]] = {kind: [] for kind in PinKind}
    for pin in pins_of(row.id):
        groups[pin.kind].append([one.seat for one in pin.people if one.seat in keys])
    room = Room(list(keys), values, groups[PinKind.TOGETHER], groups[PinKind.APART])
    return room, keys


def _keep(
    row: Session, room: Room, plan: Plan, features: Sequence[str], keys: dict[str, int]
) -> None:
    db.session.execute(delete(TablePlan).where(TablePlan.session_id == row.id))
    kept = TablePlan(
        session_id=row.id,
        tables=plan.tables,
        rounds=len(plan.rounds),
        features=list(features),
        figures=asdict(measure(room, plan)),
        made_at=clock.now(),
    )
    db.session.add(kept)
    db.session.flush()
    db.session.add_all(
        TableSeat(
            plan_id=kept.id,
            seat_id=keys[who],
            round=number,
            table_number=None if table is None else table + 1,
        )
        for number, seats in enumerate(plan.rounds, start=1)
        for who, table in zip(plan.people, seats, strict=True)
    )


@transactional
def pin(visible: Visible, session: str, kind: PinKind, seats: Collection[str]) -> None:
    """Let members sit together, or apart, in every plan to come. Raises ``UnknownSession``, or
    ``UnknownSeat`` for one that nobody of the panel has, or for fewer than two."""
    row = session_to_change(visible, session)
    found = db.session.scalars(
        select(Seat.id)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(
            Panel.activity_id == row.activity_id,
            Seat.public_id.in_(seats),
            Seat.state == SeatState.ACCEPTED,
        )
        .order_by(Seat.id)
    ).all()
    if len(found) != len(set(seats)) or len(found) < 2:
        raise UnknownSeat(session)
    made = TablePin(session_id=row.id, kind=kind)
    db.session.add(made)
    db.session.flush()
    db.session.add_all(TablePinSeat(pin_id=made.id, seat_id=one) for one in found)
    record("session.pin set", "session", session, facts={"kind": kind, "people": len(found)})


@transactional
def unpin(visible: Visible, session: str, pin_public_id: str) -> None:
    """Take such a wish away. Raises ``UnknownSession`` or ``UnknownItem``."""
    row = session_to_change(visible, session)
    db.session.delete(part_of(row, TablePin, pin_public_id))
    record("session.pin taken away", "session", session)


def features_to_mirror(session: SessionRow) -> list[tuple[str, Any]]:
    """By what tables can mirror the room: keys and titles of what the panel is balanced by."""
    if session.of.panel_id is None:
        return []
    return [(row.feature.key, row.feature.title) for row in features_of(session.of.panel_id)]
