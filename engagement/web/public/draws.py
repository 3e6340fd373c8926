"""How a panel was chosen: for anyone, before the draw and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from flask import Response as FileResponse
from flask import abort, render_template, send_file
from flask_babel import gettext as _

from engagement.panels.audits import signed_audits
from engagement.panels.draw_queries import DrawRow, draws_of
from engagement.panels.draws import COMMITMENT, PUBLIC, read_draw_file
from engagement.panels.errors import UnknownDraw
from engagement.panels.makeup import MakeupRow, makeups_of
from engagement.panels.queries import FeatureRow, PanelRow, features_of, find_published_panel
from engagement.panels.rules import rarely_reached
from engagement.panels.small_numbers import bounds
from engagement.web.access import anyone
from engagement.web.kit import Column, GroupedBarChart, Series, Table
from engagement.web.kit.charts import SUPPRESSED
from engagement.web.panel_pages import recruitment_label, recruitment_words
from engagement.web.public.door import public
from engagement.web.words import AUDIT_FINDING_TEXT, MAKEUP_MOMENT_TEXT

FILES = {"commitment": COMMITMENT, "proof": PUBLIC}


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
    makeups = makeups_of(panel.id)
    targets = shown[-1].targets() if shown else {}
    features = [
        # Counts stand with the first alone, so that nobody can be reckoned from a second; targets
        # are those of the last.
        _about(panel, row, shown[0] if shown else None, makeups, number, targets)
        for number, row in enumerate(features_of(panel.id), start=1)
        if row.targets
    ]
    return render_template(
        "public/draw.html",
        panel=panel,
        label=recruitment_label(panel),
        how=recruitment_words(panel),
        draws=shown,
        features=features,
        missed=[words for one in features for words in one.missed],
        makeups=makeups,
        rounded_to=bounds()[1],
        moment_text=MAKEUP_MOMENT_TEXT,
        statements=signed_audits([one.id for one in shown]),
        finding_text=AUDIT_FINDING_TEXT,
    )


@dataclass(frozen=True)
class _About:
    """One feature: a picture of shares, its counts, where they are from, who was missed."""

    source: str
    note: str
    chart: GroupedBarChart | None
    table: Table
    missed: list[str]


def _about(
    panel: PanelRow,
    row: FeatureRow,
    draw: DrawRow | None,
    makeups: Sequence[MakeupRow],
    number: int,
    settled: Mapping[tuple[str, str], tuple[int, int]],
) -> _About:
    title = str(row.feature.title)
    counts = draw.counts().get(title, []) if draw else []
    registered = {one["value"]: one["registered"] for one in counts}
    members = [makeup.members.get(title, {}) for makeup in makeups]
    # What volunteers look like is not held against the area: they stand for nobody else.
    people = {str(t.text): t.population for t in row.targets} if panel.is_random else {}
    about_area = bool(people) and None not in people.values() and any(people.values())
    columns, lines = [Column(_("Answer"))], [[target.text] for target in row.targets]
    unsaid = [_("Not said")]
    if about_area:
        columns.append(Column(_("Of 100 people in the area"), numeric=True))
        for line, share in zip(lines, _shares(people), strict=True):
            line.append(share)
        unsaid.append(None)
    if draw:
        columns.append(Column(_("Registered"), numeric=True))
        for line, target in zip(lines, row.targets, strict=True):
            line.append(_count(registered, str(target.text)))
        unsaid.append(_count(registered, None))
    columns.append(Column(_("Seats"), numeric=True))
    for line, target in zip(lines, row.targets, strict=True):
        least, most = settled.get((title, str(target.text)), (target.least, target.most))
        line.append(f"{least} – {most}")
    unsaid.append(None)
    for makeup, counted in zip(makeups, members, strict=True):
        moment = MAKEUP_MOMENT_TEXT[makeup.moment]
        columns.append(Column(_("On the panel %(moment)s", moment=moment), numeric=True))
        for line, target in zip(lines, row.targets, strict=True):
            line.append(counted.get(str(target.text), 0))
        unsaid.append(counted.get(None, 0))
    if registered.get(None, 0) != 0 or any(None in counted for counted in members):
        lines.append(unsaid)
    return _About(
        ", ".join(part for part in (row.source, row.vintage) if part),
        row.note,
        _chart(title, people, registered, members, number) if about_area and draw else None,
        Table(title, columns, lines, name=f"targets-{number}", caption_hidden=True),
        _missed(people, registered) if about_area and draw else [],
    )


def _chart(
    title: str,
    people: Mapping[str, int | None],
    registered: Mapping[str | None, int | None],
    members: Sequence[Mapping[str | None, int]],
    number: int,
) -> GroupedBarChart:
    series = [
        Series(_("People in the area"), _shares(people)),
        Series(
            _("People who registered"), _shares({name: registered.get(name, 0) for name in people})
        ),
    ]
    if members:
        counted = members[0]
        series.append(
            Series(_("The panel"), _shares({name: counted.get(name, 0) for name in people}))
        )
    return GroupedBarChart(
        title,
        _("Of 100 of each: people in the area, those who registered, and members of the panel.")
        if members
        else _("Of 100 of each: people in the area, and those who registered."),
        list(people),
        series,
        name=f"shares-{number}",
        unit="%",
        suppressed=_("A star stands for a number so small that we do not publish it."),
    )


def _shares(counts: Mapping[str, int | None]) -> list[int | None]:
    """Of a hundred; ``None`` where a count is not published, so that it is in no sum either."""
    whole = sum(count for count in counts.values() if count)
    return [
        None if count is None else round(100 * count / whole) if whole else 0
        for count in counts.values()
    ]


def _missed(
    people: Mapping[str, int | None], registered: Mapping[str | None, int | None]
) -> list[str]:
    known = {name: count or 0 for name, count in people.items()}
    told = {name: registered.get(name, 0) for name in people}
    return [
        _(
            "%(group)s: %(area)d in 100 people in the area, %(reached)d in 100 of those who"
            " registered.",
            group=name,
            area=round(100 * share),
            reached=round(100 * reached),
        )
        for name, (share, reached) in rarely_reached(known, told).items()
    ]


def _count(registered: Mapping[str | None, int | None], value: str | None) -> str:
    """A count of registrants as it was published: the small ones were not."""
    count = registered.get(value, 0)
    return SUPPRESSED if count is None else str(count)


@public.get("/p/<slug>/panels/<panel_id>/draws/<draw_id>/<file>")
@anyone
def draw_file(panel_id: str, draw_id: str, file: str) -> FileResponse:
    """What was published with a draw: ``commitment`` before the seed, ``proof`` after it."""
    panel = _panel(panel_id)
    draw = next((one for one in _published(panel) if one.public_id == draw_id), None)
    if draw is None or file not in FILES:
        abort(404)
    try:
        content = read_draw_file(draw.public_id, FILES[file])
    except UnknownDraw:
        abort(404)
    return send_file(
        BytesIO(content),
        mimetype="application/zip" if file == "proof" else "application/json",
        as_attachment=True,
        download_name=FILES[file],
        etag=False,
    )
