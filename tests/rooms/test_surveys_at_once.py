"""A button of a survey pressed twice at the same moment: one sheet, counted once."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from engagement.contributions.models import Contribution
from engagement.extensions import db
from engagement.surveys.answering import begin, keep_answers, send_answers
from engagement.surveys.models import SurveyAnswer, SurveyResponse
from tests.factories import World
from tests.factories.surveys import QUOTING, WAITS, WORDS, questions, survey

AtOnce = Callable[..., list[BaseException]]


def test_a_survey_begun_and_sent_twice_at_once_is_one_sheet(world: World, at_once: AtOnce) -> None:
    with world.north.inside():
        programme = world.north.programme()
        activity = survey(programme, WAITS, WORDS)
        waits, words = questions(programme, activity)

        begin(survey(programme, WAITS), "a phone", None)  # the browser is known already

    def press() -> None:
        with world.north.inside():
            response = begin(activity, "a phone", None)
            keep_answers(activity, response, 1, {waits.key: "Yes"}, {}, QUOTING)
            keep_answers(activity, response, 3, {words.key: "Nobody rang me"}, {}, QUOTING)
            send_answers(activity, response)

    assert at_once(*[press] * 8) == []
    with world.north.inside():
        for table, rows in ((SurveyResponse, 2), (SurveyAnswer, 2), (Contribution, 1)):
            assert db.session.scalar(select(func.count()).select_from(table)) == rows
