"""Counting a ballot, declaring it void, and showing why people voted as they did."""

from __future__ import annotations

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.ballots import service
from engagement.ballots.errors import BallotState, UnknownBallot, WrongKey
from engagement.web.access import staff_only
from engagement.web.facilitators.ballots import MOVED_ON, ballot_or_404, to_ballot
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.kit import KitForm, TextareaField, TextField


class TallyForm(KitForm):
    """Both secrets."""

    first_secret = TextField(_l("A convenor’s secret"), max_length=100, spellcheck=False)
    second_secret = TextField(_l("The other convenor’s secret"), max_length=100, spellcheck=False)


class VoidForm(KitForm):
    """Why a ballot does not count."""

    reason = TextareaField(
        _l("Why does it not count?"),
        missing=_l("Enter why it does not count"),
        hint=_l("Everyone can read this. Name nobody."),
        max_length=1000,
    )


@facilitators.route("/ballots/<ballot_id>/tally", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def tally_ballot(ballot_id: str) -> str | Response:
    """Count: with both secrets, or without any for a straw poll."""
    found = ballot_or_404(ballot_id)
    form = TallyForm()
    if not found.is_secret:
        del form.first_secret, form.second_secret
    if form.validate_on_submit():
        typed = [form.first_secret.data, form.second_secret.data] if found.is_secret else []
        try:
            service.tally(visible(), ballot_id, typed)
        except WrongKey as wrong:
            name = "first_secret" if str(wrong) == "1" else "second_secret"
            form.refuse(name, _("This is no secret of this ballot. Look at every letter"))
        except BallotState:
            flash(str(MOVED_ON))
            return to_ballot(ballot_id)
        else:
            flash(_("It is counted."), "success")
            return to_ballot(ballot_id)
    return render_template("facilitators/ballot_tally.html", ballot=found, form=form)


@facilitators.route("/ballots/<ballot_id>/void", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def void_ballot(ballot_id: str) -> str | Response:
    """Declare a ballot void, as when a secret was lost."""
    found = ballot_or_404(ballot_id)
    form = VoidForm()
    if form.validate_on_submit():
        try:
            service.declare_void(visible(), ballot_id, form.reason.data)
        except BallotState:
            flash(str(MOVED_ON))
        else:
            flash(_("It is void. You can set it up again."), "success")
        return to_ballot(ballot_id)
    return render_template("facilitators/ballot_void.html", ballot=found, form=form)


@facilitators.post("/ballots/<ballot_id>/reasons/<reason_id>")
@staff_only(*RECRUITERS)
def show_reason(ballot_id: str, reason_id: str) -> Response:
    """Show a reason to everyone, or no longer."""
    ballot_or_404(ballot_id)
    shown = request.form.get("shown") == "yes"
    try:
        service.show_reason(visible(), ballot_id, reason_id, shown=shown)
    except UnknownBallot:
        abort(404)
    except BallotState:
        flash(_("Reasons are shown once the ballot is counted."))
    else:
        flash(_("Everyone can read it.") if shown else _("It is shown no more."), "success")
    return to_ballot(ballot_id)
