"""Who is in the pool: telling callers apart, who may be there twice, taking a name back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.panels.desk import PersonRow, people_of, withdraw_for_caller
from engagement.panels.errors import UnknownRegistration
from engagement.panels.queries import PanelRow
from engagement.web.access import staff_only
from engagement.web.context import day, moment
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.kit import Column, Link, Page, Table, page_number
from engagement.web.words import ROUTE_TEXT

PAGE_SIZE = 100
# What the list of people shows: all who stand, those who may be there twice, and so on.
SHOWS = {
    "all": _l("Everybody in the pool"),
    "double": _l("Perhaps registered twice"),
    "household": _l("From one home"),
    "begun": _l("Begun, not sent"),
    "withdrawn": _l("Withdrawn"),
}
_STANDS: dict[str, Callable[[PersonRow], bool]] = {
    "all": lambda one: one.stands,
    "double": lambda one: one.double > 0,
    "household": lambda one: one.household > 0,
    "begun": lambda one: one.sent_at is None and one.withdrawn_at is None,
    "withdrawn": lambda one: one.withdrawn_at is not None,
}


def chosen(people: Sequence[PersonRow], show: str) -> list[PersonRow]:
    """Those of a list of ``SHOWS``."""
    return [one for one in people if _STANDS[show](one)]


@facilitators.get("/panels/<panel_id>/pool/people")
@staff_only(*RECRUITERS)
def people(panel_id: str) -> str:
    """Who registered; ``show`` leaves only some."""
    show = request.args.get("show", "all")
    if show not in SHOWS:
        abort(404)
    return _list(panel_id, show, page_number(request.args.get("page")))


@facilitators.post("/panels/<panel_id>/pool/people")
@staff_only(*RECRUITERS)
def search_people(panel_id: str) -> str | Response:
    """A search is posted: what somebody is called has no place in an address."""
    panel_or_404(panel_id)
    search = request.form.get("search", "").replace("\0", "").strip()[:200]
    if not search:
        return redirect(url_for("facilitators.people", panel_id=panel_id), 303)
    return _list(panel_id, "all", 1, search)


def _list(panel_id: str, show: str, number: int, search: str = "") -> str:
    panel = panel_or_404(panel_id)
    everybody = people_of(panel.id)
    rows = [one for one in everybody if _matches(one, search)] if search else []
    rows = rows if search else chosen(everybody, show)
    first = (number - 1) * PAGE_SIZE
    page = Page(rows[first : first + PAGE_SIZE], number, PAGE_SIZE, len(rows))
    return render_template(
        "facilitators/people.html",
        panel=panel,
        label=label_of(panel),
        page=page,
        table=_people_table(page.items, panel),
        show=show,
        shows=[(name, text, len(chosen(everybody, name))) for name, text in SHOWS.items()],
        search=search,
    )


def _matches(one: PersonRow, search: str) -> bool:
    text = f"{one.reference} {one.name} {one.email} {one.phone}".casefold()
    return all(word in text for word in search.casefold().split())


def _people_table(rows: Sequence[PersonRow], panel: PanelRow) -> Table:
    return Table(
        caption=_("People"),
        caption_hidden=True,
        name="people",
        columns=[
            Column(_("Reference")),
            Column(_("Name")),
            Column(_("How")),
            Column(_("Sent")),
            Column(_("To look at")),
        ],
        rows=[
            [
                Link(
                    one.reference,
                    url_for(
                        "facilitators.person",
                        panel_id=panel.public_id,
                        registration_id=one.public_id,
                    ),
                ),
                one.name or _("No name given"),
                ROUTE_TEXT[one.route],
                day(one.sent_at) if one.sent_at else _("not yet"),
                "; ".join(_flags(one)),
            ]
            for one in rows
        ],
        empty=_("Nobody."),
    )


def _flags(one: PersonRow) -> list[str]:
    flags = []
    if one.withdrawn_at:
        flags.append(_("withdrawn"))
    if one.double:
        flags.append(_("perhaps registered twice"))
    if one.household:
        flags.append(
            ngettext("%(num)d other of this home", "%(num)d others of this home", one.household)
        )
    return flags


def _person(panel: PanelRow, registration_id: str) -> PersonRow:
    found = (one for one in people_of(panel.id) if one.public_id == registration_id)
    return next(found, None) or abort(404)


@facilitators.get("/panels/<panel_id>/pool/people/<registration_id>")
@staff_only(*RECRUITERS)
def person(panel_id: str, registration_id: str) -> str:
    """One registrant: how to reach them, and taking their name back for them."""
    panel = panel_or_404(panel_id)
    one = _person(panel, registration_id)
    return render_template(
        "facilitators/person.html",
        panel=panel,
        label=label_of(panel),
        person=one,
        flags=_flags(one),
        route_text=ROUTE_TEXT,
        sent=moment(one.sent_at) if one.sent_at else _("not yet"),
    )


@facilitators.post("/panels/<panel_id>/pool/people/<registration_id>/withdraw")
@staff_only(*RECRUITERS)
def withdraw_person(panel_id: str, registration_id: str) -> Response:
    """Take somebody's name back for them, as when they call: one step."""
    panel_or_404(panel_id)
    try:
        reference = withdraw_for_caller(visible(), panel_id, registration_id)
    except UnknownRegistration:
        abort(404)
    flash(
        _("%(reference)s is withdrawn, and the answers are deleted.", reference=reference),
        "success",
    )
    return redirect(url_for("facilitators.people", panel_id=panel_id), 303)
