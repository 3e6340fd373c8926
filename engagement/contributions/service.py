"""Use cases of contributions: taking one in, whatever its channel, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import func, select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import VISITOR, acting_as, record
from engagement.contributions.errors import (
    NothingSaid,
    NotOpen,
    SaidEnough,
    TooLong,
    UnknownContribution,
)
from engagement.contributions.models import Contribution
from engagement.contributions.noticing import notice, tell_leads
from engagement.contributions.rules import (
    HARM,
    LONGEST,
    Behalf,
    Channel,
    ConsentHow,
    Speaker,
    State,
    clean,
)
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.people.models import ParticipantLink
from engagement.people.participation import participate
from engagement.programmes.models import Activity, Participant, Programme
from engagement.programmes.rules import ActivityKind, ParticipantKind, Status, status_of
from engagement.programmes.service import add_participant

ASKED_OFTEN = (ActivityKind.SURVEY_WAVE, ActivityKind.DIARY)
"""Where one person is asked for many contributions: as often as there are questions, or days."""


@dataclass(frozen=True)
class Said:
    """What somebody said, and what must be known beside it.

    ``prompt`` is what they were asked, word for word; ``data_card_id`` the card shown with it.
    ``said_on`` and ``received_on`` are days; empty, today. ``key`` is a random text that the
    sender makes once for each contribution, so that one sent twice is taken once.
    """

    text: str
    place_name: str
    may_quote: bool
    place_code: str | None = None
    consent_wording: str = ""
    prompt: str = ""
    data_card_id: int | None = None
    language: str = ""
    channel: Channel = Channel.ONLINE
    consent_how: ConsentHow = ConsentHow.ONLINE
    speaker: Speaker = Speaker.RESIDENT
    behalf: Behalf = field(default_factory=Behalf)
    said_on: date | None = None
    received_on: date | None = None
    source: str = ""
    key: str | None = None


@transactional
def speak(
    activity_public_id: str,
    said: Said,
    browser: str,
    *,
    resident_id: int | None = None,
    once: str = "",
) -> str:
    """Take one contribution to an activity that is open; returns its public id.

    ``browser`` is a random token that the browser keeps; only a hash of it is stored, another one
    in each programme. It is not looked at where ``resident_id`` is the key of a resident who is
    signed in. ``once`` is a token of the form: the same words from the same form are taken once.
    Raises ``NotOpen``, ``NothingSaid``, ``TooLong`` or ``SaidEnough``.
    """
    activity = open_activity(activity_public_id, ActivityKind.OPEN_CONVERSATION)
    participant = speaking_as(activity.programme_id, browser, resident_id)
    return take_in_once(activity, participant, said, once)


@transactional
def take_in_once(
    activity: Activity, participant_id: int, said: Said, once: str, *, asked: bool = False
) -> str:
    """Take in what somebody sent themselves from a form that carries a token; as ``take_in``."""
    if once:
        said = replace(said, key=key_of(participant_id, said, once))
    with acting_as(VISITOR):  # the chain of records never tells who said what
        return take_in(activity, participant_id, said, asked=asked)


def speaking_as(programme_id: int, browser: str, resident_id: int | None) -> int:
    """The key of the participant that somebody at a browser is, made at the first time."""
    if resident_id is not None:
        return participate(resident_id, programme_id)
    token = keyed_hash(f"participant of {programme_id}", browser)
    return add_participant(programme_id, ParticipantKind.BROWSER, token)


def key_of(participant_id: int, said: Said, once: str) -> str:
    """The key of these words from this participant's form."""
    return keyed_hash("said once", f"{participant_id} {once} {said.text}")


