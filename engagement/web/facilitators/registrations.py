"""Registering somebody who calls: begun with the letter's number or code, or for a resident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.panels import joining, registered
from engagement.panels.errors import NotAChoice, NotInvited, RegistrationClosed, UnknownPanel
from engagement.panels.queries import PanelRow, find_panel, hosts_of, open_panels, questions_of
from engagement.panels.registered import RegistrationRow
from engagement.panels.registration import WHERE
from engagement.panels.rules import PanelState
from engagement.people.errors import UnknownResident
from engagement.people.queries import find_resident
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.residents import HELPERS
from engagement.web.kit import (
    Choice,
    KitForm,
    RadiosField,
    TelephoneField,
    TextField,
)
from engagement.web.panel_forms import (
    SupportForm,
    WhereForm,
    choices_of,
    limit_where,
    refuse_where,
    support_told,
    tells_where,
    where_told,
)
from engagement.web.panel_pages import (
    Step,
    about_panel,
    consent_words,
    effect_words,
    recruitment_label,
    shown_words,
    steps_of,
    support_consent,
)
from engagement.web.visits import require_principal

NEW, BEFORE = "somebody new", "as before"


class CallerForm(KitForm):
    """Which letter somebody calls about, and who they are."""

    letter = TextField(
        _l("Number or code of the letter"),
        missing=_l("Enter the number or the code that is on the letter"),
        hint=_l("Ask them to read it out. Either will do."),
        max_length=40,
        width=20,
        autocomplete="off",
        spellcheck=False,
    )
    person = RadiosField(
        _l("Somebody has begun with this letter. Who is calling?"),
        missing=_l("Choose who is calling"),
        choices=[],
    )
    name = TextField(_l("Name (optional)"), hint=_l("Or what we may call them"), autocomplete="off")
    phone = TelephoneField(
        _l("Telephone number (optional)"),
        hint=_l("Only if we may call them about this panel."),
        autocomplete="off",
    )


class PanelForm(KitForm):
    """Which panel a resident wants to register for."""

    panel = RadiosField(_l("Which panel?"), missing=_l("Choose a panel"), choices=[])


def _visible() -> frozenset[int] | None:
    return require_principal().programmes_with(*HELPERS)


def _panel(panel_id: str) -> PanelRow:
    return find_panel(_visible(), panel_id) or abort(404)


def _to_form(panel_id: str, registration_id: str) -> Response:
    return redirect(
        url_for(
            "facilitators.caller_registration",
            panel_id=panel_id,
            registration_id=registration_id,
        ),
        303,
    )


@facilitators.get("/register")
@staff_only(*HELPERS)
def register() -> str:
    """The panels that somebody who calls can register for."""
    return render_template("facilitators/register.html", panels=open_panels(_visible()))


@facilitators.route("/panels/<panel_id>/registrations/new", methods=["GET", "POST"])
@staff_only(*HELPERS)
def register_caller(panel_id: str) -> str | Response:
    """Begin with somebody who calls."""
    panel = _panel(panel_id)
    form = CallerForm()
    if panel.is_open_to_all:
        form.letter.missing = None
        form.letter.label.text = _("Number or code of their letter (leave empty without a letter)")
    found = joining.find_letter(panel.id, form.letter.data) if form.letter.data else None
    begun = found.people if found else ()
    form.person.choices = [
        *(Choice(one.public_id, one.name or _("Somebody without a name")) for one in begun),
        Choice(NEW, _("Somebody new from the same home")),
    ]
    if not begun:
        del form.person
    if form.validate_on_submit():
        person = form.person.data if begun else NEW
        try:
            public_id = joining.begin_by_phone(
                _visible(),
                panel_id,
                form.letter.data,
                joining.Caller(form.name.data, form.phone.data),
                "" if person == NEW else person,
            )
            return _to_form(panel_id, public_id)
        except NotInvited:
            form.refuse(
                "letter",
                _("We know no letter of this panel with this number or code. Check it with them"),
            )
        except RegistrationClosed:
            return redirect(url_for("facilitators.register_caller", panel_id=panel_id), 303)
    return render_template(
        "facilitators/register_caller.html",
        panel=panel,
        label=recruitment_label(panel),
        form=form,
        is_open=panel.state is PanelState.OPEN,
        about=about_panel(panel, hosts_of(panel.programme_id)),
    )


def _field(step: Step) -> str:
    return "question_" + step.key.replace("-", "_")


def _where(steps: list[Step]) -> Step | None:
    return next((step for step in steps if step.key == WHERE), None)


def _form(panel: PanelRow, steps: list[Step], told: Mapping[str, str]) -> Any:
    """All questions on one page. What was told before is not shown here, but can be kept."""
    fields: dict[str, Any] = {}
    for step in steps:
        if step.key != WHERE:
            before = step.features[0].accepts(told.get(step.key, ""))
            fields[_field(step)] = RadiosField(
                step.title,
                hint=step.why,
                choices=[
                    *([Choice(BEFORE, _("What they told us before"))] if before else []),
                    *choices_of(panel, step.features[0]),
                ],
                missing=_("Choose an answer to “%(question)s”", question=step.title),
            )
    where = _where(steps)
    bases = (WhereForm, SupportForm) if where else (SupportForm,)
    form = type("AnswersForm", bases, fields)()
    if where:
        limit_where(form, panel, where)
    return form


@facilitators.route("/panels/<panel_id>/registrations/<registration_id>", methods=["GET", "POST"])
@staff_only(*HELPERS)
def caller_registration(panel_id: str, registration_id: str) -> str | Response:
    """All questions on one page, to be read out and answered on the telephone."""
    panel = _panel(panel_id)
    resident_id, row = registered.find_registration(panel.id, registration_id) or abort(404)
    steps = steps_of(questions_of(panel.id))
    told = {**registered.questions_for(panel.id, resident_id).known, **row.answers}
    form = _form(panel, steps, told)
    if form.validate_on_submit():
        try:
            if _kept(panel, resident_id, steps, form, row, told):
                address = url_for(
                    "facilitators.caller_receipt",
                    panel_id=panel_id,
                    registration_id=registration_id,
                )
                return redirect(address, 303)
        except RegistrationClosed:
            return redirect(url_for("facilitators.register_caller", panel_id=panel_id), 303)
    where = _where(steps)
    return render_template(
        "facilitators/caller_registration.html",
        panel=panel,
        label=recruitment_label(panel),
        form=form,
        questions=[form[_field(step)] for step in steps if step.key != WHERE],
        where=where,
        where_told=bool(where and where.answered(row.answers)),
        row=row,
        is_open=panel.state is PanelState.OPEN,
        consent=consent_words(panel),
        effect=effect_words(panel),
        support_consent=support_consent(),
    )


def _kept(
    panel: PanelRow,
    resident_id: int,
    steps: list[Step],
    form: Any,
    row: RegistrationRow,
    told: Mapping[str, str],
) -> bool:
    """Keep all answers and send them; whether that was possible."""
    where = _where(steps)
    place = None
    if where and (tells_where(form) or not where.answered(row.answers)):
        place = where_told(form)
        if place is None:
            return False
    given = {step.key: form[_field(step)].data for step in steps if step.key != WHERE}
    words = {step.key: shown_words(step, panel) for step in steps}
    try:
        joining.answer_by_phone(
            panel.public_id,
            resident_id,
            {key: told[key] if value == BEFORE else value for key, value in given.items()},
            place,
            support_told(form),
            {**words, joining.SUPPORT: support_consent()},
        )
    except NotAChoice:
        refuse_where(form)
        return False
    return True


@facilitators.get("/panels/<panel_id>/registrations/<registration_id>/receipt")
@staff_only(*HELPERS)
def caller_receipt(panel_id: str, registration_id: str) -> str | Response:
    """The reference, to be read out, and what to say about what happens next."""
    panel = _panel(panel_id)
    _, row = registered.find_registration(panel.id, registration_id) or abort(404)
    if not row.stands:
        return _to_form(panel_id, registration_id)
    return render_template(
        "facilitators/caller_receipt.html", panel=panel, label=recruitment_label(panel), row=row
    )


@facilitators.route("/residents/<public_id>/panels", methods=["GET", "POST"])
@staff_only(*HELPERS, everywhere=True)
def resident_panels(public_id: str) -> str | Response:
    """Begin for a resident who is known here already."""
    resident = find_resident(public_id) or abort(404)
    form = PanelForm()
    form.panel.choices = [
        Choice(one.public_id, one.title, one.programme) for one in open_panels(_visible())
    ]
    if form.validate_on_submit():
        try:
            begun = joining.begin_for_resident(_visible(), form.panel.data, public_id)
            return _to_form(form.panel.data, begun)
        except (UnknownPanel, UnknownResident):
            abort(404)
        except NotInvited:
            form.refuse(
                "panel", _("This person has no letter for this panel. Ask for the letter’s number")
            )
        except RegistrationClosed:
            form.refuse("panel", _("Registration for this panel has closed"))
    return render_template("facilitators/resident_panels.html", resident=resident, form=form)
