"""Telling people what a draw decided for them: by e-mail, or in letters where they want post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.tenancy import current_partnership_id
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.messages.bulk import Addressee, queue_many
from engagement.messages.service import absolute_link
from engagement.panels.errors import UnknownDraw
from engagement.panels.models import Draw, DrawChance, Panel, Registration, Seat
from engagement.panels.queries import PanelRow, find_panel, find_panel_to_join
from engagement.panels.rules import DrawState, SeatState, reserve_is_over
from engagement.panels.service import Visible
from engagement.partnerships.queries import partnership_by_key
from engagement.people.models import Resident
from engagement.people.rules import ContactBy

# Who wants to hear and still has to: an offer that is open, or that they were not drawn.
_OPEN = or_(
    Seat.id.is_(None),
    and_(Seat.state == SeatState.OFFERED, Seat.deadline_at > clock.utc_now()),
)


@dataclass(frozen=True)
class ToTell:
    """Somebody whom a draw concerned. ``deadline_at``: by when to answer, where they were drawn."""

    resident_id: int
    reference: str
    name: str
    email: str
    address: str
    deadline_at: datetime | None

    @property
    def drawn(self) -> bool:
        """Whether a seat is offered to them."""
        return self.deadline_at is not None


@transactional
def tell_result(draw_id: int) -> int:
    """Tell by e-mail whom a draw offers a seat, and who was not drawn; returns how many.

    Only who wants e-mail gets one, and nothing about answers or chances is in it. A draw that was
    told, or is not drawn, is told no more.
    """
    draw, panel_public_id = db.session.execute(
        select(Draw, Panel.public_id)
        .join(Panel, Panel.id == Draw.panel_id)
        .where(Draw.id == draw_id)
        .with_for_update(of=Draw)
    ).one()
    if draw.state is not DrawState.DRAWN or draw.told_at is not None:
        return 0
    draw.told_at = clock.now()
    panel = find_panel_to_join(panel_public_id)
    assert panel is not None
    people = _people(Draw.id == draw_id, Resident.contact_by == ContactBy.EMAIL)
    to = _addressees([one for one in people if one.drawn])
    others = _addressees([one for one in people if not one.drawn])
    deadline = next((one.deadline_at for one in people if one.drawn), None)
    shown = words_about(panel) | {"deadline_at": deadline, "link": _link(panel)}
    offer = gettext("You were drawn for a panel. Please tell us yes or no")
    queue_many("panel_drawn", to, subject=offer, **shown)
    queue_many("panel_not_drawn", others, subject=gettext("The panel was drawn"), **shown)
    return len(to) + len(others)


def words_about(panel: PanelRow) -> dict[str, Any]:
    """What the words of a message or letter about a draw are made of, but the link and the day."""
    until = panel.reserve_until
    return {
        "panel": panel,
        "reserve_over": reserve_is_over(until, clock.day_of(clock.now())),
    }


def _link(panel: PanelRow) -> str:
    slug = partnership_by_key(current_partnership_id()).slug
    return absolute_link("residents.result", slug=slug, panel_id=panel.public_id)


def _addressees(people: Sequence[ToTell]) -> list[Addressee]:
    return [Addressee(one.email, one.name, one.resident_id) for one in people if one.email]


def _concerned(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Whom decided draws offered a seat, and who heard first by them that they were not drawn.

    Those in reserve hear of a later draw only where it draws them: it changes nothing for them.
    """
    earlier, had = aliased(Draw), aliased(DrawChance)
    heard = (
        select(had.id)
        .join(earlier, earlier.id == had.draw_id)
        .where(
            had.registration_id == Registration.id,
            earlier.drawn_at.is_not(None),
            earlier.number < Draw.number,
        )
        .exists()
    )
    return (
        select(*columns)
        .select_from(Draw)
        .join(DrawChance, DrawChance.draw_id == Draw.id)
        .join(Registration, Registration.id == DrawChance.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(Seat, Seat.registration_id == Registration.id)
        .where(
            Draw.drawn_at.is_not(None),
            Registration.withdrawn_at.is_(None),
            or_(Seat.draw_id == Draw.id, and_(Seat.id.is_(None), ~heard)),
            _OPEN,
        )
    )


def _people(*conditions: Any) -> list[ToTell]:
    rows = db.session.execute(
        _concerned(
            Resident.id,
            Registration.reference,
            Resident.name,
            Resident.email,
            Resident.address,
            Seat.deadline_at,
        )
        .where(*conditions)
        .order_by(Registration.reference)
    )
    return [ToTell(*row) for row in rows]


# Letters, for who wants post


@dataclass(frozen=True)
class Told:
    """How the people of a decided draw want to hear of it, while their offers are open; those who
    were not drawn need no call."""

    draw: str
    number: int
    emails: int
    calls: int
    letters: int
    nobody: int


def told_of(panel_id: int) -> list[Told]:
    """The decided draws of a panel that somebody still hears of, and by which way how many."""
    rows = db.session.execute(
        _concerned(
            Draw.public_id,
            Draw.number,
            Resident.contact_by,
            func.count(),
            func.count(Seat.id),
        )
        .where(Draw.panel_id == panel_id)
        .group_by(Draw.public_id, Draw.number, Resident.contact_by)
        .order_by(Draw.number)
    ).all()
    found: dict[tuple[str, int], dict[ContactBy, tuple[int, int]]] = {}
    for draw, number, way, people, drawn in rows:
        found.setdefault((draw, number), {})[way] = people, drawn
    none = (0, 0)
    return [
        Told(
            *draw,
            ways.get(ContactBy.EMAIL, none)[0],
            ways.get(ContactBy.PHONE, none)[1],
            ways.get(ContactBy.POST, none)[0],
            ways.get(ContactBy.NOBODY, none)[1],
        )
        for draw, ways in found.items()
    ]


@transactional
def take_letters(visible: Visible, panel: str, draw: str) -> list[ToTell]:
    """Who is to get a letter about a draw; it is recorded that they were taken.

    Raises ``UnknownDraw``, also where nobody gets one.
    """
    found = find_panel(visible, panel)
    if found is None:
        raise UnknownDraw(draw)
    people = _people(
        Draw.public_id == draw,
        Draw.panel_id == found.id,
        Resident.contact_by == ContactBy.POST,
    )
    if not people:
        raise UnknownDraw(draw)
    record("draw.letters taken", "draw", draw, facts={"letters": len(people)})
    return people
