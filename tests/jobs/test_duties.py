"""The runs of every night."""

from __future__ import annotations

from engagement.database import clock
from engagement.jobs.duties import Nightly
from engagement.runs.queries import list_runs
from tests.factories import World


def test_every_partnership_gets_one_run_a_day(world: World) -> None:
    with world.north.inside():
        for _ in range(2):
            nightly = Nightly("audit_check", hour=0)
            nightly.request()
            nightly.request()
        today = clock.now().astimezone(clock.LONDON).date()
    for partnership in (world.north, world.south):
        with partnership.inside():
            rows = list_runs().rows
            assert [row.kind for row in rows] == ["audit_check"]
            assert rows[0].requested_at.astimezone(clock.LONDON).date() == today


def test_nothing_is_asked_for_before_its_hour(world: World) -> None:
    with world.north.inside():
        Nightly("audit_check", hour=24).request()
        assert list_runs().total == 0
