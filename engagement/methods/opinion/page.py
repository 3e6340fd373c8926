"""The map with a list that says the same, as one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from engagement.methods.opinion.drawing import draw_svg
from engagement.methods.opinion.results import Opinions

MOST_LISTED = 10
STYLE = (
    "body{font:1.1875rem/1.5 Arial,sans-serif;color:#212b32;background:#fff;margin:0 auto;"
    "padding:1rem;max-width:46rem;overflow-wrap:anywhere}h1{line-height:1.2}h2{margin-top:2.5rem}"
    "svg{width:100%;height:auto}li{margin-bottom:.75rem}dt{font-weight:bold}dd{margin:0 0 .75rem}"
    ".figures{display:block;color:#4c6272}"
)
Record = Mapping[str, Any]


def draw_record(opinions: Opinions, record: Record) -> str:
    """The SVG map of a record, its groups named with their size."""
    return draw_svg(opinions, "Opinion map", describe(record), list(map(_name, record["groups"])))


def describe(record: Record) -> str:
    """What the map shows, in words."""
    if not record["groups"]:
        return "No map: too few people voted on enough statements."
    sizes = [
        f"{group['size']:,} in group {group['name']} ({group['mark']})"
        for group in record["groups"]
    ]
    return (
        f"{record['grouped']:,} people, those who voted alike close together: {_all(sizes)}. "
        "A mark stands for one person or more; those far outside are drawn at the edge. "
        "Directions and distances have no unit."
    )


def write_page(svg: str, record: Record) -> str:
    """The page: map, what it shows in words, groups and statements as lists, how it was made."""
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Opinion map</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
            "<h1>Opinion map</h1>",
            f"<p>{record['participants']:,} people gave {record['votes']:,} votes on "
            f"{record['statements']:,} statements.</p>",
            *_notes(record["notes"]),
            "<h2>The map</h2>",
            svg,
            f"<p>{escape(describe(record))}</p>",
            *_groups(record),
            *_statements(record),
            *_how(record),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _notes(notes: Sequence[str]) -> Iterator[str]:
    if notes:
        yield "<h2>What to know before reading</h2>\n<ul>"
        yield from (f"<li>{escape(note)}</li>" for note in notes)
        yield "</ul>"


def _groups(record: Record) -> Iterator[str]:
    if not record["groups"]:
        return
    yield "<h2>The groups</h2>"
    for group in record["groups"]:
        yield f"<h3>{_name(group)}</h3>"
        if group["telling"]:
            yield "<p>What most of them say, and more of them than of the others:</p>"
            yield from _items(map(_telling, group["telling"]))
        elif len(record["groups"]) > 1:
            yield "<p>No statement tells this group from the others with enough certainty.</p>"
    if record["stability"] is not None:
        yield (
            f"<p>Made again from halves of the people, the groups agree by "
            f"{record['stability']:.2f} on average (1: the same, 0: as by chance), "
            f"{record['stability_of_halves']['lowest']:.2f} at the least.</p>"
        )


def _telling(one: Record) -> str:
    low, high = one["interval"]
    return (
        f"{_words(one)} <span class='figures'>{one['votes']:,} of {one['seen']:,} {one['side']} "
        f"({_percent(low)} to {_percent(high)}); of the others "
        f"{one['others']:,} of {one['others_seen']:,}</span>"
    )


def _statements(record: Record) -> Iterator[str]:
    by_id = {one["statement_id"]: one for one in record["consensus"]}
    told = [one for one in record["consensus"] if not one["too_few_votes"]]
    against = sorted(told, key=lambda one: -one["score_against"])
    for heading, places in (
        ("What all groups agree with", [one for one in told if one["score"] > 0.5]),
        (
            "What all groups disagree with",
            [one for one in against if one["score_against"] > 0.5],
        ),
        (
            "What divides the groups most",
            [by_id[one["statement_id"]] for one in record["differences"]],
        ),
        (
            "What splits people most evenly",
            [by_id[one["statement_id"]] for one in record["splits"]],
        ),
    ):
        yield from _list(heading, map(_shares, places[:MOST_LISTED]))
    if record["declared"]:
        headings = [f"“{escape(one['heading'])}”" for one in record["declared"] if one["counted"]]
        if headings:
            best = [by_id[one["statement_id"]] for one in record["bridging"]]
            best = [one for one in best if not one["too_few_votes"]]
            heading = f"What unites opinion groups and the groups of {_all(headings)}"
            yield from _list(heading, map(_shares, best[:MOST_LISTED]))


def _shares(one: Record) -> str:
    low, high = one["agree_interval"]
    groups = "; ".join(
        f"group {group['name']}: {group['agree']:,} of {group['seen']:,} agree, "
        f"{group['disagree']:,} disagree"
        for group in one["groups"]
    )
    return (
        f"{_words(one)} <span class='figures'>{one['agree']:,} of {one['seen']:,} agree "
        f"({_percent(low)} to {_percent(high)}), {one['disagree']:,} disagree"
        f"{'; ' if groups else ''}{groups}</span>"
    )


def _how(record: Record) -> Iterator[str]:
    method = record["method"]
    shown = sum(record["explained"])
    yield "<h2>How it was made</h2>"
    yield (
        f"<p>{escape(method['name'])}, version {escape(method['version'])}. The map shows "
        f"{_percent(shown)} of the differences between votes. Whoever voted on fewer than "
        f"{method['least_votes_to_be_grouped']} statements is in no group; no group has fewer than "
        f"{method['least_people_in_a_group']} people. Shares in brackets are 95% intervals. "
        "People chose themselves to take part: the groups are those of the people who voted, "
        "and their sizes are not those in the population.</p>"
    )


def _list(heading: str, items: Any) -> Iterator[str]:
    listed = list(items)
    if listed:
        yield f"<h2>{heading}</h2>"
        yield from _items(listed)


def _items(items: Any) -> Iterator[str]:
    yield "<ol>"
    for item in items:
        yield f"<li>{item}</li>"
    yield "</ol>"


def _words(one: Record) -> str:
    """A statement as it may stand in a page, without signs that no page may hold."""
    number = escape(str(one["statement_id"]))
    text = "".join(sign for sign in one["text"] if sign.isprintable())
    return f"{escape(text)} (statement {number})" if text else f"Statement {number}"


def _name(group: Record) -> str:
    return f"Group {group['name']}: {group['size']:,} people"


def _all(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
