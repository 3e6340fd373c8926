"""A real worker process, killed, stopped and doubled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from dbos import DBOSClient
from sqlalchemy import delete, text, update

from engagement.audit.queries import list_entries, verify_chain
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.runs import service
from engagement.runs.models import Run, RunStep
from engagement.runs.queries import WorkerRow, get_run, list_workers
from engagement.runs.rules import RunState
from tests.jobs.workshop import Workshop

Ask = Callable[..., str]


def workers() -> list[WorkerRow]:
    """The workers that have not signed off, as of now."""
    db.session.rollback()
    return list_workers()


def known_to_the_queue(workshop: Workshop) -> int:
    """How many runs the durable queue remembers."""
    client = DBOSClient(system_database_url=workshop.config.jobs_database_url)
    try:
        return len(client.list_workflows())
    finally:
        client.destroy()


def until(holds: Callable[[], bool]) -> None:
    """Wait for something."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def marks() -> Counter[str]:
    """How often each step left its mark."""
    entries, _ = list_entries(1, 1000)
    found = Counter(entry.object_id for entry in entries if entry.action == "sample.step")
    db.session.rollback()
    return found


def kept_bytes(public_id: str) -> list[str]:
    """The results of a run and of its steps, exactly as the database keeps them."""
    query = text(
        "SELECT CAST(result AS TEXT) FROM run WHERE public_id = :id UNION ALL SELECT * FROM"
        " (SELECT CAST(s.result AS TEXT) FROM run_step s JOIN run r ON r.id = s.run_id"
        " WHERE r.public_id = :id ORDER BY s.number) AS steps"
    )
    found = list(db.session.execute(query, {"id": public_id}).scalars())
    db.session.rollback()
    return found


def test_a_run_killed_at_each_of_its_steps_finishes_with_the_same_bytes(
    workshop: Workshop, ask: Ask
) -> None:
    causes = [
        f"{place}-{step}"
        for step in range(4)
        for place in ("between-steps", "before-commit", "after-commit")
    ]
    for cause in causes:
        (workshop.deaths / cause).touch()
    killed = ask("sample", {"seed": 7})
    with workshop.working(supervised=True):
        run = workshop.wait_for_end(killed, 180)
        assert [cause for cause in causes if (workshop.deaths / cause).exists()] == []
        assert run.run.state == RunState.FINISHED
        assert marks() == {"0": 1, "1": 1, "2": 1, "3": 1}

        unhurt = ask("sample", {"seed": 7})
        assert workshop.wait_for_end(unhurt).run.state == RunState.FINISHED
    assert len(kept_bytes(killed)) == 5
    assert kept_bytes(killed) == kept_bytes(unhurt)
    assert verify_chain()[1] == []


def test_a_run_left_by_workers_that_never_return_is_taken_up_by_another(
    workshop: Workshop, ask: Ask
) -> None:
    for cause in ("begin-0", "before-commit-2", "after-commit-3"):
        (workshop.deaths / cause).touch()
    left = ask("sample")
    for worker_id, state, steps_done in (
        ("worker-a", RunState.REQUESTED, 0),
        ("worker-b", RunState.RUNNING, 2),
        ("worker-c", RunState.RUNNING, 4),
    ):
        workshop.start(worker_id).join(60)
        run = get_run(left).run
        db.session.rollback()
        assert (run.state, run.steps_done) == (state, steps_done), workshop.log.read_text()
    with workshop.working("worker-d"):
        assert workshop.wait_for_end(left).run.state == RunState.FINISHED
    assert marks() == {"0": 1, "1": 1, "2": 1, "3": 1}


def test_runs_go_on_when_the_data_was_restored_and_is_older_than_the_queue(
    workshop: Workshop, ask: Ask
) -> None:
    running, requested = ask("sample"), ask("refusing")
    with workshop.working():
        workshop.wait_for_end(running)
        workshop.wait_for_end(requested)
    with transaction():
        db.session.execute(delete(RunStep))
        for public_id, state in ((running, RunState.RUNNING), (requested, RunState.REQUESTED)):
            restored = update(Run).where(Run.public_id == public_id)
            db.session.execute(restored.values(state=state, steps_done=0))
    with workshop.working():
        assert workshop.wait_for_end(running).run.state == RunState.FINISHED
        assert workshop.wait_for_end(requested).run.state == RunState.FAILED


