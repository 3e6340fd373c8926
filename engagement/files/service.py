"""Use cases of stored files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import delete, select, update

from engagement.config import Config
from engagement.database import clock
from engagement.database.columns import new_public_id
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.errors import FileMissing
from engagement.files.models import StoredFile
from engagement.files.store import FileStore, LocalStore


def _store() -> FileStore:
    config: Config = current_app.extensions["engagement"]
    return LocalStore(config.files_path)


@dataclass(frozen=True)
class FileRow:
    """A stored file as pages show it."""

    public_id: str
    name: str
    media_type: str
    size: int
    sha256: str


_COLUMNS = (
    StoredFile.public_id,
    StoredFile.name,
    StoredFile.media_type,
    StoredFile.size,
    StoredFile.sha256,
)


@transactional
def keep_file(
    made_by: str, name: str, media_type: str, chunks: Iterable[bytes], keep: timedelta
) -> FileRow:
    """Store a file that a run made, for as long as ``keep``.

    The same run and name replace what was there, so that a repeated step leaves one file. The
    earlier bytes go with the expired files: until this is committed they may be needed yet.
    Raises ``StoreUnusable``.
    """
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    now = clock.now()
    db.session.execute(
        update(StoredFile)
        .where(StoredFile.made_by == made_by, StoredFile.name == name, StoredFile.expires_at > now)
        .values(expires_at=now)
    )
    key = new_public_id()
    _store().write(key, counted())
    db.session.add(
        StoredFile(
            public_id=key,
            made_by=made_by,
            name=name,
            media_type=media_type,
            size=size,
            sha256=digest.hexdigest(),
            expires_at=now + keep,
        )
    )
    return FileRow(key, name, media_type, size, digest.hexdigest())


@transactional
def expire_files(made_by: str) -> None:
    """Let the files that something made go with the next that are deleted."""
    now = clock.now()
    db.session.execute(
        update(StoredFile)
        .where(StoredFile.made_by == made_by, StoredFile.expires_at > now)
        .values(expires_at=now)
    )


@transactional
def expire_file(public_id: str) -> None:
    """Let one file go with the next that are deleted."""
    now = clock.now()
    db.session.execute(
        update(StoredFile)
        .where(StoredFile.public_id == public_id, StoredFile.expires_at > now)
        .values(expires_at=now)
    )


def files_of(made_by: str) -> list[FileRow]:
    """The files that a run made and that are still kept."""
    return files_by_maker([made_by]).get(made_by, [])


def files_by_maker(made_by: Sequence[str]) -> dict[str, list[FileRow]]:
    """The files that each of several runs made and that are still kept."""
    rows: Any = db.session.execute(
        select(StoredFile.made_by, *_COLUMNS)
        .where(StoredFile.made_by.in_(made_by), StoredFile.expires_at > clock.utc_now())
        .order_by(StoredFile.name)
    )
    found: dict[str, list[FileRow]] = {}
    for maker, *row in rows:
        found.setdefault(maker, []).append(FileRow(*row))
    return found


def open_file(public_id: str) -> tuple[FileRow, BinaryIO]:
    """A file of the partnership being served, open for reading. Raises ``FileMissing``."""
    row = db.session.execute(
        select(*_COLUMNS).where(
            StoredFile.public_id == public_id, StoredFile.expires_at > clock.utc_now()
        )
    ).one_or_none()
    if row is None:
        raise FileMissing(public_id)
    return FileRow(*row), _store().open(public_id)


def read_kept(file: FileRow) -> bytes:
    """All bytes of a file that was found. Raises ``FileMissing``."""
    with _store().open(file.public_id) as stream:
        return stream.read()


@transactional
def delete_expired_files(*made_by: str) -> int:
    """Delete every file whose time has passed, or those alone that something made; how many."""
    which = [StoredFile.made_by.in_(made_by)] if made_by else []
    gone = db.session.scalars(
        delete(StoredFile)
        .where(StoredFile.expires_at <= clock.utc_now(), *which)
        .returning(StoredFile.public_id)
    ).all()
    for key in gone:
        _store().delete(key)
    return len(gone)
