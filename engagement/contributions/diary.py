"""A diary: what somebody notes day by day, over weeks. Every entry is a contribution of its own.

A changed entry is another contribution, and the first is taken back, so that what others read and
what was counted is never altered under them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engagement.audit.service import VISITOR, acting_as
from engagement.contributions.errors import NotThisDay, UnknownContribution
from engagement.contributions.models import Contribution
from engagement.contributions.outcomes import Author
from engagement.contributions.queries import not_taken_back
from engagement.contributions.rules import Speaker, clean
from engagement.contributions.service import (
    Said,
    drop_words,
    key_of,
    open_activity,
    speaking_as,
    take_in_once,
    taken,
)
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.programmes.models import Activity
from engagement.programmes.rules import ActivityKind


@dataclass(frozen=True)
class Entry:
    """One entry of a diary, as whoever wrote it sees it."""

    public_id: str
    said_on: date
    text: str
    may_quote: bool
    place_name: str
    place_code: str | None
    speaker: Speaker


def entries_of(activity_id: int, author: Author) -> list[Entry]:
    """What somebody wrote in a diary and did not take back, the newest day first."""
    rows: Any = db.session.execute(
        select(
            Contribution.public_id,
            Contribution.said_on,
            Contribution.text,
            Contribution.may_quote,
            Contribution.place_name,
            Contribution.place_code,
            Contribution.speaker,
        )
        .where(Contribution.activity_id == activity_id, author.own(), *not_taken_back())
        .order_by(Contribution.said_on.desc(), Contribution.id.desc())
    )
    return [Entry(*row) for row in rows]


def is_own(activity_id: int, entry: str, author: Author) -> bool:
    """Whether somebody wrote an entry, taken back or not."""
    found = select(Contribution.id).where(
        Contribution.activity_id == activity_id, Contribution.public_id == entry, author.own()
    )
    return db.session.scalar(found) is not None


def days_of(
    opens_at: datetime | None, published_at: datetime | None, now: datetime
) -> tuple[date, date]:
    """The first and the last day for which an entry may be written: none lies in the future."""
    today = clock.day_of(now)
    return min(clock.day_of(opens_at or published_at or now), today), today


@transactional
def add_entry(
    activity: str, said: Said, browser: str, *, resident_id: int | None = None, once: str = ""
) -> str:
    """Take one entry, for the day ``said.said_on``; returns its public id.

    ``browser`` and ``once`` are as of ``speak``. Raises ``NotOpen``, ``NotThisDay``,
    ``NothingSaid`` or ``TooLong``.
    """
    diary = _open(activity, said)
    return take_in_once(diary, speaking_as(diary.programme_id, browser, resident_id), said, once)


@transactional
def change_entry(activity: str, entry: str, said: Said, author: Author, once: str = "") -> str:
    """Put another entry in the place of one's own; returns its public id.

    Sent twice, it is changed once. Raises as ``add_entry``, and ``UnknownContribution`` where it
    is not theirs or not there any more; then the first stands.
    """
    diary = _open(activity, said)
    row = _own(diary.id, entry, author)
    if row.text is None:
        there = taken(diary.programme_id, key_of(row.participant_id, said, once))
        if there is None:
            raise UnknownContribution(entry)
        return there
    same = (row.text, row.said_on, row.may_quote) == (
        clean(said.text),
        said.said_on,
        said.may_quote,
    )
    if same:
        return entry
    replaced = take_in_once(diary, row.participant_id, said, once)
    with acting_as(VISITOR):
        drop_words(entry)
    return replaced


@transactional
def delete_entry(activity_id: int, entry: str, author: Author) -> None:
    """Delete the words of one's own entry, open or closed. Raises ``UnknownContribution``."""
    if _own(activity_id, entry, author).text is None:
        raise UnknownContribution(entry)
    with acting_as(VISITOR):
        drop_words(entry)


def _open(activity: str, said: Said) -> Activity:
    diary = open_activity(activity, ActivityKind.DIARY)
    first, last = days_of(diary.opens_at, diary.published_at, clock.now())
    if not first <= (said.said_on or last) <= last:
        raise NotThisDay(first, last)
    return diary


def _own(activity_id: int, entry: str, author: Author) -> Contribution:
    """An entry of theirs, taken back or not, to change it; two at once wait for each other."""
    row = db.session.scalars(
        select(Contribution)
        .where(
            Contribution.activity_id == activity_id,
            Contribution.public_id == entry,
            author.own(),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise UnknownContribution(entry)
    return row
