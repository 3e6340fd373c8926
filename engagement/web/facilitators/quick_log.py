"""The quick log: what somebody said in passing, noted on a telephone in under a minute.

With scripts, notes wait in the browser until the signal returns; each goes out by itself, with a
key of its own, so that it is taken once. Without scripts it is a form like any other.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.contributions.errors import NotAgreed, NotOpen, TakenOtherwise, UnknownReceipt
from engagement.contributions.rules import LONGEST, Channel
from engagement.contributions.service import Said
from engagement.contributions.taking_down import (
    KINDS,
    MOST_PEOPLE,
    Written,
    take_back_by_receipt,
    take_down,
)
from engagement.database.clock import day_of
from engagement.programmes.queries import (
    ActivityRow,
    ProgrammeRow,
    activities_of,
    find_programme,
)
from engagement.programmes.rules import Status
from engagement.prompts.languages import ENGLISH, LANGUAGES
from engagement.web.access import staff_only
from engagement.web.assets import STATIC
from engagement.web.facilitators.door import facilitators
from engagement.web.help_now import help_now, remember_help
from engagement.web.kit import (
    Choice,
    DateField,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.once import sent_once
from engagement.web.speaking_forms import SpeakerForm
from engagement.web.visits import present, require_principal, wants_json

RECORDERS = (Role.FACILITATOR, Role.OFFICER, Role.PHONE_OPERATOR)
LONGEST_AGO = timedelta(days=366)
NO_AREA = "other"
CONSENT = _l("They agreed aloud that we may show their words to others, without their name.")
SOURCE = _l("Quick log")


class NoteForm(SpeakerForm):
    """What somebody said aloud, and what must be known beside it."""

    words = TextareaField(
        _l("What did they say?"),
        missing=_l("Write what they said"),
        hint=_l("In their own words, as near as you can. No names: “the nurse”, “my son”."),
        lines=5,
        max_length=LONGEST,
    )
    activity = SelectField(_l("What you talked about"), missing=_l("Choose what you talked about"))
    area = SelectField(_l("Where"), missing=_l("Choose where"))
    place = TextField(
        _l("Where, in their words (optional)"),
        hint=_l("Such as: outside the chemist, or the bus stop at the green."),
        max_length=100,
    )
    said_on = DateField(_l("When"), subject=_l("The day"), missing=_l("Enter the day"))
    people = WholeNumberField(
        _l("How many people said it?"),
        missing=_l("Enter how many people said it, such as 1"),
        least=1,
        most=MOST_PEOPLE,
        width=4,
        default=1,
    )
    language = SelectField(
        _l("Language that they spoke"),
        choices=[(tag, name) for tag, (_own, name) in LANGUAGES.items()],
        default=ENGLISH,
    )
    agreed = RadiosField(
        _l("Did they agree that you write it down?"),
        hint=_l("Say that we keep the words, not the name, and that leaders here will answer."),
        missing=_l("Choose yes or no"),
        choices=[Choice("yes", _l("Yes, they said so")), Choice("no", _l("No, or I did not ask"))],
    )
    may_quote = RadiosField(
        _l("May we show their words to others?"),
        missing=_l("Choose yes or no"),
        choices=[Choice("yes", CONSENT), Choice("no", _l("No: count it, do not show it"))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is there, said in the last year, and agreed to."""
        valid = bool(super().validate(extra_validators))
        said_on, today = self.said_on.data, day_of(present())
        if said_on and not today - LONGEST_AGO <= said_on <= today:
            self.refuse("said_on", _("The day must be today or in the last year"))
            valid = False
        if self.agreed.data == "no":
            self.refuse(
                "agreed",
                _(
                    "We keep nobody’s words without their agreement. Ask them and choose yes, or"
                    " leave this note"
                ),
            )
            valid = False
        return valid

    def said(self, programme: ProgrammeRow, *, source: str, card: int | None = None) -> Said:
        """What was filled in."""
        codes = {area.name: area.place_code for area in programme.areas}
        area = "" if self.area.data == NO_AREA else self.area.data
        may_quote = self.may_quote.data == "yes"
        return Said(
            self.words.data,
            ", ".join(part for part in (self.place.data, area) if part),
            may_quote,
            codes.get(area),
            str(CONSENT) if may_quote else "",
            data_card_id=card,
            language=self.language.data,
            speaker=self.role(),
            behalf=self.behalf(),
            said_on=self.said_on.data,
            source=source,
            key=sent_once() or secrets.token_urlsafe(24),
        )


class ReceiptForm(KitForm):
    """The reference that was read out to somebody."""

    receipt = TextField(
        _l("Their reference"),
        missing=_l("Enter the reference that they were given"),
        hint=_l("Eight letters and figures, such as 7KQ2-M4TD."),
        width=10,
        max_length=20,
        autocomplete="off",
        spellcheck=False,
    )


def programme_or_404(public_id: str) -> ProgrammeRow:
    """A programme for which one may write down what people say."""
    visible = require_principal().programmes_with(*RECORDERS)
    return find_programme(visible, public_id) or abort(404)


def open_for_notes(programme: ProgrammeRow) -> list[ActivityRow]:
    """The activities for which notes can be taken now."""
    if programme.status is not Status.OPEN:
        return []
    return [
        one
        for one in activities_of(programme.id)
        if one.kind in KINDS and one.status is Status.OPEN
    ]


