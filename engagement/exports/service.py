"""Use cases of exports: the priority summary and the chain, as files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from engagement.audit.service import record
from engagement.contributions.queries import all_contributions, count_corpus
from engagement.database.clock import day_of
from engagement.database.tenancy import current_partnership_id
from engagement.database.transactions import transactional
from engagement.documents.sheets import Cell, write_csv
from engagement.documents.word import WordFile
from engagement.exports.rules import COLUMNS, Answered, Figure, PriorityLine, Summary, UsedIn
from engagement.files.service import FileRow, keep_file
from engagement.insight.evidence import Quote, evidence_of, quotes_of
from engagement.insight.queries import PriorityRow, last_analysis, list_priorities
from engagement.partnerships.queries import partnership_by_key
from engagement.places.indicators import indicator_values
from engagement.programmes.queries import ProgrammeRow
from engagement.strategy.queries import ResponseRow, UseRow, responses_to, uses_of

QUOTES_SHOWN = 3
KEEP = timedelta(days=30)
CSV, WORD = "text/csv", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

AddressOf = Callable[[str], str]
"""Makes the address of a priority's page from its public id."""


def read_summary(programme: ProgrammeRow, address_of: AddressOf) -> Summary:
    """All priorities of a programme with their evidence and answers, as they stand now."""
    priorities = list_priorities(programme.id)
    keys = [priority.id for priority in priorities]
    quotes = quotes_of([theme.id for one in priorities for theme in one.themes], QUOTES_SHOWN)
    uses, responses = uses_of(keys), responses_to(keys)
    corpus, analysis = count_corpus(programme.id), last_analysis(programme.id)
    return Summary(
        partnership=partnership_by_key(current_partnership_id()).name,
        programme=programme.name,
        question=programme.remit.question,
        contributions=corpus.contributions,
        participants=corpus.participants,
        analysed_on=day_of(analysis.created_at) if analysis else None,
        run=analysis.run_public_id if analysis else "",
        method=f"{analysis.method}, {analysis.version}" if analysis else "",
        corpus_fingerprint=analysis.fingerprint if analysis else "",
        priorities=[
            _line(one, quotes, uses.get(one.id, []), responses.get(one.id), address_of)
            for one in priorities
        ],
    )


def _line(
    priority: PriorityRow,
    quotes: dict[int, list[Quote]],
    uses: list[UseRow],
    response: ResponseRow | None,
    address_of: AddressOf,
) -> PriorityLine:
    by_theme = [quotes.get(theme.id, []) for theme in priority.themes]
    # The most central of each theme first, then the second of each.
    in_turn = [
        held[place] for place in range(QUOTES_SHOWN) for held in by_theme if place < len(held)
    ]
    return PriorityLine(
        number=priority.number,
        title=priority.title,
        statement=priority.statement,
        themes=tuple(theme.title for theme in priority.themes),
        contributions=priority.reach.contributions,
        participants=priority.reach.participants,
        quotes=tuple(quote.words for quote in in_turn[:QUOTES_SHOWN]),
        figures=_figures(priority),
        used_in=tuple(
            UsedIn(
                use.draft_title, use.version, use.reference, use.text, use.relation, use.suggested
            )
            for use in uses
        ),
        answered=Answered(
            response.answer, response.reason, response.owner, response.due_on, response.progress
        )
        if response
        else None,
        address=address_of(priority.public_id),
    )


def _figures(priority: PriorityRow) -> tuple[Figure, ...]:
    """The published figure beside a priority, one for each period."""
    if not priority.indicator or not priority.indicator_place:
        return ()
    return tuple(
        Figure(
            *(row.name, row.place, row.period, f"{row.value:,.10g}", row.unit),
            *(row.source.title, row.source.publisher, row.source.vintage, row.source.licence),
            row.source.sha256,
        )
        for row in indicator_values(priority.indicator_place, priority.indicator)
    )


