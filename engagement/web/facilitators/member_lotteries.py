"""Lotteries among the members of a standing panel: what each rests on, and whom it drew."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import Response as FileResponse
from flask import abort, render_template, send_file, url_for
from flask_babel import gettext as _

from engagement.documents.sheets import write_csv
from engagement.membership.records import (
    DrawnRow,
    LotteryRow,
    drawn_of,
    find_lottery,
    lotteries_of,
)
from engagement.membership.rules import LooksLike, LotteryKind
from engagement.panels.queries import FeatureRow, PanelRow, features_of
from engagement.panels.rules import PLACE
from engagement.programmes.rules import Topic
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.members import standing_or_404
from engagement.web.facilitators.panels import RECRUITERS, label_of
from engagement.web.kit import Column, Link, Table
from engagement.web.kit.charts import SUPPRESSED
from engagement.web.kit.numbers import shown_number
from engagement.web.member_words import (
    CONTACT_TEXT,
    LOOKS_LIKE_TEXT,
    LOTTERY_KIND_TEXT,
    MEMBER_STATE_TEXT,
    hidden_words,
)
from engagement.web.words import TOPIC_TEXT


@facilitators.get("/standing-panels/<panel_id>/member-lotteries")
@staff_only(*RECRUITERS)
def member_lotteries(panel_id: str) -> str:
    """The lotteries among the members, the newest first."""
    panel = standing_or_404(panel_id)
    return render_template(
        "facilitators/member_lotteries.html",
        panel=panel,
        label=label_of(panel),
        table=_lotteries_table(lotteries_of(panel.id), panel),
    )


def _title(row: LotteryRow) -> str:
    return row.name or str(LOTTERY_KIND_TEXT[row.kind])


def _lotteries_table(rows: Sequence[LotteryRow], panel: PanelRow) -> Table:
    return Table(
        caption=_("Lotteries"),
        caption_hidden=True,
        name="lotteries",
        columns=[
            Column(_("Lottery")),
            Column(_("What it decided")),
            Column(_("When")),
            Column(_("Drawn"), numeric=True),
        ],
        rows=[
            [
                Link(
                    f"{row.number}. {_title(row)}",
                    url_for(
                        "facilitators.member_lottery",
                        panel_id=panel.public_id,
                        lottery_id=row.public_id,
                    ),
                ),
                LOTTERY_KIND_TEXT[row.kind],
                day(row.drawn_at),
                row.places,
            ]
            for row in rows
        ],
        empty=_("None yet."),
    )


def _lottery_or_404(panel: PanelRow, lottery_id: str) -> LotteryRow:
    return find_lottery(panel.id, lottery_id) or abort(404)


@facilitators.get("/standing-panels/<panel_id>/member-lotteries/<lottery_id>")
@staff_only(*RECRUITERS)
def member_lottery(panel_id: str, lottery_id: str) -> str:
    """One lottery: what it rests on, its strata, and whom it drew."""
    panel = standing_or_404(panel_id)
    row = _lottery_or_404(panel, lottery_id)
    keys = row.rules["features"]
    known = features_of(panel.id, named_places=PLACE in keys) if keys else []
    features = [one for key in keys for one in known if one.feature.key == key]
    interest = row.rules.get("interest")
    return render_template(
        "facilitators/member_lottery.html",
        panel=panel,
        label=label_of(panel),
        lottery=row,
        title=_title(row),
        kind=LOTTERY_KIND_TEXT[row.kind],
        is_sample=row.kind is LotteryKind.SAMPLE,
        spread=", ".join(str(one.feature.title) for one in features) or _("Nothing"),
        looks_like=LOOKS_LIKE_TEXT[LooksLike(row.rules["looks_like"])],
        interest=TOPIC_TEXT[Topic(interest)] if interest else None,
        hidden=hidden_words(),
        strata=_strata_table(row, features),
        drawn=_drawn_table(drawn_of(row.id), panel),
    )


def _strata_table(row: LotteryRow, features: Sequence[FeatureRow]) -> Table:
    def words(values: Sequence[str | None]) -> str:
        texts = [
            str(one.feature.text_of(value)) if value else _("not said")
            for one, value in zip(features, values, strict=False)
        ]
        return "; ".join(texts) or str(_("Everybody"))

    def count(number: int | None) -> str:
        return SUPPRESSED if number is None else str(shown_number(number))

    return Table(
        caption=_("Strata"),
        caption_hidden=True,
        name="strata",
        columns=[
            Column(_("Answers")),
            Column(_("People, about"), numeric=True),
            Column(_("Drawn, about"), numeric=True),
            Column(_("Chance of each, about"), numeric=True),
        ],
        rows=[
            [
                words(one["values"]),
                count(one["people"]),
                count(one["places"]),
                SUPPRESSED if one["chance"] is None else _chance(one["chance"]),
            ]
            for one in row.facts["strata"]
        ],
        empty=_("There are too few people to show anything of so many strata."),
    )


def _chance(chance: float) -> str:
    percent = 100 * chance
    return f"{percent:.0f}%" if percent >= 10 else f"{percent:.2g}%"


def _drawn_table(rows: Sequence[DrawnRow], panel: PanelRow) -> Table:
    return Table(
        caption=_("Who was drawn"),
        caption_hidden=True,
        name="drawn",
        columns=[
            Column(_("Reference")),
            Column(_("How they stand now")),
            Column(_("Contact")),
        ],
        rows=[
            [
                Link(
                    one.reference,
                    url_for("facilitators.member", panel_id=panel.public_id, member_id=one.member),
                ),
                MEMBER_STATE_TEXT[one.state],
                CONTACT_TEXT[one.contact_by],
            ]
            for one in rows
        ],
        empty=_("Nobody any more: what was held about them is deleted."),
    )


@facilitators.get("/standing-panels/<panel_id>/member-lotteries/<lottery_id>/file")
@staff_only(*RECRUITERS)
def member_lottery_file(panel_id: str, lottery_id: str) -> FileResponse:
    """Whom a lottery drew, as CSV: no names, no way to reach them, and nothing that differs
    between those who answered differently."""
    panel = standing_or_404(panel_id)
    row = _lottery_or_404(panel, lottery_id)
    chance = row.facts["chance"]
    told = ["", ""] if chance is None else [chance, round(1 / chance, 3)]
    content = write_csv(
        ["reference", "chance", "weight"], [[one.reference, *told] for one in drawn_of(row.id)]
    )
    return send_file(
        BytesIO(content),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"lottery-{row.number}.csv",
        etag=False,
    )
