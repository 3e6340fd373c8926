"""How a panel deliberates: its rounds, what each brought, what opened without, and oversight."""

from __future__ import annotations

from flask import abort, render_template

from engagement.deliberation.integrity import statements_of
from engagement.deliberation.rounds import rounds_of, signatures_of
from engagement.panels.queries import find_published_panel
from engagement.web.access import anyone
from engagement.web.panel_pages import recruitment_label
from engagement.web.public.door import public
from engagement.web.round_words import (
    OVERSIGHT_TEXT,
    ROUND_KIND_TEXT,
    ROUND_STATE_COLOUR,
    ROUND_STATE_TEXT,
    missing_words,
)


@public.get("/p/<slug>/panels/<panel_id>/rounds")
@anyone
def rounds(panel_id: str) -> str:
    """Every round of a panel, in order."""
    panel = find_published_panel(panel_id) or abort(404)
    rows = rounds_of(panel.id)
    return render_template(
        "public/rounds.html",
        panel=panel,
        label=recruitment_label(panel),
        rounds=[(row, missing_words(row.missing)) for row in rows],
        signatures=signatures_of(panel.id),
        statements=statements_of(panel.id),
        kind_text=ROUND_KIND_TEXT,
        state_text=ROUND_STATE_TEXT,
        state_colour=ROUND_STATE_COLOUR,
        oversight_text=OVERSIGHT_TEXT,
    )
