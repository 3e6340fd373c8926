"""Opening an account by the link of an invitation."""

from __future__ import annotations

from flask import redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from engagement.accounts import service
from engagement.accounts.errors import TokenRefused
from engagement.web.access import anyone
from engagement.web.staff.door import staff
from engagement.web.staff.passwords import NewPasswordForm
from engagement.web.staff.sign_in import ACCOUNT, STEP
from engagement.web.throttling import limit_network


@staff.route("/invitation/<token>", methods=["GET", "POST"])
@anyone
@limit_network
def invitation(token: str) -> str | tuple[str, int] | Response:
    """Choose a password; the link is used up by sending the form, not by opening the page."""
    form = NewPasswordForm()
    try:
        email, name = service.look_at_invitation(token)

        def keep(password: str) -> None:
            session[STEP] = service.accept_invitation(token, password)
            session[ACCOUNT] = email

        if form.validate_on_submit() and form.accepts(keep):
            return redirect(url_for("staff.enter_second_factor"), 303)
    except TokenRefused:
        return render_template("staff/link_refused.html"), 404
    return render_template("staff/invitation.html", form=form, email=email, name=name)
