"""What the draw meant for somebody: their chance, their row in it, their seat, their payments."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.database.clock import day_of
from engagement.panels.draw_queries import OwnResult, draws_of, own_results
from engagement.panels.draws import person_file
from engagement.panels.errors import SeatDecided, UnknownDraw, UnknownSeat
from engagement.panels.queries import PanelRow, find_panel_to_join, is_invited
from engagement.panels.registered import standing_of
from engagement.panels.rules import (
    DrawState,
    PayBy,
    Route,
    SeatState,
    odds,
    reserve_is_over,
)
from engagement.panels.seat_queries import SeatRow, own_seat
from engagement.panels.seats import PAID, answer_offer, leave_seat
from engagement.sessions.payments import LineRow, choose_payment, own_lines
from engagement.web.access import residents_only
from engagement.web.context import day
from engagement.web.kit import Column, Table
from engagement.web.panel_pages import recruitment_label
from engagement.web.panel_payments import PayForm, benefits_note, paid_words, pounds
from engagement.web.residents.door import residents
from engagement.web.visits import present, require_principal

ANSWERS = ("accept", "decline", "leave")
# What stands, where an answer came too late or after another.
DECIDED_TEXT = {
    SeatState.OFFERED: _l("You have not taken the seat yet, so there is nothing to give up."),
    SeatState.ACCEPTED: _l(
        "You took the seat already, so nothing has changed. If you cannot go on, leave the panel"
        " below."
    ),
    SeatState.DECLINED: _l(
        "You said no to this seat already, so nothing has changed. Call us if that was a mistake."
    ),
    SeatState.LAPSED: _l(
        "The time to answer is over, so nothing has changed. Call us if you still want the seat."
    ),
    SeatState.LEFT: _l(
        "You left the panel already, so nothing has changed. Call us if that was a mistake."
    ),
}
SAME_TEXT = _l("You told us this before. Nothing has changed.")


def _panel(panel_id: str) -> PanelRow:
    """The panel, where this resident may know of it."""
    panel = find_panel_to_join(panel_id) or abort(404)
    if not panel.published and not is_invited(panel.id, require_principal().id):
        abort(404)
    return panel


@residents.get("/panels/<panel_id>/result")
@residents_only
def result(panel_id: str) -> str:
    """Drawn or not, with what chance, and what follows."""
    panel, me = _panel(panel_id), require_principal().id
    results = own_results(panel.id, me)
    until = panel.reserve_until
    return render_template(
        "residents/panel_result.html",
        panel=panel,
        label=recruitment_label(panel),
        results=[(one, chance_words(one)) for one in results],
        decided=any(one.drawn_at for one in results),
        too_late=not results and any(one.drawn_at for one in draws_of(panel.id)),
        seat=own_seat(panel.id, me),
        withdrawn=standing_of(me).get(panel.id, (False, False))[1],
        reserve_until=until,
        reserve_over=reserve_is_over(until, day_of(present())),
        benefits=benefits_note(),
    )


def chance_words(one: OwnResult) -> str:
    """One's chance in a draw, rounded to what can be pictured, with the exact figure beside it."""
    if one.state is DrawState.VOID:
        return str(_("This draw was given up before it was decided. It counts for nobody."))
    few, many = odds(one.chance)
    percent = format_percent(one.chance, "0.##%")
    about = abs(few / many - one.chance) > 1e-9
    if (few, many) == (1, 1):
        chance = _("certain, 100 in 100: no panel was complete without you")
    elif few == 0:
        chance = _("0: in no panel that meets the targets was a seat for you")
    elif about:
        chance = _("about %(few)d in %(many)d (%(percent)s)", few=few, many=many, percent=percent)
    else:
        chance = _("%(few)d in %(many)d (%(percent)s)", few=few, many=many, percent=percent)
    if one.drawn_at:
        return str(
            _("Once you had put your name forward, your chance was %(chance)s.", chance=chance)
        )
    return str(_("Your chance of being drawn is %(chance)s.", chance=chance))