def fill_areas(form: NoteForm, programme: ProgrammeRow) -> None:
    """Offer the programme's areas, and elsewhere."""
    form.area.choices = [
        *((area.name, area.name) for area in programme.areas),
        (NO_AREA, _("Somewhere else")),
    ]


def _form(programme: ProgrammeRow, activities: list[ActivityRow]) -> NoteForm:
    last = session.get("last_note", {})
    chosen = {one.public_id for one in activities} & {last.get("activity")}
    if len(activities) == 1:
        chosen = {activities[0].public_id}
    form = NoteForm(
        data={"activity": "".join(chosen), "area": last.get("area"), "people": 1}
        | {"said_on": day_of(present()), "language": ENGLISH, "speaker": "resident"}
    )
    form.activity.choices = [
        (one.public_id, one.prompt or programme.remit.question) for one in activities
    ]
    fill_areas(form, programme)
    return form


def _take(form: NoteForm, programme: ProgrammeRow) -> tuple[str, str] | None:
    """The key and the reference of what was taken; nothing, with an error, where it is closed."""
    by = require_principal().public_id
    written = Written(
        Channel.FACE_TO_FACE, form.agreed.data == "yes", by=by, people=form.people.data
    )
    try:
        return take_down(form.activity.data, form.said(programme, source=str(SOURCE)), written)
    except NotOpen:
        form.refuse("activity", _("This has closed: choose another, or ask who runs it"))
    except NotAgreed:
        form.refuse("agreed", _("Choose whether they agreed"))
    except TakenOtherwise as taken:
        form.refuse("words", otherwise_words(taken))
    return None


def otherwise_words(taken: TakenOtherwise) -> str:
    """That what was sent first is kept, and how to mend it."""
    words: str = _(
        "This note had arrived before you changed it, and stands as it was. To replace it, take"
        " back what has the reference %(code)s, then send this as a new note",
        code=taken.receipt,
    )
    return words


@facilitators.route("/programmes/<public_id>/quick-log", methods=["GET", "POST"])
@staff_only(*RECORDERS)
def quick_log(public_id: str) -> ResponseReturnValue:
    """The form for one note. A script that sends one asks for JSON, and is answered in it."""
    programme = programme_or_404(public_id)
    activities = open_for_notes(programme)
    form = _form(programme, activities)
    json = wants_json()
    if form.validate_on_submit() and (taken := _take(form, programme)):
        session["last_note"] = {"activity": form.activity.data, "area": form.area.data}
        if json:
            return {"reference": taken[1]}, 201
        remember_help(taken[0])
        flash(_("Kept. If they want one, their reference is %(code)s.", code=taken[1]), "success")
        return redirect(url_for("facilitators.quick_log", public_id=public_id), 303)
    if json and request.method == "POST":
        return {"errors": [item["text"] for item in form.error_summary()["errorList"]]}, 422
    return _page(programme, activities, form)


def _page(
    programme: ProgrammeRow, activities: list[ActivityRow], form: NoteForm, *, bare: bool = False
) -> str:
    return render_template(
        "facilitators/quick_log.html",
        programme=programme,
        activities=activities,
        form=form,
        bare=bare,
        staff="" if bare else require_principal().public_id,
        help_lines=None if bare else help_now(),
    )


@facilitators.get("/programmes/<public_id>/quick-log/without-signal")
@staff_only(*RECORDERS)
def quick_log_without_signal(public_id: str) -> str:
    """The page as a telephone keeps it for when there is no signal: no word about anybody."""
    programme = programme_or_404(public_id)
    activities = open_for_notes(programme)
    return _page(programme, activities, _form(programme, activities), bare=True)


@facilitators.get("/programmes/<public_id>/quick-log/ready")
@staff_only(*RECORDERS)
def quick_log_ready(public_id: str) -> dict[str, str]:
    """Who is signed in, and a fresh token to send notes with."""
    programme_or_404(public_id)
    return {"staff": require_principal().public_id, "token": generate_csrf()}


@facilitators.get("/programmes/<public_id>/quick-log/worker.js")
@staff_only(*RECORDERS)
def quick_log_worker(public_id: str) -> Response:
    """The script that opens the page without signal; it rules over this one page."""
    programme_or_404(public_id)
    script = (STATIC / "build" / "quick-log-worker.js").read_text("utf-8")
    page = url_for("facilitators.quick_log", public_id=public_id)
    headers = {"Service-Worker-Allowed": page}
    return Response(script, mimetype="text/javascript", headers=headers)


@facilitators.route("/programmes/<public_id>/take-back", methods=["GET", "POST"])
@staff_only(*RECORDERS)
def take_back_spoken(public_id: str) -> str | Response:
    """Delete what somebody said aloud, when they ask for it with their reference."""
    programme = programme_or_404(public_id)
    form = ReceiptForm()
    if form.validate_on_submit():
        try:
            take_back_by_receipt(programme.id, form.receipt.data)
        except UnknownReceipt:
            form.refuse(
                "receipt",
                _("No words here have this reference, or they are deleted already. Check it"),
            )
        else:
            flash(_("Their words are deleted."), "success")
            return redirect(url_for("facilitators.take_back_spoken", public_id=public_id), 303)
    return render_template("facilitators/take_back_spoken.html", programme=programme, form=form)
