"""Taking a file of contributions into the corpus of a programme."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.contributions import importing
from engagement.contributions.errors import (
    FileHasFaults,
    FileUnreadable,
    ImportedAlready,
    UnknownImport,
)
from engagement.contributions.rules import Channel
from engagement.contributions.table import Part, Reading, TableFile, Tally, guess_columns, sample
from engagement.database.clock import day_of
from engagement.programmes.queries import ProgrammeRow
from engagement.programmes.rules import ActivityKind
from engagement.web.access import staff_only
from engagement.web.faults import faults_table
from engagement.web.kit import (
    DateField,
    FileField,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from engagement.web.officers.door import officers
from engagement.web.officers.programmes import editable, named
from engagement.web.visits import present, require_principal
from engagement.web.words import CHANNEL_TEXT, KIND_TEXT

PART_TEXT = {
    Part.TEXT: _l("What they said"),
    Part.REFERENCE: _l("Reference of the row"),
    Part.RESPONDENT: _l("Who said it (a number or code)"),
    Part.SAID_ON: _l("When"),
    Part.PLACE: _l("Where"),
    Part.CHANNEL: _l("Channel"),
    Part.PROMPT: _l("What they were asked"),
    Part.MAY_QUOTE: _l("Whether they may be quoted"),
    Part.SPEAKER: _l("Resident or professional"),
}


class FileForm(KitForm):
    """A file to take."""

    file = FileField(
        _l("CSV file"),
        missing=_l("Choose a CSV file"),
        hint=_l("One row for each comment, with headings in the first row."),
        accept=[".csv"],
    )


class ReadingForm(KitForm):
    """How the file is to be read: a column for each part, and what holds where there is none."""

    text = SelectField(PART_TEXT[Part.TEXT], missing=_l("Choose the column that holds the words"))
    reference = SelectField(
        PART_TEXT[Part.REFERENCE],
        prompt=_l("No column"),
        hint=_l("With it, a row is never taken twice."),
    )
    respondent = SelectField(
        PART_TEXT[Part.RESPONDENT],
        prompt=_l("No column"),
        hint=_l("It is kept as a random number. Without it each row counts as a person."),
    )
    said_on = SelectField(PART_TEXT[Part.SAID_ON], prompt=_l("No column"))
    place = SelectField(PART_TEXT[Part.PLACE], prompt=_l("No column"))
    channel = SelectField(PART_TEXT[Part.CHANNEL], prompt=_l("No column"))
    prompt = SelectField(PART_TEXT[Part.PROMPT], prompt=_l("No column"))
    may_quote = SelectField(
        PART_TEXT[Part.MAY_QUOTE],
        prompt=_l("No column"),
        hint=_l("A column of yes and no."),
    )
    speaker = SelectField(PART_TEXT[Part.SPEAKER], prompt=_l("No column"))
    all_said_on = DateField(
        _l("When, for rows without a date"),
        subject=_l("The date"),
        missing=_l("Enter when these things were said, as nearly as you know"),
    )
    all_place = TextField(
        _l("Where, for rows without a place"),
        missing=_l("Enter where these people live or were asked"),
        max_length=200,
    )
    all_channel = SelectField(
        _l("Channel, for rows without one"),
        missing=_l("Choose a channel"),
        choices=[(channel.value, text) for channel, text in CHANNEL_TEXT.items()],
    )
    all_prompt = TextareaField(
        _l("What people were asked, for rows that do not say"),
        missing=_l("Enter what people were asked"),
        lines=3,
        max_length=1000,
    )
    all_may_quote = RadiosField(
        _l("May people be quoted, in rows that do not say?"),
        missing=_l("Choose yes or no"),
        choices=[
            ("no", _l("No")),
            ("yes", _l("Yes: whoever collected this asked them, and they agreed")),
        ],
    )
    method = SelectField(
        _l("How it was collected"),
        missing=_l("Choose how it was collected"),
        choices=[(kind.value, text) for kind, text in KIND_TEXT.items()],
    )

    def offer(self, table: TableFile) -> None:
        """Offer the columns of a table for each part."""
        columns = [(name, name) for name in table.headings if name]
        for part in Part:
            self[part.value].choices = columns

    def reading(self) -> Reading:
        """What was chosen."""
        return Reading(
            {part: self[part.value].data for part in Part if self[part.value].data},
            self.all_said_on.data,
            self.all_place.data,
            Channel(self.all_channel.data),
            self.all_prompt.data,
            self.all_may_quote.data == "yes",
        )


@officers.route("/programmes/<public_id>/contributions/file", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def put_file(public_id: str) -> str | Response:
    """Choose a file; nothing is taken yet."""
    found = named(public_id)
    form = FileForm()
    if form.validate_on_submit():
        visible = require_principal().programmes_with(Role.OFFICER)
        upload = form.file.data
        try:
            key = importing.put_file(visible, public_id, upload.filename or "", upload.read())
        except FileUnreadable as error:
            form.refuse("file", _(str(error)))
        except ImportedAlready:
            form.refuse("file", _("This very file has been imported already"))
        else:
            return redirect(url_for("officers.read_file", public_id=public_id, import_id=key), 303)
    return render_template("officers/put_file.html", programme=found, form=form)


@officers.route("/programmes/<public_id>/contributions/file/<import_id>", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def read_file(public_id: str, import_id: str) -> str | Response:
    """Say how the file is to be read, look at what that gives, and take it."""
    found = editable(public_id)
    try:
        waiting = importing.waiting_file(found.id, import_id)
    except UnknownImport:
        abort(404)
    form = ReadingForm(data=_proposed(found, waiting.table))
    form.offer(waiting.table)
    tally: Tally | None = None
    if form.validate_on_submit():
        reading = form.reading()
        if request.form.get("take") == "yes":
            return _take(found, import_id, reading, ActivityKind(form.method.data))
        tally = importing.look_through(found.id, waiting.table, reading)
    return render_template(
        "officers/read_file.html",
        programme=found,
        waiting=waiting,
        form=form,
        parts=list(Part),
        tally=tally,
        shown=sample(tally.reads) if tally else [],
        faults=faults_table(tally.faults, caption_hidden=True) if tally and tally.faults else None,
        channel_text=CHANNEL_TEXT,
    )


def _proposed(programme: ProgrammeRow, table: TableFile) -> dict[str, Any]:
    today: date = day_of(present())
    return {
        **{part.value: column for part, column in guess_columns(table.headings).items()},
        "all_said_on": today,
        "all_place": ", ".join(area.name for area in programme.areas),
        "all_channel": Channel.IMPORTED.value,
        "all_prompt": programme.remit.question,
        "method": ActivityKind.SURVEY_WAVE.value,
    }


def _take(
    programme: ProgrammeRow, import_id: str, reading: Reading, method: ActivityKind
) -> Response:
    visible = require_principal().programmes_with(Role.OFFICER)
    here = url_for("officers.read_file", public_id=programme.public_id, import_id=import_id)
    try:
        taken = importing.import_file(visible, programme.public_id, import_id, reading, method)
    except UnknownImport:
        abort(404)
    except FileHasFaults:
        flash(_("Nothing was taken: some rows have faults. Look at the file again."))
        return redirect(here, 303)
    flash(
        ngettext(
            "%(num)d contribution has been taken.", "%(num)d contributions have been taken.", taken
        ),
        "success",
    )
    return redirect(url_for("officers.contributions", public_id=programme.public_id), 303)
