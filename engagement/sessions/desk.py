"""Use cases of the desk during a session: the timer, what tables wrote, and closing it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, func, select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import record
from engagement.contributions.models import Contribution
from engagement.contributions.queries import at_risk
from engagement.contributions.rules import Channel, ConsentHow, Speaker, State
from engagement.contributions.service import Said, key_of_taken, take_in
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.service import FileRow, files_by_maker
from engagement.panels.service import Visible
from engagement.programmes.models import Activity
from engagement.programmes.queries import area_names
from engagement.programmes.rules import ParticipantKind
from engagement.programmes.service import add_participant
from engagement.sessions.agenda import items_to_change
from engagement.sessions.errors import SessionStands, UnknownItem
from engagement.sessions.models import AgendaItem, Session, TableNote, TableScribe
from engagement.sessions.queries import ItemRow, SessionRow
from engagement.sessions.rules import NoteKind
from engagement.sessions.service import part_of, session_to_change

N_ = str  # marks a sentence for the catalogue of translations
CONSENT = N_("At the start the table was told that its notes are shown to others, without names.")


@dataclass(frozen=True)
class TimerRow:
    """What the desk is at: since when, how long is left (below zero: over its time)."""

    item: ItemRow
    is_paused: bool
    left: timedelta


def timer_of(session: SessionRow, items: list[ItemRow], now: datetime) -> TimerRow | None:
    """The timer of a session; nothing before the first item was begun."""
    item = next((one for one in items if one.id == session.item_id), None)
    if item is None or session.item_at is None:
        return None
    ends_at = session.item_at + timedelta(minutes=item.minutes)
    return TimerRow(item, session.paused_at is not None, ends_at - (session.paused_at or now))


@transactional
def go_to(visible: Visible, session: str, item: str | None) -> None:
    """Begin an item of the agenda; ``None``, the one after that at which the desk is.

    Raises ``UnknownSession``, or ``UnknownItem`` where there is no such item, or none after it.
    """
    row = session_to_change(visible, session)
    items = items_to_change(row)
    if item is None:
        at = next((place for place, one in enumerate(items) if one.id == row.item_id), -1)
        wanted = items[at + 1] if at + 1 < len(items) else None
    else:
        wanted = next((one for one in items if one.public_id == item), None)
    if wanted is None:
        raise UnknownItem(item or session)
    row.item_id, row.item_at, row.paused_at = wanted.id, clock.now(), None
    record("session.item begun", "session", session, facts={"item": wanted.public_id})


@transactional
def pause(visible: Visible, session: str, *, on: bool) -> None:
    """Let the timer stand still, or go on where it stood. Raises ``UnknownSession``, or
    ``UnknownItem`` where nothing was begun."""
    row = session_to_change(visible, session)
    if row.item_at is None:
        raise UnknownItem(session)
    if on == (row.paused_at is not None):
        return
    now = clock.now()
    if on:
        row.paused_at = now
    else:
        assert row.paused_at is not None
        row.item_at, row.paused_at = row.item_at + (now - row.paused_at), None
    record("session.timer paused" if on else "session.timer went on", "session", session)


@dataclass(frozen=True)
class NoteRow:
    """What a table wrote down; ``text`` is empty where it may not be read, or was taken back."""

    id: int
    public_id: str
    table: int
    kind: NoteKind
    text: str
    speaker: Speaker
    tag: str
    factors: tuple[str, ...]
    agreed_at: datetime | None
    contribution: str | None
    item_id: int | None
    item: str
    changed_at: datetime
    key: str
    session: str
    photo: FileRow | None = None

    @property
    def counts(self) -> bool:
        """Whether it may count: what a table has not agreed on as its wording does not."""
        return self.kind is not NoteKind.WORDING or self.agreed_at is not None


def notes(*conditions: ColumnElement[bool]) -> list[NoteRow]:
    """What tables wrote down, the oldest first; not what tells of harm, or was taken back."""
    rows: Any = db.session.execute(
        select(
            TableNote.id,
            TableNote.public_id,
            TableNote.table_number,
            TableNote.kind,
            func.coalesce(TableNote.text, Contribution.text, ""),
            TableNote.speaker,
            TableNote.tag,
            TableNote.factors,
            TableNote.agreed_at,
            Contribution.public_id,
            TableNote.item_id,
            func.coalesce(AgendaItem.title, ""),
            TableNote.changed_at,
            TableNote.key,
            Session.title,
        )
        .join(Session, Session.id == TableNote.session_id)
        .outerjoin(Contribution, Contribution.id == TableNote.contribution_id)
        .outerjoin(AgendaItem, AgendaItem.id == TableNote.item_id)
        .where(
            Contribution.id.is_(None)
            | (~at_risk & (Contribution.state != State.WITHDRAWN) & Contribution.text.is_not(None)),
            *conditions,
        )
        .order_by(TableNote.id)
    ).all()
    files = files_by_maker([row.public_id for row in rows]) if rows else {}
    return [
        cast("Any", NoteRow)(
            *row[:7],
            tuple(row.factors),
            *row[8:],
            next(iter(files.get(row.public_id, [])), None),
        )
        for row in rows
    ]


def notes_of(session_id: int) -> list[NoteRow]:
    """What the tables of a session wrote down."""
    return notes(TableNote.session_id == session_id)


def harvest_of(session_id: int) -> list[NoteRow]:
    """What the tables of a session agreed on: its harvest."""
    agreed = (TableNote.kind == NoteKind.WORDING, TableNote.agreed_at.is_not(None))
    return notes(TableNote.session_id == session_id, *agreed)


def tagged_notes(activity_id: int, tag: str) -> list[NoteRow]:
    """What was said under a tag at all sessions of an activity."""
    return notes(Session.activity_id == activity_id, TableNote.tag == tag)


@dataclass(frozen=True)
class TableRow:
    """A table as the desk sees it: how much it wrote, when last, and whether a scribe is there."""

    number: int
    notes: int
    last_at: datetime | None
    scribe_at: datetime | None


def tables_of(session_id: int, found: list[NoteRow]) -> list[TableRow]:
    """The tables for which there is a scribe's code, or at which something was written."""
    rows: Any = db.session.execute(
        select(TableScribe.table_number, TableScribe.seen_at).where(
            TableScribe.session_id == session_id
        )
    )
    scribes = {row.table_number: row.seen_at for row in rows}
    many = Counter(note.table for note in found)
    last = {note.table: note.changed_at for note in sorted(found, key=lambda one: one.changed_at)}
    return [
        TableRow(table, many[table], last.get(table), scribes.get(table))
        for table in sorted({*scribes, *many})
    ]


