"""People who take part in a programme from different places, some of whom told of themselves."""

from __future__ import annotations

from collections.abc import Mapping

from engagement.contributions.rules import Channel
from engagement.contributions.service import Said, speak
from engagement.people import service as people
from engagement.people.questions import BY_KEY
from engagement.people.rules import ContactBy, GivenHow
from tests.factories import Programme
from tests.factories.chain import open_conversation


def heard(
    programme: Programme,
    where: Mapping[str | None, int],
    *,
    activity: str = "",
    channel: Channel = Channel.ONLINE,
) -> str:
    """So many people speak from each place, each once; returns the conversation.

    The programme must be published.
    """
    activity = activity or open_conversation(programme, "What is it like?")
    for code, number in where.items():
        for one in range(number):
            said = Said(f"It is hard {one}", "here", False, code, channel=channel)
            speak(activity, said, f"{programme.public_id} {code} {channel} {one}")
    return activity


def signed_in(activity: str, answers: Mapping[str, str], *, code: str | None = None) -> int:
    """Somebody who is signed in, tells these things of themselves and speaks; returns the key."""
    resident = people.resident_key(people.add_resident("", contact_by=ContactBy.NOBODY))
    for key, value in answers.items():
        people.answer_question(resident, key, value, str(BY_KEY[key].title), GivenHow.ONLINE)
    speak(activity, Said("I wait", "here", False, code), "", resident_id=resident)
    return resident