def summary_csv(summary: Summary) -> bytes:
    """The summary as a table, one row a priority."""
    headings = [
        *("number", "priority", "statement", "themes", "contributions", "participants"),
        *("contributions_in_corpus", "participants_in_corpus"),
        *(f"quote_{place + 1}" for place in range(QUOTES_SHOWN)),
        *(
            "published_figures",
            "paragraphs",
            "answer",
            "reason",
            "owner",
            "due_on",
            "progress",
            "address",
        ),
        *("analysed_on", "run", "method", "corpus_sha256", "content_sha256"),
    ]
    fingerprint = summary.fingerprint()
    rows: list[list[Cell]] = []
    for one in summary.priorities:
        quotes = [*one.quotes, *[""] * (QUOTES_SHOWN - len(one.quotes))]
        answer = one.answered
        rows.append(
            [
                *(one.number, one.title, one.statement, "; ".join(one.themes)),
                *(one.contributions, one.participants),
                *(summary.contributions, summary.participants),
                *quotes,
                "; ".join(_figure_in_words(figure) for figure in one.figures),
                "; ".join(_use_in_words(use) for use in one.used_in),
                *(
                    (answer.answer, answer.reason, answer.owner, answer.due_on, answer.progress)
                    if answer
                    else ("", "", "", None, "")
                ),
                *(one.address, summary.analysed_on, summary.run, summary.method),
                *(summary.corpus_fingerprint, fingerprint),
            ]
        )
    return write_csv(headings, rows)


def _figure_in_words(figure: Figure) -> str:
    return str(
        _(
            "%(name)s, %(place)s, %(period)s: %(value)s %(unit)s (%(source)s, %(publisher)s,"
            " %(vintage)s; %(licence)s; SHA-256 of the file %(sha256)s)",
            **asdict(figure),
        )
    )


def _use_in_words(use: UsedIn) -> str:
    words = _(
        "%(draft)s §%(reference)s (version %(version)d): %(relation)s",
        draft=use.draft,
        reference=use.reference,
        version=use.version,
        relation=use.relation,
    )
    return f"{words} ({_('suggested, not confirmed')})" if use.suggested else str(words)


def summary_word(summary: Summary) -> bytes:
    """The summary as a Word document for a board."""
    word = WordFile(
        str(_("Priorities: %(programme)s", programme=summary.programme)),
        author=summary.partnership,
    )
    word.paragraph(summary.question)
    word.heading(str(_("How to read the figures")))
    word.paragraph(
        str(
            _(
                "%(contributions)s contributions by %(participants)s participants stand behind this"
                " summary. They are from people who chose to take part: they do not stand for"
                " everyone. A file that does not tell its respondents apart counts each row as a"
                " participant. Quotes are only of people who agreed to be quoted.",
                contributions=f"{summary.contributions:,}",
                participants=f"{summary.participants:,}",
            )
        )
    )
    word.table(
        [str(_("Priority")), str(_("Contributions")), str(_("Participants")), str(_("Answer"))],
        [
            (
                f"{one.number}. {one.title}",
                f"{one.contributions:,}",
                f"{one.participants:,}",
                one.answered.answer if one.answered else str(_("not answered yet")),
            )
            for one in summary.priorities
        ],
    )
    for one in summary.priorities:
        _write_priority(word, one)
    word.heading(str(_("What this rests on")))
    for name, value in (
        (_("Method"), summary.method),
        (_("Analysed on"), summary.analysed_on or ""),
        (_("Run"), summary.run),
        (_("Fingerprint of the corpus (SHA-256)"), summary.corpus_fingerprint),
        (_("Fingerprint of this content (SHA-256)"), summary.fingerprint()),
    ):
        word.paragraph(f"{name}: {value}")
    return word.content()


def _write_priority(word: WordFile, one: PriorityLine) -> None:
    word.heading(f"{one.number}. {one.title}")
    if one.statement:
        word.paragraph(one.statement)
    word.paragraph(
        str(
            _(
                "%(contributions)s by %(participants)s spoke of it, under the themes: %(themes)s.",
                contributions=ngettext(
                    "%(num)d contribution", "%(num)d contributions", one.contributions
                ),
                participants=ngettext(
                    "%(num)d participant", "%(num)d participants", one.participants
                ),
                themes="; ".join(one.themes),
            )
        )
    )
    if one.quotes:
        word.heading(str(_("In their words")), 2)
        for quote in one.quotes:
            word.paragraph(f"“{quote}”", "Quote")
    if one.figures:
        word.heading(str(_("A published figure beside it")), 2)
        for figure in one.figures:
            word.paragraph(_figure_in_words(figure), "List Bullet")
    word.heading(str(_("In the strategy")), 2)
    for use in one.used_in:
        word.paragraph(f"{_use_in_words(use)}. “{use.text}”", "List Bullet")
    if not one.used_in:
        word.paragraph(str(_("No paragraph takes it up.")))
    word.heading(str(_("Answer")), 2)
    answer = one.answered
    if answer:
        word.paragraph(f"{answer.answer.capitalize()}. {answer.reason}")
        word.paragraph(str(_("Owner: %(owner)s", owner=answer.owner)))
        if answer.due_on:
            word.paragraph(str(_("Due on: %(day)s", day=answer.due_on.isoformat())))
        if answer.progress:
            word.paragraph(str(_("Progress: %(progress)s", progress=answer.progress)))
    else:
        word.paragraph(str(_("Not answered yet.")))
    word.paragraph(one.address)


