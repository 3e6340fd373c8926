"""The audit chain, to read."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from engagement.accounts.rules import Role
from engagement.audit.queries import list_entries
from engagement.audit.service import current_head
from engagement.web.access import staff_only
from engagement.web.admin.door import admin
from engagement.web.context import moment
from engagement.web.kit import Column, Page, Table, page_number

PAGE_SIZE = 100


@admin.get("/audit")
@staff_only(Role.ADMINISTRATOR)
def audit() -> str:
    """The entries, the newest first."""
    number = page_number(request.args.get("page"))
    links, total = list_entries(number, PAGE_SIZE)
    page = Page(links, number, PAGE_SIZE, total)
    table = Table(
        caption=_("Entries"),
        caption_hidden=True,
        columns=[
            Column(_("Number"), numeric=True),
            Column(_("When")),
            Column(_("Who")),
            Column(_("What")),
            Column(_("On")),
            Column(_("Fingerprint")),
        ],
        rows=[
            [
                link.sequence,
                moment(link.at),
                " ".join((link.actor_kind.value, link.actor_id[:8])).strip(),
                link.action,
                " ".join((link.object_kind, link.object_id[:8])).strip(),
                link.entry_hash[:12],
            ]
            for link in links
        ],
        first_is_heading=False,
    )
    return render_template("admin/audit.html", page=page, table=table, head=current_head())
