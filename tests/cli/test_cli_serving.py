"""One command serves the pages and does the background work, and ends both."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

from engagement.config import ROOT
from tests.shell import Shell


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(condition, seconds: float = 40) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_pages_are_served_and_messages_delivered_until_told_to_stop(
    shell: Shell, stop: signal.Signals
) -> None:
    port = _free_port()
    shell.run("partnerships", "add", "north", "North")
    shell.run(
        *("users", "add", "--partnership", "north", "--email", "a@north.example", "--name", "Al")
    )
    bind = f"127.0.0.1:{port}"
    with subprocess.Popen(
        [sys.executable, "-m", "engagement.cli", "serve", "--with-worker"],
        env=shell.environ(ENGAGEMENT_BIND=bind, ENGAGEMENT_BASE_URL=f"http://{bind}"),
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    ) as server:
        _wait(lambda: _answers(f"http://{bind}/readyz"))
        _wait(lambda: list(shell.instance.glob("mail/*.eml")))
        family = psutil.Process(server.pid).children(recursive=True)
        assert len(family) >= 4
        server.send_signal(stop)
        assert server.wait(15) == 0
    assert [one for one in family if one.is_running() and one.status() != "zombie"] == []


def test_an_old_python_is_refused_in_one_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    old = tmp_path / "python3"
    old.write_text(
        '#!/bin/sh\ncase "$2" in *platform*) echo 3.9.2 ;; *version_info*) exit 1 ;; esac\n'
    )
    old.chmod(0o755)
    answer = subprocess.run(
        ["sh", str(ROOT / "setup" / "python.sh"), str(old)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "3.11, 3.12 or 3.13 is needed" in answer.stderr
    assert "3.9.2" in answer.stderr


def test_a_missing_python_is_refused_in_one_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    answer = subprocess.run(
        ["sh", str(ROOT / "setup" / "python.sh"), "no-such-python"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "apt-get install python3 python3-venv" in answer.stderr


def test_a_missing_chromium_is_the_line_to_type() -> None:
    answer = subprocess.run(
        ["sh", "-c", "id() { echo 1000; }; command() { return 1; }; . setup/browser.sh"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.strip() == ("Chromium is missing. Type: sudo apt-get install chromium")
