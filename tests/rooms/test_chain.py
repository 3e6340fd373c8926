"""The chain: what holds between a contribution, a theme, a priority, a paragraph, an answer."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator, ValidationError

from engagement.cli.demonstration_programme import COMMENTS
from engagement.contributions.errors import FileHasFaults, ImportedAlready
from engagement.contributions.importing import import_file, put_file
from engagement.contributions.queries import count_corpus, list_contributions
from engagement.contributions.rules import Channel, Speaker
from engagement.contributions.service import withdraw_contribution
from engagement.contributions.table import Part, Reading
from engagement.exports.rules import COLUMNS, CONTRIBUTION_SCHEMA
from engagement.exports.service import (
    chain_csv,
    export_corpus,
    read_summary,
    summary_csv,
    summary_word,
)
from engagement.insight.errors import CannotMergeIntoItself, PriorityNeedsThemes
from engagement.insight.evidence import find_said, quotes_of
from engagement.insight.queries import find_priority, list_priorities, list_themes
from engagement.insight.service import (
    PriorityPlan,
    find_themes_of,
    keep_themes,
    make_priority,
    merge_themes,
    rename_theme,
    take_apart,
)
from engagement.methods.themes import TooFewDistinctPoints, TooFewPoints
from engagement.programmes.queries import find_programme
from engagement.programmes.rules import ActivityKind
from engagement.strategy.errors import AnswerNeedsReason, NothingInDraft, NotMarkdown, SameVersion
from engagement.strategy.queries import (
    find_paragraph,
    paragraphs_of_programme,
    responses_to,
    uses_of,
)
from engagement.strategy.rules import Answer
from engagement.strategy.service import Reply, answer_priority, import_version
from tests.factories import Programme, World
from tests.factories.chain import ALSO_SAID, SAID, Chain, chain, publish, take_comments

RUN = "run-{:018}"


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of north."""
    return world.north.programme()


@pytest.fixture
def laid(world: World, programme: Programme) -> Chain:
    """The whole chain in it."""
    with world.north.inside():
        publish(programme)
        return chain(programme)


@pytest.fixture
def spoken(world: World, programme: Programme) -> Programme:
    """A programme in which half a hundred people have spoken, with themes."""
    lines = COMMENTS.strip().splitlines()
    with world.north.inside():
        take_comments(programme, *((line, f"p{n}", "yes") for n, line in enumerate(lines)))
        keep_themes(RUN.format(1), find_themes_of(programme.public_id, lambda: None))
    return programme


def test_every_link_is_found_from_both_of_its_ends(
    world: World, programme: Programme, laid: Chain
) -> None:
    with world.north.inside():
        said = find_said(programme.id, laid.contribution)
        priority = find_priority(programme.id, laid.priority)
        assert said is not None
        assert priority is not None
        assert [point.theme_public_id for point in said.points] == [laid.theme]
        assert [theme.public_id for theme in priority.themes] == [laid.theme]
        (use,) = uses_of([priority.id])[priority.id]
        assert use.paragraph_public_id == laid.paragraph
        found = find_paragraph(programme.id, laid.paragraph)
        assert found is not None
        assert [link.priority_public_id for link in found[1].links] == [laid.priority]
        assert responses_to([priority.id])[priority.id].answer is Answer.IN_PART


def test_only_words_that_may_be_quoted_are_quoted(
    world: World, programme: Programme, laid: Chain
) -> None:
    with world.north.inside():
        found = find_programme(None, programme.public_id)
        assert found is not None
        keys = [theme.id for theme in list_themes(programme.id)]
        assert [q.words for quotes in quotes_of(keys, 9).values() for q in quotes] == [SAID]
        summary = read_summary(found, str)
        files = summary_csv(summary) + chain_csv(found)
        assert SAID.encode() in files
        assert ALSO_SAID.encode() not in files


