"""Somebody keeps a diary for some weeks, with and without scripts, on a small phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engagement.contributions.models import Contribution
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.programmes.models import Activity
from tests.factories import Partnership, Programme
from tests.factories.diaries import open_diary
from tests.journeys.visitor import Open, Visitor

SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def programme(place: Partnership) -> Programme:
    programme = place.programme("Waiting well")
    with place.inside():
        open_diary(programme, "A diary of waiting")
        with transaction():
            begun = clock.now() - timedelta(days=30)
            db.session.execute(update(Activity).values(published_at=begun))
    return programme


def write(me: Visitor, words: str, days_ago: int = 0) -> None:
    day = clock.day_of(datetime.now(UTC)) - timedelta(days=days_ago)
    for part in ("day", "month", "year"):
        me.enter(part.title(), str(getattr(day, part)))
    me.enter("What happened, and how was it?", words)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_diary_is_kept_over_weeks(
    place: Partnership, programme: Programme, open_browser: Open, scripts: bool
) -> None:
    me = open_browser(scripts=scripts, **SMALL)
    me.go(f"programmes/{programme.public_id}")
    me.press("Keep a diary")
    me.look()
    me.press("Write an entry")
    write(me, "The letter came. My son had to read it to me", days_ago=21)
    me.press("Save my entry")
    me.sees_error("Choose yes or no")
    me.look()
    me.page.get_by_role("group", name="May we show").get_by_label("Yes").check()
    me.press("Save my entry")
    me.is_told("We have saved your entry.")
    me.look()

    me.press("Write an entry")
    write(me, "Mrs Patel drove me. Her number is 07700 900123", days_ago=2)
    me.press("Save my entry")
    assert "Not saved yet" in me.page.title()
    assert "Mrs Patel" in me.main.inner_text()
    me.look()
    me.enter("What happened, and how was it?", "My neighbour drove me")
    me.press("Save my entry")
    me.is_told("We have saved your entry.")
    assert [one.inner_text() for one in me.main.locator("blockquote").all()] == [
        "My neighbour drove me",
        "The letter came. My son had to read it to me",
    ]

    me.main.get_by_role("link", name="Change").first.click()
    me.look()
    me.enter("What happened, and how was it?", "My neighbour drove me, and waited")
    me.press("Save my entry")
    assert "and waited" in me.main.inner_text()
    me.main.get_by_role("link", name="Delete").last.click()
    me.look()
    me.press("Delete my entry")
    me.is_told("We have deleted your entry.")
    assert "The letter came" not in me.main.inner_text()
    with place.inside():
        kept = db.session.scalars(
            select(Contribution.text).where(Contribution.text.is_not(None))
        ).all()
    assert kept == ["My neighbour drove me, and waited"]

    me.press("Forget my diary on this device")
    assert "and waited" not in me.main.inner_text()
