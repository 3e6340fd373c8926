"""Answers on paper: forms to print, two people who type each, and what they typed differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.contributions.errors import SaidEnough, TooLong
from engagement.contributions.rules import LONGEST, Speaker
from engagement.database.clock import day_of
from engagement.documents.letters import CannotBePrinted, Print, Sheet
from engagement.paper import errors, service
from engagement.paper.queries import Mismatch, batches_of, codes_of, find_mismatch, waiting_forms
from engagement.paper.rules import (
    KINDS,
    MOST_FORMS,
    FormState,
    Outcome,
    Typed,
    compared,
    differing,
)
from engagement.programmes.errors import UnknownProgramme
from engagement.programmes.queries import (
    ActivityRow,
    ProgrammeRow,
    activities_of,
    find_name,
    find_programme,
)
from engagement.programmes.rules import Status
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.paper_prints import ON_PAPER, ROLE_TICKS, print_forms
from engagement.web.kit import (
    DateField,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.visits import present, require_principal

KEYERS = (Role.FACILITATOR, Role.OFFICER)
STATE_TEXT = {
    FormState.PRINTED: _l("Printed"),
    FormState.TYPED_ONCE: _l("Typed once"),
    FormState.TYPED_TWICE: _l("Typed twice, differently"),
    FormState.AGREED: _l("Agreed"),
    FormState.BLANK: _l("Blank"),
    FormState.SPOILED: _l("Spoiled"),
    FormState.TAKEN_BACK: _l("Taken back"),
}
FIELD_TEXT = {
    "outcome": _l("What is on the form"),
    "words": _l("What they wrote"),
    "place": _l("Where they live"),
    "speaker": _l("Who they are"),
    "may_quote": _l("May we show their words?"),
    "said_on": _l("Date on the form"),
}
OUTCOME_TEXT = {
    Outcome.FILLED: _l("Filled in"),
    Outcome.BLANK: _l("Blank: nothing is written on it"),
    Outcome.SPOILED: _l("Spoiled: it cannot be read or used"),
}


class BatchForm(KitForm):
    """Forms to make."""

    activity = SelectField(_l("What they are for"), missing=_l("Choose what the forms are for"))
    count = WholeNumberField(
        _l("How many forms?"),
        missing=_l("Enter how many forms you need"),
        hint=_l("At most 500 at a time."),
        least=1,
        most=MOST_FORMS,
        width=4,
    )


class CodeForm(KitForm):
    """The code of a form."""

    code = TextField(
        _l("Code of the form"),
        missing=_l("Enter the code at the top of the form"),
        hint=_l("Eight letters and figures, such as 7KQ2M-4TD."),
        width=10,
        max_length=20,
        autocomplete="off",
        spellcheck=False,
    )


class TypedForm(KitForm):
    """What is on a form."""

    outcome = RadiosField(
        FIELD_TEXT["outcome"],
        missing=_l("Choose what is on the form"),
        choices=[(one.value, text) for one, text in OUTCOME_TEXT.items()],
        default=Outcome.FILLED.value,
    )
    words = TextareaField(
        FIELD_TEXT["words"],
        hint=_l(
            "Word for word, with their spelling. Write [illegible] for a word you cannot read."
        ),
        lines=8,
        max_length=LONGEST,
    )
    place = TextField(FIELD_TEXT["place"], max_length=200, autocomplete="off")
    said_on = DateField(_l("Date on the form, if there is one"), subject=_l("The date"))
    speaker = SelectField(
        _l("Who they are (resident, if nothing is ticked)"),
        missing=_l("Choose who they are"),
        choices=[(one.value, ROLE_TICKS[one]) for one in ON_PAPER],
        default=Speaker.RESIDENT.value,
    )
    may_quote = RadiosField(
        FIELD_TEXT["may_quote"],
        missing=_l("Choose yes or no: no, if nothing is ticked"),
        choices=[("yes", _l("Yes, ticked")), ("no", _l("No, or not ticked"))],
        default="no",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is there: words where it is filled in, no day that is still to come."""
        valid = bool(super().validate(extra_validators))
        if self.outcome.data == Outcome.FILLED.value and not (self.words.data or "").strip():
            self.refuse("words", _("Type what they wrote, or choose Blank"))
            valid = False
        if self.said_on.data and self.said_on.data > day_of(present()):
            self.refuse("said_on", _("The date must be today or in the past"))
            valid = False
        return valid


