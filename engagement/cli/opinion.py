"""Where people who voted on statements stand, from the files that Polis exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from engagement.cli.outputs import refuse, whole_folder
from engagement.documents.sheets import LongTable, NotATable, open_csv
from engagement.methods.sortition.errors import Fault

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("opinion")
@click.argument("votes", type=_file)
@click.option("--comments", type=_file, help="CSV file of the statements, and which are rejected.")
@click.option("--groups", type=_file, help="CSV file of what participants declared, by their id.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the files.",
)
def opinion(votes: Path, comments: Path | None, groups: Path | None, out: Path) -> None:
    """Map the opinions of people who voted on statements: what unites and what divides them.

    VOTES is a CSV file with a vote in each row (voter-id, comment-id, vote, timestamp; a later vote
    replaces an earlier one), or with a row for each participant and a column for each statement.

    OUT gets opinion.json (all figures), map.svg (the map alone) and opinion.html (the map with a
    list that says the same). All are written, or none. No file names a participant, and no group
    has fewer than eight people.

    Exit codes: 0 done, 2 bad input.
    """
    # numpy and scipy are heavy to load, and no other command needs them.
    from engagement.methods.opinion.errors import OpinionRefused, TooFewPeople

    try:
        record, svg, page = _map(votes, comments, groups)
    except OpinionRefused as error:
        refuse(error.faults)
    except TooFewPeople as error:
        refuse([Fault(votes.name, 0, "", f"{error}.")])
    with whole_folder(out) as part:
        (part / "opinion.json").write_text(
            json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (part / "map.svg").write_text(svg, encoding="utf-8")
        (part / "opinion.html").write_text(page, encoding="utf-8")
    for line in _summary(record, out):
        click.echo(line)


def _map(
    votes: Path, comments: Path | None, groups: Path | None
) -> tuple[dict[str, Any], str, str]:
    from engagement.methods.opinion.errors import OpinionRefused
    from engagement.methods.opinion.find import find_opinions
    from engagement.methods.opinion.page import draw_record, write_page
    from engagement.methods.opinion.reading import (
        Statements,
        read_declared,
        read_statements,
        read_votes,
    )
    from engagement.methods.opinion.record import make_record
    from engagement.methods.opinion.results import Declared
    from engagement.methods.opinion.stability import measure_stability

    _say("Reading votes")
    faults: list[Fault] = []
    statements, given, notes = Statements(), None, list[str]()
    declared: tuple[Declared, ...] = ()
    try:
        if comments is not None:
            with _readable(comments) as table:
                statements = read_statements(table.rows(), comments.name)
    except OpinionRefused as error:
        faults += error.faults
    try:
        with _readable(votes) as table:
            given = read_votes(table.rows(), votes.name, statements.rejected)
    except OpinionRefused as error:
        faults += error.faults
    try:
        if groups is not None:
            with _readable(groups) as table:
                people = given.participants if given else ()
                declared, notes = read_declared(table.rows(), groups.name, people)
    except OpinionRefused as error:
        faults += error.faults
    if faults or given is None:
        raise OpinionRefused(faults)
    notes = [*_on_statements(given.statements, statements, comments), *notes]
    _say("Drawing the map and finding groups")
    found = find_opinions(given, declared)
    _say("Making the groups again from halves of the people")
    record = make_record(found, measure_stability(found), statements, notes)
    svg = draw_record(found, record)
    return record, svg, write_page(svg, record)


@contextmanager
def _readable(path: Path) -> Iterator[LongTable]:
    """A file whose faults are told as those of votes."""
    from engagement.methods.opinion.errors import OpinionRefused

    try:
        with open_csv(path) as table:
            yield table
    except (NotATable, OSError) as error:
        raise OpinionRefused([Fault(path.name, 0, "", str(error))]) from error


def _on_statements(ids: tuple[str, ...], statements: Any, path: Path | None) -> Iterator[str]:
    if path is None:
        return
    if statements.rejected:
        yield f"Statements rejected in {path.name} and left out: {len(statements.rejected):,}."
    if unknown := sum(one not in statements.texts for one in ids):
        yield f"Statements that people voted on and {path.name} does not hold: {unknown:,}."


def _summary(record: dict[str, Any], out: Path) -> Iterator[str]:
    yield (
        f"{record['participants']:,} people, {record['statements']:,} statements, "
        f"{record['votes']:,} votes ({record['votes_replaced']:,} earlier ones replaced)."
    )
    if record["groups"]:
        sizes = ", ".join(f"{one['name']} {one['size']:,}" for one in record["groups"])
        yield f"Groups: {sizes}; agreement between halves {record['stability']:.2f}."
    for one in [one for one in record["consensus"] if not one["too_few_votes"]][:1]:
        yield (
            f"Most agreed across groups: statement {one['statement_id']}, "
            f"{one['agree']:,} of {one['seen']:,} agree."
        )
    for note in record["notes"]:
        yield f"Note: {note}"
    yield f"Written to {out}"


def _say(step: str) -> None:
    click.echo(f"{step} …", err=True)
