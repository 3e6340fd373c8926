"""Tables as CSV: read as spreadsheets save them, written so that none runs anything."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Cell = str | int | float | date | None
# What makes a spreadsheet take a text for a formula.
LIVE = ("=", "+", "-", "@", "\t", "\r")

N_ = str  # marks a sentence for the catalogue of translations
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls begin."""
SPREADSHEET = N_("This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and try again.")
NOT_CSV = N_("This is not a CSV file. Save the table as “CSV UTF-8” and try again.")
EMPTY = N_("The file is empty.")
BAD_MARKS = N_("The quotation marks in the file do not match.")
LONE_MARK = N_("A quotation mark has no partner. Look for it in this row: ")
_LONGEST_CELL = 10_000_000
_CHUNK = 1 << 20
_END = "\ue000"  # private: no file of words holds it


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell of a file, and what to do.

    ``row`` counts as a spreadsheet does: the headings are row 1. ``value`` is what stands there,
    shortened; empty where it must not be repeated.
    """

    row: int
    column: str
    problem: str
    value: str = ""


class NotATable(ValueError):
    """The bytes are not a table; the message says why, and what to do."""


def read_csv(content: bytes) -> list[list[str]]:
    """The rows of a CSV file as a spreadsheet numbers them, blank ones too, none after the last.

    Comma, semicolon or tab between its columns, whichever the first row has most of; in the
    encoding that ``encoding_of`` finds. Raises ``NotATable``.
    """
    if content.startswith(SPREADSHEETS):
        raise NotATable(SPREADSHEET)
    encoding = encoding_of(content)
    if b"\0" in content and encoding != "utf-16":
        raise NotATable(NOT_CSV)
    text = content.decode(encoding, errors="replace")
    csv.field_size_limit(_LONGEST_CELL)
    lines = io.StringIO(f"{text}\n{_END}\n", newline="")
    try:
        rows = list(csv.reader(lines, delimiter=_delimiter(text)))
    except csv.Error as error:
        raise NotATable(BAD_MARKS) from error
    if rows.pop() != [_END]:
        raise NotATable(LONE_MARK + str(len(rows) + 1))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise NotATable(EMPTY)
    return rows


def encoding_of(content: bytes) -> str:
    """How a text is written: UTF-8, UTF-16 if it has its mark, else as Windows does."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


class LongTable:
    """A CSV file too long to be held at once, read row by row as often as needed.

    ``sha256`` is that of its bytes, ``size`` their number, ``position`` how far it has been read.
    """

    def __init__(self, stream: io.BufferedReader, name: str) -> None:
        self._stream, self.name, self.size = stream, name, 0
        if stream.peek(4).startswith(SPREADSHEETS):
            raise NotATable(SPREADSHEET)
        digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
        self._encoding = "utf-8-sig"
        while chunk := stream.read(_CHUNK):
            if b"\0" in chunk:
                raise NotATable(NOT_CSV)
            digest.update(chunk)
            self.size += len(chunk)
            if self._encoding == "utf-8-sig":
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    self._encoding = "cp1252"
        if not self.size:
            raise NotATable(EMPTY)
        self.sha256 = digest.hexdigest()

    @property
    def position(self) -> int:
        return self._stream.tell()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its number, from 1, as ``read_csv`` reads them. Raises ``NotATable``."""
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, self._encoding, errors="replace", newline="")
        number = 0
        try:
            delimiter = _delimiter(text.read(_CHUNK))
            text.seek(0)
            csv.field_size_limit(_LONGEST_CELL)
            for number, row in enumerate(csv.reader(text, delimiter=delimiter, strict=True), 1):
                yield number, row
        except csv.Error as error:
            raise NotATable(LONE_MARK + str(number + 1)) from error
        finally:
            if not self._stream.closed:
                text.detach()


@contextmanager
def open_csv(path: Path) -> Iterator[LongTable]:
    """Open a CSV file that may be long. Raises ``NotATable``."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise NotATable(N_("The file cannot be read: ") + str(error.strerror)) from error
    with stream:
        yield LongTable(stream, path.name)


def _delimiter(text: str) -> str:
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return max(",;\t", key=first.count)


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as CSV: UTF-8 with its mark, commas, each line ended as RFC 4180 says.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. Dates are
    written as 2026-03-04.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([_shown(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _shown(cell: Cell) -> str | int | float:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str) and cell.startswith(LIVE):
        return f"'{cell}"
    return "" if cell is None else cell
