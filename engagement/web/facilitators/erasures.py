"""Deleting everything about somebody who asks for it by telephone, by letter or in person."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.people.errors import UnknownResident
from engagement.people.queries import find_resident
from engagement.people.service import resident_key
from engagement.rights.erasure import erase_resident
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.residents import CONTACT_TEXT, HELPERS
from engagement.web.kit import Choice, KitForm, RadiosField


class EraseForm(KitForm):
    """How somebody asked; it stands in the list of every change."""

    asked = RadiosField(
        _l("How did they ask?"),
        choices=[
            Choice("by telephone", _l("By telephone")),
            Choice("by letter", _l("By letter or e-mail")),
            Choice("in person", _l("In person")),
        ],
        missing=_l("Choose how they asked"),
    )


@facilitators.route("/residents/<public_id>/erase", methods=["GET", "POST"])
@staff_only(*HELPERS, everywhere=True)
def erase(public_id: str) -> str | Response:
    """Delete everything about a resident."""
    resident = find_resident(public_id) or abort(404)
    form = EraseForm()
    if form.validate_on_submit():
        try:
            erase_resident(resident_key(public_id), asked=form.asked.data)
        except UnknownResident:  # erased by somebody else at the same moment
            abort(404)
        flash(_("Everything about them is deleted."), "success")
        return redirect(url_for("facilitators.residents"), 303)
    return render_template(
        "facilitators/erase.html", form=form, resident=resident, contact_text=CONTACT_TEXT
    )
