"""A member's sessions: when and where, how to join, papers, questions, a calendar to follow."""

from __future__ import annotations

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.panels.seat_queries import seated_on
from engagement.sessions.attendance import room_of
from engagement.sessions.calendars import key_of_feed
from engagement.sessions.queries import (
    SessionRow,
    find_session,
    session_for,
    sessions_for,
)
from engagement.web.access import residents_only
from engagement.web.residents.door import residents
from engagement.web.session_forms import about_session, ask_form, question_sent
from engagement.web.session_words import (
    MODE_TEXT,
    SESSION_STATE_COLOUR,
    SESSION_STATE_TEXT,
    send_calendar,
    when,
)
from engagement.web.visits import require_principal


@residents.get("/sessions")
@residents_only
def sessions() -> str:
    """The sessions of the panels that one is on, and a calendar for each panel."""
    me = require_principal().id
    return render_template(
        "residents/sessions.html",
        rows=sessions_for(me),
        feeds=[
            (
                one.title,
                url_for("public.member_calendar", seat_id=one.seat, feed_key=key_of_feed(one.seat)),
            )
            for one in seated_on(me)
        ],
        when=when,
        mode_text=MODE_TEXT,
        state_text=SESSION_STATE_TEXT,
        state_colour=SESSION_STATE_COLOUR,
    )


def _own(session_id: str) -> SessionRow | Response:
    """The session, where it is one's own; to the list with a word where it is others'."""
    row = session_for(require_principal().id, session_id)
    if row is not None:
        return row
    if find_session(None, session_id) is None:
        abort(404)
    flash(_("That session is for those who have a seat on its panel now."))
    return redirect(url_for("residents.sessions"), 303)


@residents.route("/sessions/<session_id>", methods=["GET", "POST"])
@residents_only
def session(session_id: str) -> str | Response:
    """One session of one's own: how to come or join, agenda, papers, questions."""
    row = _own(session_id)
    if isinstance(row, Response):
        return row
    form = ask_form(row)
    if form is not None and form.validate_on_submit() and question_sent(row, form):
        return redirect(url_for("residents.session", session_id=session_id), 303)
    room = room_of(row)
    return render_template("residents/session.html", room=room, **about_session(row, form))


@residents.get("/sessions/<session_id>/session.ics")
@residents_only
def session_calendar(session_id: str) -> FileResponse | Response:
    """One session, to put into a calendar."""
    row = _own(session_id)
    if isinstance(row, Response):
        return row
    return send_calendar(row.title, [row], "residents.session")
