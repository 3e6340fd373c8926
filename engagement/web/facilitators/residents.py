"""Residents, as those see them who help them in: by phone, at a door, in a hall."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.people import service
from engagement.people.errors import UnknownResident
from engagement.people.queries import ResidentRow, find_resident, list_residents
from engagement.people.rules import ContactBy
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.kit import (
    Choice,
    Column,
    EmailField,
    KitForm,
    Link,
    Page,
    RadiosField,
    Table,
    TelephoneField,
    TextareaField,
    TextField,
    WholeNumberField,
    page_number,
)
from engagement.web.visits import entry_address

# Whose pages residents' names are: one's role must hold in the whole partnership.
HELPERS = (Role.FACILITATOR, Role.PHONE_OPERATOR)
PAGE_SIZE = 200
MOST_LETTERS = 1_000

CONTACT_TEXT = {
    ContactBy.POST: _l("By post"),
    ContactBy.PHONE: _l("By telephone"),
    ContactBy.EMAIL: _l("By e-mail"),
    ContactBy.NOBODY: _l("No contact"),
}


class ResidentForm(KitForm):
    """Somebody who came by phone or in person."""

    name = TextField(
        _l("Name"), missing=_l("Enter their name, or what we may call them"), autocomplete="off"
    )
    contact_by = RadiosField(
        _l("How may we contact them?"),
        choices=[Choice(way.value, text) for way, text in CONTACT_TEXT.items()],
        missing=_l("Choose how we may contact them, or that we may not"),
    )
    phone = TelephoneField(_l("Telephone number"), autocomplete="off")
    email = EmailField(_l("E-mail address"), autocomplete="off")
    address = TextareaField(_l("Address"), lines=4, max_length=500)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the chosen way of contact needs."""
        valid = bool(super().validate(extra_validators))
        needed = {
            ContactBy.EMAIL: ("email", _("Enter the e-mail address that we may write to")),
            ContactBy.PHONE: ("phone", _("Enter the telephone number that we may call")),
            ContactBy.POST: ("address", _("Enter the address that we may write to")),
        }
        if self.contact_by.data and not self.contact_by.errors:
            field, problem = needed.get(ContactBy(self.contact_by.data), (None, ""))
            if field and not self[field].data and not self[field].errors:
                self.refuse(field, problem)
                return False
        return valid


class LettersForm(KitForm):
    """How many codes for letters."""

    count = WholeNumberField(
        _l("How many codes?"),
        missing=_l("Enter how many codes you need"),
        hint=_l("One for each letter. Every adult of a household can begin with the same code."),
        least=1,
        most=MOST_LETTERS,
    )


@facilitators.get("/residents")
@staff_only(*HELPERS, everywhere=True)
def residents() -> str:
    """All residents, or those that match a search."""
    number = page_number(request.args.get("page"))
    rows, total = list_residents(number, PAGE_SIZE)
    page = Page(rows, number, PAGE_SIZE, total)
    return render_template(
        "facilitators/residents.html", page=page, table=list_of_residents(page), search=""
    )


@facilitators.post("/residents")
@staff_only(*HELPERS, everywhere=True)
def search_residents() -> str | Response:
    """A search is posted: what somebody is called has no place in an address."""
    search = request.form.get("search", "").replace("\0", "").strip()[:200]
    if not search:
        return redirect(url_for("facilitators.residents"), 303)
    rows, total = list_residents(1, PAGE_SIZE, search)
    page = Page(rows, 1, max(PAGE_SIZE, total), total)
    return render_template(
        "facilitators/residents.html",
        page=page,
        table=list_of_residents(page, _("Nobody matches. Try part of the name, or the number.")),
        search=search,
    )


def list_of_residents(page: Page[ResidentRow], empty: str = "") -> Table:
    """The table of one page of residents."""
    return Table(
        caption=_("Residents"),
        caption_hidden=True,
        columns=[
            Column(_("Name")),
            Column(_("Contact")),
            Column(_("E-mail")),
            Column(_("Telephone")),
            Column(_("Own code")),
        ],
        rows=[
            [
                Link(
                    row.name or _("No name given"),
                    url_for("facilitators.resident", public_id=row.public_id),
                ),
                CONTACT_TEXT[row.contact_by],
                row.email,
                row.phone,
                _("Yes") if row.has_code else _("No"),
            ]
            for row in page.items
        ],
        empty=empty or _("Nobody has been added yet."),
    )


@facilitators.route("/residents/new", methods=["GET", "POST"])
@staff_only(*HELPERS, everywhere=True)
def add_resident() -> str | Response:
    """Add somebody."""
    form = ResidentForm()
    if form.validate_on_submit():
        public_id = service.add_resident(
            form.name.data,
            email=form.email.data,
            phone=form.phone.data,
            address=form.address.data,
            contact_by=ContactBy(form.contact_by.data),
        )
        flash(_("Added. Give them a code, so that they can come in."), "success")
        return redirect(url_for("facilitators.resident", public_id=public_id), 303)
    return render_template("facilitators/add_resident.html", form=form)


@facilitators.get("/residents/<public_id>")
@staff_only(*HELPERS, everywhere=True)
def resident(public_id: str) -> str:
    """One resident."""
    return render_template(
        "facilitators/resident.html",
        resident=find_resident(public_id) or abort(404),
        contact_text=CONTACT_TEXT,
        code=None,
        entry_address="",
    )


@facilitators.post("/residents/<public_id>/code")
@staff_only(*HELPERS, everywhere=True)
def issue_code(public_id: str) -> str:
    """Give a resident a code of their own, shown this once; an earlier one stops working."""
    try:
        code = service.issue_member_code(public_id)
    except UnknownResident:
        abort(404)
    return render_template(
        "facilitators/resident.html",
        resident=find_resident(public_id) or abort(404),
        contact_text=CONTACT_TEXT,
        code=code,
        entry_address=entry_address(),
    )


@facilitators.post("/residents/<public_id>/revoke")
@staff_only(*HELPERS, everywhere=True)
def revoke_code(public_id: str) -> Response:
    """Make a resident's code useless."""
    try:
        service.revoke_member_code(public_id)
    except UnknownResident:
        abort(404)
    flash(_("The code no longer works."), "success")
    return redirect(url_for("facilitators.resident", public_id=public_id), 303)


@facilitators.route("/letters", methods=["GET", "POST"])
@staff_only(Role.FACILITATOR, everywhere=True)
def letters() -> str:
    """Make codes for letters; they are shown this once."""
    form = LettersForm()
    codes = service.issue_letter_codes(form.count.data) if form.validate_on_submit() else []
    return render_template(
        "facilitators/letters.html", form=form, codes=codes, entry_address=entry_address()
    )
