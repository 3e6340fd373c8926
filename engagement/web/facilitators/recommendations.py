"""Recommendations of a panel: drafted, reworded, merged, put to the vote, dissented from."""

from __future__ import annotations

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.ballots.rules import DEFAULT_SHARE, LONGEST_QUESTION, Kind, Plan
from engagement.database.clock import day_of, start_of
from engagement.deliberation import service
from engagement.deliberation.errors import (
    CannotMerge,
    ChangedMeanwhile,
    Locked,
    UnknownContribution,
    UnknownRecommendation,
)
from engagement.deliberation.queries import (
    RecommendationRow,
    find_recommendation,
    recommendations_of,
    wordings_to_draft,
)
from engagement.deliberation.rules import (
    LONGEST_EXPECTATION,
    LONGEST_STATEMENT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_EXPECTATIONS,
    proposal_of,
)
from engagement.methods.choice.rules import Denominator
from engagement.panels.queries import PanelRow
from engagement.panels.rules import MOST_SEATS
from engagement.sessions.desk import NoteRow
from engagement.web.access import staff_only
from engagement.web.ballot_words import DENOMINATOR_TEXT, result_of
from engagement.web.facilitators.ballots import A_DAY
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.kit import (
    DateField,
    KitForm,
    SelectField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.recommendation_words import EXPECTS, STAGE_COLOUR, STAGE_TEXT
from engagement.web.visits import present, require_principal

HERE = "/panels/<panel_id>/recommendations/<recommendation_id>"
LOCKED = _l("Its words were agreed, or are put to the vote: they stay as they are.")


class DraftForm(KitForm):
    """What members recommend."""

    title = TextField(
        _l("Short title"), missing=_l("Enter a short title"), max_length=LONGEST_TITLE
    )
    text = TextareaField(
        _l("What do they recommend?"),
        missing=_l("Enter what they recommend, in their words"),
        hint=_l("In their words, so that whoever must answer it can say yes or no."),
        lines=6,
        max_length=LONGEST_TEXT,
    )
    drafted_by = TextField(
        _l("Where does it come from? (optional)"),
        hint=_l("Such as: table 3. Name nobody."),
        max_length=100,
    )


class RewordForm(DraftForm):
    """Other words, and why."""

    why = TextField(
        _l("Why is it changed?"),
        missing=_l("Enter why it is changed"),
        hint=_l("It stands beside the earlier words, for everyone."),
        max_length=300,
    )


class ExpectationsForm(KitForm):
    """What the panel expects."""

    expectations = TextareaField(
        _l("What does the panel expect to happen?"),
        hint=_l("One on a line, %(most)d at most.", most=MOST_EXPECTATIONS),
        lines=6,
        max_length=MOST_EXPECTATIONS * (LONGEST_EXPECTATION + 2),
    )

    def lines(self) -> list[str]:
        """What was entered, one a line."""
        return [line.strip() for line in self.expectations.data.splitlines() if line.strip()]


class SourcesForm(KitForm):
    """What it rests on."""

    references = TextareaField(
        _l("References of what people said"),
        missing=_l("Enter a reference, or several"),
        hint=_l("Each stands on the page of the contribution, as “Reference”. One on a line."),
        lines=4,
        max_length=2_000,
    )
    under = SelectField(_l("What rests on it?"), prompt=_l("The recommendation as a whole"))


class MergeForm(KitForm):
    """Into which other it goes."""

    into = SelectField(_l("Into which one?"), missing=_l("Choose into which one"))


class PutForm(KitForm):
    """By which rules it is voted on."""

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
    )
    quorum = WholeNumberField(
        _l("How many must vote for a result?"),
        missing=_l("Enter how many must vote, or 0"),
        least=0,
        most=MOST_SEATS,
        width=3,
    )
    closes_on = DateField(_l("Last day"), missing=_l("Enter the last day"))


class StatementForm(KitForm):
    """What members who do not agree say."""

    text = TextareaField(
        _l("What do those who do not agree say?"),
        missing=_l("Enter their statement"),
        hint=_l("In their words, agreed by them. Everyone can read it. Name nobody."),
        lines=6,
        max_length=LONGEST_STATEMENT,
    )


def _found(panel_id: str, recommendation_id: str) -> tuple[PanelRow, RecommendationRow]:
    panel = panel_or_404(panel_id)
    return panel, find_recommendation(panel.id, recommendation_id) or abort(404)


def _to(panel_id: str, recommendation_id: str) -> Response:
    page = "facilitators.recommendation"
    return redirect(url_for(page, panel_id=panel_id, recommendation_id=recommendation_id), 303)


