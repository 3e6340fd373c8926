"""Where the bytes of stored files are kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from engagement.files.errors import FileMissing, StoreUnusable

CHUNK = 64 * 1024


class FileStore(Protocol):
    """Keeps bytes under a key of letters and digits that we made ourselves."""

    def write(self, key: str, chunks: Iterator[bytes]) -> None: ...

    def open(self, key: str) -> BinaryIO: ...

    def delete(self, key: str) -> None: ...


class LocalStore:
    """Keeps each file in a folder of this machine, complete or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        if not key.replace("-", "").replace("_", "").isalnum():
            raise FileMissing(key)
        return self._folder / key[:2] / key

    def write(self, key: str, chunks: Iterator[bytes]) -> None:
        """Write all chunks, flush them to the disk, and only then give the file its name.

        Raises ``StoreUnusable``; nothing of the file is left then.
        """
        path = self._path(key)
        unfinished = path.with_suffix(".part")
        with _usable():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with _usable(), unfinished.open("wb") as out:
                for chunk in chunks:
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            with _usable():
                os.replace(unfinished, path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def open(self, key: str) -> BinaryIO:
        """Open a file for reading. Raises ``FileMissing`` or ``StoreUnusable``."""
        with _usable():
            try:
                return self._path(key).open("rb")
            except FileNotFoundError as error:
                raise FileMissing(key) from error

    def delete(self, key: str) -> None:
        """Delete a file; one that is gone already is no error. Raises ``StoreUnusable``."""
        with _usable():
            self._path(key).unlink(missing_ok=True)


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnusable(error.strerror or str(error)) from error