TAKEN_AS: Mapping[str, Callable[[Any], Any]] = {
    "outcome": Outcome,
    "words": lambda text: text or "",
    "place": lambda text: text or "",
    "speaker": Speaker,
    "may_quote": lambda answer: answer == "yes",
    "said_on": lambda date: date,
}


def typed_in(form: KitForm, base: Typed) -> Typed:
    """What was typed; what the form does not ask is as in ``base``."""
    given = {name: take(form[name].data) for name, take in TAKEN_AS.items() if name in form}
    return replace(base, **given)


class KeyForm(TypedForm):
    """A form by its code, with what is on it, and why it is taken where it came late."""

    code = CodeForm.code
    late_reason = TextField(
        _l("If it came after the close: why is it taken?"),
        hint=_l("Such as: posted in time."),
        max_length=300,
    )


def _programme(public_id: str) -> ProgrammeRow:
    return find_programme(_visible(), public_id) or abort(404)


def _visible() -> frozenset[int] | None:
    return require_principal().programmes_with(*KEYERS)


def _activities(programme_id: int) -> list[ActivityRow]:
    return [
        one
        for one in activities_of(programme_id)
        if one.kind in KINDS and one.status is not Status.DRAFT
    ]


@facilitators.route("/programmes/<public_id>/paper", methods=["GET", "POST"])
@staff_only(*KEYERS)
def paper(public_id: str) -> str | Response:
    """Forms that were made and where they stand; makes more."""
    programme = find_name(_visible(), public_id) or abort(404)
    activities = _activities(programme.id)
    form = BatchForm()
    form.activity.choices = [(one.public_id, one.title) for one in activities]
    if form.validate_on_submit():
        try:
            service.make_forms(_visible(), public_id, form.activity.data, form.count.data)
        except errors.NotForPaper:
            form.refuse("activity", _("Choose another: this takes no forms"))
        else:
            flash(_("The forms are made. Print them below."), "success")
            return redirect(url_for("facilitators.paper", public_id=public_id), 303)
    return render_template(
        "facilitators/paper.html",
        programme=programme,
        activities=activities,
        form=form,
        batches=batches_of(programme.id),
        waiting=waiting_forms(programme.id),
        states=STATE_TEXT,
    )


@facilitators.post("/programmes/<public_id>/paper/print/<paper_id>")
@staff_only(*KEYERS)
def print_paper(public_id: str, paper_id: str) -> FileResponse | Response:
    """The forms of a batch as PDF, plain or in large print."""
    programme = _programme(public_id)
    batch = next((one for one in batches_of(programme.id) if one.public_id == paper_id), None)
    if batch is None:
        abort(404)
    print_ = Print.LARGE if request.form.get("print") == Print.LARGE.value else Print.PLAIN
    activity = next(one for one in activities_of(programme.id) if one.id == batch.activity_id)
    sheets = [Sheet(number, code) for number, code in codes_of(programme.id, paper_id)]
    try:
        content = print_forms(programme, activity, sheets, print_)
    except CannotBePrinted as error:
        flash(_(str(error)))
        return redirect(url_for("facilitators.paper", public_id=public_id), 303)
    name = f"forms-{print_.value}.pdf"
    return send_file(
        BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=name,
        etag=False,
    )


@facilitators.route("/programmes/<public_id>/paper/type", methods=["GET", "POST"])
@staff_only(*KEYERS)
def type_paper(public_id: str) -> str | Response:
    """Type a form, as the first or the second person, without seeing what the other typed."""
    programme = _programme(public_id)
    form = KeyForm(data={"code": request.args.get("code", "")[:20]})
    if form.validate_on_submit() and (state := _keep(form, public_id)):
        told = {
            FormState.TYPED_ONCE: _("Kept. Somebody else types it a second time now."),
            FormState.TYPED_TWICE: _("Kept. It differs from the first: somebody has to decide."),
            FormState.AGREED: _("Both are the same: the words are taken."),
        }
        flash(told.get(state, _("Both say that nothing can be taken from it.")), "success")
        return redirect(url_for("facilitators.type_paper", public_id=public_id), 303)
    return render_template("facilitators/type_paper.html", programme=programme, form=form)


