"""Carrying a run out, without the queue around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from engagement.audit.models import AuditEntry, AuditSeal
from engagement.audit.queries import list_entries
from engagement.audit.service import current_head, record
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.jobs import audit_check, execution
from engagement.jobs.errors import Stopped
from engagement.jobs.execution import DATABASE_AWAY, WENT_WRONG, Execution
from engagement.jobs.kinds import KINDS, Registry, register
from engagement.jobs.steps import RunKind, Step, Task
from engagement.runs.errors import StepCannotBeDone
from engagement.runs.queries import RunWithSteps, get_run
from engagement.runs.rules import MOST_ATTEMPTS, RunState
from engagement.runs.service import CUT_OFF, begin_run, cancel_run, request_run
from tests.factories import Partnership

pytestmark = pytest.mark.usefixtures("partnership")
Steps = Callable[[dict[str, Any], tuple[Any, ...]], Sequence[Step]]


class Hand:
    """Carries runs out in the test's own process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stop = Event()
        self.halt = Event()

    def take(self, public_id: str, registry: Registry, worker_id: str = "hand") -> Execution:
        """An execution that has not begun."""
        return Execution(self.app, registry, worker_id, public_id, stop=self.stop, halt=self.halt)

    def carry_out(self, public_id: str, registry: Registry) -> RunWithSteps:
        """Begin and advance until there is no more to do."""
        execution = self.take(public_id, registry)
        if execution.begin():
            while execution.advance():
                pass
        db.session.rollback()
        return get_run(public_id)

    def do(self, *steps: Step, arguments: dict[str, Any] | None = None) -> RunWithSteps:
        """Carry out a run of these steps."""
        public_id = request_run("tried", arguments or {})
        return self.carry_out(public_id, tried(*steps))


