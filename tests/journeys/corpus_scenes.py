"""Contributions of every kind, for looking at what staff see of them."""

from __future__ import annotations

from engagement.contributions.rules import Behalf, Channel, Speaker
from engagement.contributions.service import Said, speak
from engagement.contributions.translating import translate
from tests.factories import Partnership, Programme
from tests.factories.chain import open_conversation, publish

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