def _form(panel: PanelRow, row: RecommendationRow, form: KitForm, title: str, go: str) -> str:
    return render_template(
        "facilitators/recommendation_form.html",
        panel=panel,
        row=row,
        form=form,
        title=title,
        go=go,
    )


def _locked(panel: PanelRow, row: RecommendationRow) -> Response:
    flash(str(LOCKED))
    return _to(panel.public_id, row.public_id)


@facilitators.get("/panels/<panel_id>/recommendations")
@staff_only(*RECRUITERS)
def recommendations(panel_id: str) -> str:
    """What a panel recommends."""
    panel = panel_or_404(panel_id)
    return render_template(
        "facilitators/recommendations.html",
        panel=panel,
        label=label_of(panel),
        rows=recommendations_of(panel.id),
        wordings=wordings_to_draft(panel.activity_id),
        stage_text=STAGE_TEXT,
        stage_colour=STAGE_COLOUR,
    )


@facilitators.route("/panels/<panel_id>/recommendations/new", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def draft_recommendation(panel_id: str) -> str | Response:
    """Write down what members recommend; ``of`` names the agreed wording of a table, if any."""
    panel = panel_or_404(panel_id)
    key = request.args.get("of", "")
    wordings = wordings_to_draft(panel.activity_id) if key else []
    of = next((one for one in wordings if one.public_id == key), None)
    form = DraftForm(data={"text": of.text, "drafted_by": _table(of)} if of else None)
    if form.validate_on_submit():
        made = service.draft(
            visible(),
            panel_id,
            form.title.data,
            form.text.data,
            drafted_by=form.drafted_by.data,
            by=require_principal().public_id,
            rests_on=(of.contribution or "") if of else "",
        )
        flash(_("It is written down."), "success")
        return _to(panel_id, made)
    return render_template(
        "facilitators/recommendation_form.html",
        panel=panel,
        row=None,
        form=form,
        title=_("A new recommendation"),
        go=_("Write it down"),
    )


def _table(note: NoteRow) -> str:
    return str(_("Table %(number)d, %(session)s", number=note.table, session=note.session))


@facilitators.get(HERE)
@staff_only(*RECRUITERS)
def recommendation(panel_id: str, recommendation_id: str) -> str:
    """One recommendation with all that belongs to it."""
    panel, row = _found(panel_id, recommendation_id)
    return render_template(
        "facilitators/recommendation.html",
        panel=panel,
        row=row,
        result=result_of(row.ballot) if row.ballot else None,
        stage_text=STAGE_TEXT,
        stage_colour=STAGE_COLOUR,
    )


@facilitators.route(f"{HERE}/words", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def reword_recommendation(panel_id: str, recommendation_id: str) -> str | Response:
    """Other words. Where somebody changed them meanwhile, both are shown and nothing is lost."""
    panel, row = _found(panel_id, recommendation_id)
    if not row.is_changeable:
        return _locked(panel, row)
    form = RewordForm(data={"title": row.title, "text": row.text})
    del form.drafted_by
    given = request.form.get("was", "")
    was = int(given) if given.isdecimal() and len(given) < 9 else row.wordings[-1].number
    if form.validate_on_submit():
        words = form.title.data, form.text.data, form.why.data
        by = require_principal().public_id
        try:
            service.reword(visible(), panel_id, row.public_id, *words, was=was, by=by)
        except Locked:
            return _locked(panel, row)
        except ChangedMeanwhile:
            row = find_recommendation(panel.id, recommendation_id) or abort(404)
            was = row.wordings[-1].number
            form.refuse(
                "text",
                _(
                    "Somebody has changed it meanwhile. It now says: “%(text)s”. Yours is still"
                    " below: put the two together, and save again",
                    text=row.text,
                ),
            )
        else:
            flash(_("The new words are there; the earlier ones stay to be read."), "success")
            return _to(panel_id, recommendation_id)
    return render_template(
        "facilitators/recommendation_words.html", panel=panel, row=row, form=form, was=was
    )


@facilitators.route(f"{HERE}/expectations", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def expect_of_recommendation(panel_id: str, recommendation_id: str) -> str | Response:
    """What the panel expects to happen."""
    panel, row = _found(panel_id, recommendation_id)
    if not row.is_changeable:
        return _locked(panel, row)
    form = ExpectationsForm(data={"expectations": "\n".join(e.text for e in row.expectations)})
    if form.validate_on_submit():
        lines = form.lines()
        if len(lines) > MOST_EXPECTATIONS or any(len(e) > LONGEST_EXPECTATION for e in lines):
            form.refuse(
                "expectations",
                _(
                    "Enter %(most)d at most, each with %(long)d characters at most",
                    most=MOST_EXPECTATIONS,
                    long=LONGEST_EXPECTATION,
                ),
            )
        else:
            try:
                service.expect(visible(), panel_id, row.public_id, lines)
            except Locked:
                return _locked(panel, row)
            flash(_("What is expected is saved."), "success")
            return _to(panel_id, recommendation_id)
    return _form(panel, row, form, _("What the panel expects"), _("Save"))


@facilitators.route(f"{HERE}/sources", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def rest_recommendation(panel_id: str, recommendation_id: str) -> str | Response:
    """What it rests on: contributions of the programme, by their references."""
    panel, row = _found(panel_id, recommendation_id)
    form = SourcesForm()
    form.under.choices = [(one.public_id, one.text[:200]) for one in row.expectations]
    if form.validate_on_submit():
        references = list(dict.fromkeys(re.findall(r"[\w-]+", form.references.data)))
        try:
            service.rest_on(visible(), panel_id, row.public_id, references, form.under.data or "")
        except UnknownContribution as unknown:
            form.refuse(
                "references",
                _(
                    "No contribution of this programme has the reference %(it)s. Nothing was"
                    " linked",
                    it=str(unknown)[:40],
                ),
            )
        except UnknownRecommendation:  # what was expected has gone meanwhile
            form.refuse("under", _("Choose again what rests on it"))
        else:
            flash(_("It is linked, and the way leads from both ends."), "success")
            return _to(panel_id, recommendation_id)
    return _form(panel, row, form, _("What it rests on"), _("Link them"))


@facilitators.route(f"{HERE}/merge", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def merge_recommendation(panel_id: str, recommendation_id: str) -> str | Response:
    """Let it stand in another one."""
    panel = panel_or_404(panel_id)
    rows = {one.public_id: one for one in recommendations_of(panel.id)}
    row = rows.get(recommendation_id) or abort(404)
    if not row.is_changeable:
        return _locked(panel, row)
    form = MergeForm()
    form.into.choices = [
        (one.public_id, one.title)
        for one in rows.values()
        if one.is_changeable and one.id != row.id
    ]
    if form.validate_on_submit():
        try:
            service.merge(visible(), panel_id, row.public_id, form.into.data)
        except (Locked, CannotMerge):
            form.refuse("into", _("That one cannot be changed any more. Choose another"))
        else:
            flash(_("It stands in the other now, and can still be read."), "success")
            return _to(panel_id, form.into.data)
    return _form(panel, row, form, _("Put it into another one"), _("Put it there"))


@facilitators.route(f"{HERE}/vote", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def put_recommendation(panel_id: str, recommendation_id: str) -> str | Response:
    """Set up the ballot on the words that stand."""
    panel, row = _found(panel_id, recommendation_id)
    if not row.is_changeable:
        return _locked(panel, row)
    form = PutForm(
        data={"share": DEFAULT_SHARE, "quorum": 0, "denominator": Denominator.VOTES.value}
    )
    if form.validate_on_submit():
        if form.closes_on.data < day_of(present()):
            form.refuse("closes_on", _("The last day must be today or later"))
        else:
            plan = Plan(
                Kind.CONSENT,
                _("Can you live with this recommendation? %(title)s", title=row.title)[
                    :LONGEST_QUESTION
                ],
                proposal_of(row.text, [one.text for one in row.expectations], str(EXPECTS)),
                share=form.share.data,
                denominator=Denominator(form.denominator.data or Denominator.VOTES),
                quorum=form.quorum.data,
                closes_at=start_of(form.closes_on.data + A_DAY),
            )
            try:
                ballot = service.put_to_vote(visible(), panel_id, row.public_id, plan)
            except Locked:
                return _locked(panel, row)
            flash(_("The ballot is set up. Now two convenors make their keys."), "success")
            return redirect(url_for("facilitators.ballot", ballot_id=ballot), 303)
    return _form(panel, row, form, _("Put it to the vote"), _("Set the ballot up"))


@facilitators.route(f"{HERE}/dissent", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def dissent_from_recommendation(panel_id: str, recommendation_id: str) -> str | Response:
    """A statement of members who do not agree, beside it."""
    panel, row = _found(panel_id, recommendation_id)
    form = StatementForm()
    if form.validate_on_submit():
        service.dissent(visible(), panel_id, row.public_id, form.text.data)
        flash(_("The statement stands beside it."), "success")
        return _to(panel_id, recommendation_id)
    return _form(panel, row, form, _("A minority statement"), _("Put it beside it"))
