"""Evaluation: the same items before and after, shown from five replies on, crossed with nothing."""

from __future__ import annotations

from dataclasses import fields

import pytest

from engagement.deliberation.errors import NoSeat, NotAsked
from engagement.deliberation.evaluation import (
    Distribution,
    Reply,
    evaluate_as_member,
    evaluate_as_staff,
    evaluate_for,
    given_of,
    own_reply,
    part_asked,
)
from engagement.deliberation.plans import RoundKind, RoundPlan
from engagement.deliberation.rounds import add_round, close_round, open_round, rounds_of
from engagement.deliberation.rules import ITEMS, LEAST_REPLIES, EvaluationPart, asked_now
from engagement.panels.queries import find_panel
from engagement.panels.seat_queries import seats_of
from tests.factories import World
from tests.factories.ballots import seated_panel

BEFORE, AFTER = EvaluationPart.BEFORE, EvaluationPart.AFTER


@pytest.fixture
def panel(world: World) -> tuple[str, int, list[int]]:
    """A panel of six with two rounds, its key, and the keys of its members."""
    with world.north.inside():
        public_id, residents = seated_panel(world.north.programme(), 6, published=True)
        for kind in (RoundKind.SHARE, RoundKind.DECIDE):
            add_round(None, public_id, RoundPlan(kind, kind, "What is it like?"))
        found = find_panel(None, public_id)
        assert found is not None
        return public_id, found.id, residents


def reply(mark: str, words: str = "") -> Reply:
    return Reply(dict.fromkeys(ITEMS[BEFORE], mark), words)


def next_round(public_id: str, key: int) -> None:
    waiting = next(one for one in rounds_of(key) if one.opened_at is None)
    open_round(None, public_id, waiting.public_id, "It is late")
    close_round(None, public_id, waiting.public_id)


def test_members_answer_the_same_items_before_and_after(
    world: World, panel: tuple[str, int, list[int]]
) -> None:
    public_id, key, residents = panel
    assert ITEMS[BEFORE] == ITEMS[AFTER]
    assert set(ITEMS[BEFORE]) == {
        *("information", "voice", "respect", "influence", "fatigue", "trust"),
    }
    with world.north.inside():
        for resident in residents:
            evaluate_as_member(key, BEFORE, resident, reply("2"))
        with pytest.raises(NotAsked):
            evaluate_as_member(key, AFTER, residents[0], reply("2"))
        next_round(public_id, key)
        for resident in residents:
            evaluate_as_member(key, AFTER, resident, reply("4"))
        with pytest.raises(NotAsked):
            evaluate_as_member(key, BEFORE, residents[0], reply("5"))
        given = given_of(key).distributions
        assert given[BEFORE].counts == dict.fromkeys(ITEMS[BEFORE], (0, 6, 0, 0, 0))
        assert given[AFTER].counts == dict.fromkeys(ITEMS[AFTER], (0, 0, 0, 6, 0))


def test_fewer_than_five_replies_show_nothing(
    world: World, panel: tuple[str, int, list[int]]
) -> None:
    _public_id, key, residents = panel
    with world.north.inside():
        for resident in residents[: LEAST_REPLIES - 1]:
            evaluate_as_member(key, BEFORE, resident, reply("5"))
        assert given_of(key).distributions[BEFORE] == Distribution(0, {})
        evaluate_as_member(key, BEFORE, residents[-1], Reply({}, "Nothing to tick"))
        assert given_of(key).distributions[BEFORE].replies == 0, "a blank reply is none"
        evaluate_as_member(key, BEFORE, residents[-1], Reply({"trust": "1", "voice": "9"}))
        found = given_of(key).distributions[BEFORE]
        assert found.replies == LEAST_REPLIES == 5
        assert found.counts == {"trust": (1, 0, 0, 0, 4)}, "an item of four answers is left out"


def test_a_reply_takes_the_place_of_the_earlier_one_and_staff_write_one_down(
    world: World, panel: tuple[str, int, list[int]]
) -> None:
    public_id, key, residents = panel
    with world.north.inside():
        evaluate_as_member(key, BEFORE, residents[0], reply("1", "Angry"))
        evaluate_as_member(key, BEFORE, residents[0], reply("3", "Better"))
        assert own_reply(key, BEFORE, residents[0]) == reply("3", "Better")
        seats = {one.resident_id: one.public_id for one in seats_of(key)}
        evaluate_for(None, public_id, BEFORE, seats[residents[0]], reply("4", "By telephone"))
        assert given_of(key).words == [], "of one alone the words would tell whose they are"
        for resident in residents[1:5]:
            evaluate_as_member(key, BEFORE, resident, Reply({}))
        assert given_of(key).words == [], "blank replies are none"
        for resident in residents[1:5]:
            evaluate_as_member(key, BEFORE, resident, reply("4"))
        assert given_of(key).words == [(BEFORE, "By telephone")]
        with pytest.raises(NoSeat):
            evaluate_for(None, public_id, BEFORE, "x" * 22, reply("4"))
        (stranger,) = seated_panel(world.north.programme("Another"), 1)[1]
        with pytest.raises(NoSeat):
            evaluate_as_member(key, BEFORE, stranger, reply("4"))


def test_organisers_count_once_each_and_observers_sign(
    world: World, panel: tuple[str, int, list[int]]
) -> None:
    public_id, key, _residents = panel
    organiser, observer = EvaluationPart.ORGANISER, EvaluationPart.OBSERVER
    with world.north.inside():
        for number in (0, 1, 2, 3, 4, 4):
            own = Reply({"time": "5"})
            evaluate_as_staff(None, public_id, organiser, own, by=f"{number}".rjust(22, "s"))
        assert given_of(key).distributions[organiser].counts["time"] == (0, 0, 0, 0, 5)
        for name in ("Olu, the university", "Pat, the council of voluntary services"):
            seen = Reply({"dissent": "yes", "record": "partly"}, "I sat at table 2.")
            evaluate_as_staff(None, public_id, observer, seen, by="s" * 22, signed_as=name)
        evaluate_as_staff(None, public_id, observer, seen, by="s" * 22, signed_as=name)
        first, second = given_of(key).observers
        assert first.marks == {"dissent": "yes", "record": "partly"}
        assert second.signed_as == "Pat, the council of voluntary services"
        with pytest.raises(NotAsked):
            evaluate_as_staff(None, public_id, BEFORE, seen, by="s" * 22)


def test_talk_time_is_asked_nowhere_and_nothing_is_crossed() -> None:
    assert not any("talk" in item for items in ITEMS.values() for item in items)
    assert {field.name for field in fields(Distribution)} == {"replies", "counts"}


@pytest.mark.parametrize(
    ("closed", "part"),
    [
        ([], BEFORE),
        ([False, False, False], BEFORE),
        ([True, False, False], None),
        ([True, True, False], AFTER),
        ([True, True, True], AFTER),
        ([False], BEFORE),
        ([True], AFTER),
    ],
)
def test_what_is_asked_follows_the_rounds(closed: list[bool], part: EvaluationPart | None) -> None:
    assert asked_now(closed) is part


def test_the_part_is_found_from_the_rounds(world: World, panel: tuple[str, int, list[int]]) -> None:
    public_id, key, _residents = panel
    with world.north.inside():
        assert part_asked(key) is BEFORE
        next_round(public_id, key)
        assert part_asked(key) is AFTER
