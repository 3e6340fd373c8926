"""Files of reference data, read row by row, with their fingerprint."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from engagement.places.errors import Fault, FileRefused

Progress = Callable[[int], object]
"""Is told how many more thousandths of the work are done."""

STEPS = 1000
_LOOK_EVERY = 500
_CHUNK = 1 << 20
_NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip and .xlsx; .xls
SAVE_AS_CSV = "save the sheet as “CSV UTF-8” and import that"


class Row(NamedTuple):
    """A row as a spreadsheet numbers it, from 1, and its cells."""

    number: int
    cells: list[str]


class Source:
    """An open file, read from its beginning as often as needed; ``sha256`` is that of its bytes.

    A file that cannot be read as text raises ``FileRefused`` with where it fails.
    """

    def __init__(
        self, stream: io.BufferedReader, name: str, size: int, progress: Progress | None
    ) -> None:
        self._stream, self._size, self._progress = stream, max(size, 1), progress
        self._told = self._before = 0
        self.name = name
        if stream.read(4) in _NOT_TEXT:
            raise _refused(f"{name} is a spreadsheet or an archive: unpack it, or {SAVE_AS_CSV}")
        stream.seek(0)
        self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()

    def rows(self) -> Iterator[Row]:
        """The rows of a CSV file that are not blank, the header too."""
        text, number = self._text(), 0
        try:
            for number, cells in enumerate(csv.reader(text, strict=True), start=1):
                if number % _LOOK_EVERY == 0:
                    self._tell()
                text_of_row = "".join(cells)
                if "\0" in text_of_row:
                    raise _refused("holds a character that is none; download it again", number)
                if text_of_row.strip():
                    yield Row(number, cells)
        except csv.Error as error:
            raise _refused(
                f"the file is not whole from here on ({error}): look for a quotation mark"
                " without its partner, or download it again",
                number + 1,
            ) from error
        except UnicodeDecodeError as error:
            raise _refused(f"holds a character that is not UTF-8: {SAVE_AS_CSV}", number + 1) from (
                error
            )
        finally:
            self._let_go(text)

    def features(self) -> Iterator[Any]:
        """The features of a GeoJSON file, one at a time."""
        text = self._text()
        try:
            yield from self._features(text)
        except UnicodeDecodeError as error:
            raise _refused("the file is not UTF-8 text: download it again as GeoJSON") from error
        finally:
            self._let_go(text)

    def _features(self, text: io.TextIOWrapper) -> Iterator[Any]:
        buffer, found = "", None
        while found is None:
            if not (more := text.read(_CHUNK)):
                raise _refused("the file has no “features”: it is not a GeoJSON collection")
            buffer += more
            found = re.search(r'"features"\s*:\s*\[', buffer)
        buffer, decoder, number = buffer[found.end() :], json.JSONDecoder(), 1
        while True:
            buffer = buffer.lstrip(" \t\r\n,")
            if buffer.startswith("]"):
                return
            try:
                feature, end = decoder.raw_decode(buffer)
            except json.JSONDecodeError as error:
                # Longer each time, so that one great outline is not read over and over.
                if not (more := text.read(max(_CHUNK, len(buffer)))):
                    raise _refused(
                        "the file ends or breaks off here: download it again", number
                    ) from error
                buffer += more
                self._tell()
                continue
            yield feature
            buffer, number = buffer[end:], number + 1

    def _text(self) -> io.TextIOWrapper:
        self._before = self._told
        self._stream.seek(0)
        return io.TextIOWrapper(self._stream, encoding="utf-8-sig", newline="")

    def _let_go(self, text: io.TextIOWrapper) -> None:
        """Leave the file open for the next reading, unless it is closed by now."""
        if not self._stream.closed:
            text.detach()

    def _tell(self) -> None:
        """Say how far it is, where one reading is half of the work."""
        reached = self._before + self._stream.tell() * (STEPS // 2) // self._size
        if self._progress is not None and reached > self._told:
            self._progress(reached - self._told)
            self._told = reached

    def done(self) -> None:
        """Say that all is done."""
        if self._progress is not None:
            self._progress(STEPS - self._told)


@contextmanager
def opened(path: Path, progress: Progress | None = None) -> Iterator[Source]:
    """Open a file of reference data. Raises ``FileRefused`` where it cannot be read."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise _refused(f"{path} cannot be read ({error.strerror})") from error
    with stream:
        yield Source(stream, path.name, path.stat().st_size, progress)


def normal_header(text: str) -> str:
    """A column's name as formats know it: small letters, single spaces, no “measures: Value”."""
    return re.sub(r"\s+", " ", text.lower().partition("; measures:")[0]).strip(" \ufeff")


def _refused(problem: str, row: int | None = None) -> FileRefused:
    return FileRefused([Fault(problem, row)])
