"""What became of what somebody said, for themselves; and disagreeing with a decision about it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.contributions.appeals import LONGEST_APPEAL, appeal
from engagement.contributions.errors import CannotAppeal
from engagement.contributions.outcomes import Author, outcomes
from engagement.programmes.queries import ProgrammeName, find_published_name
from engagement.web.access import anyone
from engagement.web.help_now import help_now
from engagement.web.kit import KitForm, TextareaField
from engagement.web.public.door import public
from engagement.web.public.speaking import speaking_resident
from engagement.web.throttling import limit_network
from engagement.web.words import DECIDED_TEXT


class AppealForm(KitForm):
    """Why somebody disagrees."""

    why = TextareaField(
        _l("Why do you disagree?"),
        missing=_l("Write why you disagree"),
        hint=_l("Somebody else than who decided reads it and answers you on this page."),
        lines=5,
        count=True,
        max_length=LONGEST_APPEAL,
    )


def _author(programme: ProgrammeName) -> Author | None:
    """Whoever is here, for what they said; ``None`` where nobody here has said anything."""
    resident, browser = speaking_resident(), session.get("visitor", "")
    here = resident is not None or browser
    return Author(resident, browser, programme.id) if here else None


@public.get("/p/<slug>/programmes/<public_id>/what-became")
@anyone
def what_became(public_id: str) -> str:
    """What became of what one said from this browser, or while signed in."""
    programme = find_published_name(public_id) or abort(404)
    author = _author(programme)
    return render_template(
        "public/what_became.html",
        programme=programme,
        found=outcomes(author, programme.id) if author else [],
        own=speaking_resident() is not None,
        decided_text=DECIDED_TEXT,
        help_lines=help_now(),
    )


@public.route("/p/<slug>/programmes/<public_id>/what-became/<said_id>", methods=["GET", "POST"])
@anyone
@limit_network
def disagree(public_id: str, said_id: str) -> str | Response:
    """Say why one disagrees with what was decided about something one said."""
    programme = find_published_name(public_id) or abort(404)
    author = _author(programme)
    mine = outcomes(author, programme.id) if author else []
    found = next((one for one in mine if one.public_id == said_id), None)
    if author is None or found is None or not found.may_appeal:
        abort(404)
    form = AppealForm()
    if form.validate_on_submit():
        try:
            appeal(said_id, author, form.why.data)
        except CannotAppeal:  # a second press
            flash(_("You have told us already."))
        else:
            flash(_("We have it. Somebody else reads it and answers you here."), "success")
        return redirect(url_for("public.what_became", public_id=public_id), 303)
    return render_template(
        "public/disagree.html",
        programme=programme,
        one=found,
        form=form,
        decided_text=DECIDED_TEXT,
    )
