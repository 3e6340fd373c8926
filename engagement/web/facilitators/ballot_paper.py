"""Voting on paper: who does, the slips, and typing them in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.ballots.errors import BadVote, BallotState, HasVoted, SlipUsed, UnknownSlip
from engagement.ballots.queries import turnout_of, voters_of
from engagement.ballots.service import vote_on_paper
from engagement.ballots.voting import vote_by_slip
from engagement.web.access import staff_only
from engagement.web.ballot_forms import vote_form
from engagement.web.ballot_words import STEP_TEXT, rules_words
from engagement.web.facilitators.ballots import ballot_or_404, to_ballot
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.kit import CheckboxesField, Choice, KitForm


class PaperForm(KitForm):
    """Who votes on paper."""

    seats = CheckboxesField(
        _l("Who votes on paper?"), missing=_l("Choose who votes on paper"), choices=[]
    )


@facilitators.route("/ballots/<ballot_id>/paper", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def ballot_paper(ballot_id: str) -> str | Response:
    """Put members down for paper; the slips are shown on this page and never again."""
    found = ballot_or_404(ballot_id)
    voters = voters_of(found.id)
    form = PaperForm()
    form.seats.choices = [
        Choice(one.seat, f"{one.reference} {one.name}".strip())
        for one in voters
        if not one.on_paper and not one.has_voted
    ]
    if form.validate_on_submit():
        try:
            codes = vote_on_paper(visible(), ballot_id, form.seats.data)
        except HasVoted:
            form.refuse("seats", _("Somebody has voted online meanwhile. Choose again"))
        except BallotState:
            flash(_("Nobody can vote on it now, so no slips are made."))
            return to_ballot(ballot_id)
        else:
            return render_template(
                "facilitators/ballot_slips.html",
                ballot=found,
                rules=rules_words(found),
                codes=codes,
                step_text=STEP_TEXT,
            )
    return render_template("facilitators/ballot_paper.html", ballot=found, voters=voters, form=form)


@facilitators.route("/ballots/<ballot_id>/slip", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def ballot_slip(ballot_id: str) -> str | Response:
    """Type in a slip."""
    found = ballot_or_404(ballot_id)
    form = vote_form(found, by_slip=True)
    used = False
    if form.check():
        again = request.form.get("then") == "again"
        try:
            vote_by_slip(visible(), ballot_id, form.kit.code.data, form.vote(), again=again)
        except UnknownSlip:
            form.kit.refuse("code", _("No slip of this ballot has this code. Look at it again"))
        except SlipUsed:
            used = True
            form.kit.refuse(
                "code",
                _(
                    "This slip was typed in before. If that was wrong, press the other button, and"
                    " this takes its place"
                ),
            )
        except BadVote:
            form.kit.refuse("code", _("This is no vote that the ballot takes. Look at it again"))
        except BallotState:
            flash(_("It is not open, so the slip is not taken. Keep it, and say so in the record."))
            return to_ballot(ballot_id)
        else:
            flash(_("The slip is sealed and in."), "success")
            return redirect(url_for("facilitators.ballot_slip", ballot_id=ballot_id), 303)
    return render_template(
        "facilitators/ballot_slip.html",
        ballot=found,
        form=form,
        used=used,
        turnout=turnout_of(found.id),
    )
