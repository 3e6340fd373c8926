"""What a member of staff writes down for somebody: talked to in the street, or on the telephone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select

from engagement.accounts.credentials import CODE_ALPHABET, keyed_hash, normalise_code
from engagement.audit.service import record
from engagement.contributions.errors import NotAgreed, TakenOtherwise, UnknownReceipt
from engagement.contributions.models import Contribution, TakenDown
from engagement.contributions.rules import Channel, ConsentHow, clean
from engagement.contributions.service import Said, drop_words, key_of_taken, open_activity, take_in
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.programmes.rules import ActivityKind, ParticipantKind
from engagement.programmes.service import add_participant

KINDS = (ActivityKind.OPEN_CONVERSATION, ActivityKind.SESSION_SERIES)
"""The activities for which somebody's words are written down."""
MOST_PEOPLE = 1_000
RECEIPT_LENGTH = 8


@dataclass(frozen=True)
class Written:
    """How something was written down.

    ``channel`` is face to face or telephone; ``agreed`` whether they agreed aloud, once they were
    told what happens with their words; ``people`` how many said it together (1 to 1,000).
    """

    channel: Channel
    agreed: bool
    by: str
    people: int = 1
    interpreted: bool = False


def receipt_of(programme_id: int, key: str) -> str:
    """The reference for what was sent with this key, in two groups of four; always the same."""
    number = int(keyed_hash("receipt", f"{programme_id} {key}"), 16)
    letters = []
    for _place in range(RECEIPT_LENGTH):
        number, rest = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[rest])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def _hash(programme_id: int, receipt: str) -> str:
    return keyed_hash("receipt kept", f"{programme_id} {normalise_code(receipt)}")


@transactional
def take_down(activity_public_id: str, said: Said, written: Written) -> tuple[str, str]:
    """Take in what somebody said aloud; returns its public id and the reference to read out.

    ``said`` needs a key: the same one is taken once. Each is a participant of its own, since
    nobody asks who they are. Raises ``NotAgreed``, ``NotOpen``, ``NothingSaid``, ``TooLong`` or
    ``TakenOtherwise``.
    """
    if not said.key:
        raise ValueError("what is written down needs a key")
    if not written.agreed:
        raise NotAgreed
    activity = open_activity(activity_public_id, *KINDS)
    receipt = receipt_of(activity.programme_id, said.key)
    there = db.session.scalar(
        select(Contribution).where(
            Contribution.programme_id == activity.programme_id, Contribution.entry_key == said.key
        )
    )
    if there is not None:
        if there.text not in (clean(said.text), None):
            raise TakenOtherwise(receipt)
        return there.public_id, receipt
    participant = add_participant(activity.programme_id, ParticipantKind.BY_STAFF)
    spoken = replace(said, channel=written.channel, consent_how=ConsentHow.SPOKEN)
    public_id = take_in(activity, participant, spoken)
    db.session.add(
        TakenDown(
            contribution_id=key_of_taken(public_id),
            by=written.by,
            people=written.people,
            interpreted=written.interpreted,
            receipt_hash=_hash(activity.programme_id, receipt),
        )
    )
    record(
        "contribution.taken_down",
        "contribution",
        public_id,
        facts={"channel": written.channel.value, "people": written.people},
    )
    return public_id, receipt


@transactional
def take_back_by_receipt(programme_id: int, receipt: str) -> None:
    """Delete the words that belong to a reference, as who said them asks.

    Raises ``UnknownReceipt`` where the programme has no such words, or no longer.
    """
    public_id = db.session.scalar(
        select(Contribution.public_id)
        .join(TakenDown, TakenDown.contribution_id == Contribution.id)
        .where(
            Contribution.programme_id == programme_id,
            Contribution.text.is_not(None),
            TakenDown.receipt_hash == _hash(programme_id, receipt),
        )
    )
    if public_id is None:
        raise UnknownReceipt
    drop_words(public_id)
