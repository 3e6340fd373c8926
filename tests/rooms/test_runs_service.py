"""Asking for runs, watching and cancelling them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from engagement.audit.queries import list_entries
from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.runs.errors import (
    RunCannotBeRepeated,
    RunHasEnded,
    RunNotFound,
    RunTakenOver,
    RunWasCancelled,
)
from engagement.runs.queries import get_run, list_requested, list_running, list_runs, list_workers
from engagement.runs.rules import RunState
from engagement.runs.service import (
    adopt_run,
    begin_run,
    cancel_run,
    complete_step,
    enter_step,
    fail_run,
    finish_run,
    give_up_run,
    repeat_run,
    request_run,
    show_life,
    sign_off,
)
from tests.factories import World

OFFICER = Actor(ActorKind.STAFF, "officer-public-id")


@pytest.fixture(autouse=True)
def here(world: World) -> Iterator[None]:
    """The northern partnership is being served, by an officer."""
    with world.north.inside(), acting_as(OFFICER):
        yield


def actions(public_id: str) -> list[str]:
    """What the audit chain says of a run, the oldest first."""
    entries, _ = list_entries(1, 100)
    return [entry.action for entry in reversed(entries) if entry.object_id == public_id]


def test_a_requested_run_says_who_asked_and_waits() -> None:
    public_id = request_run("sample", {"draw": "abc", "sizes": (1, 2)})
    found = get_run(public_id)
    assert found.run.state == RunState.REQUESTED
    assert found.run.requested_by == OFFICER.id
    assert found.arguments == {"draw": "abc", "sizes": [1, 2]}
    assert not found.run.has_ended
    assert list_requested(10) == [public_id]
    assert actions(public_id) == ["run.requested"]


def test_a_request_is_undone_with_the_transaction_that_asked() -> None:
    @transactional
    def ask_and_fail() -> None:
        request_run("sample", {}, key="once")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert list_runs().total == 0


def test_the_same_key_gives_the_same_run_in_one_partnership(world: World) -> None:
    first = request_run("sample", {}, key="nightly:2030-01-01")
    assert request_run("sample", {}, key="nightly:2030-01-01") == first
    assert request_run("sample", {}, key="nightly:2030-01-02") != first
    assert request_run("sample", {}) != request_run("sample", {})
    with world.south.inside(), acting_as(OFFICER):
        assert request_run("sample", {}, key="nightly:2030-01-01") != first
    assert actions(first) == ["run.requested"]


def test_the_same_key_at_the_same_time_gives_one_run(world: World) -> None:
    asked: list[str] = []
    together = threading.Barrier(8)

    def ask() -> None:
        with world.north.inside(), acting_as(OFFICER):
            together.wait()
            asked.append(request_run("sample", {}, key="once"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 8
    assert len(set(asked)) == 1
    assert list_runs().total == 1


def test_another_partnership_sees_nothing_of_a_run(world: World) -> None:
    public_id = request_run("sample", {})
    with world.south.inside(), acting_as(OFFICER):
        assert list_runs().rows == ()
        for act in (get_run, cancel_run, repeat_run):
            with pytest.raises(RunNotFound):
                act(public_id)


def test_a_list_shows_the_newest_first_page_by_page() -> None:
    asked = [request_run("sample", {"number": number}) for number in range(5)]
    pages = [list_runs(page, per_page=2) for page in (1, 2, 3)]
    assert [[row.public_id for row in page.rows] for page in pages] == [
        [asked[4], asked[3]],
        [asked[2], asked[1]],
        [asked[0]],
    ]
    assert {page.total for page in pages} == {5}


def test_a_run_goes_from_step_to_step_to_its_result() -> None:
    public_id = request_run("sample", {"x": 1})
    begun = begin_run(public_id, "w")
    assert begun
    assert (begun.kind, begun.arguments, begun.results) == ("sample", {"x": 1}, ())
    enter_step(public_id, "w", "Counting", 2)
    assert get_run(public_id).run.note == "Counting"
    assert complete_step(public_id, "w", 0, "Counting", lambda: (1, 2)) == [1, 2]
    assert complete_step(public_id, "w", 1, "Adding", lambda: None) is None
    again = begin_run(public_id, "v")
    assert again
    assert again.results == ([1, 2], None)
    finish_run(public_id, "v")
    found = get_run(public_id)
    assert found.run.state == RunState.FINISHED
    assert found.result is None
    assert [(step.number, step.result) for step in found.steps] == [(1, [1, 2]), (2, None)]
    assert found.run.finished_at
    assert found.run.started_at
    assert found.run.requested_at <= found.run.started_at <= found.run.finished_at
    assert begin_run(public_id, "v") is None
    assert actions(public_id) == ["run.requested", "run.started", "run.finished"]


def test_a_step_that_fails_or_was_done_leaves_nothing() -> None:
    public_id = request_run("sample", {})
    begin_run(public_id, "w")

    def stumble() -> None:
        request_run("other", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        complete_step(public_id, "w", 0, "Only", stumble)
    complete_step(public_id, "w", 0, "Only", lambda: 1)
    with pytest.raises(RunTakenOver):
        complete_step(public_id, "w", 0, "Only", lambda: request_run("other", {}))
    assert list_runs().total == 1
    assert [step.result for step in get_run(public_id).steps] == [1]


def test_only_the_worker_that_has_a_run_may_write_to_it() -> None:
    public_id = request_run("sample", {})
    begin_run(public_id, "w")
    assert not adopt_run(public_id, "somebody else", "v")
    assert adopt_run(public_id, "w", "v")
    assert not adopt_run(public_id, "w", "u")
    assert list_running() == [(public_id, "v")]
    writes: list[tuple[Any, ...]] = [
        (enter_step, "Only", 1),
        (complete_step, 0, "Only", lambda: 1),
        (finish_run,),
        (fail_run, "Why"),
        (give_up_run,),
    ]
    for write, *rest in writes:
        with pytest.raises(RunTakenOver):
            write(public_id, "w", *rest)


def test_a_run_that_waits_is_cancelled_at_once() -> None:
    public_id = request_run("sample", {})
    cancel_run(public_id)
    assert get_run(public_id).run.state == RunState.CANCELLED
    assert begin_run(public_id, "w") is None
    with pytest.raises(RunHasEnded):
        cancel_run(public_id)


def test_a_run_in_hand_is_cancelled_before_its_next_step() -> None:
    public_id = request_run("sample", {})
    begin_run(public_id, "w")
    cancel_run(public_id)
    cancel_run(public_id)
    found = get_run(public_id).run
    assert found.state == RunState.RUNNING
    assert found.cancel_requested_at
    with pytest.raises(RunWasCancelled):
        enter_step(public_id, "w", "Only", 1)
    with pytest.raises(RunWasCancelled):
        complete_step(public_id, "w", 0, "Only", lambda: request_run("other", {}))
    give_up_run(public_id, "w")
    assert list_runs().total == 1
    assert actions(public_id) == [
        "run.requested",
        "run.started",
        "run.cancel_requested",
        "run.cancelled",
    ]


def test_a_run_that_failed_is_asked_for_again_once() -> None:
    failed = request_run("sample", {"x": 1}, key="once")
    with pytest.raises(RunCannotBeRepeated):
        repeat_run(failed)
    begin_run(failed, "w")
    fail_run(failed, "w", "Nobody has registered yet.")
    assert get_run(failed).run.failure == "Nobody has registered yet."
    again = repeat_run(failed)
    assert repeat_run(failed) == again != failed
    assert get_run(again).arguments == {"x": 1}


def test_a_worker_is_seen_until_it_signs_off() -> None:
    show_life("w")
    show_life("w")
    assert [(worker.worker_id, worker.lives) for worker in list_workers()] == [("w", True)]
    sign_off("w")
    sign_off("w")
    db.session.rollback()
    assert list_workers() == []
