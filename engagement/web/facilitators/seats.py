"""Seats: who was drawn, what they answered, and noting what somebody says on the telephone."""

from __future__ import annotations

from io import BytesIO

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.database.clock import day_of
from engagement.panels import seats as seating
from engagement.panels.draw_queries import find_draw
from engagement.panels.errors import SeatDecided, UnknownDraw
from engagement.panels.queries import PanelRow
from engagement.panels.rules import SEATED, Route, SeatState, reserve_is_over
from engagement.panels.seat_queries import SeatRow, find_seat, seats_of
from engagement.panels.telling import take_letters, told_of
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.letter_files import result_letters
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.facilitators.residents import HELPERS
from engagement.web.visits import present, require_principal
from engagement.web.words import ROUTE_TEXT, SEAT_STATE_TEXT

ANSWERS = ("accept", "decline", "leave")
NOTED_TEXT = {
    SeatState.ACCEPTED: _l("Noted: %(reference)s takes the seat."),
    SeatState.DECLINED: _l("Noted: %(reference)s does not take the seat."),
    SeatState.LEFT: _l("Noted: %(reference)s leaves the panel."),
}


@facilitators.get("/panels/<panel_id>/seats")
@staff_only(*RECRUITERS)
def seats(panel_id: str) -> str:
    """Who was drawn, and what they answered."""
    panel = panel_or_404(panel_id)
    rows = seats_of(panel.id)
    calling = require_principal().programmes_with(*HELPERS)
    return render_template(
        "facilitators/seats.html",
        panel=panel,
        label=label_of(panel),
        seats=rows,
        told=told_of(panel.id) if rows else [],
        offered=SeatState.OFFERED,
        accepted=SeatState.ACCEPTED,
        late=any(row.state is SeatState.LAPSED and row.decided_at is None for row in rows),
        taken=sum(row.state in SEATED for row in rows),
        may_call=calling is None or panel.programme_id in calling,
        reserve_over=reserve_is_over(panel.reserve_until, day_of(present())),
        state_text=SEAT_STATE_TEXT,
        route_text=ROUTE_TEXT,
    )


@facilitators.post("/panels/<panel_id>/seats/<seat_id>/<answer>")
@staff_only(*RECRUITERS)
def answer_seat(panel_id: str, seat_id: str, answer: str) -> Response:
    """Note what somebody answered on the telephone."""
    panel = panel_or_404(panel_id)
    note_answer(panel, find_seat(panel.id, seat_id) or abort(404), answer)
    return redirect(url_for("facilitators.seats", panel_id=panel_id), 303)


def note_answer(panel: PanelRow, seat: SeatRow, answer: str) -> None:
    """Note an answer, and say what came of it; one that there is none of is not there."""
    if answer not in ANSWERS:
        abort(404)
    try:
        if answer == "leave":
            wanted = SeatState.LEFT
            new = seating.leave_seat(panel.public_id, seat.resident_id, by=Route.PHONE)
        else:
            accept = answer == "accept"
            wanted = SeatState.ACCEPTED if accept else SeatState.DECLINED
            new = seating.answer_offer(
                panel.public_id, seat.resident_id, accept=accept, by=Route.PHONE
            )
    except SeatDecided:
        # What it is now, which may have come while they spoke.
        flash(_not_noted(find_seat(panel.id, seat.public_id) or abort(404)))
        return
    if new:
        flash(NOTED_TEXT[wanted] % {"reference": seat.reference}, "success")
    else:
        flash(_("This was noted before. Nothing has changed."))


def _not_noted(seat: SeatRow) -> str:
    if seat.state is SeatState.OFFERED:
        return str(_("Nothing is noted: the seat has not been accepted yet."))
    if seat.state is SeatState.LAPSED:
        return str(
            _(
                "Nothing is noted: the time to answer ended on %(day)s. The seat can be drawn"
                " again.",
                day=day(day_of(seat.deadline_at)),
            )
        )
    return str(
        _(
            "Nothing is noted: another answer came before. %(state)s on %(day)s, %(route)s.",
            state=SEAT_STATE_TEXT[seat.state],
            day=day(day_of(seat.decided_at)) if seat.decided_at else "",
            route=str(ROUTE_TEXT[seat.decided_by]).lower() if seat.decided_by else "",
        )
    )


@facilitators.post("/panels/<panel_id>/draws/<draw_id>/letters")
@staff_only(*RECRUITERS)
def draw_letters(panel_id: str, draw_id: str) -> FileResponse | Response:
    """Download who gets a letter about a draw, with its words; it is recorded who did."""
    panel = panel_or_404(panel_id)
    draw = find_draw(visible(), draw_id)
    if draw is None or draw.panel_id != panel.id:
        abort(404)
    try:
        people = take_letters(visible(), panel_id, draw_id)
    except UnknownDraw:
        flash(_("Nobody has to get a letter about this draw any more."))
        return redirect(url_for("facilitators.seats", panel_id=panel_id), 303)
    made = result_letters(panel, people, f"draw-{draw.number}-letters")
    return send_file(
        BytesIO(made.content),
        mimetype=made.media_type,
        as_attachment=True,
        download_name=made.name,
        etag=False,
    )


@facilitators.post("/panels/<panel_id>/lapse")
@staff_only(*RECRUITERS)
def lapse_offers(panel_id: str) -> Response:
    """Let go the offers that were not answered in time."""
    panel_or_404(panel_id)
    seating.lapse_offers(visible(), panel_id)
    flash(_("Offers whose time is over are let go. Draw again to fill the seats."), "success")
    return redirect(url_for("facilitators.seats", panel_id=panel_id), 303)
