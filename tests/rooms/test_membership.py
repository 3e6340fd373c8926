"""Members of a standing panel: joining, what they choose, pausing, leaving, roles, the profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from engagement.audit.queries import list_entries, verify_chain
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.membership import service
from engagement.membership.errors import (
    DayHasCome,
    NotAMember,
    NotAStandingPanel,
    UnknownMember,
)
from engagement.membership.models import Member, MemberInterest
from engagement.membership.queries import (
    Filters,
    find_member,
    find_standing_panel,
    list_members,
    own_membership,
    profile_of,
    tally_of,
)
from engagement.membership.rules import LeftBy, MemberRole, MemberState, months_later, term_ends
from engagement.panels.joining import Caller, answer_by_phone, begin_by_phone
from engagement.panels.registered import find_registration
from engagement.panels.registration import send_registration, withdraw_registration
from engagement.panels.rules import PanelState, Recruitment
from engagement.people.models import Consent
from engagement.programmes.rules import Topic
from tests.factories import Programme, World
from tests.factories.members import STANDING, join, join_many, row_of, standing_panel
from tests.factories.panels import letters_for, panel_of, register

pytestmark = pytest.mark.usefixtures("inside")
AtOnce = Callable[..., list[BaseException]]


@pytest.fixture
def inside(world: World) -> object:
    """In the north."""
    with world.north.inside():
        yield


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of the north."""
    return world.north.programme()


@pytest.fixture
def panel(inside: None, programme: Programme) -> str:
    """A standing panel of 2,000 places."""
    return standing_panel(programme)


def states(panel: str) -> list[MemberState]:
    return list(
        db.session.scalars(
            select(Member.state).where(Member.panel_id == row_of(panel).id).order_by(Member.id)
        )
    )


def test_whoever_sends_their_registration_is_a_member_once(panel: str) -> None:
    assert row_of(panel).state is PanelState.OPEN
    one = join(panel)
    assert send_registration(panel, one.resident_id) == one.reference
    own = own_membership(row_of(panel).id, one.resident_id)
    assert own is not None
    assert (own.state, own.most_a_month, own.interests) == (MemberState.MEMBER, 2, ())
    assert states(panel) == [MemberState.MEMBER]
    assert tally_of(row_of(panel)).free == 1_999


