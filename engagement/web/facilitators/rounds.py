"""The rounds of a panel: planned, opened when what they stand on is there, closed; oversight."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.deliberation import rounds as service
from engagement.deliberation.errors import OutputsMissing, RoundStands, Signed, UnknownRound
from engagement.deliberation.integrity import Integrity, state_integrity, statements_of
from engagement.deliberation.materials import cards_of, papers_of_round, questions_of_round
from engagement.deliberation.plans import PLANS, Oversight, RoundKind, RoundPlan, Template
from engagement.deliberation.rounds import RoundRow, needed_before, rounds_of, signatures_of
from engagement.deliberation.taking_part import people_answering
from engagement.panels.queries import PanelRow
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.kit import Choice, KitForm, RadiosField, SelectField, TextareaField, TextField
from engagement.web.round_words import (
    OVERSIGHT_TEXT,
    ROUND_KIND_TEXT,
    ROUND_STATE_COLOUR,
    ROUND_STATE_TEXT,
    TEMPLATE_HINT,
    TEMPLATE_TEXT,
    missing_words,
)
from engagement.web.visits import require_principal

MOST_OUTPUTS = 10
LONGEST_OUTPUT = 200
STANDS = _l("It was opened, or is closed already. Look below how it stands.")


class TemplateForm(KitForm):
    """From which template the rounds begin."""

    template = RadiosField(
        _l("How does this panel meet?"),
        missing=_l("Choose how this panel meets"),
        choices=[Choice(one.value, TEMPLATE_TEXT[one], TEMPLATE_HINT[one]) for one in Template],
    )


class RoundForm(KitForm):
    """A round."""

    kind = SelectField(
        _l("What is it for?"), choices=[(one.value, text) for one, text in ROUND_KIND_TEXT.items()]
    )
    title = TextField(_l("Title"), missing=_l("Enter a title"), max_length=200)
    prompt = TextareaField(
        _l("What are members asked?"),
        missing=_l("Enter what members are asked"),
        lines=3,
        max_length=1000,
    )
    outputs = TextareaField(
        _l("What must it bring before the next round opens?"),
        hint=_l("One on a line, %(most)d at most.", most=MOST_OUTPUTS),
        lines=4,
        max_length=MOST_OUTPUTS * (LONGEST_OUTPUT + 2),
    )

    tasks = TextareaField(
        _l("What can members answer from home, in their own words?"),
        hint=_l("One question on a line, %(most)d at most.", most=MOST_OUTPUTS),
        lines=4,
        max_length=MOST_OUTPUTS * (LONGEST_OUTPUT + 2),
    )

    def plan(self) -> RoundPlan | None:
        """What was filled in; nothing where there is too much of it."""
        lines = {}
        for name in ("outputs", "tasks"):
            lines[name] = tuple(filter(None, map(str.strip, self[name].data.splitlines())))
            if len(lines[name]) > MOST_OUTPUTS or max(map(len, lines[name]), default=0) > (
                LONGEST_OUTPUT
            ):
                self.refuse(
                    name,
                    _(
                        "Enter %(most)d at most, each with %(long)d characters at most",
                        most=MOST_OUTPUTS,
                        long=LONGEST_OUTPUT,
                    ),
                )
        if self.has_errors:
            return None
        kind = RoundKind(self.kind.data or RoundKind.LEARN)
        return RoundPlan(kind, self.title.data, self.prompt.data, **lines)


class OpenForm(KitForm):
    """Why a round opens without what should be there."""

    reason = TextareaField(
        _l("Why does it open all the same?"),
        missing=_l("Enter why it opens all the same"),
        hint=_l("Everyone can read it."),
        lines=3,
        max_length=1000,
    )


class IntegrityForm(KitForm):
    """What everyone should know who judges a deliberation."""

    paid_by = TextareaField(
        _l("Who pays for it?"),
        missing=_l("Enter who pays for it"),
        hint=_l("And what members, experts and facilitators are paid."),
        lines=3,
        max_length=2_000,
    )
    chose_experts = TextareaField(
        _l("Who chose the experts and the evidence, and how?"),
        missing=_l("Enter who chose them, and how"),
        lines=4,
        max_length=2_000,
    )
    left_out = TextareaField(
        _l("What was left out, and why?"),
        missing=_l("Enter what was left out, or that nothing was"),
        hint=_l("Questions, options, witnesses or evidence that somebody could miss."),
        lines=4,
        max_length=2_000,
    )

    def said(self) -> Integrity:
        """What was filled in."""
        return Integrity(self.paid_by.data, self.chose_experts.data, self.left_out.data)


class BringForm(KitForm):
    """What a round brought."""

    name = SelectField(_l("What is it?"), missing=_l("Choose what it is"))
    text = TextareaField(
        _l("What did the round bring?"),
        missing=_l("Enter what the round brought, or where it is to be read"),
        hint=_l("In a few sentences, or the address where it is to be read. Name nobody."),
        lines=5,
        max_length=5_000,
    )


class SignForm(KitForm):
    """What the oversight group says."""

    part = SelectField(_l("What did the oversight group look at?"), missing=_l("Choose what"))
    statement = TextareaField(
        _l("What does it say?"),
        missing=_l("Enter what the oversight group says"),
        lines=5,
        max_length=3_000,
    )
    signed_as = TextField(
        _l("Signed by (name and organisation)"),
        missing=_l("Enter who signs"),
        hint=_l("Everyone will see it."),
        max_length=200,
    )


def round_here(panel_id: str, round_id: str) -> tuple[PanelRow, list[RoundRow], RoundRow]:
    panel = panel_or_404(panel_id)
    rounds = rounds_of(panel.id)
    found = next((one for one in rounds if one.public_id == round_id), None) or abort(404)
    return panel, rounds, found


def _to(panel_id: str, round_id: str = "") -> Response:
    if round_id:
        return redirect(
            url_for("facilitators.one_round", panel_id=panel_id, round_id=round_id), 303
        )
    return redirect(url_for("facilitators.rounds", panel_id=panel_id), 303)


def _words() -> dict[str, Any]:
    return {
        "kind_text": ROUND_KIND_TEXT,
        "state_text": ROUND_STATE_TEXT,
        "state_colour": ROUND_STATE_COLOUR,
        "oversight_text": OVERSIGHT_TEXT,
    }


@facilitators.route("/panels/<panel_id>/rounds", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def rounds(panel_id: str) -> str | Response:
    """The rounds of a panel; where there are none, the form plans those of a template."""
    panel = panel_or_404(panel_id)
    form = TemplateForm()
    if form.validate_on_submit():
        template = Template(form.template.data)
        words = [
            replace(
                plan,
                title=_(plan.title),
                prompt=_(plan.prompt),
                outputs=tuple(_(one) for one in plan.outputs),
                tasks=tuple(_(one) for one in plan.tasks),
            )
            for plan in PLANS[template]
        ]
        try:
            service.plan_rounds(visible(), panel_id, template, words)
        except RoundStands:
            flash(_("There are rounds already. Change those."))
        else:
            flash(_("The rounds are planned. You can change every word of them."), "success")
        return _to(panel_id)
    return render_template(
        "facilitators/rounds.html",
        panel=panel,
        label=label_of(panel),
        rounds=rounds_of(panel.id),
        signatures=signatures_of(panel.id),
        form=form,
        **_words(),
    )


@facilitators.route("/panels/<panel_id>/rounds/new", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def add_round(panel_id: str) -> str | Response:
    """Add a round at the end."""
    panel = panel_or_404(panel_id)
    form = RoundForm()
    if form.validate_on_submit() and (plan := form.plan()):
        made = service.add_round(visible(), panel_id, plan)
        flash(_("The round is there."), "success")
        return _to(panel_id, made)
    return _form(panel, form, _("A new round"), _("Add the round"))


def _form(panel: PanelRow, form: KitForm, title: str, go: str, round_id: str = "") -> str:
    back = (
        url_for("facilitators.one_round", panel_id=panel.public_id, round_id=round_id)
        if round_id
        else url_for("facilitators.rounds", panel_id=panel.public_id)
    )
    return one_form(form, title, go, back=back, caption=panel.title)


@facilitators.get("/panels/<panel_id>/rounds/<round_id>")
@staff_only(*RECRUITERS)
def one_round(panel_id: str, round_id: str) -> str:
    """One round: what it asks, what it must bring, and what is to do."""
    panel, rounds, found = round_here(panel_id, round_id)
    needed = needed_before(found, rounds, list(signatures_of(panel.id)))
    return render_template(
        "facilitators/round.html",
        panel=panel,
        row=found,
        needed=missing_words(needed),
        missing=missing_words(found.missing),
        cards=cards_of(panel.programme_id, found.cards),
        papers=papers_of_round(found.id),
        questions=questions_of_round(found.id),
        answering=people_answering(found.id),
        **_words(),
    )


@facilitators.route("/panels/<panel_id>/rounds/<round_id>/plan", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def change_round(panel_id: str, round_id: str) -> str | Response:
    """Plan a round otherwise, before it opens."""
    panel, _rounds, found = round_here(panel_id, round_id)
    if found.opened_at is not None:
        flash(str(STANDS))
        return _to(panel_id, round_id)
    form = RoundForm(
        data={
            "kind": found.kind.value,
            "title": found.title,
            "prompt": found.prompt,
            "outputs": "\n".join(found.outputs),
            "tasks": "\n".join(task.text for task in found.tasks),
        }
    )
    if form.validate_on_submit() and (plan := form.plan()):
        try:
            service.change_round(visible(), panel_id, round_id, plan)
        except RoundStands:
            flash(str(STANDS))
        else:
            flash(_("Your changes are saved."), "success")
        return _to(panel_id, round_id)
    return _form(panel, form, _("Change the round"), _("Save"), round_id)


@facilitators.route("/panels/<panel_id>/rounds/<round_id>/opening", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def open_round(panel_id: str, round_id: str) -> str | Response:
    """Open a round; where something is missing, a reason is asked for, which everyone can read."""
    panel, rounds, found = round_here(panel_id, round_id)
    if found.opened_at is not None:
        flash(str(STANDS))
        return _to(panel_id, round_id)
    needed = needed_before(found, rounds, list(signatures_of(panel.id)))
    form = OpenForm()
    if not needed:
        del form.reason
    if form.validate_on_submit():
        try:
            service.open_round(visible(), panel_id, round_id, form.reason.data if needed else "")
        except RoundStands:
            flash(str(STANDS))
        except OutputsMissing:  # taken away in this very moment
            flash(_("Something is missing now. Look again."))
        else:
            flash(_("The round is open."), "success")
        return _to(panel_id, round_id)
    return render_template(
        "facilitators/round_opening.html",
        panel=panel,
        row=found,
        needed=missing_words(needed),
        form=form,
    )


@facilitators.post("/panels/<panel_id>/rounds/<round_id>/close")
@staff_only(*RECRUITERS)
def close_round(panel_id: str, round_id: str) -> Response:
    """Close a round, or take one that never opened out of the plan."""
    round_here(panel_id, round_id)
    try:
        if request.form.get("then") == "remove":
            service.remove_round(visible(), panel_id, round_id)
            flash(_("The round is taken out."), "success")
            return _to(panel_id)
        service.close_round(visible(), panel_id, round_id)
    except RoundStands:
        flash(str(STANDS))
    else:
        flash(_("The round is closed."), "success")
    return _to(panel_id, round_id)


@facilitators.route("/panels/<panel_id>/rounds/<round_id>/brought", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def bring_output(panel_id: str, round_id: str) -> str | Response:
    """Note what a round brought."""
    panel, _rounds, found = round_here(panel_id, round_id)
    form = BringForm()
    form.name.choices = [(name, name) for name in found.outputs]
    if form.validate_on_submit():
        try:
            service.bring(visible(), panel_id, round_id, form.name.data, form.text.data)
        except (RoundStands, UnknownRound):
            flash(_("Open the round first: before it, it can bring nothing."))
        else:
            flash(_("It is noted, and everyone can read it."), "success")
        return _to(panel_id, round_id)
    return _form(panel, form, _("What the round brought"), _("Note it"), round_id)


@facilitators.route("/panels/<panel_id>/integrity", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def integrity(panel_id: str) -> str | Response:
    """State who pays, who chose the experts, and what was left out, for everyone to read."""
    panel = panel_or_404(panel_id)
    stated = statements_of(panel.id)
    now = stated[0] if stated else None
    form = IntegrityForm(
        data={
            "paid_by": now.paid_by,
            "chose_experts": now.chose_experts,
            "left_out": now.left_out,
        }
        if now
        else None
    )
    if form.validate_on_submit():
        state_integrity(visible(), panel_id, form.said(), require_principal().public_id)
        flash(_("It is stated, and everyone can read it."), "success")
        return _to(panel_id)
    return _form(panel, form, _("Who pays, who chose, what was left out"), _("State it"))


@facilitators.route("/panels/<panel_id>/oversight", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def sign_oversight(panel_id: str) -> str | Response:
    """Put what the oversight group says on record."""
    panel = panel_or_404(panel_id)
    signed = signatures_of(panel.id)
    form = SignForm()
    form.part.choices = [
        (part.value, OVERSIGHT_TEXT[part]) for part in Oversight if part not in signed
    ]
    if form.validate_on_submit():
        part, words = Oversight(form.part.data), form.statement.data
        try:
            service.sign(visible(), panel_id, part, words, form.signed_as.data)
        except Signed:
            flash(_("That part is signed already."))
        else:
            flash(_("It is on record, and everyone can read it."), "success")
        return _to(panel_id)
    return _form(panel, form, _("What the oversight group says"), _("Put it on record"))
