"""The pool desk: who registered against the targets, what is at risk, and whether a draw works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.panels.desk import Gauge, GaugeLine, PersonRow, gauges_of, people_of
from engagement.panels.feasibility import TEST_DRAW, Rehearsal, request_test_draw
from engagement.panels.queries import BatchRow, PanelRow, batches_of, features_of
from engagement.panels.rules import BatchKind, Forecast, Quota, foresee, letters_needed
from engagement.runs.errors import RunNotFound
from engagement.runs.queries import RunRow, get_run, last_run_about
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.facilitators.pool_people import SHOWS, chosen
from engagement.web.kit import (
    Column,
    Fact,
    GroupedBarChart,
    KitForm,
    Link,
    Series,
    Table,
    WholeNumberField,
    nhs,
)
from engagement.web.kit.numbers import shown_number
from engagement.web.words import QUOTA_COLOUR, QUOTA_TEXT

MANY_LETTERS, MOST_LETTERS = 500, 1_000_000
# Short enough for a tag on a narrow screen; the list of who is missing has the whole words.
QUOTA_TAG = {
    Quota.SHORT: _l("At risk: too few"),
    Quota.THIN: _l("At risk: thin"),
    Quota.ENOUGH: _l("Enough"),
}
BATCH_TEXT = {BatchKind.LETTERS: _l("Letters"), BatchKind.OUTREACH: _l("Handed out")}


class LettersForm(KitForm):
    """How many more letters to reckon with; asked by address, so without a token."""

    class Meta(KitForm.Meta):
        csrf = False

    letters = WholeNumberField(
        _l("Number of further letters"),
        missing=_l("Enter how many letters"),
        least=1,
        most=MOST_LETTERS,
    )


@dataclass(frozen=True)
class Brought:
    """What letters brought so far: those of batches that went out, or that somebody answered."""

    letters: int
    registered: int


def _so_far(batches: Sequence[BatchRow]) -> Brought:
    counted = [
        batch
        for batch in batches
        if batch.kind is BatchKind.LETTERS and (batch.sent_at or batch.registered)
    ]
    return Brought(
        sum(batch.letters for batch in counted), sum(batch.registered for batch in counted)
    )


@dataclass(frozen=True)
class AtRisk:
    """A quota for which too few registered, with what would mend it."""

    feature: Any
    value: Any
    key: str
    quota: Quota
    registered: int
    least: int
    needed: Any


def _at_risk(gauges: Sequence[Gauge], so_far: Brought, registered: int) -> list[AtRisk]:
    found = []
    for gauge in gauges:
        for line in gauge.lines:
            if line.quota is not Quota.ENOUGH:
                feature = gauge.row.feature
                found.append(
                    AtRisk(
                        feature.title,
                        line.target.text,
                        feature.key,
                        line.quota,
                        line.registered,
                        line.target.least,
                        _letters_for(line, so_far, registered),
                    )
                )
    return sorted(found, key=lambda one: (one.quota is Quota.THIN, one.registered / one.least))


def _letters_for(line: GaugeLine, so_far: Brought, registered: int) -> Any:
    """How many letters would bring three for each seat, if people answer as so far."""
    if not so_far.letters:
        return ""
    share = line.registered / registered if registered else 0
    from_letters = round(so_far.registered * share)
    wanted = 3 * line.target.least - line.registered
    needed = letters_needed(so_far.letters, from_letters, wanted)
    if needed is None:
        return _("Nobody like this has answered a letter yet: more of the same will not do.")
    return ngettext(
        "About %(num)d more letter would bring three for each seat.",
        "About %(num)d more letters would bring three for each seat.",
        needed,
    )


def _gauge_table(gauge: Gauge, forecast: Forecast | None, registered: int) -> Table:
    columns = [
        Column(_("Answer")),
        Column(_("Registered"), numeric=True),
        Column(_("Least seats"), numeric=True),
        Column(_("Most seats"), numeric=True),
        Column(_("How it stands")),
    ]
    if forecast:
        columns.insert(2, Column(_("After more letters, about"), numeric=True))
    rows: list[list[Any]] = []
    for line in gauge.lines:
        state = {"text": QUOTA_TAG[line.quota], "colour": QUOTA_COLOUR[line.quota]}
        if not line.target.least:
            state = {"text": _("No least is asked"), "colour": "grey"}
        row: list[Any] = [
            line.target.text,
            line.registered,
            line.target.least,
            line.target.most,
            nhs.tag(state),
        ]
        if forecast:
            share = line.registered / registered if registered else 0
            row.insert(2, round(line.registered + forecast.about * share))
        rows.append(row)
    return Table(
        caption=gauge.row.feature.title,
        caption_hidden=True,
        name=f"gauge-{gauge.row.feature.key}",
        columns=columns,
        rows=rows,
    )


def _chart(gauge: Gauge, panel: PanelRow) -> GroupedBarChart:
    """Shares of the seats and of those who registered and said it, to be compared."""
    stated = sum(line.registered for line in gauge.lines)
    middle = [(line.target.least + line.target.most) / 2 for line in gauge.lines]
    seats = sum(middle) or 1
    return GroupedBarChart(
        name=f"chart-{gauge.row.feature.key}",
        title=_("Share of the seats, and of those who registered"),
        description=_(
            "By the answers to “%(title)s”: which share of the seats the targets give each, and"
            " which share of the registrants has it.",
            title=gauge.row.feature.title,
        ),
        heading=_("Answer"),
        labels=[line.target.text for line in gauge.lines],
        series=[
            Series(
                _("Of the seats, by the targets"), [round(100 * one / seats, 1) for one in middle]
            ),
            Series(
                _("Of those who registered"),
                [round(100 * line.registered / stated, 1) if stated else 0 for line in gauge.lines],
            ),
        ],
        unit="%",
    )


def _funnel(batches: Sequence[BatchRow]) -> Table:
    return Table(
        caption=_("What each batch brought"),
        caption_hidden=True,
        name="funnel",
        columns=[
            Column(_("Batch")),
            Column(_("How")),
            Column(_("Sent")),
            Column(_("Letters or codes"), numeric=True),
            Column(_("Registered"), numeric=True),
            Column(_("Response"), numeric=True),
        ],
        rows=[
            [
                _("Batch %(number)d", number=batch.number),
                f"{BATCH_TEXT[batch.kind]}, {batch.where}"
                if batch.where
                else BATCH_TEXT[batch.kind],
                day(batch.sent_at) if batch.sent_at else _("not yet"),
                batch.letters,
                batch.registered,
                f"{batch.registered / batch.letters:.1%}" if batch.letters else "",
            ]
            for batch in batches
        ],
        empty=_("No letters have been made yet."),
    )


@dataclass(frozen=True)
class Counts:
    """How many stand, and what may be amiss."""

    registered: int
    begun: int
    withdrawn: int
    double: int
    household: int


def _counts(people: Sequence[PersonRow]) -> Counts:
    kept = {name: len(chosen(people, name)) for name in SHOWS}
    return Counts(kept["all"], kept["begun"], kept["withdrawn"], kept["double"], kept["household"])


def _brought(so_far: Brought) -> Any:
    return ngettext(
        "So far %(letters)s letters brought %(num)d registration. If people answer as they did:",
        "So far %(letters)s letters brought %(num)d registrations. If people answer as they did:",
        so_far.registered,
        letters=shown_number(so_far.letters),
    )


def _forecast(letters: int, found: Forecast) -> Any:
    return _(
        "%(letters)s more letters would bring about %(about)s registrations, most likely"
        " %(least)s to %(most)s.",
        letters=shown_number(letters),
        about=shown_number(found.about),
        least=shown_number(found.least),
        most=shown_number(found.most),
    )


def _figures(counts: Counts, panel: PanelRow) -> list[Fact]:
    def see(show: str, hidden: str) -> Link:
        href = url_for("facilitators.people", panel_id=panel.public_id, show=show)
        return Link(_("See who"), href, hidden)

    found: list[Fact] = [
        (_("In the pool"), counts.registered, see("all", _("is in the pool"))),
        (_("Begun, not sent"), counts.begun),
        (_("Withdrawn"), counts.withdrawn),
    ]
    if counts.double:
        words = _("Perhaps registered twice")
        found.append((words, counts.double, see("double", _("is perhaps registered twice"))))
    if counts.household:
        words = _("From a home with several")
        found.append((words, counts.household, see("household", _("is from one home"))))
    return found


@facilitators.get("/panels/<panel_id>/pool")
@staff_only(*RECRUITERS)
def pool(panel_id: str) -> str:
    """The pool desk."""
    panel = panel_or_404(panel_id)
    counts = _counts(people_of(panel.id))
    gauges = gauges_of(panel.id, features_of(panel.id), counts.registered)
    batches = batches_of(panel.id)
    so_far = _so_far(batches)
    asked = "letters" in request.args and so_far.letters > 0
    form = LettersForm(request.args if asked else None, data={"letters": MANY_LETTERS})
    forecast = None
    if asked and form.validate():
        forecast = foresee(so_far.letters, so_far.registered, form.letters.data)
    last = last_run_about(TEST_DRAW, "panel", panel_id)
    return render_template(
        "facilitators/pool.html",
        panel=panel,
        label=label_of(panel),
        figures=_figures(counts, panel),
        risks=_at_risk(gauges, so_far, counts.registered),
        quota_text=QUOTA_TEXT,
        gauges=[
            (gauge, _gauge_table(gauge, forecast, counts.registered), _chart(gauge, panel))
            for gauge in gauges
        ],
        funnel=_funnel(batches),
        so_far=so_far,
        form=form,
        brought=_brought(so_far),
        forecast=_forecast(form.letters.data, forecast) if forecast else "",
        run=last[0] if last else None,
        verdict=_verdict(last, counts.registered),
    )


@dataclass(frozen=True)
class Verdict:
    """What a test draw found, in words."""

    feasible: bool
    words: str
    lines: tuple[str, ...]
    stale: bool


def _verdict(last: tuple[RunRow, Any] | None, registered: int | None = None) -> Verdict | None:
    if last is None or last[1] is None:
        return None
    found = Rehearsal.from_result(last[1])
    stale = registered is not None and registered != found.registered
    if found.too_few:
        words = _(
            "There are %(people)d people for %(seats)d seats, and only one of each home can sit on"
            " the panel: too few, whatever the targets.",
            people=found.registered,
            seats=found.seats,
        )
        return Verdict(False, words, (), stale)
    if not found.feasible:
        words = ngettext(
            "No panel of these people meets all targets. The smallest change that would do:",
            "No panel of these people meets all targets. The smallest changes that would do, all"
            " %(num)d together:",
            len(found.giving),
        )
        return Verdict(False, words, tuple(map(_giving, found.giving)), stale)
    lines = [
        _(
            "Chances lie between %(least)s and %(most)s.",
            least=_one_in(found.smallest),
            most=_one_in(found.greatest),
        ),
        ngettext(
            "The targets tell %(num)d kind of people apart.",
            "The targets tell %(num)d kinds of people apart.",
            found.kinds,
        ),
    ]
    if found.nowhere:
        lines.append(
            ngettext(
                "%(num)d person fits on no panel with these targets, and has no chance.",
                "%(num)d people fit on no panel with these targets, and have no chance.",
                found.nowhere,
            )
        )
    else:
        lines.append(_("Everybody who registered has a chance."))
    words = _(
        "A panel can be drawn: %(seats)d seats from %(people)d people, with all targets met.",
        seats=found.seats,
        people=found.registered,
    )
    return Verdict(True, words, tuple(lines), stale)


def _giving(one: Any) -> Any:
    about = {"feature": one.feature, "value": one.value}
    if one.new_least < one.least:
        return _(
            "“%(feature)s” %(value)s: lower the least seats from %(old)d to %(new)d.",
            old=one.least,
            new=one.new_least,
            **about,
        )
    return _(
        "“%(feature)s” %(value)s: raise the most seats from %(old)d to %(new)d.",
        old=one.most,
        new=one.new_most,
        **about,
    )


def _one_in(chance: float) -> Any:
    if chance >= 1:
        return _("certain")
    return _("1 in %(number)s", number=f"{1 / chance:.1f}".removesuffix(".0"))


@facilitators.post("/panels/<panel_id>/pool/test-draw")
@staff_only(*RECRUITERS)
def ask_for_test_draw(panel_id: str) -> Response:
    """Ask for a test draw; it is done in the background, and chooses nobody."""
    panel_or_404(panel_id)
    run = request_test_draw(visible(), panel_id)
    return redirect(url_for("facilitators.test_draw", panel_id=panel_id, run_id=run), 303)


@facilitators.get("/panels/<panel_id>/pool/test-draw/<run_id>")
@staff_only(*RECRUITERS)
def test_draw(panel_id: str, run_id: str) -> str | tuple[str, int]:
    """How far a test draw is, and what it found."""
    panel = panel_or_404(panel_id)
    try:
        found = get_run(run_id)
    except RunNotFound:
        abort(404)
    if found.run.kind != TEST_DRAW or found.arguments.get("panel") != panel_id:
        abort(404)
    values = {
        "panel": panel,
        "label": label_of(panel),
        "run": found.run,
        "verdict": _verdict((found.run, found.result)),
    }
    if request.headers.get("HX-Request"):
        # 286 tells the page to stop asking.
        return render_template("facilitators/test_draw_progress.html", **values), (
            286 if found.run.has_ended else 200
        )
    return render_template("facilitators/test_draw.html", **values)