@residents.post("/panels/<panel_id>/seat/<answer>")
@residents_only
def answer_seat(panel_id: str, answer: str) -> Response:
    """Take the seat, decline it, or give it up."""
    panel = _panel(panel_id)
    if answer not in ANSWERS:
        abort(404)
    me, accept = require_principal().id, answer == "accept"
    try:
        if answer == "leave":
            new = leave_seat(panel_id, me, by=Route.ONLINE)
        else:
            new = answer_offer(panel_id, me, accept=accept, by=Route.ONLINE)
    except UnknownSeat:
        flash(_("No seat is offered to you."))
    except SeatDecided as error:
        flash(DECIDED_TEXT[SeatState(error.state)])
    else:
        if not new:
            flash(SAME_TEXT)
        elif accept and panel.payment:
            flash(_("Thank you. The seat is yours."), "success")
            return redirect(url_for("residents.payments", panel_id=panel_id), 303)
        else:
            flash(_("Thank you. We have noted your answer."), "success")
    return redirect(url_for("residents.result", panel_id=panel_id), 303)


@residents.route("/panels/<panel_id>/payments", methods=["GET", "POST"])
@residents_only
def payments(panel_id: str) -> str | Response:
    """How one is paid, and what was paid for which session."""
    panel, me = _panel(panel_id), require_principal().id
    seat = own_seat(panel.id, me)
    form = PayForm(data={"pay_by": seat.pay_by.value if seat and seat.pay_by else None})
    if form.validate_on_submit():
        try:
            choose_payment(panel_id, me, PayBy(form.pay_by.data), by=Route.ONLINE)
        except (SeatDecided, UnknownSeat):
            flash(_("You have no seat on this panel, so there is nothing to pay."))
        else:
            flash(_("Thank you. We have noted how you want to be paid."), "success")
        return redirect(url_for("residents.result", panel_id=panel_id), 303)
    lines = own_lines(panel.id, me) if seat else []
    return render_template(
        "residents/panel_payments.html",
        panel=panel,
        label=recruitment_label(panel),
        form=form,
        chooses=_chooses(panel, seat, lines),
        table=_payments_table(lines),
    )


def _chooses(panel: PanelRow, seat: SeatRow | None, lines: list[LineRow]) -> bool:
    """Whether there is anything that this member could be paid."""
    if seat is None or seat.state not in PAID:
        return False
    return bool(panel.payment) or any(line.pence for line in lines)


def _payments_table(lines: list[LineRow]) -> Table:
    def amount(line: LineRow) -> Any:
        return pounds(line.pence) if line.is_to_be_paid else None

    return Table(
        caption=_("Your sessions"),
        columns=[
            Column(_("Session")),
            Column(_("Day")),
            Column(_("Amount"), numeric=True),
            Column(_("Paid")),
            Column(_("Reference")),
        ],
        rows=[
            [line.session, day(line.held_on), amount(line), paid_words(line), line.reference]
            for line in lines
        ],
        name="sessions",
        empty=_("You have been to no session yet."),
    )


@residents.get("/panels/<panel_id>/draws/<draw_id>/row")
@residents_only
def own_row(panel_id: str, draw_id: str) -> FileResponse | Response:
    """One's own row in a draw, with the path from it to what was published."""
    panel, me = _panel(panel_id), require_principal().id
    if draw_id not in {one.public_id for one in draws_of(panel.id) if one.is_public}:
        abort(404)
    try:
        content = person_file(draw_id, me)
    except UnknownDraw:
        flash(_("There is no row of yours in this draw, or it was given up and its rows are gone."))
        return redirect(url_for("residents.result", panel_id=panel_id), 303)
    return send_file(
        BytesIO(content),
        mimetype="application/json",
        as_attachment=True,
        download_name="person.json",
        etag=False,
    )
