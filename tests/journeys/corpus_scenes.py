"""Contributions, their moderation and data cards, for looking at what everyone sees of them."""

from __future__ import annotations

from engagement.contributions.rules import Behalf, Channel, Speaker
from engagement.contributions.service import Said, speak
from engagement.contributions.translating import translate
from engagement.insight.summaries import publish_reach
from engagement.programmes.service import publish_activity, set_places
from engagement.prompts.service import make_card
from tests.factories import Partnership, Programme
from tests.factories.cards import FACTS, WORDS, carded
from tests.factories.chain import open_conversation, publish
from tests.factories.moderation import HARM_SAID, NAMES_SAID, appealed, held, say
from tests.factories.places import reference_data
from tests.factories.reach import heard

Paths = dict[str, list[dict[str, str]]]
PLAIN = Said("The bus goes <b>once</b> a day. " * 40, "Riverbank", may_quote=True)
TRANSLATED = Said(
    "آخر حافلة في الخامسة",
    "by the old mill",
    may_quote=False,
    language="ar",
    channel=Channel.PHONE,
    speaker=Speaker.ORGANISATION,
    behalf=Behalf("Riverbank Carers", 40, "at two coffee mornings"),
    source="Minutes of March",
)


def contribution_pages(place: Partnership, programme: Programme) -> Paths:
    """A long one in English, and one in another language that speaks for many."""
    with place.inside():
        publish(programme)
        activity = open_conversation(programme, "How do you get there?")
        plain, other = speak(activity, PLAIN, "a"), speak(activity, TRANSLATED, "b")
        translate(programme.id, other, "ar", "The last bus is at five")
    here = {"public_id": programme.public_id}
    return {"officers.contribution": [{**here, "said_id": said} for said in (plain, other)]}


def moderation_pages(place: Partnership, programme: Programme) -> Paths:
    """A queue with a name in it, words that may tell of harm, an appeal, somebody to tell."""
    resident = place.resident("Ada Brown", "ada.brown@example.net")
    with place.inside():
        publish(programme)
        waits = say(programme, f"{NAMES_SAID} <b>& loudly</b>")
        harm = say(programme, HARM_SAID, browser="another")
        said = say(programme, "The bus is late " * 60, resident=resident)
        held(programme, said)
        key = appealed(programme, said, resident, "I kept to the question.")
    here = {"public_id": programme.public_id}
    of_programme = ("moderation", "moderation_settings", "to_tell", "appeals")
    return {
        **{f"facilitators.{page}": [here] for page in of_programme},
        "facilitators.moderate_one": [{**here, "said_id": waits}],
        "facilitators.one_appeal": [{**here, "appeal_id": key}],
        "facilitators.safeguard": [{"harm_id": harm}],
        "public.what_became": [here],
    }


def card_pages(place: Partnership, programme: Programme) -> Paths:
    """A card that waits, one that is shown before a question in two languages, and who is asked."""
    with place.inside():
        publish(programme)
        laid = carded(programme)
        publish_activity(None, programme.public_id, laid.activity)
        waits = make_card(None, programme.public_id, WORDS, FACTS)
    here = {"public_id": programme.public_id}
    activity = {**here, "activity_id": laid.activity}
    of_programme = ("around", "cards", "choose_figure", "equality", "table_card")
    return {
        **{f"facilitators.{page}": [here] for page in of_programme},
        "officers.outliers": [here],
        "facilitators.card": [{**here, "card_id": card} for card in (waits, laid.card)],
        "facilitators.activity_wording": [activity],
        "facilitators.around_activity": [activity],
        "public.activity_words": [activity],
        "public.card": [{**here, "card_id": laid.card}],
        "public.say": [activity],
    }


def reach_pages(place: Partnership, *programmes: Programme) -> Paths:
    """Who is not yet reached: nothing yet, and with figures that everybody can read."""
    few, *many = programmes
    with place.inside():
        publish(few)
        for programme in many:
            reference_data()
            publish(programme)
            set_places(None, programme.public_id, ["E06000001"], [])
            heard(programme, {"E01000001": 30, "E01000003": 90, None: 80})
            publish_reach(None, programme.public_id)
    here = [{"public_id": programme.public_id} for programme in programmes]
    return {"facilitators.not_reached": here, "public.not_reached": here}
