"""A batch of invitations: its files while its codes are kept, what became of it, letters lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.documents.letters import CannotBePrinted
from engagement.panels import mailing
from engagement.panels.errors import CodesGone, UnknownLetters, UnknownPanel
from engagement.panels.invitations import Letter, mark_sent
from engagement.panels.queries import BatchRow, PanelRow, batches_of
from engagement.panels.rules import BatchKind, InvitationState
from engagement.panels.wording import our_words, set_wording, wordings_of
from engagement.prompts.languages import ENGLISH, LANGUAGES
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.invitations import (
    BATCH_TEXT,
    STRATA_SHOWN,
    StratumLine,
    panel_found,
    response_of,
    strata_table,
    visible,
)
from engagement.web.facilitators.letter_files import (
    CARDS,
    CSV,
    FORMS,
    PRINTS,
    Made,
    make_file,
    run_by,
    words_of,
)
from engagement.web.kit import Choice, KitForm, RadiosField, Table, TextareaField, TextField
from engagement.web.visits import entry_address

MOST_AT_ONCE = 50
STATE_TEXT = {
    InvitationState.MADE: _l("Not sent yet"),
    InvitationState.SENT: _l("Sent"),
    InvitationState.RETURNED: _l("Came back"),
    InvitationState.REPLACED: _l("Replaced by a new code"),
}
CAME_BACK, NEW_CODE = "came back", "new code"


class LostForm(KitForm):
    """Letters that came back, or were lost."""

    numbers = TextField(
        _l("Numbers of the letters"),
        missing=_l("Enter the numbers of the letters"),
        hint=_l("They stand at the top right of each letter. Put commas between them."),
        max_length=500,
    )
    what = RadiosField(
        _l("What happened?"),
        missing=_l("Choose what happened"),
        choices=[
            Choice(CAME_BACK, _l("They came back"), _l("They get no reminder.")),
            Choice(
                NEW_CODE,
                _l("They were lost: give them new codes"),
                _l("The old codes stop working. Whoever began comes back with the new code."),
            ),
        ],
    )

    def letters(self) -> list[int]:
        """The numbers; empty, with an error at their field, where they are none."""
        parts = [part for part in re.split(r"[\s,;]+", self.numbers.data) if part]
        right = all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts)
        if right and len(parts) <= MOST_AT_ONCE:
            return list(dict.fromkeys(map(int, parts)))
        self.refuse(
            "numbers", _("Write up to %(most)d whole numbers, like 12, 15", most=MOST_AT_ONCE)
        )
        return []


class WordingForm(KitForm):
    """The words of a letter in one language."""

    text = TextareaField(
        _l("The letter"),
        hint=_l(
            "Leave a blank line between paragraphs. Begin a heading with # and a space, an item of"
            " a list with - and a space. The box with the web address, the code and the telephone"
            " number is added below."
        ),
        lines=20,
        max_length=6000,
    )


def _batch(panel: PanelRow, batch_id: str) -> BatchRow:
    found = (row for row in batches_of(panel.id) if row.public_id == batch_id)
    return next(found, None) or abort(404)


@facilitators.get("/panels/<panel_id>/batches/<batch_id>")
@staff_only(Role.FACILITATOR)
def batch(panel_id: str, batch_id: str) -> str:
    """What became of a batch; its files, for who made it, while its codes are kept."""
    panel = panel_found(panel_id)
    row = _batch(panel, batch_id)
    detail = mailing.detail_of(panel.id, batch_id) or abort(404)
    drawn_by: Mapping[str, Any] = detail.drawn_by or {}
    return render_template(
        "facilitators/batch.html",
        panel=panel,
        batch=row,
        kind_text=BATCH_TEXT,
        is_letters=row.kind is BatchKind.LETTERS,
        states=[(STATE_TEXT[state], count) for state, count in detail.states.items()],
        communal=detail.communal if row.kind is BatchKind.LETTERS else None,
        silent=detail.silent,
        begun=detail.begun,
        response=response_of(row),
        has_codes=mailing.has_codes(batch_id),
        printable=row.letters <= mailing.MOST_PRINTED,
        most_printed=mailing.MOST_PRINTED,
        strata=_strata(drawn_by) if drawn_by.get("strata") else None,
        notes=drawn_by.get("notes", []),
    )


def _strata(drawn_by: Mapping[str, Any]) -> Table:
    return strata_table(
        drawn_by["strata_columns"],
        [
            StratumLine(one["values"], one["addresses"], one["letters"], one["probability"])
            for one in drawn_by["strata"][:STRATA_SHOWN]
        ],
    )


def _to_batch(panel_id: str, batch_id: str) -> Response:
    return redirect(url_for("facilitators.batch", panel_id=panel_id, batch_id=batch_id), 303)


@facilitators.post("/panels/<panel_id>/batches/<batch_id>/files/<form>")
@staff_only(Role.FACILITATOR)
def letter_file(panel_id: str, batch_id: str, form: str) -> FileResponse | Response:
    """Download the letters of a batch with their codes; it is recorded who did."""
    panel = panel_found(panel_id)
    row = _batch(panel, batch_id)
    if form not in FORMS:
        abort(404)
    if form != CSV and row.letters > mailing.MOST_PRINTED:
        flash(_("These are too many letters for a PDF. Give the table to a mailing house."))
        return _to_batch(panel_id, batch_id)
    if (form == CARDS) is not (row.kind is BatchKind.OUTREACH) and form != CSV:
        return _to_batch(panel_id, batch_id)
    try:
        letters = mailing.take_codes(visible(), panel_id, batch_id, form)
        return _sent(make_file(panel, letters, form, f"batch-{row.number}"))
    except CodesGone:
        flash(
            _(
                "The codes of this batch are not kept any more, or somebody else made them. For"
                " letters that are lost, make a reminder: it has new codes."
            )
        )
    except CannotBePrinted as error:
        flash(_(str(error)))
    return _to_batch(panel_id, batch_id)


def _sent(made: Made) -> FileResponse:
    return send_file(
        BytesIO(made.content),
        mimetype=made.media_type,
        as_attachment=True,
        download_name=made.name,
        etag=False,
    )


@facilitators.post("/panels/<panel_id>/batches/<batch_id>/forget")
@staff_only(Role.FACILITATOR)
def forget_codes(panel_id: str, batch_id: str) -> Response:
    """Keep a batch's codes no longer."""
    panel = panel_found(panel_id)
    _batch(panel, batch_id)
    mailing.forget_codes(visible(), panel_id, batch_id)
    flash(_("The codes are not kept any more. They go on working."), "success")
    return _to_batch(panel_id, batch_id)


