"""Who gets how far, from the letter to the session: whom a panel loses, and where."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from engagement.insight.funnel import Funnel, reach_of
from engagement.panels.queries import features_of
from engagement.panels.small_numbers import bounds
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404
from engagement.web.kit import Column, Table
from engagement.web.kit.charts import SUPPRESSED
from engagement.web.words import STAGE_TEXT


@facilitators.get("/panels/<panel_id>/reach")
@staff_only(*RECRUITERS)
def reach(panel_id: str) -> str:
    """Invited, registered, drawn, confirmed, attended: by each way to tell people apart."""
    panel = panel_or_404(panel_id)
    found = reach_of(panel.id, features_of(panel.id))
    return render_template(
        "facilitators/reach.html",
        panel=panel,
        label=label_of(panel),
        rounded_to=bounds()[1],
        totals=[(STAGE_TEXT[stage], count) for stage, count in found.totals.items()],
        answers=[_table(one, number) for number, one in enumerate(found.funnels) if one.feature],
        letters=[
            _table(one, number) for number, one in enumerate(found.funnels) if not one.feature
        ],
    )


def _table(funnel: Funnel, number: int) -> Table:
    return Table(
        funnel.title,
        [
            Column(_("Group")),
            *(Column(STAGE_TEXT[stage], numeric=True) for stage in funnel.stages),
        ],
        [
            [
                _("Not said") if words is None else words or _("Not in the list"),
                *map(_shown, counts),
            ]
            for words, counts in funnel.rows
        ],
        name=f"reach-{number}",
    )


def _shown(count: int | None) -> str:
    return SUPPRESSED if count is None else str(count)
