"""Joining a panel without a letter, or with the help of staff on the telephone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engagement.accounts.credentials import keyed_hash, normalise_code
from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.errors import NotInvited, RegistrationClosed, UnknownPanel
from engagement.panels.models import Invitation, InvitationBatch
from engagement.panels.queries import PanelRow, find_panel, find_published_panel
from engagement.panels.registration import (
    WHERE,
    begin_registration,
    keep_answer,
    keep_needs,
    keep_place,
    send_registration,
)
from engagement.panels.rules import PanelState, Route
from engagement.people.errors import ReturnWordTooShort
from engagement.people.models import LetterCode, Resident
from engagement.people.rules import SHORTEST_RETURN_WORD, ContactBy, GivenHow, normal_return_word
from engagement.people.service import add_resident, begin_from_letter, issue_letters, resident_key

Visible = frozenset[int] | None
SUPPORT = "support"


@dataclass(frozen=True)
class Joined:
    """Somebody who came without a letter: their own code, shown once, and their session."""

    code: str
    token: str


def join_openly(panel_public_id: str, return_word: str) -> Joined:
    """Begin without a letter, where a panel is open to all: the person gets a code of their own.

    With it and the return word they come back, as others do with a letter. Raises
    ``UnknownPanel``, ``RegistrationClosed`` or ``ReturnWordTooShort``.
    """
    if len(normal_return_word(return_word)) < SHORTEST_RETURN_WORD:
        raise ReturnWordTooShort
    letter_code_id, code = _own_code(panel_public_id)
    token = begin_from_letter(code, return_word)
    _begin_openly(panel_public_id, letter_code_id)
    return Joined(code, token)


@transactional
def _own_code(panel_public_id: str) -> tuple[int, str]:
    panel = find_published_panel(panel_public_id)
    if panel is None or not panel.is_open_to_all:
        raise UnknownPanel(panel_public_id)
    if panel.state is not PanelState.OPEN:
        raise RegistrationClosed(panel_public_id)
    return issue_letters(1, panel.programme_id)[0]


@transactional
def _begin_openly(panel_public_id: str, letter_code_id: int) -> None:
    resident_id = db.session.scalars(
        select(Resident.id).where(Resident.letter_code_id == letter_code_id)
    ).one()
    begin_registration(panel_public_id, resident_id, Route.ONLINE)


@dataclass(frozen=True)
class PersonRow:
    """Somebody who began from a letter."""

    public_id: str
    name: str
    created_at: datetime


@dataclass(frozen=True)
class LetterRow:
    """A letter as staff find it, and who began from it."""

    number: int
    letter_code_id: int
    people: tuple[PersonRow, ...]


def find_letter(panel_id: int, typed: str) -> LetterRow | None:
    """The letter with this number, or with this code, as it is read out on the telephone."""
    asked = typed.strip().lstrip("#").strip()
    wanted = LetterCode.code_hash == keyed_hash("code", normalise_code(asked))
    if asked.isascii() and asked.isdigit() and len(asked) < 9:
        wanted = Invitation.number == int(asked)
    row = db.session.execute(
        select(Invitation.number, Invitation.letter_code_id)
        .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
        .join(LetterCode, LetterCode.id == Invitation.letter_code_id)
        .where(InvitationBatch.panel_id == panel_id, wanted)
    ).one_or_none()
    if row is None:
        return None
    people = db.session.execute(
        select(Resident.public_id, Resident.name, Resident.created_at)
        .where(Resident.letter_code_id == row.letter_code_id)
        .order_by(Resident.id)
    )
    return LetterRow(row.number, row.letter_code_id, tuple(PersonRow(*person) for person in people))


@dataclass(frozen=True)
class Told:
    """Where somebody lives: a small area, a place from the list, or neither: not said."""

    lsoa_code: str | None = None
    place_code: str | None = None


@dataclass(frozen=True)
class Caller:
    """What somebody who calls tells about themselves; all of it may be empty."""

    name: str = ""
    phone: str = ""


@transactional
def begin_by_phone(
    visible: Visible, panel_public_id: str, letter: str, caller: Caller, person: str = ""
) -> str:
    """Begin to register somebody who calls; returns the registration's public id.

    ``letter``: its number or code, empty where a panel is open to all; ``person``: the public id
    of who began from this letter before, empty for somebody new. Raises ``UnknownPanel``,
    ``NotInvited`` or ``RegistrationClosed``.
    """
    panel = _panel(visible, panel_public_id)
    found = find_letter(panel.id, letter) if letter.strip() else None
    if found is None and (letter.strip() or not panel.is_open_to_all):
        raise NotInvited(panel_public_id)
    known = {one.public_id for one in found.people} if found else set()
    if person and person not in known:
        raise NotInvited(panel_public_id)
    public_id = person or _add(caller, found)
    return begin_registration(panel_public_id, resident_key(public_id), Route.PHONE)


@transactional
def begin_for_resident(visible: Visible, panel_public_id: str, resident_public_id: str) -> str:
    """Begin to register somebody who is known here already; returns the registration's public id.

    Raises as ``begin_by_phone``, and ``UnknownResident``.
    """
    _panel(visible, panel_public_id)
    return begin_registration(panel_public_id, resident_key(resident_public_id), Route.PHONE)


def _panel(visible: Visible, panel_public_id: str) -> PanelRow:
    panel = find_panel(visible, panel_public_id)
    if panel is None:
        raise UnknownPanel(panel_public_id)
    if panel.state is not PanelState.OPEN:
        raise RegistrationClosed(panel_public_id)
    return panel


def _add(caller: Caller, letter: LetterRow | None) -> str:
    phone = caller.phone.strip()
    contact_by = ContactBy.PHONE if phone else ContactBy.NOBODY
    public_id = add_resident(caller.name, phone=phone, contact_by=contact_by)
    if letter is not None:
        resident = db.session.scalars(select(Resident).where(Resident.public_id == public_id)).one()
        resident.letter_code_id = letter.letter_code_id
    record("registration.helped", "resident", public_id, facts={"route": Route.PHONE})
    return public_id


@transactional
def answer_by_phone(
    panel_public_id: str,
    resident_id: int,
    answers: Mapping[str, str],
    where: Told | None,
    needs: str,
    words: Mapping[str, str],
) -> str:
    """Keep all that somebody answered on the telephone, and send it; returns the reference.

    ``where`` and ``needs`` are left as they are where nothing new was told; ``words``: what was
    read out, by question, and for ``SUPPORT``. Nothing is kept where something is refused. Raises
    as ``keep_answer``, ``keep_place`` and ``send_registration``.
    """
    for key, value in answers.items():
        keep_answer(panel_public_id, resident_id, key, value, words[key], GivenHow.PHONE)
    if where is not None:
        keep_place(
            panel_public_id,
            resident_id,
            where.lsoa_code,
            words[WHERE],
            GivenHow.PHONE,
            place_code=where.place_code,
        )
    if needs:
        keep_needs(panel_public_id, resident_id, needs, words[SUPPORT], GivenHow.PHONE)
    reference = send_registration(panel_public_id, resident_id)
    record("registration.taken by phone", "registration", "")
    return reference
