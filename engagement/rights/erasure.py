"""Erasing a person: they and all that leads to them go; what was counted stays counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import Table, delete, func, select, update

from engagement.accounts.models import Staff
from engagement.audit.service import record
from engagement.contributions.models import Contribution
from engagement.contributions.rules import State
from engagement.database import clock
from engagement.database.columns import DataClass
from engagement.database.tenancy import FILTERS_ITSELF
from engagement.database.transactions import transactional
from engagement.extensions import Base, db
from engagement.files.service import delete_expired_files, expire_files
from engagement.messages.delivery import forget_written
from engagement.messages.models import Message
from engagement.panels.models import Panel, Registration
from engagement.panels.registration import withdraw_registration
from engagement.people.models import Resident
from engagement.programmes.models import Participant, Programme
from engagement.rights.held import held_about
from engagement.rights.models import Erasure
from engagement.rights.ties import HOUSEHOLD, SEALS, START, Tie, reached, ties

_FILTERED = {FILTERS_ITSELF: True}


@cache
def goes() -> frozenset[str]:
    """The tables whose rows go with the person's own, by the foreign keys that cascade."""
    gone = {START}
    for name in reached():
        if any(tie.table == name and tie.parent in gone and _cascades(tie) for tie in ties()):
            gone.add(name)
    return frozenset(gone)


def _cascades(tie: Tie) -> bool:
    keys = Base.metadata.tables[tie.table].foreign_key_constraints
    return any(
        key.referred_table.name == tie.parent
        and tie.column in key.column_keys
        and key.ondelete == "CASCADE"
        for key in keys
    )


def stays() -> list[str]:
    """The tables whose rows stay, without anything about the person in them."""
    return [name for name in reached() if name not in goes() and name != SEALS]


def blanked(table: str) -> list[str]:
    """The columns that are emptied in the rows that stay."""
    return [
        column.name
        for column in Base.metadata.tables[table].columns
        if (declared := column.info.get("personal"))
        and not (table in HOUSEHOLD and declared.data_class is DataClass.CREDENTIAL)
    ]


def erase_resident(
    resident_id: int,
    *,
    asked: str = "",
    erased_at: datetime | None = None,
) -> None:
    """Erase a person, and everything that leads to them.

    ``asked``: how they asked a member of staff, if they did. ``erased_at``: when that was, where
    they are erased again. What they said keeps its row, without words, and what was published
    stays counted; a payment stays in the accounts without the person; a draw under way is void.
    Who is not there any more, at a second press, is erased already.
    """
    left = _erase(resident_id, asked, erased_at)
    if left.exports:
        delete_expired_files(*left.exports)
    forget_written(current_app.extensions["engagement"], left.messages)
    _overwrite()


def _overwrite() -> None:
    """Leave no earlier page of the database in SQLite's log."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@dataclass(frozen=True)
class _Left:
    """What is left to delete outside the database, once it is gone in it: the files about these
    programmes, and these messages where they were written to files."""

    exports: Sequence[str] = ()
    messages: Sequence[str] = ()


@transactional
def _erase(resident_id: int, asked: str, erased_at: datetime | None) -> _Left:
    person = db.session.scalars(
        select(Resident).where(Resident.id == resident_id).with_for_update()
    ).one_or_none()
    if person is None:
        return _Left()
    public_id, email, letter = person.public_id, person.email, person.letter_code_id
    for panel in db.session.scalars(
        select(Panel.public_id)
        .join(Registration, Registration.panel_id == Panel.id)
        .where(Registration.resident_id == resident_id, Registration.withdrawn_at.is_(None))
    ).all():
        withdraw_registration(panel, resident_id)
    held = held_about(resident_id)
    keys: dict[str, list[int]] = {}
    for row in held:
        keys.setdefault(row.table, []).append(row.values["id"])
    messages = [row.values["public_id"] for row in held if row.table == "message"]
    exports = _expire_exports(keys.get("participant", []))
    _forget_words(keys)
    if letter is not None and _others_have(letter, resident_id):
        keys = {name: ids for name, ids in keys.items() if name not in HOUSEHOLD}
    for name in stays():
        if name in keys and (columns := blanked(name)):
            _change(name, keys[name], dict.fromkeys(columns))
    _delete(SEALS, keys.get(SEALS, []))
    messages += _delete_messages(email, resident_id)
    _delete(START, [resident_id])
    db.session.expire_all()
    _note(public_id, erased_at)
    record(
        "resident.erased",
        "resident",
        public_id,
        facts={
            "contributions": len(keys.get("contribution", [])),
            **({"asked": asked} if asked else {}),
            **({"again": True} if erased_at else {}),
        },
    )
    return _Left(exports, messages)


def _forget_words(keys: Mapping[str, list[int]]) -> None:
    """Note that words are erased, so that who was counted with them stays counted; a place goes
    that somebody typed themselves."""
    db.session.execute(
        update(Contribution)
        .where(Contribution.id.in_(keys.get("contribution", [])), Contribution.place_code.is_(None))
        .values(place_name="")
    )
    db.session.execute(
        update(Contribution)
        .where(
            Contribution.id.in_(keys.get("contribution", [])),
            Contribution.text.is_not(None),
            Contribution.state != State.WITHDRAWN,
        )
        .values(erased_at=clock.now())
    )


def _expire_exports(participants: list[int]) -> Sequence[str]:
    """Let the exports of the programmes go in which the person spoke: they may quote them; which
    programmes."""
    programmes = (
        select(Programme.public_id)
        .join(Participant, Participant.programme_id == Programme.id)
        .where(Participant.id.in_(participants))
        .distinct()
    )
    found = db.session.scalars(programmes).all()
    for programme in found:
        expire_files(programme)
    return found


def _others_have(letter_code_id: int, resident_id: int) -> bool:
    """Whether somebody else of the household began from the same letter."""
    others = select(func.count(Resident.id)).where(
        Resident.letter_code_id == letter_code_id, Resident.id != resident_id
    )
    return bool(db.session.scalar(others))


def _delete_messages(email: str, resident_id: int) -> list[str]:
    """Delete messages to the address that name nobody, where it is the address of nobody else;
    their public ids."""
    if not email:
        return []
    others = [
        select(func.count(Resident.id)).where(Resident.email == email, Resident.id != resident_id),
        select(func.count(Staff.id)).where(Staff.email == email),
    ]
    if any(db.session.scalar(other) for other in others):
        return []
    return list(
        db.session.scalars(
            delete(Message)
            .where(Message.recipient == email, Message.resident_id.is_(None))
            .returning(Message.public_id)
        )
    )


def _note(public_id: str, erased_at: datetime | None) -> None:
    known = select(Erasure.id).where(Erasure.public_id == public_id)
    if db.session.scalar(known) is None:
        db.session.add(Erasure(public_id=public_id, erased_at=erased_at or clock.now()))


def _change(name: str, keys: list[int], values: Mapping[str, Any]) -> None:
    table: Table = Base.metadata.tables[name]
    statement = update(table).where(table.c.id.in_(keys)).values(values)
    db.session.execute(statement, execution_options=_FILTERED)


def _delete(name: str, keys: list[int]) -> None:
    table: Table = Base.metadata.tables[name]
    statement = delete(table).where(table.c.id.in_(keys))
    db.session.execute(statement, execution_options=_FILTERED)
