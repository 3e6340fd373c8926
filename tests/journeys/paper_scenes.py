"""Answers on paper, for looking at their pages."""

from __future__ import annotations

from tests.factories import Partnership, Programme
from tests.factories.paper import differing_form

Paths = dict[str, list[dict[str, str]]]


def paper_pages(place: Partnership, programme: Programme) -> Paths:
    """A batch with a form typed once and one typed twice, differently."""
    with place.inside():
        form = differing_form(programme, "<b>& so</b>")
    here = {"public_id": programme.public_id}
    return {
        **{f"facilitators.{page}": [here] for page in ("paper", "type_paper", "take_back_paper")},
        "facilitators.compare_paper": [{**here, "form_id": form}],
    }
