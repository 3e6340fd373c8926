"""A diary: entries by day, changed and taken back by whoever wrote them, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engagement.contributions.diary import change_entry, delete_entry, entries_of
from engagement.contributions.errors import NotOpen, NotThisDay, UnknownContribution
from engagement.contributions.models import Contribution
from engagement.contributions.outcomes import Author
from engagement.contributions.rules import State
from engagement.contributions.service import Said
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.programmes.models import Activity
from engagement.programmes.models import Programme as ProgrammeTable
from engagement.programmes.rules import ActivityKind
from tests.factories import Programme, World
from tests.factories.diaries import open_diary, write


def said(text: str, days_ago: int = 0) -> Said:
    day = clock.day_of(clock.now()) - timedelta(days=days_ago)
    return Said(text, "Riverbank", may_quote=False, said_on=day)


def activity_key(public_id: str) -> int:
    return db.session.scalars(select(Activity.id).where(Activity.public_id == public_id)).one()


def opened_before(days: int) -> None:
    with transaction():
        begun = clock.now() - timedelta(days=days)
        db.session.execute(update(Activity).values(published_at=begun))


def test_entries_are_contributions_by_day_that_their_writer_reads(world: World) -> None:
    programme, ada, bo = world.north.programme(), world.north.resident(), world.north.resident()
    with world.north.inside():
        diary = open_diary(programme)
        opened_before(20)
        today = clock.day_of(clock.now())
        write(diary, ada, "The letter came", today - timedelta(days=3))
        write(diary, ada, "I rang and waited", today)
        write(diary, None, "Written in a library", today, browser="a browser")
        key = activity_key(diary)
        own = entries_of(key, Author(ada.id, "", programme.id))
        assert [(one.text, one.said_on) for one in own] == [
            ("I rang and waited", today),
            ("The letter came", today - timedelta(days=3)),
        ]
        assert entries_of(key, Author(bo.id, "", programme.id)) == []
        assert len(entries_of(key, Author(None, "a browser", programme.id))) == 1
        rows = db.session.scalars(select(Contribution)).all()
        assert {row.method for row in rows} == {ActivityKind.DIARY}
        assert len({row.participant_id for row in rows}) == 2


def test_a_changed_entry_is_another_and_the_first_is_taken_back(world: World) -> None:
    programme, ada = world.north.programme(), world.north.resident()
    with world.north.inside():
        diary = open_diary(programme)
        first = write(diary, ada, "It was bad")
        author = Author(ada.id, "", programme.id)
        assert change_entry(diary, first, Said("It was bad", "", True), author) != first
        second = entries_of(activity_key(diary), author)[0].public_id
        third = change_entry(diary, second, said("It was rather bad"), author, once="t" * 30)
        # sent twice, changed once
        assert change_entry(diary, second, said("It was rather bad"), author, "t" * 30) == third
        assert change_entry(diary, third, said("It was rather bad"), author) == third
        rows = {row.public_id: row for row in db.session.scalars(select(Contribution))}
        assert [row.state for row in rows.values()].count(State.WITHDRAWN) == 2
        assert rows[first].text is None
        assert rows[third].text == "It was rather bad"
        with pytest.raises(UnknownContribution):
            change_entry(diary, second, said("Something else"), author, "u" * 30)
        assert len(entries_of(activity_key(diary), author)) == 1


def test_nobody_changes_or_deletes_the_entry_of_another(world: World) -> None:
    programme, ada, bo = world.north.programme(), world.north.resident(), world.north.resident()
    with world.north.inside():
        diary = open_diary(programme)
        entry = write(diary, ada, "It is mine")
        other, key = Author(bo.id, "", programme.id), activity_key(diary)
        for author in (other, Author(None, "", programme.id), Author(None, "x", programme.id)):
            with pytest.raises(UnknownContribution):
                change_entry(diary, entry, said("Now mine"), author)
            with pytest.raises(UnknownContribution):
                delete_entry(key, entry, author)
        own = Author(ada.id, "", programme.id)
        delete_entry(key, entry, own)
        with pytest.raises(UnknownContribution):
            delete_entry(key, entry, own)
        assert entries_of(key, own) == []


def test_a_day_lies_between_the_opening_and_today(world: World) -> None:
    programme, ada = world.north.programme(), world.north.resident()
    with world.north.inside():
        diary = open_diary(programme)
        opened_before(5)
        today = clock.day_of(clock.now())
        for wrong in (today + timedelta(days=1), today - timedelta(days=6)):
            with pytest.raises(NotThisDay) as refused:
                write(diary, ada, "On another day", wrong)
            assert (refused.value.first, refused.value.last) == (today - timedelta(days=5), today)
        write(diary, ada, "On the first day", today - timedelta(days=5))


def test_after_the_close_nothing_is_added_or_changed_but_still_deleted(world: World) -> None:
    programme, ada = world.north.programme(), world.north.resident()
    with world.north.inside():
        diary = open_diary(programme)
        entry = write(diary, ada, "In time")
        with transaction():
            closed = clock.now() - timedelta(seconds=1)
            db.session.execute(update(Activity).values(closes_at=closed))
        author = Author(ada.id, "", programme.id)
        with pytest.raises(NotOpen):
            write(diary, ada, "Too late")
        with pytest.raises(NotOpen):
            change_entry(diary, entry, said("Too late"), author)
        assert entries_of(activity_key(diary), author)[0].text == "In time"
        delete_entry(activity_key(diary), entry, author)


def limit(programme: Programme, most: int) -> None:
    with transaction():
        db.session.execute(
            update(ProgrammeTable)
            .where(ProgrammeTable.id == programme.id)
            .values(most_per_person=most)
        )


def test_a_diary_is_not_cut_short_by_the_limit_of_answers(world: World) -> None:
    programme, ada = world.north.programme(), world.north.resident()
    with world.north.inside():
        diary = open_diary(programme)
        limit(programme, 1)
        for number in range(3):
            write(diary, ada, f"Day {number}")
        assert len(entries_of(activity_key(diary), Author(ada.id, "", programme.id))) == 3
