"""The session desk: the timer, notes as they come, agreed wording, scribes, closing."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import abort, flash, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.files.errors import FileMissing
from engagement.files.service import read_kept
from engagement.sessions import desk as service
from engagement.sessions.attendance import members_at
from engagement.sessions.desk import NoteRow, notes_of, tables_of, tagged_notes, timer_of
from engagement.sessions.errors import SessionStands, UnknownItem
from engagement.sessions.queries import SessionRow, agenda_of
from engagement.sessions.rules import INEQUALITIES, NoteKind, Way
from engagement.sessions.scribes import MOST_TABLES, make_codes, renew_code
from engagement.sessions.tables import table_plan_of
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.facilitators.sessions import (
    back_to,
    gathering_or_404,
    session_or_404,
    to_session,
)
from engagement.web.kit import CheckboxesField, Choice, KitForm, TextField, WholeNumberField
from engagement.web.session_words import (
    FACTOR_TEXT,
    NOTE_TEXT,
    clock_time,
    left_words,
    when,
)
from engagement.web.visits import present

QUIET = timedelta(minutes=6)
"""After so long without a note the desk points a table out."""


class ScribesForm(KitForm):
    """For how many tables codes are made."""

    tables = WholeNumberField(
        _l("For how many tables?"),
        missing=_l("Enter for how many tables"),
        least=1,
        most=MOST_TABLES,
        width=2,
    )


class MarkForm(KitForm):
    """A note's tag, and what makes a difference besides health care."""

    tag = TextField(_l("Tag (optional)"), hint=_l("Such as: inequalities."), max_length=60)
    factors = CheckboxesField(
        _l("What was said to make a difference besides health care?"),
        choices=[Choice(key, text) for key, text in FACTOR_TEXT.items()],
    )


