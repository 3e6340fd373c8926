"""The make-up of a panel: at two moments, as it was then, whoever comes and goes in between."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engagement.panels.errors import MakeupPublished, NobodySeated, OffersOpen
from engagement.panels.makeup import makeups_of, publish_makeup
from engagement.panels.queries import find_panel
from engagement.panels.rules import MakeupMoment, Route, rarely_reached
from engagement.panels.seat_queries import seats_of
from engagement.panels.seats import answer_offer, leave_seat
from tests.factories import Partnership, World
from tests.factories.panels import drawn_panel


@pytest.fixture
def north(world: World) -> Partnership:
    """The northern partnership."""
    return world.north


def test_it_is_published_when_all_is_settled_and_stays_as_it_was(north: Partnership) -> None:
    with north.inside():
        panel, _ = drawn_panel(north.programme(), people=8)
        found = find_panel(None, panel)
        assert found is not None
        seats = seats_of(found.id)
        with pytest.raises(OffersOpen):
            publish_makeup(None, panel, MakeupMoment.CONFIRMED)
        for seat in seats:
            answer_offer(panel, seat.resident_id, accept=True, by=Route.PHONE)
        publish_makeup(None, panel, MakeupMoment.CONFIRMED)
        (before,) = makeups_of(found.id)
        assert before.seats == len(seats) == 4
        assert all(sum(counts.values()) == 4 for counts in before.members.values())
        assert set(before.members) >= {"What is your sex?", "How old are you?"}
        leave_seat(panel, seats[0].resident_id, by=Route.ONLINE)
        with pytest.raises(MakeupPublished):
            publish_makeup(None, panel, MakeupMoment.CONFIRMED)
        assert makeups_of(found.id) == [before]
        publish_makeup(None, panel, MakeupMoment.ENDED)
        with pytest.raises(MakeupPublished):
            publish_makeup(None, panel, MakeupMoment.ENDED)
        assert [row.seats for row in makeups_of(found.id)] == [4, 3]


def test_a_panel_on_which_nobody_sits_is_not_confirmed(north: Partnership) -> None:
    with north.inside():
        panel, _ = drawn_panel(north.programme())
        found = find_panel(None, panel)
        assert found is not None
        for seat in seats_of(found.id):
            answer_offer(panel, seat.resident_id, accept=False, by=Route.ONLINE)
        with pytest.raises(NobodySeated):
            publish_makeup(None, panel, MakeupMoment.CONFIRMED)


def test_only_those_are_named_who_came_forward_much_less_than_their_share() -> None:
    people = {"young": 300, "middle": 400, "old": 300}
    assert rarely_reached(people, {"young": 10, "middle": 50, "old": 40}) == {
        "young": (Fraction(3, 10), Fraction(1, 10))
    }
    assert rarely_reached(people, {"young": 20, "middle": 40, "old": 40}) == {
        "young": (Fraction(3, 10), Fraction(1, 5))
    }
    assert rarely_reached(people, {"young": 21, "middle": 40, "old": 39}) == {}
    assert rarely_reached(people, {"young": None, "middle": 50, "old": 50}) == {}
    assert rarely_reached(people, {"young": 0, "middle": 20, "old": 9}) == {}
    assert rarely_reached({}, {"young": 50}) == {}
