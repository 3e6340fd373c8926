"""The draw as staff run it: prepared, published, and decided by the seed that two of them enter."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.panels import draws as service
from engagement.panels.draw_queries import DrawRow, draws_of, find_draw
from engagement.panels.errors import (
    DrawUnderWay,
    NoEmptySeat,
    NotThatFar,
    PoolChanged,
    RegistrationOpen,
    ReserveOver,
    SamePerson,
    SeedsDiffer,
    SourceUsed,
)
from engagement.panels.queries import PanelRow
from engagement.panels.rules import WAITING, DrawState
from engagement.runs.queries import get_run
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.kit import KitForm, TextField
from engagement.web.visits import require_principal
from engagement.web.words import DRAW_STATE_COLOUR, DRAW_STATE_TEXT

UNDER_WAY = _l("A draw of this panel is under way already: here it is.")


class PrepareForm(KitForm):
    """Where the seed will come from."""

    seed_source = TextField(
        _l("Where will the seed come from?"),
        missing=_l("Enter where the seed will come from"),
        hint=_l(
            "Something that everyone can look up later and nobody can know now, and that can give"
            " one answer only: “round 4512006 of the drand beacon”, or “five dice thrown in the"
            " library hall, read from left to right”."
        ),
        max_length=300,
    )
    seed_due = TextField(
        _l("When?"),
        missing=_l("Enter when the seed will be known"),
        hint=_l("For example: 3 March 2026 at 14:00"),
        max_length=100,
    )


class SeedForm(KitForm):
    """The seed, as the source gave it."""

    seed = TextField(
        _l("The seed"),
        missing=_l("Enter the seed exactly as the source gave it"),
        hint=_l("Exactly as the source gave it, with every digit."),
        max_length=200,
        autocomplete="off",
        spellcheck=False,
    )


class ReasonForm(KitForm):
    """Why a draw is given up."""

    reason = TextField(
        _l("Why is it given up?"),
        missing=_l("Enter why it is given up: everyone can read it"),
        max_length=300,
    )


def _draw(panel: PanelRow, draw_id: str) -> DrawRow:
    draw = find_draw(visible(), draw_id)
    return draw if draw is not None and draw.panel_id == panel.id else abort(404)


def _to(panel_id: str, draw_id: str) -> Response:
    return redirect(url_for("facilitators.draw", panel_id=panel_id, draw_id=draw_id), 303)


@facilitators.route("/panels/<panel_id>/draws", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def draws(panel_id: str) -> str | Response:
    """A panel's draws; the form prepares another."""
    panel = panel_or_404(panel_id)
    form = PrepareForm()
    if form.validate_on_submit():
        try:
            made = service.prepare_draw(
                visible(), panel_id, form.seed_source.data, form.seed_due.data
            )
        except RegistrationOpen:
            form.form_errors.append(
                _("Registration is still open. Set its last day, and prepare the draw after that.")
            )
        except ReserveOver as error:
            form.form_errors.append(
                _(
                    "The reserve ended on %(day)s: empty seats are not drawn again. With a later"
                    " last day, set on the panel’s form, they can be; people in reserve then see"
                    " it.",
                    day=day(error.last_day),
                )
            )
        except SourceUsed:
            form.refuse(
                "seed_source",
                _(
                    "An earlier draw had its seed from there, so everybody knows it. Name one that"
                    " is still to come"
                ),
            )
        except NoEmptySeat:
            form.form_errors.append(_("Every seat is taken or offered: there is nothing to draw."))
        except DrawUnderWay:
            flash(UNDER_WAY)
            return redirect(url_for("facilitators.draws", panel_id=panel_id), 303)
        else:
            return _to(panel_id, made)
    return render_template(
        "facilitators/draws.html",
        panel=panel,
        label=label_of(panel),
        form=form,
        draws=draws_of(panel.id),
        waiting=WAITING,
        state_text=DRAW_STATE_TEXT,
        state_colour=DRAW_STATE_COLOUR,
    )


@facilitators.route("/panels/<panel_id>/draws/<draw_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def draw(panel_id: str, draw_id: str) -> str | Response:
    """One draw; once it is published, the form takes the seed."""
    panel = panel_or_404(panel_id)
    found = _draw(panel, draw_id)
    form = SeedForm()
    if form.validate_on_submit():
        problem = _enter(draw_id, form.seed.data)
        if problem is None:
            return _to(panel_id, draw_id)
        form.refuse("seed", problem)
    return _page(panel, found, form, ReasonForm())


def _page(panel: PanelRow, draw: DrawRow, form: SeedForm, reason_form: ReasonForm) -> str:
    return render_template(
        "facilitators/draw.html",
        panel=panel,
        draw=draw,
        form=form,
        reason_form=reason_form,
        stopped=draw.state is DrawState.PREPARING and get_run(draw.run_public_id).run.has_ended,
        entered_by_me=draw.seed_entered_by == require_principal().public_id,
        state_text=DRAW_STATE_TEXT,
        state_colour=DRAW_STATE_COLOUR,
        can_be_given_up=draw.state in WAITING,
    )


def _enter(draw_id: str, seed: str) -> Any:
    """Enter the seed; what is wrong with it, if anything."""
    try:
        if service.enter_seed(visible(), draw_id, seed):
            flash(_("The panel is drawn. Its seats are offered."), "success")
        else:
            flash(_("The seed is entered. A second member of staff enters it too."), "success")
    except SamePerson:
        return _("You have entered it already. Somebody else has to enter it as well")
    except SeedsDiffer:
        return _(
            "This is not what the first of you entered. Check with each other; if the first was"
            " wrong, forget it and enter both anew"
        )
    except NotThatFar:
        flash(_("This draw does not wait for a seed."))
    return None


@facilitators.post("/panels/<panel_id>/draws/<draw_id>/publish")
@staff_only(*RECRUITERS)
def publish_draw(panel_id: str, draw_id: str) -> Response:
    """Publish what binds the draw, before the seed can be known."""
    _draw(panel_or_404(panel_id), draw_id)
    try:
        service.publish_commitment(visible(), draw_id)
    except PoolChanged:
        flash(
            _(
                "Registrations, targets or seats have changed since it was worked out. Give this"
                " draw up and prepare another."
            )
        )
    except NotThatFar:
        flash(_("This draw cannot be published now."))
    else:
        flash(_("Published. Now nobody can change it: wait for the seed."), "success")
    return _to(panel_id, draw_id)


@facilitators.post("/panels/<panel_id>/draws/<draw_id>/forget")
@staff_only(*RECRUITERS)
def forget_seed(panel_id: str, draw_id: str) -> Response:
    """Forget a seed that only one of two has entered."""
    _draw(panel_or_404(panel_id), draw_id)
    try:
        service.forget_seed(visible(), draw_id)
    except NotThatFar:
        flash(_("This draw does not wait for a seed."))
    else:
        flash(_("Forgotten. Both of you enter the seed anew."), "success")
    return _to(panel_id, draw_id)


@facilitators.post("/panels/<panel_id>/draws/<draw_id>/give-up")
@staff_only(*RECRUITERS)
def give_up_draw(panel_id: str, draw_id: str) -> str | Response:
    """End a draw that is not drawn yet."""
    panel = panel_or_404(panel_id)
    found = _draw(panel, draw_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(panel, found, SeedForm(formdata=None), form)
    try:
        service.void_draw(visible(), draw_id, form.reason.data)
    except NotThatFar:
        flash(_("This draw is over already."))
    else:
        flash(_("The draw is given up. You can prepare another."), "success")
    return _to(panel_id, draw_id)
