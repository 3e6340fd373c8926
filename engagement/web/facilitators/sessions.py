"""Sessions of an activity: a series planned from one form, one moved, called off or taken out."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.database.clock import LONDON
from engagement.programmes.queries import activities_of
from engagement.sessions import service
from engagement.sessions.attendance import came_to, leaders_of
from engagement.sessions.errors import ChangedMeanwhile, SessionStands, SomebodyCame
from engagement.sessions.papers import papers_of
from engagement.sessions.queries import (
    GatheringRow,
    SessionRow,
    agenda_of,
    find_gathering,
    find_session,
    questions_of,
    sessions_of,
)
from engagement.sessions.rules import (
    SessionState,
)
from engagement.web.access import staff_only
from engagement.web.facilitators.data_cards import named
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.facilitators.session_forms import (
    CallOffForm,
    CountForm,
    SeriesForm,
    SessionForm,
)
from engagement.web.panel_payments import pounds
from engagement.web.session_words import (
    MODE_TEXT,
    SESSION_STATE_COLOUR,
    SESSION_STATE_TEXT,
    clock_time,
    place_facts,
    told_words,
    when,
)
from engagement.web.words import CHANGED, KIND_TEXT


def gathering_or_404(activity_id: str) -> GatheringRow:
    """The activity, where the reader may prepare its sessions."""
    return find_gathering(visible(), activity_id) or abort(404)


def session_or_404(session_id: str) -> SessionRow:
    """The session, where the reader may prepare it."""
    return find_session(visible(), session_id) or abort(404)


def to_session(session_id: str, page: str = "session") -> Response:
    """Back to a page of a session."""
    return redirect(url_for(f"facilitators.{page}", session_id=session_id), 303)


def back_to(session: SessionRow) -> str:
    """The address of a session's page."""
    return url_for("facilitators.session", session_id=session.public_id)


@facilitators.get("/programmes/<public_id>/sessions")
@staff_only(*RECRUITERS)
def programme_sessions(public_id: str) -> str:
    """The activities of a programme, each with its sessions."""
    programme = named(public_id)
    return render_template(
        "facilitators/programme_sessions.html",
        programme=programme,
        activities=activities_of(programme.id),
        kind_text=KIND_TEXT,
    )


@facilitators.route("/activities/<activity_id>/sessions", methods=["GET"])
@staff_only(*RECRUITERS)
def sessions(activity_id: str) -> str:
    """The sessions of an activity."""
    of = gathering_or_404(activity_id)
    rows = sessions_of(of.id)
    return render_template(
        "facilitators/sessions.html",
        of=of,
        rows=rows,
        came=came_to([one.id for one in rows]),
        when=when,
        mode_text=MODE_TEXT,
        state_text=SESSION_STATE_TEXT,
        state_colour=SESSION_STATE_COLOUR,
    )


