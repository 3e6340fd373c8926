"""Lotteries among members are announced, with their source, before the seed can be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from engagement.audit.queries import list_entries
from engagement.audit.service import acting_as
from engagement.extensions import db
from engagement.membership import service
from engagement.membership.errors import (
    LotteryOver,
    LotteryUnderWay,
    NotThatMany,
    SourceUsed,
    UnknownLottery,
)
from engagement.membership.lotteries import Strata, announce, enter_seed, give_up
from engagement.membership.models import Member
from engagement.membership.queries import tally_of
from engagement.membership.records import (
    lotteries_of,
)
from engagement.membership.rules import (
    LotteryKind,
    LotteryState,
)
from engagement.panels.errors import SamePerson, SeedsDiffer
from tests.factories import Programme, World
from tests.factories.members import (
    LINK,
    ONE,
    OTHER,
    Joined,
    join_many,
    lottery_of,
    plan_of,
    row_of,
    standing_panel,
)
from tests.past import move_back

pytestmark = pytest.mark.usefixtures("inside")
SEX = Strata(("sex",))


@pytest.fixture
def inside(world: World) -> Iterator[None]:
    """In the north."""
    with world.north.inside():
        yield


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of the north."""
    return world.north.programme()


@pytest.fixture
def panel(inside: None, programme: Programme) -> str:
    """A standing panel."""
    return standing_panel(programme)


@pytest.fixture
def people(panel: str) -> list[Joined]:
    """Twenty-four members: eight men, sixteen women."""
    return join_many(panel, 24)


def let_terms_pass(app: Flask, people: list[Joined], days: int = 366) -> None:
    for one in people:
        move_back(app, Member.since, timedelta(days=days), Member.public_id == one.member)
    db.session.rollback()


def test_a_part_is_announced_and_then_drawn_by_its_seed(panel: str, people: list[Joined]) -> None:
    plan = plan_of(LotteryKind.SAMPLE, places=8, strata=SEX, name="Group", purpose="To talk")
    made = announce(None, panel, plan)
    row, members = lottery_of(panel, made)
    assert (row.state, row.seed, row.drawn_at, members) == (LotteryState.ANNOUNCED, "", None, [])
    assert (row.seed_source, row.seed_due) == (plan.seed_source, plan.seed_due)
    with acting_as(ONE):
        assert enter_seed(None, panel, made, " 4 2 6 ", LINK)
    row, members = lottery_of(panel, made)
    assert (row.state, row.seed, len(members)) == (LotteryState.DRAWN, "4 2 6", 8)
    entries = [one for one in list_entries(1, 500)[0] if one.object_id == made]
    assert [one.action for one in entries] == ["members.drawn", "members.lottery announced"]
    assert entries[1].facts["seed_source"] == plan.seed_source
    with pytest.raises(LotteryOver):
        enter_seed(None, panel, made, "4 2 6", LINK)
    with pytest.raises(LotteryOver):
        give_up(None, panel, made, "We want others")


def test_who_leaves_is_drawn_when_two_members_of_staff_entered_the_same_seed(
    panel: str, people: list[Joined], app: Flask
) -> None:
    service.set_term(None, panel, 12)
    let_terms_pass(app, people[:6])
    made = announce(None, panel, plan_of(LotteryKind.ROTATION, places=3))
    with acting_as(ONE):
        assert not enter_seed(None, panel, made, "4 2 6", LINK)
        with pytest.raises(SamePerson):
            enter_seed(None, panel, made, "4 2 6", LINK)
    assert tally_of(row_of(panel)).members == 24
    with acting_as(OTHER):
        with pytest.raises(SeedsDiffer):
            enter_seed(None, panel, made, "4 2 5", LINK)
        assert tally_of(row_of(panel)).members == 24
        assert enter_seed(None, panel, made, "4 2 6", LINK)
    assert tally_of(row_of(panel)).members == 21


def test_who_gets_a_place_is_drawn_by_two_too(programme: Programme) -> None:
    panel = standing_panel(programme, 4)
    first = join_many(panel, 9)
    service.leave(panel, first[0].resident_id)
    made = announce(None, panel, plan_of(LotteryKind.REFRESH))
    with acting_as(ONE):
        assert not enter_seed(None, panel, made, "4 2 6", LINK)
    assert tally_of(row_of(panel)).members == 3
    with acting_as(OTHER):
        assert enter_seed(None, panel, made, "4 2 6", LINK)
    assert tally_of(row_of(panel)).members == 4


def test_one_of_a_kind_waits_at_a_time_and_is_given_up_with_a_reason_only(
    panel: str, people: list[Joined], app: Flask
) -> None:
    service.set_term(None, panel, 12)
    let_terms_pass(app, people[:6])
    plan = plan_of(LotteryKind.ROTATION, places=3)
    made = announce(None, panel, plan)
    with pytest.raises(LotteryUnderWay) as waits:
        announce(None, panel, plan_of(LotteryKind.ROTATION, places=2))
    assert waits.value.public_id == made
    sample = announce(None, panel, plan_of(LotteryKind.SAMPLE, places=3))
    with acting_as(ONE):
        enter_seed(None, panel, made, "4 2 6", LINK)
    give_up(None, panel, made, " The first mistyped it ")
    row, members = lottery_of(panel, made)
    assert (row.state, row.given_up_reason, members) == (
        LotteryState.GIVEN_UP,
        "The first mistyped it",
        [],
    )
    entry = next(one for one in list_entries(1, 500)[0] if one.action.endswith("given up"))
    assert entry.facts["reason"] == "The first mistyped it"
    assert entry.facts["seed_entered"] is True
    with pytest.raises(LotteryOver), acting_as(OTHER):
        enter_seed(None, panel, made, "4 2 6", LINK)
    # What its source gave may be known by now.
    with pytest.raises(SourceUsed) as used:
        announce(None, panel, replace(plan, seed_source=f"{plan.seed_source.upper()} ."))
    assert used.value.number == 1
    again = announce(None, panel, plan_of(LotteryKind.ROTATION, places=3))
    listed = [(one.number, one.public_id) for one in lotteries_of(row_of(panel).id)]
    assert listed == [(3, again), (2, sample), (1, made)]


def test_what_cannot_be_held_any_more_waits_on_and_forgets_the_seed(
    panel: str, people: list[Joined]
) -> None:
    made = announce(None, panel, plan_of(LotteryKind.SAMPLE, places=24))
    service.leave(panel, people[0].resident_id)
    with pytest.raises(NotThatMany), acting_as(ONE):
        enter_seed(None, panel, made, "4 2 6", LINK)
    row, members = lottery_of(panel, made)
    assert (row.state, row.seed, members) == (LotteryState.ANNOUNCED, "", [])


def test_a_lottery_is_drawn_on_its_own_panel_only(panel: str, programme: Programme) -> None:
    join_many(panel, 9)
    made = announce(None, panel, plan_of(LotteryKind.SAMPLE, places=3))
    other = standing_panel(programme)
    with pytest.raises(UnknownLottery):
        enter_seed(None, other, made, "4 2 6", LINK)
    with pytest.raises(UnknownLottery):
        give_up(None, other, made, "reason")
