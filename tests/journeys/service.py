"""A real server: gunicorn in a process of its own, with a database that the test fills."""

from __future__ import annotations

import email
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from itertools import count
from pathlib import Path
from urllib.request import urlopen

from flask import Flask

from engagement import create_app
from engagement.config import PREFIX, ROOT, Config
from engagement.extensions import db
from engagement.messages.delivery import make_back_end
from engagement.messages.service import deliver_due
from tests.factories import Partnership

SECRET = "only-for-tests-only-for-tests-only-for-tests"
LINK = re.compile(r"http://\S+")
START_SECONDS = 30


@dataclass(frozen=True)
class Service:
    """A running service: its address, and the application on the same database beside it."""

    address: str
    config: Config
    app: Flask
    environ: dict[str, str]
    places: Iterator[int]
    foreseen: list[str] = field(default_factory=list)
    """Failures of the server that a test brought about on purpose."""

    def place(self) -> Partnership:
        """A new partnership with nothing in it, so that tests do not meet each other's rows."""
        number = next(self.places)
        return Partnership(self.app, f"place-{number}", f"Partnership {number}")

    def cookie(self, token: str) -> str:
        """The session cookie of somebody to whom this token was given."""
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return str(serializer.dumps({"token": token}))

    def mailed_link(self, recipient: str) -> str:
        """Deliver the outbox, and take the link out of the newest message to somebody."""
        with self.app.app_context():
            while deliver_due(make_back_end(self.config)):
                pass
        found = [
            message
            for path in sorted(self.config.mail_path.glob("*.eml"), key=os.path.getmtime)
            if (message := email.message_from_bytes(path.read_bytes(), policy=policy.default))
            and recipient in str(message["To"])
        ]
        assert found, f"nothing was sent to {recipient}"
        body = found[-1].get_body(("plain",))
        assert body is not None
        link = LINK.search(body.get_content())
        assert link, "the message has no link"
        return link.group()

    def failures(self) -> list[str]:
        """What the server's log says went wrong in it, beside what was brought about."""
        lines = (self.config.instance_path / "server.log").read_text().splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        failed = [str(event) for event in events if event.get("level") == "error"]
        return [event for event in failed if event not in self.foreseen]

    @contextmanager
    def process(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """Another process of the same service, such as the job worker."""
        log = self.config.instance_path / f"{command[-1]}.log"
        with log.open("ab") as out:
            child = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=self.environ, stdout=out, stderr=out
            )
            try:
                yield child
            finally:
                child.terminate()
                child.wait(20)


@contextmanager
def running_service(folder: Path) -> Iterator[Service]:
    """Migrate a new database in the folder and serve it on a port that was free."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = {
        "INSTANCE_PATH": str(folder),
        "BASE_URL": address,
        "SECRET_KEY": SECRET,
        "PASSWORD_MEMORY_KIB": "8",
        "LOG_FORMAT": "json",
    }
    environ = {key: text for key, text in os.environ.items() if not key.startswith(PREFIX)}
    environ |= {PREFIX + name: text for name, text in settings.items()}
    config = Config.from_environ(environ)
    subprocess.run(
        [sys.executable, "-m", "engagement.cli", "db", "upgrade"],
        cwd=ROOT,
        env=environ,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    app = create_app(config)
    command = [sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--threads=8"]
    command += [f"--bind=fd://{listener.fileno()}", "--log-level=warning", "--no-control-socket"]
    with (folder / "server.log").open("wb") as out:
        server = subprocess.Popen(
            [*command, "wsgi:app"],
            cwd=ROOT,
            env=environ,
            pass_fds=[listener.fileno()],
            stdout=out,
            stderr=out,
        )
        listener.close()
        try:
            _wait_until(lambda: _is_ready(address, server), "the server did not start")
            yield Service(address, config, app, environ, count(1))
        finally:
            server.terminate()
            server.wait(20)
            with app.app_context():
                db.engine.dispose()


def _is_ready(address: str, server: subprocess.Popen[bytes]) -> bool:
    assert server.poll() is None, "the server ended at once: see server.log"
    try:
        with urlopen(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _wait_until(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)
