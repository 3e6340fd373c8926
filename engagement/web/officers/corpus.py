"""Taking a file of contributions into the corpus of a programme."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, request, send_file, url_for
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
from engagement.contributions.remembering import Remembered, remembered
from engagement.contributions.rules import Channel, Speaker
from engagement.contributions.table import (
    KNOWN,
    Copies,
    Part,
    Reading,
    Tally,
    guess_columns,
    sample,
)
from engagement.contributions.tablefile import TableFile
from engagement.database.clock import day_of
from engagement.programmes.queries import ProgrammeRow
from engagement.programmes.rules import ActivityKind
from engagement.prompts.languages import LANGUAGES
from engagement.web.access import staff_only
from engagement.web.faults import faults_table
from engagement.web.kit import (
    CheckboxesField,
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
from engagement.web.words import CHANNEL_TEXT, KIND_TEXT, SPEAKER_TEXT

PART_TEXT = {
    Part.TEXT: _l("What they said"),
    Part.REFERENCE: _l("Reference of the row"),
    Part.RESPONDENT: _l("Who said it (a number or code)"),
    Part.SAID_ON: _l("When"),
    Part.PLACE: _l("Where"),
    Part.CHANNEL: _l("Channel"),
    Part.PROMPT: _l("What they were asked"),
    Part.MAY_QUOTE: _l("Whether they may be quoted"),
    Part.SPEAKER: _l("Role, such as resident or carer"),
    Part.LANGUAGE: _l("Language"),
}
STANDS_FOR: dict[Part, list[tuple[str, Any]]] = {
    Part.CHANNEL: [(one.value, text) for one, text in CHANNEL_TEXT.items()],
    Part.SPEAKER: [(one.value, SPEAKER_TEXT[one]) for one in Speaker],
    Part.MAY_QUOTE: [("yes", _l("Yes")), ("no", _l("No"))],
}


class FileForm(KitForm):
    """A file to take."""

    file = FileField(
        _l("File"),
        hint=_l(
            "A table as CSV or Excel (.xlsx): one row for each comment, with headings in the first"
            " row. Or old minutes in Word (.docx)."
        ),
        accept=[".csv", ".xlsx", ".docx"],
    )
    minutes = TextareaField(
        _l("Or paste old minutes or notes"),
        hint=_l("Each paragraph or bullet becomes a row. You tick those that people said."),
        lines=6,
        max_length=200_000,
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
    language = SelectField(PART_TEXT[Part.LANGUAGE], prompt=_l("No column"))
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
    all_speaker = SelectField(
        _l("Role, for rows without one"),
        missing=_l("Choose a role"),
        choices=[(one.value, SPEAKER_TEXT[one]) for one in Speaker],
    )
    all_language = SelectField(
        _l("Language, for rows without one"),
        prompt=_l("Not known"),
        choices=[(tag, name) for tag, (_own, name) in LANGUAGES.items()],
    )
    copies = RadiosField(
        _l("What of rows that say again what was said?"),
        hint=_l("The same words of the same day and place, too many to be the same by chance."),
        missing=_l("Choose what happens to rows that say the same again"),
        choices=[
            (Copies.LEAVE_OUT.value, _l("Leave them out")),
            (Copies.KEEP.value, _l("Take them all")),
        ],
    )
    as_campaign = CheckboxesField(
        _l("What of nearly the same words, sent by five or more?"),
        choices=[
            ("yes", _l("Mark them as a petition or campaign, and do not count them as residents"))
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

    def reading(self, values: dict[Part, dict[str, str]], only: frozenset[int] | None) -> Reading:
        """What was chosen, with what words stand for and which rows are taken."""
        return Reading(
            {part: self[part.value].data for part in Part if self[part.value].data},
            self.all_said_on.data,
            self.all_place.data,
            Channel(self.all_channel.data),
            self.all_prompt.data,
            self.all_may_quote.data == "yes",
            Speaker(self.all_speaker.data),
            self.all_language.data or "",
            values,
            only,
            Copies(self.copies.data),
            "yes" in self.as_campaign.data,
        )


@officers.route("/programmes/<public_id>/contributions/file", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def put_file(public_id: str) -> str | Response:
    """Choose a file; nothing is taken yet."""
    found = named(public_id)
    form = FileForm()
    if form.validate_on_submit():
        visible = require_principal().programmes_with(Role.OFFICER)
        upload, pasted = form.file.data, form.minutes.data
        if upload is None and not pasted:
            form.refuse("file", _("Choose a file, or paste what was written"))
        else:
            name = (upload.filename or "") if upload else _("Pasted notes")
            content = upload.read() if upload else pasted.encode()
            try:
                key = importing.put_file(visible, public_id, name, content, pasted=upload is None)
            except FileUnreadable as error:
                form.refuse("file" if upload else "minutes", _(str(error)))
            except ImportedAlready:
                form.refuse("file", _("This very file has been imported already"))
            else:
                here = url_for("officers.read_file", public_id=public_id, import_id=key)
                return redirect(here, 303)
    return render_template("officers/put_file.html", programme=found, form=form)


@officers.route("/programmes/<public_id>/contributions/file/<import_id>", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def read_file(public_id: str, import_id: str) -> str | Response:
    """Say how the file is to be read, look at what that gives, and take it."""
    found = editable(public_id)
    sheet = request.args.get("sheet", "")
    try:
        waiting = importing.waiting_file(found.id, import_id, sheet)
    except (UnknownImport, FileUnreadable):
        abort(404)
    table = waiting.table
    known = None if table.pick else remembered(table.headings)
    form = ReadingForm(data=_proposed(found, table, known))
    form.offer(table)
    tally: Tally | None = None
    stands_for = known.values if known else {}
    only = _ticked(table)
    if form.validate_on_submit():
        stands_for = _stands_for(stands_for)
        reading = form.reading(stands_for, only)
        if (take := request.form.get("take")) in ("yes", "good"):
            method = ActivityKind(form.method.data)
            return _take(found, import_id, reading, method, sheet, good_only=take == "good")
        tally = importing.look_through(found.id, table, reading)
    return render_template(
        "officers/read_file.html",
        programme=found,
        waiting=waiting,
        table=table,
        known=known,
        form=form,
        parts=list(Part),
        part_text=PART_TEXT,
        stands_for=stands_for,
        choices=STANDS_FOR,
        only=only,
        tally=tally,
        shown=sample(tally.reads) if tally else [],
        faults=faults_table(tally.faults, caption_hidden=True) if tally and tally.faults else None,
        channel_text=CHANNEL_TEXT,
    )


def _ticked(table: TableFile) -> frozenset[int] | None:
    """The rows of minutes that were ticked, all of them at first; of a table ``None``."""
    if not table.pick:
        return None
    if request.method != "POST":
        return frozenset(range(2, len(table.rows) + 2))
    return frozenset(int(row) for row in request.form.getlist("row") if row.isdecimal())


def _stands_for(known: dict[Part, dict[str, str]]) -> dict[Part, dict[str, str]]:
    """What words of the file stand for, as was chosen on the page; "part:word" names each."""
    found = {part: dict(words) for part, words in known.items()}
    for name, value in request.form.items():
        kind, _colon, word = name.partition(":")
        if word and kind in [part.value for part in KNOWN]:
            part = Part(kind)
            if value in [choice for choice, _text in STANDS_FOR[part]]:
                found.setdefault(part, {})[word[:200]] = value
    return found


@officers.get("/programmes/<public_id>/contributions/mend/<import_id>")
@staff_only(Role.OFFICER)
def broken_rows(public_id: str, import_id: str) -> FileResponse:
    """The rows that were left out of an import, to mend and take later."""
    found = named(public_id)
    try:
        content = importing.broken_rows(found.id, import_id)
    except UnknownImport:
        abort(404)
    return send_file(
        BytesIO(content),
        mimetype="text/csv",
        as_attachment=True,
        download_name=importing.BROKEN_ROWS,
        etag=False,
    )


def _proposed(
    programme: ProgrammeRow, table: TableFile, known: Remembered | None
) -> dict[str, Any]:
    today: date = day_of(present())
    columns = known.columns if known else guess_columns(table.headings)
    return {
        **{part.value: column for part, column in columns.items()},
        "all_said_on": today,
        "all_place": ", ".join(area.name for area in programme.areas),
        "all_channel": Channel.IMPORTED.value,
        "all_prompt": programme.remit.question,
        "all_speaker": Speaker.RESIDENT.value,
        "copies": Copies.LEAVE_OUT.value,
        "method": ActivityKind.SURVEY_WAVE.value,
    }


def _take(
    programme: ProgrammeRow,
    import_id: str,
    reading: Reading,
    method: ActivityKind,
    sheet: str,
    *,
    good_only: bool,
) -> Response:
    visible = require_principal().programmes_with(Role.OFFICER)
    here = url_for(
        "officers.read_file",
        public_id=programme.public_id,
        import_id=import_id,
        sheet=sheet or None,
    )
    try:
        taken = importing.import_file(
            visible,
            programme.public_id,
            import_id,
            reading,
            method,
            sheet=sheet,
            good_only=good_only,
        )
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
