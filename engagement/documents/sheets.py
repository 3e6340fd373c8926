"""Tables as CSV: read as spreadsheets save them, written so that none runs anything."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date

Cell = str | int | float | date | None
# What makes a spreadsheet take a text for a formula.
LIVE = ("=", "+", "-", "@", "\t", "\r")

N_ = str  # marks a sentence for the catalogue of translations
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls begin."""
_LONGEST_CELL = 10_000_000
_END = "\ue000"  # private: no file of words holds it


class NotATable(ValueError):
    """The bytes are not a table; the message says why, and what to do."""


def read_csv(content: bytes) -> list[list[str]]:
    """The rows of a CSV file as a spreadsheet numbers them, blank ones too, none after the last.

    Comma, semicolon or tab between its columns, whichever the first row has most of; UTF-8, with
    or without its mark, or Windows' encoding. Raises ``NotATable``.
    """
    if content.startswith(SPREADSHEETS):
        raise NotATable(
            N_("This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and try again.")
        )
    if b"\0" in content:
        raise NotATable(N_("This is not a CSV file. Save the table as “CSV UTF-8” and try again."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    csv.field_size_limit(_LONGEST_CELL)
    lines = io.StringIO(f"{text}\n{_END}\n", newline="")
    try:
        rows = list(csv.reader(lines, delimiter=_delimiter(text)))
    except csv.Error as error:
        raise NotATable(N_("The quotation marks in the file do not match.")) from error
    if rows.pop() != [_END]:
        raise NotATable(
            N_("A quotation mark has no partner. Look for it in this row: ") + str(len(rows) + 1)
        )
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise NotATable(N_("The file is empty."))
    return rows


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
