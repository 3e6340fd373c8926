"""The web server, alone or with a job worker beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import NoReturn

import click

from engagement.config import ROOT, Config
from engagement.web.kit.assets import assets_problem

STOP_SECONDS = 12


@click.command()
@click.option("--with-worker", is_flag=True, help="Run a job worker too: for a single machine.")
def serve(with_worker: bool) -> None:
    """Serve the web pages. Stops on Ctrl-C."""
    config = Config.from_environ()
    check_serving(config)
    if with_worker:
        run_together(config)
    os.execve(sys.executable, web_command(config), _environ(config))  # noqa: S606 - our own server


def web_command(config: Config) -> list[str]:
    """The command that serves the web pages."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--worker-class=gthread",
        f"--workers={config.web_workers}",
        f"--threads={config.web_threads}",
        f"--bind={config.bind}",
        f"--chdir={ROOT}",
        "--log-level=warning",
        "--no-control-socket",
        "wsgi:app",
    ]


def _environ(config: Config) -> dict[str, str]:
    # The web server changes to another folder, from where a relative path would lead elsewhere.
    instance = str(config.instance_path)
    return {**os.environ, "PYTHONUNBUFFERED": "1", "ENGAGEMENT_INSTANCE_PATH": instance}


def check_serving(config: Config) -> None:
    """Stop with one plain line where the pages could not be served."""
    if problem := assets_problem():
        raise click.ClickException(problem)
    host, _, port = config.bind.rpartition(":")
    address = host.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, int(port)))
        except OSError as error:
            raise click.ClickException(
                f"{config.bind} cannot be used ({error.strerror}): stop what uses it,"
                " or set ENGAGEMENT_BIND and ENGAGEMENT_BASE_URL to another port."
            ) from error


def run_together(config: Config) -> NoReturn:
    """Run the web server and a job worker until one ends or we are told to stop; then end both."""
    commands = (web_command(config), [sys.executable, "-m", "engagement.cli", "worker"])
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    environ = _environ(config)
    children = [subprocess.Popen(command, env=environ) for command in commands]  # noqa: S603 - ours
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
    sys.exit(0 if stopping else 1)
