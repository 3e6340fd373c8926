"""Anybody checks a draw from the command line, in plain words and without any set-up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engagement.cli import engagement
from engagement.methods.sortition.verify_draw import MOST_BYTES
from engagement.panels.verifiers import verifiers
from tests.methods.sortition.lotteries import (
    all_files,
    alter,
    bind,
    everything,
    programs,
    repack,
    two_seats,
)
from tests.shell import Shell

HOLDS, FAILED, BAD_INPUT = 0, 1, 2
FILES = all_files(two_seats())
ROOT = bind(two_seats()).root


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Result]:
    """Run the command on some bytes."""

    def run(content: bytes, *words: str) -> Result:
        (tmp_path / "given").write_bytes(content)
        return CliRunner().invoke(engagement, ["verify-draw", str(tmp_path / "given"), *words])

    return run


@pytest.mark.parametrize("name", FILES)
def test_what_holds_is_said_line_by_line(check: Callable[..., Result], name: str) -> None:
    done = check(FILES[name], "--root", ROOT.upper())
    assert done.exit_code == HOLDS
    lines = done.output.splitlines()
    assert lines[0] == f"ok      The root is the one published: {ROOT}"
    assert not [line for line in lines if line[:8] not in ("ok      ", "note    ")]


def test_without_a_root_the_reader_is_told_to_compare_it(check: Callable[..., Result]) -> None:
    done = check(FILES["public.zip"])
    assert done.exit_code == HOLDS
    assert done.output.startswith("note    The root is the one published: compare " + ROOT)


def test_no_proof_of_fairness_is_said_and_is_no_failure(check: Callable[..., Result]) -> None:
    done = check(all_files(everything())["auditor.zip"])
    assert done.exit_code == HOLDS
    assert "note    No lottery is fairer: no proof of that is in this pack" in done.output


def test_what_fails_is_named(check: Callable[..., Result]) -> None:
    changed = alter(FILES["public.zip"], "result.json", lambda result: result.update(ticket=0))
    done = check(changed)
    assert done.exit_code == FAILED
    assert "FAILED  The seed picks the drawn ticket: it picks ticket 3, not 0" in done.output
    done = check(FILES["public.zip"], "--root", "0" * 64)
    assert done.exit_code == FAILED
    assert f"FAILED  The root is the one published: this is {ROOT}" in done.output


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "given cannot be checked: it is broken"),
        (b"PK\3\4 nothing", "given cannot be checked: it is broken"),
        (FILES["public.zip"][:-9], "given cannot be checked: it is broken"),
        (repack({"commitment.json": b"{}"}), "given cannot be checked: it lacks seed.json"),
        (b" " * (MOST_BYTES + 1), "given cannot be checked: it is too large"),
    ],
    ids=["nothing", "no archive", "cut short", "not all there", "too large"],
)
def test_what_is_no_pack_is_bad_input(
    check: Callable[..., Result], content: bytes, problem: str
) -> None:
    done = check(content)
    assert done.exit_code == BAD_INPUT
    assert problem in done.output
    assert "Traceback" not in done.output


def test_what_is_typed_wrongly_is_bad_input(check: Callable[..., Result], tmp_path: Path) -> None:
    done = check(FILES["public.zip"], "--root", "abc")
    assert done.exit_code == BAD_INPUT
    assert "a root is 64 digits" in done.output
    for wrong in (tmp_path / "missing", tmp_path):
        done = CliRunner().invoke(engagement, ["verify-draw", str(wrong)])
        assert done.exit_code == BAD_INPUT


def test_the_command_needs_no_settings_and_no_database(fresh: Shell, tmp_path: Path) -> None:
    (tmp_path / "person.json").write_bytes(FILES["person.json"])
    done = fresh.run("verify-draw", str(tmp_path / "person.json"))
    assert (done.returncode, done.stderr) == (HOLDS, "")
    assert "Your chance is stated: ann may be drawn, chance 1/2 = 0.500000" in done.stdout
    assert not fresh.instance.exists()


def test_the_programs_that_ride_in_packs_are_those_that_the_command_runs() -> None:
    assert verifiers() == programs()
