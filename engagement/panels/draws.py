"""The draw: prepared, published before the seed, and decided by it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from engagement.audit.service import current_actor, record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.service import expire_files, files_of, keep_file, read_kept
from engagement.methods.sortition.packs import (
    Seed,
    pick_ticket,
    read_commitment,
    write_auditor_pack,
    write_person,
    write_public_pack,
)
from engagement.panels.errors import (
    NoEmptySeat,
    NotThatFar,
    PoolChanged,
    RegistrationOpen,
    ReserveOver,
    SamePerson,
    SeedsDiffer,
    SourceUsed,
    UnknownDraw,
)
from engagement.panels.models import Draw, DrawChance, Panel, Registration, Seat
from engagement.panels.pool import fingerprint, rules_of, sortition_input
from engagement.panels.queries import find_panel
from engagement.panels.rules import (
    SEATED,
    WAITING,
    DrawState,
    SeatState,
    reserve_is_over,
)
from engagement.panels.seats import lapse_offers
from engagement.panels.service import Visible, check_no_draw_waits, panel_to_change
from engagement.panels.telling import tell_result
from engagement.panels.verifiers import verifiers
from engagement.runs.service import request_run

N_ = str  # marks a sentence for the catalogue of translations
RUN_KIND = "draw"
STALLED = N_("The solver came to no end. Try again, or let a target give more room.")
TICKETS = 1000
KEPT = timedelta(days=3 * 365)
TIME_TO_ANSWER = timedelta(days=14)
AUDITOR, PUBLIC, COMMITMENT = "auditor.zip", "public.zip", "commitment.json"


@transactional
def prepare_draw(
    visible: Visible, panel: str, seed_source: str, seed_due: str, *, tickets: int = TICKETS
) -> str:
    """Ask for a draw to be worked out; returns its public id.

    Where seats are taken or offered already, the empty ones are drawn. ``seed_source``: the public
    source that will give the seed, named so closely that it can give one only; ``seed_due``: when,
    in words. Offers whose time is over are let go first. Raises ``UnknownPanel``,
    ``RegistrationOpen``, ``DrawUnderWay``, ``ReserveOver`` where seats were drawn before and the
    last day for drawing them again is past, ``NoEmptySeat``, or ``SourceUsed``.
    """
    found = panel_to_change(visible, panel)
    closes = found.registration_closes_at
    if closes is None or clock.now() < closes:
        raise RegistrationOpen(panel)
    _check_reserve(found)
    check_no_draw_waits(found)
    lapse_offers(visible, panel)
    _check_empty_seat(found)
    earlier = db.session.execute(
        select(Draw.number, Draw.seed_source, Draw.committed_at).where(Draw.panel_id == found.id)
    ).all()
    # Who waits for another seed from there may know it already.
    if _folded(seed_source) in {_folded(row.seed_source) for row in earlier if row.committed_at}:
        raise SourceUsed(seed_source)
    number = max((row.number for row in earlier), default=0)
    draw = Draw(
        panel_id=found.id,
        number=number + 1,
        state=DrawState.PREPARING,
        run_public_id="",
        seats=found.size,
        tickets=tickets,
        seed_source=seed_source.strip(),
        seed_due=seed_due.strip(),
        facts={},
    )
    db.session.add(draw)
    db.session.flush()
    draw.run_public_id = request_run(RUN_KIND, {"draw": draw.public_id})
    record("draw.asked for", "draw", draw.public_id, facts={"seed_source": draw.seed_source})
    return draw.public_id


def _check_reserve(panel: Panel) -> None:
    until = panel.reserve_until
    if until is None or not reserve_is_over(until, clock.day_of(clock.now())):
        return
    if db.session.scalar(select(Seat.id).where(Seat.panel_id == panel.id).limit(1)):
        raise ReserveOver(until)


def _check_empty_seat(panel: Panel) -> None:
    held = db.session.scalar(
        select(func.count()).where(Seat.panel_id == panel.id, Seat.state.in_(SEATED))
    )
    if (held or 0) >= panel.size:
        raise NoEmptySeat(panel.public_id)


def _folded(source: str) -> str:
    """A source without what two people write differently: case, spaces, stops."""
    return "".join(sign for sign in source.casefold() if sign.isalnum())


def announced(draw: Draw) -> str:
    """Where the seed comes from and when, as it is bound by the root."""
    return f"{draw.seed_source}; {draw.seed_due}"


@transactional
def publish_commitment(visible: Visible, draw_public_id: str) -> None:
    """Publish the root, before anybody can know the seed.

    Raises ``UnknownDraw``, ``NotThatFar``, or ``PoolChanged``: then a new draw has to be prepared.
    """
    draw, panel = _to_change(visible, draw_public_id, DrawState.READY)
    if fingerprint(sortition_input(panel.id), rules_of(panel.id)) != draw.pool_mark:
        raise PoolChanged(draw_public_id)
    draw.state, draw.committed_at = DrawState.COMMITTED, clock.now()
    record("draw.published", "draw", draw.public_id, facts={"root": draw.root})


@transactional
def enter_seed(visible: Visible, draw_public_id: str, seed: str) -> bool:
    """Enter the seed as one of two members of staff; true once both have and the panel is drawn.

    Raises ``UnknownDraw``, ``NotThatFar``, ``SamePerson``, or ``SeedsDiffer``: what the first
    entered stands until ``forget_seed``.
    """
    draw, panel = _to_change(visible, draw_public_id, DrawState.COMMITTED)
    actor, seed = current_actor().id, seed.strip()
    if not draw.seed:
        draw.seed, draw.seed_entered_by, draw.seed_entered_at = seed, actor, clock.now()
        record("draw.seed entered", "draw", draw.public_id)
        return False
    if draw.seed_entered_by == actor:
        raise SamePerson(draw_public_id)
    if draw.seed != seed:
        raise SeedsDiffer(draw_public_id)
    _draw_ticket(draw, panel)
    return True


@transactional
def forget_seed(visible: Visible, draw_public_id: str) -> None:
    """Forget a seed that only one has entered, so that both enter it anew. Raises
    ``UnknownDraw`` or ``NotThatFar``."""
    draw, _ = _to_change(visible, draw_public_id, DrawState.COMMITTED)
    draw.seed, draw.seed_entered_by, draw.seed_entered_at = "", "", None
    record("draw.seed forgotten", "draw", draw.public_id)


def _draw_ticket(draw: Draw, panel: Panel) -> None:
    bound = read_commitment(read_draw_file(draw.public_id, AUDITOR))
    now = clock.now()
    seed = Seed(draw.seed, announced(draw), now.isoformat(timespec="seconds"))
    check, audit = verifiers()
    draw.ticket = pick_ticket(draw.seed, bound.tickets)
    drawn = bound.records[bound.ticket(draw.ticket)]["people"]
    for name, content in (
        (PUBLIC, write_public_pack(bound, seed, check)),
        (AUDITOR, write_auditor_pack(bound, seed, check, audit)),
    ):
        keep_file(draw.public_id, name, media_type(name), [content], KEPT)
    registrations = db.session.execute(
        select(Registration.id).where(
            Registration.panel_id == panel.id, Registration.pool_id.in_(drawn)
        )
    )
    db.session.add_all(
        Seat(
            panel_id=panel.id,
            registration_id=row.id,
            draw_id=draw.id,
            state=SeatState.OFFERED,
            deadline_at=now + TIME_TO_ANSWER,
        )
        for row in registrations
    )
    draw.state, draw.drawn_at = DrawState.DRAWN, now
    record("draw.drawn", "draw", draw.public_id, facts={"seed": draw.seed, "ticket": draw.ticket})
    tell_result(draw.id)


@transactional
def void_draws(panel_id: int, reason: str) -> None:
    """End the draws of a panel that are not drawn yet: what they were about has changed.

    Their files go: nothing is left to check, and in them is the row of who took their name back.
    """
    waiting = db.session.scalars(
        select(Draw).where(Draw.panel_id == panel_id, Draw.state.in_(WAITING)).with_for_update()
    ).all()
    for draw in waiting:
        draw.state, draw.void_at, draw.void_reason = DrawState.VOID, clock.now(), reason
        expire_files(draw.public_id)
        record("draw.void", "draw", draw.public_id, facts={"reason": reason})


@transactional
def void_draw(visible: Visible, draw_public_id: str, reason: str) -> None:
    """End a draw that is not drawn yet; the reason is published. Raises ``UnknownDraw`` or
    ``NotThatFar``."""
    _, panel = _to_change(visible, draw_public_id, *WAITING)
    void_draws(panel.id, reason.strip())


def read_draw_file(draw_public_id: str, name: str) -> bytes:
    """A file that is kept of a draw. Raises ``UnknownDraw`` where it has none of this name."""
    found = next((row for row in files_of(draw_public_id) if row.name == name), None)
    if found is None:
        raise UnknownDraw(name)
    return read_kept(found)


def person_file(draw_public_id: str, resident_id: int) -> bytes:
    """``person.json`` of somebody in a draw. Raises ``UnknownDraw`` where they are not in it."""
    pool_id = db.session.scalar(
        select(Registration.pool_id)
        .join(DrawChance, DrawChance.registration_id == Registration.id)
        .join(Draw, Draw.id == DrawChance.draw_id)
        .where(Draw.public_id == draw_public_id, Registration.resident_id == resident_id)
    )
    if pool_id is None:
        raise UnknownDraw(draw_public_id)
    return write_person(read_commitment(read_draw_file(draw_public_id, AUDITOR)), pool_id)


def draw_with_panel(public_id: str, *, lock: bool = False) -> tuple[Draw, Panel]:
    """A draw and its panel; with ``lock``, to change it. Raises ``UnknownDraw``."""
    query = select(Draw).where(Draw.public_id == public_id)
    draw = db.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if draw is None:
        raise UnknownDraw(public_id)
    return draw, db.session.scalars(select(Panel).where(Panel.id == draw.panel_id)).one()


def _to_change(visible: Visible, public_id: str, *states: DrawState) -> tuple[Draw, Panel]:
    draw, panel = draw_with_panel(public_id, lock=True)
    if find_panel(visible, panel.public_id) is None:
        raise UnknownDraw(public_id)
    if draw.state not in states:
        raise NotThatFar(draw.state)
    return draw, panel


def media_type(name: str) -> str:
    """What kind of file this is, by its name."""
    return "application/zip" if name.endswith(".zip") else "application/json"
