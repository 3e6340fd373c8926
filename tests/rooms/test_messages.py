"""Messages: queued with their cause, delivered once, and what can go wrong between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from engagement.audit.queries import list_entries
from engagement.database import clock
from engagement.extensions import db
from engagement.messages.delivery import (
    Envelope,
)
from engagement.messages.errors import CannotDeliver, UnknownMessage
from engagement.messages.models import Message
from engagement.messages.queries import find_message, list_messages
from engagement.messages.rules import (
    CUT_OFF_AFTER,
    MOST_ATTEMPTS,
    MessageState,
    wait_before,
)
from engagement.messages.service import (
    absolute_link,
    deliver_due,
    note_bounce,
    send_again,
)
from tests.databases import undone
from tests.factories import Partnership, World
from tests.factories.messages import LINK, Memory, message_now, write_message
from tests.past import move_back


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


def test_a_message_goes_with_its_cause(north: Partnership) -> None:
    with undone():
        write_message()
    assert db.session.scalar(select(func.count(Message.id))) == 0
    assert deliver_due(Memory()) == 0
    assert list_entries(1, 10) == ([], 0)


def test_a_message_waits_with_its_words_and_leaves_without_them(north: Partnership) -> None:
    public_id = write_message()
    waiting = message_now(public_id)
    assert (waiting.state, waiting.attempts) == (MessageState.QUEUED, 0)
    assert LINK in waiting.text
    assert LINK in waiting.html
    memory = Memory()
    assert deliver_due(memory) == 1
    assert [envelope.public_id for envelope in memory.delivered] == [public_id]
    assert LINK in memory.delivered[0].text
    sent = message_now(public_id)
    assert (sent.state, sent.attempts, sent.text, sent.html) == (MessageState.SENT, 1, "", "")
    assert sent.sent_at is not None
    assert deliver_due(memory) == 0
    assert len(memory.delivered) == 1


def test_messages_of_all_partnerships_leave_in_the_order_of_their_time(world: World) -> None:
    for partnership in (world.south, world.north, world.south):
        with partnership.inside():
            write_message(f"{partnership.slug}@example.net")
    memory = Memory()
    with world.app.app_context():
        assert deliver_due(memory, limit=2) == 2
        assert deliver_due(memory) == 1
    assert [one.recipient for one in memory.delivered] == [
        "south@example.net",
        "north@example.net",
        "south@example.net",
    ]


def test_a_message_to_nobody_is_written_and_dropped(north: Partnership) -> None:
    kept = message_now(write_message(None))
    assert (kept.state, kept.recipient, kept.text, kept.html) == (MessageState.FAILED, "", "", "")
    assert deliver_due(Memory()) == 0
    with pytest.raises(UnknownMessage):
        send_again(kept.public_id)


def test_the_words_name_the_partnership_and_escape_what_people_typed(north: Partnership) -> None:
    kept = message_now(write_message(name="<b>Ada</b>"))
    assert "North Partnership" in kept.text
    assert "<b>Ada</b>" not in kept.html


def test_a_link_is_built_from_the_configured_address(app: Flask, north: Partnership) -> None:
    with app.test_request_context(base_url="https://evil.example"):
        link = absolute_link("staff.invitation", slug="north", token="abc")
    assert link == "https://engagement.test/p/north/staff/invitation/abc"


def test_the_outbox_page_shows_no_words(north: Partnership) -> None:
    public_id = write_message()
    rows, total = list_messages(1, 10)
    assert total == 1
    assert LINK not in str(rows)
    assert find_message(public_id) == rows[0]
    assert find_message("nothing") is None


# Going wrong, and again.


def test_a_passing_failure_is_tried_again_ever_later_and_then_given_up(
    app: Flask, north: Partnership
) -> None:
    public_id = write_message()
    memory = Memory(*[CannotDeliver("the mail server answered 451")] * MOST_ATTEMPTS)
    waits = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert deliver_due(memory) == 0
        assert deliver_due(memory) == 0, "it is not due yet"
        kept = message_now(public_id)
        assert kept.attempts == attempt
        waits.append(round((kept.due_at - clock.now()).total_seconds() / 60))
        db.session.rollback()
        move_back(app, Message.due_at, wait_before(attempt + 1) + timedelta(seconds=1))
    assert waits[:-1] == [1, 4, 16, 64, 256]
    assert (kept.state, kept.problem) == (MessageState.FAILED, "the mail server answered 451")
    assert kept.text, "a person may decide to send it again"
    assert deliver_due(memory) == 0


def test_a_failure_for_good_is_not_tried_again(app: Flask, north: Partnership) -> None:
    public_id = write_message()
    assert deliver_due(Memory(CannotDeliver("refused", for_good=True))) == 0
    assert message_now(public_id).state is MessageState.FAILED
    db.session.rollback()
    move_back(app, Message.due_at, timedelta(days=1))
    memory = Memory()
    assert deliver_due(memory) == 0
    send_again(public_id)
    assert message_now(public_id).attempts == 0
    assert deliver_due(memory) == 1
    assert message_now(public_id).state is MessageState.SENT


def test_one_failure_holds_no_other_message_up(north: Partnership) -> None:
    first, second = write_message(), write_message()
    assert deliver_due(Memory(CannotDeliver("busy"))) == 1
    assert (message_now(first).state, message_now(second).state) == (
        MessageState.QUEUED,
        MessageState.SENT,
    )


class Killed(BaseException):
    """The worker is killed here."""


class Deadly:
    """A back end in which the worker dies, after or before it has sent."""

    def deliver(self, envelope: Envelope) -> None:
        """Die."""
        raise Killed


def test_a_message_cut_off_in_the_middle_is_uncertain_and_never_sent_by_itself(
    app: Flask, north: Partnership
) -> None:
    public_id = write_message()
    with pytest.raises(Killed):
        deliver_due(Deadly())
    assert message_now(public_id).state is MessageState.SENDING
    memory = Memory()
    assert deliver_due(memory) == 0
    assert message_now(public_id).state is MessageState.SENDING, "another worker may be at it"
    db.session.rollback()
    move_back(app, Message.tried_at, CUT_OFF_AFTER)
    for _ in range(2):
        assert deliver_due(memory) == 0
        kept = message_now(public_id)
        assert kept.state is MessageState.UNCERTAIN
        assert "may or may not have arrived" in kept.problem
    send_again(public_id)
    assert deliver_due(memory) == 1
    assert len(memory.delivered) == 1


def test_two_workers_send_each_message_once(
    app: Flask, north: Partnership, at_once: Callable[..., list[BaseException]]
) -> None:
    written = [write_message() for _ in range(12)]
    memory = Memory()
    assert at_once(*[lambda: deliver_due(memory)] * 3) == []
    assert sorted(envelope.public_id for envelope in memory.delivered) == sorted(written)
    assert {message_now(public_id).attempts for public_id in written} == {1}


def test_a_bounce_is_noted_for_what_was_sent(north: Partnership) -> None:
    public_id, waiting = write_message(), write_message()
    deliver_due(Memory(None, CannotDeliver("busy")))
    note_bounce(public_id, " mailbox full ")
    assert (message_now(public_id).state, message_now(public_id).problem) == (
        MessageState.BOUNCED,
        "mailbox full",
    )
    for act in (
        lambda: note_bounce(waiting, "x"),
        lambda: note_bounce("nothing", "x"),
        lambda: send_again(public_id),
        lambda: send_again(waiting),
    ):
        with pytest.raises(UnknownMessage):
            act()
    assert [entry.action for entry in list_entries(1, 10)[0]] == [
        "message.bounced",
        "message.queued",
        "message.queued",
    ]


def test_messages_of_another_partnership_are_unknown(world: World) -> None:
    with world.south.inside():
        public_id = write_message()
        deliver_due(Memory(CannotDeliver("refused", for_good=True)))
    with world.north.inside():
        assert list_messages(1, 10) == ([], 0)
        for act in (lambda: send_again(public_id), lambda: note_bounce(public_id, "x")):
            with pytest.raises(UnknownMessage):
                act()
