"""Coming in by a link sent to one's e-mail address."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.errors import TokenRefused
from engagement.messages.service import absolute_link
from engagement.people import service
from engagement.web.access import anyone
from engagement.web.kit import EmailField, KitForm
from engagement.web.residents.door import residents
from engagement.web.throttling import limit_account, limit_network
from engagement.web.visits import current_partnership, page_after_sign_in, sign_in


class LinkForm(KitForm):
    """Where to send the link."""

    email = EmailField(
        _l("What is your e-mail address?"),
        missing=_l("Enter your e-mail address"),
        hint=_l("We send you a link that works once, for 24 hours."),
    )


class ComeInForm(KitForm):
    """One button: so that a program that opens links to check them does not use this one up."""


@residents.route("/link", methods=["GET", "POST"])
@anyone
@limit_network
def ask_for_link() -> str | Response:
    """Ask for a link."""
    form = LinkForm()
    if form.validate_on_submit():
        limit_account(form.email.data)
        slug = current_partnership().slug
        service.send_link(
            form.email.data,
            lambda token: absolute_link("residents.use_link", slug=slug, token=token),
        )
        return redirect(url_for("residents.link_sent"), 303)
    return render_template("residents/ask_for_link.html", form=form)


@residents.get("/link-sent")
@anyone
def link_sent() -> str:
    """The same words whoever asked."""
    return render_template("residents/link_sent.html")


@residents.route("/link/<token>", methods=["GET", "POST"])
@anyone
@limit_network
def use_link(token: str) -> str | tuple[str, int] | Response:
    """Come in by the link: opening the page asks, sending the form enters."""
    form = ComeInForm()
    try:
        service.look_at_link(token)
        if form.validate_on_submit():
            sign_in(service.enter_with_link(token))
            return redirect(page_after_sign_in(url_for("residents.home")), 303)
    except TokenRefused:
        return render_template("residents/link_refused.html"), 404
    return render_template("residents/use_link.html", form=form)
