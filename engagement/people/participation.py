"""Which participant of a programme a resident is: the one link between the two, and its erasure.

The chain of records cannot be erased, so no entry names a resident beside a participant.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from engagement.audit.service import VISITOR, acting_as, record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.people.models import ParticipantLink, Resident
from engagement.people.service import sign_in_resident
from engagement.programmes.models import Participant
from engagement.programmes.rules import ParticipantKind
from engagement.programmes.service import add_participant


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
    ties it to them, and the browser's own number leads to it no more. No name is needed.
    """
    participant = db.session.get_one(
        Participant, add_participant(programme_id, ParticipantKind.BROWSER, token_hash)
    )
    participant.kind, participant.token_hash = ParticipantKind.PERSON, None
    resident = Resident()
    db.session.add(resident)
    db.session.flush()
    db.session.add(ParticipantLink(participant_id=participant.id, resident_id=resident.id))
    # No entry about the participant: beside this one it would tell whose it is.
    with acting_as(VISITOR):
        record("resident.began", "resident", resident.public_id)
    return resident.id, sign_in_resident(resident.id)
