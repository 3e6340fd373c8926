"""How a panel was chosen: for anyone, before the draw and after."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import abort, render_template, send_file
from flask_babel import gettext as _

from engagement.panels.draw_queries import DrawRow, draws_of
from engagement.panels.draws import COMMITMENT, PUBLIC, read_draw_file
from engagement.panels.errors import UnknownDraw
from engagement.panels.queries import PanelRow, features_of, find_published_panel
from engagement.web.access import anyone
from engagement.web.kit import Column, Table
from engagement.web.panel_pages import recruitment_label, recruitment_words
from engagement.web.public.door import public

FILES = {"commitment": COMMITMENT, "proof": PUBLIC}
NOT_PUBLISHED = "*"


def _panel(panel_id: str) -> PanelRow:
    return find_published_panel(panel_id) or abort(404)


def _published(panel: PanelRow) -> list[DrawRow]:
    return [draw for draw in draws_of(panel.id) if draw.is_public]


@public.get("/p/<slug>/panels/<panel_id>/draw")
@anyone
def draw(panel_id: str) -> str:
    """The rules and targets, what was published before the seed, and what came of it."""
    panel = _panel(panel_id)
    shown = _published(panel)
    return render_template(
        "public/draw.html",
        panel=panel,
        label=recruitment_label(panel),
        how=recruitment_words(panel),
        draws=shown,
        tables=_tables(panel, shown[-1] if shown else None),
    )


@dataclass(frozen=True)
class _About:
    """Where the figures of a feature are from, and its table."""

    source: str
    note: str
    table: Table


def _tables(panel: PanelRow, draw: DrawRow | None) -> list[_About]:
    counts = draw.counts() if draw else {}
    found: list[_About] = []
    for row in features_of(panel.id):
        if not row.targets:
            continue
        title = str(row.feature.title)
        registered = {one["value"]: one["registered"] for one in counts.get(title, [])}
        whole = sum(target.population or 0 for target in row.targets)
        lines = [
            [
                target.text,
                _percent(target.population, whole),
                _count(registered, str(target.text)) if draw else "",
                f"{target.least} – {target.most}",
            ]
            for target in row.targets
        ]
        if draw and registered.get(None, 0) != 0:
            lines.append([_("Not said"), "", _count(registered, None), ""])
        columns = [
            Column(title),
            Column(_("Of 100 people in the area")),
            Column(_("Registered")),
            Column(_("Seats")),
        ]
        source = ", ".join(part for part in (row.source, row.vintage) if part)
        table = Table(title, columns, lines, name=f"targets-{len(found) + 1}")
        found.append(_About(source, row.note, table))
    return found


def _percent(population: int | None, whole: int) -> str:
    return str(round(100 * population / whole)) if population is not None and whole else ""


def _count(registered: dict[Any, Any], value: str | None) -> str:
    """A count of registrants as it was published: the small ones were not."""
    count = registered.get(value, 0)
    return NOT_PUBLISHED if count is None else str(count)


@public.get("/p/<slug>/panels/<panel_id>/draws/<draw_id>/<file>")
@anyone
def draw_file(panel_id: str, draw_id: str, file: str) -> FileResponse:
    """What was published with a draw: ``commitment`` before the seed, ``proof`` after it."""
    panel = _panel(panel_id)
    draw = next((one for one in _published(panel) if one.public_id == draw_id), None)
    if draw is None or file not in FILES:
        abort(404)
    try:
        content = read_draw_file(draw.run_public_id, FILES[file])
    except UnknownDraw:
        abort(404)
    return send_file(
        BytesIO(content),
        mimetype="application/zip" if file == "proof" else "application/json",
        as_attachment=True,
        download_name=FILES[file],
        etag=False,
    )
