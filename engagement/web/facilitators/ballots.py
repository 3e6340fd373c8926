"""Ballots of a panel: set up, keys of two convenors, opening, paper, tally, void."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.ballots import service
from engagement.ballots.errors import (
    BallotState,
    HasKey,
    NotReady,
)
from engagement.ballots.queries import (
    BallotRow,
    ballots_of,
    convenors_of,
    find_ballot,
    members_of,
    plan_of,
    reasons_of,
    straw_counts,
    turnout_of,
)
from engagement.ballots.rules import (
    DEFAULT_SHARE,
    LEAST_VOTES,
    LONGEST_OPTION,
    LONGEST_PROPOSAL,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    Kind,
    Lack,
    Plan,
    State,
    lacks,
)
from engagement.database.clock import day_of, start_of
from engagement.methods.choice.rules import Denominator
from engagement.panels.queries import PanelRow
from engagement.panels.rules import MOST_SEATS
from engagement.sessions.desk import harvest_of
from engagement.sessions.queries import find_session
from engagement.web.access import staff_only
from engagement.web.ballot_words import (
    BALLOT_KIND_TEXT,
    BALLOT_STATE_COLOUR,
    BALLOT_STATE_TEXT,
    DENOMINATOR_TEXT,
    LACK_OF_BALLOT_TEXT,
    STEP_TEXT,
    result_of,
    rules_words,
)
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.kit import (
    Choice,
    DateField,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.visits import present, require_principal

A_DAY = timedelta(days=1)
MOVED_ON = _l("It is not in a state for that any more. Look below how it stands.")


class BallotForm(KitForm):
    """How a ballot is set up."""

    kind = RadiosField(
        _l("How do people vote?"),
        missing=_l("Choose how people vote"),
        choices=[
            Choice(
                Kind.CONSENT.value,
                _l("On a proposal"),
                _l("From “love it” to “loathe it”, or abstaining. In secret, and it decides."),
            ),
            Choice(
                Kind.RANKING.value,
                _l("By ranking options"),
                _l("Best first, as many as one likes. In secret, and it decides."),
            ),
            Choice(
                Kind.STRAW.value,
                _l("A straw poll"),
                _l("One option each, changed at any time. Not in secret, and it decides nothing."),
            ),
        ],
    )
    question = TextField(
        _l("The question"),
        missing=_l("Enter the question"),
        max_length=LONGEST_QUESTION,
    )
    proposal = TextareaField(
        _l("The words that are voted on (for a proposal)"),
        hint=_l("Exactly as they will be published. They cannot be changed once it is open."),
        lines=6,
        max_length=LONGEST_PROPOSAL,
    )
    options = TextareaField(
        _l("The options (for a ranking or a straw poll)"),
        hint=_l("One on a line, from 2 to %(most)d.", most=MOST_OPTIONS),
        lines=5,
        max_length=MOST_OPTIONS * (LONGEST_OPTION + 2),
    )
    share = WholeNumberField(
        _l("Share that must be able to live with it, in per cent"),
        missing=_l("Enter a share from 1 to 100"),
        least=1,
        most=100,
        width=3,
    )
    denominator = SelectField(
        _l("Of whom is it a share?"),
        choices=[(one.value, text) for one, text in DENOMINATOR_TEXT.items()],
        default=Denominator.VOTES.value,
    )
    quorum = WholeNumberField(
        _l("How many must vote for a result?"),
        missing=_l("Enter how many must vote, or 0"),
        hint=_l("0 if there is no such number. Abstentions are votes."),
        least=0,
        most=MOST_SEATS,
        width=3,
    )
    closes_on = DateField(
        _l("Last day"),
        missing=_l("Enter the last day"),
        hint=_l("It ends at midnight. You can end it earlier, as at the end of a meeting."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is there that this kind needs."""
        valid = bool(super().validate(extra_validators))
        if not valid:
            return False
        if self.kind.data == Kind.CONSENT.value:
            if not self.proposal.data:
                self.refuse("proposal", _("Enter the words that are voted on"))
                return False
            return True
        given = self.lines()
        if not 2 <= len(given) <= MOST_OPTIONS or len(set(given)) < len(given):
            message = _("Enter from 2 to %(most)d options, each once", most=MOST_OPTIONS)
            self.refuse("options", message)
            return False
        if any(len(option) > LONGEST_OPTION for option in given):
            message = _("An option can have %(most)d characters", most=LONGEST_OPTION)
            self.refuse("options", message)
            return False
        return True

    def lines(self) -> list[str]:
        """The options, one a line."""
        return [line.strip() for line in self.options.data.splitlines() if line.strip()]

    def plan(self) -> Plan:
        """What was filled in."""
        return Plan(
            Kind(self.kind.data),
            self.question.data,
            self.proposal.data,
            tuple(self.lines()),
            self.share.data,
            Denominator(self.denominator.data or Denominator.VOTES),
            self.quorum.data,
            start_of(self.closes_on.data + A_DAY),
        )


