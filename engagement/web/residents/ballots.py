"""Voting as a member of a panel: in secret on ballots, openly in straw polls."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.ballots.errors import BadVote, BallotState, NotOnRoll, OnPaper
from engagement.ballots.queries import BallotRow, Standing, ballot_for, ballots_for, find_ballot
from engagement.ballots.rules import State
from engagement.ballots.voting import vote
from engagement.web.access import residents_only
from engagement.web.ballot_forms import VoteForm, vote_form
from engagement.web.ballot_words import (
    BALLOT_STATE_COLOUR,
    BALLOT_STATE_TEXT,
    result_of,
    rules_words,
)
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal


@residents.get("/votes")
@residents_only
def votes() -> str:
    """What one can vote on, and what was voted on."""
    return render_template(
        "residents/votes.html",
        rows=ballots_for(require_principal().id),
        state_text=BALLOT_STATE_TEXT,
        state_colour=BALLOT_STATE_COLOUR,
    )


@residents.route("/votes/<ballot_id>", methods=["GET", "POST"])
@residents_only
def cast_vote(ballot_id: str) -> str | Response:
    """One vote: the words, the rules, and the form; afterwards that it was received."""
    resident = require_principal().id
    found = ballot_for(ballot_id, resident)
    if found is None:
        return _not_on_roll(ballot_id)
    form = vote_form(found[0])
    if form.check():
        try:
            vote(ballot_id, resident, form.vote())
        except NotOnRoll:  # they left in this very moment
            return _not_on_roll(ballot_id)
        except OnPaper:
            flash(_("You are down for a vote on paper, so this one was not taken."))
        except BallotState:
            flash(_("It has closed, so this vote was not taken. An earlier one of yours counts."))
        except BadVote:
            form.kit.refuse(form.others[-1].name, _("This is no vote that the ballot takes"))
            return _page(*found, form)
        else:
            flash(_("We have received your vote."), "success")
        return redirect(url_for("residents.cast_vote", ballot_id=ballot_id), 303)
    return _page(*found, form)


def _not_on_roll(ballot_id: str) -> Response:
    found = find_ballot(None, ballot_id)
    if found is None or found.state is State.DRAFT:
        abort(404)
    flash(_("That vote is for those who had a seat on the panel when it opened, and have it now."))
    return redirect(url_for("residents.votes"), 303)


def _page(ballot: BallotRow, own: Standing, form: VoteForm) -> str:
    return render_template(
        "residents/vote.html",
        ballot=ballot,
        own=own,
        rules=rules_words(ballot),
        form=form if ballot.state is State.OPEN and not own.on_paper else None,
        result=result_of(ballot),
    )
