"""What a survey found as pages tell it: charts with their tables, and what changed, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from engagement.methods.change.intervals import Estimate
from engagement.surveys import results
from engagement.surveys.queries import SurveyRow
from engagement.surveys.results import Change, Finding, Reached, Stayed, Trend, reached_by
from engagement.surveys.rules import Kind
from engagement.web.kit import Column, Table
from engagement.web.kit.charts import GroupedBarChart, Series


@dataclass(frozen=True)
class Shown:
    """A question with what was found: a chart, or a sentence where there is nothing to draw."""

    title: str
    label: str
    chart: GroupedBarChart | None
    words: str


@dataclass(frozen=True)
class ShownTrend:
    """A question in two waves: among all who answered each, and among the same people."""

    title: str
    everybody: Table
    matched: Table | None


@dataclass(frozen=True)
class Results:
    """All that the page of results shows; ``before`` is the wave that it is compared with."""

    who: str
    questions: Sequence[Shown]
    before: str
    stayed: str
    trends: Sequence[ShownTrend]


def results_of(survey: SurveyRow) -> Results:
    """The results of a survey, with what changed since the wave before."""
    key = survey.id
    assert key is not None
    found = results.results_of(key, survey.before_id)
    return Results(
        who=_who(survey, reached_by(key)),
        questions=[_shown(number, one) for number, one in enumerate(found.findings, start=1)],
        before=survey.before_title,
        stayed=_stayed(found.stayed) if found.stayed else "",
        trends=[_shown_trend(number, one) for number, one in enumerate(found.trends, start=1)],
    )


def _number(count: int | None) -> str:
    return _("too few to show") if count is None else str(count)


def _who(survey: SurveyRow, reached: Reached) -> str:
    """Who answered, how many, how they were asked, and for whom the figures do not speak."""
    if survey.asked_only:
        words = _(
            "Members of a panel: invited %(invited)s, opened it %(begun)s, answered %(sent)s.",
            invited=_number(reached.invited),
            begun=_number(reached.begun),
            sent=_number(reached.sent),
        )
    else:
        words = _(
            "Open to everyone: opened it %(begun)s, answered %(sent)s.",
            begun=_number(reached.begun),
            sent=_number(reached.sent),
        )
        if reached.invited != 0:
            words += " " + _(
                "Members of a panel who were asked: %(invited)s, of whom answered %(answered)s.",
                invited=_number(reached.invited),
                answered=_number(reached.invited_sent),
            )
    return f"{words} {_('Not weighted. They speak for those who answered, not for all residents.')}"


def _stayed(stayed: Stayed) -> str:
    """How many of those who answered before are still there, and what follows from it."""
    return str(
        _(
            "Answered then: %(before)s. Of those, answered again: %(again)s, and did not:"
            " %(gone)s. Who stays can think otherwise than who leaves, so the same people are"
            " compared apart.",
            before=_number(stayed.before),
            again=_number(stayed.again),
            gone=_number(stayed.gone),
        )
    )


def _shown(number: int, one: Finding) -> Shown:
    title = f"{number}. {one.asked.text}"
    label = _("Answered by %(people)s.", people=_number(one.people))
    if one.asked.kind is Kind.TEXT:
        return Shown(title, label, None, _("Own words are with everything else that people said."))
    if one.asked.kind is Kind.NUMBER:
        if one.middle is None:
            return Shown(title, label, None, _("Too few answered to show a figure."))
        unit = one.asked.unit
        words = _("Half of them said %(middle)s or fewer.", middle=f"{one.middle:g} {unit}".strip())
        return Shown(title, label, None, words)
    several = {
        Kind.MULTIPLE: _("People could choose several."),
        Kind.RANKING: _("How many put each first."),
    }.get(one.asked.kind, "")
    description = " ".join(
        _("%(option)s: %(share)s.", option=line.text, share=_share(line.share))
        for line in one.lines
    )
    chart = GroupedBarChart(
        title=_("Answers"),
        description=description,
        labels=[line.text for line in one.lines],
        series=[
            Series(
                _("Of those who answered"),
                [None if line.share is None else round(100 * line.share) for line in one.lines],
            )
        ],
        name=f"q{number}",
        heading=_("Answer"),
        unit="%",
        most=100,
        suppressed=_("Too few to show."),
    )
    return Shown(title, label, chart, several)


def _share(share: float | None) -> str:
    return _("too few to show") if share is None else f"{share:.0%}"


def _shown_trend(number: int, one: Trend) -> ShownTrend:
    people = tuple(map(_number, one.people))
    everybody = _table(
        one.everybody,
        _("All who answered: %(before)s then, %(after)s now", before=people[0], after=people[1]),
        f"all-{number}",
    )
    matched = None
    if one.matched_people:
        caption = _("The same %(people)s people both times", people=one.matched_people)
        matched = _table(one.matched, caption, f"same-{number}")
    return ShownTrend(one.asked.text, everybody, matched)


def _table(changes: Sequence[Change], caption: str, name: str) -> Table:
    return Table(
        caption=caption,
        name=name,
        columns=[
            Column(_("Answer")),
            Column(_("Then"), numeric=True),
            Column(_("Now"), numeric=True),
            Column(_("Change"), numeric=True),
        ],
        rows=[
            [one.text, _share(one.before), _share(one.after), _change(one.change)]
            for one in changes
        ],
    )


def _change(change: Estimate | None) -> str:
    if change is None:
        return "–"
    points = [round(100 * one) for one in (change.value, change.low, change.high)]
    words: str = _(
        "%(change)+d points (%(low)+d to %(high)+d)",
        change=points[0],
        low=points[1],
        high=points[2],
    )
    return words
