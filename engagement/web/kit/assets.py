"""Addresses of the built styles and scripts, each with the hash of its content."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from engagement.config import ROOT

BUILD = ROOT / "static" / "build"
SUFFIXES = {".css", ".js", ".svg"}


class NotBuilt(RuntimeError):
    """The front end has not been built, or has no such file."""


class Assets:
    """The built files by name. They are read once; a new build needs a new start."""

    def __init__(self, folder: Path = BUILD, prefix: str = "/static/build") -> None:
        self._folder = folder
        self._addresses = {
            path.name: f"{prefix}/{path.name}?v={sha256(path.read_bytes()).hexdigest()[:12]}"
            for path in sorted(folder.glob("*"))
            if path.suffix in SUFFIXES
        }

    def url(self, name: str) -> str:
        """The address of ``app.css`` and the like, for ever fresh and cachable for ever.

        Raises ``NotBuilt``, which names the command, when the file is not there.
        """
        if not self._addresses:
            raise NotBuilt(f"{self._folder} is missing or empty: run 'make build' first")
        if name not in self._addresses:
            known = ", ".join(self._addresses)
            raise NotBuilt(f"the build has no {name} (it has {known}): run 'make build' again")
        return self._addresses[name]


def assets_problem() -> str | None:
    """What is wrong with the built front end, or ``None``: for readiness checks."""
    if not (BUILD / "app.css").is_file():
        return "the front end is not built: run 'make build'"
    return None