class GoOnForm(KitForm):
    """One button."""


def ballot_or_404(public_id: str) -> BallotRow:
    """A ballot of a programme that the reader may see."""
    return find_ballot(visible(), public_id) or abort(404)


def to_ballot(ballot_id: str) -> Response:
    return redirect(url_for("facilitators.ballot", ballot_id=ballot_id), 303)


@facilitators.get("/panels/<panel_id>/ballots")
@staff_only(*RECRUITERS)
def ballots(panel_id: str) -> str:
    """The ballots and straw polls of a panel."""
    panel = panel_or_404(panel_id)
    return render_template(
        "facilitators/ballots.html",
        panel=panel,
        label=label_of(panel),
        ballots=ballots_of(panel.id),
        kind_text=BALLOT_KIND_TEXT,
        state_text=BALLOT_STATE_TEXT,
        state_colour=BALLOT_STATE_COLOUR,
    )


@facilitators.route("/panels/<panel_id>/ballots/new", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def new_ballot(panel_id: str) -> str | Response:
    """Set a ballot up."""
    panel = panel_or_404(panel_id)
    form = BallotForm(
        data={
            "share": DEFAULT_SHARE,
            "quorum": 0,
            "denominator": "votes",
            **_harvested(panel, request.args.get("harvest", "")),
        }
    )
    if form.validate_on_submit():
        made = service.draft_ballot(visible(), panel_id, form.plan())
        flash(_("It is set up. Nobody can vote yet."), "success")
        return to_ballot(made)
    return render_template(
        "facilitators/ballot_form.html",
        panel_title=panel.title,
        form=form,
        back_url=url_for("facilitators.ballots", panel_id=panel_id),
    )


def _harvested(panel: PanelRow, session_id: str) -> dict[str, Any]:
    """A ranking of what the tables of a session agreed on, to begin with."""
    row = find_session(visible(), session_id) if session_id else None
    if row is None or row.of.panel != panel.public_id:
        return {}
    options = dict.fromkeys(" ".join(one.text.split()) for one in harvest_of(row.id))
    return {
        "kind": Kind.RANKING.value,
        "question": _("What matters most of what we said at “%(session)s”?", session=row.title),
        "options": "\n".join(options),
    }


@facilitators.get("/ballots/<ballot_id>")
@staff_only(*RECRUITERS)
def ballot(ballot_id: str) -> str:
    """One ballot: where it stands and what is to do."""
    found = ballot_or_404(ballot_id)
    convenors = convenors_of(found.id) if found.is_secret else []
    missing: list[Lack] = []
    if found.state is State.DRAFT:
        missing = lacks(plan_of(found), members_of(found.panel_id), len(convenors), present())
    running = found.kind is Kind.STRAW and found.state in (State.OPEN, State.CLOSED)
    counts = straw_counts(found.id) if running else None
    return render_template(
        "facilitators/ballot.html",
        ballot=found,
        rules=rules_words(found),
        convenors=convenors,
        lacks=[LACK_OF_BALLOT_TEXT[one] for one in missing],
        turnout=turnout_of(found.id) if found.opened_at else None,
        straw=counts if counts and sum(counts.values()) >= LEAST_VOTES else None,
        least_shown=LEAST_VOTES,
        result=result_of(found),
        reasons=reasons_of(found.id) if found.state is State.TALLIED else [],
        may_make_key=require_principal().public_id not in [one.staff for one in convenors],
        kind_text=BALLOT_KIND_TEXT,
        state_text=BALLOT_STATE_TEXT,
        state_colour=BALLOT_STATE_COLOUR,
        step_text=STEP_TEXT,
    )


@facilitators.route("/ballots/<ballot_id>/change", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def change_ballot(ballot_id: str) -> str | Response:
    """Set a ballot up otherwise, before it opens."""
    found = ballot_or_404(ballot_id)
    if found.state is not State.DRAFT:
        flash(_("It was opened, so its words and rules stand."))
        return to_ballot(ballot_id)
    form = BallotForm(
        data={
            "kind": found.kind.value,
            "question": found.question,
            "proposal": found.proposal,
            "options": "\n".join(found.options),
            "share": found.share,
            "denominator": found.denominator.value,
            "quorum": found.quorum,
            "closes_on": day_of(found.closes_at - A_DAY) if found.closes_at else None,
        }
    )
    if form.validate_on_submit():
        try:
            service.change_ballot(visible(), ballot_id, form.plan())
        except BallotState:
            flash(_("It was opened, so its words and rules stand."))
        else:
            flash(_("Your changes are saved."), "success")
        return to_ballot(ballot_id)
    return render_template(
        "facilitators/ballot_form.html",
        panel_title=found.panel_title,
        form=form,
        back_url=url_for("facilitators.ballot", ballot_id=ballot_id),
    )


@facilitators.route("/ballots/<ballot_id>/key", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def ballot_key(ballot_id: str) -> str | Response:
    """Make one's key as a convenor; the secret is shown on this page and never again."""
    found = ballot_or_404(ballot_id)
    form = GoOnForm()
    if form.validate_on_submit():
        try:
            secret = service.make_key(visible(), ballot_id, require_principal().public_id)
        except HasKey:
            flash(_("A key is made already: one by each of two convenors, and each once."))
            return to_ballot(ballot_id)
        except BallotState:
            flash(_("Keys are made before it opens."))
            return to_ballot(ballot_id)
        return render_template("facilitators/ballot_secret.html", ballot=found, secret=secret)
    return render_template("facilitators/ballot_key.html", ballot=found, form=form)


@facilitators.post("/ballots/<ballot_id>/<act>")
@staff_only(*RECRUITERS)
def act_on_ballot(ballot_id: str, act: str) -> Response:
    """Open a ballot, end it, remove it, or set it up again."""
    found = ballot_or_404(ballot_id)
    try:
        if act == "open":
            service.open_ballot(visible(), ballot_id)
            flash(_("It is open. Members find it on their pages."), "success")
        elif act == "close":
            service.close_ballot(visible(), ballot_id)
            flash(_("It is closed. Now it can be counted."), "success")
        elif act == "remove":
            service.remove_ballot(visible(), ballot_id)
            flash(_("It is removed."), "success")
            return redirect(url_for("facilitators.ballots", panel_id=found.panel), 303)
        elif act == "again":
            ballot_id = service.run_again(visible(), ballot_id)
            flash(_("It is set up again, in the same words."), "success")
        else:
            abort(404)
    except NotReady as lacking:
        flash(str(LACK_OF_BALLOT_TEXT[Lack(str(lacking))]))
    except BallotState:
        flash(str(MOVED_ON))
    return to_ballot(ballot_id)
