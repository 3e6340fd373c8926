"""What a file of contributions holds, whatever its format: headings and rows of texts: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engagement.documents import office
from engagement.documents.sheets import Fault, NotATable, encoding_of, read_csv

N_ = str  # marks a sentence for the catalogue of translations


@dataclass(frozen=True)
class TableFile:
    """A file as a table: its headings and its rows.

    ``faults`` are cells that cannot be read, by heading. ``told`` is what was noticed, each with
    its detail. ``sheets`` are those of a workbook, ``sheet`` the one that was read. ``pick`` is for
    minutes: each row is to be chosen by a person.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    faults: tuple[Fault, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    pick: bool = False

    def examples(self, heading: str, count: int = 3) -> list[str]:
        """The first different values of a column, shortened."""
        place = self.headings.index(heading)
        found: dict[str, None] = {}
        for row in self.rows:
            if place < len(row) and (value := row[place].strip()):
                found[value[:60]] = None
                if len(found) == count:
                    break
        return list(found)


def read_table(content: bytes, sheet: str = "", *, pasted: bool = False) -> TableFile:
    """Read a CSV file, a sheet of a workbook or old minutes. Raises ``NotATable``.

    The first row of a table holds the headings. Minutes are a Word document, or with ``pasted`` a
    text: each paragraph is a row.
    """
    if pasted:
        return _minutes(office.split_paragraphs(content.decode("utf-8")))
    if content.startswith(office.OLE):
        raise NotATable(office.OLD)
    if content.startswith(office.ZIP):
        if office.is_word(content):
            return _minutes(office.read_paragraphs(content))
        return _workbook(office.read_workbook(content, sheet))
    encoding = encoding_of(content)
    told = [(ENCODED[encoding], "")] if encoding in ENCODED else []
    lines = read_csv(content)
    return TableFile(_headings(lines[0]), tuple(map(tuple, lines[1:])), told=tuple(told))


ENCODED = {
    "cp1252": N_(
        "The letters were read as Windows wrote them (Windows-1252). Look at “é”, “£” and “’” in"
        " the examples: if they are wrong, save the file as “CSV UTF-8”."
    ),
    "utf-16": N_("The letters were read as UTF-16, as spreadsheets save “Unicode text”."),
}


def _headings(cells: Sequence[str]) -> tuple[str, ...]:
    headings = tuple(cell.strip() for cell in cells)
    named = [name for name in headings if name]
    if twice := [name for name, count in Counter(named).items() if count > 1]:
        raise NotATable(
            N_("Two columns have the same heading. Give each its own: ") + ", ".join(twice[:5])
        )
    if not named:
        raise NotATable(N_("The first row must hold the headings of the columns."))
    return headings


def _workbook(read: office.SheetRead) -> TableFile:
    headings = _headings(read.rows[0])
    told = []
    if read.formulas:
        told.append(
            (N_("Formulas: the value that was shown is taken. Cells:"), f"{read.formulas:,}")
        )
    if read.merged:
        shown = ", ".join(read.merged[:8]) + (" …" if len(read.merged) > 8 else "")
        told.append(
            (N_("Merged cells: their value is read in the first of its rows only. Cells:"), shown)
        )
    return TableFile(
        headings,
        tuple(map(tuple, read.rows[1:])),
        tuple(
            Fault(fault.row, _heading_of(fault.column, headings), fault.problem)
            for fault in read.faults
        ),
        tuple(told),
        read.names,
        read.name,
    )


def _heading_of(letters: str, headings: tuple[str, ...]) -> str:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return headings[place - 1] if place <= len(headings) else letters


def _minutes(paragraphs: list[str]) -> TableFile:
    if not paragraphs:
        raise NotATable(N_("There are no words in it."))
    return TableFile(("text",), tuple((text,) for text in paragraphs), pick=True)
