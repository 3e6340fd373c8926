"""Draws when two act at the same moment: one of them does it, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.database import clock
from engagement.extensions import db
from engagement.jobs.execution import carry_out
from engagement.panels import draws
from engagement.panels.errors import DrawUnderWay, NotThatFar, PoolChanged
from engagement.panels.models import Draw, Seat
from engagement.panels.registration import withdraw_registration
from engagement.panels.rules import DrawState
from engagement.panels.service import change_panel
from tests.factories import Partnership, World
from tests.factories.panels import PLAN, Registrant, panel_of, pool_of
from tests.threads import run_at_once


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def panel(north: Partnership) -> str:
    """A panel of four."""
    return panel_of(north.programme("Waiting well"))


@pytest.fixture
def people(panel: str) -> list[Registrant]:
    """Twelve who registered; nobody can register any more."""
    made = pool_of(panel, 12)
    change_panel(None, panel, replace(PLAN, registration_closes_at=clock.now()))
    return made


@pytest.fixture
def draw(app: Flask, panel: str, people: list[Registrant]) -> str:
    """A draw that is worked out."""
    made = draws.prepare_draw(None, panel, "round 7 of a beacon", "noon")
    run = db.session.scalars(select(Draw.run_public_id).where(Draw.public_id == made)).one()
    carry_out(app, run)
    return made


def at_once(app: Flask, north: Partnership, *acts: Callable[[], object]) -> list[BaseException]:
    db.session.remove()
    return run_at_once(app, *acts, partnership_id=north.id)


def as_staff(name: str, act: Callable[[], object]) -> Callable[[], object]:
    def acted() -> object:
        with acting_as(Actor(ActorKind.STAFF, name)):
            return act()

    return acted


def state_of(draw: str) -> DrawState:
    return db.session.scalars(select(Draw.state).where(Draw.public_id == draw)).one()


def test_of_two_who_prepare_a_draw_one_does(
    app: Flask, north: Partnership, panel: str, people: list[Registrant]
) -> None:
    raised = at_once(
        app,
        north,
        lambda: draws.prepare_draw(None, panel, "round 1", "noon"),
        lambda: draws.prepare_draw(None, panel, "round 2", "noon"),
    )
    assert [type(error) for error in raised] == [DrawUnderWay]
    assert db.session.scalar(select(func.count()).select_from(Draw)) == 1


def test_a_name_taken_back_as_the_draw_is_published_leaves_no_draw_that_counts_it(
    app: Flask, north: Partnership, panel: str, people: list[Registrant], draw: str
) -> None:
    raised = at_once(
        app,
        north,
        lambda: draws.publish_commitment(None, draw),
        lambda: withdraw_registration(panel, people[0].resident_id),
    )
    # Whichever came first: published and then void, or never published.
    assert {type(error) for error in raised} <= {NotThatFar, PoolChanged}
    assert state_of(draw) is DrawState.VOID


def test_two_who_enter_the_seed_together_draw_once(
    app: Flask, north: Partnership, draw: str
) -> None:
    draws.publish_commitment(None, draw)
    raised = at_once(
        app,
        north,
        as_staff("one", lambda: draws.enter_seed(None, draw, "4 2 6")),
        as_staff("other", lambda: draws.enter_seed(None, draw, "4 2 6")),
    )
    assert raised == []
    assert state_of(draw) is DrawState.DRAWN
    assert db.session.scalar(select(func.count()).select_from(Seat)) == 4
