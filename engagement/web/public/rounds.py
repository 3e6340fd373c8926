"""How a panel deliberates: its rounds, what each read, asked and brought; its evaluation."""

from __future__ import annotations

from typing import Any

from flask import Response as FileResponse
from flask import abort, render_template

from engagement.accounts.rules import PrincipalKind, Role
from engagement.deliberation.evaluation import given_of
from engagement.deliberation.integrity import statements_of
from engagement.deliberation.materials import (
    cards_of,
    find_round_paper,
    papers_of_round,
    questions_of_round,
)
from engagement.deliberation.rounds import rounds_of, signatures_of
from engagement.deliberation.rules import LEAST_REPLIES
from engagement.panels.queries import PanelRow, find_panel, find_published_panel
from engagement.panels.seat_queries import seated_on
from engagement.web.access import anyone
from engagement.web.data_cards import show_cards
from engagement.web.evaluation_words import observer_facts, tables_of
from engagement.web.panel_pages import recruitment_label
from engagement.web.public.door import public
from engagement.web.public.sessions import send_paper
from engagement.web.round_words import (
    OVERSIGHT_TEXT,
    ROUND_KIND_TEXT,
    ROUND_STATE_COLOUR,
    ROUND_STATE_TEXT,
    missing_words,
    paper_link,
)
from engagement.web.visits import current_principal


def _panel(panel_id: str) -> PanelRow:
    return find_published_panel(panel_id) or abort(404)


def _words() -> dict[str, Any]:
    return {
        "kind_text": ROUND_KIND_TEXT,
        "state_text": ROUND_STATE_TEXT,
        "state_colour": ROUND_STATE_COLOUR,
    }


@public.get("/p/<slug>/panels/<panel_id>/rounds")
@anyone
def rounds(panel_id: str) -> str:
    """Every round of a panel, in order."""
    panel = _panel(panel_id)
    return render_template(
        "public/rounds.html",
        panel=panel,
        label=recruitment_label(panel),
        rounds=[(row, missing_words(row.missing)) for row in rounds_of(panel.id)],
        signatures=signatures_of(panel.id),
        statements=statements_of(panel.id),
        oversight_text=OVERSIGHT_TEXT,
        **_words(),
    )


@public.get("/p/<slug>/panels/<panel_id>/rounds/<round_id>")
@anyone
def one_round(panel_id: str, round_id: str) -> str:
    """One round: what members read, what they asked the experts, and what they answer from home."""
    panel = _panel(panel_id)
    found = (one for one in rounds_of(panel.id) if one.public_id == round_id)
    row = next(found, None) or abort(404)
    return render_template(
        "public/round.html",
        panel=panel,
        label=recruitment_label(panel),
        row=row,
        missing=missing_words(row.missing),
        cards=show_cards(cards_of(panel.programme_id, row.cards)),
        papers=papers_of_round(row.id),
        paper_link=paper_link,
        questions=questions_of_round(row.id, shown_only=True),
        **_words(),
    )


def _may_read(panel_id: str, is_opened: bool) -> bool:
    """Once its round was opened everyone may read a paper of a panel that is published, and its
    members one of a panel that is not; before, staff alone."""
    if is_opened and find_published_panel(panel_id) is not None:
        return True
    principal = current_principal()
    if principal is None:
        return False
    if principal.kind is PrincipalKind.RESIDENT:
        return is_opened and any(one.public_id == panel_id for one in seated_on(principal.id))
    return (
        find_panel(principal.programmes_with(Role.FACILITATOR, Role.OFFICER), panel_id) is not None
    )


@public.get("/p/<slug>/round-papers/<paper_id>")
@anyone
def round_paper(paper_id: str) -> FileResponse:
    """The full paper of a round, as a file."""
    panel, is_opened, found = find_round_paper(paper_id) or abort(404)
    return send_paper(found) if _may_read(panel, is_opened) else abort(404)


@public.get("/p/<slug>/panels/<panel_id>/evaluation")
@anyone
def evaluation(panel_id: str) -> str:
    """How good the deliberation was: what members, organisers and observers say."""
    panel = _panel(panel_id)
    given = given_of(panel.id)
    return render_template(
        "public/evaluation.html",
        panel=panel,
        label=recruitment_label(panel),
        tables=tables_of(given),
        observers=[(row, observer_facts(row)) for row in given.observers],
        least=LEAST_REPLIES,
    )
