"""What a panel recommends: words, agreement, reasons, what is expected, and who differs."""

from __future__ import annotations

from flask import abort, render_template

from engagement.ballots.queries import reasons_of
from engagement.ballots.rules import State
from engagement.deliberation.queries import find_recommendation, recommendations_of
from engagement.panels.queries import find_published_panel
from engagement.strategy.answering import owed_for
from engagement.web.access import anyone
from engagement.web.ballot_words import result_of
from engagement.web.panel_pages import recruitment_label
from engagement.web.public.door import public
from engagement.web.recommendation_words import STAGE_COLOUR, STAGE_TEXT
from engagement.web.words import ANSWER_COLOUR, ANSWER_TEXT


@public.get("/p/<slug>/panels/<panel_id>/recommendations")
@anyone
def recommendations(panel_id: str) -> str:
    """Everything that a panel recommends, agreed or not."""
    panel = find_published_panel(panel_id) or abort(404)
    rows = recommendations_of(panel.id)
    return render_template(
        "public/recommendations.html",
        panel=panel,
        label=recruitment_label(panel),
        rows=rows,
        owed=owed_for(rows),
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
        stage_text=STAGE_TEXT,
        stage_colour=STAGE_COLOUR,
    )


@public.get("/p/<slug>/panels/<panel_id>/recommendations/<recommendation_id>")
@anyone
def recommendation(panel_id: str, recommendation_id: str) -> str:
    """One recommendation."""
    panel = find_published_panel(panel_id) or abort(404)
    row = find_recommendation(panel.id, recommendation_id) or abort(404)
    counted = row.ballot is not None and row.ballot.state is State.TALLIED
    return render_template(
        "public/recommendation.html",
        panel=panel,
        label=recruitment_label(panel),
        row=row,
        owed=owed_for([row]).get(row.public_id),
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
        result=result_of(row.ballot) if row.ballot else None,
        reasons=reasons_of(row.ballot.id, shown_only=True) if counted and row.ballot else [],
        stage_text=STAGE_TEXT,
        stage_colour=STAGE_COLOUR,
    )
