"""Use cases of files of contributions: putting one, looking through it, taking it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import current_actor, record
from engagement.contributions.copies import look_for_copies
from engagement.contributions.errors import (
    FileHasFaults,
    FileUnreadable,
    ImportedAlready,
    UnknownImport,
)
from engagement.contributions.models import Contribution, ContributionFile
from engagement.contributions.noticing import notice, tell_leads
from engagement.contributions.queries import FILE_WAITS
from engagement.contributions.remembering import remember
from engagement.contributions.rules import HARM, ConsentHow
from engagement.contributions.table import (
    Part,
    Read,
    Reading,
    Tally,
    read_rows,
)
from engagement.contributions.tablefile import TableFile, read_table
from engagement.database import clock
from engagement.database.tenancy import current_partnership_id
from engagement.database.transactions import transactional
from engagement.documents.sheets import Fault, NotATable, write_csv
from engagement.extensions import db
from engagement.files.service import expire_files, files_of, keep_file, read_kept
from engagement.programmes.models import Participant, Programme
from engagement.programmes.rules import ActivityKind, ParticipantKind
from engagement.programmes.service import Visible, programme_of

N_ = str  # marks a sentence for the catalogue of translations
BATCH = 1_000
PASTED = "minutes.txt"
BROKEN_ROWS = "rows-to-mend.csv"


@dataclass(frozen=True)
class Waiting:
    """A file that waits to be read: its id, name and table."""

    public_id: str
    name: str
    table: TableFile


@transactional
def put_file(
    visible: Visible,
    programme_public_id: str,
    name: str,
    content: bytes,
    *,
    pasted: bool = False,
) -> str:
    """Take a file of contributions to look at; returns its public id. Nothing is imported yet.

    With ``pasted`` the bytes are words that were pasted, in UTF-8. Raises ``UnknownProgramme``,
    ``FileUnreadable`` or ``ImportedAlready``.
    """
    programme = programme_of(visible, programme_public_id)
    _table(content, pasted=pasted)
    sha256 = hashlib.sha256(content).hexdigest()
    there = select(ContributionFile.id).where(
        ContributionFile.programme_id == programme.id,
        ContributionFile.sha256 == sha256,
        ContributionFile.imported_at.is_not(None),
    )
    if db.session.scalar(there):
        raise ImportedAlready
    file = ContributionFile(programme_id=programme.id, name=name[:200], sha256=sha256, reading={})
    db.session.add(file)
    db.session.flush()
    kept_as = PASTED if pasted else "contributions"
    keep_file(file.public_id, kept_as, "application/octet-stream", [content], FILE_WAITS)
    return file.public_id


def _table(content: bytes, sheet: str = "", *, pasted: bool = False) -> TableFile:
    try:
        return read_table(content, sheet, pasted=pasted)
    except NotATable as error:
        raise FileUnreadable(str(error)) from error


def waiting_file(programme_id: int, public_id: str, sheet: str = "") -> Waiting:
    """A file that was put and not imported yet; of a workbook a sheet, the first unless named.

    Raises ``UnknownImport`` or ``FileUnreadable``.
    """
    file = _waiting(programme_id, public_id)
    return Waiting(file.public_id, file.name, _content(file, sheet))


def _waiting(programme_id: int, public_id: str) -> ContributionFile:
    file = db.session.scalars(
        select(ContributionFile).where(
            ContributionFile.programme_id == programme_id,
            ContributionFile.public_id == public_id,
            ContributionFile.imported_at.is_(None),
        )
    ).one_or_none()
    if file is None:
        raise UnknownImport(public_id)
    return file


def _content(file: ContributionFile, sheet: str) -> TableFile:
    kept = files_of(file.public_id)
    if not kept:
        raise UnknownImport(file.public_id)
    return _table(read_kept(kept[0]), sheet, pasted=kept[0].name == PASTED)


def look_through(programme_id: int, table: TableFile, reading: Reading) -> Tally:
    """What importing a table would do: its rows as they would be taken, and all its faults.

    A reference that the corpus of the programme holds already is a fault too.
    """
    tally = read_rows(table, reading)
    references = {read.reference: read for read in tally.reads if read.reference}
    known = set(
        db.session.scalars(
            select(Contribution.source_ref).where(
                Contribution.programme_id == programme_id, Contribution.source_ref != ""
            )
        )
    )
    again = sorted(known & references.keys(), key=lambda name: references[name].row)
    tally.faults += [
        Fault(
            references[name].row,
            reading.columns[Part.REFERENCE],
            N_("The corpus holds this reference already: the row was imported before."),
            name[:40],
        )
        for name in again
    ]
    broken = {*tally.broken}
    tally.reads = [read for read in tally.reads if read.row not in broken]
    look_for_copies(programme_id, tally, reading)
    return tally


def rows_to_mend(table: TableFile, faults: list[Fault]) -> bytes:
    """The rows that cannot be taken as a CSV file, with what is wrong in a last column."""
    wrong: dict[int, list[str]] = {}
    for fault in faults:
        where = f"{fault.column}: " if fault.column else ""
        wrong.setdefault(fault.row, []).append(f"{where}{fault.problem}")
    width = len(table.headings)
    rows = [
        (*(list(table.rows[row - 2]) + [""] * width)[:width], " ".join(reasons))
        for row, reasons in sorted(wrong.items())
        if row > 1
    ]
    return write_csv([*table.headings, "what is wrong"], rows)


@transactional
def import_file(
    visible: Visible,
    programme_public_id: str,
    public_id: str,
    reading: Reading,
    method: ActivityKind,
    *,
    sheet: str = "",
    good_only: bool = False,
) -> int:
    """Take every row of a waiting file into the corpus; returns how many.

    With ``good_only`` the rows with faults are left out, and kept for a day as a file of their own.
    Raises ``UnknownProgramme``, ``UnknownImport``, or ``FileHasFaults``, and then takes none.
    """
    programme = programme_of(visible, programme_public_id)
    file = _waiting(programme.id, public_id)
    table = _content(file, sheet)
    tally = look_through(programme.id, table, reading)
    whole_file = any(fault.row == 1 for fault in tally.faults)
    if tally.faults and (not good_only or whole_file or not tally.reads):
        raise FileHasFaults(tally.faults)
    _take(programme, tally.reads, method, file)
    file.rows_taken, file.rows_without_words = len(tally.reads), tally.without_words
    file.rows_broken, file.rows_copied = len(tally.broken), tally.copies
    file.reading = _plain(reading)
    file.imported_at = clock.now()
    expire_files(file.public_id)
    if tally.faults:
        content = rows_to_mend(table, tally.faults)
        keep_file(file.public_id, BROKEN_ROWS, "text/csv", [content], FILE_WAITS)
    if not table.pick:
        remember(table.headings, reading, current_actor().id)
    facts = {
        "file": file.sha256,
        "rows": len(tally.reads),
        "left_out": tally.without_words,
        "broken": len(tally.broken),
        "copies": tally.copies,
    }
    record("contributions.imported", "programme", programme_public_id, facts=facts)
    return len(tally.reads)


def broken_rows(programme_id: int, public_id: str) -> bytes:
    """The file of the rows that were left out of an import. Raises ``UnknownImport``."""
    there = db.session.scalar(
        select(ContributionFile.public_id).where(
            ContributionFile.programme_id == programme_id,
            ContributionFile.public_id == public_id,
        )
    )
    kept = [row for row in files_of(public_id) if row.name == BROKEN_ROWS] if there else []
    if not kept:
        raise UnknownImport(public_id)
    return read_kept(kept[0])


def _plain(reading: Reading) -> dict[str, Any]:
    given = asdict(replace(reading, columns={}, values={}, only=None))
    return {
        **{
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in given.items()
        },
        "values": {part.value: dict(words) for part, words in reading.values.items()},
        "only": sorted(reading.only) if reading.only is not None else None,
        "columns": {part.value: column for part, column in reading.columns.items()},
    }


def _take(
    programme: Programme, reads: list[Read], method: ActivityKind, file: ContributionFile
) -> None:
    """Write the rows of a file, and a participant for each respondent that it tells apart."""
    partnership = current_partnership_id()
    people = _participants(programme.id, reads)
    noticed = {
        read.row: notice(read.text, moderate_first=programme.moderate_first) for read in reads
    }
    now = clock.now()
    today = clock.day_of(now)
    for start in range(0, len(reads), BATCH):
        db.session.add_all(
            Contribution(
                partnership_id=partnership,
                programme_id=programme.id,
                participant_id=people[read.row],
                file_id=file.id,
                text=read.text,
                language=read.language,
                said_on=read.said_on,
                received_on=today,
                place_name=read.place,
                method=method,
                channel=read.channel,
                prompt=read.prompt,
                may_quote=read.may_quote,
                consent_how=ConsentHow.SOURCE,
                speaker=read.speaker,
                source_ref=read.reference,
                concerns=noticed[read.row].concerns,
                state=noticed[read.row].state,
                state_reason=noticed[read.row].reason,
                created_at=now,
            )
            for read in reads[start : start + BATCH]
        )
        db.session.flush()
    if any(HARM in one.concerns for one in noticed.values()):
        tell_leads(programme.id)


def _participants(programme_id: int, reads: list[Read]) -> dict[int, int]:
    """The participant of each row: the same for the same respondent, else one of its own."""
    purpose = f"respondent of {programme_id}"
    hashes = {
        read.row: keyed_hash(purpose, read.respondent) if read.respondent else None
        for read in reads
    }
    known: dict[str | None, int] = {
        row.token_hash: row.id
        for row in db.session.execute(
            select(Participant.token_hash, Participant.id).where(
                Participant.programme_id == programme_id, Participant.token_hash.is_not(None)
            )
        )
    }
    fresh: dict[Any, Participant] = {}
    for row, token in hashes.items():
        key = token or row
        if token not in known and key not in fresh:
            fresh[key] = Participant(
                programme_id=programme_id, kind=ParticipantKind.IMPORTED, token_hash=token
            )
    db.session.add_all(fresh.values())
    db.session.flush()
    return {
        row: known[token] if token in known else fresh[token or row].id
        for row, token in hashes.items()
    }
