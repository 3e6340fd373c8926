"""Texts that try to do harm, and ones without end, as answers and as choices of a survey."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from sqlalchemy import select

from engagement.contributions.models import Contribution
from engagement.extensions import db
from engagement.surveys.models import SurveyAnswer
from engagement.surveys.rules import Asked, Kind
from tests.client import CheckedClient
from tests.factories import World
from tests.factories.surveys import WORDS, options, survey
from tests.web.test_conversation_pages import HOSTILE

ONE_LINE = [text for text in HOSTILE if "\x00" not in text]


def test_hostile_choices_and_answers_stay_words(
    world: World, browse: Callable[[], CheckedClient]
) -> None:
    programme = world.north.programme()
    choices = Asked(Kind.SINGLE, ONE_LINE[0], options=options(*ONE_LINE))
    with world.north.inside():
        activity = survey(programme, choices, WORDS)
    here = f"/p/north/programmes/{programme.public_id}/survey/{activity}"
    who = browse()
    who.send(here)
    page = who.get(f"{here}/page/1").text
    assert "<script>alert(1)" not in page
    assert len(re.findall(r'type="radio"', page)) == len(ONE_LINE) + 1
    for chosen in ONE_LINE:
        assert who.send(f"{here}/page/1", {"q0": chosen}).status_code == 303
    endless = "words " * 16_667
    refused = who.send(f"{here}/page/3", {"q0": endless})
    assert refused.status_code != 303
    assert endless.strip() in refused.text
    for text in HOSTILE:
        assert who.send(f"{here}/page/3", {"q0": text}).status_code == 303
        assert "<script>alert(1)" not in who.get(f"{here}/check").text
    assert escape("${7*7}") in page
    with world.north.inside():
        assert db.session.scalars(select(SurveyAnswer.value)).all().count(ONE_LINE[-1]) == 1
        kept = db.session.scalars(
            select(Contribution.text).join(
                SurveyAnswer, SurveyAnswer.contribution_id == Contribution.id
            )
        ).one()
        assert kept is not None
        assert "bell" in kept
