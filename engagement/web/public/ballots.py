"""What panels decided by ballot: the words, the rules, the counts, passed or not, for everyone."""

from __future__ import annotations

import json
from io import BytesIO

from flask import Response as FileResponse
from flask import abort, render_template, send_file

from engagement.ballots.queries import BallotRow, find_opened_ballot, opened_ballots, reasons_of
from engagement.panels.queries import find_published_panel
from engagement.web.access import anyone
from engagement.web.ballot_words import (
    BALLOT_STATE_COLOUR,
    BALLOT_STATE_TEXT,
    result_of,
    rules_words,
)
from engagement.web.panel_pages import recruitment_label
from engagement.web.public.door import public


@public.get("/p/<slug>/panels/<panel_id>/ballots")
@anyone
def ballots(panel_id: str) -> str:
    """The ballots of a panel, those that failed or are void too."""
    panel = find_published_panel(panel_id) or abort(404)
    rows = opened_ballots(panel.id)
    return render_template(
        "public/ballots.html",
        panel=panel,
        label=recruitment_label(panel),
        rows=[(one, result_of(one)) for one in reversed(rows)],
        state_text=BALLOT_STATE_TEXT,
        state_colour=BALLOT_STATE_COLOUR,
    )


def _ballot(ballot_id: str) -> BallotRow:
    return find_opened_ballot(ballot_id) or abort(404)


@public.get("/p/<slug>/ballots/<ballot_id>")
@anyone
def ballot(ballot_id: str) -> str:
    """One ballot: what was voted on, by which rules, and what came of it."""
    found = _ballot(ballot_id)
    return render_template(
        "public/ballot.html",
        ballot=found,
        rules=rules_words(found),
        result=result_of(found),
        reasons=reasons_of(found.id, shown_only=True),
        state_text=BALLOT_STATE_TEXT,
        state_colour=BALLOT_STATE_COLOUR,
    )


@public.get("/p/<slug>/ballots/<ballot_id>/record.json")
@anyone
def ballot_record(ballot_id: str) -> FileResponse:
    """The record by which anybody counts again."""
    found = _ballot(ballot_id)
    if found.record is None or "too_few" in found.record:
        abort(404)
    content = json.dumps(found.record, ensure_ascii=False, indent=1).encode()
    return send_file(
        BytesIO(content),
        mimetype="application/json",
        as_attachment=True,
        download_name=f"ballot-{found.public_id}.json",
        etag=False,
    )
