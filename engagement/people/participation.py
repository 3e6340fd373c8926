"""Which participant of a programme a resident is: the one link between the two, and its erasure.

The chain of records cannot be erased, so no entry names a resident beside a participant.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import VISITOR, acting_as, record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.people.models import ParticipantLink, Resident
from engagement.people.service import sign_in_resident
from engagement.programmes.models import Participant
from engagement.programmes.rules import ParticipantKind
from engagement.programmes.service import add_participant

PRESSED_TWICE = timedelta(minutes=10)


@transactional
def participate(resident_id: int, programme_id: int) -> int:
    """The key of the participant that a resident is in a programme; made at the first time."""
    # Two answers sent at once wait for each other here, so that one person stays one participant.
    db.session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update())
    known = db.session.scalar(
        select(Participant.id)
        .join(ParticipantLink, ParticipantLink.participant_id == Participant.id)
        .where(ParticipantLink.resident_id == resident_id, Participant.programme_id == programme_id)
    )
    if known is not None:
        return known
    key = add_participant(programme_id, ParticipantKind.PERSON)
    db.session.add(ParticipantLink(participant_id=key, resident_id=resident_id))
    public_id = db.session.scalars(select(Participant.public_id).where(Participant.id == key)).one()
    with acting_as(VISITOR):
        record("participant.linked", "participant", public_id)
    return key


@transactional
def forget_participation(resident_id: int) -> None:
    """Erase which participants a resident is. What they said stays, and is nobody's any more."""
    erased = db.session.scalars(
        delete(ParticipantLink)
        .where(ParticipantLink.resident_id == resident_id)
        .returning(ParticipantLink.id)
    ).all()
    if not erased:
        return
    public_id = db.session.scalars(
        select(Resident.public_id).where(Resident.id == resident_id)
    ).one()
    record("participation.forgotten", "resident", public_id, facts={"links": len(erased)})


@transactional
def come_forward(programme_id: int, token_hash: str) -> tuple[int, str]:
    """Make a resident of somebody who takes part from a browser, and sign them in.

    Returns their key and the session's token. What they said and voted stays theirs: the one link
    ties it to them, and the browser's own number leads to it no more. No name is needed. Pressed
    twice within a few minutes, it is the same resident.
    """
    came = keyed_hash("came forward", token_hash)
    resident_id = _came_before(programme_id, came) or _forward(programme_id, token_hash, came)
    return resident_id, sign_in_resident(resident_id)


def _came_before(programme_id: int, came: str) -> int | None:
    return db.session.scalar(
        select(ParticipantLink.resident_id)
        .join(Participant, Participant.id == ParticipantLink.participant_id)
        .where(
            Participant.programme_id == programme_id,
            Participant.token_hash == came,
            ParticipantLink.linked_at > clock.now() - PRESSED_TWICE,
        )
    )


def _forward(programme_id: int, token_hash: str, came: str) -> int:
    key = add_participant(programme_id, ParticipantKind.BROWSER, token_hash)
    participant = db.session.scalars(
        select(Participant)
        .where(Participant.id == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if there := _came_before(programme_id, came):
        return there  # the same press came first, at this very moment
    taken = select(Participant.id).where(
        Participant.programme_id == programme_id, Participant.token_hash == came
    )
    participant.kind = ParticipantKind.PERSON
    participant.token_hash = None if db.session.scalar(taken) else came
    resident = Resident()
    db.session.add(resident)
    db.session.flush()
    db.session.add(ParticipantLink(participant_id=participant.id, resident_id=resident.id))
    # No entry about the participant: beside this one it would tell whose it is.
    with acting_as(VISITOR):
        record("resident.began", "resident", resident.public_id)
    return resident.id
