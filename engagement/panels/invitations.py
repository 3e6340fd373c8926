"""Invitations: letters to addresses drawn by lot, and codes that are handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select, update

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.many import insert_many
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.errors import UnknownPanel
from engagement.panels.models import Invitation, InvitationBatch
from engagement.panels.rules import BatchKind, InvitationState
from engagement.panels.service import Visible, panel_to_change, programme_of_panel
from engagement.people.service import issue_letters, renew_letter_code

MOST_LETTERS = 50_000


@dataclass(frozen=True)
class Drawn:
    """An address that gets a letter; ``probability``: of this address, as a fraction."""

    address: str
    strata: Mapping[str, str] = field(default_factory=dict)
    probability: str = ""
    communal: bool = False


@dataclass(frozen=True)
class Letter:
    """One letter, with the code that is shown here once and kept only as a hash."""

    number: int
    code: str
    address: str
    probability: str


@transactional
def make_letters(
    visible: Visible,
    panel: str,
    drawn: Sequence[Drawn],
    *,
    seed: str = "",
    addresses: int = 0,
    drawn_by: Mapping[str, object] | None = None,
) -> tuple[str, list[Letter]]:
    """Make a batch of letters for addresses that were drawn; returns its public id and the letters.

    ``drawn_by``: the strata with their chances, as they are published. Raises ``UnknownPanel``.
    """
    return _make(visible, panel, BatchKind.LETTERS, drawn, "", seed, addresses, drawn_by)


@transactional
def make_codes(visible: Visible, panel: str, count: int, where: str) -> tuple[str, list[Letter]]:
    """Make ``count`` codes to hand out in person, say in a hostel or at a food bank (``where``).

    Each is one person's: no two of them are taken for a household. Raises ``UnknownPanel``.
    """
    handed = [Drawn("", communal=True)] * count
    return _make(visible, panel, BatchKind.OUTREACH, handed, where, "", 0, None)


def _make(
    visible: Visible,
    panel_public_id: str,
    kind: BatchKind,
    drawn: Sequence[Drawn],
    where: str,
    seed: str,
    addresses: int,
    drawn_by: Mapping[str, object] | None,
) -> tuple[str, list[Letter]]:
    panel = panel_to_change(visible, panel_public_id)
    number = 1 + (
        db.session.scalar(
            select(func.max(InvitationBatch.number)).where(InvitationBatch.panel_id == panel.id)
        )
        or 0
    )
    batch = InvitationBatch(
        panel_id=panel.id,
        number=number,
        kind=kind,
        where=where.strip(),
        seed=seed,
        addresses=addresses,
        drawn_by=dict(drawn_by) if drawn_by else None,
    )
    db.session.add(batch)
    db.session.flush()
    issued = issue_letters(len(drawn), programme_of_panel(panel))
    first = 1 + (
        db.session.scalar(
            select(func.max(Invitation.number))
            .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
            .where(InvitationBatch.panel_id == panel.id)
        )
        or 0
    )
    insert_many(
        Invitation,
        (
            {
                "batch_id": batch.id,
                "letter_code_id": key,
                "number": first + place,
                "address": one.address,
                "strata": dict(one.strata) or None,
                "probability": one.probability,
                "communal": one.communal,
                "state": InvitationState.MADE,
            }
            for place, (one, (key, _)) in enumerate(zip(drawn, issued, strict=True))
        ),
    )
    record(
        "invitation.batch made",
        "invitation_batch",
        batch.public_id,
        facts={"kind": kind, "letters": len(drawn), "seed": seed},
    )
    return batch.public_id, [
        Letter(first + place, code, one.address, one.probability)
        for place, (one, (_, code)) in enumerate(zip(drawn, issued, strict=True))
    ]


@transactional
def mark_sent(visible: Visible, panel: str, batch: str, *, reminder: bool = False) -> None:
    """Note that a batch's letters, or their reminders, were sent. Raises ``UnknownPanel``."""
    found = batch_to_change(visible, panel, batch)
    if reminder:
        found.reminded_at = clock.now()
    else:
        found.sent_at = clock.now()
        db.session.execute(
            update(Invitation)
            .where(Invitation.batch_id == found.id, Invitation.state == InvitationState.MADE)
            .values(state=InvitationState.SENT)
        )
    record(
        "invitation.reminded" if reminder else "invitation.sent",
        "invitation_batch",
        batch,
    )


@transactional
def mark_returned(visible: Visible, panel: str, number: int) -> None:
    """Note that a letter came back: nobody lives there. Raises ``UnknownPanel``."""
    invitation = _invitation(visible, panel, number)
    invitation.state = InvitationState.RETURNED
    record("invitation.returned", "invitation", invitation.public_id)


@transactional
def reissue(visible: Visible, panel: str, number: int) -> Letter:
    """A new code for a letter that was lost; the old one stops working. What was registered from
    the letter stays, and its people come back with the new code. Raises ``UnknownPanel``.
    """
    invitation = _invitation(visible, panel, number)
    code = renew_letter_code(invitation.letter_code_id)
    record("invitation.reissued", "invitation", invitation.public_id)
    return Letter(number, code, invitation.address or "", invitation.probability)


def batch_to_change(visible: Visible, panel: str, batch: str) -> InvitationBatch:
    """A batch of a panel, to change it. Raises ``UnknownPanel``."""
    found = db.session.scalars(
        select(InvitationBatch).where(
            InvitationBatch.panel_id == panel_to_change(visible, panel).id,
            InvitationBatch.public_id == batch,
        )
    ).one_or_none()
    if found is None:
        raise UnknownPanel(batch)
    return found


def _invitation(visible: Visible, panel: str, number: int) -> Invitation:
    found = db.session.scalars(
        select(Invitation)
        .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
        .where(
            InvitationBatch.panel_id == panel_to_change(visible, panel).id,
            Invitation.number == number,
        )
    ).one_or_none()
    if found is None:
        raise UnknownPanel(str(number))
    return found
