"""Each command does its work, says what it did, and is plain about what it cannot do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engagement.accounts.rules import Role
from tests.shell import Shell

COMMANDS = (
    "",
    "serve",
    "worker",
    "db",
    "db upgrade",
    "db downgrade",
    "demo",
    "demo load",
    "demo run",
    "demo sign-ins",
    "demo code",
    "partnerships",
    "partnerships add",
    "partnerships list",
    "users",
    "users add",
    "reference",
    "run-programme",
    "verify-draw",
    "opinion",
    "invite-lottery",
    "select",
    "replace",
    "reveal",
    "extra-seats",
    "reference import",
    "reference list",
    "reference kinds",
    "audit",
    "audit verify",
    "erasures",
    "erasures list",
    "erasures apply",
    "processing",
    "processing write",
    "conversation",
    "conversation import",
    "tables",
    "tally",
    "doctor",
)


def test_every_command_explains_itself() -> None:
    from click.testing import CliRunner

    from engagement.cli import engagement

    for command in COMMANDS:
        answer = CliRunner().invoke(engagement, [*command.split(), "--help"])
        assert answer.exit_code == 0, command
        lines = answer.output.splitlines()
        assert lines[0].startswith("Usage:"), command
        assert len(lines[2].strip()) > 10, f"{command} says nothing about itself"


def test_the_help_names_every_command() -> None:
    from engagement import cli

    assert {command.split()[0] for command in COMMANDS if command} == set(cli.COMMANDS)


def test_a_command_loads_nothing_of_the_others() -> None:
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "engagement.cli", "select", "--help"],
        capture_output=True,
        check=True,
        text=True,
    ).stderr
    assert "engagement.methods.sortition.reading" in loaded
    assert not re.search(r"\b(sqlalchemy|flask|sklearn)\b", loaded)


def test_tables_are_made_once_and_a_second_time_changes_nothing(fresh: Shell) -> None:
    first, second = fresh.run("db", "upgrade"), fresh.run("db", "upgrade")
    assert (first.returncode, second.returncode) == (0, 0)
    assert re.search(r"The tables are at \d{3}\.", first.stdout)
    assert "up to date" in second.stdout


def test_the_demonstration_asks_for_its_tables_first(fresh: Shell) -> None:
    answer = fresh.run("demo", "load")
    assert answer.returncode == 1
    assert "engagement db upgrade" in answer.stderr


def test_the_demonstration_loads_once_and_signs_every_role_in(shell: Shell) -> None:
    assert "Loading" in shell.run("demo", "load").stdout
    kept = json.loads((shell.instance / "demonstration.json").read_text())
    assert "is loaded" in shell.run("demo", "load").stdout
    assert json.loads((shell.instance / "demonstration.json").read_text()) == kept
    shown = shell.run("demo", "sign-ins").stdout
    for email, password in kept["passwords"].items():
        assert re.search(rf"{re.escape(email)}\s+{re.escape(password)}\s+app key \S+", shown)
    assert len(kept["passwords"]) == len(Role)
    assert kept["member_code"] in shown
    assert kept["letter_codes"][0] in shown
    assert re.fullmatch(r"\d{6}\n", shell.run("demo", "code", "admin@example.org").stdout)
    assert shell.run("demo", "code", "nobody@example.org").returncode == 2
    assert (shell.instance / "demonstration.json").stat().st_mode & 0o077 == 0
    verified = shell.run("audit", "verify")
    assert verified.returncode == 0
    assert "riverbank: holds" in verified.stdout


def test_lost_passwords_of_the_demonstration_are_said_to_be_lost(shell: Shell) -> None:
    shell.run("demo", "load")
    (shell.instance / "demonstration.json").unlink()
    answer = shell.run("demo", "sign-ins")
    assert answer.returncode == 1
    assert "delete the instance folder" in answer.stderr


def test_a_partnership_is_opened_and_its_first_administrator_invited(shell: Shell) -> None:
    assert shell.run("partnerships", "add", "north", "North").returncode == 0
    assert "north\tNorth" in shell.run("partnerships", "list").stdout
    invited = shell.run(
        *("users", "add", "--partnership", "north", "--email", "a@north.example", "--name", "Al")
    )
    assert invited.returncode == 0
    assert re.search(r"http://127\.0\.0\.1:8000/p/north/staff/invitation/\S{30,}", invited.stdout)
    again = shell.run(
        *("users", "add", "--partnership", "north", "--email", "A@north.example", "--name", "Al")
    )
    assert again.returncode == 2
    assert "has an account" in again.stderr


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("partnerships", "add", "Not a slug", "North"), "lower-case letters"),
        (("partnerships", "add", "north", "North"), "already"),
        (
            ("users", "add", "--partnership", "nowhere", "--email", "a@b.example", "--name", "A"),
            "There are: north",
        ),
        (("audit", "verify", "--head", "12:abc"), "--head"),
        (("audit", "verify", "--head", f"1:{'a' * 64}"), "--partnership"),
    ],
)
def test_bad_input_is_refused_in_words(shell: Shell, words: tuple[str, ...], problem: str) -> None:
    shell.run("partnerships", "add", "north", "North")
    answer = shell.run(*words)
    assert answer.returncode == 2
    assert problem in answer.stderr


def test_a_changed_entry_of_the_chain_is_named(shell: Shell, database_url: str) -> None:
    from sqlalchemy import create_engine, text

    shell.run("demo", "load")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET action = 'x' WHERE sequence = 7"))
    engine.dispose()
    answer = shell.run("audit", "verify", "--partnership", "riverbank")
    assert answer.returncode == 1
    assert "entry 7: was changed" in answer.stdout


def test_the_doctor_says_what_to_mend(shell: Shell, fresh: Shell) -> None:
    answer = shell.run("doctor", "--settings")
    assert answer.returncode == 1
    assert "✓ database" in answer.stdout
    assert "start one with 'engagement worker'" in answer.stdout
    assert "k" * 32 not in answer.stdout
    before = fresh.run("doctor")
    assert before.returncode == 1
    assert "engagement db upgrade" in before.stdout


def test_a_broken_setting_stops_every_command_with_its_name(fresh: Shell) -> None:
    for words in (("db", "upgrade"), ("serve",), ("worker",)):
        answer = fresh.run(*words, web_workers="none")
        assert answer.returncode == 2, words
        assert answer.stderr.strip() == (
            "engagement: ENGAGEMENT_WEB_WORKERS must be a whole number"
        )


def test_a_folder_that_cannot_be_used_is_one_plain_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = Shell(tmp_path / "file" / "instance").run("db", "upgrade")
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "ENGAGEMENT_INSTANCE_PATH" in answer.stderr


def test_a_taken_port_is_one_plain_line(shell: Shell, taken_port: int) -> None:
    answer = shell.run("serve", bind=f"127.0.0.1:{taken_port}")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert f"127.0.0.1:{taken_port} cannot be used" in answer.stderr
