"""Taking a file of contributions: columns chosen and remembered, sheets, minutes, broken rows."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from sqlalchemy import select

from engagement.accounts.rules import Role
from engagement.contributions.models import Contribution
from engagement.contributions.rules import Channel
from engagement.extensions import db
from tests.client import CheckedClient
from tests.factories import Programme, World

Browse = Callable[[], CheckedClient]
HOLDS = {
    "all_said_on-day": "4",
    "all_said_on-month": "3",
    "all_said_on-year": "2026",
    "all_place": "Riverbank",
    "all_channel": "imported",
    "all_prompt": "What would help?",
    "all_may_quote": "no",
    "all_speaker": "resident",
    "copies": "leave out",
    "method": "survey wave",
}


@pytest.fixture
def programme(world: World) -> Programme:
    return world.north.programme()


@pytest.fixture
def officer(world: World, browse: Browse) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(Role.OFFICER)))


def put(officer: CheckedClient, programme: Programme, content: bytes, name: str = "a.csv") -> str:
    """Put a file; returns the path of the page that asks how to read it."""
    here = f"/p/north/plan/programmes/{programme.public_id}/contributions/file"
    answer = officer.send(here, {"file": (io.BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def said(world: World) -> list[Contribution]:
    with world.north.inside():
        return list(db.session.scalars(select(Contribution).order_by(Contribution.id)))


def test_words_are_told_what_they_stand_for_and_it_is_remembered(
    world: World, officer: CheckedClient, programme: Programme
) -> None:
    page = put(officer, programme, b"Q1,How\nThe bus is late,SMS\n")
    choice = HOLDS | {"text": "Q1", "channel": "How"}
    looked = officer.send(page, choice).text
    assert "This is not a channel" in looked
    assert "Channel: “sms”" in looked
    choice |= {"channel:sms": "phone", "speaker:": "resident", "text:x": "phone"}
    assert "Take 1 contribution" in officer.send(page, choice).text
    assert officer.send(page, choice | {"take": "yes"}).status_code == 303
    assert [(one.text, one.channel) for one in said(world)] == [("The bus is late", Channel.PHONE)]

    again = put(officer, programme, b"Q1,How\nThe queue is long,SMS\n")
    asked = officer.get(again).text
    assert "was read before, last by" in asked
    assert "The queue is long" in asked  # the examples of each column
    remembered = HOLDS | {"text": "Q1", "channel": "How"}
    assert "Take 1 contribution" in officer.send(again, remembered).text


def test_a_half_broken_file_gives_its_good_rows_and_a_file_of_the_others(
    world: World, officer: CheckedClient, programme: Programme
) -> None:
    page = put(officer, programme, b"text,when\nGood,1/2/2026\n=1+1,soon\n")
    choice = HOLDS | {"text": "text", "said_on": "when"}
    looked = officer.send(page, choice).text
    assert "This is not a date" in looked
    assert "Take the 1 good row" in looked
    assert officer.send(page, choice | {"take": "yes"}).status_code == 303
    assert said(world) == []
    taken = officer.send(page, choice | {"take": "good"})
    corpus = officer.get(str(taken.location)).text
    assert "1 row could not be read" in corpus
    link = corpus.split("/mend/")[1].split('"')[0]
    file = officer.get(f"/p/north/plan/programmes/{programme.public_id}/contributions/mend/{link}")
    assert file.mimetype == "text/csv"
    assert "'=1+1,soon,when: This is not a date" in file.get_data(as_text=True)
    other = world.north.programme()
    stranger = f"/p/north/plan/programmes/{other.public_id}/contributions/mend/{link}"
    assert officer.get(stranger).status_code == 404


def test_the_sheet_of_a_workbook_is_chosen(
    world: World, officer: CheckedClient, programme: Programme
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["About"])
    book.active.append(["This workbook"])
    sheet = book.create_sheet("Answers")
    for row in (["text", "place"], ["One", "North"], ["Two", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    out = io.BytesIO()
    book.save(out)
    page = put(officer, programme, out.getvalue(), "a.xlsx")
    assert "Sheet of the workbook" in officer.get(page).text
    answers = f"{page}?sheet=Answers"
    assert "B2:B3" in officer.get(answers).text
    choice = HOLDS | {"text": "text", "place": "place", "take": "yes"}
    assert officer.send(answers, choice).status_code == 303
    assert [(one.text, one.place_name) for one in said(world)] == [
        ("One", "North"),
        ("Two", "Riverbank"),
    ]


def test_pasted_minutes_are_ticked(
    world: World, officer: CheckedClient, programme: Programme
) -> None:
    here = f"/p/north/plan/programmes/{programme.public_id}/contributions/file"
    assert "Choose a file, or paste" in officer.send(here, {"minutes": " "}).text
    answer = officer.send(here, {"minutes": "Present: Ann\n\n- Buses are late\n- Ring us <b>"})
    page = str(answer.location)
    asked = officer.get(page).text
    assert 'name="row" value="2" checked' in asked
    assert "Ring us &lt;b&gt;" in asked
    choice = HOLDS | {"text": "text", "row": ["3", "4", "99", "x"]}
    looked = officer.send(page, choice).text
    assert 'name="row" value="2">' in looked
    assert "Take 2 contributions" in looked
    officer.send(page, choice | {"take": "yes"})
    assert [one.text for one in said(world)] == ["Buses are late", "Ring us <b>"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "old spreadsheet or document"),
        (b"PK\x03\x04nothing", "The file is damaged"),
        (b"", "The file is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    officer: CheckedClient, programme: Programme, content: bytes, told: str
) -> None:
    here = f"/p/north/plan/programmes/{programme.public_id}/contributions/file"
    assert told in officer.send(here, {"file": (io.BytesIO(content), "a.xlsx")}).text
