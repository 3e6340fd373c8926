"""Word documents with headings, lists and tables that a screen reader can walk."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

# A file made of the same words has the same bytes, whenever it is made.
EPOCH = (1980, 1, 1, 0, 0, 0)
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class WordFile:
    """A document that is written from top to bottom; ``title`` is its first heading."""

    def __init__(self, title: str, *, author: str, language: str = "en-GB") -> None:
        from docx import Document  # only who writes a document should carry the library
        from docx.oxml.ns import qn

        self._document: Any = Document()
        properties = self._document.core_properties
        properties.title, properties.author, properties.language = title, author, language
        properties.comments = ""
        moment = datetime(*EPOCH, tzinfo=UTC)
        properties.created = properties.modified = moment
        normal = self._document.styles["Normal"]
        normal.font.name = "Arial"
        marks = normal.element.get_or_add_rPr()
        spoken = marks.makeelement(qn("w:lang"), {qn("w:val"): language})
        marks.append(spoken)
        self.heading(title, 0)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; level 1 is below the title."""
        self._document.add_heading(_clean(text), level)

    def paragraph(self, text: str, style: str | None = None) -> None:
        """A paragraph; ``style`` is one of Word's own, such as "List Bullet" or "Quote"."""
        self._document.add_paragraph(_clean(text), style)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table whose first row is repeated on every page and read out as headings."""
        from docx.oxml.ns import qn

        table = self._document.add_table(rows=1, cols=len(headings), style="Light Grid Accent 1")
        for cell, text in zip(table.rows[0].cells, headings, strict=True):
            cell.text = _clean(text)
        marks = table.rows[0]._tr.get_or_add_trPr()
        marks.append(marks.makeelement(qn("w:tblHeader"), {}))
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = _clean("" if value is None else str(value))
        self._document.add_paragraph()

    def content(self) -> bytes:
        """The file: the same bytes for the same words."""
        raw = io.BytesIO()
        self._document.save(raw)
        out = io.BytesIO()
        with (
            zipfile.ZipFile(raw) as given,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for name in sorted(given.namelist(), key=lambda name: (name[0] != "[", name)):
                made.writestr(zipfile.ZipInfo(name, EPOCH), given.read(name), zipfile.ZIP_DEFLATED)
        return out.getvalue()


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
