"""What the draw meant for somebody: their chance, their row in it, and the seat that is offered."""

from __future__ import annotations

from io import BytesIO

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.panels.draw_queries import draws_of, own_results, own_seat
from engagement.panels.draws import person_file
from engagement.panels.errors import SeatDecided, UnknownDraw, UnknownSeat
from engagement.panels.queries import PanelRow, find_panel_to_join, is_invited
from engagement.panels.rules import Route
from engagement.panels.seats import answer_offer, leave_seat
from engagement.web.access import residents_only
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal

ANSWERS = ("accept", "decline", "leave")


def _panel(panel_id: str) -> PanelRow:
    """The panel, where this resident may know of it."""
    panel = find_panel_to_join(panel_id) or abort(404)
    if not panel.published and not is_invited(panel.id, require_principal().id):
        abort(404)
    return panel


@residents.get("/panels/<panel_id>/result")
@residents_only
def result(panel_id: str) -> str:
    """Drawn or not, with what chance."""
    panel, me = _panel(panel_id), require_principal().id
    return render_template(
        "residents/panel_result.html",
        panel=panel,
        results=own_results(panel.id, me),
        seat=own_seat(panel.id, me),
    )


@residents.post("/panels/<panel_id>/seat/<answer>")
@residents_only
def answer_seat(panel_id: str, answer: str) -> Response:
    """Take the seat, decline it, or give it up."""
    _panel(panel_id)
    if answer not in ANSWERS:
        abort(404)
    me = require_principal().id
    try:
        if answer == "leave":
            leave_seat(panel_id, me, by=Route.ONLINE)
        else:
            answer_offer(panel_id, me, accept=answer == "accept", by=Route.ONLINE)
    except UnknownSeat:
        flash(_("No seat is offered to you."))
    except SeatDecided:
        flash(_("You have answered already, or the time for it is over. Call us if that is wrong."))
    else:
        flash(_("Thank you. We have noted your answer."), "success")
    return redirect(url_for("residents.result", panel_id=panel_id), 303)


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
        flash(_("You took no part in this draw."))
        return redirect(url_for("residents.result", panel_id=panel_id), 303)
    return send_file(
        BytesIO(content),
        mimetype="application/json",
        as_attachment=True,
        download_name="person.json",
        etag=False,
    )
