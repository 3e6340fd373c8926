"""Surveys in every state, for looking at their pages."""

from __future__ import annotations

from dataclasses import replace

from engagement.contributions.rules import Channel
from engagement.programmes.service import publish_activity
from engagement.prompts.rules import WordingFormat
from engagement.prompts.wordings import Wording, set_activity_wording
from engagement.surveys.answering import begin_for
from engagement.surveys.rules import OtherWords
from engagement.surveys.service import add_question, next_wave, publish_results, set_words
from tests.factories import Partnership, Programme, Resident
from tests.factories.members import join, standing_panel
from tests.factories.surveys import EVERY_KIND, TOLD, answer, options, questions, survey
from tests.journeys.corpus_scenes import Paths

LONG = "<b>Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren</b> & “buses” " * 3


def _pages(programme: Programme, activity: str, entry: str, question: str) -> Paths:
    here = {"public_id": programme.public_id, "activity_id": activity}
    arabic = Wording(WordingFormat.TRANSLATION, "ar", "رأيك في الانتظار")
    wording = set_activity_wording(None, programme.public_id, activity, arabic)
    words = {question: OtherWords("ما الذي يساعدك؟", "", ("مكالمة", "رسالة", "رسالة نصية"))}
    set_words(None, programme.public_id, activity, wording, words)
    public = ("survey", "survey_check", "survey_results")
    staff = (
        *("survey", "add_question", "survey_who", "survey_wave", "survey_send"),
        *("survey_enter", "survey_results", "survey_wordings"),
    )
    return {
        **{f"public.{page}": [here] for page in public},
        "public.survey_set": [{**here, "page": page} for page in (1, 2, 3)],
        **{f"facilitators.{page}": [here] for page in staff},
        "facilitators.surveys": [{"public_id": programme.public_id}],
        "facilitators.change_question": [{**here, "question_id": question}],
        "facilitators.survey_words": [{**here, "wording_id": wording}],
        "facilitators.survey_entry": [{**here, "response_id": entry, "page": 1}],
    }


def new_survey(place: Partnership, programme: Programme) -> Paths:
    """One that nobody answered, with a standing panel to ask."""
    with place.inside():
        activity = survey(programme, *EVERY_KIND)
        standing_panel(programme)
        publish_results(None, programme.public_id, activity, shown=True)
        other = survey(programme, TOLD, title="Another one")
        entry = begin_for(activity, Channel.PAPER, None)
        pages = _pages(programme, activity, entry, questions(programme, activity)[1].key)
        there = {"public_id": programme.public_id, "activity_id": other}
        pages["facilitators.survey"] += [there]
        last = questions(programme, other)[0].key
        pages["facilitators.change_question"] = [{**there, "question_id": last}]
        return pages


def every_survey(place: Partnership, resident: Resident, programme: Programme) -> Paths:
    """Two waves with long questions, answered by this resident and many others."""
    with place.inside():
        key = programme.public_id
        first = survey(programme, *EVERY_KIND, title=f"Your view of {LONG}"[:190])
        waits = questions(programme, first)[0]
        long_one = replace(
            TOLD,
            text=LONG,
            page=4,
            low=LONG[:70],
            when_key=waits.key,
            when_option="Yes",
        )
        add_question(None, key, first, long_one)
        add_question(
            None,
            key,
            first,
            replace(EVERY_KIND[1], text="And which of these?", options=options(LONG, "Another")),
        )
        join(standing_panel(programme))
        for person in range(24):
            answer(programme, first, browser=f"b{person}", person=person)
        second = next_wave(None, key, first, "Again")
        publish_activity(None, key, second)
        for person in range(20):
            answer(programme, second, browser=f"b{person}", person=person // 2)
        answer(programme, second, resident=resident.id)
        publish_results(None, key, second, shown=True)
        entry = begin_for(second, Channel.PHONE, None)
        return _pages(programme, second, entry, questions(programme, second)[1].key)
