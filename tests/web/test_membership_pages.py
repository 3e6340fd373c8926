"""The pages of a standing panel: a member's own, and those of staff."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from engagement.accounts.rules import Role
from engagement.database import clock
from engagement.extensions import db
from engagement.membership import service
from engagement.membership.models import Member
from engagement.membership.queries import OwnMembership, find_standing_panel, own_membership
from engagement.membership.rules import MemberRole, MemberState
from engagement.people.models import Consent
from engagement.people.rules import ContactBy, GivenHow
from engagement.programmes.rules import Topic
from tests.architecture.test_queries_per_page import counted_statements
from tests.client import CheckedClient
from tests.factories import Programme, Resident, World
from tests.factories.members import Joined, crowd, join, join_many, standing_panel
from tests.factories.panels import panel_of
from tests.past import move_back

Browse = Callable[[], CheckedClient]
MANY = 2_000
MOST_SECONDS, MOST_BYTES, MOST_QUERIES = 1.0, 150_000, 6


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of the north."""
    return world.north.programme()


@pytest.fixture
def panel(world: World, programme: Programme) -> str:
    """A standing panel."""
    with world.north.inside():
        return standing_panel(programme, mark="that stands")


@pytest.fixture
def me(world: World, panel: str) -> Joined:
    """A member."""
    with world.north.inside():
        return join(panel)


@pytest.fixture
def own(world: World, browse: Browse, me: Joined) -> CheckedClient:
    """The member's browser."""
    return browse().be(world.north.session(Resident(me.resident_id, "")))


@pytest.fixture
def staff(world: World, browse: Browse, programme: Programme) -> CheckedClient:
    """A facilitator of the programme and of no other."""
    return browse().be(
        world.north.session(world.north.staff(Role.FACILITATOR, programme=programme))
    )


@pytest.fixture
def colleague(world: World, browse: Browse, programme: Programme) -> CheckedClient:
    """Another facilitator of the programme."""
    return browse().be(
        world.north.session(world.north.staff(Role.FACILITATOR, programme=programme))
    )


@pytest.fixture
def mine(panel: str) -> str:
    """The address of one's membership."""
    return f"/p/north/me/memberships/{panel}"


@pytest.fixture
def desk(panel: str) -> str:
    """The address of the panel's pages for staff."""
    return f"/p/north/facilitate/standing-panels/{panel}"


def membership(world: World, panel: str, me: Joined) -> OwnMembership:
    with world.north.inside():
        found = find_standing_panel(None, panel)
        assert found is not None
        row = own_membership(found.id, me.resident_id)
        assert row is not None
        return row


def submit(
    client: CheckedClient, address: str, *, to: str = "", **fields: str | list[str]
) -> TestResponse:
    """Send the form of a page, or the one that leads elsewhere."""
    return client.send(to or address, dict(fields), page=address)


def announce(
    client: CheckedClient, address: str, source: str = "Dice", **fields: str | list[str]
) -> TestResponse:
    """Announce a lottery."""
    return submit(client, address, seed_source=source, seed_due="Noon", **fields)


# A member's own pages


def test_from_home_to_ones_membership_with_what_one_told(
    own: CheckedClient, mine: str, panel: str
) -> None:
    assert f'href="{mine}"' in own.get("/p/north/me/").text
    page = own.get(mine).text
    assert "You have been a member since" in page
    assert "At most 2 times a month" in page
    assert "By e-mail" in page
    assert "Female" in page
    assert "Volunteers, not drawn by lot" in page
    assert f'href="{mine}' in own.get(f"/p/north/me/panels/{panel}").text
    assert f'href="{mine}' in own.get(f"/p/north/me/panels/{panel}/receipt").text


def test_how_often_and_about_what(
    own: CheckedClient, mine: str, world: World, panel: str, me: Joined
) -> None:
    assert submit(own, f"{mine}/often", most_a_month="4").location == mine
    assert "At most 4 times a month" in own.get(mine).text
    refused = submit(own, f"{mine}/often", most_a_month="500")
    assert refused.status_code == 200
    assert "Choose from the answers on the page" in refused.text
    consent = own.get(f"{mine}/interests").text
    assert "What you tick may say something about your health." in consent
    submit(own, f"{mine}/interests", topics=[Topic.WAITING.value, Topic.OLDER.value])
    assert membership(world, panel, me).interests == (Topic.WAITING, Topic.OLDER)
    assert "Waiting for care, Growing older" in own.get(mine).text


