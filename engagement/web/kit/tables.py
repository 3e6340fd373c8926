"""Tables, made in the door and written by the page as ``{{ table }}``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from engagement.web.kit.components import nhs
from engagement.web.kit.numbers import shown_number

Cell = Any
"""A text, a number, ``Markup``, a ``Link``, or ``None`` for an empty cell."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, and whether it holds numbers, which stand at the right."""

    text: Any
    numeric: bool = False


@dataclass(frozen=True)
class Link:
    """A cell that is a link; ``hidden`` is read out after the text ("Change" *name*)."""

    text: Any
    href: str
    hidden: Any = None


@dataclass(frozen=True)
class Table:
    """A table that people can read at any width.

    ``narrow`` says what happens on a narrow screen: ``stack`` puts the cells of a row under each
    other with their headings, ``scroll`` moves sideways within itself (for many numbers).
    ``caption_hidden`` keeps the caption for those who listen, where the heading above it says the
    same. ``name`` must differ between the tables of a page. ``empty`` is shown instead of no rows.
    ``rows`` with more or fewer cells than there are columns raise ``ValueError``.
    """

    caption: Any
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    name: str = "table"
    empty: Any = None
    narrow: Literal["stack", "scroll"] = "stack"
    caption_size: Literal["s", "m", "l", "xl"] = "m"
    caption_hidden: bool = False
    first_is_heading: bool = True

    def __post_init__(self) -> None:
        for place, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"row {place} of the table {self.name!r} has {len(row)} cells,"
                    f" but there are {len(self.columns)} columns"
                )

    def params(self) -> dict[str, Any]:
        """The parameters of the table component."""
        return {
            "id": self.name,
            "caption": {
                "text": self.caption,
                "size": self.caption_size,
                "id": f"{self.name}-caption",
                "classes": "nhsuk-u-visually-hidden" if self.caption_hidden else None,
            },
            "responsive": self.narrow == "stack" or None,
            "scroll": self.narrow == "scroll" or None,
            "firstCellIsHeader": self.first_is_heading,
            "head": [
                {"text": column.text, "format": "numeric" if column.numeric else None}
                for column in self.columns
            ],
            "rows": [
                [_cell(cell, column) for cell, column in zip(row, self.columns, strict=True)]
                for row in self.rows
            ],
        }

    def __html__(self) -> Markup:
        if not self.rows and self.empty is not None:
            return Markup('<p class="nhsuk-body">{}</p>').format(self.empty)
        return nhs.table(self.params())


def _cell(cell: Cell, column: Column) -> dict[str, Any]:
    about: dict[str, Any] = {"format": "numeric" if column.numeric else None}
    if isinstance(cell, Link):
        return about | {"text": cell.text, "href": cell.href, "visuallyHiddenText": cell.hidden}
    if hasattr(cell, "__html__"):
        return about | {"html": cell}
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return about | {"text": shown_number(cell)}
    return about | {"text": "" if cell is None else cell}
