"""How people hear of a draw: the page of seats says it, and gives the table for letters."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from engagement.accounts.rules import Role
from engagement.database.clock import day_of
from engagement.panels.queries import find_panel
from engagement.panels.seat_queries import SeatRow, seats_of
from engagement.people.rules import ContactBy
from engagement.people.service import change_own_details
from tests.client import CheckedClient
from tests.factories import Partnership, Programme, World
from tests.factories.panels import PLAN, draw_of, letters_for, panel_of, register

Browse = Callable[[], CheckedClient]
SMALL = replace(PLAN, size=2)


@pytest.fixture
def north(world: World) -> Partnership:
    """The northern partnership."""
    return world.north


@pytest.fixture
def programme(north: Partnership) -> Programme:
    """A programme."""
    return north.programme("Waiting well")


def a_draw(north: Partnership, programme: Programme, way: ContactBy) -> tuple[str, str]:
    """A panel of two drawn from four who all want to hear by this way; panel and draw."""
    with north.inside():
        panel = panel_of(programme, SMALL)
        for place, letter in enumerate(letters_for(panel, 4)):
            who = register(panel, letter, ("female", "male")[place % 2])
            change_own_details(
                who.resident_id, f"=Ann {place}", "a@example.net", "01", "1 Mill Lane\nTown", way
            )
        return panel, draw_of(panel, SMALL)


def rows(north: Partnership, panel: str) -> list[SeatRow]:
    with north.inside():
        found = find_panel(None, panel)
        assert found is not None
        return seats_of(found.id)


def test_the_table_for_letters_has_the_words_for_each_and_runs_nothing(
    browse: Browse, north: Partnership, programme: Programme
) -> None:
    panel, draw = a_draw(north, programme, ContactBy.POST)
    client = browse().be(north.session(north.staff(Role.FACILITATOR)))
    at = f"/p/north/facilitate/panels/{panel}"
    page = client.get(f"{at}/seats").text
    assert "4 want a letter" in page
    assert "Letters about draw 1 (CSV)" in page
    answer = client.send(f"{at}/draws/{draw}/letters", page=f"{at}/seats")
    assert answer.mimetype == "text/csv"
    found = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    seats = rows(north, panel)
    drawn = {row.reference for row in seats}
    assert {row["reference"] for row in found if row["result"] == "drawn"} == drawn
    assert len(found) == 4
    day = day_of(seats[0].deadline_at)
    for row in found:
        assert row["name"].startswith("'=Ann")
        assert (row["address_line_1"], row["address_line_2"]) == ("1 Mill Lane", "Town")
        assert row["entry_link"] == "https://engagement.test/north"
        assert row["web_address"] == "engagement.test/north"
        assert row["other_formats"] == PLAN.other_formats
        assert "engagement.test/north" in row["letter"]
        assert "Panel on waiting" in row["letter"]
        assert row["letter"].startswith("Hello =Ann")
        if row["result"] == "drawn":
            assert row["answer_by"] == day.isoformat()
            assert f"{day.day} {day:%B %Y}" in row["letter"]
        else:
            assert row["answer_by"] == ""
            assert "You were not drawn this time" in row["letter"]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (ContactBy.EMAIL, "4 want e-mail. It was sent once the draw was decided."),
        (ContactBy.PHONE, "2 who were drawn want a call."),
        (ContactBy.NOBODY, "2 who were drawn want no contact"),
    ],
)
def test_the_page_of_seats_says_how_people_hear_and_nobody_is_written_to_for_nothing(
    browse: Browse, north: Partnership, programme: Programme, way: ContactBy, words: str
) -> None:
    panel, draw = a_draw(north, programme, way)
    client = browse().be(north.session(north.staff(Role.FACILITATOR)))
    at = f"/p/north/facilitate/panels/{panel}"
    page = client.get(f"{at}/seats").text
    assert words in page
    assert "CSV" not in page
    answer = client.send(f"{at}/draws/{draw}/letters", page=f"{at}/seats")
    assert answer.status_code == 303
    assert "Nobody has to get a letter" in client.get(f"{at}/seats").text


def test_the_link_in_the_message_leads_past_code_and_word_to_ones_own_result(
    browse: Browse, north: Partnership, programme: Programme
) -> None:
    with north.inside():
        panel = panel_of(programme, SMALL)
        people = [register(panel, letter) for letter in letters_for(panel, 4)]
        draw_of(panel, SMALL)
    drawn = rows(north, panel)[0].resident_id
    who = next(one for one in people if one.resident_id == drawn)
    client, result = browse(), f"/p/north/me/panels/{panel}/result"
    assert client.get(result).location.endswith("/p/north/me/enter")
    client.send("/p/north/me/enter", {"code": who.letter.code})
    back = client.send("/p/north/me/return", {"return_word": who.word})
    assert back.location.endswith(result)
    assert "You were drawn" in client.get(result).text


def test_letters_of_a_draw_of_another_panel_are_not_found(
    browse: Browse, north: Partnership, programme: Programme
) -> None:
    _panel, draw = a_draw(north, programme, ContactBy.POST)
    with north.inside():
        other = panel_of(programme, SMALL, "other")
    client = browse().be(north.session(north.staff(Role.FACILITATOR)))
    at = f"/p/north/facilitate/panels/{other}"
    assert client.send(f"{at}/draws/{draw}/letters", page=f"{at}/seats").status_code == 404
