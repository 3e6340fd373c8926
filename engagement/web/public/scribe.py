"""The scribe's page: in with a code for the evening, notes for one table, and nothing else."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.credentials import new_token
from engagement.contributions.errors import NothingSaid, TooLong
from engagement.contributions.rules import LONGEST, Speaker
from engagement.documents.pictures import NoPicture
from engagement.sessions import scribes as service
from engagement.sessions.desk import NoteRow, TimerRow, timer_of
from engagement.sessions.errors import SessionStands, UnknownItem
from engagement.sessions.queries import agenda_of
from engagement.sessions.rules import NoteKind
from engagement.sessions.scribes import ScribeRow, Written, find_scribe, notes_at
from engagement.sessions.tables import people_at
from engagement.web.access import anyone
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    CodeField,
    FileField,
    KitForm,
    RadiosField,
    TextareaField,
    TextField,
)
from engagement.web.public.door import public
from engagement.web.session_words import NOTE_TEXT, clock_time, left_words
from engagement.web.throttling import limit_network
from engagement.web.visits import present, wants_json

LARGEST_PHOTO = 15 * 1024 * 1024
_KEY = re.compile(r"[\w-]{16,64}")


class ScribeCodeForm(KitForm):
    """The code for the evening."""

    code = CodeField(
        _l("Code for this evening"),
        missing=_l("Enter the code that you were given"),
        hint=_l("Ten letters and figures. The facilitator has it."),
        width=10,
        max_length=30,
    )


class NoteForm(KitForm):
    """What the table says."""

    kind = RadiosField(
        _l("What is it?"),
        choices=[
            Choice(NoteKind.NOTE.value, _l("What somebody says")),
            Choice(NoteKind.PARKED.value, _l("To be parked for later")),
            Choice(
                NoteKind.WORDING.value,
                _l("Wording that the table agrees on"),
                _l("Read it out. It counts once the table has said yes."),
            ),
            Choice(NoteKind.FLIPCHART.value, _l("What stands on a flipchart")),
        ],
        default=NoteKind.NOTE.value,
    )
    text = TextareaField(
        _l("In their own words"),
        missing=_l("Write what is said"),
        hint=_l("Word for word if you can. Name nobody: write “the nurse” or “my son”."),
        lines=6,
        max_length=LONGEST,
    )
    tag = TextField(_l("Tag (optional)"), hint=_l("Such as: inequalities."), max_length=60)
    guest = CheckboxesField(
        _l("Who says it?"),
        choices=[Choice("guest", _l("A guest who works in health or care, not a resident"))],
    )
    photo = FileField(
        _l("Photograph of the flipchart (optional)"),
        hint=_l("Where and when it was taken is deleted from it. Photograph no people."),
        accept=("image/jpeg", "image/png", "image/webp"),
    )


def _scribe() -> ScribeRow | None:
    """Who writes here; nothing where no code was entered, or it is over."""
    return find_scribe(session.get("scribe", ""))


@public.route("/p/<slug>/scribe", methods=["GET", "POST"])
@anyone
@limit_network
def scribe_code() -> str | Response:
    """Enter the code; it leads to the table."""
    form = ScribeCodeForm()
    if form.validate_on_submit():
        entered = service.enter(form.code.data)
        if entered is not None:
            session["scribe"] = entered
            return redirect(url_for("public.scribe_table"), 303)
        form.refuse("code", _("No table has this code now. Check it, or ask the facilitator"))
    return render_template("public/scribe_code.html", form=form)


@public.route("/p/<slug>/scribe/table", methods=["GET", "POST"])
@anyone
def scribe_table() -> ResponseReturnValue:
    """One table: what the agenda is at, the form, what was written here.

    A script sends each note every few seconds while it is written and asks for JSON.
    """
    scribe, json = _scribe(), wants_json()
    if scribe is None:
        if json:
            return {"errors": [_("The code is over. Ask the facilitator for a new one.")]}, 403
        flash(_("Enter the code for this evening. The one before is over, or was renewed."))
        return redirect(url_for("public.scribe_code"), 303)
    key = _key()
    if request.method == "POST":
        form = NoteForm()
        if form.validate() and _write(scribe, form, key):
            if json:
                return {"kept": key}, 201
            flash(_("Kept."), "success")
            return redirect(url_for("public.scribe_table"), 303)
        if json:
            return {"errors": [item["text"] for item in form.error_summary()["errorList"]]}, 422
    notes, agenda = notes_at(scribe), agenda_of(scribe.session)
    timer = timer_of(scribe.session, agenda, present())
    if request.method != "POST":
        form = _form(next((one for one in notes if one.key == key), None), timer)
    return render_template(
        "public/scribe_table.html",
        scribe=scribe,
        timer=timer,
        left=left_words(timer.left) if timer else "",
        form=form,
        key=key,
        people=people_at(scribe.session, scribe.table, agenda),
        **_shown(notes),
    )


def _form(note: NoteRow | None, timer: TimerRow | None) -> NoteForm:
    """The form for what comes next, or with what is to be changed in it."""
    if note is None:
        return NoteForm(data={"kind": NoteKind.NOTE.value, "tag": timer.item.tag if timer else ""})
    return NoteForm(
        data={
            "kind": note.kind.value,
            "text": note.text,
            "tag": note.tag,
            "guest": ["guest"] if note.speaker is Speaker.PROFESSIONAL else [],
        }
    )


def _key() -> str:
    given = request.form.get("key") or request.args.get("note", "")
    return given if _KEY.fullmatch(given) else new_token()


def _write(scribe: ScribeRow, form: NoteForm, key: str) -> bool:
    photo = form.photo.data.read(LARGEST_PHOTO + 1) if form.photo.data else None
    if photo is not None and len(photo) > LARGEST_PHOTO:
        form.refuse("photo", _("It is larger than 15 MB. Take it again with fewer pixels"))
        return False
    written = Written(
        key,
        form.text.data,
        NoteKind(form.kind.data or NoteKind.NOTE),
        form.tag.data.casefold(),
        Speaker.PROFESSIONAL if form.guest.data else Speaker.RESIDENT,
        request.form.get("item", ""),
    )
    try:
        service.write(scribe.public_id, written, photo)
    except UnknownItem:
        form.refuse("text", _("The code is over. Ask the facilitator for a new one"))
    except SessionStands:
        form.refuse(
            "text", _("The desk is closed and this note stands. Write what is new as another note")
        )
    except NothingSaid:
        form.refuse("text", _("Write what is said"))
    except TooLong:
        form.refuse("text", _("Make two notes of it: it is too long for one"))
    except NoPicture:
        form.refuse("photo", _("This is no photograph that can be opened. Choose a JPEG or PNG"))
    else:
        return True
    return False


def _shown(notes: list[NoteRow]) -> dict[str, Any]:
    return {"notes": notes[::-1], "note_text": NOTE_TEXT, "clock_time": clock_time}


@public.get("/p/<slug>/scribe/notes")
@anyone
def scribe_notes() -> str | Response:
    """What was written at the table, for the page to show it anew."""
    scribe = _scribe()
    if scribe is None:
        return redirect(url_for("public.scribe_code"), 303)
    return render_template("public/scribe_notes.html", **_shown(notes_at(scribe)))


@public.post("/p/<slug>/scribe/agreed")
@anyone
def scribe_agreed() -> Response:
    """The table said yes to its wording, or not after all."""
    scribe = _scribe()
    if scribe is None:
        return redirect(url_for("public.scribe_code"), 303)
    try:
        service.agree(
            scribe.public_id,
            request.form.get("key", ""),
            agreed=request.form.get("then") == "agreed",
        )
    except UnknownItem:
        flash(_("That wording is settled, or not this table’s. Nothing has changed."))
    return redirect(url_for("public.scribe_table"), 303)


@public.post("/p/<slug>/scribe/leave")
@anyone
def leave_table() -> Response:
    """Leave the table on this device."""
    session.pop("scribe", None)
    flash(_("You have left the table. What you wrote is kept."), "success")
    return redirect(url_for("public.scribe_code"), 303)
