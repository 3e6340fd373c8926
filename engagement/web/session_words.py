"""Sessions in words: when, where, how people join, what helps them there, and their calendars."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import Response as FileResponse
from flask import send_file, url_for
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from engagement.assets.rules import StepFree
from engagement.database.clock import LONDON
from engagement.messages.service import absolute_link
from engagement.sessions.calendars import calendar_of
from engagement.sessions.hosting import Hosting
from engagement.sessions.papers import PaperRow
from engagement.sessions.queries import SessionRow
from engagement.sessions.rules import HelperKind, Mode, NoteKind, SessionState
from engagement.sessions.service import ToldOf
from engagement.web.visits import current_partnership, present

LINES = Markup('<span class="app-lines">{}</span>')
MODE_TEXT = {
    Mode.IN_PERSON: _l("In person"),
    Mode.ONLINE: _l("Online"),
    Mode.HYBRID: _l("In person and online"),
}
SESSION_STATE_TEXT = {
    SessionState.COMING: _l("To come"),
    SessionState.NOW: _l("Now"),
    SessionState.OVER: _l("Over"),
    SessionState.CALLED_OFF: _l("Called off"),
}
SESSION_STATE_COLOUR = {
    SessionState.COMING: "blue",
    SessionState.NOW: "green",
    SessionState.OVER: "grey",
    SessionState.CALLED_OFF: "red",
}
STEP_FREE_TEXT = {
    StepFree.ALL: _l("Step-free everywhere"),
    StepFree.PART: _l("Step-free in part"),
    StepFree.NONE: _l("There are steps, and no other way in"),
}
HELPER_TEXT = {
    HelperKind.SUPPORTER: _l("Supporter"),
    HelperKind.BSL: _l("British Sign Language (BSL) interpreter"),
    HelperKind.LANGUAGE: _l("Interpreter for another language"),
    HelperKind.SPEECH_TO_TEXT: _l("Speech-to-text reporter"),
}
HOSTING_TEXT = {
    Hosting.WORLD_CAFE: _l("World café"),
    Hosting.OPEN_SPACE: _l("Open space"),
    Hosting.CIRCLE: _l("Circle"),
    Hosting.JURY_DAY: _l("Citizens’ jury day"),
}
HOSTING_HINT = {
    Hosting.WORLD_CAFE: _l("Small tables, three conversations, each with other people."),
    Hosting.OPEN_SPACE: _l("Those who are there set the topics, and go where they want to talk."),
    Hosting.CIRCLE: _l("One group. Everybody speaks in turn, nobody is interrupted."),
    Hosting.JURY_DAY: _l("Witnesses, questions to them, then tables find words."),
}
NOTE_TEXT = {
    NoteKind.NOTE: _l("Note"),
    NoteKind.PARKED: _l("Parked for later"),
    NoteKind.WORDING: _l("Agreed wording"),
    NoteKind.FLIPCHART: _l("Flipchart"),
}
FACTOR_TEXT = {
    "money": _l("Money"),
    "housing": _l("Housing"),
    "work": _l("Work"),
    "transport": _l("Transport"),
    "food": _l("Food"),
    "learning": _l("Education and skills"),
    "company": _l("Loneliness, family and friends"),
    "place": _l("Air, noise, green space"),
    "safety": _l("Safety and crime"),
    "treatment": _l("How people are treated because of who they are"),
    "digital": _l("Being online"),
}


def when(session: SessionRow) -> str:
    """Day and hours of a session, in London."""
    starts, ends = (moment.astimezone(LONDON) for moment in (session.starts_at, session.ends_at))
    first = format_datetime(starts, "EEEE d MMMM y, HH:mm")
    last = format_datetime(ends, "HH:mm" if starts.date() == ends.date() else "d MMMM, HH:mm")
    return str(_("%(first)s to %(last)s", first=first, last=last))


def clock_time(moment: Any) -> str:
    """A time of day in London."""
    return str(format_datetime(moment, "HH:mm"))


def place_facts(session: SessionRow) -> list[tuple[Any, Any]]:
    """Where a session is and how one gets in, for a list of facts; how to join is apart."""
    if not session.venue_name:
        place = _("We tell you later where it is") if session.mode.has_room else None
        return [(_("How"), MODE_TEXT[session.mode]), (_("Where"), place)]
    assert session.step_free is not None
    loop = _("A hearing loop") if session.hearing_loop else _("No hearing loop")
    return [
        (_("How"), MODE_TEXT[session.mode]),
        (_("Where"), LINES.format(f"{session.venue_name}\n{session.venue_address}")),
        (_("Getting in"), f"{STEP_FREE_TEXT[session.step_free]}. {loop}."),
        (_("Good to know"), session.venue_about and LINES.format(session.venue_about)),
    ]


def told_words(told: ToldOf) -> str:
    """Who hears of a change, and whom somebody must tell."""
    if told == ToldOf():
        return ""
    parts = [
        ngettext(
            "%(num)d member hears of it by e-mail.",
            "%(num)d members hear of it by e-mail.",
            told.emails,
        )
    ]
    if told.calls:
        parts.append(ngettext("Call %(num)d member.", "Call %(num)d members.", told.calls))
    if told.letters:
        parts.append(
            ngettext("Write to %(num)d member.", "Write to %(num)d members.", told.letters)
        )
    return " ".join(parts)


def left_words(left: timedelta) -> str:
    """How long an item still has, or how far it is over its time, as a clock shows it."""
    seconds = round(abs(left.total_seconds()))
    shown = f"{seconds // 60}:{seconds % 60:02}"
    return str(
        _("%(time)s over", time=shown) if left < timedelta() else _("%(time)s left", time=shown)
    )


def paper_link(paper: PaperRow) -> str:
    """Where the full paper is; empty where there is only the plain one."""
    if paper.file:
        return url_for("public.session_paper", paper_id=paper.public_id)
    return paper.link


def send_calendar(name: str, sessions: list[SessionRow], page: str) -> FileResponse:
    """A calendar file of sessions; in each, how to join and where to read more."""
    slug = current_partnership().slug

    def words(session: SessionRow) -> str:
        lines = [
            _("Join online: %(link)s", link=session.joining_link) if session.joining_link else "",
            _("Join by telephone: %(number)s", number=session.joining_phone)
            if session.joining_phone
            else "",
            session.called_off_why,
            absolute_link(page, slug=slug, session_id=session.public_id),
        ]
        return "\n".join(line for line in lines if line)

    host = urlsplit(absolute_link("public.home", slug=slug)).hostname or ""
    content = calendar_of(name, sessions, present(), host, words)
    response = send_file(BytesIO(content), mimetype="text/calendar", etag=False)
    response.headers["Content-Disposition"] = "inline; filename=sessions.ics"
    response.headers["Cache-Control"] = "no-store"
    return response
