"""A panel as everyone sees it, and putting one's name forward without a letter."""

from __future__ import annotations

from flask import abort, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import PrincipalKind
from engagement.panels.errors import RegistrationClosed, UnknownPanel
from engagement.panels.joining import join_openly
from engagement.panels.queries import PanelRow, find_published_panel, hosts_of
from engagement.panels.rules import PanelState
from engagement.people.errors import ReturnWordTooShort
from engagement.people.rules import LONGEST_RETURN_WORD
from engagement.web.access import anyone
from engagement.web.kit import KitForm, TextField
from engagement.web.panel_pages import OWN_CODE, about_panel, recruitment_label
from engagement.web.public.door import public
from engagement.web.throttling import limit_network
from engagement.web.visits import current_principal, entry_address, sign_in


class JoinForm(KitForm):
    """The word that lets one back in."""

    return_word = TextField(
        _l("Choose a word to come back with"),
        missing=_l("Enter a word that you will remember"),
        hint=_l(
            "On the next page you get a code. With the code and your word you can come back to"
            " your answers. Choose one that you will remember, with 4 letters or more."
        ),
        autocomplete="off",
        spellcheck=False,
        max_length=LONGEST_RETURN_WORD,
        width=20,
    )


def _panel(panel_id: str) -> PanelRow:
    return find_published_panel(panel_id) or abort(404)


def _is_resident() -> bool:
    principal = current_principal()
    return principal is not None and principal.kind is PrincipalKind.RESIDENT


@public.get("/p/<slug>/panels/<panel_id>")
@anyone
def panel(panel_id: str) -> str:
    """What the panel is, and how one comes to it."""
    found = _panel(panel_id)
    return render_template(
        "public/panel.html",
        panel=found,
        label=recruitment_label(found),
        about=about_panel(found, hosts_of(found.programme_id)),
        is_resident=_is_resident(),
    )


@public.route("/p/<slug>/panels/<panel_id>/join", methods=["GET", "POST"])
@anyone
@limit_network
def join_panel(panel_id: str) -> str | Response:
    """Begin without a letter; the code is shown once, and again if the page is sent twice."""
    found = _panel(panel_id)
    if _is_resident():
        code = session.get(OWN_CODE)
        return _code_page(found, code) if code else _to("residents.panel", found)
    if not found.is_open_to_all or found.state is not PanelState.OPEN:
        return _to("public.panel", found)
    form = JoinForm()
    if form.validate_on_submit():
        try:
            joined = join_openly(panel_id, form.return_word.data)
        except ReturnWordTooShort:
            form.refuse("return_word", _("The word must have 4 letters or more"))
        except (UnknownPanel, RegistrationClosed):  # it closed in this very moment
            return _to("public.panel", found)
        else:
            sign_in(joined.token)
            session[OWN_CODE] = joined.code
            return _code_page(found, joined.code)
    return render_template(
        "public/join_panel.html", panel=found, label=recruitment_label(found), form=form
    )


def _to(endpoint: str, panel: PanelRow) -> Response:
    return redirect(url_for(endpoint, panel_id=panel.public_id), 303)


def _code_page(panel: PanelRow, code: str) -> str:
    return render_template(
        "public/panel_code.html",
        panel=panel,
        label=recruitment_label(panel),
        code=code,
        entry_address=entry_address(),
    )
