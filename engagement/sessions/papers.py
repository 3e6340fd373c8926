"""Papers: in plain words first, the full one behind as a link or a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.service import FileRow, expire_files, files_by_maker, files_of, keep_file
from engagement.panels.service import Visible
from engagement.sessions.models import Paper, Session, SessionPaper
from engagement.sessions.queries import SessionRow, sessions
from engagement.sessions.rules import FILES_KEPT
from engagement.sessions.service import part_of, session_to_change

LARGEST_PAPER = 15 * 1024 * 1024  # a request may be a little larger, and no more


@dataclass(frozen=True)
class PaperRow:
    """A paper, and the stored file of the full one, where there is one."""

    public_id: str
    title: str
    made_by: str
    plain: str
    link: str
    file: FileRow | None


def papers_in(table: type[Paper], *conditions: ColumnElement[bool]) -> list[PaperRow]:
    """Papers in the order in which they were put there."""
    rows: Any = db.session.execute(
        select(table.public_id, table.title, table.made_by, table.plain, table.link)
        .where(*conditions)
        .order_by(table.id)
    ).all()
    files: Any = files_by_maker([row.public_id for row in rows]) if rows else {}
    full: list[list[Any]] = [[*row, *files.get(row.public_id, [None])[:1]] for row in rows]
    return [PaperRow(*columns) for columns in full]


def papers_of(session_id: int) -> list[PaperRow]:
    """The papers of a session."""
    return papers_in(SessionPaper, SessionPaper.session_id == session_id)


def find_paper(public_id: str) -> tuple[SessionRow, FileRow] | None:
    """The file of a full paper, and the session that it is for."""
    key = db.session.scalar(
        select(SessionPaper.session_id).where(SessionPaper.public_id == public_id)
    )
    files = files_of(public_id) if key is not None else []
    return (sessions(Session.id == key)[0], files[0]) if files else None


@dataclass(frozen=True)
class PaperWords:
    """What a paper says: in plain words, with the full one as a ``link`` or as a ``file`` (name,
    media type, bytes)."""

    title: str
    made_by: str
    plain: str
    link: str = ""
    file: tuple[str, str, bytes] | None = None


def write_paper(paper: Paper, words: PaperWords) -> None:
    """Write these words into a paper, new or there; a file takes the place of the one before."""
    paper.title, paper.made_by = words.title.strip(), words.made_by.strip()
    paper.plain, paper.link = words.plain.strip(), words.link.strip()
    db.session.add(paper)
    db.session.flush()
    if words.file is not None:
        expire_files(paper.public_id)
        name, media_type, content = words.file
        keep_file(paper.public_id, name, media_type, [content], FILES_KEPT)


def throw_away(paper: Paper) -> None:
    """Take a paper away, with its file."""
    expire_files(paper.public_id)
    db.session.delete(paper)


@transactional
def add_paper(visible: Visible, session: str, words: PaperWords) -> str:
    """Put a paper on a session's page; returns its public id. Raises ``UnknownSession``."""
    row = session_to_change(visible, session)
    paper = SessionPaper(session_id=row.id)
    write_paper(paper, words)
    record("session.paper added", "session", session, facts={"paper": paper.public_id})
    return paper.public_id


@transactional
def change_paper(visible: Visible, session: str, paper: str, words: PaperWords) -> None:
    """Change a paper; without a new file the one that is there stays.

    Raises ``UnknownSession`` or ``UnknownItem``.
    """
    row = session_to_change(visible, session)
    write_paper(part_of(row, SessionPaper, paper), words)
    record("session.paper changed", "session", session, facts={"paper": paper})


@transactional
def remove_paper(visible: Visible, session: str, paper: str) -> None:
    """Take a paper away. Raises ``UnknownSession`` or ``UnknownItem``."""
    row = session_to_change(visible, session)
    throw_away(part_of(row, SessionPaper, paper))
    record("session.paper removed", "session", session, facts={"paper": paper})
