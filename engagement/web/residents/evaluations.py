"""A member says how it is for them to be on a panel: the same questions before and after."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.deliberation.errors import NoSeat, NotAsked
from engagement.deliberation.evaluation import evaluate_as_member, own_reply, part_asked
from engagement.panels.queries import find_panel, find_panel_to_join
from engagement.panels.seat_queries import seated_on
from engagement.web.access import residents_only
from engagement.web.evaluation_forms import OVER, evaluation_form, part_sent, reply_in
from engagement.web.evaluation_words import asked_words
from engagement.web.panel_pages import recruitment_label
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal


@residents.route("/panels/<panel_id>/evaluation", methods=["GET", "POST"])
@residents_only
def evaluation(panel_id: str) -> str | Response:
    """How it is for a member, where it is asked now."""
    me = require_principal().id
    of = next((one for one in seated_on(me) if one.public_id == panel_id), None)
    if of is None:
        if find_panel(None, panel_id) is None:
            abort(404)
        flash(_("That is asked of those who have a seat on the panel now."))
        return redirect(url_for("residents.rounds"), 303)
    asked = part_asked(of.panel_id)
    part = part_sent() or asked
    if part is None:
        flash(_("It is not asked now. It comes again at the end."))
        return redirect(url_for("residents.rounds"), 303)
    form = evaluation_form(part, own_reply(of.panel_id, part, me))
    if form.validate_on_submit():
        try:
            if part is not asked:
                raise NotAsked(part)
            evaluate_as_member(of.panel_id, part, me, reply_in(part, form))
        except (NoSeat, NotAsked):
            form.refuse("words", OVER)
        else:
            flash(_("Thank you. It is saved. You can change it while it is asked."), "success")
            return redirect(url_for("residents.rounds"), 303)
    panel = find_panel_to_join(panel_id) or abort(404)
    return render_template(
        "residents/evaluation.html",
        panel=panel,
        label=recruitment_label(panel),
        form=form,
        part=part,
        about=asked_words(part),
    )