def _board(row: SessionRow) -> dict[str, Any]:
    """What changes while a session goes on."""
    agenda, notes = agenda_of(row), notes_of(row.id)
    tables, now = tables_of(row.id, notes), present()
    timer = timer_of(row, agenda, now)
    silent = {one.number: now - one.last_at for one in tables if one.last_at}
    members = members_at(row) if row.of.panel_id else []
    return {
        "row": row,
        "agenda": agenda,
        "timer": timer,
        "left": left_words(timer.left) if timer else "",
        "notes": [one for one in reversed(notes) if one.kind is not NoteKind.WORDING],
        "wordings": [one for one in notes if one.kind is NoteKind.WORDING],
        "tables": tables,
        "quiet": {
            number: round(time.total_seconds() // 60)
            for number, time in silent.items()
            if time >= QUIET
        },
        "came": sum(one.came for one in members),
        "afar": sum(one.way is Way.AWAY for one in members),
        "members": len(members) if row.of.panel_id else None,
        "note_text": NOTE_TEXT,
        "clock_time": clock_time,
        "now": now,
    }


@facilitators.get("/sessions/<session_id>/desk")
@staff_only(*RECRUITERS)
def desk(session_id: str) -> str:
    """The desk; with scripts it looks again by itself every few seconds."""
    row = session_or_404(session_id)
    return render_template(
        "facilitators/desk.html", back=back_to(row), when=when(row), **_board(row)
    )


@facilitators.get("/sessions/<session_id>/desk/board")
@staff_only(*RECRUITERS)
def desk_board(session_id: str) -> str:
    """The part of the desk that changes."""
    return render_template("facilitators/desk_board.html", **_board(session_or_404(session_id)))


@facilitators.post("/sessions/<session_id>/desk/timer")
@staff_only(*RECRUITERS)
def desk_timer(session_id: str) -> Response:
    """Begin an item, let the timer stand still, or go on."""
    session_or_404(session_id)
    then, item = request.form.get("then", ""), request.form.get("item", "")
    try:
        if then in ("pause", "resume"):
            service.pause(visible(), session_id, on=then == "pause")
        elif then == "next":
            service.go_to(visible(), session_id, item or None)
    except UnknownItem:
        flash(_("There is nothing more on the agenda."))
    return to_session(session_id, "desk")


@facilitators.post("/sessions/<session_id>/desk/close")
@staff_only(*RECRUITERS)
def close_desk(session_id: str) -> Response:
    """Close the desk: what tables wrote goes to everything else that was said."""
    session_or_404(session_id)
    try:
        made = service.close_desk(visible(), session_id)
    except SessionStands:
        flash(_("The session has not begun."))
        return to_session(session_id, "desk")
    flash(
        ngettext(
            "The desk is closed. %(num)d note is with everything else that was said.",
            "The desk is closed. %(num)d notes are with everything else that was said.",
            made,
        ),
        "success",
    )
    return to_session(session_id, "said_tonight")


@facilitators.route("/sessions/<session_id>/scribes", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def scribes(session_id: str) -> str | Response:
    """Make codes for scribes; they are shown once, to be printed or read out."""
    row = session_or_404(session_id)
    plan = table_plan_of(row.id)
    form = ScribesForm(data={"tables": plan.tables if plan else 5})
    if form.validate_on_submit():
        try:
            codes = make_codes(visible(), session_id, form.tables.data)
        except SessionStands:
            form.refuse("tables", _("It was called off, or is over: no scribe can come in"))
        else:
            return render_template("facilitators/scribe_codes.html", row=row, codes=codes)
    return one_form(
        form,
        _("Codes for scribes"),
        _("Make the codes"),
        back=url_for("facilitators.desk", session_id=session_id),
        caption=row.title,
        above=[
            _(
                "Each table gets a code. Whoever enters it on their own telephone writes for that"
                " table, and sees nothing else. It is over twelve hours after the session."
            ),
            _("Codes that were made before are over at once."),
        ],
    )


@facilitators.post("/sessions/<session_id>/scribes/<table>/renew")
@staff_only(*RECRUITERS)
def renew_scribe(session_id: str, table: str) -> str:
    """A new code for one table, as when a telephone was lost."""
    row = session_or_404(session_id)
    try:
        number = int(table) if table in map(str, range(1, MOST_TABLES + 1)) else 0
        codes = {number: renew_code(visible(), session_id, number)}
    except UnknownItem:
        abort(404)
    return render_template("facilitators/scribe_codes.html", row=row, codes=codes)


@facilitators.post("/sessions/<session_id>/notes/<note_id>/agreed")
@staff_only(*RECRUITERS)
def agree_wording(session_id: str, note_id: str) -> Response:
    """Note that a table said yes to its wording, or not after all."""
    _note(session_or_404(session_id), note_id)
    try:
        agreed = request.form.get("then") == "agreed"
        service.agree_for_table(visible(), session_id, note_id, agreed=agreed)
    except UnknownItem:
        flash(_("That wording is settled, or no wording. Nothing has changed."))
    return to_session(session_id, "desk")


@facilitators.route("/sessions/<session_id>/notes/<note_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def mark_note(session_id: str, note_id: str) -> str | Response:
    """Put a note under a tag."""
    row = session_or_404(session_id)
    note = _note(row, note_id)
    form = MarkForm(data={"tag": note.tag, "factors": list(note.factors)})
    if form.validate_on_submit():
        tag = form.tag.data.casefold()
        service.mark_note(visible(), session_id, note_id, tag, form.factors.data)
        flash(_("Saved."), "success")
        return to_session(session_id, "said_tonight")
    back = url_for("facilitators.said_tonight", session_id=session_id)
    return one_form(form, _("Mark a note"), _("Save"), back=back, above=[note.text])


def _note(row: SessionRow, note_id: str) -> NoteRow:
    found = next((one for one in notes_of(row.id) if one.public_id == note_id), None)
    return found or abort(404)


@facilitators.get("/sessions/<session_id>/notes/<note_id>/photo")
@staff_only(*RECRUITERS)
def note_photo(session_id: str, note_id: str) -> FileResponse:
    """The photograph of a flipchart."""
    note = _note(session_or_404(session_id), note_id)
    if note.photo is None:
        abort(404)
    try:
        content = read_kept(note.photo)
    except FileMissing:
        abort(404)
    return send_file(BytesIO(content), mimetype="image/jpeg", etag=False)


@facilitators.get("/sessions/<session_id>/said")
@staff_only(*RECRUITERS)
def said_tonight(session_id: str) -> str:
    """What each table said, to print and hand out."""
    row = session_or_404(session_id)
    notes = notes_of(row.id)
    return render_template(
        "facilitators/said_tonight.html",
        row=row,
        when=when(row),
        tables={
            number: [one for one in notes if one.table == number]
            for number in sorted({one.table for one in notes})
        },
        harvest=sum(one.kind is NoteKind.WORDING and one.counts for one in notes),
        note_text=NOTE_TEXT,
        factor_text=FACTOR_TEXT,
    )


@facilitators.get("/activities/<activity_id>/tagged")
@staff_only(*RECRUITERS)
def tagged(activity_id: str) -> str:
    """What was said under a tag at all sessions, with what makes a difference besides care."""
    of = gathering_or_404(activity_id)
    tag = request.args.get("tag", INEQUALITIES).strip().casefold()[:60]
    found = tagged_notes(of.id, tag)
    counts = {
        key: sum(key in one.factors for one in found)
        for key in FACTOR_TEXT
        if any(key in one.factors for one in found)
    }
    return render_template(
        "facilitators/tagged.html",
        of=of,
        tag=tag,
        notes=found,
        counts=sorted(counts.items(), key=lambda one: -one[1]),
        factor_text=FACTOR_TEXT,
    )
