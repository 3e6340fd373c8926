"""Signing in: password first, then the code from the app, which is linked at the first time."""

from __future__ import annotations

import segno
from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response

from engagement.accounts import credentials, service
from engagement.accounts.errors import CodeNotRight, SignInRefused, TokenRefused
from engagement.accounts.rules import Principal, Role
from engagement.web.access import anyone, staff_only
from engagement.web.kit import EmailField, KitForm, PasswordField, TextField
from engagement.web.staff.door import staff
from engagement.web.throttling import limit_account, limit_network, remember_device
from engagement.web.visits import (
    current_partnership,
    page_after_sign_in,
    require_principal,
    sign_in,
)

STEP = "second_step"
ACCOUNT = "account"


class PasswordForm(KitForm):
    """E-mail address and password."""

    email = EmailField(
        _l("E-mail address"), missing=_l("Enter your e-mail address"), autocomplete="username"
    )
    password = PasswordField(_l("Password"), missing=_l("Enter your password"))


class CodeForm(KitForm):
    """A code from the authenticator app, or a recovery code."""

    code = TextField(
        _l("Enter the code from your app"),
        missing=_l("Enter the code from your app"),
        autocomplete="one-time-code",
        spellcheck=False,
        max_length=20,
        width=10,
    )


@staff.route("/sign-in", methods=["GET", "POST"])
@anyone
@limit_network
def enter_password() -> str | Response:
    """The first step."""
    form = PasswordForm()
    if form.validate_on_submit():
        limit_account(form.email.data)
        try:
            session[STEP] = service.check_password(form.email.data, form.password.data)
        except SignInRefused:
            form.refuse("email", _("Check your e-mail address and password: they do not match"))
        else:
            session[ACCOUNT] = form.email.data
            return redirect(url_for("staff.enter_second_factor"), 303)
    return render_template("staff/sign_in.html", form=form)


@staff.route("/code", methods=["GET", "POST"])
@anyone
@limit_network
def enter_second_factor() -> str | Response:
    """The second step; the first time, linking the app."""
    token = session.get(STEP)
    if token is None:
        return _too_late()
    try:
        enrolment = service.begin_enrolment(token)
    except TokenRefused:
        return _too_late()
    form = CodeForm()
    if form.validate_on_submit():
        limit_account(session[ACCOUNT])
        try:
            return _finish(token, form.code.data, enrolment is not None)
        except CodeNotRight:
            form.refuse(
                "code", _("This code is not right, or was used already. Wait for the next one")
            )
        except TokenRefused:
            return _too_late()
    if enrolment is None:
        return render_template("staff/code.html", form=form)
    uri = credentials.totp_uri(enrolment.secret, enrolment.email, current_partnership().name)
    return render_template(
        "staff/link_app.html",
        form=form,
        secret=_in_groups(enrolment.secret),
        uri=uri,
        qr=_qr_code(uri),
    )


def _finish(token: str, code: str, first_time: bool) -> str | Response:
    account = session[ACCOUNT]
    if not first_time:
        sign_in(service.check_second_factor(token, code))
        target = page_after_sign_in(url_for("staff.home"))
        return remember_device(redirect(target, 303), account)
    session_token, codes = service.confirm_enrolment(token, code)
    sign_in(session_token)
    page = render_template("staff/recovery_codes.html", codes=codes)
    return remember_device(Response(page, mimetype="text/html"), account)


def _too_late() -> Response:
    flash(_("That took too long. Please sign in again from the start."))
    return redirect(url_for("staff.enter_password"), 303)


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _qr_code(uri: str) -> Markup:
    # Plain attributes only: the content security policy allows no style attribute.
    return Markup(segno.make(uri, micro=False).svg_inline(scale=5, omitsize=False, svgclass=None))  # noqa: S704 - the library's own SVG of data that we made


@staff.get("/")
@staff_only()
def home() -> str | Response:
    """The door that this person's role opens."""
    principal = require_principal()
    endpoint = door_of(principal)
    return redirect(url_for(endpoint), 303) if endpoint else render_template("staff/no_role.html")


def door_of(principal: Principal) -> str | None:
    """The first page of the door that somebody works behind most."""
    if principal.has_role(Role.FACILITATOR, Role.PHONE_OPERATOR, Role.SAFEGUARDING_LEAD):
        return "facilitators.home"
    if principal.has_role(Role.OFFICER, Role.BOARD_MEMBER):
        return "officers.home"
    if principal.has_role(Role.ADMINISTRATOR):
        return "admin.home"
    if principal.has_role(Role.AUDITOR):
        return "facilitators.audits"
    return None
