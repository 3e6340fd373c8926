"""Programmes, as officers open and edit them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.programmes.queries import find_programme
from engagement.programmes.service import create_programme, edit_programme
from engagement.web.access import staff_only
from engagement.web.kit import KitForm, TextareaField, TextField
from engagement.web.officers.door import officers
from engagement.web.officers.home import READERS
from engagement.web.visits import require_principal


class ProgrammeForm(KitForm):
    """What a programme is called and asks."""

    name = TextField(_l("Name"), missing=_l("Enter a name for the programme"), max_length=200)
    question = TextareaField(
        _l("Question"),
        missing=_l("Enter the question that residents will help to answer"),
        hint=_l("One question, in plain words, that residents can answer from their own lives."),
        max_length=1000,
    )


@officers.route("/programmes/new", methods=["GET", "POST"])
@staff_only(Role.OFFICER, everywhere=True)
def new_programme() -> str | Response:
    """Open a programme."""
    form = ProgrammeForm()
    if form.validate_on_submit():
        public_id = create_programme(form.name.data, form.question.data)
        flash(_("The programme has been opened."), "success")
        return redirect(url_for("officers.programme", public_id=public_id), 303)
    return render_template("officers/new_programme.html", form=form)


@officers.get("/programmes/<public_id>")
@staff_only(*READERS)
def programme(public_id: str) -> str:
    """One programme."""
    principal = require_principal()
    found = find_programme(principal.programmes_with(*READERS), public_id) or abort(404)
    editable = principal.programmes_with(Role.OFFICER)
    return render_template(
        "officers/programme.html",
        programme=found,
        may_edit=editable is None or found.id in editable,
    )


@officers.route("/programmes/<public_id>/edit", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def change_programme(public_id: str) -> str | Response:
    """Change a programme."""
    visible = require_principal().programmes_with(Role.OFFICER)
    found = find_programme(visible, public_id) or abort(404)
    form = ProgrammeForm(obj=found)
    if form.validate_on_submit():
        edit_programme(visible, public_id, form.name.data, form.question.data)
        flash(_("The programme has been changed."), "success")
        return redirect(url_for("officers.programme", public_id=public_id), 303)
    return render_template("officers/change_programme.html", form=form, programme=found)