@facilitators.route("/activities/<activity_id>/sessions/new", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def plan_sessions(activity_id: str) -> str | Response:
    """Plan a series from one form."""
    of = gathering_or_404(activity_id)
    form = SeriesForm()
    form.offer_venues()
    if form.validate_on_submit() and (plans := form.plans()):
        made = service.plan_series(visible(), activity_id, plans)
        flash(
            ngettext("%(num)d session is planned.", "%(num)d sessions are planned.", len(made)),
            "success",
        )
        return redirect(url_for("facilitators.sessions", activity_id=activity_id), 303)
    back = url_for("facilitators.sessions", activity_id=activity_id)
    return one_form(form, _("Plan sessions"), _("Plan them"), back=back, caption=of.title)


@facilitators.get("/sessions/<session_id>")
@staff_only(*RECRUITERS)
def session(session_id: str) -> str:
    """One session, and all that is prepared for it."""
    row = session_or_404(session_id)
    agenda = agenda_of(row)
    return render_template(
        "facilitators/session.html",
        row=row,
        when=when(row),
        places=place_facts(row),
        fee=pounds(row.fee_pence) if row.fee_pence else None,
        agenda=agenda,
        overrun=bool(agenda) and agenda[-1].ends_at > row.ends_at,
        papers=papers_of(row.id),
        questions=questions_of(row.id),
        came=came_to([row.id]).get(row.id, {}),
        leaders=leaders_of(row.id),
        clock_time=clock_time,
        state_text=SESSION_STATE_TEXT,
        state_colour=SESSION_STATE_COLOUR,
    )


@facilitators.route("/sessions/<session_id>/change", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def change_session(session_id: str) -> str | Response:
    """Change one session, and no other of its series."""
    row = session_or_404(session_id)
    if row.called_off_at is not None:
        flash(_("It was called off, so it stands as it was."))
        return to_session(session_id)
    starts, ends = (moment.astimezone(LONDON) for moment in (row.starts_at, row.ends_at))
    form = SessionForm(
        data={
            "title": row.title,
            "held_on": row.held_on,
            "starts": starts.time(),
            "ends": ends.time(),
            "mode": row.mode.value,
            "venue": row.venue or None,
            "joining_link": row.joining_link,
            "joining_phone": row.joining_phone,
            "fee": row.fee_pence,
            "is_open": ["open"] if row.is_open else [],
            "record_link": row.record_link,
        }
    )
    form.offer_venues(row.venue)
    above: list[Any] = []
    if form.validate_on_submit() and (plan := form.plan()):
        try:
            told = service.change_session(visible(), session_id, plan, sent_number("revision"))
        except ChangedMeanwhile:
            above = [
                CHANGED,
                _("It stands now: %(title)s, %(when)s.", title=row.title, when=when(row)),
            ]
        except SessionStands:
            flash(_("It was called off meanwhile, so it stands as it was."))
            return to_session(session_id)
        else:
            flash(_("Your changes are saved.") + " " + told_words(told), "success")
            return to_session(session_id)
    keeps = form.is_submitted() and not above
    return one_form(
        form,
        _("Change the session"),
        _("Save"),
        back=back_to(row),
        caption=row.title,
        above=above or _who_hears(row),
        hidden={"revision": sent_number("revision") if keeps else row.revision},
    )


def _who_hears(row: SessionRow) -> list[Any]:
    if row.state is SessionState.OVER or row.of.panel_id is None:
        return []
    return [
        _(
            "Another day, time, place or link is sent at once to members who want e-mail. Calendars"
            " that follow the sessions change by themselves."
        )
    ]


def sent_number(name: str) -> int:
    """A number that went along with a form; one that no row has where it is none."""
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else -1


@facilitators.route("/sessions/<session_id>/call-off", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def call_off_session(session_id: str) -> str | Response:
    """Call a session off."""
    row = session_or_404(session_id)
    form = CallOffForm()
    if form.validate_on_submit():
        try:
            told = service.call_off(visible(), session_id, form.why.data)
        except SessionStands:
            flash(_("It is over, or was called off already."))
        else:
            flash(_("It is called off.") + " " + told_words(told), "success")
        return to_session(session_id)
    return one_form(
        form,
        _("Call the session off"),
        _("Call it off"),
        back=back_to(row),
        caption=f"{row.title}, {when(row)}",
        above=_who_hears(row) and [_("Members who want e-mail are told at once.")],
    )


@facilitators.post("/sessions/<session_id>/remove")
@staff_only(*RECRUITERS)
def remove_session(session_id: str) -> Response:
    """Take out a session that came to nothing."""
    row = session_or_404(session_id)
    try:
        service.remove_session(visible(), session_id)
    except SomebodyCame:
        flash(_("Somebody came to it, or wrote something down, so it stays."))
        return to_session(session_id)
    flash(_("The session is taken out."), "success")
    return redirect(url_for("facilitators.sessions", activity_id=row.of.public_id), 303)


@facilitators.route("/sessions/<session_id>/count", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def count_people(session_id: str) -> str | Response:
    """Note how many came who are not noted by name."""
    row = session_or_404(session_id)
    form = CountForm(data={"people": row.people_counted})
    if form.validate_on_submit():
        service.count_people(visible(), session_id, form.people.data)
        flash(_("Noted."), "success")
        return to_session(session_id)
    return one_form(form, _("How many came"), _("Save"), back=back_to(row), caption=row.title)