@pytest.fixture
def hand(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Hand:
    """Carries runs out, and does not wait long between tries."""
    monkeypatch.setattr(execution, "FIRST_WAIT", 0.01)
    return Hand(app)


def tried(*steps: Step) -> Registry:
    """A registry with one kind of run."""
    return register([RunKind("tried", lambda arguments, results: steps)])


def test_a_step_sees_what_the_steps_before_it_kept(hand: Hand) -> None:
    seen: list[Task] = []
    run = hand.do(
        Step("First", act=lambda task: {"b": (1, 2), "a": {3: None}}),
        Step("Second", prepare=seen.append),
        Step("Third", act=lambda task: [*task.results, task.arguments["x"]]),
        arguments={"x": "y"},
    )
    assert seen[0].results == ({"a": {"3": None}, "b": [1, 2]},)
    assert run.run.state == RunState.FINISHED
    assert run.result == [{"a": {"3": None}, "b": [1, 2]}, None, "y"]
    assert [(step.number, step.name) for step in run.steps] == [
        (1, "First"),
        (2, "Second"),
        (3, "Third"),
    ]
    assert (run.run.steps_done, run.run.steps_total) == (3, 3)


def test_an_early_step_decides_how_many_follow(hand: Hand) -> None:
    def steps(arguments: dict[str, Any], results: tuple[Any, ...]) -> list[Step]:
        more = results[0] if results else 0
        return [Step("Counting", act=lambda task: 3), *[Step("Doing", act=lambda task: 0)] * more]

    run = hand.carry_out(request_run("tried", {}), register([RunKind("tried", steps)]))
    assert (run.run.steps_done, run.run.steps_total, run.result) == (4, 4, 0)


@pytest.mark.parametrize(
    ("failing", "words"),
    [
        (StepCannotBeDone("The pool is empty."), "The pool is empty."),
        (ValueError("jane@example.org"), WENT_WRONG),
        (KeyError("jane"), WENT_WRONG),
    ],
)
def test_a_failure_is_said_in_plain_words_and_leaves_nothing(
    hand: Hand, failing: Exception, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(task: Task) -> None:
        record("tried.step", "thing", "1")
        raise failing

    run = hand.do(Step("First", act=lambda task: 1), Step("Second", act=fail))
    assert (run.run.state, run.run.failure) == (RunState.FAILED, words)
    assert (run.run.steps_done, run.result) == (1, None)
    assert [entry.action for entry in list_entries(1, 10)[0]] == [
        "run.failed",
        "run.started",
        "run.requested",
    ]
    assert "jane" not in capsys.readouterr().out


def test_a_result_that_is_not_plain_json_fails_the_run(hand: Hand) -> None:
    for result in (object(), float("nan"), {1, 2}):
        assert hand.do(Step("Only", act=lambda task, r=result: r)).run.failure == WENT_WRONG


def test_a_busy_database_is_tried_three_times(hand: Hand) -> None:
    tries: list[int] = []

    def be_busy(times: int) -> Callable[[Task], int]:
        def act(task: Task) -> int:
            tries.append(times)
            if len(tries) <= times:
                raise OperationalError("SELECT 1", {}, Exception("database is locked"))
            return len(tries)

        return act

    assert hand.do(Step("Only", act=be_busy(2))).result == 3
    tries.clear()
    run = hand.do(Step("Only", act=be_busy(3)))
    assert (run.run.failure, len(tries)) == (DATABASE_AWAY, 3)


def test_a_lost_connection_is_made_again(hand: Hand) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("an embedded database has no connection to lose")
    lost: list[int] = []

    def lose(task: Task) -> str:
        while len(lost) < 5:
            lost.append(1)
            db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return "kept"

    run = hand.do(Step("First", act=lose))
    assert (run.run.failure, len(lost)) == (DATABASE_AWAY, 3)
    assert hand.do(Step("First", act=lose)).result == "kept"


def test_a_run_that_another_worker_has_is_let_go(hand: Hand) -> None:
    public_id = request_run("tried", {})
    registry = tried(Step("First", act=lambda task: "hand's"), Step("Second", act=lambda task: 2))
    ours = hand.take(public_id, registry)
    theirs = hand.take(public_id, registry, "theirs")
    assert ours.begin()
    assert theirs.begin()
    with pytest.raises(Stopped):
        ours.advance()
    assert theirs.advance()
    assert theirs.advance()
    assert not theirs.advance()
    assert hand.carry_out(public_id, registry).run.steps_done == 2


def test_a_step_is_not_done_twice_by_two_executions_of_one_worker(hand: Hand) -> None:
    done: list[int] = []
    public_id = request_run("tried", {})
    registry = tried(Step("First", act=done.append), Step("Second", act=done.append))
    one, other = hand.take(public_id, registry), hand.take(public_id, registry)
    assert one.begin()
    assert other.begin()
    assert one.advance()
    with pytest.raises(Stopped):
        other.advance()
    assert len(done) == 1


def test_a_worker_that_stops_begins_no_step(hand: Hand) -> None:
    public_id = request_run("tried", {})
    held = hand.take(public_id, tried(Step("First", act=lambda task: 1)))
    assert held.begin()
    hand.stop.set()
    with pytest.raises(Stopped):
        held.advance()
    assert get_run(public_id).run.state == RunState.RUNNING


def test_a_checkpoint_ends_the_step_when_there_is_no_time_left(hand: Hand) -> None:
    public_id = request_run("tried", {})
    held = hand.take(public_id, tried(Step("First", prepare=lambda task: task.checkpoint())))
    assert held.begin()
    hand.halt.set()
    with pytest.raises(Stopped):
        held.advance()
    assert get_run(public_id).run.steps_done == 0


def test_a_checkpoint_shows_progress_and_heeds_cancelling(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "SECONDS_BETWEEN_CHECKS", 0)
    public_id = request_run("tried", {})
    seen: list[tuple[int, int]] = []

    def prepare(task: Task) -> None:
        task.checkpoint(3, 10)
        run = get_run(public_id).run
        seen.append((run.part_done, run.part_total))
        cancel_run(public_id)
        task.checkpoint(4, 10)
        seen.append((0, 0))

    run = hand.carry_out(public_id, tried(Step("First", prepare=prepare)))
    assert seen == [(3, 10)]
    assert (run.run.state, run.run.part_total, run.run.note) == (RunState.CANCELLED, 0, "")


def test_a_run_that_is_cancelled_while_it_prepares_changes_nothing(hand: Hand) -> None:
    public_id = request_run("tried", {})
    acted: list[Task] = []
    run = hand.carry_out(
        public_id,
        tried(Step("First", act=acted.append, prepare=lambda task: cancel_run(public_id))),
    )
    assert (run.run.state, acted) == (RunState.CANCELLED, [])


def test_a_run_that_is_cut_off_again_and_again_is_given_up(hand: Hand) -> None:
    public_id = request_run("tried", {})
    for _ in range(MOST_ATTEMPTS):
        assert begin_run(public_id, "hand")
    run = hand.carry_out(public_id, tried(Step("First", act=lambda task: 1)))
    assert (run.run.state, run.run.failure) == (RunState.FAILED, CUT_OFF)


def test_a_run_that_does_not_exist_is_nothing_to_do(hand: Hand) -> None:
    assert not hand.take("no-such-run", KINDS).begin()


class TestAuditCheck:
    """The run that checks the audit chain."""

    @pytest.fixture(autouse=True)
    def _small_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(audit_check, "PART", 5)

    @pytest.fixture(autouse=True)
    def _entries(self, partnership: Partnership) -> None:
        with transaction():
            for number in range(13):
                record("tried.step", "thing", str(number))

    def check(self, hand: Hand, **arguments: Any) -> RunWithSteps:
        """Carry the check out."""
        return hand.carry_out(request_run("audit_check", arguments), KINDS)

    def test_a_whole_chain_holds(self, hand: Hand) -> None:
        published = str(current_head())
        run = self.check(hand, known=[published])
        # 13 entries, those of this run, and the one that ends it comes after the conclusion.
        assert run.result == {
            "holds": True,
            "head": run.result["head"],
            "faults": [],
            "fault_count": 0,
        }
        assert run.result["head"].startswith("15:")
        assert (run.run.steps_done, run.run.steps_total) == (5, 5)

    def test_a_change_in_any_part_is_found(self, hand: Hand) -> None:
        for sequence in (1, 5, 6, 13):
            with transaction():
                db.session.execute(
                    update(AuditEntry)
                    .where(AuditEntry.sequence == sequence)
                    .values(object_id="changed")
                )
        result = self.check(hand).result
        assert not result["holds"]
        assert [fault["entry"] for fault in result["faults"]] == [1, 5, 6, 13]
        assert result["fault_count"] == 4

    def test_a_missing_and_a_foreign_entry_are_found(self, hand: Hand) -> None:
        with transaction():
            db.session.execute(
                update(AuditEntry).where(AuditEntry.sequence == 7).values(sequence=-3)
            )
        found = {fault["entry"] for fault in self.check(hand).result["faults"]}
        assert found >= {-3, 8}

    def test_a_tail_that_was_cut_is_found_by_its_published_head(self, hand: Hand) -> None:
        run = self.check(hand, known=["99:" + "a" * 64])
        assert [fault["entry"] for fault in run.result["faults"]] == [99]

    def test_changed_words_under_seal_are_found(self, hand: Hand) -> None:
        with transaction():
            record("tried.step", "thing", "14", sealed="as they were")
            db.session.execute(update(AuditSeal).values(words="changed"))
        assert [fault["entry"] for fault in self.check(hand).result["faults"]] == [14]

    def test_a_published_head_that_cannot_be_read_is_said(self, hand: Hand) -> None:
        run = self.check(hand, known=["the last one"])
        assert run.run.failure.startswith("A published head must be written as")
