"""Bar charts as SVG, each with a title, a description and its table.

Widths are in per cent and heights in ``em``, so that a chart fits any screen and grows with the
reader's letters. Colours come from the style sheet; a pattern and a label always say the same.
The same figures give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from engagement.web.kit.components import nhs
from engagement.web.kit.numbers import shown_number
from engagement.web.kit.tables import Column, Table

LONGEST_BAR = 76.0  # per cent of the width; the value stands behind the bar
LABEL_CHARACTERS = 34  # as many as fit beside each other on a screen of 320 px
LINE = 1.5  # em, as are all heights
BAR = 1.5
GAP = 0.75
MOST_SERIES = 4

SUPPRESSED = "*"


@dataclass(frozen=True)
class Series:
    """One value for each label of the chart; ``None`` is a figure that must not be shown."""

    name: Any
    values: Sequence[float | None]


@dataclass(frozen=True)
class GroupedBarChart:
    """Horizontal bars, one for each label and series.

    ``description`` says in a sentence what the chart shows, for people who do not see it;
    ``name`` must differ between the charts of a page; ``heading`` is the table's first heading;
    ``unit`` is written behind each value ("%"); ``most`` is the value of the longest possible bar
    (by default the largest value); ``suppressed`` explains the star. Raises ``ValueError`` for
    lengths that differ, negative values and more than four series.
    """

    title: Any
    description: Any
    labels: Sequence[Any]
    series: Sequence[Series]
    name: str = "chart"
    heading: Any = None
    unit: str = ""
    most: float | None = None
    suppressed: Any = None
    empty: Any = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"the chart {self.name!r} needs 1 to {MOST_SERIES} series")
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(
                    f"the series {series.name!s} has {len(series.values)} values"
                    f" for {len(self.labels)} labels"
                )
            if any(value is not None and value < 0 for value in series.values):
                raise ValueError(f"the series {series.name!s} has a negative value")

    def __html__(self) -> Markup:
        if not self.labels:
            return Markup('<p class="nhsuk-body">{}</p>').format(
                self.empty or _("There are no figures to show yet.")
            )
        return Markup(
            '<figure class="app-chart" id="{}"><figcaption class="nhsuk-heading-s">{}</figcaption>'
            "{}{}{}</figure>"
        ).format(self.name, self.title, self.svg(), self._note(), self._details())

    def svg(self) -> Markup:
        """The drawing alone."""
        drawing, height = self._bars(*self._legend())
        return Markup(
            '<svg class="app-chart__drawing" width="100%" height="{height}em" role="img"'
            ' aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
            '<title id="{name}-title">{title}</title><desc id="{name}-desc">{description}</desc>'
            "<defs>{patterns}</defs>{drawing}</svg>"
        ).format(
            height=_figure(height),
            name=self.name,
            title=self.title,
            description=self.description,
            patterns=Markup("").join(self._patterns()),
            drawing=drawing,
        )

    def table(self) -> Table:
        """The figures of the chart as a table."""
        return Table(
            caption=self.title,
            caption_size="s",
            name=f"{self.name}-table",
            columns=(
                Column(self.heading or _("Group")),
                *(Column(series.name, numeric=True) for series in self.series),
            ),
            rows=[
                [label, *(self._shown(series.values[place]) for series in self.series)]
                for place, label in enumerate(self.labels)
            ],
        )

    def _shown(self, value: float | None) -> str:
        return SUPPRESSED if value is None else f"{shown_number(value)}{self.unit}"

    def _patterns(self) -> Iterator[Markup]:
        marks = {
            2: '<path d="M0 0h3v8H0z"/>',
            3: '<circle cx="3" cy="3" r="1.6"/>',
            4: '<path d="M0 0h8v1.6H0zM0 0h1.6v8H0z"/>',
        }
        for number in range(2, len(self.series) + 1):
            turned = Markup(' patternTransform="rotate(45)"') if number == 2 else ""
            yield Markup(
                '<pattern id="{}-fill-{}" class="app-chart__pattern app-chart__pattern--{}"'
                ' width="8" height="8" patternUnits="userSpaceOnUse"{}>'
                '<rect width="8" height="8"/>{}</pattern>'
            ).format(self.name, number, number, turned, Markup(marks[number]))  # noqa: S704

    def _fill(self, number: int) -> Markup:
        """The attributes that fill a bar of a series; numbers begin at 1."""
        pattern = Markup(' fill="url(#{}-fill-{})"').format(self.name, number)
        return Markup('class="app-chart__bar app-chart__bar--{}"{}').format(
            number, pattern if number > 1 else ""
        )

    def _legend(self) -> tuple[Markup, float]:
        """The names of the series beside their fill, and the height that they take."""
        if len(self.series) == 1:
            return Markup(""), 0.0
        drawing = Markup("")
        top = 0.0
        for number, series in enumerate(self.series, start=1):
            drawing += Markup('<rect {} x="1" y="{}em" width="2em" height="1em"/>').format(
                self._fill(number), _figure(top + 0.25)
            )
            for line in wrap(str(series.name), LABEL_CHARACTERS - 6):
                drawing += _text("2.75em", top, line)
                top += LINE
        return drawing, top + GAP

    def _bars(self, drawing: Markup, top: float) -> tuple[Markup, float]:
        values = [value for series in self.series for value in series.values if value is not None]
        most = self.most if self.most is not None else max(values, default=0)
        for place, label in enumerate(self.labels):
            for line in wrap(str(label), LABEL_CHARACTERS) or [""]:
                drawing += _text("0", top, line, "app-chart__label")
                top += LINE
            for number, series in enumerate(self.series, start=1):
                drawing += self._bar(number, series.values[place], most, top)
                top += BAR
            top += GAP
        return drawing, top

    def _bar(self, number: int, value: float | None, most: float, top: float) -> Markup:
        width = LONGEST_BAR * min(1.0, (value or 0) / most) if most else 0.0
        bar = Markup('<rect {} x="1" y="{}em" width="{}%" height="{}em"/>').format(
            self._fill(number), _figure(top + 0.125), _figure(width), _figure(BAR - 0.25)
        )
        behind = Markup('<svg x="{}%" y="0" overflow="visible">{}</svg>').format(
            _figure(width), _text("0.5em", top, self._shown(value), "app-chart__value")
        )
        return (bar if width else Markup("")) + behind

    def _note(self) -> Markup:
        if not any(value is None for series in self.series for value in series.values):
            return Markup("")
        reason = self.suppressed or _("too few people to show without the risk of identifying them")
        return Markup('<p class="nhsuk-body-s">{} {}</p>').format(SUPPRESSED, reason)

    def _details(self) -> Markup:
        return nhs.details(
            {"summary": {"text": _("See these figures as a table")}, "html": self.table()}
        )


def bar_chart(
    *,
    title: Any,
    description: Any,
    labels: Sequence[Any],
    values: Sequence[float | None],
    measure: Any = None,
    **more: Any,
) -> GroupedBarChart:
    """Horizontal bars, one for each label; ``measure`` is the heading of the values' column.

    Takes the other parameters of ``GroupedBarChart``.
    """
    series = (Series(measure or _("Number"), values),)
    return GroupedBarChart(
        title=title, description=description, labels=labels, series=series, **more
    )


def _text(left: str, top: float, text: str, css: str = "app-chart__text") -> Markup:
    """One line of text; ``top`` is the upper edge of its line."""
    return Markup('<text class="{}" x="{}" y="{}em">{}</text>').format(
        css, left, _figure(top + 1.1), escape(text)
    )


def _figure(value: float) -> str:
    """A number for an attribute, the same on every machine."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
