"""What somebody said while signed in: to read again, to take back, or to be nobody's."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.contributions.errors import UnknownContribution
from engagement.contributions.outcomes import Author, outcomes
from engagement.contributions.queries import own_contributions
from engagement.contributions.service import take_back
from engagement.people.participation import forget_participation
from engagement.web.access import residents_only
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal
from engagement.web.words import DECIDED_TEXT


@residents.get("/said")
@residents_only
def said() -> str:
    """Everything that one said."""
    key = require_principal().id
    return render_template(
        "residents/said.html",
        said=own_contributions(key),
        became={one.public_id: one for one in outcomes(Author(key))},
        decided_text=DECIDED_TEXT,
    )


@residents.post("/said/take-back")
@residents_only
def take_words_back() -> Response:
    """Take one contribution back."""
    try:
        take_back(require_principal().id, request.form.get("contribution", ""))
    except UnknownContribution:  # a second press, say
        flash(_("It is not here any more."))
    else:
        flash(_("We have deleted your words."), "success")
    return redirect(url_for("residents.said"), 303)


@residents.post("/said/forget")
@residents_only
def forget() -> Response:
    """Have it forgotten that it was oneself who spoke."""
    forget_participation(require_principal().id)
    flash(_("We have forgotten which answers are yours."), "success")
    return redirect(url_for("residents.said"), 303)
