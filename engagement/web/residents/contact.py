"""How to reach a resident: only what they want to give."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.people.queries import own_details
from engagement.people.rules import ContactBy
from engagement.people.service import change_own_details
from engagement.web.access import residents_only
from engagement.web.kit import (
    Choice,
    EmailField,
    KitForm,
    RadiosField,
    TelephoneField,
    TextareaField,
    TextField,
)
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal

CONTACT_CHOICES = [
    Choice(ContactBy.POST.value, _l("By post")),
    Choice(ContactBy.PHONE.value, _l("By telephone")),
    Choice(ContactBy.EMAIL.value, _l("By e-mail")),
    Choice(ContactBy.NOBODY.value, _l("Do not contact me")),
]


class DetailsForm(KitForm):
    """Name and ways to be reached; nothing is required but what the chosen way needs."""

    name = TextField(_l("Your name"), hint=_l("Or what we may call you"), autocomplete="name")
    contact_by = RadiosField(
        _l("How may we contact you?"),
        choices=CONTACT_CHOICES,
        missing=_l("Choose how we may contact you, or that we may not"),
    )
    email = EmailField(_l("E-mail address"))
    phone = TelephoneField(_l("Telephone number"))
    address = TextareaField(_l("Address"), autocomplete="street-address", lines=4, max_length=500)

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


@residents.route("/contact", methods=["GET", "POST"])
@residents_only
def contact() -> str | Response:
    """Change how to be reached."""
    principal = require_principal()
    form = DetailsForm(obj=own_details(principal.id))
    if form.validate_on_submit():
        change_own_details(
            principal.id,
            name=form.name.data,
            email=form.email.data,
            phone=form.phone.data,
            address=form.address.data,
            contact_by=ContactBy(form.contact_by.data),
        )
        flash(_("We have saved how to contact you."), "success")
        return redirect(url_for("residents.home"), 303)
    return render_template("residents/contact.html", form=form)
