"""Files of contributions as survey tools, spreadsheets and minute-takers leave them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from docx import Document
from sqlalchemy import select

from engagement.accounts.models import Staff
from engagement.accounts.rules import Role
from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.contributions.errors import FileHasFaults, FileUnreadable, UnknownImport
from engagement.contributions.importing import (
    broken_rows,
    import_file,
    look_through,
    put_file,
    waiting_file,
)
from engagement.contributions.models import Contribution
from engagement.contributions.queries import imported_files
from engagement.contributions.remembering import remembered
from engagement.contributions.rules import LONGEST, Channel, Speaker
from engagement.contributions.table import Copies, Part, Reading, read_rows
from engagement.contributions.tablefile import TableFile, read_table
from engagement.documents import office
from engagement.documents.sheets import LIVE, NotATable, read_csv
from engagement.extensions import db
from engagement.programmes.rules import ActivityKind
from tests.factories import Programme, World
from tests.factories.chain import READING
from tests.factories.imports import COLUMNS, take_good_rows

WAVE = ActivityKind.SURVEY_WAVE
LONG = "The bus to the surgery stops at five and nobody told us about it"
TEXT_ONLY = replace(READING, columns={Part.TEXT: "text"})


def workbook(*rows: list[Any], more: dict[str, list[list[Any]]] | None = None, **do: Any) -> bytes:
    """A workbook with these rows on its first sheet; ``merge`` are ranges."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, others in (more or {}).items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(row)
    for cells in do.get("merge", []):
        book.active.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_value(content: bytes, formula: str, value: str) -> bytes:
    """The workbook as a spreadsheet program saves it: the formula with the value it showed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            part = given.read(name)
            bare = rb"(<f>" + re.escape(formula).encode() + rb"</f>)<v ?(?:/>|></v>)"
            part = re.sub(bare, rb"\1<v>" + value.encode() + rb"</v>", part)
            made.writestr(name, part)
    return out.getvalue()


def read(content: bytes, columns: dict[Part, str], **more: Any) -> Any:
    return read_rows(read_table(content), replace(READING, columns=columns, **more))


def test_a_workbook_gives_texts_days_and_numbers_as_they_were_shown() -> None:
    content = workbook(
        ["comment", "when", "ref", "quote"],
        ["Llanfair is far — é", datetime(2026, 3, 4), 17.0, True],  # noqa: DTZ001 - as cells are
        ["Late", datetime(2026, 3, 5, 14, 30), "x", False],  # noqa: DTZ001
    )
    tally = read(
        content,
        {
            Part.TEXT: "comment",
            Part.SAID_ON: "when",
            Part.REFERENCE: "ref",
            Part.MAY_QUOTE: "quote",
        },
    )
    assert tally.faults == []
    assert [(one.text, one.said_on, one.reference, one.may_quote) for one in tally.reads] == [
        ("Llanfair is far — é", date(2026, 3, 4), "17", True),
        ("Late", date(2026, 3, 5), "x", False),
    ]


def test_a_formula_gives_what_it_showed_and_without_a_value_the_cell_is_named() -> None:
    content = workbook(["comment", "n"], ["One", "=1+1"], ["Two", "=2+2"], ["=A2", 3])
    table = read_table(with_value(content, "1+1", "2"))
    tally = read_rows(table, replace(READING, columns={Part.TEXT: "comment", Part.REFERENCE: "n"}))
    assert [(one.text, one.reference) for one in tally.reads] == [("One", "2")]
    assert [(one.row, one.column) for one in tally.faults] == [(3, "n"), (4, "comment")]
    assert all("paste it as values" in one.problem for one in tally.faults)
    assert any("Formulas" in text and detail == "1" for text, detail in table.told)
    # A column that nobody reads may hold what it likes.
    only_words = read_rows(table, replace(READING, columns={Part.TEXT: "comment"}))
    assert [fault.row for fault in only_words.faults] == [4]


def test_merged_cells_are_told_and_sheets_are_chosen() -> None:
    content = workbook(
        ["comment", "place"],
        ["One", "North"],
        ["Two", None],
        merge=["B2:B3"],
        more={"Empty": [], "Second": [["answer"], ["Three"]]},
    )
    table = read_table(content)
    assert table.sheets == ("Sheet", "Second")
    assert [detail for text, detail in table.told if "Merged" in text] == ["B2:B3"]
    assert read_table(content, "Second").rows == (("Three",),)
    assert read_table(content, "No such sheet").sheet == "Sheet"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (office.OLE + b"\0" * 600, "a password"),
        (office.ZIP + b"broken", "damaged"),
        (workbook(), "empty"),
        (workbook(["a", "a"], [1, 2]), "same heading"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(NotATable, match=words):
        read_table(content)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (office.LARGEST + 1))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(NotATable, match="too large once it is unpacked"):
        read_table(out.getvalue())


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_letters_are_read_in_every_usual_encoding_and_it_is_told(encoding: str, told: str) -> None:
    table = read_table("text\nIt’s £5 to Caffè\n".encode(encoding))
    assert table.rows == (("It’s £5 to Caffè",),)
    assert [told in text for text, _ in table.told] == ([True] if told else [])


def test_minutes_become_a_row_for_each_paragraph_and_bullet() -> None:
    document = Document()
    document.add_heading("Minutes of March", 1)
    document.add_paragraph("The bus is late", "List Bullet")
    document.add_paragraph("  ")
    document.add_table(1, 2).rows[0].cells[1].text = "Ring me back"
    out = io.BytesIO()
    document.save(out)
    word = read_table(out.getvalue())
    assert word.rows == (("Minutes of March",), ("The bus is late",), ("Ring me back",))
    pasted = read_table(b"Present: Ann\n\n- one that\ngoes on\n2) two\n* three\n", pasted=True)
    assert pasted.rows == (("Present: Ann",), ("one that goes on",), ("two",), ("three",))
    assert word.pick
    assert pasted.pick
    tally = read_rows(pasted, replace(TEXT_ONLY, only=frozenset({3, 5})))
    assert [one.text for one in tally.reads] == ["one that goes on", "three"]


def test_words_of_another_tool_stand_for_ours_once_somebody_said_so() -> None:
    content = (
        b"comment,how,who,ok,tongue\nOne,Telephone,Clinician,agreed,Polski\nTwo,SMS,carer,n,xx\n"
    )
    columns = {
        Part.TEXT: "comment",
        Part.CHANNEL: "how",
        Part.SPEAKER: "who",
        Part.MAY_QUOTE: "ok",
        Part.LANGUAGE: "tongue",
    }
    first = read(content, columns)
    assert first.unknown == {
        Part.CHANNEL: ["sms"],
        Part.SPEAKER: ["clinician"],
        Part.MAY_QUOTE: ["agreed"],
    }
    assert first.broken == [2, 3]
    values = {
        Part.CHANNEL: {"sms": "phone"},
        Part.SPEAKER: {"clinician": "professional"},
        Part.MAY_QUOTE: {"agreed": "yes"},
    }
    again = read(content, columns, values=values)
    (one,) = again.reads
    assert (one.channel, one.speaker, one.may_quote, one.language) == (
        Channel.PHONE,
        Speaker.PROFESSIONAL,
        True,
        "pl",
    )
    assert [(fault.row, fault.column) for fault in again.faults] == [(3, "tongue")]


def test_long_and_strange_words_are_kept_or_refused_with_what_to_do() -> None:
    strange = "\u202eabc\u200b שלום ‏العربية \u0000🙂"
    table = TableFile(("text",), ((strange,), ("x" * 100_000,), ("y" * LONGEST,)))
    tally = read_rows(table, TEXT_ONLY)
    assert [one.text for one in tally.reads] == [strange.replace("\0", ""), "y" * LONGEST]
    (fault,) = tally.faults
    assert (fault.row, "longer than 20,000 characters" in fault.problem) == (3, True)


def put(programme: Programme, content: bytes) -> str:
    return put_file(None, programme.public_id, "a.csv", content)


def test_the_good_rows_are_taken_and_the_broken_ones_kept_for_a_day_with_what_is_wrong(
    world: World,
) -> None:
    programme = world.north.programme()
    content = b'comment,when\n"Fine, thanks",4/3/2026\n=HYPERLINK(1),soon\n,\nLate,5/3/2026\n'
    with world.north.inside():
        key = put(programme, content)
        with pytest.raises(FileHasFaults):
            import_file(None, programme.public_id, key, replace(READING, columns=COLUMNS), WAVE)
        assert db.session.scalars(select(Contribution)).all() == []
        assert take_good_rows(programme, "b.csv", content)
        taken = imported_files(programme.id)[0]
        assert (taken.rows_taken, taken.rows_broken) == (2, 1)
        table = read_csv(broken_rows(programme.id, taken.public_id))
        assert table[0] == ["comment", "when", "what is wrong"]
        assert table[1][:2] == ["'=HYPERLINK(1)", "soon"]
        assert "This is not a date" in table[1][2]
        assert not any(cell.startswith(LIVE) for row in table for cell in row)
        with pytest.raises(UnknownImport):
            broken_rows(programme.id, key)
        with pytest.raises(UnknownImport):
            broken_rows(world.north.programme().id, taken.public_id)
        headings_only = put(programme, b"comment,when\nx,never\n")
        with pytest.raises(FileHasFaults):
            import_file(
                None,
                programme.public_id,
                headings_only,
                replace(READING, columns=COLUMNS),
                WAVE,
                good_only=True,
            )


def test_what_was_said_before_is_left_out_and_what_is_nearly_the_same_is_shown(
    world: World,
) -> None:
    programme = world.north.programme()
    reading = replace(READING, columns={Part.TEXT: "comment", Part.RESPONDENT: "who"})
    body = f"comment,who\n{LONG},\n{LONG.upper()},\nParking,\nParking,\nBus,A\nBus,A\nBus,B\n"
    with world.north.inside():
        table = read_table(body.encode())
        tally = look_through(programme.id, table, reading)
        assert [one.row for one in tally.reads] == [2, 4, 5, 6, 8]
        assert tally.copies == 2
        assert next((one.rows, one.exact) for one in tally.alike) == ((2, 3), True)
        everything = look_through(programme.id, table, replace(reading, copies=Copies.KEEP))
        assert len(everything.reads) == 7
        key = put(programme, body.encode())
        assert import_file(None, programme.public_id, key, reading, WAVE) == 5
        once_more = look_through(programme.id, table, reading)
        assert 2 not in [one.row for one in once_more.reads]
        assert any(one.in_corpus for one in once_more.alike)


def test_a_letter_that_many_sent_can_be_marked_as_a_campaign(world: World) -> None:
    programme = world.north.programme()
    letter = "Please do not close the walk-in centre in the high street, we all need it. {}"
    names = ("Ann", "Ben", "Cy", "Di", "Ed")
    rows = "\n".join(f'"{letter.format(name)}"' for name in names)
    table = read_table(f"comment\n{rows}\nThe phone queue is long\n".encode())
    reading = replace(READING, columns={Part.TEXT: "comment"})
    with world.north.inside():
        plain = look_through(programme.id, table, reading)
        assert {one.speaker for one in plain.reads} == {Speaker.RESIDENT}
        marked = look_through(programme.id, table, replace(reading, as_campaign=True))
        assert [one.speaker for one in marked.reads] == [Speaker.CAMPAIGN] * 5 + [Speaker.RESIDENT]


def test_how_a_file_was_read_is_remembered_by_its_headings_in_one_partnership(
    world: World,
) -> None:
    programme, staff = world.north.programme(), world.north.staff(Role.OFFICER)
    values = {Part.CHANNEL: {"sms": "phone"}}
    reading: Reading = replace(
        READING, columns={Part.TEXT: "Q1", Part.CHANNEL: "How"}, values=values
    )
    with world.north.inside():
        assert remembered(("Q1", "How")) is None
        with acting_as(Actor(ActorKind.STAFF, staff.public_id)):
            key = put(programme, b"Q1,How\nOne,SMS\n")
            import_file(None, programme.public_id, key, reading, WAVE)
        known = remembered(("how", "", "Q1"))
        assert known is not None
        assert known.columns == {Part.TEXT: "Q1", Part.CHANNEL: "how"}
        name = db.session.scalar(select(Staff.name).where(Staff.id == staff.id))
        assert (known.values, known.used_by) == (values, name)
        assert remembered(("Q1", "How", "Why")) is None
    with world.south.inside():
        assert remembered(("Q1", "How")) is None


def test_a_workbook_and_pasted_words_wait_and_are_taken_like_any_file(world: World) -> None:
    programme = world.north.programme()
    book = workbook(["x"], ["y"], more={"Answers": [["text"], ["From the workbook"]]})
    with world.north.inside():
        file = put(programme, book)
        assert waiting_file(programme.id, file, "Answers").table.sheet == "Answers"
        import_file(None, programme.public_id, file, TEXT_ONLY, WAVE, sheet="Answers")
        notes = put_file(None, programme.public_id, "n", b"Apologies\n- Pasted", pasted=True)
        only = replace(TEXT_ONLY, only=frozenset({3}))
        import_file(None, programme.public_id, notes, only, ActivityKind.SESSION_SERIES)
        said = db.session.scalars(select(Contribution.text).order_by(Contribution.id)).all()
        assert said == ["From the workbook", "Pasted"]
        with pytest.raises(FileUnreadable):
            put_file(None, programme.public_id, "n", b" \n ", pasted=True)
