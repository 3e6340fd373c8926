"""A whole programme by one command: from a file of comments to a summary for a board."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask

from engagement import create_app
from engagement.audit.service import OPERATOR, acting_as
from engagement.cli.db import make_tables
from engagement.cli.outputs import BAD_INPUT, whole_folder
from engagement.config import Config
from engagement.contributions import importing as contributions
from engagement.contributions.errors import FileUnreadable
from engagement.contributions.rules import Channel
from engagement.contributions.table import Copies, Part, Reading
from engagement.database import clock, tenancy
from engagement.documents.sheets import Fault
from engagement.exports.service import make_summary
from engagement.files.service import read_kept
from engagement.insight import service as insight
from engagement.insight.queries import list_themes
from engagement.insight.service import PriorityPlan
from engagement.jobs.execution import carry_out
from engagement.partnerships.service import create_partnership
from engagement.programmes.queries import ProgrammeRow, find_programme
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import create_programme
from engagement.runs.queries import get_run
from engagement.runs.rules import RunState
from engagement.strategy import service as strategy
from engagement.strategy.errors import NothingInDraft, NotMarkdown
from engagement.strategy.queries import paragraphs_of_programme
from engagement.strategy.rules import Relation, suggest_links

FAULTS_SHOWN = 100
COLUMNS = {
    "reference_column": Part.REFERENCE,
    "respondent_column": Part.RESPONDENT,
    "date_column": Part.SAID_ON,
    "place_column": Part.PLACE,
    "channel_column": Part.CHANNEL,
    "prompt_column": Part.PROMPT,
    "quote_column": Part.MAY_QUOTE,
    "speaker_column": Part.SPEAKER,
}
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("run-programme")
@click.option("--comments", type=_file, required=True, help="CSV file, one comment a row.")
@click.option("--text-column", required=True, help="The column that holds the words.")
@click.option("--reference-column", help="The column that tells rows apart.")
@click.option("--respondent-column", help="The column that tells people apart.")
@click.option("--date-column", help="The column that says when.")
@click.option("--place-column", help="The column that says where.")
@click.option("--channel-column", help="The column that says by which channel.")
@click.option("--prompt-column", help="The column that holds what people were asked.")
@click.option("--quote-column", help="A column of yes and no: may the words be quoted?")
@click.option("--speaker-column", help="A column of resident and professional.")
@click.option("--said-on", type=click.DateTime(["%Y-%m-%d"]), help="When, without a column.")
@click.option("--place", default="not recorded", help="Where, without a column.")
@click.option(
    "--may-quote", is_flag=True, help="Everybody agreed to be quoted, where no column says."
)
@click.option("--draft", type=_file, help="The strategy draft as Markdown.")
@click.option("--name", default="Programme", help="What the programme is called.")
@click.option("--question", default="What did people tell us?", help="What was asked.")
@click.option(
    "--priorities",
    type=click.IntRange(1, 60),
    default=5,
    show_default=True,
    help="How many of the largest themes become priorities.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the files.",
)
def run_programme(comments: Path, text_column: str, out: Path, **options: Any) -> None:
    """Take comments, find themes, make priorities, link a draft, write the files for a board.

    It works in a database of its own that is gone afterwards: what stays is in the folder OUT. The
    priorities are the largest themes under the method's own names, and links to paragraphs are
    suggested from words in common: a person should look at both. Nothing is answered yet. All files
    are written, or none.
    """
    reading = Reading(
        {
            Part.TEXT: text_column,
            **{part: options[name] for name, part in COLUMNS.items() if options[name]},
        },
        _day(options["said_on"]),
        options["place"],
        Channel.IMPORTED,
        options["question"],
        options["may_quote"],
        copies=Copies.KEEP,
    )
    with _own_database() as app:
        programme = _begin(options["name"], options["question"])
        _take(programme, comments, reading)
        _find_themes(app, programme)
        priorities = _make_priorities(programme, options["priorities"])
        if options["draft"]:
            _link(programme, options["draft"], priorities)
        _write(programme, out)


def _day(given: datetime | None) -> date:
    return given.date() if given else datetime.now(clock.LONDON).date()


@contextmanager
def _own_database() -> Iterator[Flask]:
    """The application on an empty database of its own, serving one partnership in it."""
    with tempfile.TemporaryDirectory(prefix="engagement-") as folder:
        app = create_app(Config.from_environ({"ENGAGEMENT_INSTANCE_PATH": folder}))
        with app.app_context():
            make_tables()
            partnership = create_partnership("programme", "Programme")
            with tenancy.serving(partnership), acting_as(OPERATOR):
                yield app


def _begin(name: str, question: str) -> ProgrammeRow:
    found = find_programme(None, create_programme(name, question))
    assert found is not None
    return found


def _stop(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(f"engagement: {line}", err=True)
    sys.exit(BAD_INPUT)


def _take(programme: ProgrammeRow, comments: Path, reading: Reading) -> None:
    try:
        key = contributions.put_file(
            None, programme.public_id, comments.name, comments.read_bytes()
        )
    except FileUnreadable as error:
        _stop(f"{comments}: {error}")
    table = contributions.waiting_file(programme.id, key).table
    tally = contributions.look_through(programme.id, table, reading)
    if tally.faults:
        more = len(tally.faults) - FAULTS_SHOWN
        _stop(
            f"{comments}: nothing was taken.",
            *(_in_words(fault) for fault in tally.faults[:FAULTS_SHOWN]),
            *([f"… and {more} more."] if more > 0 else []),
        )
    taken = contributions.import_file(
        None, programme.public_id, key, reading, ActivityKind.SURVEY_WAVE
    )
    click.echo(f"{taken} contributions taken, {tally.without_words} rows without words left out.")


def _in_words(fault: Fault) -> str:
    column = f", column {fault.column!r}" if fault.column else ""
    value = f" Here: {fault.value!r}." if fault.value else ""
    return f"row {fault.row}{column}: {fault.problem}{value}"


def _find_themes(app: Flask, programme: ProgrammeRow) -> None:
    run = insight.request_themes(None, programme.public_id)
    carry_out(app, run)
    found = get_run(run)
    if found.run.state is not RunState.FINISHED:
        _stop(found.run.failure)
    result = found.result
    click.echo(f"{result['themes']} themes in {result['points']} passages (run {run}).")


def _make_priorities(programme: ProgrammeRow, count: int) -> dict[str, str]:
    """Make priorities of the largest themes; returns the words of each by public id."""
    made = {}
    for theme in list_themes(programme.id)[:count]:
        plan = PriorityPlan(theme.title, "", [theme.public_id])
        made[insight.make_priority(None, programme.public_id, plan)] = theme.label
    return made


def _link(programme: ProgrammeRow, draft: Path, priorities: dict[str, str]) -> None:
    """Link each paragraph to the priorities whose words it holds, as suggestions."""
    try:
        strategy.import_draft(None, programme.public_id, draft.stem, draft.name, draft.read_bytes())
    except NotMarkdown:
        _stop(f"{draft}: this is not a text in UTF-8; save the draft as Markdown.")
    except NothingInDraft:
        _stop(f"{draft}: the file holds no paragraph.")
    paragraphs = paragraphs_of_programme(programme.id)
    links = suggest_links({row.public_id: row.text for row in paragraphs}, priorities)
    for paragraph, priority in links:
        strategy.link_paragraph(
            None, programme.public_id, priority, paragraph, Relation.MENTIONS, suggested=True
        )
    click.echo(f"{len(paragraphs)} paragraphs, {len(links)} links suggested.")


def _write(programme: ProgrammeRow, out: Path) -> None:
    made = make_summary(programme, lambda key: "")
    contents = [(file.name, read_kept(file)) for file in made.files]
    with whole_folder(out) as part:
        for name, content in contents:
            (part / name).write_bytes(content)
    for file in made.files:
        click.echo(f"{out / file.name}\tsha256 {file.sha256}")
    click.echo(f"Fingerprint of the content: {made.fingerprint}")
