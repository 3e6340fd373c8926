"""Surveys with questions of every kind, answered."""

from __future__ import annotations

from typing import Any

from engagement.membership.asking import Question
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan, add_activity, publish_activity
from engagement.surveys.answering import Quoting, begin, keep_answers, send_answers
from engagement.surveys.queries import SurveyRow, find_survey_of, questions_of
from engagement.surveys.rules import Asked, Kind, Option, points
from engagement.surveys.service import (
    add_question,
    next_wave,
    publish_results,
    send_survey,
)
from tests.factories import Programme, Resident
from tests.factories.chain import publish
from tests.factories.members import LINK, join, standing_panel

QUOTING = Quoting("You may show my words")
OWN = "The letter came after the day itself"


def options(*texts: str) -> tuple[Option, ...]:
    """Choices as they are written."""
    return tuple(Option(text, text) for text in texts)


WAITS = Asked(Kind.SINGLE, "Are you waiting for care?", options=options("Yes", "No"))
HELPS = Asked(
    Kind.MULTIPLE, "What would help?", page=2, options=options("A call", "A letter", "A text")
)
TOLD = Asked(
    Kind.SCALE, "How well are you told?", 2, options=points(5), low="Not at all", high="Very well"
)
WEEKS = Asked(Kind.NUMBER, "How many weeks so far?", 2, least=0, most=500, unit="weeks")
WORDS = Asked(Kind.TEXT, "What is it like?", page=3)
FIRST = Asked(Kind.RANKING, "What should come first?", page=3, options=options("Vans", "Hubs"))
EVERY_KIND = (WAITS, HELPS, TOLD, WEEKS, WORDS, FIRST)


def survey(
    programme: Programme,
    *asked: Asked,
    title: str = "Waiting: your view",
    published: bool = True,
) -> str:
    """A survey that is open to everyone; returns its public id."""
    publish(programme)
    plan = ActivityPlan(
        ActivityKind.SURVEY_WAVE, title, "It takes five minutes.", "", "Call 01632 960 123."
    )
    activity = add_activity(None, programme.public_id, plan)
    for one in asked or EVERY_KIND:
        add_question(None, programme.public_id, activity, one)
    if published:
        publish_activity(None, programme.public_id, activity)
    return activity


def row_of(programme: Programme, activity: str) -> SurveyRow:
    """The survey as staff see it."""
    found = find_survey_of(None, programme.public_id, activity)
    assert found is not None
    return found


def questions(programme: Programme, activity: str) -> list[Asked]:
    """Its questions, with the keys that they were given."""
    key = row_of(programme, activity).id
    assert key is not None
    return questions_of(key)


def some_answer(asked: Asked, person: int = 0) -> Any:
    """An answer to a question, another one from person to person."""
    if asked.kind is Kind.TEXT:
        return f"{OWN} ({person})"
    if asked.kind is Kind.NUMBER:
        return asked.least + person % 40
    key = asked.options[person % len(asked.options)].key
    return key if asked.kind in (Kind.SINGLE, Kind.SCALE) else [key]


def answer(
    programme: Programme,
    activity: str,
    *,
    browser: str = "somebody",
    resident: int | None = None,
    person: int = 0,
    send: bool = True,
    **given: Any,
) -> str:
    """Answer every question, or as ``given`` by the number of the question (q1, q2 …)."""
    response = begin(activity, browser, resident)
    asked = questions(programme, activity)
    for page in sorted({one.page for one in asked}):
        values = {
            one.key: given.get(f"q{number}", some_answer(one, person))
            for number, one in enumerate(asked, start=1)
            if one.page == page
        }
        keep_answers(activity, response, page, values, {}, QUOTING)
    if send:
        send_answers(activity, response)
    return response


def surveyed(programme: Programme, resident: Resident, mark: str) -> str:
    """A survey in two waves, sent to members, answered by a resident, with published results.

    ``mark`` stands in its words; returns the public id of the second wave.
    """
    key = programme.public_id
    first = survey(programme, title=f"Your view {mark}")
    panel = standing_panel(programme, mark=f"asked {mark}")
    join(panel)
    send_survey(None, key, first, panel, Question(f"A survey {mark}", "Please answer."), LINK)
    answer(programme, first, resident=resident.id)
    second = next_wave(None, key, first, f"Your view again {mark}")
    publish_activity(None, key, second)
    answer(programme, second, resident=resident.id, person=1)
    publish_results(None, key, second, shown=True)
    return second
