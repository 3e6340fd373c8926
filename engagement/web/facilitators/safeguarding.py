"""What may tell of harm, for the safeguarding lead alone; and where help is near here."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.contributions import noticing
from engagement.contributions.errors import UnknownContribution
from engagement.contributions.safeguarding import (
    HarmRow,
    Then,
    find_harm_row,
    list_harm,
    note_safeguarding,
)
from engagement.methods.disclosure.harm import Sign, find_harm
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.marked import Marked, marked
from engagement.web.kit import (
    Choice,
    KitForm,
    Page,
    RadiosField,
    TextareaField,
    page_number,
)
from engagement.web.visits import require_principal
from engagement.web.words import CHANNEL_TEXT, SPEAKER_TEXT

LEADS = (Role.SAFEGUARDING_LEAD,)
PAGE_SIZE = 50


class NoteForm(KitForm):
    """What a safeguarding lead did."""

    note = TextareaField(
        _l("What you did"),
        missing=_l("Write what you did, or that nothing had to be done and why"),
        hint=_l("Only safeguarding leads read this."),
        lines=4,
        max_length=5_000,
    )
    then = RadiosField(
        _l("What becomes of the words?"),
        missing=_l("Choose what becomes of the words"),
        choices=[
            Choice(Then.OPEN, _l("Nothing yet: I am still at it")),
            Choice(Then.KEEP, _l("Nobody else reads them")),
            Choice(
                Then.HAND_ON,
                _l("They tell of no harm: moderators may read them and decide"),
                _l("Moderators, and then perhaps everyone, will see these words."),
            ),
        ],
    )


class HelpLinesForm(KitForm):
    """Where help is near here."""

    texts = TextareaField(
        _l("Where people find help near here"),
        hint=_l(
            "One on each line: who, the number, and when, such as: Riverbank crisis team,"
            " 01632 960 999, day and night. The national numbers are always shown."
        ),
        lines=6,
        max_length=3_000,
    )

    def lines(self) -> list[str] | None:
        """The lines, or nothing with an error at the field."""
        texts = [" ".join(line.split()) for line in (self.texts.data or "").splitlines()]
        texts = [text for text in texts if text]
        if len(texts) > noticing.MOST_LINES:
            self.refuse("texts", _("Keep to %(most)d lines", most=noticing.MOST_LINES))
        elif any(len(text) > noticing.LONGEST_LINE for text in texts):
            self.refuse(
                "texts",
                _("Shorten each line to %(most)d characters", most=noticing.LONGEST_LINE),
            )
        else:
            return texts
        return None


def _visible() -> frozenset[int] | None:
    return require_principal().programmes_with(*LEADS)


@facilitators.get("/safeguarding")
@staff_only(*LEADS)
def safeguarding() -> str:
    """What may tell of harm, with no word of it: what still waits first."""
    number = page_number(request.args.get("page"))
    rows, total = list_harm(_visible(), number, PAGE_SIZE)
    return render_template(
        "facilitators/safeguarding.html",
        page=Page(rows, number, PAGE_SIZE, total),
        channel_text=CHANNEL_TEXT,
    )


@facilitators.route("/safeguarding/<harm_id>", methods=["GET", "POST"])
@staff_only(*LEADS)
def safeguard(harm_id: str) -> str | Response:
    """One that may tell of harm: its words, why it was noticed, what was done."""
    row = find_harm_row(_visible(), harm_id) or abort(404)
    form = NoteForm()
    if form.validate_on_submit():
        try:
            note_safeguarding(_visible(), harm_id, form.note.data, Then(form.then.data))
        except UnknownContribution:  # another lead handed it on in this very moment
            flash(_("It does not wait here any more."))
            return redirect(url_for("facilitators.safeguarding"), 303)
        flash(_("Noted."), "success")
        if form.then.data == Then.HAND_ON:
            return redirect(url_for("facilitators.safeguarding"), 303)
        return redirect(url_for("facilitators.safeguard", harm_id=harm_id), 303)
    signs = find_harm(row.text)
    return render_template(
        "facilitators/safeguard.html",
        said=row,
        form=form,
        signs=signs,
        parts=_parts(row, signs),
        channel_text=CHANNEL_TEXT,
        speaker_text=SPEAKER_TEXT,
    )


def _parts(row: HarmRow, signs: tuple[Sign, ...]) -> list[Marked]:
    return marked(row.text, [(sign.start, sign.end, _(sign.why)) for sign in signs])


@facilitators.route("/help-lines", methods=["GET", "POST"])
@staff_only(*LEADS)
def help_lines() -> str | Response:
    """Where somebody finds help near here, as it is shown to whoever may be at risk."""
    form = HelpLinesForm(data={"texts": "\n".join(noticing.help_lines())})
    if form.validate_on_submit() and (texts := form.lines()) is not None:
        noticing.set_help_lines(texts)
        flash(_("Saved. This is what people are shown."), "success")
        return redirect(url_for("facilitators.help_lines"), 303)
    return render_template("facilitators/help_lines.html", form=form, lines=noticing.help_lines())
