"""The chain, for everyone: from somebody's words to the answer, and back, a page for each link."""

from __future__ import annotations

from flask import abort, render_template
from flask_babel import gettext as _

from engagement.insight.evidence import find_said, quotes_of
from engagement.insight.queries import (
    PriorityRow,
    find_priority,
    find_theme,
    last_analysis,
    list_priorities,
    priorities_of_theme,
)
from engagement.places.indicators import IndicatorValueRow, indicator_values
from engagement.programmes.queries import ProgrammeName, find_published_name
from engagement.strategy.queries import (
    find_draft,
    find_paragraph,
    list_drafts,
    paragraphs_of,
    responses_to,
    uses_of,
)
from engagement.web.access import anyone
from engagement.web.kit import Column, Table
from engagement.web.public.door import public
from engagement.web.words import ANSWER_COLOUR, ANSWER_TEXT, CHANNEL_TEXT, RELATION_TEXT

QUOTES = 6


def _programme(public_id: str) -> ProgrammeName:
    return find_published_name(public_id) or abort(404)


@public.get("/p/<slug>/programmes/<public_id>/found")
@anyone
def found(public_id: str) -> str:
    """What was found: the priorities, with how many spoke of each and what was answered."""
    programme = _programme(public_id)
    priorities = list_priorities(programme.id, published=True)
    return render_template(
        "public/found.html",
        programme=programme,
        priorities=priorities,
        responses=responses_to([one.id for one in priorities]),
        drafts=list_drafts(programme.id, published=True),
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
    )


def _priority(programme: ProgrammeName, public_id: str) -> PriorityRow:
    priority = find_priority(programme.id, public_id)
    if priority is None or priority.published_at is None:
        abort(404)
    return priority


@public.get("/p/<slug>/programmes/<public_id>/priorities/<priority_id>")
@anyone
def priority(public_id: str, priority_id: str) -> str:
    """A priority: its themes and quotes to the left, paragraphs and answer to the right."""
    programme = _programme(public_id)
    one = _priority(programme, priority_id)
    quotes = quotes_of([theme.id for theme in one.themes], 1)
    return render_template(
        "public/priority.html",
        programme=programme,
        priority=one,
        quotes=[quote for theme in one.themes for quote in quotes.get(theme.id, [])],
        uses=uses_of([one.id], published=True).get(one.id, []),
        response=responses_to([one.id]).get(one.id),
        figures=(beside := figures_beside(one)),
        figure_table=figure_table(beside),
        sources=list(dict.fromkeys(row.source for row in beside)),
        relation_text=RELATION_TEXT,
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
    )


def figure_table(rows: list[IndicatorValueRow]) -> Table:
    """A published figure of each period."""
    return Table(
        caption=_("Published figure"),
        caption_hidden=True,
        columns=[
            Column(_("Figure")),
            Column(_("Area")),
            Column(_("Period")),
            Column(_("Value"), numeric=True),
            Column(_("Unit")),
        ],
        rows=[[row.name, row.place, row.period, row.value, row.unit] for row in rows],
    )


def figures_beside(priority: PriorityRow) -> list[IndicatorValueRow]:
    """The published figure that is shown beside a priority, one row for each period."""
    if not priority.indicator or not priority.indicator_place:
        return []
    return indicator_values(priority.indicator_place, priority.indicator)


@public.get("/p/<slug>/programmes/<public_id>/priorities/<priority_id>/answer")
@anyone
def answer(public_id: str, priority_id: str) -> str:
    """The answer to a priority, or a word that there is none yet."""
    programme = _programme(public_id)
    one = _priority(programme, priority_id)
    return render_template(
        "public/answer.html",
        programme=programme,
        priority=one,
        response=responses_to([one.id]).get(one.id),
        uses=uses_of([one.id], published=True).get(one.id, []),
        relation_text=RELATION_TEXT,
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
    )


@public.get("/p/<slug>/programmes/<public_id>/themes/<theme_id>")
@anyone
def theme(public_id: str, theme_id: str) -> str:
    """A theme: what people said under it, and the priorities that rest on it."""
    programme = _programme(public_id)
    one = find_theme(programme.id, theme_id) or abort(404)
    # Seen by everyone once an officer has put a priority forward that rests on it.
    priorities = priorities_of_theme(one.id) or abort(404)
    return render_template(
        "public/theme.html",
        programme=programme,
        theme=one,
        quotes=quotes_of([one.id], QUOTES).get(one.id, []),
        priorities=priorities,
        channel_text=CHANNEL_TEXT,
    )


@public.get("/p/<slug>/programmes/<public_id>/words/<contribution_id>")
@anyone
def words(public_id: str, contribution_id: str) -> str:
    """What somebody said, who agreed to be quoted, and the themes that it is under."""
    programme = _programme(public_id)
    row = find_said(programme.id, contribution_id) or abort(404)
    return render_template(
        "public/words.html", programme=programme, said=row, channel_text=CHANNEL_TEXT
    )


@public.get("/p/<slug>/programmes/<public_id>/drafts/<draft_id>")
@anyone
def draft(public_id: str, draft_id: str) -> str:
    """A draft of the strategy, with what each paragraph rests on."""
    programme = _programme(public_id)
    one = find_draft(programme.id, draft_id)
    if one is None or one.published_at is None:
        abort(404)
    return render_template(
        "public/draft.html",
        programme=programme,
        draft=one,
        paragraphs=paragraphs_of(one),
        relation_text=RELATION_TEXT,
    )


@public.get("/p/<slug>/programmes/<public_id>/paragraphs/<paragraph_id>")
@anyone
def paragraph(public_id: str, paragraph_id: str) -> str:
    """A paragraph of the strategy: the priorities that it takes up, and their answers."""
    programme = _programme(public_id)
    pair = find_paragraph(programme.id, paragraph_id, published=True)
    if pair is None:
        abort(404)
    return render_template(
        "public/paragraph.html",
        programme=programme,
        draft=pair[0],
        paragraph=pair[1],
        links=[link for link in pair[1].links if link.published_at],
        relation_text=RELATION_TEXT,
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
    )


@public.get("/p/<slug>/programmes/<public_id>/method")
@anyone
def method(public_id: str) -> str:
    """The method card: how themes were found, on what, and what the figures do not say."""
    programme = _programme(public_id)
    return render_template(
        "public/method.html", programme=programme, analysis=last_analysis(programme.id)
    )
