"""A resident's first page."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from engagement.contributions.queries import count_own_contributions
from engagement.panels.queries import PanelRow, panels_to_join
from engagement.panels.registered import standing_of
from engagement.panels.rules import PanelState
from engagement.people.queries import own_answers, own_details
from engagement.people.questions import QUESTIONS
from engagement.programmes.rules import ActivityKind
from engagement.surveys.queries import ToAnswer, surveys_for
from engagement.web.access import residents_only
from engagement.web.context import last_day
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal


@residents.get("/")
@residents_only
def home() -> str:
    """What is to do, and what has been done."""
    principal = require_principal()
    answered = own_answers(principal.id)
    panels = panels_to_join(principal.id)
    standing = standing_of(principal.id) if panels else {}
    return render_template(
        "residents/home.html",
        surveys=[_survey(one) for one in surveys_for(principal.id)],
        panels=[_panel(one, *standing.get(one.id, (None, False))) for one in panels],
        details=own_details(principal.id),
        answered=len(answered),
        questions=len(QUESTIONS),
        said=count_own_contributions(principal.id),
    )


def _survey(asked: ToAnswer) -> dict[str, Any]:
    """A survey in the list of tasks."""
    words = _("To do") if asked.sent is None else _("Begun")
    to_do = {"tag": {"text": words, "colour": "blue"}}
    closes = asked.closes_at
    return {
        "title": {"text": asked.title},
        "href": url_for(
            "public.survey", public_id=asked.programme_public_id, activity_id=asked.public_id
        ),
        "hint": {"text": _("Until %(day)s", day=last_day(closes))} if closes else None,
        "status": {"text": _("Answered")} if asked.sent else to_do,
    }


def _panel(panel: PanelRow, sent: bool | None, withdrawn: bool) -> dict[str, Any]:
    """A panel in the list of tasks; ``sent`` is ``None`` where one has not begun."""
    if withdrawn:
        status: dict[str, Any] = {"text": _("Taken back")}
    elif sent:
        status = {"text": _("Your name is put forward")}
    elif panel.state is PanelState.CLOSED:
        status = {"tag": {"text": _("Closed"), "colour": "grey"}}
    else:
        words = _("To do") if sent is None else _("Begun")
        status = {"tag": {"text": words, "colour": "blue"}}
    page = "residents.panel"
    if sent and not withdrawn and panel.kind is ActivityKind.COMMUNITY_PANEL:
        status, page = {"text": _("Your membership")}, "residents.membership"
    return {
        "title": {"text": panel.title},
        "href": url_for(page, panel_id=panel.public_id),
        "hint": {"text": shorten(panel.remit, 160, placeholder=" …")},
        "status": status,
    }
