"""Reads of sessions: when and where, about what, with which questions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, select

from engagement.assets.models import Venue
from engagement.assets.rules import StepFree
from engagement.contributions.asked import Answered, questions_in
from engagement.database.clock import day_of, utc_now
from engagement.extensions import db
from engagement.panels.models import Panel, Registration, Seat
from engagement.panels.rules import SeatState
from engagement.programmes.models import Activity, Programme
from engagement.programmes.queries import seen_by
from engagement.programmes.rules import ActivityKind
from engagement.sessions.models import AgendaItem, Session, SessionQuestion
from engagement.sessions.rules import Mode, SessionPlan, SessionState, state_of, times_of_items


@dataclass(frozen=True)
class GatheringRow:
    """An activity whose people meet; ``panel`` is the public id of the panel that it is."""

    id: int
    public_id: str
    title: str
    kind: ActivityKind
    programme_id: int
    programme_public_id: str
    programme: str
    contact_phone: str
    is_published: bool
    panel_id: int | None
    panel: str | None


_PUBLISHED = and_(Programme.published_at.is_not(None), Activity.published_at.is_not(None))
_GATHERING = (
    Activity.id,
    Activity.public_id,
    Activity.title,
    Activity.kind,
    Programme.id,
    Programme.public_id,
    Programme.name,
    Programme.contact_phone,
    _PUBLISHED,
    Panel.id,
    Panel.public_id,
)


def find_gathering(
    visible: frozenset[int] | None, public_id: str, *, published: bool = False
) -> GatheringRow | None:
    """One activity, where the reader may see its programme; or where everybody may."""
    row = db.session.execute(
        select(*_GATHERING)
        .join(Programme, Programme.id == Activity.programme_id)
        .outerjoin(Panel, Panel.activity_id == Activity.id)
        .where(Activity.public_id == public_id, _PUBLISHED if published else seen_by(visible))
    ).one_or_none()
    return GatheringRow(*row) if row else None


@dataclass(frozen=True)
class SessionRow:
    """A session as pages show it; see ``models.Session``."""

    id: int
    public_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    joining_link: str
    joining_phone: str
    fee_pence: int
    is_open: bool
    record_link: str
    people_counted: int | None
    revision: int
    called_off_at: datetime | None
    called_off_why: str
    item_id: int | None
    item_at: datetime | None
    paused_at: datetime | None
    closed_at: datetime | None
    venue: str
    venue_name: str
    venue_address: str
    venue_about: str
    step_free: StepFree | None
    hearing_loop: bool
    of: GatheringRow
    state: SessionState

    @property
    def held_on(self) -> date:
        """The day of it in London."""
        return day_of(self.starts_at)

    @property
    def plan(self) -> SessionPlan:
        """How it is planned."""
        return SessionPlan(
            self.title,
            self.starts_at,
            self.ends_at,
            self.mode,
            self.venue or None,
            self.joining_link,
            self.joining_phone,
            self.fee_pence,
            self.is_open,
            self.record_link,
        )


_SESSION = (
    *(Session.id, Session.public_id, Session.title, Session.starts_at, Session.ends_at),
    *(Session.mode, Session.joining_link, Session.joining_phone, Session.fee_pence),
    *(Session.is_open, Session.record_link, Session.people_counted, Session.revision),
    *(Session.called_off_at, Session.called_off_why, Session.item_id, Session.item_at),
    *(Session.paused_at, Session.closed_at),
    *(Venue.public_id, Venue.name, Venue.address, Venue.about, Venue.step_free),
    Venue.hearing_loop,
)


def sessions(*conditions: ColumnElement[bool]) -> list[SessionRow]:
    """Sessions with where they are and whose they are, the earliest first."""
    rows = db.session.execute(
        select(*_SESSION, *_GATHERING, utc_now())
        .join(Activity, Activity.id == Session.activity_id)
        .join(Programme, Programme.id == Activity.programme_id)
        .outerjoin(Panel, Panel.activity_id == Activity.id)
        .outerjoin(Venue, Venue.id == Session.venue_id)
        .where(*conditions)
        .order_by(Session.starts_at, Session.id)
    )
    return [_session(*row) for row in rows]


def _session(*values: Any) -> SessionRow:
    *shown, now = values
    own, of = shown[: len(_SESSION)], GatheringRow(*shown[len(_SESSION) :])
    *plain, venue, name, address, about, step_free, loop = own
    words = [text or "" for text in (venue, name, address, about)]
    row: SessionRow = cast("Any", SessionRow)(
        *plain, *words, step_free, bool(loop), of, SessionState.COMING
    )
    return replace(row, state=state_of(row.starts_at, row.ends_at, row.called_off_at, now))


def sessions_of(activity_id: int) -> list[SessionRow]:
    """The sessions of an activity."""
    return sessions(Session.activity_id == activity_id)


def find_session(visible: frozenset[int] | None, public_id: str) -> SessionRow | None:
    """One session, where the reader may see its programme."""
    return next(iter(sessions(Session.public_id == public_id, seen_by(visible))), None)


def find_open_session(public_id: str) -> SessionRow | None:
    """One session that anybody may come to or watch."""
    found = sessions(Session.public_id == public_id, Session.is_open.is_(True), _PUBLISHED)
    return next(iter(found), None)


def sessions_for(resident_id: int, *conditions: ColumnElement[bool]) -> list[SessionRow]:
    """The sessions of the panels on which a resident has a seat now."""
    seated = (
        select(Panel.activity_id)
        .join(Seat, Seat.panel_id == Panel.id)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(Registration.resident_id == resident_id, Seat.state == SeatState.ACCEPTED)
    )
    return sessions(Session.activity_id.in_(seated), *conditions)


def session_for(resident_id: int, public_id: str) -> SessionRow | None:
    """One session of a panel on which a resident has a seat now."""
    return next(iter(sessions_for(resident_id, Session.public_id == public_id)), None)


def sessions_of_seat(seat_public_id: str) -> list[SessionRow]:
    """The sessions of whoever has this seat now; none where nobody has it."""
    seated = (
        select(Panel.activity_id)
        .join(Seat, Seat.panel_id == Panel.id)
        .where(Seat.public_id == seat_public_id, Seat.state == SeatState.ACCEPTED)
    )
    return sessions(Session.activity_id.in_(seated))


# The agenda


@dataclass(frozen=True)
class ItemRow:
    """An item of an agenda, and when it begins and ends."""

    id: int
    public_id: str
    place: int
    title: str
    minutes: int
    prompt: str
    at_tables: bool
    moves: bool
    tag: str
    version: int
    starts_at: datetime
    ends_at: datetime


def agenda_of(session: SessionRow) -> list[ItemRow]:
    """The agenda of a session, with its times."""
    rows = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.session_id == session.id)
        .order_by(AgendaItem.place, AgendaItem.id)
    ).all()
    times = times_of_items(session.starts_at, [row.minutes for row in rows])
    return [
        ItemRow(
            row.id,
            row.public_id,
            row.place,
            row.title,
            row.minutes,
            row.prompt,
            row.at_tables,
            row.moves,
            row.tag,
            row.version,
            starts_at,
            ends_at,
        )
        for row, starts_at, ends_at in zip(rows, times, times[1:], strict=False)
    ]


# Questions


def questions_of(session_id: int, *, shown_only: bool = False) -> list[Answered]:
    """The questions of a session; see ``contributions.asked.questions_in``."""
    of = SessionQuestion.session_id == session_id
    return questions_in(SessionQuestion, of, shown_only=shown_only)
