"""The evaluation of a deliberation: what members, organisers and an observer say of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.deliberation.errors import NoSeat, NotAsked
from engagement.deliberation.evaluation import (
    evaluate_as_staff,
    evaluate_for,
    given_of,
    part_asked,
)
from engagement.deliberation.rules import LEAST_REPLIES, EvaluationPart
from engagement.panels.queries import PanelRow
from engagement.web.access import staff_only
from engagement.web.evaluation_forms import OVER, evaluation_form, part_sent, reply_in
from engagement.web.evaluation_words import (
    PART_TEXT,
    asked_words,
    observer_facts,
    tables_of,
)
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, panel_or_404, seat_choices, visible
from engagement.web.kit import SelectField, TextField
from engagement.web.visits import require_principal

NOT_NOW = _l("Members are not asked now. They are until the first round closes, and at the end.")


@facilitators.get("/panels/<panel_id>/evaluation")
@staff_only(*RECRUITERS)
def evaluation(panel_id: str) -> str:
    """What was answered so far, and what can be added."""
    panel = panel_or_404(panel_id)
    given = given_of(panel.id)
    return render_template(
        "facilitators/evaluation.html",
        panel=panel,
        tables=tables_of(given),
        observers=[(row, observer_facts(row)) for row in given.observers],
        words=given.words,
        part_text=PART_TEXT,
        asked=part_asked(panel.id),
        not_now=NOT_NOW,
        least=LEAST_REPLIES,
    )


def _back(panel: PanelRow) -> str:
    return url_for("facilitators.evaluation", panel_id=panel.public_id)


def _saved(panel: PanelRow) -> Response:
    flash(_("It is saved."), "success")
    return redirect(_back(panel), 303)


@facilitators.route("/panels/<panel_id>/evaluation/member", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def evaluate_member(panel_id: str) -> str | Response:
    """Write down what a member answered on paper or by telephone."""
    panel = panel_or_404(panel_id)
    asked = part_asked(panel.id)
    part = part_sent() or asked
    if part is None:
        flash(str(NOT_NOW))
        return redirect(_back(panel), 303)
    seat = SelectField(
        _l("Whose reply is it?"),
        missing=_l("Choose whose reply it is"),
        hint=_l("By the reference of the seat. A later reply takes the place of the earlier one."),
        choices=seat_choices(panel.id),
    )
    form = evaluation_form(part, first={"seat": seat})
    if form.validate_on_submit():
        try:
            if part is not asked:
                raise NotAsked(part)
            evaluate_for(visible(), panel_id, part, form["seat"].data, reply_in(part, form))
        except NoSeat:
            form.refuse("seat", _("They have left the panel meanwhile"))
        except NotAsked:
            form.refuse("words", OVER)
        else:
            return _saved(panel)
    title = _("Write down a member’s reply")
    return one_form(
        form,
        title,
        _("Save it"),
        back=_back(panel),
        caption=panel.title,
        above=[PART_TEXT[part]],
        hidden={"part": part},
    )


@facilitators.route("/panels/<panel_id>/evaluation/organiser", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def evaluate_organiser(panel_id: str) -> str | Response:
    """What one of those who organised it says of it."""
    panel = panel_or_404(panel_id)
    part, by = EvaluationPart.ORGANISER, require_principal().public_id
    form = evaluation_form(part)
    if form.validate_on_submit():
        evaluate_as_staff(visible(), panel_id, part, reply_in(part, form), by=by)
        return _saved(panel)
    title = _("What you say as one who organised it")
    above = [asked_words(part)]
    return one_form(form, title, _("Save it"), back=_back(panel), caption=panel.title, above=above)


@facilitators.route("/panels/<panel_id>/evaluation/observer", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def evaluate_observer(panel_id: str) -> str | Response:
    """Put on record what an independent observer says, signed."""
    panel = panel_or_404(panel_id)
    part, by = EvaluationPart.OBSERVER, require_principal().public_id
    signed = TextField(
        _l("Observer (name and organisation)"),
        missing=_l("Enter who observed"),
        hint=_l("Somebody who neither pays for it nor runs it. Everyone will see it."),
        max_length=200,
    )
    form = evaluation_form(part, first={"signed_as": signed})
    if form.validate_on_submit():
        evaluate_as_staff(
            visible(),
            panel_id,
            part,
            reply_in(part, form),
            by=by,
            signed_as=form["signed_as"].data,
        )
        return _saved(panel)
    title = _("What an independent observer says")
    above = [asked_words(part)]
    return one_form(
        form, title, _("Put it on record"), back=_back(panel), caption=panel.title, above=above
    )
