"""A resident's first page."""

from __future__ import annotations

from flask import render_template

from engagement.contributions.queries import count_own_contributions
from engagement.people.queries import own_answers, own_details
from engagement.people.questions import QUESTIONS
from engagement.web.access import residents_only
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal


@residents.get("/")
@residents_only
def home() -> str:
    """What is to do, and what has been done."""
    principal = require_principal()
    answered = own_answers(principal.id)
    return render_template(
        "residents/home.html",
        details=own_details(principal.id),
        answered=len(answered),
        questions=len(QUESTIONS),
        said=count_own_contributions(principal.id),
    )
