"""From the letter to the session: counted right, and nobody to be reckoned out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.insight.funnel import Reach, Stage, reach_of
from engagement.panels.models import Registration, Seat
from engagement.panels.queries import features_of, find_panel
from engagement.panels.registration import withdraw_registration
from engagement.panels.rules import SeatState
from engagement.sessions.models import Attendance, Session
from engagement.sessions.rules import Mode
from tests.factories import Partnership, World
from tests.factories.panels import letters_for, panel_of, pool_of

STATES = (SeatState.ACCEPTED, SeatState.LEFT, SeatState.DECLINED)


@pytest.fixture
def north(world: World) -> Partnership:
    """The northern partnership."""
    return world.north


def reached(panel: str) -> Reach:
    found = find_panel(None, panel)
    assert found is not None
    return reach_of(found.id, features_of(found.id))


def seat_everybody(panel: str) -> None:
    """Every one has a seat, of three in turn two took it, and half of all came twice."""
    found = find_panel(None, panel)
    assert found is not None
    with transaction():
        sessions = [
            Session(
                activity_id=found.activity_id,
                title=f"Evening {number}",
                starts_at=clock.now(),
                ends_at=clock.now(),
                mode=Mode.IN_PERSON,
            )
            for number in (1, 2)
        ]
        db.session.add_all(sessions)
        keys = db.session.scalars(select(Registration.id).order_by(Registration.id)).all()
        for place, key in enumerate(keys):
            seat = Seat(
                panel_id=found.id,
                registration_id=key,
                state=STATES[place % 3],
                deadline_at=clock.now(),
            )
            db.session.add(seat)
            db.session.flush()
            if place % 2:
                db.session.add_all(
                    Attendance(session_id=session.id, seat_id=seat.id, pence=0)
                    for session in sessions
                )


def test_each_stage_is_counted_once_for_each_person(north: Partnership) -> None:
    with north.inside():
        panel = panel_of(north.programme())
        people = pool_of(panel, 60)
        letters_for(panel, 41)
        seat_everybody(panel)
        reach = reached(panel)
        assert list(reach.totals.values()) == [101, 60, 60, 40, 30]
        sexes = next(one for one in reach.funnels if one.feature == "sex")
        assert sexes.stages == (
            Stage.REGISTERED, Stage.DRAWN, Stage.CONFIRMED, Stage.ATTENDED
        )  # fmt: skip
        # Women are first in each pair: they never came, men always did.
        assert [counts for _, counts in sexes.rows] == [
            (30, 30, 20, 0), (30, 30, 20, 30), (0, 0, 0, 0)
        ]  # fmt: skip
        (decile,) = (one for one in reach.funnels if not one.feature)
        assert (decile.title, decile.rows) == ("decile", (("1", (100, 60, 60, 40, 30)),))
        withdraw_registration(panel, people[0].resident_id)
        sexes = next(one for one in reached(panel).funnels if one.feature == "sex")
        assert reached(panel).totals[Stage.REGISTERED] == 60
        # One who says nothing any more is one too few to be told, and so is whom that would tell.
        assert [counts[0] for _, counts in sexes.rows].count(None) == 2


def test_small_groups_are_hidden_at_each_stage(north: Partnership) -> None:
    with north.inside():
        panel = panel_of(north.programme())
        pool_of(panel, 12)
        reach = reached(panel)
        sexes = next(one for one in reach.funnels if one.feature == "sex")
        assert [counts[0] for _, counts in sexes.rows] == [None, None, 0]
        assert reach.totals[Stage.REGISTERED] == 12
