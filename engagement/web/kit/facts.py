"""What is known about one thing, each as a name with a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from engagement.web.kit.components import nhs
from engagement.web.kit.numbers import shown_number
from engagement.web.kit.tables import Cell, Link

Fact = tuple[Any, Cell] | tuple[Any, Cell, Link | None]
"""A name, its value, and what one can do about it."""


def facts(rows: Sequence[Fact]) -> Markup:
    """A summary list. A value that is blank is left out with its name, unless it has an action."""
    shown = [_row(*row) for row in rows if row[1] not in ("", None) or len(row) == 3]
    return nhs.summaryList({"rows": shown}) if shown else Markup("")


def _row(name: Any, value: Cell, action: Link | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"key": {"text": name}, "value": _value(value)}
    if action is not None:
        item = {"href": action.href, "text": action.text, "visuallyHiddenText": action.hidden}
        row["actions"] = {"items": [item]}
    return row


def _value(value: Cell) -> dict[str, Any]:
    if isinstance(value, Link):
        return {"html": Markup('<a href="{}">{}</a>').format(value.href, value.text)}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"text": shown_number(value)}
    return {"html": value} if hasattr(value, "__html__") else {"text": value}
