"""What a session needs on paper: the script, a sign-in sheet, badges, table cards."""

from __future__ import annotations

from flask import abort, render_template

from engagement.sessions.attendance import members_at
from engagement.sessions.queries import agenda_of
from engagement.sessions.tables import table_plan_of
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS
from engagement.web.facilitators.sessions import back_to, session_or_404
from engagement.web.session_words import clock_time, place_facts, when

PRINTS = {
    "script": "facilitators/print_script.html",
    "sign-in": "facilitators/print_sign_in.html",
    "badges": "facilitators/print_badges.html",
    "table-cards": "facilitators/print_table_cards.html",
}


@facilitators.get("/sessions/<session_id>/prints")
@staff_only(*RECRUITERS)
def session_prints(session_id: str) -> str:
    """What can be printed."""
    row = session_or_404(session_id)
    return render_template("facilitators/session_prints.html", row=row, back=back_to(row))


@facilitators.get("/sessions/<session_id>/prints/<sheet>")
@staff_only(*RECRUITERS)
def session_print(session_id: str, sheet: str) -> str:
    """One thing to print, as a page that a browser prints as it stands."""
    row = session_or_404(session_id)
    if sheet not in PRINTS:
        abort(404)
    members = members_at(row) if row.of.panel_id else []
    return render_template(
        PRINTS[sheet],
        row=row,
        when=when(row),
        places=place_facts(row),
        agenda=agenda_of(row),
        members=members,
        plan=table_plan_of(row.id),
        clock_time=clock_time,
    )
