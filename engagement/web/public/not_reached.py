"""Who a programme has not yet reached, as an officer published it."""

from __future__ import annotations

from flask import abort, render_template

from engagement.insight.reach import published_reach
from engagement.insight.rules import Size
from engagement.programmes.queries import find_published_name
from engagement.web.access import anyone
from engagement.web.public.door import public
from engagement.web.reach_words import gap_sentence


@public.get("/p/<slug>/programmes/<public_id>/not-reached")
@anyone
def not_reached(public_id: str) -> str:
    """Groups of which fewer take part than live there, with the source of the latter."""
    programme = find_published_name(public_id) or abort(404)
    summary = published_reach(programme.id)
    gaps = summary.gaps if summary else []
    return render_template(
        "public/not_reached.html",
        programme=programme,
        summary=summary,
        sentences=[
            gap_sentence(gap["feature"], gap["value"], gap["name"], Size(gap["size"]))
            for gap in gaps
        ],
        sources=list(dict.fromkeys(gap["source"] for gap in gaps)),
    )
