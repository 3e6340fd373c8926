"""The pages of a diary: written, warned about, changed, deleted, left on a shared device."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engagement.contributions.models import Contribution
from engagement.contributions.rules import State
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.programmes.models import Activity
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.diaries import open_diary

Browse = Callable[[], CheckedClient]
ENTRY = re.compile(r'/entries/([\w-]+)"')


@pytest.fixture
def diary(world: World) -> str:
    """The address of a diary that is open since ten days."""
    programme = world.north.programme()
    with world.north.inside():
        activity = open_diary(programme)
        with transaction():
            begun = clock.now() - timedelta(days=10)
            db.session.execute(update(Activity).values(published_at=begun))
    return f"/p/north/programmes/{programme.public_id}/diary/{activity}"


def today() -> date:
    return clock.day_of(datetime.now(UTC))


def entry(words: str, day: date | None = None, **more: str) -> dict[str, str]:
    day = day or today()
    of_day = {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}
    return {"words": words, "may_quote": "yes", "speaker": "resident", **of_day, **more}


def kept(world: World) -> list[Contribution]:
    with world.north.inside():
        return list(db.session.scalars(select(Contribution).order_by(Contribution.id)))


def test_entries_are_written_changed_and_deleted(world: World, browse: Browse, diary: str) -> None:
    me = browse()
    assert "Nothing yet" in me.get(diary).text
    yesterday = today() - timedelta(days=1)
    saved = me.send(f"{diary}/write", entry("They moved my day again", yesterday))
    assert saved.status_code == 303
    page = me.get(saved.location).text
    assert "We have saved your entry." in page
    assert "They moved my day again" in page
    found = ENTRY.search(page)
    assert found
    change = f"{diary}/entries/{found[1]}"
    form = me.get(change).text
    assert f'value="{yesterday.day}"' in form
    assert "They moved my day again" in form
    me.send(change, entry("They moved my day twice", yesterday, may_quote="no"))
    page = me.get(diary).text
    assert "They moved my day twice" in page
    assert "my day again" not in page
    assert me.get(change).status_code == 404
    found = ENTRY.search(page)
    assert found
    delete = f"{diary}/entries/{found[1]}/delete"
    assert "They moved my day twice" in me.get(delete).text
    me.send(delete)
    assert "Nothing yet" in me.get(diary).text
    assert [one.text for one in kept(world)] == [None, None]


def test_a_name_or_a_number_is_warned_of_before_it_is_kept(
    world: World, browse: Browse, diary: str
) -> None:
    me = browse()
    words = "Mrs Patel next door drove me. Her number is 07700 900123, at RB1 2AA"
    page = me.send(f"{diary}/write", entry(words))
    assert page.status_code == 200
    assert "Not saved yet" in page.text
    for passage in ("Patel", "07700 900123"):
        assert f"{passage}”" in page.text
    assert words in page.text
    assert kept(world) == []
    better = "My neighbour drove me"
    assert me.send(f"{diary}/write", entry(better)).status_code == 303
    assert me.send(f"{diary}/write", entry(words, then="keep")).status_code == 303
    first, second = kept(world)
    assert (first.text, first.state) == (better, State.PUBLISHED)
    # kept as it was, it waits for somebody to look at it
    assert (second.text, second.state) == (words, State.HELD)


def test_what_is_wrong_is_said_and_nothing_is_lost(
    world: World, browse: Browse, diary: str
) -> None:
    me = browse()
    tomorrow = today() + timedelta(days=1)
    page = me.send(f"{diary}/write", entry("A long day", tomorrow)).text
    assert "The day must be from" in page
    assert "A long day" in page
    page = me.send(f"{diary}/write", entry("", **{"day-month": "13"})).text
    assert "Write what you want to note" in page
    assert "The day must include a real month" in page
    assert kept(world) == []
    for speaker in ("organisation", "petition or campaign"):
        refused = me.send(f"{diary}/write", entry("For many", speaker=speaker))
        assert refused.status_code == 200
    assert kept(world) == []


def test_one_sent_twice_is_kept_once(world: World, browse: Browse, diary: str) -> None:
    me = browse()
    once = re.search(r'name="once" value="([\w-]+)"', me.get(f"{diary}/write").text)
    assert once
    for _ in range(2):
        me.send(f"{diary}/write", entry("Sent twice", once=once[1]))
    assert len(kept(world)) == 1


def test_it_closes_while_somebody_writes(world: World, browse: Browse, diary: str) -> None:
    me, late = browse(), browse()
    me.send(f"{diary}/write", entry("In time"))
    with world.north.inside(), transaction():
        db.session.execute(update(Activity).values(closes_at=clock.now() - timedelta(seconds=1)))
    page = me.send(f"{diary}/write", entry("Too late"), page=diary).text
    assert "Too late" in page
    assert "closed" in page
    page = me.get(diary).text
    assert "In time" in page
    assert "Write an entry" not in page
    assert "This is not open now" in late.get(diary).text


def test_a_shared_device_forgets_the_diary(browse: Browse, diary: str) -> None:
    me = browse()
    me.send(f"{diary}/write", entry("Written in the library"))
    left = me.send(f"{diary}/leave", page=diary)
    page = me.get(left.location).text
    assert "This device has forgotten your diary" in page
    assert "Written in the library" not in page


def test_a_resident_finds_the_diary_from_another_device(
    world: World, browse: Browse, diary: str
) -> None:
    ada = world.north.resident("Ada")
    phone, tablet = (browse().be(world.north.session(ada)) for _ in range(2))
    phone.send(f"{diary}/write", entry("Written on the bus"))
    assert "Written on the bus" in tablet.get(diary).text
    assert "Written on the bus" in tablet.get("/p/north/me/said").text
    stranger = browse()
    assert "Written on the bus" not in stranger.get(diary).text
    by_code = diary.replace("/north/", "/north/me/")
    assert by_code in stranger.get(diary).text
    assert stranger.get(by_code).location.endswith("/me/enter")
    assert tablet.get(by_code).location.endswith(diary)
    assert tablet.get(by_code.replace("/diary/", "/diary/x")).status_code == 404


def test_the_last_entry_s_place_and_consent_begin_the_next(browse: Browse, diary: str) -> None:
    me = browse()
    me.send(f"{diary}/write", entry("First", may_quote="no", place="Millbridge"))
    form = me.get(f"{diary}/write").text
    assert re.search(r'value="no"[^>]*checked', form)
    assert "First" not in form


def test_a_diary_of_another_partnership_is_not_here(browse: Browse, diary: str) -> None:
    assert browse().get(diary.replace("/north/", "/south/")).status_code == 404
    for kind in ("say", "survey"):
        assert browse().get(diary.replace("/diary/", f"/{kind}/")).status_code == 404
