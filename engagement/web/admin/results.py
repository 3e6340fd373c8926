"""What came of background work, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from engagement.panels.rules import DrawState
from engagement.web.kit import Fact
from engagement.web.words import DRAW_STATE_TEXT


def result_in_words(kind: str, result: Any) -> list[Fact]:
    """The result of a run of this kind as facts; empty for one that is shown as it is."""
    words = _WORDS.get(kind)
    return words(result) if words and isinstance(result, Mapping) else []


def _audit_check(result: Mapping[str, Any]) -> list[Fact]:
    if result["holds"]:
        found = _("It holds: nothing was altered, removed or slipped in.")
    else:
        count = result["fault_count"]
        found = ngettext(
            "It is broken in %(num)d place. Tell whoever runs the service.",
            "It is broken in %(num)d places. Tell whoever runs the service.",
            count,
        )
    faults = [
        _("Entry %(number)s: %(problem)s", number=fault["entry"], problem=_(fault["problem"]))
        for fault in result["faults"]
    ]
    return [
        (_("Chain"), found),
        (_("Faults"), Markup("<br>").join(map(escape, faults))),
        (_("Last link"), _key(result["head"])),
    ]


def _retention(result: Mapping[str, Any]) -> list[Fact]:
    if not result:
        return [(_("Deleted"), _("Nothing: nothing had been kept too long."))]
    return [
        (table, ngettext("%(num)d row", "%(num)d rows", rows))
        for table, rows in sorted(result.items())
    ]


def _audit_export(result: Mapping[str, Any]) -> list[Fact]:
    return [(_("SHA-256 of the file"), _key(result["sha256"]))]


def _themes(result: Mapping[str, Any]) -> list[Fact]:
    return [
        (_("Contributions"), result["contributions"]),
        (_("Passages that say one thing"), result["points"]),
        (_("Of these under a theme"), result["placed"]),
        (_("Themes"), result["themes"]),
        (_("Fingerprint of the words"), _key(result["fingerprint"])),
    ]


def _draw(result: Mapping[str, Any]) -> list[Fact]:
    return [(_("Draw"), DRAW_STATE_TEXT[DrawState(result["state"])])]


def _test_draw(result: Mapping[str, Any]) -> list[Fact]:
    found = _("yes") if result["feasible"] else _("not as the targets are")
    return [
        (_("Registered"), result["registered"]),
        (_("Seats"), result["seats"]),
        (_("Can a panel be drawn?"), found),
    ]


def _key(text: str) -> Markup:
    return Markup('<code class="app-key">{}</code>').format(text)


_WORDS: dict[str, Callable[[Mapping[str, Any]], list[Fact]]] = {
    "audit_check": _audit_check,
    "audit_export": _audit_export,
    "draw": _draw,
    "panel_feasibility": _test_draw,
    "retention": _retention,
    "themes": _themes,
}
