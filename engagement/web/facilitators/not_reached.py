"""Who a programme has not yet reached: those who took part beside those who live there."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.insight.errors import TooFewToTell
from engagement.insight.reach import CHANNEL, Comparison, published_reach, reach_of
from engagement.insight.summaries import publish_reach as publish
from engagement.panels.small_numbers import bounds
from engagement.programmes.queries import find_programme
from engagement.web.access import staff_only
from engagement.web.facilitators.data_cards import MAKERS, visible
from engagement.web.facilitators.door import facilitators
from engagement.web.reach_words import FEATURE_TEXT, NOTES, chart_of, gaps_in, table_of
from engagement.web.visits import require_principal


@facilitators.get("/programmes/<public_id>/not-reached")
@staff_only(*MAKERS)
def not_reached(public_id: str) -> str:
    """People by area, deprivation fifth, channel and what they told of themselves."""
    programme = find_programme(visible(), public_id) or abort(404)
    codes = [area.place_code for area in programme.areas if area.place_code]
    reach = reach_of(programme.id, codes)
    return render_template(
        "facilitators/not_reached.html",
        programme=programme,
        reach=reach,
        gaps=[sentence for one in reach.comparisons for sentence in gaps_in(one)],
        sections=[_section(one) for one in reach.comparisons],
        has_areas=bool(codes),
        rounded_to=bounds()[1],
        published=published_reach(programme.id),
        may_publish=Role.OFFICER in require_principal().all_roles,
        share=round(100 * reach.active.share) if reach.active else 0,
    )


def _section(comparison: Comparison) -> dict[str, object]:
    return {
        "title": FEATURE_TEXT[comparison.feature],
        "chart": chart_of(comparison),
        "table": table_of(comparison),
        "sources": comparison.sources,
        "note": NOTES.get(comparison.feature, "") if comparison.sources else "",
        "is_compared": comparison.feature != CHANNEL,
    }


@facilitators.post("/programmes/<public_id>/not-reached/publish")
@staff_only(Role.OFFICER)
def publish_reach(public_id: str) -> Response:
    """Tell everybody on the programme's page, as it stands now."""
    own = require_principal().programmes_with(Role.OFFICER)
    find_programme(own, public_id) or abort(404)
    try:
        publish(own, public_id)
    except TooFewToTell:
        flash(_("So few people took part that nothing can be told of them yet."))
    else:
        flash(
            _("It is published on the programme’s page, and stays so until you do it again."),
            "success",
        )
    return redirect(url_for("facilitators.not_reached", public_id=public_id), 303)
