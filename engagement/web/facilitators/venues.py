"""Venues: where sessions are held, what helps people there, and what it costs."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.assets.errors import VenueExists
from engagement.assets.queries import find_venue
from engagement.assets.queries import venues as all_venues
from engagement.assets.rules import StepFree, VenuePlan
from engagement.assets.service import add_venue, change_venue
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    Column,
    KitForm,
    Link,
    PoundsField,
    RadiosField,
    Table,
    TextareaField,
    TextField,
)
from engagement.web.panel_payments import pounds
from engagement.web.session_words import STEP_FREE_TEXT


class VenueForm(KitForm):
    """A venue."""

    name = TextField(_l("Name"), missing=_l("Enter the name of the venue"), max_length=200)
    address = TextareaField(
        _l("Address"),
        missing=_l("Enter the address"),
        hint=_l("With its postcode."),
        lines=3,
        max_length=500,
    )
    step_free = RadiosField(
        _l("Can somebody who cannot climb steps come in and get about?"),
        missing=_l("Choose how far it is step-free"),
        choices=[(one.value, STEP_FREE_TEXT[one]) for one in StepFree],
    )
    hearing_loop = RadiosField(
        _l("Is there a hearing loop?"),
        missing=_l("Choose yes or no"),
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
    )
    cost = PoundsField(
        _l("Cost of a session in pounds (optional)"),
        hint=_l("What it costs to hire for a session. Enter 0 if it is free."),
        most=50_000,
    )
    opening = TextField(
        _l("Opening times (optional)"),
        hint=_l("Such as: Monday to Friday, 9:00 to 21:00."),
        max_length=300,
    )
    about = TextareaField(
        _l("What people should know (optional)"),
        hint=_l("Parking, the nearest stop, toilets, a quiet room. Residents see it."),
        lines=4,
        max_length=1000,
    )
    closed = CheckboxesField(
        _l("Is it still used?"),
        choices=[Choice("closed", _l("No: hold no new sessions here"))],
    )

    def plan(self) -> VenuePlan:
        """What was filled in."""
        return VenuePlan(
            self.name.data,
            self.address.data,
            StepFree(self.step_free.data or StepFree.NONE),
            self.hearing_loop.data == "yes",
            self.cost.data,
            self.opening.data,
            self.about.data,
        )

    def refuse_name(self) -> None:
        """Say that there is one of this name."""
        self.refuse("name", _("There is a venue of this name. Choose another name"))


@facilitators.get("/venues")
@staff_only(*RECRUITERS)
def venues() -> str:
    """Every venue of the partnership."""
    table = Table(
        caption=_("Venues"),
        caption_hidden=True,
        columns=[
            Column(_("Venue")),
            Column(_("Getting in")),
            Column(_("Hearing loop")),
            Column(_("Cost"), numeric=True),
            Column(_("Opening times")),
        ],
        rows=[
            [
                Link(one.name, url_for("facilitators.venue", venue_id=one.public_id)),
                _("No longer used") if one.closed_at else STEP_FREE_TEXT[one.step_free],
                _("Yes") if one.hearing_loop else _("No"),
                None if one.cost_pence is None else pounds(one.cost_pence),
                one.opening,
            ]
            for one in all_venues()
        ],
        name="venues",
        empty=_("No venue has been added yet."),
    )
    return render_template("facilitators/venues.html", table=table)


@facilitators.route("/venues/new", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def new_venue() -> str | Response:
    """Add a venue."""
    form = VenueForm()
    del form.closed
    if form.validate_on_submit():
        try:
            add_venue(form.plan())
        except VenueExists:
            form.refuse_name()
        else:
            flash(_("The venue is added. Sessions can be held there."), "success")
            return redirect(url_for("facilitators.venues"), 303)
    return one_form(form, _("A new venue"), _("Add the venue"), back=url_for("facilitators.venues"))


@facilitators.route("/venues/<venue_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def venue(venue_id: str) -> str | Response:
    """Change what is said of a venue."""
    found = find_venue(venue_id) or abort(404)
    form = VenueForm(
        data={
            "name": found.name,
            "address": found.address,
            "step_free": found.step_free.value,
            "hearing_loop": "yes" if found.hearing_loop else "no",
            "cost": found.cost_pence,
            "opening": found.opening,
            "about": found.about,
            "closed": ["closed"] if found.closed_at else [],
        }
    )
    if form.validate_on_submit():
        try:
            change_venue(venue_id, form.plan(), closed=bool(form.closed.data))
        except VenueExists:
            form.refuse_name()
        else:
            flash(_("Your changes are saved."), "success")
            return redirect(url_for("facilitators.venues"), 303)
    back = url_for("facilitators.venues")
    return one_form(form, found.name, _("Save"), back=back, caption=_("Venue"))
