"""The organisations that work with the partnership."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.partnerships.errors import OrganisationThere
from engagement.partnerships.queries import list_organisations
from engagement.partnerships.rules import OrganisationKind
from engagement.partnerships.service import add_organisation
from engagement.web.access import staff_only
from engagement.web.admin.door import admin
from engagement.web.kit import Column, KitForm, SelectField, Table, TextField

KIND_TEXT = {
    OrganisationKind.HEALTHWATCH: _l("Healthwatch"),
    OrganisationKind.RESIDENT_LED: _l("Group led by residents"),
    OrganisationKind.CHARITY: _l("Charity or social enterprise"),
    OrganisationKind.COUNCIL: _l("Council"),
    OrganisationKind.NHS: _l("NHS body"),
    OrganisationKind.OTHER: _l("Other"),
}


class OrganisationForm(KitForm):
    """An organisation to add."""

    name = TextField(_l("Name"), missing=_l("Enter the name of the organisation"), max_length=200)
    kind = SelectField(
        _l("What it is"),
        missing=_l("Choose what it is"),
        choices=[(kind.value, text) for kind, text in KIND_TEXT.items()],
    )


@admin.route("/organisations", methods=["GET", "POST"])
@staff_only(Role.ADMINISTRATOR)
def organisations() -> str | Response:
    """All organisations; the form adds one."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            add_organisation(form.name.data, OrganisationKind(form.kind.data))
        except OrganisationThere:
            form.refuse("name", _("An organisation of this name is there already"))
        else:
            flash(_("The organisation has been added."), "success")
            return redirect(url_for("admin.organisations"), 303)
    table = Table(
        caption=_("Organisations"),
        caption_hidden=True,
        columns=[Column(_("Name")), Column(_("What it is"))],
        rows=[[one.name, KIND_TEXT[one.kind]] for one in list_organisations()],
        empty=_("No organisation has been added yet."),
    )
    return render_template("admin/organisations.html", form=form, table=table)