CHAIN_HEADINGS = (
    *("contribution", "words", "said_on", "channel", "theme", "priority", "priority_title"),
    *("draft", "paragraph", "relation", "answer", "reason", "owner", "due_on"),
)


def chain_csv(programme: ProgrammeRow) -> bytes:
    """The chain as one table: a row for each passage under a theme that a priority rests on, and
    each paragraph that takes the priority up. Words that may not be quoted are left out."""
    priorities = list_priorities(programme.id)
    keys = [priority.id for priority in priorities]
    uses, responses = uses_of(keys), responses_to(keys)
    rows: list[list[Cell]] = []
    for one in priorities:
        response = responses.get(one.id)
        ending: list[list[Cell]] = [
            [use.draft_title, use.reference, use.relation] for use in uses.get(one.id, [])
        ] or [["", "", ""]]
        answer: list[Cell] = (
            [response.answer, response.reason, response.owner, response.due_on]
            if response
            else ["", "", "", None]
        )
        for point in evidence_of(one.id):
            rows += [
                [
                    *(point.contribution, point.words, point.said_on, point.channel),
                    *(point.theme, one.number, one.title, *end, *answer),
                ]
                for end in ending
            ]
    return write_csv(CHAIN_HEADINGS, rows)


@dataclass(frozen=True)
class Made:
    """The files of an export, and the fingerprint of the summary's content."""

    files: tuple[FileRow, ...]
    fingerprint: str


@transactional
def make_summary(programme: ProgrammeRow, address_of: AddressOf) -> Made:
    """Write the priority summary and the chain, to be fetched for 30 days."""
    summary = read_summary(programme, address_of)
    fingerprint = summary.fingerprint()
    files = tuple(
        keep_file(programme.public_id, name, kind, [content], KEEP)
        for name, kind, content in (
            ("priorities.csv", CSV, summary_csv(summary)),
            ("priorities.docx", WORD, summary_word(summary)),
            ("chain.csv", CSV, chain_csv(programme)),
        )
    )
    record(
        "summary.exported",
        "programme",
        programme.public_id,
        facts={
            "content": fingerprint,
            "files": {file.name: file.sha256 for file in files},
            "run": summary.run,
        },
    )
    return Made(files, fingerprint)


@dataclass(frozen=True)
class CorpusFile:
    """A whole corpus as a file."""

    name: str
    media_type: str
    content: bytes


def _corpus(programme_id: int, public_id: str) -> list[dict[str, Cell]]:
    """Every contribution as the published schema describes it."""
    return [
        {
            "id": row.public_id,
            "programme": public_id,
            "activity": row.activity,
            "text": row.text,
            "language": row.language,
            "translation": row.translation,
            "said_on": row.said_on,
            "received_on": row.received_on,
            "place": row.place_name,
            "place_code": row.place_code,
            "method": row.method,
            "channel": row.channel,
            "prompt": row.prompt,
            "data_card": row.data_card,
            "may_quote": row.may_quote,
            "consent": row.consent_how,
            "speaker": row.speaker,
            "counts_as_resident": row.of_resident,
            "speaks_for": row.speaks_for,
            "asked_people": row.asked_people,
            "asked_how": row.asked_how,
            "state": row.state,
            "state_reason": row.state_reason,
            "participant": row.participant,
            "source": row.source,
            "source_ref": row.source_ref,
            "people": row.people,
            "interpreted": row.interpreted,
        }
        for row in all_contributions(programme_id)
    ]


@transactional
def export_corpus(programme_id: int, public_id: str, *, as_json: bool) -> CorpusFile:
    """A programme's whole corpus, as JSON of the published schema or as CSV of its columns."""
    corpus = _corpus(programme_id, public_id)
    if as_json:
        text = json.dumps(corpus, ensure_ascii=False, indent=1, default=str)
        file = CorpusFile("contributions.json", "application/json", text.encode())
    else:
        table = write_csv(COLUMNS, [list(row.values()) for row in corpus])
        file = CorpusFile("contributions.csv", CSV, table)
    record(
        "corpus.exported",
        "programme",
        public_id,
        facts={
            "file": file.name,
            "rows": len(corpus),
            "sha256": hashlib.sha256(file.content).hexdigest(),
        },
    )
    return file
