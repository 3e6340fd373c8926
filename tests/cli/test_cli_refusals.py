"""What a command says when it cannot do its work: one plain line, and the right exit code."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from engagement.cli import engagement
from engagement.config import ROOT
from tests.databases import counts, rows_of
from tests.factories import World
from tests.shell import Shell

DONE, FAILED, BAD_INPUT = 0, 1, 2
RUN_UPGRADE = (
    "Error: the database's tables are not those of this version: run 'engagement db upgrade'"
)
AWAY = {
    "database_url": "postgresql://us:hunter22@127.0.0.1:1/nothing",
    "secret_key": "k" * 32,
}


def one_line(answer: subprocess.CompletedProcess[str]) -> str:
    """The one line on the side of errors; nothing stands on the other."""
    assert answer.stdout == ""
    lines = answer.stderr.splitlines()
    assert len(lines) == 1, answer.stderr
    return lines[0]


def change(url: str, statement: str) -> None:
    """Change the database past the service."""
    engine = create_engine(url)
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount
    engine.dispose()


# The tables.


@pytest.mark.parametrize(
    "words",
    [
        ("worker",),
        ("users", "add", "--partnership=x", "--email=a@example.org", "--name=A"),
        ("audit", "verify"),
    ],
    ids=" ".join,
)
def test_before_the_tables_are_made_a_command_says_how(
    fresh: Shell, words: tuple[str, ...]
) -> None:
    answer = fresh.run(*words)
    assert answer.returncode == FAILED
    said = one_line(answer)
    assert said == RUN_UPGRADE or (words == ("worker",) and "`engagement db upgrade`" in said)


def test_tables_go_back_but_not_to_a_version_that_never_was(
    shell: Shell, database_url: str
) -> None:
    refused = shell.run("db", "downgrade", "777")
    assert refused.returncode == FAILED
    assert "777" in one_line(refused)
    back = shell.run("db", "downgrade", "base")
    assert (back.returncode, back.stdout) == (DONE, "The tables are at nothing.\n")
    assert set(counts(database_url)) == {"alembic_version"}


def test_tables_of_a_later_version_are_left_alone(shell: Shell, database_url: str) -> None:
    change(database_url, "UPDATE alembic_version SET version_num = '777'")
    before = rows_of(database_url)
    refused = shell.run("db", "upgrade")
    assert refused.returncode == FAILED
    assert "777" in one_line(refused)
    assert rows_of(database_url) == before


@pytest.mark.parametrize("words", [("partnerships", "list"), ("db", "upgrade")], ids=" ".join)
def test_a_database_that_does_not_answer_is_told_without_its_password(
    fresh: Shell, words: tuple[str, ...]
) -> None:
    answer = fresh.run(*words, **AWAY)
    assert answer.returncode == FAILED
    said = one_line(answer)
    assert said == "Error: the database does not answer" or said.startswith(
        "Error: The database cannot be used: "
    )
    assert "hunter22" not in said


# Input.


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("users add --partnership=n --email=ada --name=Ada", "“ada” is not an address like"),
        ("users add --partnership=n --email=a@example.org --name=A\nB", "write it in one line"),
        ("users add --partnership=n --email=a@example.org --name=A --role=king", "'king' is not"),
        ("users add --partnership=n --email=a@example.org", "Missing option '--name'"),
        ("partnerships add north --", "Missing argument 'NAME'"),
        ("partnerships add north North --email=nobody", "“nobody” is not an address like"),
        ("audit verify --partnership=n --head=12:xyz", "a number, a colon and 64 hexadecimal"),
        ("dance", "No such command 'dance'"),
    ],
)
def test_input_is_refused_before_anything_is_done(words: str, problem: str) -> None:
    answer = CliRunner().invoke(engagement, words.split(" "))
    assert answer.exit_code == BAD_INPUT
    assert problem in answer.output


def test_an_unknown_partnership_is_told_from_those_that_are_known(
    shell: Shell, world: World
) -> None:
    answer = shell.run("audit", "verify", "--partnership", "where")
    assert answer.returncode == BAD_INPUT
    assert answer.stderr.endswith("There is no partnership “where”. There are: north, south.\n")


def test_the_link_that_is_printed_opens_the_invitation(
    shell: Shell, world: World, app: Flask
) -> None:
    invited = shell.run(
        *("users", "add", "--partnership=north", "--email=ada@example.org", "--name=Ada Brown"),
        *("--role=officer", "--role=phone-operator"),
        secret_key=app.extensions["engagement"].secret_key,
    )
    path = re.search(r"http://127\.0\.0\.1:8000(\S+)", invited.stdout)
    assert path
    browser: FlaskClient = app.test_client()
    page = browser.get(path[1], follow_redirects=True)
    assert page.status_code == 200
    assert "Ada Brown" in page.text
    roles = rows_of(app.extensions["engagement"].database_url, "staff_grant")
    assert "officer" in roles
    assert "phone operator" in roles
    assert "administrator" not in roles


def test_a_published_head_is_held_against_the_chain(
    shell: Shell, world: World, database_url: str
) -> None:
    for name in ("Waiting well", "Growing older well"):
        world.north.programme(name)
    holds = shell.run("audit", "verify")
    assert holds.returncode == DONE
    north, south = holds.stdout.splitlines()
    shown = re.fullmatch(r"north: holds, 2 entries, head (2:[0-9a-f]{64})", north)
    assert shown
    assert south == f"south: holds, 0 entries, head 0:{'0' * 64}"
    verify = ("audit", "verify", "--partnership=north", f"--head={shown[1]}")
    assert shell.run(*verify).returncode == DONE
    change(database_url, "DELETE FROM audit_entry WHERE sequence = 2")
    cut = shell.run(*verify)
    assert cut.returncode == FAILED
    assert "north: entry 2: was published as a head and is gone: the tail was cut" in cut.stdout


# Settings and folders.


@pytest.mark.parametrize(("command", "secret_key"), [("serve", ""), ("worker", "k" * 32)])
def test_a_folder_that_is_none_is_one_line(tmp_path: Path, command: str, secret_key: str) -> None:
    instance = tmp_path / "instance"
    instance.write_text("a file in the folder's place")
    answer = Shell(instance).run(command, secret_key=secret_key)
    assert answer.returncode == BAD_INPUT
    assert one_line(answer) == (
        "engagement: ENGAGEMENT_INSTANCE_PATH names a folder that cannot be used:"
        f" {instance} (File exists)"
    )


def test_a_given_secret_needs_no_folder_made_by_hand(fresh: Shell) -> None:
    answer = fresh.run("db", "upgrade", secret_key="k" * 32)
    assert (answer.returncode, answer.stderr) == (DONE, "")
    assert sorted(path.name for path in fresh.instance.glob("*.sqlite")) == ["engagement.sqlite"]


def test_an_address_that_is_not_this_machines_is_one_line(shell: Shell) -> None:
    answer = shell.run("serve", "--with-worker", bind="203.0.113.1:8000")
    assert answer.returncode == FAILED
    assert "203.0.113.1:8000 cannot be used" in one_line(answer)


# The doctor.


def test_the_doctor_is_content_when_all_is_well(shell: Shell, database_url: str) -> None:
    now = (
        "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
        if database_url.startswith("sqlite")
        else "clock_timestamp()"
    )
    change(database_url, f"INSERT INTO worker VALUES ('worker-1', {now}, {now})")
    answer = shell.run("doctor", "--settings", smtp_password="hunter22")
    assert (answer.returncode, answer.stderr) == (DONE, "")
    assert "✗" not in answer.stdout
    assert "ENGAGEMENT_SMTP_PASSWORD=(set, not shown)" in answer.stdout
    assert "hunter22" not in answer.stdout


def test_the_doctor_names_folders_that_cannot_be_written(fresh: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folders = {"files_path": f"{tmp_path}/file/files", "mail_path": f"{tmp_path}/file"}
    answer = fresh.run("doctor", **folders)
    assert (answer.returncode, answer.stderr) == (FAILED, "")
    assert (
        f"✗ files folder: {tmp_path}/file/files cannot be made (Not a directory)" in answer.stdout
    )
    assert f"✗ mail folder: {tmp_path}/file cannot be made (File exists)" in answer.stdout
    assert "✗ database: the database's tables are not those of this version" in answer.stdout
    assert "✗ job worker: cannot be seen until the database is ready" in answer.stdout


def test_the_doctor_gets_over_whatever_is_broken(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    instance.write_text("a file in the folder's place")
    answer = Shell(instance).run("doctor", **AWAY)
    assert (answer.returncode, answer.stderr) == (FAILED, "")
    for name in ("instance folder", "files folder", "mail folder", "free space", "database"):
        assert f"✗ {name}: " in answer.stdout or name == "free space"
    assert "hunter22" not in answer.stdout
    broken = Shell(instance).run("doctor", bind="nowhere")
    assert (broken.returncode, broken.stderr) == (FAILED, "")
    assert "ENGAGEMENT_" in broken.stdout


# The demonstration.


def test_a_demonstration_whose_passwords_are_damaged_says_what_to_do(shell: Shell) -> None:
    shell.instance.mkdir(exist_ok=True)
    for content in ("{}", "not json"):
        (shell.instance / "demonstration.json").write_text(content)
        answer = shell.run("demo", "sign-ins")
        assert answer.returncode == FAILED
        assert one_line(answer).endswith("delete the instance folder to begin again")


# A relative folder.


def test_a_relative_folder_is_the_same_one_for_web_server_and_worker(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    shell = Shell(
        Path("instance"),
        {"ENGAGEMENT_BIND": bind, "ENGAGEMENT_BASE_URL": f"http://{bind}", "PYTHONPATH": str(ROOT)},
    )
    command = [sys.executable, "-m", "engagement.cli"]
    options = {"env": shell.environ(), "cwd": tmp_path, "stderr": subprocess.DEVNULL}
    subprocess.run([*command, "db", "upgrade"], check=True, **options)
    with subprocess.Popen([*command, "serve", "--with-worker"], **options) as server:
        try:
            assert answers_in_time(f"http://{bind}/readyz")
        finally:
            server.terminate()
            assert server.wait(15) == 0
    assert (tmp_path / "instance" / "engagement.sqlite").is_file()


def answers_in_time(address: str) -> bool:
    """Whether an address answers well within 40 seconds."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.1)
    return False
