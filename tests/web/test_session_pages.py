"""The pages of sessions: planned, moved under two hands, asked, downloaded, followed, written."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from icalendar import Calendar

from engagement.accounts.rules import Role
from engagement.sessions.agenda import add_items
from engagement.sessions.calendars import key_of_feed
from engagement.sessions.queries import find_session
from engagement.sessions.rules import ItemPlan, Mode
from engagement.sessions.scribes import make_codes
from tests.client import CheckedClient
from tests.factories import Resident, World
from tests.factories.ballots import seated_panel
from tests.factories.sessions import (
    activity_of,
    begin,
    coming_session,
    full_session,
    picture,
    seats_at,
)

Browse = Callable[[], CheckedClient]
PLAN = {
    "title": "Evening",
    "count": "6",
    "days_between": "14",
    "first_on-day": "4",
    "first_on-month": "3",
    "first_on-year": "2030",
    "starts": "7pm",
    "minutes": "120",
    "mode": "in person",
    "fee": "£12.50",
}


@pytest.fixture
def panel(world: World) -> tuple[str, list[int]]:
    """A published panel of six, and the keys of its members."""
    with world.north.inside():
        return seated_panel(world.north.programme(), 6, published=True)


@pytest.fixture
def desk(world: World, browse: Browse) -> CheckedClient:
    return browse().be(world.north.session(world.north.staff(Role.FACILITATOR)))


def member(world: World, browse: Browse, key: int) -> CheckedClient:
    return browse().be(world.north.session(Resident(key, "")))


def coming(world: World, panel: str) -> str:
    with world.north.inside():
        return coming_session(panel, is_open=True)


def test_a_series_is_planned_from_one_form_that_says_what_is_wrong(
    world: World, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    with world.north.inside():
        at = f"/p/north/facilitate/activities/{activity_of(panel[0])}/sessions"
    assert "No session is planned yet" in desk.get(at).text
    for wrong, words in (
        ({"title": ""}, "Enter a title"),
        ({"starts": "25:00"}, "must be a time, like 19:00 or 7pm"),
        ({"starts": "13pm"}, "must be a time, like 19:00 or 7pm"),
        ({"days_between": ""}, "Enter how many days lie between two sessions"),
        ({"count": "31"}, "must be 30 or fewer"),
        ({"joining_link": "meet.example"}, "beginning with https://"),
        ({"mode": ""}, "Choose how people come together"),
        *(({"fee": fee}, "Write pounds from 0 to 1000") for fee in ("-1", "many", "1.234", "1e9")),
        ({"fee": "1001"}, "Write pounds from 0 to 1000"),
    ):
        assert words in desk.send(f"{at}/new", PLAN | wrong).text, wrong
    assert desk.send(f"{at}/new", PLAN).status_code == 303
    page = desk.get(at).text
    assert "6 sessions are planned." in page
    assert "Monday 4 March 2030, 19:00 to 21:00" in page
    assert len(set(re.findall(r"facilitate/sessions/([\w-]{22})\"", page))) == 6


def test_a_form_opened_before_another_saved_overwrites_nothing(
    world: World, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    with world.north.inside():
        session = coming_session(panel[0])
        item = add_items(None, session, [ItemPlan("Welcome", 15)])[0]
    here = f"/p/north/facilitate/sessions/{session}"
    day = {"held_on-day": "4", "held_on-month": "3", "held_on-year": "2030"}
    form = day | {"title": "Mine", "starts": "19:00", "ends": "21:00", "mode": "online", "fee": "0"}
    late = form | {"title": "Theirs", "revision": "0"}
    assert (
        "It must end after it begins" in desk.send(f"{here}/change", form | {"ends": "18:00"}).text
    )
    assert desk.send(f"{here}/change", form | {"revision": "0"}).status_code == 303
    page = desk.send(f"{here}/change", late).text
    assert "Somebody else changed it" in page
    assert "It stands now: Mine" in page
    assert 'value="Theirs"' in page
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None
    assert desk.send(f"{here}/change", late | {"revision": revision[1]}).status_code == 303
    assert "Theirs" in desk.get(here).text
    item_form = {"title": "Hello", "minutes": "10", "prompt": "", "tag": "Inequalities"}
    assert desk.send(f"{here}/agenda/{item}", item_form | {"version": "1"}).status_code == 303
    page = desk.send(f"{here}/agenda/{item}", item_form | {"title": "Hi", "version": "1"}).text
    assert "It stands now: Hello, 10 minutes." in page
    assert "inequalities" in desk.get(f"{here}/agenda").text
    desk.send(f"{here}/call-off", {"why": "Snow"})
    assert "Called off: Snow" in desk.get(here).text
    again = desk.send(f"{here}/call-off", {"why": "Snow"})
    assert "It is over, or was called off already." in desk.get(again.location).text


def test_everyone_reads_an_open_session_and_asks_it_and_nobody_else_reads_a_closed_one(
    world: World, browse: Browse, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    with world.north.inside():
        session = coming_session(panel[0], is_open=True)
        closed = coming_session(panel[0], "Among us")
        activity = activity_of(panel[0])
    at = f"/p/north/sessions/{session}"
    anyone = browse()
    assert "Among us" in anyone.get(f"/p/north/activities/{activity}/sessions").text
    assert anyone.get(f"/p/north/sessions/{closed}").status_code == 404
    assert "Write your question" in anyone.send(at, {"question": ""}).text
    asked = anyone.send(at, {"question": "Why does it take so long?"})
    assert "Your question is sent" in anyone.get(asked.location).text
    assert "Why does it take so long?" in browse().get(at).text
    late = coming(world, panel[0])
    token = anyone.token(f"/p/north/sessions/{late}")
    with world.north.inside():
        begin(late)
    kept = anyone.post(
        f"/p/north/sessions/{late}",
        data={"csrf_token": token, "question": "May I still ask?"},
        headers={"Referer": f"https://engagement.test/p/north/sessions/{late}"},
    ).text
    assert "The session has begun" in kept
    assert "May I still ask?" in kept  # what was written is not lost
    questions = f"/p/north/facilitate/sessions/{session}"
    key = re.search(r"asked/([\w-]{22})\"", desk.get(f"{questions}/questions").text)
    assert key is not None
    answer = {"answer": "Too few nurses.", "answered_by": "Dr Okoro"}
    assert desk.send(f"{questions}/asked/{key[1]}", answer).status_code == 303
    assert "Too few nurses." in browse().get(at).text
    paper = {"title": "Waits", "made_by": "The hospital", "plain": "Half wait long."}
    wrong = paper | {"file": (BytesIO(b"MZ"), "waits.exe")}
    assert "Choose a PDF or a Word file" in desk.send(f"{questions}/papers", wrong).text
    good = paper | {"file": (BytesIO(b"%PDF-1.7 waits"), "waits.pdf")}
    assert desk.send(f"{questions}/papers", good).status_code == 303
    link = re.search(r'href="(/p/north/papers/[\w-]{22})"', browse().get(at).text)
    assert link is not None
    full = browse().get(link[1])
    assert full.data == b"%PDF-1.7 waits"
    assert "attachment" in full.headers["Content-Disposition"]
    among = f"/p/north/facilitate/sessions/{closed}/papers"
    desk.send(among, paper | {"file": (BytesIO(b"%PDF-1.7 ours"), "ours.pdf")})
    link = re.search(r'href="(/p/north/papers/[\w-]{22})"', desk.get(among).text)
    assert link is not None
    assert browse().get(link[1]).status_code == 404
    assert member(world, browse, panel[1][0]).get(link[1]).data == b"%PDF-1.7 ours"


def test_a_member_sees_their_sessions_and_follows_them_in_a_calendar(
    world: World, browse: Browse, panel: tuple[str, list[int]]
) -> None:
    link = "https://meet.example/evening"
    with world.north.inside():
        session = coming_session(panel[0], mode=Mode.HYBRID, joining_link=link)
        seats = seats_at(panel[0])
        stranger = world.north.resident("Sam", "")
    me = member(world, browse, panel[1][0])
    page = me.get("/p/north/me/sessions").text
    feed = re.search(r'href="(/p/north/calendar/[\w-]{22}/[0-9a-f]{32}\.ics)"', page)
    assert feed is not None
    assert link in me.get(f"/p/north/me/sessions/{session}").text
    answer = browse().get(feed[1])  # a calendar has no cookie
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert link in event["DESCRIPTION"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert browse().get(f"/p/north/calendar/{seats[0]}/{'0' * 32}.ics").status_code == 404
    with world.north.inside():
        keys = {one: key_of_feed(one) for one in seats}
    assert len(set(keys.values())) == len(seats)
    other = browse().be(world.north.session(stranger))
    away = other.get(f"/p/north/me/sessions/{session}")
    assert "for those who have a seat" in other.get(away.location).text


def test_a_scribe_writes_for_one_table_by_code_and_a_photograph_is_kept(
    world: World, browse: Browse, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    with world.north.inside():
        session = coming_session(panel[0])
        begin(session)
        codes = make_codes(None, session, 2)
    scribe = browse()
    sent_away = scribe.get("/p/north/scribe/table")
    assert "Enter the code for this evening" in scribe.get(sent_away.location).text
    json = {"Accept": "application/json"}
    assert scribe.get("/p/north/scribe/table", headers=json).status_code == 403
    scribe.send("/p/north/scribe", {"code": codes[2].lower()})
    at = "/p/north/scribe/table"
    note = {"text": "Three circles", "kind": "flipchart", "key": "f" * 20}
    wrong = note | {"photo": (BytesIO(b"GIF89a"), "board.gif")}
    assert "no photograph that can be opened" in scribe.send(at, wrong).text
    scribe.send(at, note | {"photo": (BytesIO(picture()), "board.jpg")})
    assert "with a photograph" in scribe.get(at).text
    assert "Three circles" in scribe.get(f"{at}?note={'f' * 20}").text
    board = desk.get(f"/p/north/facilitate/sessions/{session}/desk").text
    photo = re.search(r'href="(/p/north/facilitate/sessions/[^"]*/photo)"', board)
    assert photo is not None
    assert desk.get(photo[1]).mimetype == "image/jpeg"
    codes = desk.send(f"/p/north/facilitate/sessions/{session}/scribes", {"tables": "3"}).text
    assert len(re.findall(r"[A-Z0-9]{5}-[A-Z0-9]{5}", codes)) == 3
    assert scribe.get(at).status_code == 303  # the code before is over
    with world.north.inside():
        found = find_session(None, session)
        assert found is not None
        assert found.closed_at is None
    desk.send(
        f"/p/north/facilitate/sessions/{session}/desk/close",
        page=f"/p/north/facilitate/sessions/{session}/desk",
    )
    assert "Three circles" in desk.get(f"/p/north/facilitate/sessions/{session}/said").text


def test_what_a_table_agreed_on_becomes_a_recommendation(
    world: World, browse: Browse, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    with world.north.inside():
        full_session(panel[0], seats_at(panel[0]), "of north")
    at = f"/p/north/facilitate/panels/{panel[0]}/recommendations"
    page = desk.get(at).text
    assert "Call everyone of north" in page
    link = re.search(r'href="([^"]*/recommendations/new\?of=[\w-]{22})"', page)
    assert link is not None
    form = desk.get(link[1]).text
    assert "Table 1, Evening of north" in form
    made = desk.send(
        link[1], {"title": "Calls", "text": "Call everyone", "drafted_by": "Table 1, Evening"}
    )
    assert "Table 1, Evening" in desk.get(made.location).text
    assert "Call everyone of north" in desk.get(made.location).text  # what it rests on
    assert "Make a recommendation of it" not in desk.get(at).text


def test_members_rank_the_harvest_of_a_session(
    world: World, panel: tuple[str, list[int]], desk: CheckedClient
) -> None:
    with world.north.inside():
        session = full_session(panel[0], seats_at(panel[0]), "of north")
    said = desk.get(f"/p/north/facilitate/sessions/{session}/said").text
    link = re.search(r'href="([^"]*/ballots/new\?harvest=[\w-]{22})"', said)
    assert link is not None
    form = desk.get(link[1]).text
    assert "Call everyone of north" in form
    assert "Late words of north" not in form, "what no table agreed on is not ranked"
    assert 'value="ranking" checked' in form
    other = link[1].partition("=")[0] + "=" + "x" * 22
    assert "Call everyone" not in desk.get(other).text


def test_venues_are_described_and_chosen(world: World, desk: CheckedClient) -> None:
    at = "/p/north/facilitate/venues"
    assert "No venue has been added yet." in desk.get(at).text
    hall = {
        "name": "The hall",
        "address": "1 Lane",
        "step_free": "in part",
        "hearing_loop": "yes",
        "cost": "120",
    }
    assert "Choose yes or no" in desk.send(f"{at}/new", hall | {"hearing_loop": ""}).text
    assert desk.send(f"{at}/new", hall).status_code == 303
    assert "There is a venue of this name" in desk.send(f"{at}/new", hall).text
    page = desk.get(at).text
    assert "£120.00" in page
    one = re.search(rf"{at}/([\w-]{{22}})\"", page)
    assert one is not None
    desk.send(f"{at}/{one[1]}", hall | {"closed": "closed"})
    assert "No longer used" in desk.get(at).text
