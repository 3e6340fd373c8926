"""Programmes, as officers open, plan, publish and close them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.partnerships.queries import list_organisations
from engagement.programmes import service
from engagement.programmes.errors import NotReady, UnknownProgramme
from engagement.programmes.queries import (
    ProgrammeName,
    ProgrammeRow,
    activities_of,
    find_name,
    find_programme,
)
from engagement.programmes.rules import Remit, Taking, Topic, checks_of, may_change_remit
from engagement.prompts.queries import wordings_in
from engagement.prompts.rules import WordingFormat
from engagement.web.access import staff_only
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    DateField,
    EmailField,
    KitForm,
    SelectField,
    TelephoneField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.officers.door import officers
from engagement.web.officers.home import READERS
from engagement.web.visits import require_principal
from engagement.web.words import KIND_TEXT, STATUS_COLOUR, STATUS_TEXT, TOPIC_TEXT

# Where each line of the list of what a programme needs is mended.
MENDED_AT = {
    "question": "officers.change_remit",
    "can_change": "officers.change_remit",
    "cannot_change": "officers.change_remit",
    "decision": "officers.change_remit",
    "contact": "officers.change_taking",
    "offline_routes": "officers.change_taking",
    "support": "officers.change_taking",
    "areas": "officers.change_places",
    "groups": "officers.change_places",
    "existing": "officers.change_existing",
}


class NewProgrammeForm(KitForm):
    """What a programme is called and asks."""

    name = TextField(_l("Name"), missing=_l("Enter a name for the programme"), max_length=200)
    question = TextareaField(
        _l("Question"),
        missing=_l("Enter the question that residents will help to answer"),
        hint=_l("One question, in plain words, that residents can answer from their own lives."),
        max_length=1000,
    )


class RemitForm(KitForm):
    """What is asked, what the answer can change, what is decided when."""

    question = TextareaField(
        _l("Question"),
        missing=_l("Enter the question that residents will help to answer"),
        hint=_l("One question, in plain words, that residents can answer from their own lives."),
        max_length=1000,
    )
    can_change = TextareaField(
        _l("What can change because of the answers"),
        hint=_l("Residents see this before they take part."),
        max_length=2000,
    )
    cannot_change = TextareaField(
        _l("What cannot change"),
        hint=_l("Say it now, with the reason, rather than after people have given their time."),
        max_length=2000,
    )
    decision = TextareaField(_l("What is decided, and by whom"), lines=3, max_length=1000)
    decision_on = DateField(_l("When it is decided"), subject=_l("The date of the decision"))


class TakingForm(KitForm):
    """How people find a programme, take part and reach somebody."""

    name = TextField(_l("Name"), missing=_l("Enter a name for the programme"), max_length=200)
    topic = SelectField(
        _l("Topic"),
        missing=_l("Choose a topic"),
        choices=[(topic.value, TOPIC_TEXT[topic]) for topic in Topic],
    )
    offline_routes = TextareaField(
        _l("How to take part without the internet"),
        hint=_l("Where to call, write or come, and when. It cannot be published without this."),
        max_length=2000,
    )
    contact_phone = TelephoneField(_l("Telephone number for questions"), autocomplete="off")
    contact_email = EmailField(_l("E-mail address for questions"), autocomplete="off")
    contact_address = TextareaField(_l("Postal address for questions"), lines=4, max_length=500)
    payment = TextareaField(
        _l("Payment and costs"),
        hint=_l("What people are paid for their time, and which costs you pay, such as fares."),
        lines=3,
        max_length=1000,
    )
    support = TextareaField(
        _l("Support"),
        hint=_l("Such as an interpreter, a sitter, a lift, large print, a quiet room."),
        lines=3,
        max_length=1000,
    )
    most_per_person = WholeNumberField(
        _l("Most contributions from one person in an activity"),
        hint=_l("So that a few do not speak for all. Leave it empty for no limit."),
        least=1,
        most=1000,
        width=5,
    )


class PlacesForm(KitForm):
    """Where a programme is, and whom it must hear."""

    areas = TextareaField(
        _l("Areas"),
        hint=_l(
            "One on each line: a council, a ward, the whole partnership’s area, or a neighbourhood"
            " in people’s own words."
        ),
        max_length=5000,
    )
    groups = TextareaField(
        _l("Groups that it must hear"),
        hint=_l("One on each line: who is served worst now, and whom have you not yet reached?"),
        max_length=5000,
    )


class ExistingForm(KitForm):
    """What exists already."""

    existing = TextareaField(
        _l("Groups, forums and earlier work"),
        hint=_l(
            "One on each line: patient groups, residents’ groups, Healthwatch reports, forums"
            " that have asked about this before."
        ),
        lines=8,
        max_length=10000,
    )
    confirmed = CheckboxesField(
        _l("Is the list complete?"),
        choices=[Choice("yes", _l("Yes, we have asked around and this is what exists"))],
    )


class ConvenorsForm(KitForm):
    """Who convenes together with the lead."""

    organisations = CheckboxesField(
        _l("Organisations that convene it with you"),
        hint=_l("An administrator adds organisations to the list."),
    )


def editable(public_id: str) -> ProgrammeRow:
    """The programme, where its reader is an officer of it; otherwise there is no such page."""
    return find_programme(require_principal().programmes_with(Role.OFFICER), public_id) or abort(
        404
    )


def named(public_id: str) -> ProgrammeName:
    """The name of a programme, where its reader is an officer of it."""
    return find_name(require_principal().programmes_with(Role.OFFICER), public_id) or abort(404)


def readable(public_id: str) -> tuple[ProgrammeName, bool]:
    """The name of a programme that somebody may read, and whether they may change it."""
    principal = require_principal()
    found = find_name(principal.programmes_with(*READERS), public_id) or abort(404)
    own = principal.programmes_with(Role.OFFICER)
    return found, own is None or found.id in own


@officers.route("/programmes/new", methods=["GET", "POST"])
@staff_only(Role.OFFICER, everywhere=True, guests=True)
def new_programme() -> str | Response:
    """Open a programme; who belongs to another organisation opens it for that one to lead."""
    form = NewProgrammeForm()
    if form.validate_on_submit():
        principal = require_principal()
        public_id = service.open_programme(
            form.name.data, form.question.data, principal.public_id, principal.organisation_id
        )
        flash(
            _("The programme is there. Nobody but staff sees it until you publish it."), "success"
        )
        return redirect(url_for("officers.programme", public_id=public_id), 303)
    return render_template("officers/new_programme.html", form=form)


@officers.get("/programmes/<public_id>")
@staff_only(*READERS)
def programme(public_id: str) -> str:
    """One programme."""
    principal = require_principal()
    found = find_programme(principal.programmes_with(*READERS), public_id) or abort(404)
    own = principal.programmes_with(Role.OFFICER)
    may_edit = own is None or found.id in own
    leads = may_change_remit(principal.organisation_id, found.lead_organisation_id)
    return render_template(
        "officers/programme.html",
        programme=found,
        activities=activities_of(found.id),
        may_edit=may_edit,
        leads=leads,
        tasks=_tasks(found, may_edit, leads),
        formats=_formats(found, may_edit),
        status_text=STATUS_TEXT,
        status_colour=STATUS_COLOUR,
        kind_text=KIND_TEXT,
    )


def _tasks(found: ProgrammeRow, may_edit: bool, leads: bool) -> list[dict[str, Any]]:
    """What the programme needs, as the task list takes it."""
    items = []
    for check in checks_of(found.planned):
        endpoint = MENDED_AT[check.key]
        reachable = may_edit and (leads or endpoint != "officers.change_remit")
        status: dict[str, Any] = {"text": _("Complete")}
        if not check.done:
            text, colour = (
                (_("Needed to publish"), "orange") if check.needed else (_("Incomplete"), "grey")
            )
            status = {"tag": {"text": text, "colour": colour}}
        items.append(
            {
                "title": {"text": _(check.text)},
                "href": url_for(endpoint, public_id=found.public_id) if reachable else None,
                "status": status,
            }
        )
    return items


def _formats(found: ProgrammeRow, may_edit: bool) -> dict[str, Any]:
    """How many formats and languages its activities lack, as the task list takes it; it can be
    published without them."""
    missing = sum(len(WordingFormat) - len(one.formats) for one in wordings_in(found.id))
    status: dict[str, Any] = {"text": _("Complete")}
    if missing:
        text = ngettext("%(num)d missing", "%(num)d missing", missing)
        status = {"tag": {"text": text, "colour": "grey"}}
    return {
        "title": {"text": _("Easy read, large print, BSL and translations")},
        "href": url_for("facilitators.equality", public_id=found.public_id) if may_edit else None,
        "status": status,
    }


def _changed(public_id: str, change: Callable[..., None], *arguments: Any, **more: Any) -> Response:
    """Make a change of a programme and go back to its page."""
    visible = require_principal().programmes_with(Role.OFFICER)
    try:
        change(visible, public_id, *arguments, **more)
    except UnknownProgramme:
        abort(404)
    flash(_("The programme has been changed."), "success")
    return redirect(url_for("officers.programme", public_id=public_id), 303)


def form_page(heading: Any, found: ProgrammeRow, form: KitForm) -> str:
    """A page that is one form about a programme."""
    return render_template(
        "officers/change_programme.html", heading=heading, programme=found, form=form
    )


@officers.route("/programmes/<public_id>/remit", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def change_remit(public_id: str) -> str | Response:
    """Change the question; only who leads the programme may."""
    found = editable(public_id)
    own = require_principal().organisation_id
    if not may_change_remit(own, found.lead_organisation_id):
        abort(404)
    form = RemitForm(obj=found.remit)
    if form.validate_on_submit():
        remit = Remit(**{name: form[name].data for name in Remit.__dataclass_fields__})
        return _changed(public_id, service.change_remit, remit, organisation=own)
    return form_page(_("What is asked, and what can change"), found, form)


@officers.route("/programmes/<public_id>/taking-part", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def change_taking(public_id: str) -> str | Response:
    """Change how people find the programme and take part."""
    found = editable(public_id)
    form = TakingForm(obj=found.taking)
    if form.validate_on_submit():
        given = {name: form[name].data for name in Taking.__dataclass_fields__}
        return _changed(
            public_id, service.change_taking, Taking(**{**given, "topic": Topic(given["topic"])})
        )
    return form_page(_("How people take part"), found, form)


@officers.route("/programmes/<public_id>/places", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def change_places(public_id: str) -> str | Response:
    """Change where the programme is and whom it must hear."""
    found = editable(public_id)
    form = PlacesForm(
        data={
            "areas": "\n".join(area.name for area in found.areas),
            "groups": "\n".join(found.groups),
        }
    )
    if form.validate_on_submit():
        return _changed(
            public_id,
            service.set_places,
            form.areas.data.splitlines(),
            form.groups.data.splitlines(),
        )
    return form_page(_("Where it is, and whom it must hear"), found, form)


@officers.route("/programmes/<public_id>/existing", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def change_existing(public_id: str) -> str | Response:
    """List what exists already."""
    found = editable(public_id)
    confirmed = found.existing_confirmed_at is not None
    form = ExistingForm(
        data={
            "existing": "\n".join(found.existing),
            "confirmed": ["yes"] if confirmed else [],
        }
    )
    if form.validate_on_submit():
        return _changed(
            public_id,
            service.set_existing,
            form.existing.data.splitlines(),
            confirmed="yes" in form.confirmed.data,
        )
    return form_page(_("What exists already"), found, form)


@officers.route("/programmes/<public_id>/convenors", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def change_convenors(public_id: str) -> str | Response:
    """Say who convenes it together with the lead."""
    found = editable(public_id)
    offered = [one for one in list_organisations() if one.id != found.lead_organisation_id]
    form = ConvenorsForm(
        data={"organisations": [one.public_id for one in offered if one.name in found.convenors]}
    )
    form.organisations.choices = [(one.public_id, one.name) for one in offered]
    if form.validate_on_submit():
        return _changed(public_id, service.set_convenors, form.organisations.data)
    return form_page(_("Who convenes it"), found, form)


@officers.post("/programmes/<public_id>/publish")
@staff_only(Role.OFFICER)
def publish_programme(public_id: str) -> Response:
    """Show the programme to everyone."""
    editable(public_id)
    visible = require_principal().programmes_with(Role.OFFICER)
    try:
        service.publish_programme(visible, public_id)
    except NotReady as error:
        lacking = ", ".join(str(_(text)) for text in error.missing)
        flash(_("It cannot be published yet. Still needed: %(what)s.", what=lacking))
    else:
        flash(_("The programme is published: everyone can see it now."), "success")
    return redirect(url_for("officers.programme", public_id=public_id), 303)


@officers.post("/programmes/<public_id>/close")
@staff_only(Role.OFFICER)
def close_programme(public_id: str) -> Response:
    """Say that the programme asks no more."""
    editable(public_id)
    return _changed(public_id, service.close_programme)


@officers.post("/programmes/<public_id>/open-again")
@staff_only(Role.OFFICER)
def open_programme_again(public_id: str) -> Response:
    """Take the closing back."""
    editable(public_id)
    return _changed(public_id, service.open_programme_again)


@officers.post("/programmes/<public_id>/invite-partnership")
@staff_only(Role.OFFICER)
def invite_partnership(public_id: str) -> Response:
    """Invite the partnership as a guest into a programme that an organisation leads."""
    found = editable(public_id)
    own = require_principal().organisation_id
    if not may_change_remit(own, found.lead_organisation_id):
        abort(404)
    return _changed(public_id, service.invite_partnership)
