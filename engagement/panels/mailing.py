"""Codes on their way to the printer; reminders; letters that came back or were lost.

A code is shown to whoever makes it and stored as a hash only. What goes to the printer is kept
sealed, under the server's secret key, for a day at most, for the one who made it and nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from engagement.accounts.credentials import seal_bytes, unseal_bytes
from engagement.accounts.errors import CodeNotRight
from engagement.audit.service import current_actor, record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.errors import FileMissing
from engagement.files.service import (
    FileRow,
    expire_files,
    files_of,
    keep_file,
    read_kept,
)
from engagement.panels.errors import (
    CannotInvite,
    CodesGone,
    UnknownLetters,
)
from engagement.panels.invitations import (
    Letter,
    batch_to_change,
    make_codes,
    mark_returned,
    mark_sent,
    reissue,
)
from engagement.panels.models import Invitation, InvitationBatch, Registration
from engagement.panels.queries import PanelRow, features_of, find_panel
from engagement.panels.rules import BatchKind, InvitationState, PanelState
from engagement.panels.service import Visible, panel_to_change
from engagement.people.models import Resident
from engagement.people.service import renew_letter_codes

KEPT = timedelta(days=1)
MOST_PRINTED = 1_000
N_ = str  # marks a sentence for the catalogue of translations
NO_TARGETS = N_(
    "The panel has no targets yet. Set them first: they decide what people who answer are asked."
)
CLOSED = N_("Registration is closed, so a letter would lead to a closed door. Change its date.")


def check_inviting(panel: PanelRow) -> None:
    """Whether letters make sense now. Raises ``CannotInvite``."""
    if not any(feature.targets for feature in features_of(panel.id)):
        raise CannotInvite(NO_TARGETS)
    if panel.state is PanelState.CLOSED:
        raise CannotInvite(CLOSED)


# Making codes, and what is kept of them


@transactional
def make_handed_out(visible: Visible, panel: str, count: int, where: str) -> str:
    """Make codes to hand out in person; returns the batch. Raises as ``make_batch``."""
    panel_to_change(visible, panel)
    found = find_panel(visible, panel)
    assert found is not None
    check_inviting(found)
    batch, letters = make_codes(visible, panel, count, where)
    keep_codes(batch, letters)
    return batch


@transactional
def remind(visible: Visible, panel: str, batch: str) -> int:
    """Give new codes to the letters with which nobody has come in, for reminders; how many.

    The old codes stop working, so a letter with which somebody came in is left out, whether they
    have answered or not: they need its code to come back. So are letters that came back. Raises
    ``UnknownPanel``.
    """
    found = batch_to_change(visible, panel, batch)
    rows = db.session.scalars(
        select(Invitation)
        .where(*_silent(found.panel_id), Invitation.batch_id == found.id)
        .order_by(Invitation.number)
    ).all()
    if not rows or found.kind is not BatchKind.LETTERS:
        return 0
    codes = renew_letter_codes([row.letter_code_id for row in rows])
    expire_files(batch)  # its codes are no longer right
    letters = [
        Letter(row.number, codes[row.letter_code_id], row.address or "", row.probability)
        for row in rows
    ]
    keep_codes(batch, letters)
    mark_sent(visible, panel, batch, reminder=True)
    return len(letters)


_CAME_IN = select(Resident.id).where(Resident.letter_code_id == Invitation.letter_code_id).exists()


def _silent(panel_id: int) -> tuple[Any, ...]:
    """Letters that reached somebody, as far as one knows, and with which nobody has come in."""
    return (*_unanswered(panel_id), ~_CAME_IN)


def _begun(panel_id: int) -> tuple[Any, ...]:
    """Letters with which somebody has come in, and from which nobody has answered."""
    return (*_unanswered(panel_id), _CAME_IN)


def _unanswered(panel_id: int) -> tuple[Any, ...]:
    answered = (
        select(Registration.id)
        .join(Resident, Resident.id == Registration.resident_id)
        .where(
            Registration.panel_id == panel_id,
            Registration.sent_at.is_not(None),
            Resident.letter_code_id == Invitation.letter_code_id,
        )
        .exists()
    )
    return (
        Invitation.state != InvitationState.RETURNED,
        Invitation.address != "",
        ~answered,
    )


@transactional
def note_returned(visible: Visible, panel: str, numbers: Collection[int]) -> None:
    """Note that letters came back. Raises ``UnknownLetters`` or ``UnknownPanel``."""
    _check_numbers(visible, panel, numbers)
    for number in numbers:
        mark_returned(visible, panel, number)


@transactional
def reissue_letters(visible: Visible, panel: str, numbers: Collection[int]) -> list[Letter]:
    """New codes for letters that were lost. Raises ``UnknownLetters`` or ``UnknownPanel``."""
    _check_numbers(visible, panel, numbers)
    return [reissue(visible, panel, number) for number in numbers]


def _check_numbers(visible: Visible, panel: str, numbers: Collection[int]) -> None:
    known = set(
        db.session.scalars(
            select(Invitation.number)
            .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
            .where(
                InvitationBatch.panel_id == panel_to_change(visible, panel).id,
                Invitation.number.in_(numbers),
            )
        )
    )
    if missing := [number for number in numbers if number not in known]:
        raise UnknownLetters(missing)


def keep_codes(batch: str, letters: Sequence[Letter]) -> None:
    """Keep codes for who made them, for a day."""
    rows = [[letter.number, letter.code, letter.address, letter.probability] for letter in letters]
    content = seal_bytes("letter codes", json.dumps(rows, ensure_ascii=False).encode())
    keep_file(batch, _for_me(), "application/octet-stream", [content], KEPT)


def _for_me() -> str:
    return f"codes for {current_actor().id}"


def _kept_codes(batch: str) -> FileRow | None:
    return next((row for row in files_of(batch) if row.name == _for_me()), None)


def has_codes(batch: str) -> bool:
    """Whether the codes of a batch are kept for who asks."""
    return _kept_codes(batch) is not None


@transactional
def take_codes(visible: Visible, panel: str, batch: str, form: str) -> list[Letter]:
    """The letters of a batch with their codes, for who made them; ``form`` is what they are taken
    for, and is recorded. Raises ``UnknownPanel`` or ``CodesGone``.
    """
    batch_to_change(visible, panel, batch)
    kept = _kept_codes(batch)
    if kept is None:
        raise CodesGone(batch)
    try:
        rows = json.loads(unseal_bytes("letter codes", read_kept(kept)))
    except (FileMissing, CodeNotRight) as error:
        raise CodesGone(batch) from error
    record("invitation.codes taken", "invitation_batch", batch, facts={"form": form})
    return [Letter(*row) for row in rows]


@transactional
def forget_codes(visible: Visible, panel: str, batch: str) -> None:
    """Keep the codes of a batch no longer. Raises ``UnknownPanel``."""
    batch_to_change(visible, panel, batch)
    expire_files(batch)
    record("invitation.codes forgotten", "invitation_batch", batch)


# What a batch's page shows


@dataclass(frozen=True)
class BatchDetail:
    """More of one batch than its line in the list. ``silent``: letters for a reminder; ``begun``:
    letters that get none, since somebody came in with them and has not answered yet."""

    drawn_by: Mapping[str, Any] | None
    states: Mapping[InvitationState, int]
    communal: int
    silent: int
    begun: int


def detail_of(panel_id: int, batch: str) -> BatchDetail | None:
    """What became of a batch's letters; ``None`` where the panel has no such batch."""
    silent, begun = (
        select(func.count())
        .select_from(Invitation)
        .where(*which, Invitation.batch_id == InvitationBatch.id)
        .correlate(InvitationBatch)
        .scalar_subquery()
        for which in (_silent(panel_id), _begun(panel_id))
    )
    rows = db.session.execute(
        select(
            InvitationBatch.drawn_by,
            Invitation.state,
            Invitation.communal,
            func.count().label("letters"),
            silent.label("silent"),
            begun.label("begun"),
        )
        .join(Invitation, Invitation.batch_id == InvitationBatch.id)
        .where(InvitationBatch.panel_id == panel_id, InvitationBatch.public_id == batch)
        .group_by(InvitationBatch.id, Invitation.state, Invitation.communal)
    ).all()
    if not rows:
        return None
    states: dict[InvitationState, int] = {}
    for row in rows:
        states[row.state] = states.get(row.state, 0) + row.letters
    communal = sum(row.letters for row in rows if row.communal)
    return BatchDetail(rows[0].drawn_by, states, communal, rows[0].silent, rows[0].begun)