@transactional
def take_in(activity: Activity, participant_id: int, said: Said, *, asked: bool = False) -> str:
    """Put one contribution into the corpus; returns its public id.

    The one way in for single contributions, by every channel; files have theirs. One whose key the
    programme has already is the same one. Raises ``NothingSaid``, ``TooLong``, or ``SaidEnough``
    where the programme sets how many one participant may make; not where they were ``asked`` for
    it, as members of a panel are.
    """
    text = clean(said.text)
    if not text:
        raise NothingSaid
    if len(text) > LONGEST:
        raise TooLong(len(text))
    programme = db.session.get_one(Programme, activity.programme_id)
    if said.key and (there := taken(programme.id, said.key)):
        return there
    limited = not asked and activity.kind not in ASKED_OFTEN
    if limited and programme.most_per_person is not None:
        _refuse_more(activity, participant_id, programme.most_per_person)
    today = clock.day_of(clock.now())
    noticed = notice(text, moderate_first=programme.moderate_first)
    contribution = Contribution(
        programme_id=programme.id,
        activity_id=activity.id,
        participant_id=participant_id,
        text=text,
        language=said.language,
        said_on=said.said_on or today,
        received_on=said.received_on or today,
        place_code=said.place_code,
        place_name=said.place_name.strip(),
        method=activity.kind,
        channel=said.channel,
        prompt=said.prompt or activity.prompt or programme.question,
        data_card_id=said.data_card_id,
        may_quote=said.may_quote,
        consent_how=said.consent_how,
        consent_wording=said.consent_wording,
        speaker=said.speaker,
        speaks_for=said.behalf.name,
        asked_people=said.behalf.asked,
        asked_how=said.behalf.how,
        source=said.source,
        entry_key=said.key,
        concerns=noticed.concerns,
        state=noticed.state,
        state_reason=noticed.reason,
    )
    db.session.add(contribution)
    db.session.flush()
    record("contribution.made", "contribution", contribution.public_id)
    if HARM in noticed.concerns:
        tell_leads(programme.id)
    return contribution.public_id


def _refuse_more(activity: Activity, participant_id: int, most: int) -> None:
    # Two sent at once wait for each other here. A table at a session is many people.
    kind = db.session.scalar(
        select(Participant.kind).where(Participant.id == participant_id).with_for_update()
    )
    if kind is ParticipantKind.TABLE:
        return
    made = db.session.scalar(
        select(func.count(Contribution.id)).where(
            Contribution.activity_id == activity.id,
            Contribution.participant_id == participant_id,
            Contribution.state != State.WITHDRAWN,
        )
    )
    if (made or 0) >= most:
        raise SaidEnough(most)


def taken(programme_id: int, key: str) -> str | None:
    """The contribution that was taken under this key, if one was."""
    return db.session.scalar(
        select(Contribution.public_id).where(
            Contribution.programme_id == programme_id, Contribution.entry_key == key
        )
    )


def key_of_taken(public_id: str) -> int:
    """The key of a contribution that was just taken in."""
    return db.session.scalars(
        select(Contribution.id).where(Contribution.public_id == public_id)
    ).one()


def open_activity(public_id: str, *kinds: ActivityKind) -> Activity:
    """An activity of one of these kinds that is open at this moment. Raises ``NotOpen``."""
    row = db.session.execute(
        select(Activity, Programme.published_at, Programme.closed_at, clock.utc_now())
        .join(Programme, Programme.id == Activity.programme_id)
        .where(Activity.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotOpen(public_id)
    activity, published_at, closed_at, now = row
    states = (
        status_of(published_at, None, closed_at, now),
        status_of(activity.published_at, activity.opens_at, activity.closes_at, now),
    )
    if states != (Status.OPEN, Status.OPEN) or activity.kind not in kinds:
        raise NotOpen(public_id)
    return activity


@transactional
def withdraw_contribution(public_id: str) -> None:
    """Take a contribution out of every analysis and export to come."""
    contribution = db.session.scalars(
        select(Contribution).where(
            Contribution.public_id == public_id, Contribution.state != State.WITHDRAWN
        )
    ).one_or_none()
    if contribution is None:
        return
    contribution.state, contribution.state_at = State.WITHDRAWN, clock.now()
    record("contribution.withdrawn", "contribution", public_id)


@transactional
def take_back(resident_id: int, public_id: str) -> None:
    """Delete the words of a contribution that a resident made, and take it out of all to come.

    Raises ``UnknownContribution`` where it is not theirs.
    """
    contribution = db.session.scalars(
        select(Contribution)
        .join(ParticipantLink, ParticipantLink.participant_id == Contribution.participant_id)
        .where(
            ParticipantLink.resident_id == resident_id,
            Contribution.public_id == public_id,
            Contribution.text.is_not(None),
        )
    ).one_or_none()
    if contribution is None:
        raise UnknownContribution(public_id)
    with acting_as(VISITOR):
        drop_words(public_id)


@transactional
def drop_words(public_id: str) -> None:
    """Delete the words of a contribution, as its author wished, and take it out of all to come."""
    contribution = db.session.scalars(
        select(Contribution).where(Contribution.public_id == public_id)
    ).one()
    contribution.text = contribution.translation = None
    withdraw_contribution(public_id)
