"""Lotteries among the members of a standing panel: what each rests on, and whom it drew."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import abort, flash, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.documents.sheets import write_csv
from engagement.membership import lotteries as service
from engagement.membership.errors import LotteryOver, NoPopulation, NotThatMany
from engagement.membership.records import (
    DrawnRow,
    LotteryRow,
    drawn_of,
    find_lottery,
    lotteries_of,
)
from engagement.membership.rules import LooksLike, LotteryKind, LotteryState
from engagement.panels.errors import SamePerson, SeedsDiffer
from engagement.panels.queries import FeatureRow, PanelRow, features_of
from engagement.panels.rules import PLACE
from engagement.programmes.rules import Topic
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.draws import SeedForm
from engagement.web.facilitators.member_samples import to_lottery
from engagement.web.facilitators.members import own_pages_of, standing_or_404
from engagement.web.facilitators.panels import RECRUITERS, label_of, visible
from engagement.web.kit import Column, KitForm, Link, Table, TextField, nhs
from engagement.web.kit.charts import SUPPRESSED
from engagement.web.kit.numbers import shown_number
from engagement.web.member_words import (
    CONTACT_TEXT,
    LOOKS_LIKE_TEXT,
    LOTTERY_KIND_TEXT,
    LOTTERY_STATE_COLOUR,
    LOTTERY_STATE_TEXT,
    MEMBER_STATE_TEXT,
    hidden_words,
)
from engagement.web.visits import require_principal
from engagement.web.words import TOPIC_TEXT


class GiveUpForm(KitForm):
    """Why a lottery is given up."""

    reason = TextField(
        _l("Why is it given up?"),
        missing=_l("Enter why it is given up: it stays in the list"),
        hint=_l("It stays in the list of lotteries with this reason."),
        max_length=300,
    )


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


def _stands(row: LotteryRow) -> str:
    words = str(LOTTERY_STATE_TEXT[row.state])
    return f"{words}: {row.given_up_reason}" if row.given_up_reason else words


def _lotteries_table(rows: Sequence[LotteryRow], panel: PanelRow) -> Table:
    return Table(
        caption=_("Lotteries"),
        caption_hidden=True,
        name="lotteries",
        columns=[
            Column(_("Lottery")),
            Column(_("What it decides")),
            Column(_("Where it stands")),
            Column(_("Announced")),
            Column(_("Where the seed comes from")),
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
                _stands(row),
                day(row.announced_at),
                row.seed_source,
                row.places if row.drawn_at else "",
            ]
            for row in rows
        ],
        empty=_("None yet."),
    )


def _lottery_or_404(panel: PanelRow, lottery_id: str) -> LotteryRow:
    return find_lottery(panel.id, lottery_id) or abort(404)


@facilitators.route(
    "/standing-panels/<panel_id>/member-lotteries/<lottery_id>", methods=["GET", "POST"]
)
@staff_only(*RECRUITERS)
def member_lottery(panel_id: str, lottery_id: str) -> str | Response:
    """One lottery: what it rests on, its strata, whom it drew; before that the form takes the
    seed."""
    panel = standing_or_404(panel_id)
    row = _lottery_or_404(panel, lottery_id)
    form = SeedForm()
    if form.validate_on_submit():
        problem = _enter(panel, row, form.seed.data)
        if problem is None:
            return to_lottery(panel, lottery_id)
        form.refuse("seed", problem)
    return _page(panel, row, form, GiveUpForm(formdata=None))


def _enter(panel: PanelRow, row: LotteryRow, seed: str) -> Any:
    """Enter the seed; what is wrong with it, if anything."""
    try:
        link = own_pages_of(panel)
        if service.enter_seed(visible(), panel.public_id, row.public_id, seed, link):
            flash(_("Drawn."), "success")
        else:
            flash(_("The seed is entered. A second member of staff enters it too."), "success")
    except SamePerson:
        return _("You have entered it already. Somebody else has to enter it as well")
    except SeedsDiffer:
        return _(
            "This is not what the first of you entered. Check with each other; if the first was"
            " wrong, give this lottery up and announce another"
        )
    except (NotThatMany, NoPopulation):
        return _(
            "Things have changed since it was announced, and it cannot be drawn now. Give it up"
            " and announce another"
        )
    except LotteryOver:
        flash(_("This lottery does not wait for a seed."))
    return None


@facilitators.post("/standing-panels/<panel_id>/member-lotteries/<lottery_id>/give-up")
@staff_only(*RECRUITERS)
def give_up_member_lottery(panel_id: str, lottery_id: str) -> str | Response:
    """End a lottery that is not drawn yet; it stays in the list."""
    panel = standing_or_404(panel_id)
    row = _lottery_or_404(panel, lottery_id)
    form = GiveUpForm()
    if not form.validate_on_submit():
        return _page(panel, row, SeedForm(formdata=None), form)
    try:
        service.give_up(visible(), panel_id, lottery_id, form.reason.data)
    except LotteryOver:
        flash(_("This lottery is over already."))
    else:
        flash(_("The lottery is given up. You can announce another."), "success")
    return to_lottery(panel, lottery_id)


def _page(panel: PanelRow, row: LotteryRow, form: SeedForm, give_up_form: GiveUpForm) -> str:
    keys = row.rules["features"]
    known = features_of(panel.id, named_places=PLACE in keys) if keys else []
    features = [one for key in keys for one in known if one.feature.key == key]
    interest = row.rules.get("interest")
    return render_template(
        "facilitators/member_lottery.html",
        panel=panel,
        label=label_of(panel),
        lottery=row,
        form=form,
        give_up_form=give_up_form,
        waits=row.state is LotteryState.ANNOUNCED,
        state=nhs.tag(
            {"text": LOTTERY_STATE_TEXT[row.state], "colour": LOTTERY_STATE_COLOUR[row.state]}
        ),
        entered_by_me=row.seed_entered_by == require_principal().public_id,
        title=_title(row),
        kind=LOTTERY_KIND_TEXT[row.kind],
        is_sample=row.kind is LotteryKind.SAMPLE,
        spread=", ".join(str(one.feature.title) for one in features) or _("Nothing"),
        looks_like=LOOKS_LIKE_TEXT[LooksLike(row.rules["looks_like"])],
        interest=TOPIC_TEXT[Topic(interest)] if interest else None,
        hidden=hidden_words(),
        strata=_strata_table(row, features) if row.drawn_at else None,
        drawn=_drawn_table(drawn_of(row.id), panel) if row.drawn_at else None,
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
    if row.drawn_at is None:
        abort(404)
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
