"""Samples of what a round has: what every parameter of its addresses can stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

from sqlalchemy import select

from engagement.deliberation.materials import papers_of_round, put_paper, questions_of_round
from engagement.deliberation.models import Round, RoundTask
from engagement.deliberation.plans import RoundKind, RoundPlan
from engagement.deliberation.rounds import RoundRow, add_round, open_round, rounds_of
from engagement.extensions import db
from engagement.panels.queries import find_panel
from tests.architecture.canaries import Values, canary
from tests.factories import Partnership, Programme
from tests.factories.ballots import seat, seated_panel
from tests.factories.rounds import from_home, paper

_numbers = count(1)


def _plan(at: Partnership) -> RoundPlan:
    mark = canary(at)
    asked = (f"Who gains {mark}?",)
    return RoundPlan(RoundKind.SHARE, f"Stories {mark}", "What is it like?", ("Stories",), asked)


def _round(at: Partnership, programme: Programme, earlier: Values) -> str:
    """A round that is planned, of the panel; where there is none, one that members are at."""
    with at.inside():
        if "panel_id" in earlier:
            return add_round(None, earlier["panel_id"], _plan(at))
        mark = f"{canary(at)} at home {next(_numbers)}"
        panel, residents = seated_panel(programme, 3, mark, published=True)
        return _opened(at, panel, residents)


def _opened(at: Partnership, panel: str, residents: list[int]) -> str:
    made = add_round(None, panel, _plan(at))
    open_round(None, panel, made, "It is late")
    from_home(panel, made, residents, f"{canary(at)} asks {next(_numbers)}")
    return made


def _row(panel: str, public_id: str) -> RoundRow:
    found = find_panel(None, panel)
    assert found is not None
    return next(one for one in rounds_of(found.id) if one.public_id == public_id)


def _paper(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        mark = f"{canary(at)} reads {next(_numbers)}"
        if "panel_id" in earlier:
            return put_paper(None, earlier["panel_id"], earlier["round_id"], paper(mark))
        panel, residents = seated_panel(programme, 3, mark, published=True)
        row = _row(panel, _opened(at, panel, residents))
        return papers_of_round(row.id)[0].public_id


def _asked(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        panel, public_id = earlier["panel_id"], earlier["round_id"]
        open_round(None, panel, public_id, "It is late")
        from_home(panel, public_id, seat(panel, 2), f"{canary(at)} asks {next(_numbers)}")
        return questions_of_round(_row(panel, public_id).id)[0].first.public_id


def _task(at: Partnership, programme: Programme, earlier: Values) -> str:
    with at.inside():
        return db.session.scalars(
            select(RoundTask.public_id)
            .join(Round, Round.id == RoundTask.round_id)
            .where(Round.public_id == earlier["round_id"])
        ).one()


ROUND_OBJECTS: Mapping[str, Callable[[Partnership, Programme, Values], str]] = {
    "rounds/<round_id>": _round,
    "round-papers/<paper_id>": _paper,
    "experts/<asked_id>": _asked,
    "tasks/<task_id>": _task,
}
