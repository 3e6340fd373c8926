"""A new password by e-mail. Whether an address is known is told by nothing."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts import service
from engagement.accounts.errors import TokenRefused
from engagement.accounts.rules import TokenPurpose
from engagement.accounts.sessions import look_at_token
from engagement.messages.service import absolute_link
from engagement.web.access import anyone
from engagement.web.kit import EmailField, KitForm
from engagement.web.staff.door import staff
from engagement.web.staff.passwords import NewPasswordForm
from engagement.web.throttling import limit_account, limit_network
from engagement.web.visits import current_partnership


class ResetForm(KitForm):
    """Which account."""

    email = EmailField(
        _l("E-mail address"), missing=_l("Enter your e-mail address"), autocomplete="username"
    )


@staff.route("/reset", methods=["GET", "POST"])
@anyone
@limit_network
def ask_for_reset() -> str | Response:
    """Ask for the link."""
    form = ResetForm()
    if form.validate_on_submit():
        limit_account(form.email.data)
        slug = current_partnership().slug
        service.send_password_reset(
            form.email.data,
            lambda token: absolute_link("staff.reset", slug=slug, token=token),
        )
        return redirect(url_for("staff.reset_sent"), 303)
    return render_template("staff/ask_for_reset.html", form=form)


@staff.get("/reset-sent")
@anyone
def reset_sent() -> str:
    """The same words whoever asked."""
    return render_template("staff/reset_sent.html")


@staff.route("/reset/<token>", methods=["GET", "POST"])
@anyone
@limit_network
def reset(token: str) -> str | tuple[str, int] | Response:
    """Choose a new password; the second factor stays as it is."""
    form = NewPasswordForm()
    try:
        look_at_token(TokenPurpose.PASSWORD_RESET, token)
        if form.validate_on_submit() and form.accepts(
            lambda password: service.reset_password(token, password)
        ):
            flash(_("Your password has been changed. Sign in with it."), "success")
            return redirect(url_for("staff.enter_password"), 303)
    except TokenRefused:
        return render_template("staff/link_refused.html"), 404
    return render_template("staff/reset.html", form=form)
