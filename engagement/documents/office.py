"""Spreadsheets (.xlsx) and Word documents (.docx), read as tables and as paragraphs."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from engagement.documents.sheets import EMPTY, Fault, NotATable

N_ = str  # marks a sentence for the catalogue of translations
LARGEST = 60_000_000
"""Most bytes of an Office file once it is unpacked."""
MOST_PARTS, MOST_ROWS, MOST_COLUMNS = 5_000, 100_000, 500
OLD = N_(
    "This is an old spreadsheet or document (.xls, .doc), or one with a password. Take the password"
    " off, save it as .xlsx, .docx or “CSV UTF-8”, and try again."
)
BROKEN = N_("The file is damaged. Open it in the program that made it, save it anew and try again.")
TOO_LARGE = N_("The file is too large once it is unpacked. Split it into smaller ones.")
NO_VALUE = N_(
    "This cell holds a formula without a value. Open the file in a spreadsheet program, copy the"
    " column, paste it as values and save."
)
AN_ERROR = N_("The spreadsheet shows an error in this cell. Mend its formula, or clear the cell.")
OLE = b"\xd0\xcf\x11\xe0"
"""How .xls, .doc and files with a password begin."""
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class SheetRead:
    """One sheet of a workbook as texts; ``rows`` count from the sheet's first.

    ``names`` are the sheets that hold something; ``formulas`` is in how many cells the value that
    was shown stands for a formula, ``merged`` are the ranges of merged cells, such as A2:A5.
    ``faults`` name the column by its letters.
    """

    names: tuple[str, ...]
    name: str
    rows: list[list[str]]
    formulas: int
    merged: tuple[str, ...]
    faults: list[Fault]


def read_workbook(content: bytes, sheet: str = "") -> SheetRead:
    """Read a sheet of a workbook, the first that holds something unless one is named.

    A formula gives the value that was shown when the file was saved. Days are written as
    2026-03-04, yes and no as such, whole numbers without a point. Raises ``NotATable``.
    """
    import openpyxl  # only who reads a workbook should carry the library
    from openpyxl.utils import get_column_letter

    _unpackable(content)
    try:
        shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        written = openpyxl.load_workbook(io.BytesIO(content), data_only=False, read_only=True)
    except Exception as error:  # the library raises whatever it stumbles over
        raise NotATable(BROKEN) from error
    sheets = {
        one.title: one
        for one in shown.worksheets
        if any(cell.value is not None for row in one.iter_rows() for cell in row)
        or one.merged_cells.ranges
    }
    if not sheets:
        raise NotATable(EMPTY)
    name = sheet if sheet in sheets else next(iter(sheets))
    chosen = sheets[name]
    if chosen.max_row > MOST_ROWS or chosen.max_column > MOST_COLUMNS:
        raise NotATable(TOO_LARGE)
    rows: list[list[str]] = []
    faults: list[Fault] = []
    formulas = 0
    pairs = zip(
        chosen.iter_rows(min_row=1, min_col=1),
        written[name].iter_rows(min_row=1, min_col=1, max_row=chosen.max_row),
        strict=False,
    )
    for number, (values, sources) in enumerate(pairs, 1):
        is_formula = {
            place for place, cell in enumerate(sources) if getattr(cell, "data_type", "") == "f"
        }
        for place, cell in enumerate(values):
            problem = ""
            if place in is_formula and cell.value is None:
                problem = NO_VALUE
            elif cell.data_type == "e":
                problem = AN_ERROR
            elif place in is_formula:
                formulas += 1
            if problem:
                faults.append(Fault(number, get_column_letter(place + 1), problem))
        rows.append([_text(cell.value) for cell in values])
    while rows and not any(cell.strip() for cell in rows[-1]):
        if any(fault.row == len(rows) for fault in faults):
            break
        rows.pop()
    merged = tuple(sorted(str(one) for one in chosen.merged_cells.ranges))
    written.close()
    return SheetRead(tuple(sheets), name, rows, formulas, merged, faults)


def read_paragraphs(content: bytes) -> list[str]:
    """The paragraphs, bullets and table cells of a Word document that hold words, in order.

    Raises ``NotATable``.
    """
    import docx

    _unpackable(content)
    try:
        document: Any = docx.Document(io.BytesIO(content))
        found = []
        for block in document.iter_inner_content():
            if hasattr(block, "rows"):
                found += [cell.text for row in block.rows for cell in _once(row.cells)]
            else:
                found.append(block.text)
    except Exception as error:  # the library raises whatever it stumbles over
        raise NotATable(BROKEN) from error
    return [text.strip() for text in found if text.strip()]


_BULLET = re.compile(r"^\s*(?:[-*•–‣▪◦]|\d{1,3}[.)])\s+")


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs and bullets of pasted words; a line that goes on belongs to the one before."""
    found: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip():
            goes_on = False
        elif goes_on and not _BULLET.match(line):
            found[-1] += " " + line.strip()
        else:
            found.append(_BULLET.sub("", line).strip())
            goes_on = True
    return [line for line in found if line]


def _once(cells: Any) -> list[Any]:
    """Each cell once: a merged one stands at several places."""
    return list({id(cell._tc): cell for cell in cells}.values())


def _unpackable(content: bytes) -> None:
    """Refuse what is no such file, or would not fit once it is unpacked."""
    if content.startswith(OLE):
        raise NotATable(OLD)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile as error:
        raise NotATable(BROKEN) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
        raise NotATable(TOO_LARGE)
    if any(part.flag_bits & 1 for part in parts):
        raise NotATable(OLD)


def is_word(content: bytes) -> bool:
    """Whether an Office file is a Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return any(name.startswith("word/") for name in packed.namelist())
    except zipfile.BadZipFile:
        return False


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