@facilitators.post("/panels/<panel_id>/batches/<batch_id>/sent")
@staff_only(Role.FACILITATOR)
def batch_sent(panel_id: str, batch_id: str) -> Response:
    """Note that the letters went out, or that the codes were handed out."""
    panel = panel_found(panel_id)
    _batch(panel, batch_id)
    mark_sent(visible(), panel_id, batch_id)
    flash(_("Noted."), "success")
    return _to_batch(panel_id, batch_id)


@facilitators.post("/panels/<panel_id>/batches/<batch_id>/reminder")
@staff_only(Role.FACILITATOR)
def remind(panel_id: str, batch_id: str) -> Response:
    """Make reminders, with new codes, for the homes from which nobody has come in."""
    panel = panel_found(panel_id)
    _batch(panel, batch_id)
    count = mailing.remind(visible(), panel_id, batch_id)
    if count:
        flash(
            ngettext(
                "%(num)d reminder is made, with a new code. Take it now.",
                "%(num)d reminders are made, with new codes. Take them now.",
                count,
            ),
            "success",
        )
    else:
        flash(_("Nobody is left to remind."))
    return _to_batch(panel_id, batch_id)


@facilitators.route("/panels/<panel_id>/letters", methods=["GET", "POST"])
@staff_only(Role.FACILITATOR)
def lost_letters(panel_id: str) -> str | Response:
    """Letters that came back, and new codes for letters that were lost, shown this once."""
    panel = panel_found(panel_id)
    form, again = LostForm(), list[Letter]()
    if form.validate_on_submit() and (numbers := form.letters()):
        try:
            if form.what.data == CAME_BACK:
                mailing.note_returned(visible(), panel_id, numbers)
                flash(_("Noted: these letters came back."), "success")
                return redirect(url_for("facilitators.invitations", panel_id=panel_id), 303)
            again = mailing.reissue_letters(visible(), panel_id, numbers)
        except UnknownLetters as error:
            missing = ", ".join(map(str, error.numbers))
            form.refuse(
                "numbers",
                _("This panel has no letter %(missing)s. Nothing was changed.", missing=missing),
            )
        except UnknownPanel:
            abort(404)
    return render_template(
        "facilitators/lost_letters.html",
        panel=panel,
        form=form,
        letters=again,
        entry_address=entry_address(),
    )


@facilitators.get("/panels/<panel_id>/words")
@staff_only(Role.FACILITATOR)
def wordings(panel_id: str) -> str:
    """The words of the letter, in each language."""
    panel = panel_found(panel_id)
    written = wordings_of(panel.id)
    return render_template(
        "facilitators/wordings.html",
        panel=panel,
        letter=words_of(panel, written)[0].text,
        languages=LANGUAGES,
        written=written,
    )


@facilitators.route("/panels/<panel_id>/words/<language>", methods=["GET", "POST"])
@staff_only(Role.FACILITATOR)
def wording(panel_id: str, language: str) -> str | Response:
    """Write the letter in one language."""
    panel = panel_found(panel_id)
    if language not in LANGUAGES:
        abort(404)
    ours = our_words(panel, run_by(panel))
    written = wordings_of(panel.id)
    english = language == ENGLISH
    form = WordingForm(data={"text": written.get(language) or (ours if english else "")})
    if form.validate_on_submit():
        text = form.text.data
        # What is left as we wrote it changes with the panel.
        set_wording(visible(), panel_id, language, "" if english and text == ours else text)
        flash(_("Saved. Look at a letter before you print."), "success")
        return redirect(url_for("facilitators.wordings", panel_id=panel_id), 303)
    return render_template(
        "facilitators/wording.html",
        panel=panel,
        form=form,
        is_english=english,
        language=LANGUAGES[language],
        code=language,
        original=written.get(ENGLISH) or ours,
    )


@facilitators.post("/panels/<panel_id>/sample/<form>")
@staff_only(Role.FACILITATOR)
def sample_letter(panel_id: str, form: str) -> FileResponse | Response:
    """Download a letter to nobody, with a code that does not work."""
    panel = panel_found(panel_id)
    if form not in PRINTS:
        abort(404)
    address = "\n".join((_("The occupier"), _("1 Example Street"), _("Example Town")))
    try:
        return _sent(make_file(panel, [Letter(0, "XXXXX-XXXXX", address, "")], form, "sample"))
    except CannotBePrinted as error:
        flash(_(str(error)))
    return redirect(url_for("facilitators.wordings", panel_id=panel_id), 303)
