"""What a panel is to look like: its features, their targets, and where the figures are from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.panels import service
from engagement.panels.errors import (
    AlreadyInvited,
    DrawUnderWay,
    NoFigures,
    SharesTooGreat,
    TargetsDoNotFit,
    UnknownFeature,
)
from engagement.panels.features import BUILT_IN, can_be_given, feature_of
from engagement.panels.figures import Figures
from engagement.panels.queries import FeatureRow, PanelRow, features_of
from engagement.panels.rules import DEPRIVATION, FIFTHS, exact_seats
from engagement.panels.service import OwnWording, TargetPlan
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import (
    DRAW_WAITS,
    RECRUITERS,
    label_of,
    panel_or_404,
    visible,
)
from engagement.web.facilitators.target_forms import FeatureForm, FiguresForm, OwnFeatureForm
from engagement.web.kit import (
    Column,
    KitForm,
    Table,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.kit.numbers import shown_number

MOST_PEOPLE = 100_000_000
IMPORT = "engagement reference import"
STAYS = _l(
    "Somebody has registered already, so what people are asked stays as it is. The numbers of seats"
    " can still change."
)


@dataclass(frozen=True)
class Shown:
    """A feature as the page of targets shows it: its table, its check of the sums."""

    row: FeatureRow
    table: Table
    check: str
    adds_up: bool

    @property
    def source(self) -> str:
        """Whose figures these are, and how old."""
        return ", ".join(part for part in (self.row.source, self.row.vintage) if part)


def shown_feature(row: FeatureRow, panel: PanelRow) -> Shown:
    """A feature with its figures, its seats by share and its targets."""
    populations = {t.value: t.population for t in row.targets if t.population is not None}
    complete = len(populations) == len(row.targets)
    seats = exact_seats(populations, panel.size) if complete else {}
    whole = sum(populations.values())
    table = Table(
        caption=row.feature.title,
        caption_hidden=True,
        name=f"targets-{row.feature.key}",
        columns=[
            Column(_("Answer")),
            Column(_("People in the area"), numeric=True),
            Column(_("Seats by share alone"), numeric=True),
            Column(_("Target"), numeric=True),
        ],
        rows=[
            [
                target.text,
                _people(target.population, whole if complete else 0),
                f"{float(seats[target.value]):.1f}" if target.value in seats else _("not known"),
                _range(target.least, target.most),
            ]
            for target in row.targets
        ],
    )
    least, most = sum(t.least for t in row.targets), sum(t.most for t in row.targets)
    adds_up = least <= panel.size <= most
    nobody = [t.text for t in row.targets if t.most and not _is_of_age(panel, row, t.value)]
    sums = _(
        "The least seats add up to %(least)d and the most to %(most)d, for %(size)d seats.",
        least=least,
        most=most,
        size=panel.size,
    )
    verdict = _("That fits.") if adds_up else _("That does not fit: change the targets.")
    if nobody:
        verdict = _(
            "Nobody of the ages that the panel is for can answer: %(answers)s. Change those"
            " targets.",
            answers=", ".join(map(str, nobody)),
        )
    return Shown(row, table, f"{sums} {verdict}", adds_up and not nobody)


def _is_of_age(panel: PanelRow, row: FeatureRow, value: str) -> bool:
    return can_be_given(row.feature.key, value, panel.least_age, panel.most_age)


def _people(population: int | None, whole: int) -> Any:
    if population is None:
        return _("not known")
    number = shown_number(population)
    return f"{number} ({population / whole:.0%})" if whole else number


def _range(least: int, most: int) -> Any:
    if least == most:
        return ngettext("%(num)d seat", "%(num)d seats", most)
    return _("%(least)d to %(most)d seats", least=least, most=most)


def _feature(rows: list[FeatureRow], key: str) -> FeatureRow:
    return next((row for row in rows if row.feature.key == key), None) or abort(404)


def _title_of(key: str) -> Any:
    """The words for a question that the panel does not have yet."""
    return feature_of(key, None, {}).title


def _to_targets(panel_id: str, key: str = "") -> Response:
    anchor = f"feature-{key}" if key else None
    return redirect(url_for("facilitators.targets", panel_id=panel_id, _anchor=anchor), 303)


@facilitators.route("/panels/<panel_id>/targets", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def targets(panel_id: str) -> str | Response:
    """What a panel is to look like; the form adds a question that everybody knows."""
    panel = panel_or_404(panel_id)
    rows = features_of(panel.id)
    have = {row.feature.key for row in rows}
    form = FeatureForm()
    form.feature.choices = [(key, _title_of(key)) for key in BUILT_IN if key not in have]
    if form.validate_on_submit():
        key = form.feature.data
        try:
            service.add_feature(visible(), panel_id, key)
        except AlreadyInvited:
            form.refuse("feature", STAYS)
        else:
            flash(_("Added. See below what it is to look like."), "success")
            return _to_targets(panel_id, key)
    return render_template(
        "facilitators/targets.html",
        panel=panel,
        label=label_of(panel),
        features=[shown_feature(row, panel) for row in rows],
        form=form,
        stays=STAYS if service.has_registrations(panel.id) else "",
    )


@facilitators.route("/panels/<panel_id>/targets/own", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def add_own_feature(panel_id: str) -> str | Response:
    """Balance the panel by a question of its own."""
    panel = panel_or_404(panel_id)
    form = OwnFeatureForm()
    if form.validate_on_submit():
        wording = OwnWording(form.title.data, form.why.data, form.lines())
        try:
            key = service.add_own_feature(visible(), panel_id, wording)
        except AlreadyInvited:
            form.refuse("title", STAYS)
        else:
            flash(_("The question is there. Enter its seats, and where the figures are from."))
            return redirect(
                url_for("facilitators.set_targets", panel_id=panel_id, feature=key), 303
            )
    return render_template(
        "facilitators/own_feature.html", panel=panel, label=label_of(panel), form=form
    )


def _numbers_form(
    row: FeatureRow, panel: PanelRow
) -> tuple[KitForm, list[tuple[str, Any, list[str]]]]:
    """A form with three numbers for each value, and for each value the names of its fields."""
    size = panel.size
    known = {target.value: target for target in row.targets}
    values = [
        (value, text)
        for value, text in row.feature.targets().items()
        if _is_of_age(panel, row, value)
    ]
    values += [(t.value, t.text) for t in row.targets if t.value not in dict(values)]
    fields: dict[str, Any] = {}
    groups = []
    data: dict[str, Any] = {}
    for number, (value, text) in enumerate(values, 1):
        names = [f"least-{number}", f"most-{number}", f"people-{number}"]
        fields[names[0]] = WholeNumberField(
            _("Least seats: %(value)s", value=text),
            least=0,
            most=size,
        )
        fields[names[1]] = WholeNumberField(
            _("Most seats: %(value)s", value=text),
            least=0,
            most=size,
        )
        fields[names[2]] = WholeNumberField(
            _("People in the area (optional): %(value)s", value=text),
            least=0,
            most=MOST_PEOPLE,
            width=10,
        )
        if value in known:
            target = known[value]
            data |= dict(zip(names, (target.least, target.most, target.population), strict=True))
        groups.append((value, text, names))
    fields["source"] = TextField(
        _("Where the figures come from"),
        missing=_("Enter where the figures come from"),
        hint=_("Title, publisher and year. It stands beside the numbers wherever they are shown."),
        max_length=500,
    )
    fields["note"] = TextareaField(
        _("Why some have more or less than their share (optional)"), lines=3, max_length=500
    )
    data |= {"source": ", ".join(p for p in (row.source, row.vintage) if p), "note": row.note}
    made: KitForm = type("NumbersForm", (KitForm,), fields)(data=data)
    return made, groups


def _complete(form: KitForm, groups: list[tuple[str, Any, list[str]]]) -> bool:
    """Whether every answer has both numbers of seats or, where it has no target, neither."""
    for _value, text, (least, most, _count) in groups:
        if (form[least].data is None) == (form[most].data is None):
            continue
        if form[least].data is None:
            form.refuse(least, _("Enter the least seats: %(value)s", value=text))
        else:
            form.refuse(most, _("Enter the most seats: %(value)s", value=text))
    return not form.has_errors


@facilitators.route("/panels/<panel_id>/targets/<feature>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def set_targets(panel_id: str, feature: str) -> str | Response:
    """Set the targets of a feature by hand."""
    panel = panel_or_404(panel_id)
    row = _feature(features_of(panel.id), feature)
    form, groups = _numbers_form(row, panel)
    if form.validate_on_submit() and _complete(form, groups):
        given = [(value, [form[name].data for name in names]) for value, _text, names in groups]
        plans = [TargetPlan(value, *data) for value, data in given if data[0] is not None]
        try:
            service.set_targets(
                visible(), panel_id, feature, plans, form["source"].data, form["note"].data
            )
        except TargetsDoNotFit as error:
            crossed = {plan.value for plan in plans if plan.least > plan.most} | {error.value}
            wrong = next((n for n, (value, _data) in enumerate(given, 1) if value in crossed), 1)
            form.refuse(f"most-{wrong}", _(error.problem))
        except DrawUnderWay:
            form.form_errors.append(DRAW_WAITS)
        else:
            flash(_("The targets have been changed."), "success")
            return _to_targets(panel_id, feature)
    return render_template(
        "facilitators/set_targets.html",
        panel=panel,
        label=label_of(panel),
        row=row,
        form=form,
        groups=groups,
    )


@facilitators.route("/panels/<panel_id>/targets/<feature>/figures", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def build_targets(panel_id: str, feature: str) -> str | Response:
    """Build the targets of a feature from real figures, with a wish to over-represent."""
    panel = panel_or_404(panel_id)
    row = _feature(features_of(panel.id), feature)
    figures = service.figures_of(panel, row)
    form = FiguresForm()
    if figures is not None:
        form.value.choices = [
            (value, _named(feature, value, row.feature.text_of(value)))
            for value, count in figures.counts.items()
            if count
        ]
    if figures is not None and form.validate_on_submit():
        value, factor = form.value.data, form.factor()
        times = {value: factor} if value and factor else {}
        try:
            service.rebuild_targets(
                visible(), panel_id, feature, times, _note(form, row) if times else ""
            )
        except SharesTooGreat:
            form.refuse("times", _("So many times their share would leave nothing for the others"))
        except DrawUnderWay:
            form.form_errors.append(DRAW_WAITS)
        except NoFigures:
            abort(404)
        else:
            flash(_("The targets are built from the figures."), "success")
            return _to_targets(panel_id, feature)
    return render_template(
        "facilitators/build_targets.html",
        panel=panel,
        label=label_of(panel),
        row=row,
        figures=figures,
        some_left_out=not all(_is_of_age(panel, row, value) for value in row.feature.targets()),
        table=_table_of(figures, row, panel) if figures else None,
        command=IMPORT,
        form=form,
    )


def _named(feature: str, value: str, text: Any) -> Any:
    if (feature, value) == (DEPRIVATION, FIFTHS[0]):
        return _("Core20: %(text)s", text=text)
    return text


def _note(form: FiguresForm, row: FeatureRow) -> Any:
    return _(
        "%(group)s: %(times)s times its share of the population. %(reason)s",
        group=_named(row.feature.key, form.value.data, row.feature.text_of(form.value.data)),
        times=form.times.data.replace(",", "."),
        reason=form.reason.data,
    )


def _table_of(figures: Figures, row: FeatureRow, panel: PanelRow) -> Table:
    whole = sum(figures.counts.values())
    seats = exact_seats(figures.counts, panel.size)
    return Table(
        caption=_("The figures"),
        columns=[
            Column(_("Answer")),
            Column(_("People in the area"), numeric=True),
            Column(_("Seats by share alone"), numeric=True),
        ],
        rows=[
            [row.feature.text_of(value), _people(count, whole), f"{float(seats[value]):.1f}"]
            for value, count in figures.counts.items()
        ],
    )


@facilitators.post("/panels/<panel_id>/targets/<feature>/remove")
@staff_only(*RECRUITERS)
def remove_feature(panel_id: str, feature: str) -> Response:
    """Balance the panel by a feature no longer."""
    _feature(features_of(panel_or_404(panel_id).id), feature)
    try:
        service.remove_feature(visible(), panel_id, feature)
    except UnknownFeature:
        abort(404)
    except AlreadyInvited:
        flash(STAYS)
    else:
        flash(_("Removed: people are not asked this."), "success")
    return _to_targets(panel_id)
