"""Calling people about their seats: whom, with which words, and what they answer.

Whoever calls sees open offers and seats that are taken, how to reach the person, and nothing else.
"""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.panels.errors import SeatDecided
from engagement.panels.queries import PanelRow, find_panel
from engagement.panels.rules import PayBy, Route, SeatState
from engagement.panels.seat_queries import CallRow, calls_of, find_seat, panels_to_call
from engagement.panels.support import SEEN_BY
from engagement.sessions.payments import choose_payment
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import label_of
from engagement.web.facilitators.residents import CONTACT_TEXT, HELPERS
from engagement.web.facilitators.seats import note_answer
from engagement.web.panel_pages import support_words, time_words
from engagement.web.panel_payments import PayForm, benefits_note, pay_words
from engagement.web.visits import require_principal


def _visible() -> frozenset[int] | None:
    return require_principal().programmes_with(*HELPERS)


def _panel(panel_id: str) -> PanelRow:
    return find_panel(_visible(), panel_id) or abort(404)


def _calls(panel: PanelRow) -> list[CallRow]:
    prepares = require_principal().programmes_with(*SEEN_BY)
    with_needs = prepares is None or panel.programme_id in prepares
    return calls_of(panel.id, with_needs=with_needs)


def _to_call(panel_id: str, seat_id: str) -> Response:
    return redirect(url_for("facilitators.call", panel_id=panel_id, seat_id=seat_id), 303)


@facilitators.get("/calls")
@staff_only(*HELPERS)
def call_lists() -> str:
    """The panels with somebody to call."""
    return render_template("facilitators/call_lists.html", panels=panels_to_call(_visible()))


@facilitators.get("/panels/<panel_id>/calls")
@staff_only(*HELPERS)
def call_list(panel_id: str) -> str:
    """Who has not answered yet, and who has a seat."""
    panel = _panel(panel_id)
    rows = _calls(panel)
    return render_template(
        "facilitators/call_list.html",
        panel=panel,
        label=label_of(panel),
        waiting=[row for row in rows if row.state is SeatState.OFFERED],
        seated=[row for row in rows if row.state is SeatState.ACCEPTED],
        contact_text=CONTACT_TEXT,
    )


@facilitators.route("/panels/<panel_id>/calls/<seat_id>", methods=["GET", "POST"])
@staff_only(*HELPERS)
def call(panel_id: str, seat_id: str) -> str | Response:
    """One call: what to say, what they answer; the form takes how they want to be paid."""
    panel = _panel(panel_id)
    seat = find_seat(panel.id, seat_id) or abort(404)
    person = next((row for row in _calls(panel) if row.public_id == seat_id), None)
    form = PayForm(data={"pay_by": seat.pay_by.value if seat.pay_by else None})
    form.pay_by.label.text = _("How do they want to be paid?")
    if form.validate_on_submit():
        try:
            choose_payment(panel_id, seat.resident_id, PayBy(form.pay_by.data), by=Route.PHONE)
        except SeatDecided:
            flash(_("Nothing is noted: they have not taken the seat."))
        else:
            flash(_("Noted."), "success")
        return _to_call(panel_id, seat_id)
    return render_template(
        "facilitators/call_list_person.html",
        panel=panel,
        label=label_of(panel),
        seat=seat,
        person=person,
        form=form,
        offered=SeatState.OFFERED,
        contact_text=CONTACT_TEXT,
        when=time_words(panel),
        benefits=benefits_note(),
        pay_words=pay_words(seat.pay_by),
        needs=support_words(person.needs) if person and person.needs else None,
    )


@facilitators.post("/panels/<panel_id>/calls/<seat_id>/<answer>")
@staff_only(*HELPERS)
def answer_call(panel_id: str, seat_id: str, answer: str) -> Response:
    """Note what somebody says: they take the seat, decline it, or give it up."""
    panel = _panel(panel_id)
    note_answer(panel, find_seat(panel.id, seat_id) or abort(404), answer)
    return _to_call(panel_id, seat_id)
