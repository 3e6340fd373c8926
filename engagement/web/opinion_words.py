"""A map of opinions as pages tell it, to staff and to everyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from engagement.conversations.overview import MapRow, ShownStatement
from engagement.people.questions import BY_KEY
from engagement.web.activity_words import language_attributes

LISTS = (
    ("agree", _l("What all groups agree with")),
    ("disagree", _l("What all groups disagree with")),
    ("bridging", _l("What unites groups of opinion and groups of people")),
    ("divide", _l("What divides the groups most")),
    ("even", _l("What splits people most evenly")),
)


@dataclass(frozen=True)
class Line:
    """A statement with its figures, in words. ``words`` is empty where nobody is shown it now."""

    number: int
    words: str
    attributes: Markup
    told: str
    by_group: str
    contribution: str | None


@dataclass(frozen=True)
class Group:
    """A group of opinion: its letter and mark, how many it has, what tells it from the others."""

    name: str
    size: int
    lines: Sequence[Line]


@dataclass(frozen=True)
class Results:
    """A map as a page shows it: who took part, the drawing, groups, and lists of statements."""

    row: MapRow
    label: str
    drawing: Markup
    groups: Sequence[Group]
    lists: Sequence[tuple[Any, Sequence[Line]]]
    headings: Sequence[Any]
    stability: str


def numbers_in(row: MapRow) -> set[int]:
    """The numbers of all statements that a page about a map names."""
    figures = {int(key) for key in row.shown["figures"]}
    telling = {one["statement_id"] for group in row.shown["groups"] for one in group["telling"]}
    return figures | telling


def results(row: MapRow, statements: Mapping[int, ShownStatement]) -> Results:
    """A map in words; ``statements`` are those that may be read now, by their numbers."""

    def line(number: int, told: str, by_group: str = "") -> Line:
        one = statements.get(number)
        language = language_attributes(one.language if one else "")
        words = one.text if one else ""
        return Line(number, words, language, told, by_group, one.contribution if one else None)

    shown = row.shown
    return Results(
        row,
        label_of(row),
        Markup(row.drawing),  # noqa: S704 - the method's own drawing, without a word of anybody
        [
            Group(
                group["name"],
                group["size"],
                [line(one["statement_id"], _telling(one)) for one in group["telling"]],
            )
            for group in shown["groups"]
        ],
        [(heading, _lines(shown, name, line)) for name, heading in LISTS],
        [BY_KEY[one["heading"]].title for one in shown["declared"] if one["counted"]],
        _stability(shown),
    )


def label_of(row: MapRow) -> str:
    """What stands at every figure: who, how many, how they came, and what that means."""
    return str(
        _(
            "Of %(people)s who answered, each a person or a browser. Everyone could take part, and"
            " people chose themselves: this is not a sample of residents.",
            people=f"{row.people:,}",
        )
    )


def _lines(shown: Mapping[str, Any], name: str, line: Callable[..., Line]) -> list[Line]:
    figures = (shown["figures"][str(number)] for number in shown["lists"][name])
    return [line(one["statement_id"], _told(one), _by_group(one)) for one in figures]


def _told(one: Mapping[str, Any]) -> str:
    low, high = one["agree_interval"]
    return str(
        _(
            "%(agree)s of %(seen)s agree (%(low)s to %(high)s), %(disagree)s disagree,"
            " %(passed)s pass",
            agree=f"{one['agree']:,}",
            seen=f"{one['seen']:,}",
            low=_percent(low),
            high=_percent(high),
            disagree=f"{one['disagree']:,}",
            passed=f"{one['pass']:,}",
        )
    )


def _by_group(one: Mapping[str, Any]) -> str:
    parts = [
        _(
            "group %(name)s: %(agree)s of %(seen)s agree, %(disagree)s disagree",
            name=group["name"],
            agree=f"{group['agree']:,}",
            seen=f"{group['seen']:,}",
            disagree=f"{group['disagree']:,}",
        )
        for group in one["groups"]
    ]
    return "; ".join(parts)


def _telling(one: Mapping[str, Any]) -> str:
    low, high = one["interval"]
    numbers = {
        "votes": f"{one['votes']:,}",
        "seen": f"{one['seen']:,}",
        "low": _percent(low),
        "high": _percent(high),
        "others": f"{one['others']:,}",
        "others_seen": f"{one['others_seen']:,}",
    }
    if one["side"] == "agree":
        return str(
            _(
                "%(votes)s of %(seen)s agree (%(low)s to %(high)s); of the others %(others)s of"
                " %(others_seen)s",
                **numbers,
            )
        )
    return str(
        _(
            "%(votes)s of %(seen)s disagree (%(low)s to %(high)s); of the others %(others)s of"
            " %(others_seen)s",
            **numbers,
        )
    )


def _stability(shown: Mapping[str, Any]) -> str:
    if shown["stability"] is None or not shown["groups"]:
        return ""
    return str(
        _(
            "Made again from halves of the people, the groups agree by %(mean)s on average and by"
            " %(lowest)s at the least, where 1 is the same and 0 is chance.",
            mean=f"{shown['stability']:.2f}",
            lowest=f"{shown['stability_of_halves']['lowest']:.2f}",
        )
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