def _keep(form: KeyForm, public_id: str) -> FormState | None:
    try:
        return service.type_form(
            _visible(),
            public_id,
            form.code.data,
            typed_in(form, Typed()),
            form.late_reason.data or "",
        )
    except UnknownProgramme:
        abort(404)
    except errors.MistypedCode:
        form.refuse("code", _("A letter of the code is wrong: read it from the form again"))
    except errors.UnknownForm:
        form.refuse("code", _("No form of this programme has this code: look in another"))
    except errors.SecondPersonNeeded:
        form.refuse("code", _("You typed this form first: give it to somebody else"))
    except errors.TypedAlready:
        form.refuse("code", _("This form has been typed twice already: put it with those done"))
    except errors.LateReasonNeeded:
        form.refuse("late_reason", _("It came after the close: say why it is taken"))
    except errors.WordsNeeded:
        form.refuse("words", _("Type what they wrote, or choose Blank"))
    except SaidEnough:
        form.refuse("code", _("This form has been taken already"))
    except TooLong:
        form.refuse("words", _("This is too long: type it as two forms, and say so to who runs it"))
    return None


@facilitators.route("/programmes/<public_id>/paper/compare/<form_id>", methods=["GET", "POST"])
@staff_only(*KEYERS)
def compare_paper(public_id: str, form_id: str) -> str | Response:
    """What two people typed differently of a form; somebody decides, field by field."""
    programme = _programme(public_id)
    found = find_mismatch(programme.id, form_id)
    if found is None:
        abort(404)
    names = differing(found.first, found.second)
    form = _choices(found, names)
    if form.validate_on_submit():
        choices = {name: form[f"choose_{name}"].data for name in names}
        try:
            service.decide(_visible(), public_id, found.code, choices, typed_in(form, found.first))
        except errors.WordsNeeded:
            form.refuse(names[0], _("A form that is filled in has words: choose another"))
        except TooLong:
            form.refuse("words", _("This is too long: shorten it"))
        except (errors.NothingToDecide, errors.UnknownForm):
            abort(404)
        else:
            flash(_("Decided: the form is done."), "success")
            return redirect(url_for("facilitators.paper", public_id=public_id), 303)
    first, second = compared(found.first.words, found.second.words)
    return render_template(
        "facilitators/compare_paper.html",
        programme=programme,
        found=found,
        form=form,
        names=names,
        fields=FIELD_TEXT,
        shown={name: (_shown(name, found.first), _shown(name, found.second)) for name in names},
        pieces=(first, second),
    )


def _choices(found: Mismatch, names: list[str]) -> KitForm:
    """A form with a choice for each field that differs, and a place to type what neither has."""

    class Deciding(KitForm):
        pass

    for name in names:
        choices = [
            ("first", _l("As the first person typed it")),
            ("second", _l("As the second person typed it")),
            ("other", _l("Neither: as I typed it below")),
        ]
        field = RadiosField(FIELD_TEXT[name], missing=_l("Choose whose is right"), choices=choices)
        setattr(Deciding, f"choose_{name}", field)
        setattr(Deciding, name, getattr(TypedForm, name))
    one = found.first
    return Deciding(
        data={
            "outcome": one.outcome.value,
            "words": one.words,
            "place": one.place,
            "speaker": one.speaker.value,
            "may_quote": "yes" if one.may_quote else "no",
            "said_on": one.said_on,
        }
    )


def _shown(name: str, typed: Typed) -> str:
    value = getattr(typed, name)
    if name == "outcome":
        return str(OUTCOME_TEXT[value])
    if name == "speaker":
        return str(ROLE_TICKS.get(value, value))
    if name == "may_quote":
        return str(_("Yes") if value else _("No"))
    if name == "said_on":
        return str(day(value) if value else _("No date"))
    return str(value or _("Nothing"))


@facilitators.route("/programmes/<public_id>/paper/take-back", methods=["GET", "POST"])
@staff_only(*KEYERS)
def take_back_paper(public_id: str) -> str | Response:
    """Delete what a form said, when whoever holds its code asks for it."""
    programme = _programme(public_id)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            service.take_back(_visible(), public_id, form.code.data)
        except (errors.MistypedCode, errors.UnknownForm):
            form.refuse("code", _("No form of this programme has this code: check it"))
        else:
            flash(_("What the form said is deleted."), "success")
            return redirect(url_for("facilitators.paper", public_id=public_id), 303)
    return render_template("facilitators/take_back_paper.html", programme=programme, form=form)
