"""The command line as people run it: a process of its own, in an instance folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from engagement.config import ROOT
from tests.forks import processes

PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Shell:
    """Runs ``engagement …`` with the settings of one instance folder."""

    instance: Path
    settings: dict[str, str] = field(default_factory=dict)

    def environ(self, **more: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if "ENGAGEMENT" not in key}
        return {
            **kept,
            "ENGAGEMENT_INSTANCE_PATH": str(self.instance),
            "ENGAGEMENT_PASSWORD_MEMORY_KIB": "8",
            **self.settings,
            **more,
        }

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; no output of ours ever is a traceback."""
        environ = self.environ(**{f"ENGAGEMENT_{name.upper()}": v for name, v in settings.items()})
        with TemporaryDirectory() as folder:
            written = Path(folder, "stdout"), Path(folder, "stderr")
            process = processes.Process(target=_live, args=(words, environ, *written))
            process.start()
            process.join(PATIENCE)
            if process.exitcode is None:
                process.kill()
                process.join()
                raise TimeoutError(words)
            done = subprocess.CompletedProcess(
                words, process.exitcode, *(path.read_text() for path in written)
            )
            process.close()
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return done


def _live(words: tuple[str, ...], environ: Mapping[str, str], stdout: Path, stderr: Path) -> None:
    """The life of the process."""
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(ROOT)
    for number, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["engagement", *words]
    from engagement.cli import main

    main()