def test_a_pause_and_its_end_take_one_step_each(
    own: CheckedClient, mine: str, world: World, panel: str, me: Joined
) -> None:
    with world.north.inside():
        today = clock.day_of(clock.now())
    for wrong, words in ((today, "The day must be after today"), (None, "Enter the day")):
        parts = {
            f"until-{part}": str(getattr(wrong, part)) if wrong else ""
            for part in ("day", "month", "year")
        }
        refused = submit(own, f"{mine}/pause", **parts)
        assert refused.status_code == 200
        assert words in refused.text
    day = today + timedelta(days=40)
    parts = {f"until-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    assert submit(own, f"{mine}/pause", **parts).location == mine
    assert "You have paused. We ask you nothing before" in own.get(mine).text
    assert submit(own, mine, to=f"{mine}/come-back").location == mine
    assert membership(world, panel, me).paused_until is None


def test_leaving_and_coming_back_take_one_step_each(
    own: CheckedClient, mine: str, world: World, panel: str, me: Joined
) -> None:
    assert submit(own, mine, to=f"{mine}/leave").location == mine
    page = own.get(mine).text
    assert "You have left this panel." in page
    assert "Pause until" not in page
    assert submit(own, mine, to=f"{mine}/come-back").location == mine
    assert membership(world, panel, me).state is MemberState.MEMBER


def test_ones_answers_are_shown_and_confirmed(
    own: CheckedClient, mine: str, world: World, panel: str, me: Joined
) -> None:
    assert submit(own, mine, to=f"{mine}/confirm").location == mine
    assert membership(world, panel, me).confirmed_at is not None
    assert "You last said yes on" in own.get(mine).text


def test_who_waits_is_told_so(world: World, browse: Browse, programme: Programme) -> None:
    with world.north.inside():
        panel = standing_panel(programme, 4)
        waits = join_many(panel, 5)[-1]
    client = browse().be(world.north.session(Resident(waits.resident_id, "")))
    assert "You are waiting for a place." in client.get(f"/p/north/me/memberships/{panel}").text


def test_whose_term_is_over_is_thanked(
    own: CheckedClient,
    staff: CheckedClient,
    colleague: CheckedClient,
    mine: str,
    desk: str,
    app: Flask,
) -> None:
    assert submit(staff, f"{desk}/term", months="12").status_code == 303
    assert "Your term is over on" in own.get(mine).text
    move_back(app, Member.since, timedelta(days=400))
    assert "The term of 1 member is over." in staff.get(f"{desk}/rotate").text
    made = announce(staff, f"{desk}/rotate", leave="3")
    assert "You have been a member since" in own.get(mine).text
    for client in (staff, colleague):
        assert submit(client, made.location, seed="4 2 6").location == made.location
    assert "Your term is over, so that others get a turn." in own.get(mine).text
    refused = announce(staff, f"{desk}/rotate", "Other dice", leave="3")
    assert "Nobody’s term is over now" in refused.text


def test_who_is_no_member_is_led_to_the_panel_and_other_panels_are_not_there(
    world: World, browse: Browse, panel: str, programme: Programme
) -> None:
    client = browse().be(world.north.session(world.north.resident()))
    answer = client.get(f"/p/north/me/memberships/{panel}")
    assert answer.location == f"/p/north/me/panels/{panel}"
    with world.north.inside():
        other = panel_of(programme, published=True)
    assert client.get(f"/p/north/me/memberships/{other}").status_code == 404


# Pages of staff


def test_the_list_and_its_filters(
    staff: CheckedClient, desk: str, world: World, panel: str
) -> None:
    with world.north.inside():
        people = join_many(panel, 6)
        service.give_role(None, panel, people[1].member, MemberRole.CHAMPION)
        service.leave(panel, people[3].resident_id)
    everybody = staff.get(f"{desk}/members").text
    assert all(one.reference in everybody for one in people)
    assert "These are people who chose to join." in everybody
    assert "Ada" not in everybody
    for filters, only in (
        ("state=left", people[3]),
        ("role=champion", people[1]),
        ("role=champion&state=member", people[1]),
    ):
        page = staff.get(f"{desk}/members?{filters}").text
        assert only.reference in page
        assert sum(one.reference in page for one in people) == 1, filters
    found = submit(staff, f"{desk}/members", search=people[4].reference).text
    assert people[4].reference in found
    assert people[5].reference not in found
    assert staff.get(f"{desk}/members?role=nothing&state=%00").status_code == 200


def test_roles_are_given_and_taken(
    staff: CheckedClient, desk: str, me: Joined, world: World, panel: str
) -> None:
    address = f"{desk}/members/{me.member}"
    assert submit(staff, address, role="connector").location == address
    assert "Take this role away" in staff.get(address).text
    assert "Connector" in staff.get(f"{desk}/members").text
    submit(staff, address, to=f"{address}/take-role", role="connector")
    assert "Take this role away" not in staff.get(address).text


def test_who_calls_can_choose_pause_leave_and_come_back_too(
    staff: CheckedClient, desk: str, me: Joined, world: World, panel: str
) -> None:
    address = f"{desk}/members/{me.member}"
    topics = [Topic.CARERS.value]
    made = submit(staff, f"{address}/choices", most_a_month="8", topics=topics)
    assert made.location == address
    own = membership(world, panel, me)
    assert (own.most_a_month, own.interests) == (8, (Topic.CARERS,))
    with world.north.inside():
        consents = db.session.scalars(select(Consent).where(Consent.wording == "interests/1")).all()
        assert [one.given_how for one in consents] == [GivenHow.PHONE]
        assert "What do you care about?" in consents[0].wording_text
    submit(staff, f"{address}/choices", most_a_month="1", topics=topics)
    with world.north.inside():
        known = select(Consent).where(Consent.wording == "interests/1")
        assert len(db.session.scalars(known).all()) == 1
    past = {"until-day": "1", "until-month": "1", "until-year": "2020"}
    assert "The day must be after today" in submit(staff, f"{address}/pause", **past).text
    later = {**past, "until-year": "2999"}
    assert submit(staff, f"{address}/pause", **later).location == address
    assert membership(world, panel, me).paused_until is not None
    submit(staff, address, to=f"{address}/come-back")
    assert membership(world, panel, me).paused_until is None
    submit(staff, address, to=f"{address}/leave")
    assert membership(world, panel, me).state is MemberState.LEFT
    refused = submit(staff, f"{address}/choices", most_a_month="1")
    assert refused.location == address
    assert "They come back first." in staff.get(address).text
    submit(staff, address, to=f"{address}/come-back")
    assert membership(world, panel, me).state is MemberState.MEMBER


def test_the_profile_names_its_figures_and_tells_nobodys_number(
    staff: CheckedClient, desk: str, world: World, panel: str
) -> None:
    with world.north.inside():
        for place in range(26):
            join(panel, "male" if place < 5 else "female", "25-34")
    page = staff.get(f"{desk}/profile").text
    assert "people who chose to join" in page
    assert "Figures of the area: Census 2021" in page
    assert "About 25 members." in page
    assert ">26<" not in page
    assert ">21<" not in page
    assert "5,100" in page
    assert "<svg" in page
    assert "*" in page


def test_asking_says_how_many_are_left_out_and_why_and_lists_the_others(
    staff: CheckedClient, desk: str, world: World, panel: str, own: CheckedClient
) -> None:
    with world.north.inside():
        join(panel, contact_by=ContactBy.PHONE, name="Bo Phone")
        join(panel, contact_by=ContactBy.NOBODY)
        once = join(panel)
        service.choose_how_often(panel, once.resident_id, 1)
    page = staff.get(f"{desk}/ask").text
    assert "3 members can be asked now." in page
    assert "Do not want to be contacted, or left no way to: 1" in page
    assert "Enter what it is about" in submit(staff, f"{desk}/ask").text
    words = {"title": "Waiting", "words": "What would help?"}
    made = submit(staff, f"{desk}/ask", **words)
    shown = staff.get(made.location).text
    assert "Bo Phone" in shown
    assert "01632 960 777" in shown
    submit(staff, f"{desk}/ask", **words)
    page = staff.get(f"{desk}/ask").text
    assert "Nobody" not in page
    assert "Asked as often this month as they chose: 3" in page
    refused = submit(staff, f"{desk}/ask", **words)
    assert "Nobody may be asked now" in refused.text
    assert "What would help?" in refused.text
    assert "Waiting" in staff.get(f"{desk}/asks").text


def test_a_part_is_drawn_shown_downloaded_and_asked(
    staff: CheckedClient, desk: str, world: World, panel: str
) -> None:
    with world.north.inside():
        people = join_many(panel, 30)
    told = {
        "name": "Focus group",
        "purpose": "To talk about waiting",
        "size": "9",
        "features": ["sex", "age"],
        "looks_like": "the area",
    }
    too_many = announce(staff, f"{desk}/sample", **{**told, "size": "31"})
    assert "There are 30 such members: enter no more" in too_many.text
    assert "To talk about waiting" in too_many.text
    unknown = announce(staff, f"{desk}/sample", **{**told, "features": ["own-1"]})
    assert "The figures of the area are not known" in unknown.text
    made = announce(staff, f"{desk}/sample", **told)
    assert staff.get(f"{made.location}/file").status_code == 404
    assert staff.get(f"{made.location}/ask").status_code == 404
    assert "Who was drawn" not in staff.get(made.location).text
    submit(staff, made.location, seed="dice 4 2 6")
    page = staff.get(made.location).text
    assert "dice 4 2 6" in page
    assert "Like the area, by the figures behind the targets" in page
    assert "Focus group" in staff.get(f"{desk}/member-lotteries").text
    answer = staff.get(f"{made.location}/file")
    assert answer.headers["Content-Disposition"] == "attachment; filename=lottery-1.csv"
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert {line["reference"] for line in lines} < {one.reference for one in people}
    assert len(lines) == 9
    # The chances differ between strata, so that none stands beside a reference.
    assert all(list(line.values())[1:] == ["", ""] for line in lines)
    assert "@" not in answer.get_data(as_text=True)
    assert "Ada" not in answer.get_data(as_text=True)
    asked = submit(staff, f"{made.location}/ask", title="Come", words="Will you come?")
    assert "Focus group" in staff.get(asked.location).text


def test_a_file_has_the_chance_of_all_where_it_is_the_same_and_tells_no_small_stratum(
    staff: CheckedClient, desk: str, world: World, panel: str
) -> None:
    with world.north.inside():
        for place in range(30):
            join(panel, "male" if place < 3 else "female")
    told = {"name": "G", "purpose": "P", "size": "12", "features": ["sex"]}
    for looks_like, rest in (
        ("those they are drawn from", ("0.4", "2.5")),
        ("the area", ("", "")),
    ):
        made = announce(staff, f"{desk}/sample", looks_like, **told, looks_like=looks_like)
        submit(staff, made.location, seed="4 2 6")
        text = staff.get(f"{made.location}/file").get_data(as_text=True).lstrip("\ufeff")
        lines = [tuple(line.split(",")) for line in text.split()]
        assert lines[0] == ("reference", "chance", "weight")
        assert len(lines) == 13
        assert {line[1:] for line in lines[1:]} == {rest}
        page = staff.get(made.location).text
        table = page[page.index("Who was drawn") :]
        assert "%" not in table
        assert "/ " not in text


def test_no_address_of_the_list_tells_what_members_answered_or_care_about(
    staff: CheckedClient, desk: str, world: World, panel: str
) -> None:
    with world.north.inside():
        people = join_many(panel, 6)
        for one in people[:2]:
            service.choose_interests(panel, one.resident_id, [Topic.DIGITAL], "words")
    everybody = staff.get(f"{desk}/members").text
    assert "sex:" not in everybody
    for wanted in (
        *("answer=sex:male", "answer=age:16-24", "answer=sex:", "feature=sex&answers=male"),
        f"interest={Topic.DIGITAL.value}",
    ):
        page = staff.get(f"{desk}/members?{wanted}").text
        assert all(one.reference in page for one in people), wanted


def test_free_places_are_filled_from_those_who_wait(
    staff: CheckedClient, colleague: CheckedClient, world: World, programme: Programme
) -> None:
    with world.north.inside():
        panel = standing_panel(programme, 4)
        people = join_many(panel, 7)
    door = f"/p/north/facilitate/standing-panels/{panel}"
    told = {"features": ["sex"], "looks_like": "those they are drawn from"}
    assert "No place is free" in announce(staff, f"{door}/refresh", **told).text
    with world.north.inside():
        service.leave(panel, people[0].resident_id)
    made = announce(staff, f"{door}/refresh", **told)
    assert made.status_code == 303
    submit(staff, made.location, seed="4 2 6")
    page = staff.get(made.location).text
    assert "You have entered it." in page
    assert "4 2 6" not in page
    again = submit(staff, made.location, seed="4 2 6")
    assert "Somebody else has to enter it as well" in again.text
    assert "Enter what the source gave" in colleague.get(made.location).text
    differs = submit(colleague, made.location, seed="4 2 5")
    assert "This is not what the first of you entered" in differs.text
    assert submit(colleague, made.location, seed="4 2 6").status_code == 303
    assert "Who gets a free place" in staff.get(made.location).text
    with world.north.inside():
        assert len(list(db.session.scalars(select(Member).where(Member.state == "member")))) == 4


def test_a_lottery_waits_for_its_seed_alone_and_stays_in_the_list_when_it_is_given_up(
    staff: CheckedClient, desk: str, world: World, panel: str
) -> None:
    with world.north.inside():
        join_many(panel, 30)
    told = {"name": "G", "purpose": "P", "size": "9", "looks_like": "those they are drawn from"}
    missing = submit(staff, f"{desk}/sample", **told)
    assert "Enter where the seed will come from" in missing.text
    made = announce(staff, f"{desk}/sample", **told)
    other = announce(staff, f"{desk}/sample", "Other dice", **told)
    assert other.location == made.location
    assert "One of its kind waits for its seed" in staff.get(made.location).text
    give_up = f"{made.location}/give-up"
    refused = submit(staff, made.location, to=give_up, reason="")
    assert "Enter why it is given up" in refused.text
    assert submit(staff, made.location, to=give_up, reason="Dice lost").location == made.location
    page = staff.get(made.location).text
    assert "Dice lost" in page
    assert "Enter the seed" not in page
    listed = staff.get(f"{desk}/member-lotteries").text
    assert "Given up: Dice lost" in listed
    used = announce(staff, f"{desk}/sample", "DICE.", **told)
    assert "Lottery 1 of this panel named it already" in used.text
    assert announce(staff, f"{desk}/sample", "Other dice", **told).status_code == 303


def test_a_citizens_panel_and_the_panels_of_other_programmes_have_no_such_pages(
    staff: CheckedClient, world: World, programme: Programme
) -> None:
    with world.north.inside():
        citizens = panel_of(programme)
    other = world.north.programme("Another")
    with world.north.inside():
        theirs = standing_panel(other)
    for panel in (citizens, theirs):
        for page in ("members", "profile", "ask", "sample", "term", "member-lotteries"):
            address = f"/p/north/facilitate/standing-panels/{panel}/{page}"
            assert staff.get(address).status_code == 404


def test_the_list_of_two_thousand_is_light_and_fast(
    staff: CheckedClient, desk: str, world: World, panel: str, app: Flask
) -> None:
    with world.north.inside():
        crowd(panel, MANY)
    for address in (
        f"{desk}/members",
        f"{desk}/members?state=member&page=3",
        f"{desk}/members?role=champion",
    ):
        with counted_statements(app) as asked:
            before = time.perf_counter()
            answer = staff.get(address)
            took = time.perf_counter() - before
        assert answer.status_code == 200
        assert len(asked) <= MOST_QUERIES, asked
        assert len(answer.data) < MOST_BYTES
        assert took < MOST_SECONDS, f"{address}: {took:.2f} s"
