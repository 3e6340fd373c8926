"""Open conversations in every state, for looking at their pages."""

from __future__ import annotations

from engagement.conversations.maps import request_map
from engagement.conversations.overview import list_statements
from engagement.conversations.queries import find_conversation
from engagement.conversations.rules import Stance, Voter
from engagement.conversations.service import add_seeds, change_settings, hide_statement
from engagement.conversations.voting import vote
from engagement.people.questions import QUESTIONS
from tests.factories import Partnership, Programme, Resident
from tests.factories.chain import open_conversation, publish
from tests.factories.conversations import (
    asks_to_be_told,
    conversed,
    own_statement,
    statements,
)
from tests.journeys.corpus_scenes import Paths

LONG = "<b>Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren</b> & “buses” " * 4
NAMES_SAID = "Dr Jane Smith of 07700 900123 never rang"


def _pages(programme: Programme, activity: str, keys: list[str], run: str) -> Paths:
    here = {"public_id": programme.public_id, "activity_id": activity}
    public = ("vote_on", "my_votes", "add_own", "tell_me", "about_me", "opinions")
    stop = asks_to_be_told(activity, "ada.brown@example.net")
    staff = (
        "tell_voters",
        "conversation",
        "add_seeds",
        "conversation_settings",
        "opinion_map",
        "take_polis",
    )
    return {
        **{f"public.{page}": [here] for page in public},
        **{f"facilitators.{page}": [here] for page in staff},
        "public.stop_telling": [{"token": stop}],
        "facilitators.conversations": [{"public_id": programme.public_id}],
        "facilitators.statement": [{**here, "statement_id": key} for key in keys],
        "facilitators.making_map": [{**here, "run_id": run}],
        "residents.conversation_question": [
            {"activity_id": activity, "key": question.key} for question in QUESTIONS[:2]
        ],
    }


def new_conversation(place: Partnership, programme: Programme) -> Paths:
    """One with a statement and without a vote."""
    with place.inside():
        publish(programme)
        activity = open_conversation(programme, "What is it like?")
        add_seeds(None, programme.public_id, activity, ["Buses should run at night"])
        found = find_conversation(programme.public_id, activity)
        assert found is not None
        run = request_map(None, programme.public_id, activity)
        return _pages(programme, activity, statements(found.id), run)


def every_conversation(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """One with a map, statements that are long, held and hidden, and votes of this resident."""
    with place.inside():
        activity = conversed(programme, resident, "in full")
        key = programme.public_id
        own_statement(activity, LONG)
        own_statement(activity, NAMES_SAID)
        add_seeds(None, key, activity, [f"Another thing, number {n}" for n in range(120)])
        found = find_conversation(key, activity)
        assert found is not None
        keys = statements(found.id)
        for one in list_statements(found.id, 1, 60)[0][20:60]:
            vote(activity, one.public_id, Stance.PASS, Voter("", resident.id))
        hide_statement(None, key, activity, keys[2], "It says two things.")
        change_settings(None, key, activity, takes_statements=True)
        run = request_map(None, key, activity)
        return _pages(programme, activity, [keys[0], keys[2], keys[10], keys[11]], run)
