"""One's own account: password, recovery codes, signing out everywhere."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts import service
from engagement.accounts.errors import SignInRefused
from engagement.accounts.queries import recovery_codes_left
from engagement.accounts.sessions import Holder, end_all_sessions
from engagement.web.access import staff_only
from engagement.web.kit import KitForm, PasswordField
from engagement.web.staff.door import staff
from engagement.web.staff.passwords import NewPasswordForm, new_password_field
from engagement.web.throttling import limit_network
from engagement.web.visits import require_principal


class ConfirmForm(KitForm):
    """The password once more, before something that matters."""

    password = PasswordField(_l("Your present password"), missing=_l("Enter your present password"))


class ChangeForm(NewPasswordForm):
    """The old password and the new one."""

    password = PasswordField(_l("Your present password"), missing=_l("Enter your present password"))
    # Anew, so that its errors are listed after those of the field above it.
    new_password = new_password_field()


@staff.get("/account")
@staff_only()
def account() -> str:
    """What one can change about one's own account."""
    principal = require_principal()
    return render_template(
        "staff/account.html", me=principal, codes_left=recovery_codes_left(principal.id)
    )


@staff.route("/account/password", methods=["GET", "POST"])
@staff_only()
@limit_network
def change_password() -> str | Response:
    """Choose another password; every other session ends."""
    principal = require_principal()
    form = ChangeForm()
    if form.validate_on_submit():
        try:
            if form.accepts(
                lambda password: service.change_password(
                    principal.id, principal.session_id, form.password.data, password
                )
            ):
                flash(
                    _("Your password has been changed. You are signed out everywhere else."),
                    "success",
                )
                return redirect(url_for("staff.account"), 303)
        except SignInRefused:
            form.refuse("password", _("This is not your present password"))
    return render_template("staff/change_password.html", form=form)


@staff.route("/account/recovery-codes", methods=["GET", "POST"])
@staff_only()
@limit_network
def renew_recovery_codes() -> str | Response:
    """Get new recovery codes; the old ones stop working."""
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            codes = service.renew_recovery_codes(require_principal().id, form.password.data)
        except SignInRefused:
            form.refuse("password", _("This is not your present password"))
        else:
            return render_template("staff/recovery_codes.html", codes=codes)
    return render_template("staff/renew_recovery_codes.html", form=form)


@staff.post("/account/sign-out-elsewhere")
@staff_only()
def sign_out_elsewhere() -> Response:
    """End every other session of one's own."""
    principal = require_principal()
    end_all_sessions(Holder(principal.kind, principal.id), but=principal.session_id)
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("staff.account"), 303)
