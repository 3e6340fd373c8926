"""What is held about people: the declarations of every personal column."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from engagement.accounts.rules import Role
from engagement.rights.retention import declared_columns
from engagement.web.access import staff_only
from engagement.web.admin.door import admin
from engagement.web.kit import Column, Table


@admin.get("/data-held")
@staff_only(Role.ADMINISTRATOR)
def data_held() -> str:
    """Each personal column with its class, lawful basis and retention."""
    table = Table(
        caption=_("Personal data"),
        caption_hidden=True,
        columns=[
            Column(_("Table and column")),
            Column(_("What it is")),
            Column(_("Lawful basis")),
            Column(_("Kept for")),
            Column(_("Counted from")),
            Column(_("Then")),
        ],
        rows=[
            [
                f"{table}.{column}",
                declared.data_class.value,
                declared.basis.value,
                _how_long(declared.retention.days),
                declared.retention.since,
                declared.retention.then.value,
            ]
            for table, column, declared in declared_columns()
        ],
    )
    return render_template("admin/data_held.html", table=table)


def _how_long(days: int) -> str:
    years, rest = divmod(days, 365)
    if years and not rest:
        return str(ngettext("%(num)d year", "%(num)d years", years))
    return str(ngettext("%(num)d day", "%(num)d days", days))
