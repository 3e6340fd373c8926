"""Lotteries among members: same seed, same people; what is kept, shown, and plays no part."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from engagement.audit.models import AuditSeal
from engagement.audit.queries import list_entries, verify_chain
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.membership import service
from engagement.membership.drawing import due_of, term_of
from engagement.membership.errors import (
    NoPopulation,
    NotAStandingPanel,
    NotThatMany,
)
from engagement.membership.frames import frame_of
from engagement.membership.lotteries import Strata, enter_seed, give_up
from engagement.membership.models import Member, MemberContact
from engagement.membership.queries import own_membership, tally_of
from engagement.membership.records import (
    find_lottery,
    lotteries_of,
)
from engagement.membership.rules import (
    LeftBy,
    LooksLike,
    LotteryKind,
    MemberRole,
    MemberState,
)
from engagement.messages.models import Message
from engagement.methods.sortition.strata import draw_members
from engagement.panels.registration import Registration
from engagement.people.rules import ContactBy
from engagement.programmes.rules import Topic
from tests.factories import Programme, World
from tests.factories.members import (
    LINK,
    Joined,
    SamplePlan,
    draw_sample,
    join,
    join_many,
    lottery_of,
    refresh,
    rotate,
    row_of,
    standing_panel,
)
from tests.past import move_back

pytestmark = pytest.mark.usefixtures("inside")
SEX = Strata(("sex",))
PLAN = SamplePlan("Focus group", "To talk about waiting", 8, "dice 4 2 6", SEX)


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


def drawn(panel: str, plan: SamplePlan) -> list[tuple[str, Fraction]]:
    made = draw_sample(panel, plan)
    return [(row.reference, row.probability) for row in lottery_of(panel, made)[1]]


def test_a_sample_is_kept_with_its_rules_and_the_chance_of_each(
    panel: str, people: list[Joined]
) -> None:
    made = draw_sample(panel, PLAN)
    row, members = lottery_of(panel, made)
    assert (row.kind, row.name, row.purpose) == (LotteryKind.SAMPLE, PLAN.name, PLAN.purpose)
    assert (row.seed, row.places, row.number) == (PLAN.seed, 8, 1)
    assert row.rules == {
        "method": "Stratified lottery of members 1",
        "features": ["sex"],
        "looks_like": LooksLike.PEOPLE.value,
        "interest": None,
    }
    assert len(members) == 8
    assert all(abs(one.probability - Fraction(1, 3)) < Fraction(1, 10**6) for one in members)
    men = {one.reference for place, one in enumerate(people) if place % 3 == 0}
    assert len(men & {one.reference for one in members}) in (2, 3)
    assert lotteries_of(row_of(panel).id) == [row]


def test_it_is_the_lottery_of_the_methods_on_the_ids_of_the_pool(
    panel: str, people: list[Joined]
) -> None:
    """Whoever has the ids and answers can draw it again without this application."""
    ids = {one.reference: one.pool_id for one in db.session.scalars(select(Registration))}
    answers = {
        ids[one.reference]: (("male",) if place % 3 == 0 else ("female",))
        for place, one in enumerate(people)
    }
    again = draw_members(answers, 8, PLAN.seed)
    assert sorted(ids[reference] for reference, _ in drawn(panel, PLAN)) == list(again.chosen)


def test_the_same_seed_draws_the_same_people_and_roles_change_nothing(
    panel: str, people: list[Joined]
) -> None:
    first = drawn(panel, PLAN)
    before = frame_of(row_of(panel).id, MemberState.MEMBER, ("sex",))
    for place, one in enumerate(people):
        for role in list(MemberRole)[: 1 + place % len(MemberRole)]:
            service.give_role(None, panel, one.member, role)
    assert frame_of(row_of(panel).id, MemberState.MEMBER, ("sex",)) == before
    assert drawn(panel, PLAN) == first
    other = SamplePlan(PLAN.name, PLAN.purpose, PLAN.size, "dice 1 1 1", SEX)
    assert drawn(panel, other) != first


def test_what_is_shown_and_recorded_hides_small_counts_and_the_seal_has_the_exact_ones(
    panel: str,
) -> None:
    with transaction():
        for place in range(60):
            join(panel, "male" if place < 4 else "female")
    made = draw_sample(panel, PLAN)
    row, _ = lottery_of(panel, made)
    assert row.facts["people"] == 60
    assert [(one["values"], one["people"]) for one in row.facts["strata"]] == [
        (["female"], None),
        (["male"], None),
    ]
    # Everybody has the same chance, so that it tells nobody's number.
    assert [one["chance"] for one in row.facts["strata"]] == [0.133, 0.133]
    entry = next(one for one in list_entries(1, 9)[0] if one.action == "members.drawn")
    assert entry.object_id == made
    assert entry.facts["seed"] == PLAN.seed
    assert entry.facts["strata"] == row.facts["strata"]
    exact = [json.loads(words) for words in db.session.scalars(select(AuditSeal.words))]
    assert [[one[:2] for one in strata] for strata in exact] == [[[["female"], 56], [["male"], 4]]]
    assert verify_chain()[1] == []


def test_no_chance_that_is_shown_tells_the_number_of_a_stratum(panel: str) -> None:
    with transaction():
        for place in range(90):
            join(panel, "male" if place < 37 else "female")
    plan = SamplePlan("S", "P", 10, "4 2 6", Strata(("sex",), LooksLike.AREA))
    row, members = lottery_of(panel, draw_sample(panel, plan))
    shown = {one["values"][0]: one for one in row.facts["strata"]}
    # 4.9 places for 37 men, who are shown as 35: the chance is told as of 35.
    assert shown["male"]["people"] == 35
    assert shown["male"]["chance"] == 0.14
    exact = {one.probability for one in members}
    assert {round(float(one), 4) for one in exact} <= {round(4.9 / 37, 4), round(5.1 / 53, 4)}


def test_a_sample_may_look_like_the_area_in_several_features(
    panel: str, people: list[Joined]
) -> None:
    plan = SamplePlan("S", "P", 10, "4 2 6", Strata(("sex", "age"), LooksLike.AREA))
    row, members = lottery_of(panel, draw_sample(panel, plan))
    assert row.rules["features"] == ["sex", "age"]
    # A third of the members are men, and nearly half of the area.
    men = {one.reference for place, one in enumerate(people) if place % 3 == 0}
    assert 4 <= len(men & {one.reference for one in members}) <= 6
    assert len({one.probability for one in members}) > 1
    own = Strata(("own-1",), LooksLike.AREA)
    with pytest.raises(NoPopulation):
        draw_sample(panel, SamplePlan("S", "P", 10, "4 2 6", own))
    with pytest.raises(NoPopulation):
        draw_sample(panel, SamplePlan("S", "P", 10, "4", Strata((), LooksLike.AREA)))


def test_only_those_with_an_interest_are_drawn_where_one_is_asked_for(
    panel: str, people: list[Joined]
) -> None:
    for one in people[:5]:
        service.choose_interests(panel, one.resident_id, [Topic.DIGITAL], "words")
    service.leave(panel, people[0].resident_id)
    plan = SamplePlan("S", "P", 4, "4 2 6", interest=Topic.DIGITAL)
    assert {reference for reference, _ in drawn(panel, plan)} == {
        one.reference for one in people[1:5]
    }
    with pytest.raises(NotThatMany) as refused:
        draw_sample(panel, SamplePlan("S", "P", 5, "4 2 6", interest=Topic.DIGITAL))
    assert refused.value.there == 4


# Whose term is over, and who comes


def let_terms_pass(app: Flask, people: list[Joined], days: int = 366) -> None:
    for one in people:
        move_back(app, Member.since, timedelta(days=days), Member.public_id == one.member)
    db.session.rollback()


def test_all_whose_term_is_over_leave_where_so_many_are_to(
    panel: str, people: list[Joined], app: Flask
) -> None:
    service.set_term(None, panel, 12)
    assert term_of(row_of(panel).id) == 12
    with pytest.raises(NotThatMany):
        rotate(panel, 5, "4 2 6")
    let_terms_pass(app, people[:6])
    assert len(due_of(row_of(panel).id).people) == 6
    made = rotate(panel, 100, "4 2 6")
    row, members = lottery_of(panel, made)
    assert (row.kind, row.places) == (LotteryKind.ROTATION, 6)
    assert {one.reference for one in members} == {one.reference for one in people[:6]}
    assert {one.probability for one in members} == {1}
    assert tally_of(row_of(panel)).members == 18
    own = own_membership(row_of(panel).id, people[0].resident_id)
    assert own is not None
    assert (own.state, own.left_by) == (MemberState.LEFT, LeftBy.ROTATION)


def test_a_lottery_picks_who_leaves_where_fewer_must(
    panel: str, people: list[Joined], app: Flask
) -> None:
    service.set_term(None, panel, 12)
    let_terms_pass(app, people[:10])
    row, members = lottery_of(panel, rotate(panel, 4, "4 2 6"))
    due = {one.reference for one in people[:10]}
    assert len(members) == 4
    assert {one.reference for one in members} < due
    assert {one.probability for one in members} == {Fraction(2, 5)}
    assert row.facts["strata"] == [{"values": [], "people": 10, "places": None, "chance": 0.4}]
    assert len(due_of(row_of(panel).id).people) == 6
    service.set_term(None, panel, None)
    assert not due_of(row_of(panel).id).people


def test_who_came_back_has_a_term_from_then_on(
    panel: str, people: list[Joined], app: Flask
) -> None:
    service.set_term(None, panel, 12)
    let_terms_pass(app, people[:2])
    service.leave(panel, people[0].resident_id)
    service.come_back(panel, people[0].resident_id)
    assert len(due_of(row_of(panel).id).people) == 1


def test_free_places_are_filled_by_a_lottery_from_those_who_wait(programme: Programme) -> None:
    panel = standing_panel(programme, 8)
    first = join_many(panel, 8)
    waiting = join_many(panel, 12)
    with pytest.raises(NotThatMany):
        refresh(panel, "4 2 6", SEX)
    for one in first[:6]:
        service.leave(panel, one.resident_id)
    row, members = lottery_of(panel, refresh(panel, "4 2 6", SEX))
    assert (row.kind, row.places) == (LotteryKind.REFRESH, 6)
    assert {one.reference for one in members} <= {one.reference for one in waiting}
    men = {one.reference for place, one in enumerate(waiting) if place % 3 == 0}
    assert len(men & {one.reference for one in members}) == 2
    tally = tally_of(row_of(panel))
    assert (tally.members, tally.waiting, tally.free) == (8, 6, 0)
    with pytest.raises(NotThatMany):
        refresh(panel, "4 2 6", SEX)


def test_who_leaves_or_gets_a_place_is_told_so_by_email_and_it_counts_as_no_question(
    programme: Programme, app: Flask
) -> None:
    panel = standing_panel(programme, 4)
    first = join_many(panel, 4)
    join(panel, name="Wai Ting")
    join(panel, contact_by=ContactBy.PHONE)
    service.set_term(None, panel, 12)
    let_terms_pass(app, first[:2])
    rotate(panel, 2, "4 2 6")
    refresh(panel, "4 2 6", SEX)
    told = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert [one.template for one in told] == ["member_term_over"] * 2 + ["member_has_place"]
    assert told[2].recipient_name == "Wai Ting"
    assert all(LINK in one.text and LINK in one.html for one in told)
    assert db.session.scalar(select(MemberContact.id)) is None


def test_all_who_wait_come_in_where_there_is_room(programme: Programme) -> None:
    panel = standing_panel(programme, 4)
    first = join_many(panel, 6)
    for one in first[:4]:
        service.leave(panel, one.resident_id)
    area = Strata(("sex", "age"), LooksLike.AREA)
    _, members = lottery_of(panel, refresh(panel, "4 2 6", area))
    assert [one.probability for one in members] == [1, 1]
    assert all(one.state is MemberState.MEMBER for one in members)


def test_lotteries_of_another_partnership_are_not_there(
    panel: str, people: list[Joined], world: World
) -> None:
    made = draw_sample(panel, PLAN)
    key = row_of(panel).id
    with world.south.inside():
        assert find_lottery(key, made) is None
        for act in (
            lambda: draw_sample(panel, PLAN),
            lambda: rotate(panel, 1, "4"),
            lambda: refresh(panel, "4", SEX),
            lambda: enter_seed(None, panel, made, "4", LINK),
            lambda: give_up(None, panel, made, "reason"),
        ):
            with pytest.raises(NotAStandingPanel):
                act()
