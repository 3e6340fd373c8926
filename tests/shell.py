"""The command line as people run it: a process of its own, in an instance folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from engagement.config import ROOT


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
        done = subprocess.run(
            [sys.executable, "-m", "engagement.cli", *words],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=60,
            check=False,
            env=self.environ(**{f"ENGAGEMENT_{name.upper()}": v for name, v in settings.items()}),
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return done