def test_a_worker_that_was_thought_dead_does_nothing_twice(workshop: Workshop, ask: Ask) -> None:
    (workshop.deaths / "hold-1").touch()
    asked = ask("held")
    silent = workshop.start(sign_of_life=60)
    workshop.wait_for(asked, lambda run: run.run.note == "Waiting at 1")
    with workshop.working("worker-b"):
        until(lambda: "a run was left by its worker" in workshop.log.read_text())
        (workshop.deaths / "hold-1").unlink()
        assert workshop.wait_for_end(asked).run.state == RunState.FINISHED
    assert workshop.stop(silent) < 6
    assert marks() == {"0": 1, "1": 1, "2": 1, "3": 1}


def test_two_workers_do_each_run_once(workshop: Workshop, ask: Ask) -> None:
    asked = [ask("sample", {"number": number}) for number in range(6)]
    with workshop.working("worker-a"), workshop.working("worker-b"):
        asked += [ask("sample", key="one and the same") for _ in range(3)]
        assert {workshop.wait_for_end(run).run.state for run in asked} == {RunState.FINISHED}
    assert len(set(asked)) == 7
    assert marks() == {"0": 7, "1": 7, "2": 7, "3": 7}


def test_a_worker_cancels_fails_and_does_its_duties(workshop: Workshop, ask: Ask) -> None:
    with workshop.working(tidy=0.5):
        refused, stumbled, unknown = ask("refusing"), ask("stumbling"), ask("no such kind")
        waiting = ask("long")

        run = workshop.wait_for_end(refused).run
        assert (run.state, run.failure) == (RunState.FAILED, "Nobody has registered yet.")

        run = workshop.wait_for_end(stumbled).run
        assert run.state == RunState.FAILED
        assert run.failure.startswith("Something went wrong and the work stopped.")

        run = workshop.wait_for_end(unknown).run
        assert run.failure == "This version of the service does not know this kind of work."

        run = workshop.wait_for(waiting, lambda run: run.run.part_done > 0).run
        assert (run.note, run.part_total, run.steps_total) == ("Waiting", 10_000, 1)
        service.cancel_run(waiting)
        run = workshop.wait_for_end(waiting).run
        assert (run.state, run.steps_done, run.note) == (RunState.CANCELLED, 0, "")
        assert [worker.lives for worker in workers()] == [True]
        until(lambda: known_to_the_queue(workshop) == 0)
    assert workers() == []
    assert marks() == {}
    assert len((workshop.deaths / "drum").read_text()) > 2
    log = workshop.log.read_text()
    assert "jane" not in log
    assert "ValueError" in log
    assert "sample_worker.py" in log
    assert stumbled in log
    assert "dbos.dev" not in log


def test_a_worker_finishes_its_step_when_told_to_stop_and_goes_on_later(
    workshop: Workshop, ask: Ask
) -> None:
    (workshop.deaths / "hold-1").touch()
    asked = ask("held")
    worker = workshop.start(grace=6)
    workshop.wait_for(asked, lambda run: run.run.note == "Waiting at 1")
    worker.terminate()
    time.sleep(0.2)
    (workshop.deaths / "hold-1").unlink()
    assert workshop.stop(worker) < 6
    stopped = get_run(asked).run
    assert (stopped.state, stopped.steps_done) == (RunState.RUNNING, 2)
    with workshop.working():
        assert workshop.wait_for_end(asked).run.state == RunState.FINISHED
    assert marks() == {"0": 1, "1": 1, "2": 1, "3": 1}


def test_a_step_that_does_not_end_does_not_hold_the_worker_up(workshop: Workshop, ask: Ask) -> None:
    (workshop.deaths / "stubborn").touch()
    asked = ask("stubborn")
    worker = workshop.start(grace=0.5)
    workshop.wait_for(asked, lambda run: run.run.note == "Waiting")
    assert workshop.stop(worker) < 5
    (workshop.deaths / "stubborn").unlink()
    with workshop.working("worker-b"):
        assert workshop.wait_for_end(asked).run.state == RunState.FINISHED


def test_a_second_worker_of_the_same_name_is_refused_in_one_line(workshop: Workshop) -> None:
    with workshop.working():
        until(lambda: workers() != [])
        workshop.log.write_text("")
        refused = workshop.start()
        refused.join(60)
        assert refused.exitcode == 1
        lines = workshop.log.read_text().splitlines()
    assert len([line for line in lines if "worker-a is already running" in line]) == 1
    assert not [line for line in lines if "Traceback" in line]
