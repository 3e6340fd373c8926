"""Sessions as everyone sees them: when an activity meets, what is open, and questions to it."""

from __future__ import annotations

from io import BytesIO

from flask import Response as FileResponse
from flask import abort, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.accounts.rules import PrincipalKind, Role
from engagement.files.errors import FileMissing
from engagement.files.service import FileRow, read_kept
from engagement.sessions.calendars import sessions_of_feed
from engagement.sessions.papers import find_paper
from engagement.sessions.queries import (
    SessionRow,
    find_gathering,
    find_open_session,
    find_session,
    session_for,
    sessions_of,
)
from engagement.web.access import anyone
from engagement.web.public.door import public
from engagement.web.session_forms import about_session, ask_form, question_sent
from engagement.web.session_words import (
    MODE_TEXT,
    SESSION_STATE_COLOUR,
    SESSION_STATE_TEXT,
    send_calendar,
    when,
)
from engagement.web.throttling import limit_network
from engagement.web.visits import current_principal
from engagement.web.words import KIND_TEXT


@public.get("/p/<slug>/activities/<activity_id>/sessions")
@anyone
def sessions(activity_id: str) -> str:
    """When an activity meets: what is open to everyone, and what is for its members."""
    of = find_gathering(None, activity_id, published=True) or abort(404)
    return render_template(
        "public/sessions.html",
        of=of,
        rows=sessions_of(of.id),
        when=when,
        mode_text=MODE_TEXT,
        kind_text=KIND_TEXT,
        state_text=SESSION_STATE_TEXT,
        state_colour=SESSION_STATE_COLOUR,
    )


@public.get("/p/<slug>/activities/<activity_id>/sessions.ics")
@anyone
def sessions_calendar(activity_id: str) -> FileResponse:
    """The sessions that are open to everyone, to follow in a calendar."""
    of = find_gathering(None, activity_id, published=True) or abort(404)
    rows = [one for one in sessions_of(of.id) if one.is_open]
    return send_calendar(of.title, rows, "public.session_page")


def _open(session_id: str) -> SessionRow:
    return find_open_session(session_id) or abort(404)


@public.route("/p/<slug>/sessions/<session_id>", methods=["GET", "POST"])
@anyone
@limit_network
def session_page(session_id: str) -> str | Response:
    """One session that is open: how to come or join, agenda, papers, questions and answers."""
    row = _open(session_id)
    form = ask_form(row)
    if form is not None and form.validate_on_submit() and question_sent(row, form):
        return redirect(url_for("public.session_page", session_id=session_id), 303)
    return render_template("public/session.html", **about_session(row, form))


@public.get("/p/<slug>/sessions/<session_id>/session.ics")
@anyone
def session_calendar(session_id: str) -> FileResponse:
    """One session, to put into a calendar."""
    row = _open(session_id)
    return send_calendar(row.title, [row], "public.session_page")


def _may_read(row: SessionRow) -> bool:
    if row.is_open and row.of.is_published:
        return True
    principal = current_principal()
    if principal is None:
        return False
    if principal.kind is PrincipalKind.RESIDENT:
        return session_for(principal.id, row.public_id) is not None
    visible = principal.programmes_with(Role.FACILITATOR, Role.OFFICER)
    return find_session(visible, row.public_id) is not None


@public.get("/p/<slug>/papers/<paper_id>")
@anyone
def session_paper(paper_id: str) -> FileResponse:
    """The full paper, as a file: for everyone, or for members and staff where it is theirs."""
    row, found = find_paper(paper_id) or abort(404)
    return send_paper(found) if _may_read(row) else abort(404)


def send_paper(found: FileRow) -> FileResponse:
    """The file of a full paper, to keep."""
    try:
        content = read_kept(found)
    except FileMissing:
        abort(404)
    end = found.name.rpartition(".")[2]
    return send_file(
        BytesIO(content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=f"paper.{end}",
        etag=False,
    )


@public.get("/p/<slug>/calendar/<seat_id>/<feed_key>.ics")
@anyone
def member_calendar(seat_id: str, feed_key: str) -> FileResponse:
    """The sessions of a member, for a calendar that follows them; the address is the key to it."""
    rows = sessions_of_feed(seat_id, feed_key)
    if rows is None:
        abort(404)
    return send_calendar(_("Your sessions"), rows, "residents.session")
