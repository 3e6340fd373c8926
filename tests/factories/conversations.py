"""Open conversations with statements and votes."""

from __future__ import annotations

from sqlalchemy import select

from engagement.contributions.service import Said
from engagement.conversations.declaring import Reach, ask_to_be_told, stop_token
from engagement.conversations.maps import find_opinions_of, keep_opinions, publish_map
from engagement.conversations.overview import list_statements
from engagement.conversations.queries import find_conversation
from engagement.conversations.rules import Stance, Voter
from engagement.conversations.service import add_seeds, add_statement, change_settings
from engagement.conversations.voting import vote
from engagement.database.columns import new_public_id
from engagement.extensions import db
from engagement.people.models import Consent
from engagement.people.rules import ContactBy
from engagement.people.service import add_resident, resident_key
from tests.factories import Programme, Resident
from tests.factories.chain import open_conversation, publish

SEEDS = (
    "Letters should say how long the wait is",
    "A text message is enough",
    "Somebody should ring everyone once a month",
    "Waiting at home is better than waiting in hospital",
)
OWN = "The nurse who rang me made all the difference"


def conversation(programme: Programme, *seeds: str) -> str:
    """An open conversation with seeds; returns its public id."""
    publish(programme)
    activity = open_conversation(programme)
    add_seeds(None, programme.public_id, activity, seeds or SEEDS)
    return activity


def statements(activity_id: int) -> list[str]:
    """The public ids of all statements, by number."""
    return [one.public_id for one in list_statements(activity_id, 1, 5_000)[0]]


def own_statement(activity: str, text: str = OWN, browser: str = "somebody") -> str:
    """A statement of somebody's own; returns the contribution's public id."""
    return add_statement(activity, Said(text, "Riverbank", may_quote=True), Voter(browser))


def two_camps(activity: str, keys: list[str], people: int = 24, mark: str = "") -> None:
    """Votes of people of whom every second thinks the opposite of the others."""
    for person in range(people):
        for place, key in enumerate(keys):
            stances = [Stance.AGREE, Stance.DISAGREE]
            stance = stances[(place + person) % 2] if place % 4 else Stance.AGREE
            vote(activity, key, stance, Voter(f"browser {person}{mark}"))


def mapped(activity: str) -> str:
    """Make a map of a conversation as the run does; its public id."""
    return str(keep_opinions(new_public_id(), find_opinions_of(activity, lambda *_: None))["map"])


def conversed(programme: Programme, resident: Resident, mark: str) -> str:
    """A conversation with statements, votes of a resident and of others, and a published map.

    ``mark`` stands in its words; returns its public id.
    """
    key = programme.public_id
    publish(programme)
    activity = open_conversation(programme, f"Agree or not {mark}")
    change_settings(None, key, activity, takes_statements=True)
    add_seeds(None, key, activity, [f"Say {number} {mark}" for number in range(9)])
    here = find_conversation(key, activity)
    assert here is not None
    keys = statements(here.id)
    two_camps(activity, keys, 16, mark)
    for one in keys:
        vote(activity, one, Stance.AGREE, Voter("", resident.id))
    own = Said(f"{OWN} {mark}", "Riverbank", may_quote=True)
    add_statement(activity, own, Voter("", resident.id))
    publish_map(None, key, activity, mapped(activity))
    return activity


def asks_to_be_told(activity: str, email: str) -> str:
    """Somebody who wants to hear what came of a conversation; the token to stop it with."""
    key = resident_key(add_resident("", contact_by=ContactBy.NOBODY))
    ask_to_be_told(key, activity, Reach(ContactBy.EMAIL, email), "the words")
    consent = db.session.scalars(
        select(Consent.id).where(Consent.resident_id == key).order_by(Consent.id.desc())
    ).first()
    assert consent is not None
    return stop_token(consent)
