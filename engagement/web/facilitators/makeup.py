"""Confirming a panel and ending it: the two moments at which its make-up is published."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.panels import makeup as service
from engagement.panels.errors import MakeupPublished, NobodySeated, OffersOpen
from engagement.panels.rules import MakeupMoment
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.words import MAKEUP_MOMENT_TEXT

MOMENTS = {"confirm": MakeupMoment.CONFIRMED, "end": MakeupMoment.ENDED}


@facilitators.get("/panels/<panel_id>/make-up")
@staff_only(*RECRUITERS)
def makeup(panel_id: str) -> str:
    """What was published of the panel's make-up, and the next moment to do so."""
    panel = panel_or_404(panel_id)
    published = service.makeups_of(panel.id)
    return render_template(
        "facilitators/makeup.html",
        panel=panel,
        label=label_of(panel),
        published=published,
        moments={row.moment for row in published},
        confirmed=MakeupMoment.CONFIRMED,
        ended=MakeupMoment.ENDED,
        moment_text=MAKEUP_MOMENT_TEXT,
    )


@facilitators.post("/panels/<panel_id>/make-up/<moment>")
@staff_only(*RECRUITERS)
def publish_makeup(panel_id: str, moment: str) -> Response:
    """Confirm the panel, or note that it has ended."""
    panel_or_404(panel_id)
    if moment not in MOMENTS:
        abort(404)
    try:
        service.publish_makeup(visible(), panel_id, MOMENTS[moment])
    except OffersOpen:
        flash(
            _("Somebody may still answer an offer. Wait for the answers, or for the offers to end.")
        )
    except NobodySeated:
        flash(_("Nobody has taken a seat yet, so there is no panel to confirm."))
    except MakeupPublished:
        flash(_("This is published already. It is not published again."))
    else:
        flash(_("Published. Everyone can read it on the page of the draw."), "success")
    return redirect(url_for("facilitators.makeup", panel_id=panel_id), 303)
