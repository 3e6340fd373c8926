"""Scribes: a code for the evening, with which somebody writes for one table and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from engagement.accounts.credentials import keyed_hash, new_code, normalise_code
from engagement.audit.service import VISITOR, acting_as, record
from engagement.contributions.errors import NothingSaid, TooLong
from engagement.contributions.rules import LONGEST, Speaker, clean
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.documents.pictures import without_metadata
from engagement.extensions import db
from engagement.files.service import expire_files, keep_file
from engagement.panels.service import Visible
from engagement.sessions.desk import NoteRow, become_contribution, notes, settle
from engagement.sessions.errors import SessionStands, UnknownItem
from engagement.sessions.models import AgendaItem, Session, TableNote, TableScribe
from engagement.sessions.queries import SessionRow, sessions
from engagement.sessions.rules import FILES_KEPT, NoteKind
from engagement.sessions.service import session_to_change

CODES_LAST = timedelta(hours=12)
"""After the end of the session: so long may a device that had no signal send what it holds."""
MOST_TABLES = 60
PURPOSE = "scribe"


@transactional
def make_codes(visible: Visible, session: str, tables: int) -> dict[int, str]:
    """A new code for each table from 1 to ``tables``; earlier ones are over. Returns the codes,
    which nobody can look up again.

    Raises ``UnknownSession``, or ``SessionStands`` where it was called off or its codes would be
    over already.
    """
    row = session_to_change(visible, session)
    expires_at = row.ends_at + CODES_LAST
    if row.called_off_at is not None or expires_at <= clock.now():
        raise SessionStands(session)
    db.session.execute(delete(TableScribe).where(TableScribe.session_id == row.id))
    tables = min(tables, MOST_TABLES)
    codes = {table: _new_code(row, table, expires_at) for table in range(1, tables + 1)}
    record("session.scribes made", "session", session, facts={"tables": len(codes)})
    return codes


@transactional
def renew_code(visible: Visible, session: str, table: int) -> str:
    """A new code for one table, as when its scribe's telephone was lost: the old one is over.

    Raises ``UnknownSession``, or ``UnknownItem`` where the table has none.
    """
    row = session_to_change(visible, session)
    found = db.session.scalars(
        select(TableScribe).where(
            TableScribe.session_id == row.id, TableScribe.table_number == table
        )
    ).one_or_none()
    if found is None:
        raise UnknownItem(str(table))
    db.session.delete(found)
    code = _new_code(row, table, found.expires_at)
    record("session.scribe renewed", "session", session, facts={"table": table})
    return code


def _new_code(row: Session, table: int, expires_at: datetime) -> str:
    code = new_code()
    hashed = keyed_hash(PURPOSE, code)
    db.session.add(
        TableScribe(session_id=row.id, table_number=table, code_hash=hashed, expires_at=expires_at)
    )
    return code


@dataclass(frozen=True)
class ScribeRow:
    """A scribe's place: a table of a session, until the code is over."""

    public_id: str
    table: int
    expires_at: datetime
    session: SessionRow


@transactional
def enter(typed: str) -> str | None:
    """Come in with a code; returns the public id of the scribe's place, or nothing where the code
    is unknown or over."""
    found = db.session.scalars(
        select(TableScribe).where(
            TableScribe.code_hash == keyed_hash(PURPOSE, normalise_code(typed)),
            TableScribe.expires_at > clock.utc_now(),
        )
    ).one_or_none()
    if found is None:
        return None
    found.seen_at = clock.now()
    return found.public_id


def find_scribe(public_id: str) -> ScribeRow | None:
    """A scribe's place whose code is not over."""
    row = db.session.execute(
        select(
            TableScribe.public_id,
            TableScribe.table_number,
            TableScribe.expires_at,
            TableScribe.session_id,
        ).where(TableScribe.public_id == public_id, TableScribe.expires_at > clock.utc_now())
    ).one_or_none()
    if row is None:
        return None
    (session,) = sessions(Session.id == row.session_id)
    return ScribeRow(row.public_id, row.table_number, row.expires_at, session)


def notes_at(scribe: ScribeRow) -> list[NoteRow]:
    """What was written at a scribe's table."""
    return notes(TableNote.session_id == scribe.session.id, TableNote.table_number == scribe.table)


