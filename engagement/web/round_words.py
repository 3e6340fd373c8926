"""Rounds in words: their kinds and states, templates, and what an oversight group looks at."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import lazy_gettext as _l

from engagement.deliberation.plans import Oversight, RoundKind, RoundState, Template
from engagement.sessions.papers import PaperRow

ROUND_KIND_TEXT = {
    RoundKind.LEARN: _l("Learn"),
    RoundKind.SHARE: _l("Share"),
    RoundKind.EXPLORE: _l("Explore"),
    RoundKind.WEIGH: _l("Weigh"),
    RoundKind.DECIDE: _l("Decide"),
    RoundKind.DRAFT: _l("Draft"),
}
ROUND_STATE_TEXT = {
    RoundState.PLANNED: _l("Planned"),
    RoundState.OPEN: _l("Open"),
    RoundState.CLOSED: _l("Closed"),
}
ROUND_STATE_COLOUR = {
    RoundState.PLANNED: "grey",
    RoundState.OPEN: "green",
    RoundState.CLOSED: "blue",
}
TEMPLATE_TEXT = {
    Template.PANEL: _l("A panel of six sessions"),
    Template.ASSEMBLY: _l("An assembly of five events"),
    Template.WORKSHOP: _l("A workshop of one day"),
}
TEMPLATE_HINT = {
    Template.PANEL: _l("Learn, share, explore, weigh, draft, decide."),
    Template.ASSEMBLY: _l("Learn, explore, weigh, draft, decide."),
    Template.WORKSHOP: _l("Share, weigh, decide."),
}
OVERSIGHT_TEXT = {
    Oversight.REMIT: _l("The remit: is the question open, and fairly put?"),
    Oversight.EVIDENCE: _l("The evidence: is it sound, and is nothing left out?"),
    Oversight.WITNESSES: _l("The witnesses: is each side heard by somebody who holds it?"),
}
_MISSING = {
    Oversight.REMIT.value: _l("The oversight group’s word on the remit"),
    Oversight.EVIDENCE.value: _l("The oversight group’s word on the evidence"),
    Oversight.WITNESSES.value: _l("The oversight group’s word on the balance of witnesses"),
}


def paper_link(paper: PaperRow) -> str:
    """Where the full paper of a round is; empty where there is only the plain one."""
    if paper.file:
        return url_for("public.round_paper", paper_id=paper.public_id)
    return paper.link


def missing_words(names: Sequence[str]) -> list[str]:
    """What is missing before a round opens, in words."""
    return [str(_MISSING.get(name, name)) for name in names]
