"""Data cards, other wordings and an audience of a programme's activity."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from engagement.prompts.rules import CardOrigin, CardWords, Figure, WordingFormat
from engagement.prompts.service import Facts, make_card, place_card, publish_card
from engagement.prompts.wordings import (
    Audience,
    Wording,
    open_targeted_conversation,
    set_activity_wording,
)
from tests.factories import Programme
from tests.factories.places import reference_data

WORDS = CardWords(
    "How long people live here",
    "A baby born here can expect to live two years less than in England.",
    "The figure is for the whole council; streets differ.",
)
FACTS = Facts(
    [Figure("Riverbank", 81.5, "years"), Figure("England", 83.1, "years")],
    CardOrigin.REFERENCE,
    "Life expectancy, Office for National Statistics, 2023 edition",
    "2021",
)
PLAN = ActivityPlan(
    ActivityKind.OPEN_CONVERSATION,
    "What shortens lives here?",
    "Ten minutes, in your own words.",
    "What makes it hard to stay well where you live?",
    "Call 01632 960 123.",
)


@dataclass(frozen=True)
class Carded:
    """Public ids: an activity, and the card that is shown before its question."""

    activity: str
    card: str


def words_of(mark: str) -> CardWords:
    """Words that hold a mark."""
    return CardWords(f"How long people live, {mark}", f"Two years less, {mark}", f"All of {mark}")


def published_card(programme: Programme, words: CardWords = WORDS, facts: Facts = FACTS) -> str:
    """A card that everybody may see."""
    card = make_card(None, programme.public_id, words, facts)
    publish_card(None, programme.public_id, card)
    return card


def carded(programme: Programme) -> Carded:
    """A targeted conversation with a card, in another language too."""
    reference_data()
    activity = open_targeted_conversation(
        None, programme.public_id, PLAN, Audience(["E01000001", "E01000002"], "lives are short")
    )
    set_activity_wording(
        None,
        programme.public_id,
        activity,
        Wording(
            WordingFormat.TRANSLATION, "ur", "یہاں زندگی", "دس منٹ", "صحت مند رہنا کیوں مشکل ہے؟"
        ),
    )
    card = published_card(programme)
    place_card(None, programme.public_id, activity, card)
    return Carded(activity, card)