@dataclass(frozen=True)
class Written:
    """What a scribe wrote: ``key`` is made by their device, once for each note. ``item`` is the
    public id of what the agenda was at when it was begun; empty, what the desk is at now."""

    key: str
    text: str
    kind: NoteKind = NoteKind.NOTE
    tag: str = ""
    speaker: Speaker = Speaker.RESIDENT
    item: str = ""


@transactional
def write(scribe_public_id: str, written: Written, photo: bytes | None = None) -> str:
    """Keep what a scribe wrote, or what it has become; returns the note's public id.

    The same key is the same note, at this table alone; words that are changed are no longer agreed.
    A ``photo`` is kept without its metadata. Raises ``UnknownItem`` where the code is over, or the
    key is another table's; ``SessionStands`` where the note is a contribution already and its words
    would change; ``NothingSaid``, ``TooLong`` or ``NoPicture``.
    """
    row, scribe = _place(scribe_public_id)
    text = clean(written.text)
    if not text:
        raise NothingSaid
    if len(text) > LONGEST:
        raise TooLong(len(text))
    bare = without_metadata(photo) if photo is not None else None
    note = db.session.scalars(
        select(TableNote)
        .where(TableNote.session_id == row.id, TableNote.key == written.key)
        .with_for_update()
    ).one_or_none()
    if note is not None and note.table_number != scribe.table_number:
        raise UnknownItem(written.key)
    if note is not None and note.contribution_id is not None:
        if not _says(note, text):
            raise SessionStands(note.public_id)
        _keep_photo(note, bare)  # it may come later than the words
        return note.public_id
    is_new = note is None
    if note is None:
        item = _item(row, written.item)
        note = TableNote(
            session_id=row.id, table_number=scribe.table_number, key=written.key, item_id=item
        )
    if note.text != text:
        note.agreed_at = None
    note.kind, note.text, note.tag = written.kind, text, written.tag.strip()
    note.speaker, note.changed_at = written.speaker, clock.now()
    db.session.add(note)
    with acting_as(VISITOR):
        db.session.flush()
        if is_new:
            record(
                "session.note written",
                "session",
                row.public_id,
                facts={"table": scribe.table_number},
            )
        _keep_photo(note, bare)
        scribe.seen_at = clock.now()
        if row.closed_at is not None:
            become_contribution(row, note)
        return note.public_id


def _keep_photo(note: TableNote, bare: bytes | None) -> None:
    """Keep the photograph of a note; one that is sent again takes the place of the first."""
    if bare is not None:
        expire_files(note.public_id)
        keep_file(note.public_id, "flipchart.jpg", "image/jpeg", [bare], FILES_KEPT)


@transactional
def agree(scribe_public_id: str, key: str, *, agreed: bool) -> None:
    """Note that the table said yes to these words, read out to it, or takes that back.

    Raises ``UnknownItem`` for what is no wording of this table, or a contribution already.
    """
    row, scribe = _place(scribe_public_id)
    note = db.session.scalars(
        select(TableNote)
        .where(
            TableNote.session_id == row.id,
            TableNote.table_number == scribe.table_number,
            TableNote.key == key,
            TableNote.kind == NoteKind.WORDING,
            TableNote.contribution_id.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if note is None:
        raise UnknownItem(key)
    with acting_as(VISITOR):
        settle(row, note, agreed=agreed)


def _place(public_id: str) -> tuple[Session, TableScribe]:
    """The scribe and their session. Tables write at the same time, one table one after another;
    whoever closes the desk or makes new codes waits, and is waited for."""
    current = (TableScribe.public_id == public_id, TableScribe.expires_at > clock.utc_now())
    session = db.session.scalars(
        select(Session)
        .join(TableScribe, TableScribe.session_id == Session.id)
        .where(*current)
        .with_for_update(read=True, of=Session)
    ).one_or_none()
    scribe = db.session.scalars(select(TableScribe).where(*current).with_for_update()).one_or_none()
    if session is None or scribe is None:
        raise UnknownItem(public_id)
    return session, scribe


def _item(row: Session, public_id: str) -> int | None:
    if not public_id:
        return row.item_id
    return db.session.scalar(
        select(AgendaItem.id).where(
            AgendaItem.session_id == row.id, AgendaItem.public_id == public_id
        )
    )


def _says(note: TableNote, text: str) -> bool:
    """Whether what a note has become says these very words."""
    return any(shown.text == text for shown in notes(TableNote.id == note.id))
