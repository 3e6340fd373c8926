"""Asking members: nobody more often than they chose, never while paused, and fast for 2,000."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from engagement.audit.queries import list_entries, verify_chain
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.membership import asking, service
from engagement.membership.asking import Question, ask, reach_of
from engagement.membership.errors import NobodyToAsk, NotAStandingPanel, UnknownLottery
from engagement.membership.models import Member, MemberContact
from engagement.membership.queries import find_standing_panel
from engagement.membership.records import asks_of, find_ask, to_reach
from engagement.membership.rules import (
    LeftOut,
    MemberState,
    Standing,
    is_paused,
    left_out,
    month_of,
)
from engagement.messages.delivery import Envelope
from engagement.messages.models import Message
from engagement.messages.service import deliver_due
from engagement.panels.registration import withdraw_registration
from engagement.people.rules import ContactBy
from tests.factories import Programme, World
from tests.factories.members import (
    LINK,
    QUESTION,
    Joined,
    SamplePlan,
    crowd,
    draw_sample,
    join,
    join_many,
    standing_panel,
)
from tests.past import move_back

pytestmark = pytest.mark.usefixtures("inside")
AtOnce = Callable[..., list[BaseException]]
MANY = 2_000
# A tenth of this is usual; the machine may be busy.
MOST_SECONDS = 5.0


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


def key_of(panel: str) -> int:
    found = find_standing_panel(None, panel)
    assert found is not None
    return found.id


def contacts() -> Counter[int]:
    """How often each member was asked."""
    return Counter(db.session.scalars(select(MemberContact.member_id)))


# The calendar


@pytest.mark.parametrize(
    ("moment", "first", "after"),
    [
        ("2026-02-28T23:59", "2026-02-01T00:00", "2026-03-01T00:00"),
        ("2026-03-31T22:59", "2026-03-01T00:00", "2026-03-31T23:00"),  # 23:59 in London
        ("2026-03-31T23:00", "2026-03-31T23:00", "2026-04-30T23:00"),  # 00:00 of April there
        ("2026-10-31T23:59", "2026-09-30T23:00", "2026-11-01T00:00"),
        ("2026-12-31T23:59", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("2027-01-01T00:00", "2027-01-01T00:00", "2027-02-01T00:00"),
    ],
)
def test_a_month_is_one_of_london(moment: str, first: str, after: str) -> None:
    def utc(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert month_of(utc(moment)) == (utc(first), utc(after))


def test_why_somebody_is_left_out() -> None:
    today = date(2026, 3, 31)
    fits = Standing(MemberState.MEMBER, None, 2, 1, True)
    assert left_out(fits, today) is None
    for change, reason in (
        ({"state": MemberState.WAITING}, LeftOut.GONE),
        ({"state": MemberState.LEFT}, LeftOut.GONE),
        ({"paused_until": date(2026, 4, 1)}, LeftOut.PAUSED),
        ({"paused_until": today}, None),
        ({"asked": 2}, LeftOut.OFTEN_ENOUGH),
        ({"asked": 3}, LeftOut.OFTEN_ENOUGH),
        ({"reachable": False}, LeftOut.NO_WAY),
    ):
        assert left_out(Standing(**{**vars(fits), **change}), today) is reason
    assert not is_paused(None, today)


# Asking


def test_each_is_asked_by_the_way_they_chose_and_it_is_noted(panel: str) -> None:
    by_email = join(panel, name="Ada Email")
    by_phone = join(panel, name="Bo Phone", contact_by=ContactBy.PHONE)
    by_post = join(panel, name="Cy Post", contact_by=ContactBy.POST)
    join(panel, contact_by=ContactBy.NOBODY)
    made = ask(None, panel, QUESTION, LINK)
    found = find_ask(key_of(panel), made)
    assert found is not None
    assert (found.asked, found.left_out) == (3, {LeftOut.NO_WAY: 1})
    assert (found.title, found.words) == (QUESTION.title, QUESTION.words)
    listed = to_reach(found.id)
    assert [(one.reference, one.contact_by) for one in listed] == [
        (by_phone.reference, ContactBy.PHONE),
        (by_post.reference, ContactBy.POST),
    ]
    message = db.session.scalars(select(Message)).one()
    assert (message.recipient_name, message.subject) == ("Ada Email", QUESTION.title)
    for text in (message.text, message.html):
        assert QUESTION.words in text
        assert LINK in text
        assert "Hello Ada Email," in text
    entry = list_entries(1, 1)[0][0]
    assert entry.action == "members.asked"
    assert entry.facts == {"asked": 3, "left_out": {LeftOut.NO_WAY.value: 1}}
    assert by_email.reference not in str([entry.facts for entry in list_entries(1, 500)[0]])
    assert verify_chain()[1] == []


def test_the_messages_leave_like_all_others(panel: str) -> None:
    sent: list[Envelope] = []

    class Postman:
        def deliver(self, envelope: Envelope) -> None:
            sent.append(envelope)

    join_many(panel, 3)
    ask(None, panel, QUESTION, LINK)
    assert deliver_due(Postman()) == 3
    assert len({envelope.public_id for envelope in sent}) == 3


def test_words_that_look_like_markup_or_a_template_are_words(panel: str) -> None:
    join(panel, name="<b>Bo</b> {{ 7*7 }}")
    ask(None, panel, Question("T", "a < b {{ 7*7 }}\nc"), LINK)
    message = db.session.scalars(select(Message)).one()
    assert "a < b {{ 7*7 }}\nc" in message.text
    assert "a &lt; b {{ 7*7 }}" in message.html
    assert "&lt;b&gt;Bo" in message.html
    assert "49" not in message.html + message.text


def test_nobody_is_asked_more_often_in_a_month_than_they_chose(panel: str, app: Flask) -> None:
    once, twice = join(panel), join(panel)
    service.choose_how_often(panel, once.resident_id, 1)
    ask(None, panel, QUESTION, LINK)
    second = ask(None, panel, QUESTION, LINK)
    found = find_ask(key_of(panel), second)
    assert found is not None
    assert (found.asked, found.left_out) == (1, {LeftOut.OFTEN_ENOUGH: 1})
    with pytest.raises(NobodyToAsk):
        ask(None, panel, QUESTION, LINK)
    assert sorted(contacts().values()) == [1, 2]
    service.choose_how_often(panel, twice.resident_id, 4)
    ask(None, panel, QUESTION, LINK)
    assert sorted(contacts().values()) == [1, 3]


@pytest.mark.parametrize(
    ("asked", "now", "may_be"),
    [
        ("2026-03-31T22:59:59", "2026-03-31T22:59:59.9", False),  # both in March in London
        ("2026-03-31T22:59:59", "2026-03-31T23:00:00", True),  # a second later it is April there
        ("2026-03-31T23:00:00", "2026-04-30T22:59:59", False),
        ("2026-03-31T23:00:00", "2026-04-30T23:00:00", True),
        ("2026-02-28T23:59:59", "2026-03-01T00:00:00", True),
        ("2025-12-31T23:59:59", "2026-01-01T00:00:00", True),
        ("2025-12-01T00:00:00", "2025-12-31T23:59:59", False),
    ],
)
def test_at_the_end_of_a_month_londons_midnight_decides(
    panel: str, monkeypatch: pytest.MonkeyPatch, asked: str, now: str, may_be: bool
) -> None:
    one = join(panel)
    service.choose_how_often(panel, one.resident_id, 1)
    moments = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (asked, now)]
    monkeypatch.setattr(asking.clock, "now", lambda: moments[0])
    ask(None, panel, QUESTION, LINK)
    monkeypatch.setattr(asking.clock, "now", lambda: moments[1])
    reach = reach_of(key_of(panel), None, moments[1])
    assert bool(reach.people) is may_be
    if may_be:
        ask(None, panel, QUESTION, LINK)
    else:
        with pytest.raises(NobodyToAsk):
            ask(None, panel, QUESTION, LINK)
    monkeypatch.undo()


def test_who_was_asked_last_month_may_be_asked_again(panel: str, app: Flask) -> None:
    one = join(panel)
    service.choose_how_often(panel, one.resident_id, 1)
    ask(None, panel, QUESTION, LINK)
    move_back(app, MemberContact.contacted_at, timedelta(days=32))
    db.session.rollback()
    ask(None, panel, QUESTION, LINK)
    assert list(contacts().values()) == [2]


def test_nobody_is_asked_while_they_pause_wait_or_have_left(programme: Programme) -> None:
    panel = standing_panel(programme, 4)
    paused, left, there, _, waits = join_many(panel, 5)
    service.pause(panel, paused.resident_id, clock.day_of(clock.now()) + timedelta(days=1))
    service.leave(panel, left.resident_id)
    made = ask(None, panel, QUESTION, LINK)
    found = find_ask(key_of(panel), made)
    assert found is not None
    assert (found.asked, found.left_out) == (2, {LeftOut.PAUSED: 1})
    reached = set(
        db.session.scalars(
            select(Member.public_id).join(MemberContact, MemberContact.member_id == Member.id)
        )
    )
    assert there.member in reached
    assert reached.isdisjoint({paused.member, left.member, waits.member})


def test_only_those_whom_a_lottery_drew_are_asked_and_not_who_left_since(panel: str) -> None:
    people = join_many(panel, 9)
    drawn = draw_sample(panel, SamplePlan("Group", "To talk", 9, "4 2 6"))
    join(panel)
    service.leave(panel, people[0].resident_id)
    made = ask(None, panel, QUESTION, LINK, drawn)
    found = find_ask(key_of(panel), made)
    assert found is not None
    assert (found.asked, found.left_out) == (8, {LeftOut.GONE: 1})
    assert (found.lottery, found.lottery_name) == (drawn, "Group")
    with pytest.raises(UnknownLottery):
        ask(None, panel, QUESTION, LINK, "none")
    assert [one.public_id for one in asks_of(key_of(panel))] == [made]


def test_two_waves_at_once_ask_nobody_too_often(panel: str, world: World, at_once: AtOnce) -> None:
    join_many(panel, 30)
    with transaction():
        for place, member in enumerate(db.session.scalars(select(Member))):
            member.most_a_month = 1 + place % 2
    waves = [lambda: ask(None, panel, QUESTION, LINK)] * 4
    raised = at_once(*waves, partnership_id=world.north.id)
    assert [type(error) for error in raised] == [NobodyToAsk] * 2
    db.session.rollback()
    limits = {one.id: one.most_a_month for one in db.session.scalars(select(Member))}
    assert contacts() == limits
    assert db.session.scalar(select(func.count(Message.id))) == 45
    assert verify_chain()[1] == []


def test_members_who_take_their_names_back_and_a_wave_do_not_stand_in_each_others_way(
    panel: str, world: World, at_once: AtOnce
) -> None:
    people = join_many(panel, 12)

    def going(one: Joined) -> Callable[[], None]:
        return lambda: withdraw_registration(panel, one.resident_id)

    acts = [going(one) for one in people[:6]]
    waves = [lambda: ask(None, panel, QUESTION, LINK)] * 2
    assert at_once(*acts, *waves, partnership_id=world.north.id) == []
    db.session.rollback()
    counts = Counter(db.session.scalars(select(Member.state)))
    assert counts == {MemberState.LEFT: 6, MemberState.MEMBER: 6}
    assert verify_chain()[1] == []


def test_of_another_partnership_nobody_is_asked(panel: str, world: World) -> None:
    join(panel)
    with world.south.inside(), pytest.raises(NotAStandingPanel):
        ask(None, panel, QUESTION, LINK)


def test_two_thousand_are_asked_in_seconds(panel: str) -> None:
    crowd(panel, MANY)
    before = time.perf_counter()
    made = ask(None, panel, QUESTION, LINK)
    took = time.perf_counter() - before
    found = find_ask(key_of(panel), made)
    assert found is not None
    assert found.asked == MANY
    messages = db.session.scalar(select(func.count(Message.id))) or 0
    assert messages == MANY * 9 // 10
    assert messages + len(to_reach(found.id)) == MANY
    assert took < MOST_SECONDS, f"{took:.1f} s"