@transactional
def close_desk(visible: Visible, session: str) -> int:
    """Close the desk: what tables wrote becomes contributions, their agreed wording once they said
    yes to it. Returns how many are new. What a device sends later becomes one as it comes.

    Raises ``UnknownSession``, or ``SessionStands`` before the session begins.
    """
    row = session_to_change(visible, session)
    if clock.now() < row.starts_at:
        raise SessionStands(session)
    if row.closed_at is None:
        row.closed_at = clock.now()
        record("session.desk closed", "session", session)
    waiting = db.session.scalars(
        select(TableNote)
        .where(TableNote.session_id == row.id, TableNote.contribution_id.is_(None))
        .order_by(TableNote.id)
    ).all()
    return sum(become_contribution(row, note) for note in waiting)


def become_contribution(row: Session, note: TableNote) -> bool:
    """Put what a table wrote into the corpus; whether it is there now."""
    unsaid = note.text is None or not note.text.strip()
    if unsaid or (note.kind is NoteKind.WORDING and note.agreed_at is None):
        return False
    activity = db.session.get_one(Activity, row.activity_id)
    item = db.session.get(AgendaItem, note.item_id) if note.item_id else None
    token = keyed_hash("table of a session", f"{row.public_id} {note.table_number}")
    participant = add_participant(activity.programme_id, ParticipantKind.TABLE, token)
    assert note.text is not None
    said = Said(
        text=note.text,
        place_name=area_names(activity.programme_id),
        may_quote=True,
        consent_wording=CONSENT,
        consent_how=ConsentHow.SPOKEN,
        prompt=(item.prompt or item.title) if item else "",
        channel=Channel.FACE_TO_FACE,
        speaker=note.speaker,
        said_on=clock.day_of(note.created_at),
        source=f"{row.title}, table {note.table_number}",
        key=keyed_hash("note of a table", note.public_id),
    )
    made = take_in(activity, participant, said)
    note.contribution_id = key_of_taken(made)
    note.text = None
    return True


@transactional
def agree_for_table(visible: Visible, session: str, note: str, *, agreed: bool) -> None:
    """Note that a table said yes to its wording, or takes that back, before it is closed.

    Raises ``UnknownSession`` or ``UnknownItem``.
    """
    row = session_to_change(visible, session)
    found = part_of(row, TableNote, note)
    if found.kind is not NoteKind.WORDING or found.contribution_id is not None:
        raise UnknownItem(note)
    settle(row, found, agreed=agreed)


def settle(row: Session, note: TableNote, *, agreed: bool) -> None:
    """Note whether the table said yes; once the desk is closed, its wording counts at once."""
    note.agreed_at = clock.now() if agreed else None
    action = "session.wording agreed" if agreed else "session.wording not agreed"
    record(action, "session", row.public_id, facts={"table": note.table_number})
    if agreed and row.closed_at is not None:
        become_contribution(row, note)


@transactional
def mark_note(visible: Visible, session: str, note: str, tag: str, factors: list[str]) -> None:
    """Put a note under a tag, with what besides health care was said to make a difference.

    Raises ``UnknownSession`` or ``UnknownItem``.
    """
    row = session_to_change(visible, session)
    found = part_of(row, TableNote, note)
    found.tag, found.factors = tag.strip(), factors
    record("session.note marked", "session", session, facts={"note": note})