def test_what_is_withdrawn_is_in_no_count_quote_or_file_any_more(
    world: World, programme: Programme, laid: Chain
) -> None:
    with world.north.inside():
        withdraw_contribution(laid.contribution)
        found = find_programme(None, programme.public_id)
        assert found is not None
        assert find_said(programme.id, laid.contribution) is None
        assert list_priorities(programme.id)[0].reach.contributions == 0
        assert count_corpus(programme.id).contributions == 1
        made = export_corpus(programme.id, programme.public_id, as_json=True)
        assert SAID.encode() not in made.content + summary_csv(read_summary(found, str))


def test_the_export_of_a_corpus_is_what_the_published_schema_says(
    world: World, programme: Programme, laid: Chain
) -> None:
    validator = Draft202012Validator(
        CONTRIBUTION_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    with world.north.inside():
        rows = json.loads(export_corpus(programme.id, programme.public_id, as_json=True).content)
        table = export_corpus(programme.id, programme.public_id, as_json=False).content
    validator.validate(rows)
    assert len(rows) == 2
    assert next(csv.reader(io.StringIO(table.decode("utf-8-sig")))) == list(COLUMNS)
    for name in COLUMNS:
        with pytest.raises(ValidationError):
            validator.validate([{key: value for key, value in rows[0].items() if key != name}])
    with pytest.raises(ValidationError):
        validator.validate([{**rows[0], "said_on": "yesterday"}])


def test_a_file_has_no_live_formula_and_a_page_no_damaged_text(
    world: World, programme: Programme
) -> None:
    hostile = '=HYPERLINK(""https://evil.example"")'
    with world.north.inside():
        take_comments(programme, (hostile, "+1", "yes"))
        table = export_corpus(programme.id, programme.public_id, as_json=False).content.decode()
        rows = json.loads(export_corpus(programme.id, programme.public_id, as_json=True).content)
        shown = list_contributions(programme.id, 1, 10)[0][0].text
    assert "'=HYPERLINK" in table
    assert ",=HYPERLINK" not in table
    assert shown == rows[0]["text"] == '=HYPERLINK("https://evil.example")'


def test_the_summary_is_the_same_bytes_each_time(
    world: World, programme: Programme, laid: Chain
) -> None:
    with world.north.inside():
        found = find_programme(None, programme.public_id)
        assert found is not None
        first, second = read_summary(found, str), read_summary(found, str)
        assert summary_word(first) == summary_word(second)
        assert summary_csv(first) == summary_csv(second)
        assert first.fingerprint() == replace(first, run="another").fingerprint()
        assert first.fingerprint() != replace(first, contributions=3).fingerprint()


def test_a_name_given_by_hand_stays_when_themes_are_found_again(
    world: World, spoken: Programme
) -> None:
    key = spoken.public_id
    with world.north.inside():
        before = list_themes(spoken.id)
        rename_theme(None, key, before[0].public_id, "What we call it")
        merge_themes(None, key, before[2].public_id, before[1].public_id)
        take_comments(spoken, ("The bus to the hospital does not come on Sundays.", "new", "yes"))
        keep_themes(RUN.format(2), find_themes_of(key, lambda: None))
        after = {theme.public_id: theme for theme in list_themes(spoken.id)}
        assert after[before[0].public_id].name == "What we call it"
        assert after[before[1].public_id].merged == ((before[2].public_id, before[2].label),)
        assert before[2].public_id not in after
        take_apart(None, key, before[2].public_id)
        assert before[2].public_id in {theme.public_id for theme in list_themes(spoken.id)}


def test_somebody_who_spoke_of_two_merged_themes_counts_once(
    world: World, spoken: Programme
) -> None:
    with world.north.inside():
        first, second = list_themes(spoken.id)[:2]
        merge_themes(None, spoken.public_id, second.public_id, first.public_id)
        merged = list_themes(spoken.id)[0]
        assert max(first.reach.participants, second.reach.participants) < merged.reach.participants
        assert merged.reach.participants <= first.reach.participants + second.reach.participants
        assert merged.reach.participants <= 56
        with pytest.raises(CannotMergeIntoItself):
            merge_themes(None, spoken.public_id, first.public_id, second.public_id)


def test_what_professionals_say_is_under_no_theme(world: World, spoken: Programme) -> None:
    with world.north.inside():
        before = find_themes_of(spoken.public_id, lambda: None).contributions
        reading = Reading(
            {Part.TEXT: "text"},
            date(2026, 1, 1),
            "North",
            Channel.PAPER,
            "?",
            speaker=Speaker.PROFESSIONAL,
        )
        file = put_file(None, spoken.public_id, "a.csv", b"text\nWe do what we can for the list\n")
        import_file(None, spoken.public_id, file, reading, ActivityKind.SESSION_SERIES)
        assert count_corpus(spoken.id).of_others == 1
        assert find_themes_of(spoken.public_id, lambda: None).contributions == before


@pytest.mark.parametrize(
    ("count", "words", "error"),
    [(3, "It was number {} of many", TooFewPoints), (3000, "It was cold", TooFewDistinctPoints)],
)
def test_too_little_gives_a_clear_word(
    world: World, programme: Programme, count: int, words: str, error: type[Exception]
) -> None:
    with world.north.inside():
        take_comments(programme, *((words.format(n), f"p{n}", "no") for n in range(count)))
        with pytest.raises(error):
            find_themes_of(programme.public_id, lambda: None)


def test_a_file_is_taken_once_and_a_row_by_its_reference(
    world: World, programme: Programme
) -> None:
    reading = Reading(
        {Part.TEXT: "text", Part.REFERENCE: "id"}, date(2026, 1, 1), "North", Channel.PAPER, "?"
    )
    first, again = b"id,text\n1,One\n2,Two\n", b"id,text\n2,Two\n3,Three\n"
    with world.north.inside():
        key = programme.public_id
        import_file(None, key, put_file(None, key, "a", first), reading, ActivityKind.SURVEY_WAVE)
        with pytest.raises(ImportedAlready):
            put_file(None, key, "b", first)
        waiting = put_file(None, key, "c", again)
        with pytest.raises(FileHasFaults) as refused:
            import_file(None, key, waiting, reading, ActivityKind.SURVEY_WAVE)
        assert [(fault.row, fault.value) for fault in refused.value.faults] == [(2, "2")]
        assert count_corpus(programme.id).contributions == 2


def test_paragraphs_and_their_links_live_through_a_new_version(
    world: World, programme: Programme, laid: Chain
) -> None:
    changed = """# Our strategy

## First of all

Something that nobody had said before, in words of its own.

## Waiting

We will write to everybody who waits, every three weeks.
"""
    with world.north.inside():
        import_version(None, programme.public_id, laid.draft, "v2.md", changed.encode())
        rows = {row.public_id: row for row in paragraphs_of_programme(programme.id)}
        kept = rows[laid.paragraph]
        assert (kept.reference, kept.version) == ("2.1", 2)
        assert [link.priority_public_id for link in kept.links] == [laid.priority]
        assert len(rows) == 2
        with pytest.raises(SameVersion):
            import_version(None, programme.public_id, laid.draft, "v3.md", changed.encode())
        for content, error in ((b"\xff\xfe\0", NotMarkdown), (b"# Only a heading", NothingInDraft)):
            with pytest.raises(error):
                import_version(None, programme.public_id, laid.draft, "x.md", content)


def test_an_answer_needs_a_reason_and_a_priority_a_theme(
    world: World, programme: Programme, laid: Chain
) -> None:
    with world.north.inside():
        for reply in (Reply(Answer.DECLINED, " ", "Board"), Reply(Answer.DECLINED, "No.", "")):
            with pytest.raises(AnswerNeedsReason):
                answer_priority(None, programme.public_id, laid.priority, reply)
        with pytest.raises(PriorityNeedsThemes):
            make_priority(None, programme.public_id, PriorityPlan("Rests on nothing", "", []))