def test_sending_and_joining_happen_together_or_not_at_all(
    panel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(service, "_seat", fail)
    with pytest.raises(RuntimeError):
        join(panel)
    assert states(panel) == []
    found = db.session.execute(select(service.Registration.sent_at)).all()
    assert [row.sent_at for row in found] == [None]


def test_who_registers_on_the_telephone_is_a_member_too(panel: str) -> None:
    begun = begin_by_phone(None, panel, "", Caller("Siân", "01632 960 777"))
    found = find_registration(row_of(panel).id, begun)
    assert found is not None
    words = dict.fromkeys(("sex", "age", "own-1", "where-you-live", "support"), "words")
    answers = {"sex": "female", "age": "16-24", "own-1": "c1"}
    answer_by_phone(panel, found[0], answers, None, "", words)
    assert states(panel) == [MemberState.MEMBER]


def test_a_citizens_panel_has_no_members(programme: Programme) -> None:
    panel = panel_of(programme)
    register(panel, letters_for(panel, 1)[0])
    assert db.session.scalar(select(func.count(Member.id))) == 0
    assert find_standing_panel(None, panel) is None
    with pytest.raises(NotAStandingPanel):
        service.set_term(None, panel, 12)


def test_when_the_panel_is_full_later_registrants_wait(programme: Programme) -> None:
    panel = standing_panel(programme, 4)
    join_many(panel, 6)
    assert states(panel) == [MemberState.MEMBER] * 4 + [MemberState.WAITING] * 2
    assert (tally_of(row_of(panel)).free, tally_of(row_of(panel)).waiting) == (0, 2)


def test_to_a_panel_that_is_drawn_nobody_comes_without_a_lottery(programme: Programme) -> None:
    panel = standing_panel(programme, plan=replace(STANDING, recruitment=Recruitment.RANDOM))
    join(panel)
    assert states(panel) == [MemberState.WAITING]


def test_the_last_place_goes_to_one_of_two_who_come_at_once(
    programme: Programme, world: World, at_once: AtOnce
) -> None:
    panel = standing_panel(programme, 4)
    join_many(panel, 3)
    raised = at_once(*(lambda: join(panel) for _ in range(3)), partnership_id=world.north.id)
    assert raised == []
    db.session.rollback()
    assert sorted(states(panel)) == [MemberState.MEMBER] * 4 + [MemberState.WAITING] * 2


def test_taking_ones_name_back_ends_the_membership_and_sending_again_begins_it_anew(
    panel: str,
) -> None:
    one = join(panel)
    service.choose_interests(panel, one.resident_id, [Topic.WAITING], "words")
    withdraw_registration(panel, one.resident_id)
    assert states(panel) == [MemberState.LEFT]
    assert db.session.scalar(select(func.count(MemberInterest.id))) == 0
    with pytest.raises(NotAMember):
        service.come_back(panel, one.resident_id)
    join(panel, resident_id=one.resident_id)
    assert states(panel) == [MemberState.MEMBER]


def test_interests_stand_with_a_consent_to_the_words_and_go_with_it(panel: str) -> None:
    one = join(panel)
    service.choose_interests(
        panel, one.resident_id, [Topic.WAITING, Topic.OLDER], "What do you care about?"
    )
    own = own_membership(row_of(panel).id, one.resident_id)
    assert own is not None
    assert own.interests == (Topic.WAITING, Topic.OLDER)
    service.choose_interests(panel, one.resident_id, [], "What do you care about?")
    consents = db.session.scalars(select(Consent).where(Consent.wording == "interests/1")).all()
    assert [one.wording_text for one in consents] == ["What do you care about?"]
    assert consents[0].withdrawn_at is not None
    own = own_membership(row_of(panel).id, one.resident_id)
    assert own is not None
    assert own.interests == ()


def test_only_what_is_on_offer_can_be_chosen(panel: str) -> None:
    one = join(panel)
    service.choose_how_often(panel, one.resident_id, 4)
    own = own_membership(row_of(panel).id, one.resident_id)
    assert own is not None
    assert own.most_a_month == 4
    with pytest.raises(ValueError, match="not on offer"):
        service.choose_how_often(panel, one.resident_id, 1_000)
    with pytest.raises(UnknownMember):
        service.choose_how_often(panel, one.resident_id + 1, 1)


def test_a_pause_ends_by_itself_or_in_one_step(panel: str) -> None:
    one, today = join(panel), clock.day_of(clock.now())
    with pytest.raises(DayHasCome):
        service.pause(panel, one.resident_id, today)
    service.pause(panel, one.resident_id, today + timedelta(days=1))
    own = own_membership(row_of(panel).id, one.resident_id)
    assert own is not None
    assert own.paused_until == today + timedelta(days=1)
    assert service.come_back(panel, one.resident_id) is MemberState.MEMBER
    own = own_membership(row_of(panel).id, one.resident_id)
    assert own is not None
    assert own.paused_until is None
    with transaction():
        db.session.scalars(select(Member)).one().paused_until = today
    own = own_membership(row_of(panel).id, one.resident_id)
    assert own is not None
    assert own.paused_until is None


def test_who_left_comes_back_to_a_free_place_or_waits(programme: Programme) -> None:
    panel = standing_panel(programme, 4)
    one, *_ = join_many(panel, 4)
    service.leave(panel, one.resident_id)
    service.leave(panel, one.resident_id)
    assert states(panel)[0] is MemberState.LEFT
    with pytest.raises(NotAMember):
        service.pause(panel, one.resident_id, date(2100, 1, 1))
    assert service.come_back(panel, one.resident_id) is MemberState.MEMBER
    service.leave(panel, one.resident_id)
    join(panel)
    assert service.come_back(panel, one.resident_id) is MemberState.WAITING
    assert sum(entry.action == "member.left" for entry in list_entries(1, 500)[0]) == 2


def test_a_look_at_ones_answers_is_noted(panel: str) -> None:
    one = join(panel)
    service.confirm_profile(panel, one.resident_id)
    own = own_membership(row_of(panel).id, one.resident_id)
    assert own is not None
    assert own.confirmed_at is not None


def test_roles_are_given_once_and_taken(panel: str) -> None:
    one = join(panel)
    for _ in range(2):
        service.give_role(None, panel, one.member, MemberRole.CONNECTOR)
    service.give_role(None, panel, one.member, MemberRole.CHAMPION)
    key = row_of(panel).id
    member = find_member(key, one.member)
    assert member is not None
    assert member.roles == (MemberRole.CHAMPION, MemberRole.CONNECTOR)
    service.take_role(None, panel, one.member, MemberRole.CHAMPION)
    (listed,), _ = list_members(key, Filters(role=MemberRole.CONNECTOR), 1, 10)
    assert listed.roles == (MemberRole.CONNECTOR,)
    assert list_members(key, Filters(role=MemberRole.CHAMPION), 1, 10) == ([], 0)
    service.leave(panel, one.resident_id)
    with pytest.raises(NotAMember):
        service.give_role(None, panel, one.member, MemberRole.MENTOR)
    with pytest.raises(UnknownMember):
        service.give_role(None, panel, "nobody", MemberRole.MENTOR)


def test_the_list_shows_who_fits_every_filter(panel: str) -> None:
    people = join_many(panel, 12)
    service.leave(panel, people[1].resident_id)
    service.give_role(None, panel, people[0].member, MemberRole.MENTOR)
    key = row_of(panel).id

    def found(**filters: object) -> set[str]:
        rows, total = list_members(key, Filters(**filters), 1, 50)  # type: ignore[arg-type]
        assert total == len(rows)
        return {row.reference for row in rows}

    references = [one.reference for one in people]
    assert found() == set(references)
    assert found(state=MemberState.LEFT) == {references[1]}
    assert found(role=MemberRole.MENTOR) == {references[0]}
    assert found(role=MemberRole.MENTOR, state=MemberState.LEFT) == set()
    assert found(search=references[2][2:].lower()) >= {references[2]}
    assert len(list_members(key, Filters(), 2, 5)[0]) == 5


def test_another_partnership_sees_no_member(panel: str, world: World) -> None:
    one = join(panel)
    key = row_of(panel).id
    with world.south.inside():
        assert find_standing_panel(None, panel) is None
        assert list_members(key, Filters(), 1, 10) == ([], 0)
        assert find_member(key, one.member) is None
        with pytest.raises(NotAStandingPanel):
            service.set_term(None, panel, 12)


def test_the_profile_hides_small_counts_and_one_more_and_rounds_the_rest(panel: str) -> None:
    with transaction():
        for place in range(24):
            join(panel, "male" if place < 3 else "female", ("16-24", "65-74")[place % 2])
    sex, age, own = profile_of(row_of(panel).id)
    assert [line.members for line in sex.lines] == [None, None]
    assert [line.share for line in sex.lines] == [None, None]
    assert [line.population for line in sex.lines] == [5100, 4900]
    assert sex.lines[0].population_share == 0.51
    assert (sex.total, sex.unstated) == (25, 0)
    assert [line.members for line in age.lines] == [10, 0, 0, 0, 10]
    assert age.row.source == "Census 2021"
    assert [line.members for line in own.lines] == [25, 0]
    assert own.lines[0].population is None


def test_what_is_small_is_for_the_installation_to_settle(
    panel: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        for place in range(24):
            join(panel, "male" if place < 9 else "female")
    assert [line.members for line in profile_of(row_of(panel).id)[0].lines] == [15, 10]
    config = replace(app.extensions["engagement"], small_counts=10, round_counts_to=10)
    monkeypatch.setitem(app.extensions, "engagement", config)
    sex = profile_of(row_of(panel).id)[0]
    assert [line.members for line in sex.lines] == [None, None]
    assert sex.total == 20


def test_who_left_or_waits_is_in_no_profile(panel: str) -> None:
    people = join_many(panel, 20)
    for one in people[:10]:
        service.leave(panel, one.resident_id)
    assert profile_of(row_of(panel).id)[2].lines[0].members == 10


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
    ],
)
def test_a_term_ends_on_the_same_day_of_a_later_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
    assert term_ends(clock.start_of(day), months) == later


def test_the_chain_holds_and_names_no_interest(app: Flask, panel: str) -> None:
    one = join(panel)
    service.choose_interests(panel, one.resident_id, [Topic.MENTAL_HEALTH], "words")
    service.leave(panel, one.resident_id)
    assert verify_chain()[1] == []
    entries = list_entries(1, 500)[0]
    assert not any("mental" in str(entry.facts) for entry in entries)
    left = find_member(row_of(panel).id, one.member)
    assert left is not None
    assert left.left_by is LeftBy.OWN_WISH
